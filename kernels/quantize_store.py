"""Quantise on store: what a Triton kernel calls, instead of ``tl.store``, to hand its result on in low precision.

A kernel that holds a whole row in registers calls :func:`store_row` and need not know the format; with several whole
rows it may call :func:`store_rows`. One that holds a part of a row (a multiple of 32 values from a multiple of 32 on)
calls :func:`store_part`, for the formats whose scales do not span the row: ``fp8_tensor``, ``mxfp8``, ``nvfp4``. All
take fp32 values and write what `sanacam.kernels.reference.quantize` defines, bit for bit, if those values are what the
reference was given: a kernel that also stores its result in bf16 should round first.

Where a format has no use for a pointer any pointer will do. ``scale_ptr`` is the fp32 scale: written, one a row, for
``fp8``, ``int8`` and ``int4``; read, a single one within 2⁻¹⁰⁰…2¹⁰⁰, for ``fp8_tensor`` and ``nvfp4``. The padding of
block scales is not written.

The format is a number, one of the constants below, since a kernel's compile-time arguments are numbers. fp8 formats
need compute capability 8.9.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl
from triton.language.target_info import cuda_capability_geq

from sanacam.kernels.quantize_formats import Format

FORMAT_NUMBER: dict[Format, int] = {"fp8": 1, "fp8_tensor": 2, "mxfp8": 3, "nvfp4": 4, "int8": 5, "int4": 6}
"""Value of ``FORMAT`` in the functions below."""
FP8, FP8_TENSOR, MXFP8, NVFP4, INT8, INT4 = (tl.constexpr(number) for number in FORMAT_NUMBER.values())
INFINITY_BITS = tl.constexpr(0x7F800000)
NAN_BITS = tl.constexpr(0x7FC00000)
SMALLEST = tl.constexpr(2.0**-90)
SMALLEST_NORMAL = tl.constexpr(2.0**-126)


@triton.jit
def amax_bits(x, axis: tl.constexpr):
    """Bits of the largest magnitude along an axis; as integers, NaN is above infinity."""
    return tl.max(x.to(tl.int32, bitcast=True) & 0x7FFFFFFF, axis)


@triton.jit
def finite_of(bits):
    """The magnitude of these bits; NaN where it is not finite."""
    return tl.where(bits >= INFINITY_BITS, NAN_BITS, bits).to(tl.float32, bitcast=True)


@triton.jit
def finite_amax(x, axis: tl.constexpr):
    """Largest magnitude along an axis; NaN where a value is not finite."""
    return finite_of(amax_bits(x, axis))


@triton.jit
def amax_scale(amax, largest):
    """``max(amax, 2⁻⁹⁰) / largest``, NaN for NaN."""
    return tl.where(amax == amax, tl.math.div_rn(tl.maximum(amax, SMALLEST), largest), amax)


@triton.jit
def nearest_e4m3(x):
    """fp32 within ±448 to the nearest value that e4m3 has, ties to even, still fp32."""
    bits = x.to(tl.int32, bitcast=True)
    size = bits & 0x7FFFFFFF
    normal = ((size + 0x7FFFF + ((size >> 20) & 1)) & 0x7FF00000).to(tl.float32, bitcast=True)
    magnitude = size.to(tl.float32, bitcast=True)
    # below 2⁻⁶ the step is 2⁻⁹: adding 1.5 · 2²³ of them leaves whole steps
    small = (magnitude + 24576.0) - 24576.0
    nearest = tl.where(magnitude < 0.015625, small, normal).to(tl.int32, bitcast=True)
    return tl.where(x == x, (nearest | (bits & -2147483648)).to(tl.float32, bitcast=True), x)


@triton.jit
def to_e4m3(x):
    """fp32 to the nearest e4m3, saturating."""
    if cuda_capability_geq(9, 0):
        return x.to(tl.float8e4nv)  # the instruction saturates and keeps NaN
    # before 9.0 Triton goes through fp16 and would round twice
    return nearest_e4m3(tl.where(x == x, tl.minimum(tl.maximum(x, -448.0), 448.0), x)).to(tl.float8e4nv)


@triton.jit
def quotient(x, scale, inverse):
    """``x / scale``, rounded to nearest where 2⁻¹¹ < |x / scale| < 480, for many x and one scale, both fp32.

    ``inverse`` is 1 / scale to nearest. Each of the two corrections adds the remainder, which a fused multiply-add gets
    without rounding; the first brings the product within one unit of the last place, the second to the nearest.
    """
    first = x * inverse
    second = tl.fma(tl.fma(-first, scale, x), inverse, first)
    third = tl.fma(tl.fma(-second, scale, x), inverse, second)
    # beyond, fp8 saturates anyway, and the remainder of an infinity would be NaN; below it is 0, and a sum of zeros
    # would lose the sign
    size = tl.abs(first)
    return tl.where((size > 0.00048828125) & (size < 480.0), third, first)


@triton.jit
def quotient_within(x, scale, inverse):
    """:func:`quotient` where no ``|x / scale|`` reaches 480."""
    first = x * inverse
    second = tl.fma(tl.fma(-first, scale, x), inverse, first)
    third = tl.fma(tl.fma(-second, scale, x), inverse, second)
    return tl.where(tl.abs(first) > 0.00048828125, third, first)


@triton.jit
def to_e2m1(x):
    """fp32 within ±6 to the nearest e2m1 code, int32 0…15, ties to even.

    The codes count halves up to 2, ones up to 4, twos up to 6. Adding 2²³ rounds to whole steps and leaves the count,
    shifted by where the range begins, in the lowest bits.
    """
    a = tl.abs(x)
    steps = tl.where(a < 2.0, 2.0, tl.where(a < 4.0, 1.0, 0.5))
    begin = tl.where(a < 2.0, 8388608.0, tl.where(a < 4.0, 8388610.0, 8388612.0))
    count = tl.fma(a, steps, begin).to(tl.int32, bitcast=True) & 7
    return count | ((x.to(tl.int32, bitcast=True) >> 28) & 8)


@triton.jit
def int8_steps(x):
    """fp32 to the nearest integer, ties to even, within ±127."""
    # bounded first, so that no compiler fuses a product that x may be with the addition
    bounded = tl.minimum(tl.maximum(x, -127.0), 127.0)
    return ((bounded + 12582912.0) - 12582912.0).to(tl.int8)  # 1.5 · 2²³ leaves no fraction


@triton.jit
def turned(x, LENGTH: tl.constexpr):
    """fp32 (LENGTH,), a multiple of 64, turned in blocks of 64: see `sanacam.kernels.reference.quantize_int4`."""
    y = x * 0.125
    for _ in tl.static_range(3):
        even, odd = tl.split(tl.reshape(y, (LENGTH // 4, 2, 2)))
        s, t = tl.split(even + odd)
        d, e = tl.split(even - odd)
        digits = tl.join(tl.join(s + e, t + d), tl.join(s - e, t - d))
        # the digit that is done goes to the front of its block
        y = tl.reshape(tl.permute(tl.reshape(digits, (LENGTH // 64, 16, 4)), (0, 2, 1)), (LENGTH,))
    return y


@triton.jit
def int4_pairs(y, scale, LENGTH: tl.constexpr):
    """Turned values under the scale of their row to bytes of two codes, int8 (LENGTH / 2,); 0 if it is not finite."""
    inverse = tl.math.div_rn(1.0, scale)
    steps = tl.where(scale == scale, quotient_within(y, scale, inverse), 0.0)
    low, high = tl.split(tl.reshape(int8_steps(steps).to(tl.int32), (LENGTH // 2, 2)))
    return ((low & 15) | (high << 4)).to(tl.int8)


@triton.jit
def tiled_offset(row, column, columns):
    """Byte number of the scale of (row, column), ``columns`` block scales a row: see `quantize_formats`."""
    tile = (row // 128) * ((columns + 3) // 4) + column // 4
    return tile * 512 + (row % 32) * 16 + (row % 128) // 32 * 4 + column % 4


@triton.jit
def mxfp8_blocks(blocks):
    """fp32 (B, 32) to e4m3 (B, 32) and stored exponents, int32 (B,)."""
    amax = finite_amax(blocks, 1)
    descale = tl.math.div_rn(amax, tl.full(amax.shape, 448.0, tl.float32))
    bits = descale.to(tl.int32, bitcast=True)
    stored = (bits >> 23) + ((bits & 0x7FFFFF) != 0).to(tl.int32)
    # comparisons with NaN are false
    stored = tl.where(descale >= SMALLEST_NORMAL, stored, 0)
    power = tl.where(stored == 0, 127 << 23, (254 - stored) << 23).to(tl.float32, bitcast=True)
    stored = tl.where(amax == amax, stored, 255)
    codes = to_e4m3(tl.where((stored == 255)[:, None], 0.0, blocks * power[:, None]))
    return codes, stored


@triton.jit
def nvfp4_blocks(blocks, scale):
    """fp32 (B, 16) and the tensor scale to bytes of two codes, uint8 (B, 8), and block scales, e4m3 (B,)."""
    amax = finite_amax(blocks, 1)
    full_scale = tl.full(amax.shape, 1.0, tl.float32) * scale
    wanted = tl.math.div_rn(tl.math.div_rn(amax, tl.full(amax.shape, 6.0, tl.float32)), full_scale)
    known = wanted == wanted
    block_scale = tl.where(known, tl.minimum(tl.maximum(wanted, 0.015625), 448.0), wanted).to(tl.float8e4nv)
    inverse = tl.math.div_rn(tl.full(amax.shape, 1.0, tl.float32), full_scale)
    factor = tl.math.div_rn(inverse, block_scale.to(tl.float32))
    scaled = tl.where(known[:, None], blocks * factor[:, None], 0.0)
    codes = to_e2m1(tl.minimum(tl.maximum(scaled, -6.0), 6.0))
    low, high = tl.split(tl.reshape(codes, (codes.shape[0], 8, 2)))
    return (low | high << 4).to(tl.uint8), block_scale


@triton.jit
def store_part(
    x, codes_ptr, scale_ptr, block_ptr, row, first, width, FORMAT: tl.constexpr, LENGTH: tl.constexpr,
):  # fmt: skip
    """Values ``first`` to ``first + LENGTH`` of row ``row`` of a (rows, width) matrix, those below ``width`` only.

    Args:
        x: fp32 (LENGTH,), 0 where ``first + i ≥ width``.
        row, first: integers; ``first`` a multiple of 32 (16 suffices for nvfp4).
        codes_ptr, scale_ptr, block_ptr: the tensors of a `PackedMatrix`; block scales as uint8.
    """
    if FORMAT == FP8_TENSOR:
        columns = first + tl.arange(0, LENGTH)
        scale = tl.load(scale_ptr)
        codes = to_e4m3(quotient(x, scale, tl.math.div_rn(1.0, scale)))
        tl.store(codes_ptr + row * width + columns, codes, columns < width)
    elif FORMAT == MXFP8:
        blocks = first // 32 + tl.arange(0, LENGTH // 32)
        codes, stored = mxfp8_blocks(tl.reshape(x, (LENGTH // 32, 32)))
        columns = blocks[:, None] * 32 + tl.arange(0, 32)[None, :]
        tl.store(codes_ptr + row * width + columns, codes, columns < width)
        tl.store(block_ptr + tiled_offset(row, blocks, width // 32), stored.to(tl.uint8), blocks < width // 32)
    else:
        tl.static_assert(FORMAT == NVFP4, "the scales of this format span a row: use store_row")
        blocks = first // 16 + tl.arange(0, LENGTH // 16)
        codes, block_scale = nvfp4_blocks(tl.reshape(x, (LENGTH // 16, 16)), tl.load(scale_ptr))
        byte = blocks[:, None] * 8 + tl.arange(0, 8)[None, :]
        tl.store(codes_ptr + row * (width // 2) + byte, codes, byte < width // 2)
        stored = block_scale.to(tl.uint8, bitcast=True)
        tl.store(block_ptr + tiled_offset(row, blocks, width // 16), stored, blocks < width // 16)


@triton.jit
def row_scale(bits, FORMAT: tl.constexpr):
    """Scale of a row of ``fp8``, ``int8`` or ``int4`` from the bits of its largest magnitude."""
    return amax_scale(finite_of(bits), 448.0 if FORMAT == FP8 else (127.0 if FORMAT == INT8 else 7.0))


@triton.jit
def row_codes(x, scale, FORMAT: tl.constexpr):
    """Codes of values under the scale of their row; 0 if that is not finite."""
    inverse = tl.math.div_rn(1.0, scale)
    if FORMAT == FP8:
        return to_e4m3(tl.where(scale == scale, quotient_within(x, scale, inverse), 0.0))
    else:
        return int8_steps(tl.where(scale == scale, x * inverse, 0.0))


@triton.jit
def store_row(
    a, b, codes_ptr, scale_ptr, block_ptr, row, width, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    """All of row ``row``, in two parts as `sanacam.kernels.rows` has it; other arguments as :func:`store_part`. What
    ``b`` holds beyond the width does not matter. mxfp8 takes parts of at least 32 values, int4 of 64."""
    rest = MAIN + tl.arange(0, REST)
    b = tl.where(rest < width, b, 0.0)
    SPANS_ROW: tl.constexpr = (FORMAT == FP8) | (FORMAT == INT8)
    if SPANS_ROW:
        scale = row_scale(tl.maximum(amax_bits(a, 0), amax_bits(b, 0)), FORMAT)
        tl.store(codes_ptr + row * width + tl.arange(0, MAIN), row_codes(a, scale, FORMAT))
        tl.store(codes_ptr + row * width + rest, row_codes(b, scale, FORMAT), rest < width)
        tl.store(scale_ptr + row, scale)
    elif FORMAT == INT4:
        a, b = turned(a, MAIN), turned(b, REST)
        scale = row_scale(tl.maximum(amax_bits(a, 0), amax_bits(b, 0)), FORMAT)
        last = MAIN // 2 + tl.arange(0, REST // 2)
        tl.store(codes_ptr + row * (width // 2) + tl.arange(0, MAIN // 2), int4_pairs(a, scale, MAIN))
        tl.store(codes_ptr + row * (width // 2) + last, int4_pairs(b, scale, REST), last < width // 2)
        tl.store(scale_ptr + row, scale)
    else:
        store_part(a, codes_ptr, scale_ptr, block_ptr, row, 0, width, FORMAT, MAIN)
        store_part(b, codes_ptr, scale_ptr, block_ptr, row, MAIN, width, FORMAT, REST)


@triton.jit
def store_rows(
    a, b, codes_ptr, scale_ptr, row, real, width, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr
):
    """Rows ``row`` (R,) at once, those that are ``real``, as :func:`store_row` does one: ``a`` (R, MAIN) and ``b``
    (R, REST), for ``fp8`` and ``int8``."""
    tl.static_assert((FORMAT == FP8) | (FORMAT == INT8), "only formats with a scale a row")
    main, rest = tl.arange(0, MAIN), MAIN + tl.arange(0, REST)
    b = tl.where((rest < width)[None, :], b, 0.0)
    scale = row_scale(tl.maximum(amax_bits(a, 1), amax_bits(b, 1)), FORMAT)
    place = codes_ptr + row[:, None] * width
    tl.store(place + main[None, :], row_codes(a, scale[:, None], FORMAT), real[:, None])
    tl.store(place + rest[None, :], row_codes(b, scale[:, None], FORMAT), real[:, None] & (rest < width)[None, :])
    tl.store(scale_ptr + row, scale, real)
