"""The operations of a fused forward in plain PyTorch, in the precision of their input; see
`sanacam.kernels.operations`. Shapes and formulas stand with the Triton kernels of the same names."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference.attention import attention
from sanacam.kernels.reference.depth_glu import silu_depth_glu
from sanacam.kernels.reference.gdn_layer import gdn_layer, turn
from sanacam.kernels.reference.norm import modulated_layer_norm, rms_norm
from sanacam.kernels.reference.quantize import dequantise, quantise
from sanacam.kernels.reference.quantize_fp8 import quantise_fp8_tensor
from sanacam.kernels.reference.residual import residual_modulated

BLOCK_EPS, SELF_EPS, CROSS_EPS, DENOMINATOR_EPS = 1e-6, 1e-5, 1e-6, 1e-8


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    return modulated_layer_norm(x, shift, scale, BLOCK_EPS).to(x.dtype)


def residual_modulate(x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
    summed, modulated = residual_modulated(x, y, gate, shift, scale, BLOCK_EPS)
    return summed.to(x.dtype), modulated.to(x.dtype)


def residual_modulate_pack(
    x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, form: Format, *, keep: bool = False
) -> tuple[Tensor, Tensor | None, PackedMatrix]:
    summed, modulated = residual_modulate(x, y, gate, shift, scale)
    return summed, modulated if keep else None, quantise(modulated.flatten(0, -2), form)


def temporal_residual(
    x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool
) -> tuple[Tensor, Tensor]:
    previous, present, *following = parts.split(x.shape[-1], -1)
    y = r + present + torch.cat((tail[None], previous[:-1]))
    if following:
        y[:-1] += following[0][1:]
    if save:
        tail.copy_(previous[-1])
    return residual_modulate(x, y, gate, shift, scale)


def temporal_residual_pack(
    x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool,
    form: Format, *, keep: bool = False,
) -> tuple[Tensor, Tensor | None, PackedMatrix]:  # fmt: skip
    summed, modulated = temporal_residual(x, r, parts, tail, gate, shift, scale, save)
    return summed, modulated if keep else None, quantise(modulated.flatten(0, -2), form)


def residual(x: Tensor, y: Tensor, gate: Tensor) -> Tensor:
    return (x + gate * y).to(x.dtype)


def residual_linear(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, gate: Tensor) -> Tensor:
    return residual(x, F.linear(y, weight, bias), gate)


def linear_modulate(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    return residual_modulate(x, F.linear(y, weight, bias), None, shift, scale)


def linear_modulate_pack(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor,
    form: Format,
) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
    summed, modulated = linear_modulate(x, y, weight, bias, shift, scale, counts)
    return summed, quantise(modulated, form)


def linear_pack(
    x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, counts: Tensor, form: Format,
    dtype: torch.dtype = torch.bfloat16,
) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
    product = F.linear(dequantise(x), dequantise(weight), None if bias is None else bias.float()).to(dtype)
    return product, quantise(product, form)


def residual_pack(x: Tensor, y: Tensor, gate: Tensor, form: Format) -> tuple[Tensor, PackedMatrix]:
    out = residual(x, y, gate)
    return out, quantise(out, form)


def gdn(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor,
    cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, counts: Tensor,
    into: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    tensors = (q, k, v, gate, update, q_weight, k_weight, cos, sin, a_log, dt_bias, m, z)
    # The state is fp32 or better, and nothing that meets it is rounded to less.
    out, m, z = gdn_layer(*(t.to(m.dtype) for t in tensors), norm_eps=SELF_EPS, eps=DENOMINATOR_EPS)
    if into is not None:
        m, z = into[0].copy_(m), into[1].copy_(z)
    return out.to(q.dtype), m, z


def gdn_fp8(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor,
    cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, counts: Tensor, scale: Tensor,
    into: tuple[Tensor, Tensor] | None = None,
) -> tuple[PackedMatrix, Tensor, Tensor]:  # fmt: skip
    out, m, z = gdn(q, k, v, gate, update, q_weight, k_weight, cos, sin, a_log, dt_bias, m, z, counts, into)
    return quantise_fp8_tensor(out.flatten(0, -2), scale), m, z


def write_window(
    q: Tensor, k: Tensor, v: Tensor, q_weight: Tensor, k_weight: Tensor, cos: Tensor, sin: Tensor, place: Tensor,
    keys: Tensor, values: Tensor,
) -> Tensor:  # fmt: skip
    split = (-1, 2 * cos.shape[-1])

    def placed(x: Tensor, weight: Tensor) -> Tensor:
        heads = rms_norm(x, weight, SELF_EPS).unflatten(-1, split)[None, None]
        return turn(heads, cos[None], sin[None])[0, 0].flatten(1).to(x.dtype)

    first = int(place)
    keys[first : first + len(k)] = placed(k, k_weight)
    values[first : first + len(v)] = v
    return placed(q, q_weight)


def output_gate(x: Tensor, gate: Tensor) -> Tensor:
    return x * F.silu(gate)


def output_gate_fp8(x: Tensor, gate: Tensor, scale: Tensor) -> PackedMatrix:
    return quantise_fp8_tensor(output_gate(x, gate), scale)


def cross_attention_fp8(
    q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor, scale: Tensor
) -> PackedMatrix:
    return quantise_fp8_tensor(cross_attention(q, keys, values, bias, length, heads, counts), scale)


def cross_attention(
    q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor
) -> Tensor:
    normed = rms_norm(q, torch.ones_like(q[0]), CROSS_EPS)
    seen = slice(int(length))
    split_q, split_k, split_v = (
        t.unflatten(-1, (heads, -1)).transpose(0, 1) for t in (normed, keys[seen], values[seen])
    )
    return attention(split_q, split_k, split_v, bias[seen].to(q.dtype)).transpose(0, 1).flatten(1)


def glu_conv(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return silu_depth_glu(x, weight, bias)


def glu_conv_fp8(x: Tensor, weight: Tensor, bias: Tensor, scale: Tensor) -> PackedMatrix:
    return quantise_fp8_tensor(glu_conv(x, weight, bias).flatten(0, -2), scale)


def euler_step(x: Tensor, velocity: Tensor, delta: float, into: Tensor) -> None:
    x += delta * velocity.to(x.dtype)
    into.copy_(x)
