"""A :class:`HybridDiT` whose products run in narrow formats: the network's own modules, some of them exchanged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.network import HybridDiT
from sanacam.model.quantisation.layers import Layer, layers_of, matrix_of
from sanacam.model.quantisation.linear import EmulatedLinear, PackedLinear

Maker = Callable[[Layer, nn.Module, Format], nn.Module]
"""Makes what stands for a layer in a format from the layer's own module."""


class QuantisedFFN(nn.Module):
    """:class:`GatedConvFFN` whose three products are modules that may be exchanged.

    ``inverted_conv``, ``point_conv`` and ``t_conv`` are the products under the names that policies use (the middle
    parts of the names are kept by :class:`Holder`).
    """

    def __init__(self, ffn: GatedConvFFN, parts: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.original = (ffn,)  # not a submodule: its weights are not this network's any more
        self.depth_conv = ffn.depth_conv
        self.expand, self.point, self.mix = (parts[name] for name in ("inverted_conv", "point_conv", "t_conv"))

    def forward(self, x: Tensor, layout: ChunkLayout, tail: Tensor | None) -> tuple[Tensor, Tensor]:
        """As :meth:`GatedConvFFN.forward`."""
        batch, frames, tokens, _ = x.shape
        picture = F.silu(self.expand(x)).view(batch * frames, layout.height, layout.width, -1).permute(0, 3, 1, 2)
        picture = self.depth_conv.conv(picture)
        value, gate = picture.permute(0, 2, 3, 1).reshape(batch, frames, tokens, -1).chunk(2, -1)
        r = self.point(value * F.silu(gate))
        before = torch.zeros_like(r[:, :1]) if tail is None else tail.to(r.dtype)
        parts = self.mix(torch.cat((before, r), 1))
        previous, present, following = parts.chunk(3, -1)
        # the frame after a chunk's end counts as zero
        after = [
            torch.cat((part[:, 1:], torch.zeros_like(part[:, :1])), 1)
            for part in following[:, 1:].split(list(layout.lengths), 1)
        ]
        return r + previous[:, :-1] + present[:, 1:] + torch.cat(after, 1), r[:, -1:]


def exchange(network: HybridDiT, formats: Mapping[str, Format], make: Maker) -> None:
    """Exchange the modules of every layer that is not bf16, in place. A network that was exchanged before is first
    :func:`restore`-d.

    Args:
        formats: from :meth:`Policy.formats`.
    """
    restore(network)
    by_block: dict[int, dict[str, nn.Module]] = {}
    for layer in layers_of(network.config):
        module, form = network.get_submodule(layer.name), formats[layer.name]
        kind = layer.kind.name
        if form != "bf16":
            made = make(layer, module, form)
        elif kind.startswith("mlp."):
            made = PlainProduct(module)
        else:
            continue
        by_block.setdefault(layer.block, {})[kind] = made
    for index, parts in by_block.items():
        block = network.hybrid_blocks[index]
        feed = {kind.split(".")[1]: part for kind, part in parts.items() if kind.startswith("mlp.")}
        if not all(isinstance(part, PlainProduct) for part in feed.values()):
            assert isinstance(block.mlp, GatedConvFFN)
            block.mlp = QuantisedFFN(block.mlp, feed)  # type: ignore[assignment]
        for kind, part in parts.items():
            if not kind.startswith("mlp."):
                holder, _, name = kind.rpartition(".")
                owner = block.get_submodule(holder)
                _originals(owner)[name] = getattr(owner, name)
                setattr(owner, name, part)


def restore(network: HybridDiT) -> None:
    """Undo :func:`exchange`: the network's own modules are back in place."""
    for block in network.hybrid_blocks:
        if isinstance(block.mlp, QuantisedFFN):
            block.mlp = block.mlp.original[0]
        for owner in (block.attn, block.cross_attn):
            originals = _originals(owner)
            for name, module in originals.items():
                setattr(owner, name, module)
            originals.clear()


def emulate(network: HybridDiT, formats: Mapping[str, Format]) -> None:
    """Run a network with the exact numbers of these formats, in place; :func:`restore` takes it back."""
    exchange(network, formats, lambda layer, module, form: EmulatedLinear(*matrix_of(module), form))


def run_natively(network: HybridDiT, formats: Mapping[str, Format]) -> None:
    """Run a network in these formats by the back ends of its device, in place; :func:`restore` takes it back.

    Raises:
        NoBackendError: (at the first forward) the device lacks one.
    """
    exchange(network, formats, lambda layer, module, form: PackedLinear.of(*matrix_of(module), form, layer.name))


class PlainProduct(nn.Module):
    """A layer of the FFN as it is, as a module that multiplies."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, *matrix_of(self.layer))


def _originals(owner: nn.Module) -> dict[str, nn.Module]:
    """What stood where a module was exchanged; kept outside the module tree."""
    found: dict[str, nn.Module] = owner.__dict__.setdefault("_before_exchange", {})
    return found
