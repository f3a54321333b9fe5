"""How a picture meets the size of an edit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.framing import Framing
from sanacam.app.size import LARGEST, fit_inside

SIDES = st.integers(2, 90)


@given(
    SIDES,
    SIDES,
    SIDES.map(lambda side: side * 2),
    SIDES.map(lambda side: side * 2),
    st.sampled_from(["scale", "crop", "pad"]),
)
def test_the_size_promised_is_the_size_made(width: int, height: int, wide: int, tall: int, aspect: str) -> None:
    framing = Framing((wide, tall), aspect)  # type: ignore[arg-type]
    assert framing.reading_box == (LARGEST, LARGEST)
    made = framing.apply(np.full((height, width, 3), 90, np.uint8))
    assert (made.shape[1], made.shape[0]) == framing.size_of(width, height)
    assert made.flags["C_CONTIGUOUS"]
    if aspect != "scale":
        assert (made.shape[1], made.shape[0]) == (wide, tall)
    if aspect == "crop":
        assert (made == 90).all()


def test_fitting_is_left_to_the_reader() -> None:
    framing = Framing((64, 32))
    picture = np.zeros((20, 30, 3), np.uint8)
    assert framing.reading_box == (64, 32)
    assert framing.apply(picture) is picture
    assert framing.size_of(*fit_inside(30, 20, (64, 32))) == (30, 20)
    assert Framing(None, "crop").reading_box is None
    assert Framing(None, "crop").apply(picture) is picture


@pytest.mark.parametrize(("aspect", "size"), [("scale", (64, 32)), ("crop", (64, 64)), ("pad", (64, 64))])
def test_small_pictures_are_enlarged_and_nothing_is_distorted(aspect: str, size: tuple[int, int]) -> None:
    picture = np.zeros((8, 16, 3), np.uint8)
    picture[:, 8:] = 255
    made = Framing((64, 64), aspect).apply(picture)  # type: ignore[arg-type]
    assert (made.shape[1], made.shape[0]) == size
    row = made[made.shape[0] // 2, :, 0]
    assert row[4] < 10
    assert row[-5] > 245
    assert abs(int((row > 127).sum()) - size[0] // 2) <= 2
    if aspect == "pad":
        assert (made[:14] == 0).all()
        assert (made[-14:] == 0).all()
