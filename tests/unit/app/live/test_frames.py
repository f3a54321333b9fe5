import numpy as np
import pytest

from sanacam.app.frames import Frame, as_pixels


def test_pixels_are_made_contiguous() -> None:
    mirrored = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)[:, ::-1]
    pixels = as_pixels(mirrored)
    assert pixels.flags.c_contiguous
    assert np.array_equal(pixels, mirrored)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3), np.float32),
        np.zeros((0, 2, 3), np.uint8),
    ],
)
def test_other_arrays_are_a_bug(picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="pixels must be"):
        as_pixels(picture)


def test_an_edited_frame_keeps_its_moment() -> None:
    frame = Frame(np.zeros((4, 6, 3), np.uint8), 123, 7)
    edited = frame.with_pixels(np.ones((2, 3, 3), np.uint8), epoch=5)
    assert (edited.captured_ns, edited.sequence, edited.epoch) == (123, 7, 5)
    assert (edited.width, edited.height) == (3, 2)
    assert (frame.width, frame.height, frame.epoch) == (6, 4, 0)
