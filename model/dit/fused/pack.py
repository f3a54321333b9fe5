"""Weights of a :class:`HybridDiT` in the layouts that the fused forward reads.

* Self-attention: everything that reads the modulated tokens, outputs numbered q 0, k 1, v 2, output gate 3, and in GDN
  blocks β logits (heads) and decay logits (heads) together 4. In one number format they are one matrix, rows in that
  order, zero rows at the end up to a multiple of :data:`OUTPUT_GRAIN`; each narrow format has a matrix of its own.
* Temporal convolution: (3C, C), one product for the previous, this and the next frame's weights below each other; the
  frames are brought together afterwards.
* Depthwise 3×3: shape as in the checkpoint, in memory nine rows of channels.
* All others as the checkpoint has them.

Where an ordinary layout differs from the checkpoint's the network's own parameters become views of the packed ones, so
that both ways of running hold one copy in memory and always agree. A softmax block's (C, C, 3) kernels stay as they
are; of them only the centre tap is copied. Matrices in a narrow format are copies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format
from sanacam.kernels.reference.quantize import quantise
from sanacam.model.dit.ffn import TemporalKernel
from sanacam.model.dit.fused.linear import UPDATE, Linear, NarrowLinear, PlainLinear, Projection
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.layers import CentreTap
from sanacam.model.dit.network import HybridDiT
from sanacam.model.quantisation.layers import matrix_of
from sanacam.model.quantisation.linear import PackedLinear

OUTPUT_GRAIN = 64
STACKABLE: tuple[Format, ...] = ("fp8", "int8", "mxfp8", "int4")
"""Formats whose scales belong to rows or parts of them: matrices below each other pack as each alone."""


@dataclass(frozen=True)
class PackedBlock:
    """One block.

    Attributes:
        a_log, dt_bias: (heads,) fp32 in a GDN block, ``None`` in a softmax block.
        depth_weight: (2·hidden, 1, 3, 3), channels innermost. depth_bias: (2·hidden,).
        temporal: C → 3C, what a frame adds to the next, to itself (without the identity) and to the one before.
    """

    project: Projection
    q_weight: Tensor
    k_weight: Tensor
    a_log: Tensor | None
    dt_bias: Tensor | None
    out: Linear
    cross_q: Linear
    cross_q_weight: Tensor
    cross_out: Linear
    expand: Linear
    depth_weight: Tensor
    depth_bias: Tensor
    point: Linear
    temporal: Linear


@dataclass(frozen=True)
class PackedNetwork:
    """``patch``: noisy channels, then source channels → C. ``final``: C → velocity."""

    patch: Linear
    blocks: tuple[PackedBlock, ...]
    final: Linear


class _Packing:
    """Makes the products of one network.

    Args:
        formats, input_scales: by layer name.
        release: free a matrix that is held in a narrow format now.
        emulate: multiply a format's exact numbers where no back end has it.
    """

    def __init__(
        self, network: HybridDiT, formats: Mapping[str, Format], input_scales: Mapping[str, Tensor], release: bool,
        emulate: bool,
    ) -> None:  # fmt: skip
        self.network, self.formats, self.input_scales = network, formats, input_scales
        self.release, self.emulate = release, emulate
        self.device = network.x_embedder.proj.weight.device

    def product(self, name: str) -> Linear:
        """A layer by itself."""
        module, form = self.network.get_submodule(name), self.formats.get(name, "bf16")
        matrix, bias = matrix_of(module)
        if form == "bf16":
            return PlainLinear(matrix.data, None if bias is None else bias.data)
        packed = self._narrow(matrix.data, None if bias is None else bias.data, form, name)
        self._free(module)
        return packed

    def temporal(self, name: str, kernel: TemporalKernel) -> Linear:
        """The three taps of a temporal convolution."""
        form = self.formats.get(name, "bf16")
        taps = kernel.weight.data.to(self.device)[..., 0].permute(2, 0, 1).contiguous()
        if form == "bf16":
            kernel.weight.data = taps.permute(1, 2, 0)[..., None]
            return PlainLinear(taps.flatten(0, 1))
        packed = self._narrow(taps.flatten(0, 1), None, form, name)
        self._free(kernel)
        return packed

    def _narrow(self, matrix: Tensor, bias: Tensor | None, form: Format, name: str) -> NarrowLinear:
        scale = self.input_scales.get(name)
        scale = None if scale is None else scale.to(self.device)
        packed = quantise(matrix.to(self.device), form)  # it may wait in main memory
        product = PackedLinear(packed, bias, layer=name, input_scale=scale, emulate=self.emulate)
        return NarrowLinear(product, matrix.dtype)

    def _free(self, module: nn.Module) -> None:
        weight = module.weight
        assert isinstance(weight, Tensor)
        if self.release:
            weight.data = weight.data.new_empty(0)

    def projection(self, prefix: str, attn: nn.Module) -> Projection:
        """Everything that reads a block's modulated tokens."""
        names = ["q", "k", "v", "output_gate"]
        groups: dict[Format, list[int]] = {}
        parts: list[tuple[Linear, list[tuple[int, int]]]] = []
        for number, name in enumerate(names):
            form = self.formats.get(f"{prefix}.{name}", "bf16")
            if form == "bf16" or form in STACKABLE:
                groups.setdefault(form, []).append(number)
            else:
                product = self.product(f"{prefix}.{name}")
                parts.append((product, [(number, self.network.config.hidden_size)]))
        for form in STACKABLE:
            if form in groups:
                modules = [attn.get_submodule(names[number]) for number in groups[form]]
                outputs = [(number, self.network.config.hidden_size) for number in groups[form]]
                title = "+".join(names[number] for number in groups[form])
                parts.append((self._stacked_narrow(modules, form, f"{prefix}.{title}"), outputs))
        plain = groups.get("bf16", [])
        modules = [attn.get_submodule(names[number]) for number in plain]
        outputs = [(number, self.network.config.hidden_size) for number in plain]
        if isinstance(attn, GatedDeltaAttention):
            modules += [attn.beta_proj, attn.gate_proj]
            outputs.append((UPDATE, 2 * attn.heads))
        if modules:
            parts.append((PlainLinear(*_stacked(modules)), outputs))
        return Projection(parts)

    def _stacked_narrow(self, modules: Sequence[nn.Module], form: Format, name: str) -> NarrowLinear:
        pairs = [matrix_of(module) for module in modules]
        matrix = torch.cat([weight.data for weight, _ in pairs])
        bias = None
        if any(b is not None for _, b in pairs):
            bias = torch.cat([w.new_zeros(len(w), device=self.device) if b is None else b.data for w, b in pairs])
        packed = self._narrow(matrix, bias, form, name)
        for module in modules:
            self._free(module)
        return packed

    def block(self, index: int) -> PackedBlock:
        block, name = self.network.hybrid_blocks[index], f"blocks.{index}"
        attn, mlp = block.attn, block.mlp
        depth = mlp.depth_conv.conv
        depth.weight.data = depth.weight.data.flatten(1).t().contiguous().t().view(depth.weight.shape)
        assert depth.bias is not None
        a_log: Tensor | None = None
        dt_bias: Tensor | None = None
        if isinstance(attn, GatedDeltaAttention):
            a_log, dt_bias = attn.A_log.data.float(), attn.dt_bias.data.float()
        return PackedBlock(
            project=self.projection(f"{name}.attn", attn),
            q_weight=attn.q_norm.weight.data,
            k_weight=attn.k_norm.weight.data,
            a_log=a_log,
            dt_bias=dt_bias,
            out=self.product(f"{name}.attn.proj"),
            cross_q=self.product(f"{name}.cross_attn.q_linear"),
            cross_q_weight=block.cross_attn.q_norm.weight.data,
            cross_out=self.product(f"{name}.cross_attn.proj"),
            expand=self.product(f"{name}.mlp.inverted_conv.conv"),
            depth_weight=depth.weight.data,
            depth_bias=depth.bias.data,
            point=self.product(f"{name}.mlp.point_conv.conv"),
            temporal=self.temporal(f"{name}.mlp.t_conv", mlp.t_conv),
        )


