"""Linear map, residual and modulated norm in one launch of two stages.

    x' = x + y Wᵀ + b;   a = LayerNorm(x') · (1 + scale) + shift,  as it is or packed

The first programs multiply tiles (as `sanacam.kernels.residual_linear`), the others take the norm of a few rows each as
soon as the tiles of these rows are stored: while the last tiles are multiplied, the first rows are normed. Those read
x' by ordinary loads, never by the tensor memory accelerator, which is not ordered behind the stores of this launch.
Arithmetic in fp32, the norm of x' as stored. Cards without the accelerator (8.x) take a product and `modulate`. Twin:
`sanacam.kernels.reference.operations.linear_modulate`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import torch.nn.functional as F
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from sanacam.kernels.gemm.triton_rows import has_accelerator
from sanacam.kernels.gemm.triton_tiles import tile_of
from sanacam.kernels.launch import ALIGNMENT, await_inputs, check_device, early_start, row_stride, tuned
from sanacam.kernels.modulate import (
    EPS,
    MAX_WIDTH,
    packed_pointers,
    residual_modulate,
    residual_modulate_pack,
    store_norm,
)
from sanacam.kernels.operations import NORM_ROWS, row_count_number
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_store import FORMAT_NUMBER
from sanacam.kernels.residual_linear import check_linear, setting, sum_tile
from sanacam.kernels.rows import load_row, modulated, row_blocks
from sanacam.kernels.stages import arrive, await_count, leave

CONFIGS = [
    setting(128, 128, 64, 8, 3),
    setting(128, 128, 64, 8, 4),
    setting(128, 128, 64, 4, 3),
    setting(128, 128, 64, 8, 3, 4),
    setting(128, 256, 64, 8, 4),
    setting(64, 256, 64, 4, 4),
    setting(64, 128, 64, 4, 4),
]


@triton.jit
def norm_rows(
    first, sum_ptr, shift_ptr, scale_ptr, out_ptr, codes_ptr, code_scale_ptr, block_ptr, rows, width, eps,
    PLAIN: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr, COUNT: tl.constexpr,
):  # fmt: skip
    """``COUNT`` rows of x' from ``first`` on; the next is fetched while one is normed."""
    shift_a, shift_b = load_row(shift_ptr, width, MAIN, REST)
    scale_a, scale_b = load_row(scale_ptr, width, MAIN, REST)
    end = tl.minimum(first + COUNT, rows)
    next_a, next_b = load_row(sum_ptr + first * width, width, MAIN, REST)
    for row in tl.range(first, end, num_stages=1):
        a, b = next_a, next_b
        next_a, next_b = load_row(sum_ptr + tl.minimum(row + 1, end - 1) * width, width, MAIN, REST)
        a, b = modulated(a, b, shift_a, shift_b, scale_a, scale_b, width, eps, MAIN, REST)
        store_norm(a, b, sum_ptr.dtype.element_ty, out_ptr, codes_ptr, code_scale_ptr, block_ptr, row, width, PLAIN,
                   FORMAT, MAIN, REST)  # fmt: skip


