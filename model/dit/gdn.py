"""Gated delta-net self-attention over frames: forward state through all time, backward state inside a chunk.

Each frame is one simultaneous update of a state ``M`` (values × keys) and a normaliser ``z`` per head. Evaluated
chunkwise: per frame the products ``P = K̃βK̃ᵀ``, ``A = VβK̃ᵀ``, ``P_z = KβKᵀ``, ``b = Kβ1`` for all frames at once,
then a short scan ``M ← g(M − MP) + A``, ``z ← g(z − P_z z) + b`` over frames. `sanacam.kernels.reference.gdn` is the
plain twin."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.dit.chunks import equal_runs
from sanacam.model.dit.config import GDN_DENOMINATOR_EPS, SELF_NORM_EPS, DiTConfig
from sanacam.model.dit.layers import CentreTap, RMSNorm
from sanacam.model.dit.rope import rotate


class FrameProducts(NamedTuple):
    """What the scan needs of each frame. Leading axes (B, T, heads); fp32."""

    erase: Tensor
    """``P``, (…, D, D)"""
    write: Tensor
    """``A``, (…, D values, D keys)"""
    erase_z: Tensor
    """``P_z``, (…, D, D)"""
    write_z: Tensor
    """``b``, (…, D, 1)"""
    decay: Tensor
    """``g``, (…, 1, 1)"""

    def frames(self, first: int, count: int, length: int) -> FrameProducts:
        """``count`` chunks of ``length`` frames from ``first`` on, the chunks moved to a second batch axis."""
        return FrameProducts(
            *(t[:, first : first + count * length].unflatten(1, (count, length)).flatten(0, 1) for t in self)
        )


def frame_products(k: Tensor, k_rot: Tensor, v: Tensor, beta: Tensor, decay: Tensor) -> FrameProducts:
    """Products of each frame with itself.

    Args:
        k, k_rot, v: (B, T, heads, S, D); plain keys, rotated keys, values.
        beta: (B, T, heads, S) fp32, update strength in 0…1.
        decay: (B, T, heads) fp32 in 0…1.
    """
    weighted_rot = (beta[..., None] * k_rot).to(k.dtype)
    weighted = (beta[..., None] * k).to(k.dtype)
    return FrameProducts(
        (k_rot.mT @ weighted_rot).float(),
        (v.mT @ weighted_rot).float(),
        (k.mT @ weighted).float(),
        weighted.float().sum(-2)[..., None],
        decay[..., None, None],
    )


def step(products: FrameProducts, t: int, m: Tensor | None, z: Tensor | None) -> tuple[Tensor, Tensor]:
    """State after absorbing frame ``t``; ``None`` stands for zeros."""
    if m is None or z is None:
        return products.write[:, t], products.write_z[:, t]
    decay = products.decay[:, t]
    m = decay * (m - m @ products.erase[:, t]) + products.write[:, t]
    z = decay * (z - products.erase_z[:, t] @ z) + products.write_z[:, t]
    return m, z


def scan_forward(products: FrameProducts, m: Tensor | None, z: Tensor | None) -> tuple[Tensor, Tensor]:
    """States after every frame: (B, T, heads, D, D) and (B, T, heads, D, 1)."""
    ms, zs = [], []
    for t in range(products.write.shape[1]):
        m, z = step(products, t, m, z)
        ms.append(m)
        zs.append(z)
    return torch.stack(ms, 1), torch.stack(zs, 1)


def scan_backward(products: FrameProducts, lengths: tuple[int, ...]) -> tuple[Tensor, Tensor] | None:
    """For every frame the state built from the strictly later frames of its own chunk; ``None`` if no chunk has two
    frames."""
    if max(lengths) == 1:
        return None
    batch = products.write.shape[0]
    ms: list[Tensor] = []
    zs: list[Tensor] = []
    for first, count, length in equal_runs(lengths):
        run = products.frames(first, count, length)
        m: Tensor | None = None
        z: Tensor | None = None
        run_m, run_z = [torch.zeros_like(run.write[:, 0])], [torch.zeros_like(run.write_z[:, 0])]
        for t in range(length - 1, 0, -1):
            m, z = step(run, t, m, z)
            run_m.append(m)
            run_z.append(z)
        for parts, out in ((run_m, ms), (run_z, zs)):
            out.append(torch.stack(parts[::-1], 1).unflatten(0, (batch, count)).flatten(1, 2))
    return torch.cat(ms, 1), torch.cat(zs, 1)


def single_frame(
    k: Tensor, k_rot: Tensor, v: Tensor, beta: Tensor, decay: Tensor, m: Tensor | None, z: Tensor | None
) -> tuple[Tensor, Tensor]:
    """One frame absorbed directly, without forming ``P`` and ``P_z``: cheaper when there is only one.

    Arguments as in :func:`frame_products` with T = 1; returns states with that time axis, (B, 1, heads, D, D) and (…,
        D, 1).
    """
    strength = beta[..., None]
    if m is None or z is None:
        m_new = (v.mT @ (strength * k_rot).to(k.dtype)).float()
        return m_new, (strength * k).sum(-2).float()[..., None]
    m = decay[..., None, None] * m[:, None]
    z = decay[..., None, None] * z[:, None]
    surprise = ((v - k_rot @ m.mT.to(k.dtype)) * strength).to(k.dtype)
    surprise_z = (1 - k @ z.to(k.dtype)) * strength
    return m + (surprise.mT @ k_rot).float(), z + (k.mT @ surprise_z.to(k.dtype)).float()


class GatedDeltaAttention(nn.Module):
    """GDN self-attention of one block; parameter names as in the released checkpoint."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width, heads = config.hidden_size, config.self_heads
        self.heads = heads
        self.q = CentreTap(width, taps=1)
        self.k = CentreTap(width, taps=1)
        self.v = CentreTap(width, taps=0)
        self.q_norm = RMSNorm(width, SELF_NORM_EPS)
        self.k_norm = RMSNorm(width, SELF_NORM_EPS)
        self.beta_proj = nn.Linear(width, heads)
        self.gate_proj = nn.Linear(width, heads)
        self.A_log = nn.Parameter(torch.zeros(heads))
        self.dt_bias = nn.Parameter(torch.linspace(*config.gdn_dt_bias, heads))
        self.output_gate = nn.Linear(width, width)
        self.proj = nn.Linear(width, width)

    def gates(self, a: Tensor) -> tuple[Tensor, Tensor]:
        """Update strength β (B, T, heads, S) and decay g (B, T, heads), both fp32: in bf16 a decay of 0.999 would round
        to 1."""
        beta = self.beta_proj(a).float().sigmoid().mT
        alpha = self.gate_proj(a.mean(dim=2)).float()
        return beta, torch.exp(-self.A_log.float().exp() * F.softplus(alpha + self.dt_bias.float()))

    def forward(
        self, a: Tensor, cos: Tensor, sin: Tensor, lengths: tuple[int, ...], m: Tensor | None, z: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Attend over the frames of this call and everything before it.

        Args:
            a: modulated input (B, T, S, C).
            cos, sin: rotary tables (T, S, D / 2) of these frames.
            lengths: frames of each chunk; sums to T.
            m, z: state (B, heads, D, D) and (B, heads, D, 1) before the first frame, fp32; ``None`` for zeros.

        Returns:
            Output (B, T, S, C) and the forward state after the last frame.
        """
        _, frames, tokens, width = a.shape
        head_dim = width // self.heads
        split = (self.heads, head_dim)
        q = self.q_norm(self.q(a)).relu().unflatten(-1, split)
        k = self.k_norm(self.k(a)).relu().unflatten(-1, split) * (head_dim * tokens) ** -0.5
        q_rot, k_rot = rotate(q, cos, sin), rotate(k, cos, sin)
        beta, decay = self.gates(a)
        q, k, v, q_rot, k_rot = (t.transpose(2, 3) for t in (q, k, self.v(a).unflatten(-1, split), q_rot, k_rot))
        # The state is fp32 whatever the surrounding autocast says; the wide products keep the operands' dtype.
        with torch.autocast(a.device.type, enabled=False):
            if frames == 1:
                ms, zs = single_frame(k, k_rot, v, beta, decay, m, z)
                last = ms[:, 0], zs[:, 0]
            else:
                products = frame_products(k, k_rot, v, beta, decay)
                ms, zs = scan_forward(products, m, z)
                last = ms[:, -1], zs[:, -1]
                later = scan_backward(products, lengths)
                if later is not None:
                    ms, zs = ms + later[0], zs + later[1]
            numerator = (q_rot @ ms.mT.to(q.dtype)).float()
            denominator = (q @ zs.to(q.dtype)).float()
            out = numerator / (denominator + GDN_DENOMINATOR_EPS)
        gate = F.silu(self.output_gate(a).float())
        out = (out.transpose(2, 3).flatten(-2) * gate).to(a.dtype)
        return self.proj(out), *last
