"""GDN self-attention between its projections: norms, rotary positions, gates, both scans, merge and output gate."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.reference.gdn import gdn_attention
from sanacam.kernels.reference.norm import rms_norm


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Interleaved pairs of x (B, T, S, heads, D) turned by the angles of cos, sin (T, S, D / 2)."""
    even, odd = x[..., ::2], x[..., 1::2]
    cos, sin = cos[:, :, None], sin[:, :, None]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def gdn_layer(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor, cos: Tensor,
    sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, *, norm_eps: float, eps: float,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Arguments and results as `sanacam.kernels.gdn.gdn`; computes in the dtype of the arguments."""
    batch, frames, tokens, width = q.shape
    heads = a_log.numel()
    head_dim = width // heads
    split = (heads, head_dim)
    q = rms_norm(q, q_weight, norm_eps).relu().unflatten(-1, split)
    k = rms_norm(k, k_weight, norm_eps).relu().unflatten(-1, split) * (head_dim * tokens) ** -0.5
    q, k, q_rot, k_rot, v = (
        t.permute(0, 1, 3, 4, 2) for t in (q, k, turn(q, cos, sin), turn(k, cos, sin), v.unflatten(-1, split))
    )
    beta = update[..., :heads].sigmoid().permute(0, 1, 3, 2)[:, :, :, None]
    alpha = update[..., heads:].mean(2)
    decay = torch.exp(-a_log.exp() * F.softplus(alpha + dt_bias))[..., None, None]
    out, m, z = gdn_attention(q, k, q_rot, k_rot, v, beta, decay, [frames], m, z, eps)
    return out.permute(0, 1, 4, 2, 3).reshape(batch, frames, tokens, width) * F.silu(gate), m, z
