"""The operations that a fused forward is made of, whichever way they are computed.

Two modules have these functions: `sanacam.kernels.triton_operations` (CUDA cards) and
`sanacam.kernels.reference.operations` (plain PyTorch, any device, the oracle). Nobody falls back from one to the other.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import Format, PackedMatrix


def count_number(batch: int, heads: int) -> int:
    """Counts that the GDN operation's stages (`sanacam.kernels.gdn_frames`) need."""
    return batch * heads + 1


NORM_ROWS = 8
"""Rows that a program of `sanacam.kernels.linear_modulate` norms."""
SMALLEST_TILE = 64
"""Rows of the smallest tile there and in `sanacam.kernels.linear_pack`, a multiple of what a program of the second
stage takes."""


def row_count_number(rows: int) -> int:
    """Counts that the stages of either need: one a row of tiles, and one of programs that have ended."""
    return -(-rows // SMALLEST_TILE) + 1


class Operations(Protocol):
    """See the functions of the same names in `sanacam.kernels` for shapes and formulas."""

    def modulate(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor: ...

    def residual_modulate(
        self, x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor
    ) -> tuple[Tensor, Tensor]: ...

    def residual_modulate_pack(
        self, x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, form: Format, *,
        keep: bool = False,
    ) -> tuple[Tensor, Tensor | None, PackedMatrix]: ...  # fmt: skip

    def temporal_residual(
        self, x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool
    ) -> tuple[Tensor, Tensor]: ...

    def temporal_residual_pack(
        self, x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor,
        save: bool, form: Format, *, keep: bool = False,
    ) -> tuple[Tensor, Tensor | None, PackedMatrix]: ...  # fmt: skip

    def residual(self, x: Tensor, y: Tensor, gate: Tensor) -> Tensor: ...

    def residual_linear(self, x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, gate: Tensor) -> Tensor: ...

    def linear_modulate(
        self, x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor
    ) -> tuple[Tensor, Tensor]: ...

    def linear_modulate_pack(
        self, x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor,
        form: Format,
    ) -> tuple[Tensor, PackedMatrix]: ...  # fmt: skip

    def linear_pack(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, counts: Tensor, form: Format,
        dtype: torch.dtype = torch.bfloat16,
    ) -> tuple[Tensor, PackedMatrix]: ...  # fmt: skip

    def residual_pack(self, x: Tensor, y: Tensor, gate: Tensor, form: Format) -> tuple[Tensor, PackedMatrix]: ...

    def gdn(
        self, q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor,
        k_weight: Tensor, cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor,
        counts: Tensor, into: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]: ...  # fmt: skip

    def gdn_fp8(
        self, q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor,
        k_weight: Tensor, cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor,
        counts: Tensor, scale: Tensor,
        into: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[PackedMatrix, Tensor, Tensor]: ...  # fmt: skip

    def write_window(
        self, q: Tensor, k: Tensor, v: Tensor, q_weight: Tensor, k_weight: Tensor, cos: Tensor, sin: Tensor,
        place: Tensor, keys: Tensor, values: Tensor,
    ) -> Tensor: ...  # fmt: skip

    def output_gate(self, x: Tensor, gate: Tensor) -> Tensor: ...

    def output_gate_fp8(self, x: Tensor, gate: Tensor, scale: Tensor) -> PackedMatrix: ...

    def cross_attention_fp8(
        self, q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor,
        scale: Tensor,
    ) -> PackedMatrix: ...  # fmt: skip

    def cross_attention(
        self, q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor
    ) -> Tensor: ...

    def glu_conv(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor: ...

    def glu_conv_fp8(self, x: Tensor, weight: Tensor, bias: Tensor, scale: Tensor) -> PackedMatrix: ...

    def euler_step(self, x: Tensor, velocity: Tensor, delta: float, into: Tensor) -> None: ...
