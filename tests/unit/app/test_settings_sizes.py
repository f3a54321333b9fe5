"""Sizes as people write them, and fitting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.settings import find_option
from sanacam.app.size import chosen_size, fit_inside, parse_size
from sanacam.model.errors import UserError

sides = st.integers(16, 8192)


@given(sides, sides)
def test_a_written_size_is_read_back(width: int, height: int) -> None:
    assert parse_size(f"{width}x{height}") == parse_size(f" {width} × {height} ") == (width, height)


@pytest.mark.parametrize("text", ["", "640", "640x", "640x360x2", "-640x360", "15x100", "99999x100", "source "])
def test_what_is_not_a_size_is_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_size(text)
    assert caught.value.hint


def test_auto_is_a_size_for_the_machine_and_a_written_size_stays() -> None:
    assert parse_size(chosen_size("auto", card=True)) == (640, 360)
    assert parse_size(chosen_size("auto", card=False)) == (320, 176)
    assert chosen_size("1280x720", card=False) == "1280x720"
    assert chosen_size("source", card=True) == "source"
    assert chosen_size("auto", card=True, native=(1280, 704)) == "1280x704"
    assert chosen_size("source", card=True, native=(1280, 704)) == "source"
    for option in (find_option("live.size"), find_option("file.size")):
        assert option.validate("auto") == "auto"
        with pytest.raises(UserError):
            option.validate("automatic")


@given(sides, sides, sides, sides)
def test_fitting_keeps_the_aspect_inside_the_box_and_never_enlarges(w: int, h: int, box_w: int, box_h: int) -> None:
    width, height = fit_inside(w, h, (box_w, box_h))
    assert width <= max(2, box_w)
    assert height <= max(2, box_h)
    assert width <= max(2, w)
    assert height <= max(2, h)
    if w <= box_w and h <= box_h:
        assert (width, height) == (w, h)
    else:
        assert width % 2 == height % 2 == 0
        # Either side is within its rounding of the exact scale.
        scale = min(box_w / w, box_h / h)
        assert abs(width - w * scale) <= 2
        assert abs(height - h * scale) <= 2
    assert fit_inside(w, h, None) == (w, h)
