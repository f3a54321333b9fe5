"""SiLU, depthwise 3×3 and gate, written with convolutions (the middle of the GLU-MBConv feed-forward layer)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def silu_depth_glu(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``u = depthwise3×3(silu(x)) + bias``, zero outside the picture; first half of the channels times ``silu`` of the
    second.

    Args:
        x: (frames, H, W, 2·hidden).
        weight: (2·hidden, 1, 3, 3). bias: (2·hidden,).

    Returns:
        (frames, H, W, hidden).
    """
    pictures = F.silu(x.permute(0, 3, 1, 2))
    value, gate = F.conv2d(pictures, weight, bias, padding=1, groups=weight.shape[0]).chunk(2, 1)
    return (value * F.silu(gate)).permute(0, 2, 3, 1)
