"""Product of fp8 matrices and the packing of its result, in one launch of two stages.

    y = X Wᵀ · scales + b;   packed: y with a scale a row

The first programs multiply tiles (as `sanacam.kernels.gemm.triton_rows`), the others pack a few rows of y each as soon
as the tiles of these rows are stored. They read y by ordinary loads, never by the tensor memory accelerator, which is
not ordered behind the stores of this launch. What is packed is y as stored: the same bits as by
`sanacam.kernels.quantize`. Cards without the accelerator (8.x) take a product and a packing. Twin:
`sanacam.kernels.reference.operations.linear_pack`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import choose
from sanacam.kernels.gemm.triton_rows import has_accelerator, rows_tile, shape_operands
from sanacam.kernels.gemm.triton_tiles import check_operands, tile_of
from sanacam.kernels.launch import ALIGNMENT, await_inputs, check_device, early_start, tuned
from sanacam.kernels.modulate import MAX_WIDTH
from sanacam.kernels.operations import row_count_number
from sanacam.kernels.quantize import empty_packed, quantise
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_store import FORMAT_NUMBER, store_rows
from sanacam.kernels.rows import row_blocks
from sanacam.kernels.stages import arrive, await_count, leave

OPERANDS: tuple[Format, ...] = ("fp8", "fp8_tensor")
RESULTS: tuple[Format, ...] = ("fp8", "int8")


def setting(
    m: int, n: int, k: int, warps: int, stages: int, group: int = 1, packed: int = 8, most: int | None = None,
    pause: int = 100,
) -> triton.Config:  # fmt: skip
    """``group``: rows of tiles that are walked together; with 1 the first rows are whole soonest. ``packed``: rows that
    a program of the second stage takes; ``pause``: how often it looks whether they are there. ``most``: registers a
    thread."""
    tile = {"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k, "GROUP": group, "PACKED": packed, "PAUSE": pause}
    return triton.Config(tile, num_warps=warps, num_stages=stages, maxnreg=most, pre_hook=shape_operands)


CONFIGS = [
    setting(128, 128, 128, 8, 3, pause=0),
    setting(128, 128, 128, 8, 3, most=128),
    setting(128, 128, 128, 8, 3, 8, most=128),
    setting(128, 128, 128, 4, 3, packed=4),
    setting(128, 128, 128, 8, 4),
    setting(128, 256, 128, 8, 3),
    setting(64, 128, 128, 4, 4, packed=4),
]
"""With tiles of 128 × 128, 3 stages and 128 registers two programs fit a multiprocessor: one multiplies while the other
starts or stores, and in the last round rows are packed beside the last tiles."""


@triton.jit
def pack_rows_of(
    first, y_ptr, codes_ptr, code_scale_ptr, rows, width, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
    COUNT: tl.constexpr,
):  # fmt: skip
    """``COUNT`` rows of y from ``first`` on, all at once."""
    row = first + tl.arange(0, COUNT)
    rest = MAIN + tl.arange(0, REST)
    real = row < rows
    place = y_ptr + row[:, None] * width
    a = tl.load(place + tl.arange(0, MAIN)[None, :], real[:, None], 0.0).to(tl.float32)
    b = tl.load(place + rest[None, :], real[:, None] & (rest < width)[None, :], 0.0).to(tl.float32)
    store_rows(a, b, codes_ptr, code_scale_ptr, row, real, width, FORMAT, MAIN, REST)


@tuned(CONFIGS, key=["rows", "columns", "inner", "FORMAT"])
@triton.jit
def linear_pack_kernel(
    x_desc, w_desc, x_scale_ptr, w_scale_ptr, bias_ptr, y_ptr, codes_ptr, code_scale_ptr, counts_ptr, rows, columns,
    inner, x_scale_step, w_scale_step,
    EARLY: tl.constexpr, BIAS: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr, GROUP: tl.constexpr, PACKED: tl.constexpr,
    PAUSE: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    program, blocks, across = tl.program_id(0), tl.cdiv(rows, BLOCK_M), tl.cdiv(columns, BLOCK_N)
    if program < blocks * across:
        block, tile = tile_of(program, rows, columns, BLOCK_M, BLOCK_N, GROUP)
        rows_tile(
            x_desc, w_desc, x_scale_ptr, w_scale_ptr, bias_ptr, y_ptr, y_ptr, block, tile, rows, columns, inner,
            x_scale_step, w_scale_step, 0, False, BIAS, False, BLOCK_M, BLOCK_N, BLOCK_K,
        )  # fmt: skip
        arrive(counts_ptr + block)
    else:
        first = (program - blocks * across) * PACKED
        await_count(counts_ptr + first // BLOCK_M, across, PAUSE)
        pack_rows_of(first, y_ptr, codes_ptr, code_scale_ptr, rows, columns, FORMAT, MAIN, REST, PACKED)
        leave(counts_ptr, counts_ptr + blocks, tl.cdiv(rows, PACKED), blocks)


def linear_pack(
    x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, counts: Tensor, form: Format,
    dtype: torch.dtype = torch.bfloat16,
) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
    """
    Args:
        x, weight: (rows, K) and (N, K), each ``fp8`` or ``fp8_tensor``; K and N multiples of 16, N at most 8192.
        bias: (N,), contiguous, of any floating dtype.
        counts: at least :func:`sanacam.kernels.operations.row_count_number` int32, 0 before and after; see
            `sanacam.kernels.stages`.
        form: of the packed result, ``fp8`` or ``int8``.
        dtype: of the other one.

    Returns:
        (rows, N), contiguous, and the same packed.

    Raises:
        ValueError: other formats, shapes, devices or dtypes.
    """
    for name, held, known in (("x", x.format, OPERANDS), ("weight", weight.format, OPERANDS), ("form", form, RESULTS)):
        if held not in known:
            raise ValueError(f"{name} is {held}; this operation takes {' or '.join(known)} there")
    check_operands(x, weight, bias, None, dtype, ALIGNMENT)
    check_device(x=x.codes, counts=counts, **({} if bias is None else {"bias": bias}))
    rows, columns = x.rows, weight.rows
    if columns % ALIGNMENT or columns > MAX_WIDTH:
        raise ValueError(f"{columns} outputs; this kernel takes multiples of {ALIGNMENT} up to {MAX_WIDTH}")
    if counts.dtype != torch.int32 or counts.numel() < row_count_number(rows):
        raise ValueError(f"counts must be {row_count_number(rows)} int32, is {tuple(counts.shape)} {counts.dtype}")
    if not has_accelerator(counts.device):
        choice = choose(Problem(weight.format, rows, columns, x.inner), Machine.here(counts.device))
        y = choice.multiply(x, weight, bias, dtype)
        return y, quantise(y, form)
    y = torch.empty(rows, columns, dtype=dtype, device=counts.device)
    packed = empty_packed(rows, columns, form, counts.device, None)

    def grid(tile: dict[str, int]) -> tuple[int]:
        tiles = triton.cdiv(rows, tile["BLOCK_M"]) * triton.cdiv(columns, tile["BLOCK_N"])
        return (tiles + triton.cdiv(rows, tile["PACKED"]),)

    if y.numel():
        assert x.scale is not None
        assert weight.scale is not None
        # the descriptors' tiles are set by the chosen setting
        operands = (TensorDescriptor.from_tensor(matrix.codes, [1, 16]) for matrix in (x, weight))
        linear_pack_kernel[grid](
            *operands, x.scale, weight.scale, y if bias is None else bias, y, packed.codes, packed.scale, counts, rows,
            columns, x.inner, int(x.scale.numel() > 1), int(weight.scale.numel() > 1),
            BIAS=bias is not None, FORMAT=FORMAT_NUMBER[form], **row_blocks(columns), **early_start(counts.device),
        )  # fmt: skip
    return y, packed
