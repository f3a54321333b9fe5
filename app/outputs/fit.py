"""Bring a picture to another size without distorting it."""

from __future__ import annotations

import cv2
import numpy as np

from sanacam.app.frames import Pixels


def resize(pixels: Pixels, width: int, height: int) -> Pixels:
    """Scale to exactly ``width`` × ``height``; the same object when it already is."""
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinking = width * height < pixels.shape[0] * pixels.shape[1]
    scaled = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    return np.ascontiguousarray(scaled, dtype=np.uint8)


def size_within(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The largest even size inside ``box`` (width, height) that keeps the aspect of ``width`` × ``height``; at least
    2 × 2.
    """
    scale = min(box[0] / width, box[1] / height)
    inner = (round(width * scale), round(height * scale))
    if inner == tuple(box):
        return box
    return max(2, inner[0] // 2 * 2), max(2, inner[1] // 2 * 2)


def letterbox(pixels: Pixels, width: int, height: int) -> Pixels:
    """The whole picture, scaled, on black bars; the same object when nothing is to do. Result (height, width, 3)."""
    if pixels.shape[:2] == (height, width):
        return pixels
    w, h = size_within(pixels.shape[1], pixels.shape[0], (width, height))
    w, h = min(w, width), min(h, height)
    canvas = np.zeros((height, width, 3), dtype=np.uint8)
    y, x = (height - h) // 2, (width - w) // 2
    canvas[y : y + h, x : x + w] = resize(pixels, w, h)
    return canvas


def crop(pixels: Pixels, width: int, height: int) -> Pixels:
    """Fill the size completely and cut off what stands over, evenly on both sides. Result (height, width, 3)."""
    if pixels.shape[:2] == (height, width):
        return pixels
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    w, h = max(width, round(pixels.shape[1] * scale)), max(height, round(pixels.shape[0] * scale))
    y, x = (h - height) // 2, (w - width) // 2
    return np.ascontiguousarray(resize(pixels, w, h)[y : y + height, x : x + width])
