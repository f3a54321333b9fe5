"""Frame-wise gated delta rule, as the recurrence is written (SANA-Streaming, hybrid linear attention)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def absorb_frame(
    m: Tensor, z: Tensor, k: Tensor, k_rot: Tensor, v: Tensor, beta: Tensor, decay: Tensor
) -> tuple[Tensor, Tensor]:
    """One simultaneous update of the state by all tokens of a frame; predictions use the decayed, not yet updated
    state.

    ``M ← gM;  M ← M + ((V − M K̃) ⊙ β) K̃ᵀ;  z ← gz;  z ← z + K ((1 − zᵀK) ⊙ β)ᵀ``

    Args:
        m: (…, D, D), rows are value dimensions. z: (…, D, 1).
        k, k_rot, v: (…, D, S), columns are tokens. beta: (…, 1, S). decay: (…, 1, 1).
    """
    m, z = decay * m, decay * z
    m = m + ((v - m @ k_rot) * beta) @ k_rot.mT
    z = z + k @ ((1.0 - z.mT @ k) * beta).mT
    return m, z


def gdn_attention(
    q: Tensor, k: Tensor, q_rot: Tensor, k_rot: Tensor, v: Tensor, beta: Tensor, decay: Tensor, chunks: Sequence[int],
    m: Tensor, z: Tensor, eps: float,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Forward state through all frames, backward state inside each chunk, one shared denominator.

    Frame f of a chunk reads the forward state that includes itself and a backward state of the strictly later frames of
    its chunk, built from zero; ``o = (num + num⁻) / (den + den⁻ + eps)``.

    Args:
        q, k, q_rot, k_rot, v: (B, T, heads, D, S).
        beta: (B, T, heads, 1, S). decay: (B, T, heads, 1, 1).
        chunks: frames of each chunk, sum T.
        m, z: state before the first frame, (B, heads, D, D) and (B, heads, D, 1).

    Returns:
        (B, T, heads, D, S) and the forward state after the last frame.
    """
    numerators, denominators = [], []
    first = 0
    for length in chunks:
        frames = range(first, first + length)
        later: dict[int, tuple[Tensor, Tensor]] = {}
        r, r_z = torch.zeros_like(m), torch.zeros_like(z)
        for f in reversed(frames):
            later[f] = r, r_z
            r, r_z = absorb_frame(r, r_z, k[:, f], k_rot[:, f], v[:, f], beta[:, f], decay[:, f])
        for f in frames:
            m, z = absorb_frame(m, z, k[:, f], k_rot[:, f], v[:, f], beta[:, f], decay[:, f])
            r, r_z = later[f]
            numerators.append(m @ q_rot[:, f] + r @ q_rot[:, f])
            denominators.append(z.mT @ q[:, f] + r_z.mT @ q[:, f])
        first += length
    out = torch.stack(numerators, 1) / (torch.stack(denominators, 1) + eps)
    return out, m, z
