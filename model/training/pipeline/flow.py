"""Optical flow of a clip by OpenCV's DIS, and what follows it.

A flow (H, W, 2) float32 holds, for each pixel of one picture, how far away in x and y the same thing is in another.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from sanacam.model.training.data.carrier import Picture

Flow = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]


class FlowEstimator:
    """DIS with OpenCV's medium preset."""

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def between(self, here: Picture, there: Picture) -> Flow:
        """Flow from pictures (H, W, 3) uint8 to pictures of the same size."""
        first, second = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (here, there))
        return np.asarray(self._dis.calc(first, second, np.zeros((*first.shape, 2), np.float32)), np.float32)


def fetch_along(picture: npt.NDArray[np.generic], flow: Flow) -> npt.NDArray[np.float32]:
    """``picture`` (H, W, …), seen from where ``flow`` starts: result[p] = picture[p + flow[p]]; border repeated."""
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = x + flow[..., 0], y + flow[..., 1]
    moved = cv2.remap(picture.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    result: npt.NDArray[np.float32] = np.asarray(moved, np.float32)
    return result


def then(first: Flow, second: Flow) -> Flow:
    """The flow that goes along ``first``, and from there along ``second``."""
    return first + fetch_along(second, first)


def agreement(here: Picture, there: Picture, flow: Flow, tolerance: float = 0.06) -> Plane:
    """(H, W) 0…1: how well what the flow points to matches, in colour (0…1 scale, smoothed by a pixel or two)."""
    difference = np.abs(fetch_along(there, flow) - here.astype(np.float32)).mean(axis=2) / 255
    smooth: Plane = cv2.GaussianBlur(difference, (0, 0), 1.5)
    trust: Plane = np.exp(-np.square(smooth / tolerance)).astype(np.float32)
    return trust