def _stacked(modules: Sequence[nn.Module]) -> tuple[Tensor, Tensor | None]:
    """One (outputs, C) matrix and bias of several maps, zero rows at the end; the maps' parameters become views."""
    pairs = [matrix_of(module) for module in modules]
    first = pairs[0][0].data
    total = -(-sum(len(weight) for weight, _ in pairs) // OUTPUT_GRAIN) * OUTPUT_GRAIN
    matrix = first.new_zeros(total, first.shape[1])
    bias = first.new_zeros(total) if any(b is not None for _, b in pairs) else None
    start = 0
    for module, (weight, own_bias) in zip(modules, pairs, strict=True):
        rows = slice(start, start + len(weight))
        matrix[rows].copy_(weight.data)
        stored = module.weight
        assert isinstance(stored, Tensor)
        if not (isinstance(module, CentreTap) and stored.ndim == 3 and stored.shape[2] > 1):
            stored.data = matrix[rows].view(stored.shape)
        if own_bias is not None and bias is not None:
            bias[rows].copy_(own_bias.data)
            own_bias.data = bias[rows]
        start = rows.stop
    return matrix, bias


_PACKED: WeakKeyDictionary[HybridDiT, tuple[object, PackedNetwork]] = WeakKeyDictionary()


@torch.no_grad()
def pack(
    network: HybridDiT,
    formats: Mapping[str, Format] | None = None,
    input_scales: Mapping[str, Tensor] | None = None,
    *,
    release: bool = False,
    emulate: bool = False,
) -> PackedNetwork:
    """Pack a network on its device and in its dtype; do it after casting and moving it, since either makes new
    parameters. A network whose parameters are still those of its last packing is not packed again.

    Args:
        formats: by layer name, see :meth:`sanacam.model.quantisation.policy.Policy.formats`; default bf16 for all.
        input_scales: fixed scales () of activations, by layer name.
        release: matrices in a narrow format are no longer held in the network's dtype: the network by itself cannot run
            any more, except for prompts and timesteps.
        emulate: multiply a format's exact numbers, slowly, where no back end has it; otherwise the first product
            raises.
    """
    formats = {name: form for name, form in (formats or {}).items() if form != "bf16"}
    held = _PACKED.get(network)
    if held is not None and held[0] == _mark(network, formats):
        return held[1]
    packing = _Packing(network, formats, input_scales or {}, release, emulate)
    # Parameters and what they become views of must be of one kind, whatever mode this is called in.
    with torch.inference_mode(network.x_embedder.proj.weight.is_inference()):
        packed = PackedNetwork(
            packing.product("x_embedder.proj"),
            tuple(packing.block(index) for index in range(network.config.depth)),
            packing.product("final_layer.linear"),
        )
    _PACKED[network] = _mark(network, formats), packed
    return packed


def _mark(network: HybridDiT, formats: Mapping[str, Format]) -> object:
    """Changes when the network is cast or moved, or is wanted in other formats."""
    weight = network.hybrid_blocks[0].attn.proj.bias
    return weight.dtype, weight.device, weight.data_ptr(), tuple(sorted(formats.items()))
