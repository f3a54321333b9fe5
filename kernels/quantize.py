"""Packing of activations on the card: one pass over a matrix, in any format of `sanacam.kernels.quantize_formats`.

Formats with a scale a row take one program a row; the others also cut rows into parts. Twin:
`sanacam.kernels.reference.quantize`. Kernels that could store packed themselves use `sanacam.kernels.quantize_store`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import await_inputs, check_device, early_start, interpreting, row_stride, tuned
from sanacam.kernels.quantize_formats import Format, PackedMatrix, check_width, new_block_scale
from sanacam.kernels.quantize_store import FORMAT_NUMBER, store_part, store_row
from sanacam.kernels.rows import load_row, row_blocks

MAX_ROW = 16384
BY_ROW: tuple[Format, ...] = ("fp8", "int8", "int4")
"""Formats whose scales span a row."""
WITHOUT_FP8: tuple[Format, ...] = ("int8", "int4")
FP8_CAPABILITY = (8, 9)
ROW_CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8, 2)]
PART_CONFIGS = [
    triton.Config({"LENGTH": 1024}, num_warps=4),
    triton.Config({"LENGTH": 512}, num_warps=2),
    triton.Config({"LENGTH": 2048}, num_warps=4),
]
DTYPES = (torch.bfloat16, torch.float16, torch.float32)


@tuned(ROW_CONFIGS, key=["width", "FORMAT"])
@triton.jit
def quantise_rows_kernel(
    x_ptr, codes_ptr, scale_ptr, x_stride, width,
    EARLY: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    a, b = load_row(x_ptr + row * x_stride, width, MAIN, REST)
    store_row(a, b, codes_ptr, scale_ptr, scale_ptr, row, width, FORMAT, MAIN, REST)


@tuned(PART_CONFIGS, key=["width", "FORMAT"])
@triton.jit
def quantise_parts_kernel(
    x_ptr, codes_ptr, scale_ptr, block_ptr, x_stride, width, FORMAT: tl.constexpr, LENGTH: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0)
    first = tl.program_id(1) * LENGTH
    columns = first + tl.arange(0, LENGTH)
    x = tl.load(x_ptr + row * x_stride + columns, columns < width, 0.0).to(tl.float32)
    store_part(x, codes_ptr, scale_ptr, block_ptr, row, first, width, FORMAT, LENGTH)


def empty_packed(rows: int, width: int, form: Format, device: torch.device | str, scale: Tensor | None) -> PackedMatrix:
    """Room for a packed (rows, width) matrix, for a kernel that stores quantised.

    Args:
        scale: the fixed tensor scale of ``fp8_tensor`` and ``nvfp4``, fp32 (), which becomes the result's.

    Raises:
        ValueError: the width does not suit the format; a tensor scale is missing or uncalled for.
    """
    check_width(width, form)
    if (scale is not None) != (form in ("fp8_tensor", "nvfp4")):
        raise ValueError(f"{form} {'takes no tensor scale' if scale is not None else 'needs a tensor scale'}")
    if form == "bf16":
        return PackedMatrix(form, torch.empty(rows, width, dtype=torch.bfloat16, device=device))
    if form == "nvfp4":
        codes = torch.empty(rows, width // 2, dtype=torch.uint8, device=device)
        block_scale = new_block_scale(rows, width, form, device).view(torch.float8_e4m3fn)
        return PackedMatrix(form, codes, scale, block_scale)
    if form == "int4":
        codes = torch.empty(rows, width // 2, dtype=torch.int8, device=device)
        return PackedMatrix(form, codes, torch.empty(rows, 1, dtype=torch.float32, device=device))
    codes = torch.empty(rows, width, dtype=torch.int8 if form == "int8" else torch.float8_e4m3fn, device=device)
    if form == "mxfp8":
        return PackedMatrix(form, codes, None, new_block_scale(rows, width, form, device).view(torch.float8_e8m0fnu))
    if form == "fp8_tensor":
        return PackedMatrix(form, codes, scale)
    return PackedMatrix(form, codes, torch.empty(rows, 1, dtype=torch.float32, device=device))


def quantise_into(x: Tensor, out: PackedMatrix) -> None:
    """Pack ``x`` (R, K) into the tensors of ``out``, from :func:`empty_packed`.

    Raises:
        ValueError: for another device, dtype or shape, a row longer than 16384, or a card without fp8.
    """
    if x.ndim != 2 or x.dtype not in DTYPES:
        raise ValueError(f"x is {x.dtype} {tuple(x.shape)}; a (rows, width) matrix of bf16, fp16 or fp32 is packed")
    check_device(x=x, codes=out.codes)
    rows, width = x.shape
    if (rows, width) != (out.rows, out.inner):
        raise ValueError(f"x has shape {(rows, width)}, the packed matrix {(out.rows, out.inner)}")
    if out.format == "bf16":
        raise ValueError("bf16 needs no packing")
    integer = out.format in WITHOUT_FP8
    if not integer and not interpreting() and torch.cuda.get_device_capability(x.device) < FP8_CAPABILITY:
        raise ValueError(f"{out.format} needs compute capability 8.9; this card packs {' and '.join(WITHOUT_FP8)} only")
    stride, number = row_stride("x", x, aligned=False), FORMAT_NUMBER[out.format]
    if x.numel() == 0:
        return
    if out.format in BY_ROW:
        if width > MAX_ROW:
            raise ValueError(f"rows of {width} values are longer than this kernel takes ({MAX_ROW})")
        quantise_rows_kernel[(rows,)](
            x, out.codes, out.scale, stride, width, FORMAT=number, **row_blocks(width), **early_start(x.device)
        )
        return
    # a pointer that the format does not use still has to be one
    scale = out.codes if out.scale is None else out.scale
    blocks = out.codes if out.block_scale is None else out.block_scale.view(torch.uint8)
    quantise_parts_kernel[lambda meta: (rows, triton.cdiv(width, meta["LENGTH"]))](
        x, out.codes, scale, blocks, stride, width, FORMAT=number
    )


def quantise(x: Tensor, form: Format, scale: Tensor | None = None) -> PackedMatrix:
    """Pack a matrix on the card.

    Args:
        x: (R, K), bf16, fp16 or fp32, channels innermost, rows evenly spaced.
        scale: fixed tensor scale, fp32 (), for ``fp8_tensor`` and ``nvfp4`` (which have none of their own here: it
            would take a second pass).

    Raises:
        ValueError: see :func:`empty_packed` and :func:`quantise_into`.
    """
    if x.ndim != 2:
        raise ValueError(f"a matrix has 2 axes, x has shape {tuple(x.shape)}")
    out = empty_packed(x.shape[0], x.shape[1], form, x.device, scale)
    if form == "bf16":
        out.codes.copy_(x)
    else:
        quantise_into(x, out)
    return out
