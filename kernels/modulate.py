"""LayerNorm and modulation of tokens, alone or behind the residual addition that feeds it.

    modulate:           a = (x − mean) / sqrt(var + eps) · (1 + scale) + shift
    residual_modulate:  x' = x + gate · y  (without a gate x + y);  a = the same of x'

Mean and biased variance over the channels of a token, no affine weights; shift, scale and gate per frame (or one for
all frames). One program a token holds the row in registers: each input is read once. Arithmetic in fp32; the norm is
taken of x' as stored, after its rounding. Twins: `sanacam.kernels.reference.norm` and `…reference.residual`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import (
    ALIGNMENT,
    await_inputs,
    check_device,
    check_dtype,
    check_shape,
    early_start,
    row_stride,
    tuned,
)
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_store import FORMAT_NUMBER, store_row
from sanacam.kernels.rows import load_row, modulated_norm, row_blocks, store_row_parts

MAX_WIDTH = 8192
EPS = 1e-6
CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8, 2)]


@triton.jit
def table_place(row, frames, tokens, batch_stride, frame_stride):
    return (row // (frames * tokens)) * batch_stride + (row // tokens % frames) * frame_stride


@tuned(CONFIGS, key=["width"])
@triton.jit
def modulate_kernel(
    x_ptr, shift_ptr, scale_ptr, out_ptr, x_stride, frames, tokens, batch_stride, frame_stride, width, eps,
    EARLY: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    table = table_place(row, frames, tokens, batch_stride, frame_stride)
    a, b = load_row(x_ptr + row * x_stride, width, MAIN, REST)
    a, b = modulated_norm(a, b, shift_ptr + table, scale_ptr + table, width, eps, MAIN, REST)
    store_row_parts(out_ptr + row * width, a, b, width, MAIN, REST)


@triton.jit
def finish_residual(
    x_ptr, y_a, y_b, gate_ptr, shift_ptr, scale_ptr, sum_ptr, out_ptr, codes_ptr, code_scale_ptr, block_ptr, row, width,
    eps, GATED: tl.constexpr, PLAIN: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    """Stores x' of row ``row`` and its norm; ``x_ptr`` and the tables stand where that row's begin."""
    x_a, x_b = load_row(x_ptr, width, MAIN, REST)
    if GATED:
        gate_a, gate_b = load_row(gate_ptr, width, MAIN, REST)
        y_a *= gate_a
        y_b *= gate_b
    kind: tl.constexpr = sum_ptr.dtype.element_ty
    a, b = (x_a + y_a).to(kind), (x_b + y_b).to(kind)
    store_row_parts(sum_ptr + row * width, a, b, width, MAIN, REST)
    a, b = modulated_norm(a.to(tl.float32), b.to(tl.float32), shift_ptr, scale_ptr, width, eps, MAIN, REST)
    store_norm(a, b, kind, out_ptr, codes_ptr, code_scale_ptr, block_ptr, row, width, PLAIN, FORMAT, MAIN, REST)


@triton.jit
def store_norm(
    a, b, KIND: tl.constexpr, out_ptr, codes_ptr, code_scale_ptr, block_ptr, row, width, PLAIN: tl.constexpr,
    FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    """Rounded to ``KIND``, as it is and packed."""
    a, b = a.to(KIND), b.to(KIND)
    if PLAIN:
        store_row_parts(out_ptr + row * width, a, b, width, MAIN, REST)
    if FORMAT:
        store_row(
            a.to(tl.float32), b.to(tl.float32), codes_ptr, code_scale_ptr, block_ptr, row, width, FORMAT, MAIN, REST
        )


@tuned(CONFIGS, key=["width", "FORMAT"])
@triton.jit
def residual_modulate_kernel(
    x_ptr, y_ptr, gate_ptr, shift_ptr, scale_ptr, sum_ptr, out_ptr, codes_ptr, code_scale_ptr, block_ptr,
    x_stride, y_stride, frames, tokens, batch_stride, frame_stride, width, eps,
    EARLY: tl.constexpr, GATED: tl.constexpr, PLAIN: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr,
    REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    table = table_place(row, frames, tokens, batch_stride, frame_stride)
    y_a, y_b = load_row(y_ptr + row * y_stride, width, MAIN, REST)
    finish_residual(
        x_ptr + row * x_stride, y_a, y_b, gate_ptr + table, shift_ptr + table, scale_ptr + table, sum_ptr, out_ptr,
        codes_ptr, code_scale_ptr, block_ptr, row, width, eps, GATED, PLAIN, FORMAT, MAIN, REST,
    )  # fmt: skip


def table_strides(x: Tensor, tables: dict[str, Tensor]) -> tuple[int, int]:
    """Elements between batch entries and between frames of per-frame tables (B, T or 1, 1, C), 0 where one serves all;
    they must be laid out alike (rows of one modulation tensor are)."""
    batch, frames, _, width = x.shape
    found: set[tuple[int, int]] = set()
    for name, table in tables.items():
        if table.ndim != 4 or table.shape[0] not in (1, batch) or table.shape[1] not in (1, frames):
            raise ValueError(f"{name} has shape {tuple(table.shape)}, expected ({batch}, {frames} or 1, 1, {width})")
        check_shape(name, table, (*table.shape[:2], 1, width))
        if table.stride(3) != 1 or table.data_ptr() % 16:
            raise ValueError(f"{name}: channels must be innermost in memory and start at a 16-byte boundary")
        found.add((table.stride(0) if table.shape[0] > 1 else 0, table.stride(1) if table.shape[1] > 1 else 0))
    if len(found) != 1:
        raise ValueError(f"{', '.join(tables)} must have the same shape and strides")
    return found.pop()


def check_tokens(x: Tensor, tables: dict[str, Tensor]) -> None:
    """Device, dtype and width of tokens (B, T, S, C) and their tables."""
    check_device(x=x, **tables)
    check_dtype(x=x)
    check_dtype(**tables)
    if x.ndim != 4:
        raise ValueError(f"x has shape {tuple(x.shape)}, expected (batch, frames, tokens, channels)")
    if x.shape[3] % ALIGNMENT or not 0 < x.shape[3] <= MAX_WIDTH:
        raise ValueError(f"{x.shape[3]} channels; this kernel takes multiples of {ALIGNMENT} up to {MAX_WIDTH}")


def modulate(x: Tensor, shift: Tensor, scale: Tensor, eps: float = EPS) -> Tensor:
    """``LayerNorm(x) · (1 + scale) + shift``.

    Args:
        x: (B, T, S, C), bf16 or fp32, channels innermost, rows evenly spaced.
        shift, scale: (B, T or 1, 1, C), bf16 or fp32, laid out alike.

    Returns:
        (B, T, S, C), contiguous, dtype of ``x``.

    Raises:
        ValueError: for another device, dtype, shape, alignment, or more than 8192 channels.
    """
    tables = {"shift": shift, "scale": scale}
    check_tokens(x, tables)
    batch, frames, tokens, width = x.shape
    stride, strides = row_stride("x", x), table_strides(x, tables)
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    if out.numel():
        modulate_kernel[(batch * frames * tokens,)](
            x, shift, scale, out, stride, frames, tokens, *strides, width, eps, **row_blocks(width),
            **early_start(x.device),
        )  # fmt: skip
    return out


def residual_modulate(
    x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, eps: float = EPS
) -> tuple[Tensor, Tensor]:
    """``x' = x + gate · y`` and ``LayerNorm(x') · (1 + scale) + shift`` in one pass.

    Args:
        x, y: (B, T, S, C) of one dtype, bf16 or fp32, channels innermost, rows evenly spaced.
        gate: as shift, or ``None`` for plain ``x + y`` (behind cross-attention).
        shift, scale: (B, T or 1, 1, C), bf16 or fp32, laid out alike.

    Returns:
        ``x'`` and the modulated norm of it, both (B, T, S, C), contiguous, dtype of ``x``.

    Raises:
        ValueError: as :func:`modulate`.
    """
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    return _residual_modulate(x, y, gate, shift, scale, eps, out, None), out


def residual_modulate_pack(
    x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, form: Format, eps: float = EPS, *,
    keep: bool = False,
) -> tuple[Tensor, Tensor | None, PackedMatrix]:  # fmt: skip
    """The same, with the modulated norm packed for a narrow product.

    Args:
        form: ``fp8``, ``mxfp8`` or ``int8``.
        keep: the ordinary tensor too.

    Returns:
        ``x'``; the modulated norm, if it is kept; the same packed, (B · T · S, C).
    """
    width = x.shape[3]
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device) if keep else None
    packed = empty_packed(x.numel() // width, width, form, x.device, None)
    return _residual_modulate(x, y, gate, shift, scale, eps, out, packed), out, packed


def _residual_modulate(
    x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, eps: float, out: Tensor | None,
    packed: PackedMatrix | None,
) -> Tensor:  # fmt: skip
    """Writes ``out`` and ``packed``, returns ``x'``."""
    tables = {"shift": shift, "scale": scale} | ({} if gate is None else {"gate": gate})
    check_tokens(x, tables)
    check_device(x=x, y=y)
    check_dtype(x=x, y=y)
    check_shape("y", y, x.shape)
    batch, frames, tokens, width = x.shape
    strides = table_strides(x, tables)
    summed = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    codes, code_scale, blocks = packed_pointers(packed, summed)
    if summed.numel():
        residual_modulate_kernel[(batch * frames * tokens,)](
            x, y, shift if gate is None else gate, shift, scale, summed, summed if out is None else out, codes,
            code_scale, blocks, row_stride("x", x), row_stride("y", y), frames, tokens, *strides, width, eps,
            GATED=gate is not None, PLAIN=out is not None, FORMAT=0 if packed is None else FORMAT_NUMBER[packed.format],
            **row_blocks(width), **early_start(x.device),
        )  # fmt: skip
    return summed


def packed_pointers(packed: PackedMatrix | None, other: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Codes, scales and block scales as a kernel takes them; ``other`` where there are none."""
    if packed is None:
        return other, other, other
    codes, scale, blocks = packed.codes, packed.scale, packed.block_scale
    return codes, codes if scale is None else scale, codes if blocks is None else blocks.view(torch.uint8)
