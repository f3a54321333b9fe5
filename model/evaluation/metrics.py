"""Numbers that compare a streamed clip with its teacher. Clips are (T, 3, H, W) floats in 0…1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

#: LPIPS or alike: two (N, 3, H, W) in −1…1 → (N,).
Perceptual = Callable[[Tensor, Tensor], Tensor]

_LEAST_MSE = 1e-10  # 100 dB stands for equal
#: A change of a tenth of an 8-bit step on average can not be seen; it keeps the ratios of still pictures finite.
STILL = 0.1 / 255


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio in dB from the mean squared error over the whole clip; equal clips give 100."""
    return float(-10 * torch.log10((a.float() - b.float()).square().mean().clamp_min(_LEAST_MSE)))


def ssim(a: Tensor, b: Tensor) -> float:
    """Structural similarity (Wang et al. 2004): Gaussian window 11, σ 1.5, no padding; mean over all pixels."""
    offsets = torch.arange(11, dtype=torch.float32, device=a.device) - 5
    window = torch.exp(-offsets.square() / (2 * 1.5**2))
    window = (window / window.sum()).view(1, 1, -1)

    def blur(x: Tensor) -> Tensor:
        x = F.conv2d(x, window.unsqueeze(2))
        return F.conv2d(x, window.unsqueeze(3))

    height, width = a.shape[-2:]
    x, y = (t.float().reshape(-1, 1, height, width) for t in (a, b))
    mean_x, mean_y = blur(x), blur(y)
    var_x = blur(x * x) - mean_x.square()
    var_y = blur(y * y) - mean_y.square()
    both = blur(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    value = (
        (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x.square() + mean_y.square() + c1) * (var_x + var_y + c2))
    )
    return float(value.mean())


def perceptual_mean(perceptual: Perceptual, a: Tensor, b: Tensor, batch: int = 32) -> float:
    """Mean of ``perceptual`` over the frames of two clips in 0…1."""
    values = [perceptual(x * 2 - 1, y * 2 - 1) for x, y in zip(a.split(batch), b.split(batch), strict=True)]
    return float(torch.cat(values).float().mean())


def frame_change(frames: Tensor) -> Tensor:
    """(T−1,) mean absolute difference between each frame and the one before it."""
    return frames.float().diff(dim=0).abs().mean(dim=(1, 2, 3))


@dataclass(frozen=True)
class Change:
    """How much more the output changes from frame to frame than its teacher does.

    Attributes:
        ratio: Σ|Δ output| / Σ|Δ teacher| over the clip.
        profile: the same ratio for the steps at each place in a chunk; place 0 is the step across the chunk border.
        border_ratio: ``profile[0]`` over the ratio of the steps inside chunks; 1: borders can't be told.
    """

    ratio: float
    profile: list[float]
    border_ratio: float


def compare_change(output: Tensor, teacher: Tensor, chunk_frames: int) -> Change:
    """Frame-to-frame change of a streamed clip against its teacher's at the same places, so that motion does not count.

    ``output`` and ``teacher`` start at a chunk border and have more than ``chunk_frames`` ≥ 2 frames.
    """
    if chunk_frames < 2 or len(output) <= chunk_frames:
        raise ValueError(f"a clip of {len(output)} frames has no border between chunks of {chunk_frames} (≥ 2) frames")
    out, ref = frame_change(output), frame_change(teacher)
    place = torch.arange(1, len(output), device=out.device) % chunk_frames

    def ratio(chosen: Tensor) -> float:
        # The same small number above and below: two still pictures compare as 1, not as 0/0.
        return float((out[chosen].mean() + STILL) / (ref[chosen].mean() + STILL))

    everything = torch.ones_like(place, dtype=torch.bool)
    profile = [ratio(place == p) for p in range(chunk_frames)]
    return Change(ratio(everything), profile, profile[0] / ratio(place != 0))


#: What may drift. Saturation is max − min of the channels, sharpness the mean step between neighbouring pixels.
LOOK_NAMES = ("red", "green", "blue", "saturation", "sharpness")


def look_of(frames: Tensor) -> Tensor:
    """(T, 5): the values of :data:`LOOK_NAMES` of each frame."""
    frames = frames.float()
    rgb = frames.mean(dim=(2, 3))
    saturation = (frames.amax(dim=1) - frames.amin(dim=1)).mean(dim=(1, 2))
    luma = (frames * frames.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(dim=1)
    sharpness = luma.diff(dim=1).abs().mean(dim=(1, 2)) + luma.diff(dim=2).abs().mean(dim=(1, 2))
    return torch.stack([*rgb.unbind(1), saturation, sharpness], dim=1)
