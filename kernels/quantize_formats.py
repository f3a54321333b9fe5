"""Low-precision matrices: formats, sizes and the layout of their bytes. This page is the contract; the numbers are
defined by `sanacam.kernels.reference.quantize`.

A matrix has R rows of K values; the K axis is the one a product sums over. Activations (R = tokens) and weights
(R = output channels, as ``nn.Linear`` stores them) are packed alike, so a product is ``Y = X Wᵀ``.

=============  =======================  ==============================================================================
format         codes                    scales; value = code · scales
=============  =======================  ==============================================================================
``bf16``       bfloat16 (R, K)          none
``fp8``        float8_e4m3fn (R, K)     ``scale`` float32 (R, 1): one a row
``fp8_tensor`` float8_e4m3fn (R, K)     ``scale`` float32 (): one for all
``mxfp8``      float8_e4m3fn (R, K)     ``block_scale`` float8_e8m0fnu, one for 32 values of a row
``nvfp4``      uint8 (R, K / 2)         ``block_scale`` float8_e4m3fn, one for 16 values of a row, times ``scale``
                                        float32 (), one for all
``int8``       int8 (R, K)              ``scale`` float32 (R, 1): one a row; codes −127…127
``int4``       int8 (R, K / 2)          ``scale`` float32 (R, 1): one a row; codes −7…7, of the turned row
=============  =======================  ==============================================================================

* **e2m1** (nvfp4): bit 3 is the sign, bits 2–0 count 0, 0.5, 1, 1.5, 2, 3, 4, 6. Two codes a byte: value 2j of a row
  in the low nibble of byte j, value 2j + 1 in the high one.
* **int4** codes are two's complement, two a byte in the same order. They stand for the row after every 64 of its values
  were multiplied by H = h ⊗ h ⊗ h / 8, a Hadamard matrix that is its own transpose and inverse::

      h = [ 1  1  1 −1]      value 16a + 4b + c of a block goes with row (a, b, c) of the product
          [ 1  1 −1  1]
          [ 1 −1  1  1]
          [−1  1  1  1]

  Turned rows have the products of the rows themselves, (X H)(W H)ᵀ = X Wᵀ, and a value that stands out is spread over
  its block (QuaRot, arXiv 2404.00456). Matrix, nibbles and scales are those of comfy-kitchen's ``convrot`` with groups
  of 64, so its kernels read a matrix as it is; 64 is what divides the 2B's widths, 2240 and 6720.
* **Block scales** are stored as tensor cores and cuBLAS read them, in tiles of 128 rows × 4 blocks = 512 bytes.
  R is padded to Rₚ, a multiple of 128, and the C = K / block scales of a row to Cₚ, a multiple of 4; the scale of
  row r, block c is byte
  ``((r // 128) · (Cₚ / 4) + c // 4) · 512 + (r % 32) · 16 + (r % 128) // 32 · 4 + c % 4``
  of a flat array of Rₚ · Cₚ bytes. Padding is 0.
* All tensors are contiguous.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

Format = Literal["bf16", "fp8", "fp8_tensor", "mxfp8", "nvfp4", "int8", "int4"]
FORMATS: tuple[Format, ...] = get_args(Format)
FP8_MAX = 448.0
"""Largest finite e4m3fn."""
FP4_MAX = 6.0
"""Largest e2m1."""
INT8_MAX = 127.0
INT4_MAX = 7.0
SMALLEST_AMAX = 2.0**-90
"""Rows and tensors whose largest magnitude is below it are scaled as if it were this: scales and their reciprocals
stay normal fp32 numbers, and zeros become zeros."""
BLOCK: dict[Format, int] = {"mxfp8": 32, "nvfp4": 16}
"""Values that share a block scale."""
TURN = 64
"""Values of a row that ``int4`` turns together."""
PAIRED: tuple[Format, ...] = ("nvfp4", "int4")
"""Formats with two codes a byte."""
WIDTH_MULTIPLE: dict[Format, int] = {
    "bf16": 1, "fp8": 1, "fp8_tensor": 1, "mxfp8": 32, "nvfp4": 16, "int8": 1, "int4": TURN,
}  # fmt: skip
"""What K must be a multiple of to be packed at all; products ask for more (see `sanacam.kernels.gemm`)."""
BITS: dict[Format, float] = {"bf16": 16, "fp8": 8, "fp8_tensor": 8, "mxfp8": 8.25, "nvfp4": 4.5, "int8": 8, "int4": 4}
"""Bits a value, block scales included."""
TILE_ROWS, TILE_COLUMNS = 128, 4
"""Block scales in one tile of the layout above."""


class PackedMatrix(NamedTuple):
    """A matrix in one of the formats above."""

    format: Format
    codes: Tensor
    scale: Tensor | None = None
    block_scale: Tensor | None = None

    @property
    def rows(self) -> int:
        """R."""
        return self.codes.shape[0]

    @property
    def inner(self) -> int:
        """K, in values."""
        return self.codes.shape[1] * (2 if self.format in PAIRED else 1)

    @property
    def nbytes(self) -> int:
        """Of codes and scales."""
        return sum(t.nbytes for t in (self.codes, self.scale, self.block_scale) if t is not None)

    def to(self, device: torch.device | str) -> PackedMatrix:
        """The same matrix there."""
        moved = (t if t is None else t.to(device) for t in (self.scale, self.block_scale))
        return PackedMatrix(self.format, self.codes.to(device), *moved)


def check_format(name: str) -> Format:
    """``name`` as a :data:`Format`.

    Raises:
        ValueError: it is none.
    """
    for known in FORMATS:
        if name == known:
            return known
    raise ValueError(f"there is no number format {name!r}; known: {', '.join(FORMATS)}")


def check_width(width: int, form: Format) -> None:
    """Raises ValueError unless rows of ``width`` values can be packed."""
    multiple = WIDTH_MULTIPLE[form]
    if width < 1 or width % multiple:
        raise ValueError(f"rows of {width} values cannot be packed as {form}: it takes multiples of {multiple}")


def padded_scales(rows: int, columns: int) -> tuple[int, int]:
    """Rₚ and Cₚ of ``rows`` × ``columns`` block scales."""
    return -(-rows // TILE_ROWS) * TILE_ROWS, -(-columns // TILE_COLUMNS) * TILE_COLUMNS


def new_block_scale(rows: int, width: int, form: Format, device: torch.device | str) -> Tensor:
    """Room for the block scales of a (rows, width) matrix, padding set to 0, as uint8."""
    tall, wide = padded_scales(rows, width // BLOCK[form])
    full = (tall, wide) == (rows, width // BLOCK[form])
    return (torch.empty if full else torch.zeros)(tall * wide, dtype=torch.uint8, device=device)
