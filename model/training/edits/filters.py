"""Spatial filters shared by the teacher edits: Gaussian, block mean, Kuwahara, flow-guided lines.

All take pictures (N, C, H, W), float32, and keep that shape. Borders repeat the outermost pixel. Filters that work on a
coarser grid anchor it to pixel (0, 0), so a crop whose corner lies on a multiple of 16 gives, away from its border, the
same pixels as the whole picture.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from sanacam.model.training.edits.tone import luma


@lru_cache(maxsize=64)
def _gaussian_taps(sigma: float, device: torch.device) -> Tensor:
    radius = max(1, math.ceil(2.5 * sigma))
    at = torch.arange(-radius, radius + 1, dtype=torch.float32)
    taps = torch.exp(-0.5 * (at / sigma) ** 2)
    return (taps / taps.sum()).to(device)


def pad_to_multiple(x: Tensor, block: int) -> Tensor:
    """Repeat the last row and column until both sides are multiples of ``block``."""
    height, width = x.shape[-2:]
    return F.pad(x, (0, -width % block, 0, -height % block), mode="replicate")


def gaussian(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur with ``sigma`` in pixels; wide ones (above 3) run on a grid coarser by 2, 4 or 8."""
    if sigma > 3.0:
        shrink = 2 if sigma <= 6.0 else 4 if sigma <= 12.0 else 8
        height, width = x.shape[-2:]
        small = F.avg_pool2d(pad_to_multiple(x, shrink), shrink)
        # Block mean and bilinear enlargement blur too; take their variance off.
        rest = math.sqrt(max((sigma / shrink) ** 2 - 0.25, 0.25))
        large = F.interpolate(gaussian(small, rest), scale_factor=shrink, mode="bilinear", align_corners=False)
        return large[..., :height, :width]
    taps = _gaussian_taps(sigma, x.device)
    radius = taps.numel() // 2
    count, channels, height, width = x.shape
    # All planes as channels of one picture: always a depthwise convolution, which CUDA computes in full fp32 (no TF32).
    planes = x.reshape(1, count * channels, height, width)
    kernel = taps.expand(count * channels, 1, -1).contiguous()
    planes = F.pad(planes, (radius, radius, 0, 0), mode="replicate")
    planes = F.conv2d(planes, kernel[:, :, None, :], groups=count * channels)
    planes = F.pad(planes, (0, 0, radius, radius), mode="replicate")
    planes = F.conv2d(planes, kernel[:, :, :, None], groups=count * channels)
    return planes.reshape(count, channels, height, width)


def block_mean(x: Tensor, block: int) -> Tensor:
    """One mean per ``block`` × ``block`` cell anchored to (0, 0): (N, C, ⌈H/block⌉, ⌈W/block⌉)."""
    return F.avg_pool2d(pad_to_multiple(x, block), block)


def enlarge_blocks(cells: Tensor, block: int, height: int, width: int) -> Tensor:
    """Draw each cell as a ``block`` × ``block`` square, cut to (height, width)."""
    large = cells.repeat_interleave(block, dim=-2).repeat_interleave(block, dim=-1)
    return large[..., :height, :width]


def shifted(padded: Tensor, pad: int, dy: int, dx: int, height: int, width: int) -> Tensor:
    """Window of ``padded`` (border ``pad``) moved by (dy, dx), |dy| and |dx| ≤ pad."""
    return padded[..., pad + dy : pad + dy + height, pad + dx : pad + dx + width]


def kuwahara(x: Tensor, radius: int, *, hardness: float = 4.0, eps: float = 0.002, rounds: int = 2) -> Tensor:
    """Painterly smoothing: each pixel takes the mean of the quietest of eight neighbouring windows.

    Mean and colour variance are blurred once; windows are shifted copies, weighted (eps / (variance + eps)) ** hardness
    (after Papari et al. 2007, with Gaussian windows instead of sectors). Edges stay, texture becomes patches.

    Args:
        radius: distance of the windows' centres in pixels; their sigma is half of it.
        rounds: how often to repeat; each makes flatter, larger patches.
    """
    height, width = x.shape[-2:]
    near = max(1, round(0.7071 * radius))
    offsets = [
        (0, radius),
        (0, -radius),
        (radius, 0),
        (-radius, 0),
        (near, near),
        (near, -near),
        (-near, near),
        (-near, -near),
    ]
    for _ in range(rounds):
        blurred = gaussian(torch.cat([x, (x * x).mean(dim=1, keepdim=True)], dim=1), 0.5 * radius)
        mean = blurred[:, :3]
        variance = (blurred[:, 3:4] - (mean * mean).mean(dim=1, keepdim=True)).clamp_min(0.0)
        weight = (eps / (variance + eps)) ** hardness + 1e-6
        weighted = F.pad(torch.cat([mean * weight, weight], dim=1), (radius,) * 4, mode="replicate")
        total = shifted(weighted, radius, *offsets[0], height, width).clone()
        for dy, dx in offsets[1:]:
            total += shifted(weighted, radius, dy, dx, height, width)
        x = total[:, :3] / total[:, 3:4]
    return x


