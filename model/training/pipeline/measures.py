"""What can be measured on a pair without a language model. Clips are (T, 3, H, W) floats in 0…1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.flow import FlowEstimator, agreement, fetch_along

#: Frame-to-frame change (0…1) below which a place counts as still.
_MOVING = 0.02
_GRID = 6
_FINEST = 1e-4


def luma(frames: Tensor) -> Tensor:
    """(T, 1, H, W)."""
    return (frames * frames.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)


def contrast(frames: Tensor) -> float:
    """Standard deviation of all pixels of a frame, mean over frames; 0 for flat pictures."""
    return float(frames.flatten(1).std(dim=1).mean())


def sharpness(frames: Tensor) -> Tensor:
    """(T,) mean step between neighbouring pixels of the luma."""
    light = luma(frames)
    return light.diff(dim=2).abs().mean(dim=(1, 2, 3)) + light.diff(dim=3).abs().mean(dim=(1, 2, 3))


def correlation(a: Tensor, b: Tensor) -> float:
    """Pearson's, of all values; 0 if either is constant."""
    a, b = a.flatten() - a.mean(), b.flatten() - b.mean()
    scale = float(a.norm() * b.norm())
    return float(a @ b) / scale if scale > 1e-9 else 0.0


def motion_kept(source: Tensor, edited: Tensor) -> float | None:
    """Whether things change where and when the source's do: correlation of the changes of both, blurred, over space and
    time. A frozen or late clip comes near 0. None for a source in which hardly anything moves."""
    changes = []
    for clip in (source, edited):
        small = F.avg_pool2d(clip, 8)
        changes.append(small.diff(dim=0).abs().mean(dim=1))
    moving = changes[0] > _MOVING
    if float(moving.float().mean()) < 0.01:
        return None
    # Roots, so that a few strong changes do not decide alone.
    return correlation(changes[0].sqrt(), changes[1].sqrt())


def change_ratio(source: Tensor, edited: Tensor) -> float:
    """Change from frame to frame, relative to contrast, of the edit over that of the source. A frozen edit gives 0."""
    sizes = []
    for clip in (source, edited):
        small = F.avg_pool2d(clip, 4)
        sizes.append(float(small.diff(dim=0).abs().mean()) / max(contrast(small), 0.02))
    return (sizes[1] + _FINEST) / (sizes[0] + _FINEST)


def flicker(source: Tensor, edited: Tensor) -> float:
    """How much more the mean colours of a coarse grid jerk to and fro than the source's do, in 0…1 of brightness.

    The second difference in time: smooth changes do not count, and motion counts on both sides.
    """
    jerks = []
    for clip in (source, edited):
        grid = F.adaptive_avg_pool2d(clip, _GRID)
        jerks.append(grid.diff(n=2, dim=0).abs().mean(dim=(1, 2, 3)))
    return float((jerks[1] - 1.5 * jerks[0]).clamp_min(0).mean())


def jumps(edited: Tensor) -> float:
    """The largest change between two frames over the usual one: a cut, or a frame out of place."""
    change = F.avg_pool2d(edited, 8).diff(dim=0).abs().mean(dim=(1, 2, 3))
    return float(change.max() / (change.median() + 0.004))


@dataclass(frozen=True)
class WarpError:
    """Mean colour difference (0…1) between frames and the ones before them, brought over by the source's flow."""

    source: float
    edited: float


def warp_error(source: Picture, edited: Picture, pairs: int = 8) -> WarpError:
    """Flow comes from the source (T, H, W, 3) and is applied to both; places where the source itself does not fit,
    covered or uncovered ones, do not count."""
    estimator = FlowEstimator()
    steps = np.unique(np.linspace(1, len(source) - 1, min(pairs, len(source) - 1)).round().astype(int))
    sums = np.zeros(2)
    for step in steps:
        flow = estimator.between(source[step], source[step - 1])
        trust = agreement(source[step], source[step - 1], flow)
        for index, clip in enumerate((source, edited)):
            off = np.abs(fetch_along(clip[step - 1], flow) - clip[step].astype(np.float32)).mean(axis=2) / 255
            sums[index] += float((trust * off).sum() / (trust.sum() + 1e-6))
    return WarpError(*(sums / len(steps)).tolist())


def lag(source: Tensor, edited: Tensor) -> float:
    """How far off in time the frames of the edit seem, on average, as a share of the clip: each is compared with all
    frames of the source, by what of its coarse edges is not there all the time. A frozen clip gives about a half."""
    maps = []
    for clip in (source, edited):
        edges = _coarse_edges(clip).flatten(1)
        moving = edges - edges.mean(dim=0)
        maps.append(moving / moving.norm(dim=1, keepdim=True).clamp_min(1e-6))
    likest = (maps[1] @ maps[0].T).argmax(dim=1)
    return float((likest - torch.arange(len(likest))).abs().float().mean()) / len(likest)


def _coarse_edges(frames: Tensor) -> Tensor:
    """(T, 1, h, w): where edges are, at a scale that lines, dots and tiles do not reach."""
    light = F.avg_pool2d(luma(frames), 4)
    dx, dy = light.diff(dim=3)[..., :-1, :], light.diff(dim=2)[..., :-1]
    return F.avg_pool2d((dx * dx + dy * dy).sqrt(), 3, 1).sqrt()


def structure(source: Tensor, edited: Tensor, where: Tensor | None = None) -> float:
    """Correlation of where the coarse edges are.

    Args:
        where: (T, 1, H, W); places below a half do not count.
    """
    maps = [_coarse_edges(clip) for clip in (source, edited)]
    if where is not None:
        counted = F.adaptive_avg_pool2d(where, (maps[0].shape[2], maps[0].shape[3])) > 0.5
        maps = [values[counted] for values in maps]
    return correlation(maps[0], maps[1]) if maps[0].numel() else 0.0


@dataclass(frozen=True)
class Kept:
    """Change inside the region that was to stay, in 0…1: mean over it, and mean over its worst hundredth."""

    mean: float
    worst: float


def kept_region(source: Tensor, edited: Tensor, region: Tensor) -> Kept | None:
    """``region`` (T, 1, H, W) is 1 where nothing may change. Its rim, which an edit may blend into, does not count.
    None if hardly anything is left of it."""
    inner = 1 - F.max_pool2d(1 - region, 9, 1, 4)
    inside = inner > 0.9
    if float(inside.float().mean()) < 0.02:
        return None
    change = F.avg_pool2d((edited - source).abs().mean(dim=1, keepdim=True), 3, 1, 1)[inside]
    return Kept(float(change.mean()), float(change.topk(max(1, len(change) // 100)).values.mean()))


def spread_frames(count: int, wanted: int) -> Tensor:
    """Numbers of ``wanted`` frames, evenly over a clip, not its very ends."""
    return torch.linspace(0, count - 1, wanted + 2)[1:-1].round().long()
