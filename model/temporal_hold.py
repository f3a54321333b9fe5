"""Holding still what stands still: a recursive temporal filter over the edited picture, guided by the source.

A network that draws four frames at a time redraws what has not moved, too, and never quite alike: patterns shimmer on
a webcam's quiet background and a slide pulses with the chunks. As in motion-adaptive noise reduction, where source and
edit both stay as they were, most of the last output is kept; where either changes, nothing is:

    w = hold · exp(−(m / MOTION)² − (d / DIFFERENCE)²)        shown ← (1 − w) · edited + w · shown

``m`` is the source's change, ``d`` the edit's, each the largest of the three channels, ``m`` averaged over 5 × 5
pixels. The source remembered beside the shown picture is mixed with the same ``w``: a slow fade adds up until it counts
as change, and the camera's noise is not counted twice. ``d`` keeps particles, which fall where the source rests, from
leaving tails.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

MOTION, DIFFERENCE = 0.04, 0.10
"""Changes, in units of −1…1, at which the weight has fallen to 1/e. A webcam's noise is 0.01 to 0.02."""

_REACH = 2  # pixels on each side over which the source's change is averaged
_NOTHING = -20.0  # the exponent of a weight that is as good as zero; below it, processors compute exp slowly


class TemporalHold:
    """The filter's memory for one stream.

    Args:
        hold: share of the last output that stays where nothing changes, 0 ≤ hold < 1.
    """

    def __init__(self, hold: float) -> None:
        self.hold = hold
        self._last: tuple[Tensor, Tensor] | None = None

    def reset(self) -> None:
        """The next frame is the first of a stream and stays as it is."""
        self._last = None

    def steady(self, edited: Tensor, source: Tensor) -> Tensor:
        """What is shown for ``edited``, float32, in new memory; it goes on from the last call.

        Args:
            edited, source: (1, T, 3, H, W), about −1…1; the same frames before and after.
        """
        frames = []
        for picture, original in zip(edited[0].float(), source[0].float(), strict=True):
            now = (picture, original)
            if self._last is not None:
                weight = self._weight(now, self._last)
                now = (torch.lerp(picture, self._last[0], weight), torch.lerp(original, self._last[1], weight))
            self._last = now
            frames.append(now[0])
        return torch.stack(frames)[None]

    def _weight(self, now: tuple[Tensor, Tensor], last: tuple[Tensor, Tensor]) -> Tensor:
        """(H, W), 0…hold."""
        (edited, source), (shown, remembered) = now, last
        motion = _around(_largest(source - remembered)).div_(MOTION).square_()
        difference = _largest(edited - shown).div_(DIFFERENCE).square_()
        return motion.add_(difference).neg_().clamp_(min=_NOTHING).exp_().mul_(self.hold)


def _largest(change: Tensor) -> Tensor:
    """(3, H, W) → (H, W): the largest channel's size."""
    return change.abs_().amax(dim=0)


def _around(change: Tensor) -> Tensor:
    """(H, W): the mean of the square around each pixel, the picture's edge repeated. A few additions are ten times as
    fast on a processor as pooling, and five times as fast as a convolution."""
    height, width = change.shape
    padded = F.pad(change[None], (_REACH,) * 4, mode="replicate")[0]
    side = 2 * _REACH + 1
    rows = sum((padded[:, i : i + width] for i in range(1, side)), padded[:, :width])
    return sum((rows[i : i + height] for i in range(1, side)), rows[:height]) / side**2
