"""The matrices of a :class:`HybridDiT` that may be held in a narrow format, and those that may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import BITS, Format
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.ffn import TemporalKernel
from sanacam.model.dit.layers import CentreTap
from sanacam.model.dit.network import HybridDiT


@dataclass(frozen=True)
class LayerKind:
    """A product that every block has.

    Attributes:
        name: of the module inside a block, as in the released checkpoint.
        title: as in the paper's table 4.
        per_prompt: computed once a prompt, not once a forward.
    """

    name: str
    title: str
    per_prompt: bool = False


KINDS = (
    LayerKind("attn.q", "SA-Q"),
    LayerKind("attn.k", "SA-K"),
    LayerKind("attn.v", "SA-V"),
    LayerKind("attn.output_gate", "SA-gate"),
    LayerKind("attn.proj", "SA-O"),
    LayerKind("cross_attn.q_linear", "CA-Q"),
    LayerKind("cross_attn.kv_linear", "CA-KV", per_prompt=True),
    LayerKind("cross_attn.proj", "CA-O"),
    LayerKind("mlp.inverted_conv.conv", "FFN-Input"),
    LayerKind("mlp.point_conv.conv", "FFN-Output"),
    LayerKind("mlp.t_conv", "FFN-Temporal"),
)
ALWAYS_BF16 = (
    "x_embedder.proj", "t_embedder.mlp.0", "t_embedder.mlp.2", "t_block.1", "y_embedder.y_proj.fc1",
    "y_embedder.y_proj.fc2", "final_layer.linear",
)  # fmt: skip
"""Embeddings and the output layer, as in the paper (section on mixed precision)."""
ALWAYS_BF16_IN_BLOCK = ("attn.beta_proj", "attn.gate_proj", "mlp.depth_conv.conv")
"""Update strengths and decays feed a recurrence; the depth-wise convolution is no matrix product."""


@dataclass(frozen=True)
class Layer:
    """One matrix.

    Attributes:
        name: of its module in the network.
        kind, block: what it is and of which block (0-based).
        columns, inner: outputs and inputs of the product.
    """

    name: str
    kind: LayerKind
    block: int
    columns: int
    inner: int


def layers_of(config: DiTConfig) -> tuple[Layer, ...]:
    """Every matrix that a policy may decide about, block by block. The temporal convolution counts as one product that
    says what a frame adds to the next, to itself and to the one before."""
    width, hidden = config.hidden_size, config.ffn_hidden
    sizes = {
        "cross_attn.kv_linear": (2 * width, width),
        "mlp.inverted_conv.conv": (2 * hidden, width),
        "mlp.point_conv.conv": (width, hidden),
        "mlp.t_conv": (3 * width, width),
    }
    return tuple(
        Layer(f"blocks.{block}.{kind.name}", kind, block, *sizes.get(kind.name, (width, width)))
        for block in range(config.depth)
        for kind in KINDS
    )


def saved_bytes(config: DiTConfig, formats: Mapping[str, Format]) -> int:
    """How many bytes less than in bf16 a network's matrices take in these formats, by layer name. What is computed once
    a prompt counts as bf16, see :func:`sanacam.model.quantisation.narrow.settled`."""
    narrow = (layer for layer in layers_of(config) if not layer.kind.per_prompt)
    bits = sum(layer.columns * layer.inner * (BITS["bf16"] - BITS[formats.get(layer.name, "bf16")]) for layer in narrow)
    return round(bits / 8)


def fixed_layers(config: DiTConfig) -> tuple[str, ...]:
    """Names of the modules that always stay as they are; in blocks of either kind, though softmax blocks have none of
    the decays."""
    return (
        *ALWAYS_BF16,
        *(f"blocks.{block}.{name}" for block in range(config.depth) for name in ALWAYS_BF16_IN_BLOCK),
    )


def matrix_of(module: nn.Module) -> tuple[Tensor, Tensor | None]:
    """The (outputs, inputs) matrix that a module multiplies by, and its bias.

    A three-tap kernel of softmax queries and keys counts with its centre tap, the temporal convolution as (3C, C), rows
    for the previous, this and the next frame below each other.
    """
    weight = module.weight
    assert isinstance(weight, Tensor)
    if isinstance(module, TemporalKernel | CentreTap):
        return _matrix(module, weight), None
    bias = module.bias
    assert bias is None or isinstance(bias, Tensor)
    return _matrix(module, weight), bias


def first_row(module: nn.Module) -> Tensor:
    """(1, inputs): the first of :func:`matrix_of`. The other rows are not read, which may still be in a file."""
    weight = module.weight
    assert isinstance(weight, Tensor)
    return _matrix(module, weight[:1])[:1]


def _matrix(module: nn.Module, weight: Tensor) -> Tensor:
    if isinstance(module, TemporalKernel):
        return weight[..., 0].permute(2, 0, 1).flatten(0, 1)
    if isinstance(module, CentreTap):
        return weight if weight.ndim == 2 else weight[:, :, weight.shape[2] // 2]
    return weight.flatten(1)


@torch.no_grad()
def matrices(network: HybridDiT) -> Iterator[tuple[Layer, Tensor, Tensor | None]]:
    """Every layer of :func:`layers_of` with its matrix and bias."""
    for layer in layers_of(network.config):
        yield (layer, *matrix_of(network.get_submodule(layer.name)))
