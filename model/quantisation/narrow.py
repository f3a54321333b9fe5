"""The narrow matrices of a network that runs fused: where they stand in its products, how they are filled from a file,
and how they follow an adapter.

Once packed, a narrow layer's own weight is wanted again only to pack it anew, so it waits in main memory. Packing anew
writes into the same buffers: captured graphs stay valid, and what they read equals what a fresh packing would hold, bit
for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_shapes import cut_rows, stack_rows
from sanacam.kernels.reference.quantize import quantise
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.fused.linear import Linear, NarrowLinear
from sanacam.model.dit.fused.pack import PackedBlock, pack
from sanacam.model.dit.network import HybridDiT
from sanacam.model.quantisation.layers import layers_of, matrix_of
from sanacam.model.quantisation.linear import PackedLinear

Addition = tuple[Tensor, Tensor]
"""``down`` (rank, in) and ``up`` (out, rank) of a low-rank addition, as an adapter's file has them."""
PROJECTED = ("attn.q", "attn.k", "attn.v", "attn.output_gate")
"""Layers by the numbers of a projection's outputs, see :mod:`sanacam.model.dit.fused.pack`."""


@dataclass(frozen=True)
class Stack:
    """One narrow product: the layers whose rows stand below each other in its matrix, in that order."""

    product: PackedLinear
    layers: tuple[str, ...]


class NarrowNetwork:
    """See the head of this module.

    Args:
        network: on its device, in the dtype of what is not packed. Its narrow matrices move to main memory, or wait
            there already.
        wished: formats by layer name. What is computed once a prompt stays bf16, see :func:`settled`.
        input_scales: fixed scales () of activations, by layer name.
        emulate: multiply a format's exact numbers where no back end has it.
        stored: packed matrices by layer, instead of packing the network's weights; their formats hold then.

    Attributes:
        packed: for :class:`sanacam.model.dit.fused.sampler.FusedSampler`.
        formats: of the layers that are narrow.
    """

    def __init__(
        self, network: HybridDiT, wished: Mapping[str, Format], input_scales: Mapping[str, Tensor] | None = None, *,
        emulate: bool = False, stored: Mapping[str, PackedMatrix] | None = None,
    ) -> None:  # fmt: skip
        self.wished, self.input_scales = dict(wished), dict(input_scales or {})
        self.formats = settled(network.config, wished, self.input_scales)
        if stored is not None:
            self.formats = {name: matrix.format for name, matrix in stored.items()}
        self.device = network.x_embedder.proj.weight.device
        self._modules = {name: network.get_submodule(name) for name in self.formats}
        self._additions: Mapping[str, Addition] = {}
        waiting = {name: _weight(module).data.to("cpu") for name, module in self._modules.items()}
        if stored is not None:
            for module in self._modules.values():  # nothing of size is packed that is overwritten at once
                weight = _weight(module)
                _give(module, weight.new_zeros((), device=self.device).expand(weight.shape))
        self.packed = pack(network, self.formats, self.input_scales, release=True, emulate=emulate)
        for name, module in self._modules.items():
            _give(module, waiting[name])
        found = (stack for block, held in enumerate(self.packed.blocks) for stack in _stacks(block, held))
        self.stacks = tuple(found)
        if stored is not None:
            self._fill(stored)

    def __contains__(self, name: object) -> bool:
        """Whether the layer of this name is held in a narrow format."""
        return name in self.formats

    @torch.inference_mode()
    def wear(self, additions: Mapping[str, Addition]) -> None:
        """Pack the weights with these low-rank additions, by layer name, instead of those worn before; the network's
        own weights stay as they are."""
        for stack in self.stacks:
            if any(name in additions or name in self._additions for name in stack.layers):
                weights = [self._worn(name, additions.get(name)) for name in stack.layers]
                _write(stack.product, quantise(torch.cat(weights), self.formats[stack.layers[0]]))
        self._additions = dict(additions)

    def matrices(self) -> dict[str, PackedMatrix]:
        """Every narrow layer's matrix by itself, on the processor."""
        found = {}
        for stack in self.stacks:
            whole, start = stack.product.weight.to("cpu"), 0
            for name in stack.layers:
                rows = slice(start, start + len(matrix_of(self._modules[name])[0]))
                found[name] = cut_rows(whole, rows)
                start = rows.stop
        return found

    def _worn(self, name: str, addition: Addition | None) -> Tensor:
        """A layer's matrix on the card, with its addition."""
        weight = matrix_of(self._modules[name])[0].to(self.device)
        if addition is None:
            return weight
        down, up = (factor.to(self.device, torch.float32) for factor in addition)
        return (weight.float() + up @ down).to(weight.dtype)

    def _fill(self, stored: Mapping[str, PackedMatrix]) -> None:
        with torch.inference_mode():
            for stack in self.stacks:
                _write(stack.product, stack_rows([stored[name] for name in stack.layers]).to(self.device))