@tuned(CONFIGS, key=["rows", "columns", "inner", "FORMAT"])
@triton.jit
def linear_modulate_kernel(
    x_desc, w_desc, bias_ptr, residual_ptr, shift_ptr, scale_ptr, sum_ptr, out_ptr, codes_ptr, code_scale_ptr,
    block_ptr, counts_ptr, rows, columns, inner, residual_stride, eps,
    EARLY: tl.constexpr, BIAS: tl.constexpr, PLAIN: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr,
    REST: tl.constexpr, NORMED: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
    GROUP: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    program, blocks, across = tl.program_id(0), tl.cdiv(rows, BLOCK_M), tl.cdiv(columns, BLOCK_N)
    if program < blocks * across:
        block, tile = tile_of(program, rows, columns, BLOCK_M, BLOCK_N, GROUP)
        sum_tile(
            x_desc, w_desc, bias_ptr, bias_ptr, residual_ptr, sum_ptr, block, tile, rows, columns, inner,
            residual_stride, False, BIAS, BLOCK_M, BLOCK_N, BLOCK_K,
        )  # fmt: skip
        arrive(counts_ptr + block)
    else:
        first = (program - blocks * across) * NORMED
        await_count(counts_ptr + first // BLOCK_M, across)
        norm_rows(
            first, sum_ptr, shift_ptr, scale_ptr, out_ptr, codes_ptr, code_scale_ptr, block_ptr, rows, columns, eps,
            PLAIN, FORMAT, MAIN, REST, NORMED,
        )  # fmt: skip
        leave(counts_ptr, counts_ptr + blocks, tl.cdiv(rows, NORMED), blocks)


def linear_modulate(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    """
    Args:
        x: (rows, N), bf16 or fp32, rows evenly spaced. y: (rows, K), contiguous, of the same dtype.
        weight: (N, K), contiguous. bias: (N,). shift, scale: (N,), bf16 or fp32. All contiguous.
        counts: at least :func:`sanacam.kernels.operations.row_count_number` int32, 0 before and after; see
            `sanacam.kernels.stages`.

    Returns:
        ``x'`` and its modulated norm, (rows, N), contiguous.

    Raises:
        ValueError: for another device, dtype, shape, alignment, or more than 8192 channels.
    """
    if not has_accelerator(x.device):
        check_linear(x, y, weight, bias, shift=shift, scale=scale)
        tables = shift.view(1, 1, 1, -1), scale.view(1, 1, 1, -1)
        summed, normed = residual_modulate(x[None, None], F.linear(y, weight, bias)[None, None], None, *tables)
        return summed[0, 0], normed[0, 0]
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    return _launch(x, y, weight, bias, shift, scale, counts, out, None), out


def linear_modulate_pack(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor,
    form: Format,
) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
    """The same with the norm packed as ``fp8``, ``mxfp8`` or ``int8`` only."""
    if not has_accelerator(x.device):
        check_linear(x, y, weight, bias, shift=shift, scale=scale)
        tables = shift.view(1, 1, 1, -1), scale.view(1, 1, 1, -1)
        product = F.linear(y, weight, bias)[None, None]
        summed, _, narrow = residual_modulate_pack(x[None, None], product, None, *tables, form)
        return summed[0, 0], narrow
    packed = empty_packed(x.shape[0], x.shape[1], form, x.device, None)
    return _launch(x, y, weight, bias, shift, scale, counts, None, packed), packed


def _launch(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor,
    out: Tensor | None, packed: PackedMatrix | None,
) -> Tensor:  # fmt: skip
    """Fills ``out`` or ``packed`` and returns ``x'``."""
    rows, columns, inner = check_linear(x, y, weight, bias, shift=shift, scale=scale)
    check_device(x=x, counts=counts)
    if counts.dtype != torch.int32 or counts.numel() < row_count_number(rows):
        raise ValueError(f"counts must be {row_count_number(rows)} int32, is {tuple(counts.shape)} {counts.dtype}")
    if columns % ALIGNMENT or columns > MAX_WIDTH:
        raise ValueError(f"{columns} channels; this kernel takes multiples of {ALIGNMENT} up to {MAX_WIDTH}")
    summed = torch.empty(x.shape, dtype=x.dtype, device=x.device)

    def grid(tile: dict[str, int]) -> tuple[int]:
        tiles = triton.cdiv(rows, tile["BLOCK_M"]) * triton.cdiv(columns, tile["BLOCK_N"])
        return (tiles + triton.cdiv(rows, NORM_ROWS),)

    if summed.numel():
        # the descriptors' tiles are set by the chosen setting
        operands = (TensorDescriptor.from_tensor(matrix, [1, 16]) for matrix in (y, weight))
        linear_modulate_kernel[grid](
            *operands, shift if bias is None else bias, x, shift, scale, summed, summed if out is None else out,
            *packed_pointers(packed, summed), counts, rows, columns, inner, row_stride("x", x), EPS,
            BIAS=bias is not None, PLAIN=out is not None,
            FORMAT=0 if packed is None else FORMAT_NUMBER[packed.format], NORMED=NORM_ROWS, **row_blocks(columns),
            **early_start(x.device),
        )  # fmt: skip
    return summed
