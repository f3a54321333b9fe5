"""The gated convolutional FFN with its temporal convolution, as convolutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def glu_conv_ffn(
    x: Tensor, weights: Mapping[str, Tensor], chunks: Sequence[int], tail: Tensor | None
) -> tuple[Tensor, Tensor]:
    """1×1 conv, SiLU, depthwise 3×3, gate, 1×1 conv; then three taps over time.

    The frame after a chunk's end is zero; the frame before a chunk is the end of the one before (``tail`` for the
    first).

    Args:
        x: (B, C, T, H, W).
        weights: as in the released checkpoint, keys without the ``mlp.`` prefix.
        tail: (B, C, 1, H, W) or ``None``.

    Returns:
        (B, C, T, H, W) and the new tail.
    """
    batch, _, frames, height, width = x.shape
    images = x.transpose(1, 2).flatten(0, 1)
    expanded = F.silu(F.conv2d(images, weights["inverted_conv.conv.weight"], weights["inverted_conv.conv.bias"]))
    depth = weights["depth_conv.conv.weight"]
    expanded = F.conv2d(expanded, depth, weights["depth_conv.conv.bias"], padding=1, groups=depth.shape[0])
    value, gate = expanded.chunk(2, 1)
    r = F.conv2d(value * F.silu(gate), weights["point_conv.conv.weight"])
    r = r.unflatten(0, (batch, frames)).transpose(1, 2)
    before = torch.zeros_like(r[:, :, :1]) if tail is None else tail
    outs = []
    for chunk in r.split(list(chunks), 2):
        padded = torch.cat((before, chunk, torch.zeros_like(before)), 2).flatten(3)
        mixed = F.conv2d(padded, weights["t_conv.weight"])
        outs.append(chunk + mixed.unflatten(3, (height, width)))
        before = chunk[:, :, -1:]
    return torch.cat(outs, 2), before
