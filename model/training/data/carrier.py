"""The carrier: clips as AVIF image sequences, photos as WebP, so that training machines need nothing but Pillow.

Pictures here are ``numpy`` uint8 RGB (H, W, 3) or, for masks, (H, W).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, features

from sanacam.model.errors import UserError

Picture = npt.NDArray[np.uint8]

CLIP_QUALITY, CLIP_SPEED = 76, 8
MASK_QUALITY, MASK_SPEED = 60, 8
PHOTO_QUALITY = 80


def require_avif() -> None:
    """Raises UserError if this Pillow cannot read AVIF (it can since 11.3, unless built without it)."""
    if not features.check("avif"):
        raise UserError(
            "The installed Pillow cannot read AVIF.", "Install Pillow 11.3 or newer: pip install 'pillow>=11.3'."
        )


def fit_short_side(width: int, height: int, short: int) -> tuple[int, int]:
    """Even size with the same shape whose short side is at most ``short``; nothing is enlarged."""
    scale = min(1.0, short / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def decode_video(
    data: bytes,
    start: float = 0.0,
    stop: float | None = None,
    max_fps: float = 30.0,
    max_frames: int = 240,
    distinct: bool = False,
) -> tuple[list[Image.Image], float]:
    """Frames of a video file between two times (seconds), thinned to at most ``max_fps``, pixels made square.

    Args:
        distinct: drop frames that repeat the one before.

    Returns:
        The frames at full size and their rate.
    """
    import av

    with av.open(io.BytesIO(data), mode="r") as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate = float(stream.average_rate or 25)
        step = 1 / min(rate, max_fps)
        aspect = float(stream.sample_aspect_ratio or Fraction(1))
        if start > 1 and stream.time_base is not None:
            container.seek(int(start / stream.time_base), stream=stream)
        frames: list[Image.Image] = []
        due = start
        last: npt.NDArray[np.int16] | None = None
        for frame in container.decode(stream):
            time = frame.time or 0.0
            if stop is not None and time >= stop:
                break
            if time < due - step / 4:
                continue
            # The clock of the kept frames goes on from the one due, so that jitter in the stamps does not add up.
            due = max(due + step, time + step / 2)
            picture = frame.to_ndarray(format="rgb24")
            if distinct:
                if last is not None and np.abs(picture[::2, ::2].astype(np.int16) - last).mean() < 0.5:
                    continue
                last = picture[::2, ::2].astype(np.int16)
            image = Image.fromarray(picture)
            if abs(aspect - 1) > 0.005:
                image = image.resize((round(image.width * aspect), image.height), Image.Resampling.LANCZOS)
            frames.append(image)
            if len(frames) == max_frames:
                break
    return frames, 1 / step


def write_clip(path: Path, frames: Sequence[Picture], fps: float) -> None:
    """RGB frames as an AVIF sequence."""
    _write_sequence(path, [Image.fromarray(f) for f in frames], fps, CLIP_QUALITY, CLIP_SPEED)


def write_mask(path: Path, masks: Sequence[Picture], fps: float) -> None:
    """Masks (H, W) as an AVIF sequence, or as WebP if there is only one."""
    images = [Image.fromarray(m) for m in masks]
    if len(images) == 1:
        images[0].save(path, quality=PHOTO_QUALITY, method=4)
    else:
        _write_sequence(path, images, fps, MASK_QUALITY, MASK_SPEED)


def write_photo(path: Path, picture: Picture) -> None:
    Image.fromarray(picture).save(path, quality=PHOTO_QUALITY, method=4)


def _write_sequence(path: Path, images: list[Image.Image], fps: float, quality: int, speed: int) -> None:
    images[0].save(
        path,
        save_all=True,
        append_images=images[1:],
        quality=quality,
        speed=speed,
        duration=round(1000 / fps),
        subsampling="4:2:0",
    )


def read_pictures(path: Path, grey: bool = False) -> Picture:
    """All pictures of a file: (T, H, W, 3), or (T, H, W) if ``grey``."""
    mode = "L" if grey else "RGB"
    with Image.open(path) as image:
        count = getattr(image, "n_frames", 1)
        pictures = None
        for index in range(count):
            if count > 1:
                image.seek(index)
            picture = np.asarray(image.convert(mode))
            if pictures is None:
                pictures = np.empty((count, *picture.shape), np.uint8)
            pictures[index] = picture
    assert pictures is not None
    return pictures
