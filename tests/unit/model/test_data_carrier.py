"""The carrier keeps pictures, times and shapes."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.training.data.carrier import (
    Picture,
    decode_video,
    fit_short_side,
    read_pictures,
    write_clip,
    write_mask,
    write_photo,
)


def moving_square(frames: int, height: int = 72, width: int = 96) -> list[Picture]:
    """A bright square on a colour ramp; it goes one step to the right with each frame."""
    y, x = np.mgrid[0:height, 0:width]
    ground = np.stack([x * 2, y * 2, 90 + 0 * x], axis=-1).astype(np.uint8)
    out = []
    for index in range(frames):
        frame = ground.copy()
        frame[20:44, 4 + 2 * index : 28 + 2 * index] = (240, 220, 40)
        out.append(frame)
    return out


def video_bytes(frames: list[Picture], fps: int, aspect: Fraction | None = None) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "12", "preset": "ultrafast"}
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def psnr(a: Picture, b: Picture) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))


def square_left(frame: Picture) -> int:
    """Column where the bright square begins."""
    row = np.asarray(frame)[32 * frame.shape[0] // 72].astype(int)
    return int(np.argmax(row[:, 0] - row[:, 2] > 90))


@given(st.integers(16, 4000), st.integers(16, 4000), st.integers(16, 720))
def test_fitted_sizes_are_even_and_never_larger(width: int, height: int, short: int) -> None:
    w, h = fit_short_side(width, height, short)
    assert w % 2 == 0
    assert h % 2 == 0
    assert min(w, h) <= short + 1
    assert w <= width + 1
    assert h <= height + 1
    assert w / h == pytest.approx(width / height, rel=0.2)


def test_clip_comes_back_frame_by_frame(tmp_path: Path) -> None:
    frames = moving_square(7)
    write_clip(tmp_path / "a.avif", frames, 24.0)
    back = read_pictures(tmp_path / "a.avif")
    assert back.shape == (7, 72, 96, 3)
    assert min(psnr(a, b) for a, b in zip(frames, back, strict=True)) > 30
    # Neighbouring frames are not mixed up.
    assert [square_left(f) for f in back] == [4 + 2 * i for i in range(7)]


def test_masks_and_photos_come_back(tmp_path: Path) -> None:
    masks = [np.where(f[..., 0] > 200, 255, 0).astype(np.uint8) for f in moving_square(3)]
    write_mask(tmp_path / "m.avif", masks, 24.0)
    write_mask(tmp_path / "m.webp", masks[:1], 0.0)
    write_photo(tmp_path / "p.webp", moving_square(1)[0])
    sequence = read_pictures(tmp_path / "m.avif", grey=True)
    assert sequence.shape == (3, 72, 96)
    assert np.abs(sequence.astype(int) - np.stack(masks)).mean() < 4
    assert read_pictures(tmp_path / "m.webp", grey=True).shape == (1, 72, 96)
    assert psnr(read_pictures(tmp_path / "p.webp")[0], moving_square(1)[0]) > 30


def test_fast_video_is_thinned_evenly() -> None:
    data = video_bytes(moving_square(20), 60)
    frames, fps = decode_video(data, max_fps=30)
    assert fps == pytest.approx(30)
    assert len(frames) == 10
    steps = np.diff([square_left(np.asarray(f)) for f in frames])
    assert np.all(np.abs(steps - 4) <= 1)


def test_part_of_a_video_is_taken() -> None:
    data = video_bytes(moving_square(30), 10)
    frames, fps = decode_video(data, start=1.0, stop=2.0)
    assert fps == pytest.approx(10)
    assert len(frames) == 10
    assert abs(square_left(np.asarray(frames[0])) - 24) <= 1
    assert len(decode_video(data, max_frames=4)[0]) == 4


def test_oblong_pixels_become_square() -> None:
    frames, _ = decode_video(video_bytes(moving_square(2), 10, Fraction(4, 3)))
    assert frames[0].size == (128, 72)


def test_repeated_frames_are_dropped_on_demand() -> None:
    frames = moving_square(6)
    stuttering = [frames[i] for i in (0, 0, 1, 2, 2, 2, 3, 4, 5, 5)]
    data = video_bytes(stuttering, 20)
    assert len(decode_video(data)[0]) == 10
    kept = decode_video(data, distinct=True)[0]
    assert [square_left(np.asarray(f)) for f in kept] == pytest.approx([4 + 2 * i for i in range(6)], abs=1)