_NARROW: WeakKeyDictionary[HybridDiT, NarrowNetwork] = WeakKeyDictionary()


def settled(
    config: DiTConfig, wished: Mapping[str, Format], input_scales: Mapping[str, Tensor]
) -> dict[str, Format]:  # fmt: skip
    """The narrow formats that layers run in.

    What is computed once a prompt stays bf16: it costs nothing that is felt. ``fp8_tensor`` without a fixed scale of
    what enters becomes ``fp8``: finding one scale for a whole matrix as it comes takes two passes over it, finding one
    a row takes one, and is finer.
    """
    found: dict[str, Format] = {}
    for layer in layers_of(config):
        form = wished.get(layer.name, "bf16")
        if form != "bf16" and not layer.kind.per_prompt:
            found[layer.name] = "fp8" if form == "fp8_tensor" and layer.name not in input_scales else form
    return found


def narrow_network(
    network: HybridDiT, wished: Mapping[str, Format], input_scales: Mapping[str, Tensor] | None = None, *,
    emulate: bool = False, stored: Mapping[str, PackedMatrix] | None = None,
) -> NarrowNetwork:  # fmt: skip
    """The network's narrow matrices in these formats: those that it has already, or new ones. Arguments:
    :class:`NarrowNetwork`."""
    held = narrow_of(network)
    if held is not None and held.wished == dict(wished) and stored is None:
        return held
    _NARROW[network] = made = NarrowNetwork(network, wished, input_scales, emulate=emulate, stored=stored)
    return made


def narrow_of(network: nn.Module) -> NarrowNetwork | None:
    """The narrow matrices that a network runs by; ``None`` if it has none."""
    return _NARROW.get(network) if isinstance(network, HybridDiT) else None


def widen(network: HybridDiT) -> None:
    """Forget narrow matrices: the network's own weights count again, and cast it to have them on its device."""
    _NARROW.pop(network, None)


def _stacks(block: int, held: PackedBlock) -> Iterator[Stack]:
    singles: dict[str, Linear] = {
        "attn.proj": held.out, "cross_attn.q_linear": held.cross_q, "cross_attn.proj": held.cross_out,
        "mlp.inverted_conv.conv": held.expand, "mlp.point_conv.conv": held.point, "mlp.t_conv": held.temporal,
    }  # fmt: skip
    for linear, outputs in held.project.parts:
        if isinstance(linear, NarrowLinear):
            yield Stack(linear.product, tuple(f"blocks.{block}.{PROJECTED[number]}" for number, _ in outputs))
    for kind, linear in singles.items():
        if isinstance(linear, NarrowLinear):
            yield Stack(linear.product, (f"blocks.{block}.{kind}",))


def _weight(module: nn.Module) -> Tensor:
    weight = module.weight
    assert isinstance(weight, Tensor)
    return weight


def _give(module: nn.Module, weight: Tensor) -> None:
    module.register_parameter("weight", nn.Parameter(weight, requires_grad=False))


def _write(product: PackedLinear, matrix: PackedMatrix) -> None:
    """Over the numbers of a product, in its own buffers."""
    held = product.weight
    for mine, new in zip(held[1:], matrix[1:], strict=True):
        if mine is not None:
            assert isinstance(new, Tensor)
            # one-byte floats are copied as the bytes that they are
            size = torch.uint8 if mine.element_size() == 1 else mine.dtype
            mine.view(size).copy_(new.view(size))