def restore_detail(simple: Tensor, full: Tensor, keep: float) -> Tensor:
    """Put back into ``simple`` what differs from ``full`` by more than about ``keep``: eyes, mouths, letters."""
    detail = full - simple
    power = luma(detail) ** 2
    return simple + detail * (power / (power + keep * keep))


def flatten(x: Tensor, radius: int, rounds: int, *, hardness: float = 4.0, keep: float = 0.10) -> Tensor:
    """Kuwahara patches with the small strong features put back; weak texture and noise stay flat."""
    calm = gaussian(x, 0.8)
    return restore_detail(kuwahara(calm, radius, hardness=hardness, rounds=rounds), calm, keep)


def gradient(light: Tensor) -> tuple[Tensor, Tensor]:
    """Scharr-like derivatives (d/dx, d/dy) of a plane (N, 1, H, W), in units per pixel."""
    height, width = light.shape[-2:]
    padded = F.pad(light, (1, 1, 1, 1), mode="replicate")
    column = 0.25 * padded[..., :-2, :] + 0.5 * padded[..., 1:-1, :] + 0.25 * padded[..., 2:, :]
    row = 0.25 * padded[..., :-2] + 0.5 * padded[..., 1:-1] + 0.25 * padded[..., 2:]
    return 0.5 * (column[..., 2:] - column[..., :width]), 0.5 * (row[..., 2:, :] - row[..., :height, :])


def edge_strength(light: Tensor, sigma: float, knee: float) -> Tensor:
    """How clearly an edge runs through each pixel, 0..1: g² / (g² + knee²) of the blurred gradient."""
    gx, gy = gradient(gaussian(light, sigma))
    power = gx * gx + gy * gy
    return power / (power + knee * knee)


def tangent(light: Tensor, sigma: float = 2.5) -> tuple[Tensor, Tensor]:
    """Unit direction (x, y) along the local edge (structure tensor); flat areas point right, rising by 20°."""
    gx, gy = gradient(gaussian(light, 1.0))
    tensor = gaussian(torch.cat([gx * gx - gy * gy, 2 * gx * gy], dim=1), sigma)
    # A small constant bias decides where there is no edge, so that noise cannot turn the direction there.
    angle = 0.5 * torch.atan2(tensor[:, 1:2] + 1.3e-5, tensor[:, 0:1] - 1.5e-5) + math.pi / 2
    return torch.cos(angle), torch.sin(angle)


@lru_cache(maxsize=16)
def _pixel_grid(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    x = (torch.arange(width, dtype=torch.float32) + 0.5) * (2.0 / width) - 1.0
    y = (torch.arange(height, dtype=torch.float32) + 0.5) * (2.0 / height) - 1.0
    return x.view(1, 1, 1, width).to(device), y.view(1, 1, height, 1).to(device)


def smooth_along(plane: Tensor, direction: tuple[Tensor, Tensor], reach: float) -> Tensor:
    """Mean of five samples along ``direction`` up to ±``reach`` pixels: joins broken lines, keeps them thin."""
    count, _, height, width = plane.shape
    grid_x, grid_y = _pixel_grid(height, width, plane.device)
    step_x, step_y = direction[0] * (2.0 / width), direction[1] * (2.0 / height)
    total = plane * 0.3
    for distance, weight in ((-reach, 0.13), (-reach / 2, 0.22), (reach / 2, 0.22), (reach, 0.13)):
        grid = torch.cat(
            [grid_x + step_x * distance, (grid_y + step_y * distance).expand(count, 1, height, width)], dim=1
        )
        total = total + weight * F.grid_sample(
            plane, grid.permute(0, 2, 3, 1), mode="bilinear", padding_mode="border", align_corners=False
        )
    return total


def ink_lines(
    light: Tensor, sigma: float = 1.0, *, gain: float = 30.0, floor: float = 0.012, reach: float = 3.0
) -> Tensor:
    """Dark lines of a plane as coverage 0..1: flow-guided difference of Gaussians, after Winnemöller (2012).

    Args:
        sigma: half of the line width in pixels.
        gain: slope of the soft threshold.
        floor: contrast a line must have; keeps sensor noise out.
    """
    inner = gaussian(light, sigma)
    # Relative to local brightness, as the eye sees it: dark pictures get lines too.
    outer = gaussian(light, 1.8 * sigma)
    response = (outer - inner) / (outer + 0.25)
    response = smooth_along(response, tangent(light), reach)
    return torch.sigmoid(2 * gain * (response - floor)) * torch.tanh(gain * response.clamp_min(0.0) * 2)
