"""Packed weights on disk: quantised once, stored with their policy, read without quantising again.

Layout contract (one safetensors file, metadata ``format = sanacam.packed-dit``, ``version = 2``):

* ``policy`` in the metadata is the policy file's JSON, ``formats`` a JSON object {layer name: format} for every layer
  that is not bf16, ``config`` the network's shape;
* a layer NAME of ``formats`` is stored as ``NAME.codes`` and, where its format has them, ``NAME.scale`` and
  ``NAME.block_scale``, each as `sanacam.kernels.quantize_formats` lays it out, block scales as bytes (uint8); the
  matrix is the one of `sanacam.model.quantisation.layers.matrix_of`, so of a three-tap kernel of softmax queries and
  keys only the centre tap is there;
* ``NAME.input_scale``, where it is there, is the fixed scale of that layer's activations;
* every other tensor of the network's state dict stands under its own name, bf16, decays fp32.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import FORMATS, Format, PackedMatrix
from sanacam.kernels.reference.quantize import quantise
from sanacam.model.checkpoint import FP32_SUFFIXES, check_fit
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.network import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.quantisation.layers import Layer, layers_of, matrices
from sanacam.model.quantisation.linear import PackedLinear
from sanacam.model.quantisation.network import exchange
from sanacam.model.quantisation.policy import Policy

FILE_FORMAT, VERSION = "sanacam.packed-dit", "2"
BLOCK_SCALE_DTYPE = {"mxfp8": torch.float8_e8m0fnu, "nvfp4": torch.float8_e4m3fn}
INPUT_SCALE = ".input_scale"
AGAIN = "Make it again with `sanacam quantize`."


@dataclass(frozen=True)
class PackedWeights:
    """A whole network under a policy.

    Attributes:
        matrices: every layer that is not bf16.
        rest: all other entries of the state dict.
        input_scales: fixed scales () of activations, see `sanacam.model.quantisation.observe`.
    """

    config: DiTConfig
    policy: Policy
    matrices: Mapping[str, PackedMatrix]
    rest: Mapping[str, Tensor]
    input_scales: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        return sum(m.nbytes for m in self.matrices.values()) + sum(t.nbytes for t in self.rest.values())


@torch.no_grad()
def quantise_dit(network: HybridDiT, policy: Policy, scales: Mapping[str, Tensor] | None = None) -> PackedWeights:
    """Pack a network's layers as a policy says; on the network's device, one layer at a time.

    Args:
        scales: fixed ones of activations, see :func:`sanacam.model.quantisation.observe.input_scales`; without them
            activations of ``fp8_tensor`` and ``nvfp4`` are scaled as they come, which costs a pass.

    Raises:
        UserError: the policy does not fit the network.
    """
    formats = policy.formats(network.config)
    packed: dict[str, PackedMatrix] = {}
    for layer, weight, _ in matrices(network):
        if formats[layer.name] != "bf16":
            packed[layer.name] = quantise(weight, formats[layer.name])
    taken = {f"{name}.weight" for name in packed}
    rest = {
        key: value.detach().to(torch.float32 if key.endswith(FP32_SUFFIXES) else torch.bfloat16)
        for key, value in network.state_dict().items()
        if key not in taken
    }
    return PackedWeights(network.config, policy, packed, rest, dict(scales or {}))


def save_packed(weights: PackedWeights, path: str | Path) -> None:
    """Write the file; an old one is replaced only once the new one is complete.

    Raises:
        UserError: it cannot be written; the old file is untouched then.
    """
    path = Path(path)
    tensors = {key: value.cpu().contiguous() for key, value in weights.rest.items()}
    tensors |= {f"{name}{INPUT_SCALE}": scale.cpu() for name, scale in weights.input_scales.items()}
    for name, matrix in weights.matrices.items():
        tensors[f"{name}.codes"] = matrix.codes.cpu()
        if matrix.scale is not None:
            tensors[f"{name}.scale"] = matrix.scale.cpu()
        if matrix.block_scale is not None:
            tensors[f"{name}.block_scale"] = matrix.block_scale.view(torch.uint8).cpu()
    metadata = {
        "format": FILE_FORMAT, "version": VERSION, "policy": json.dumps(weights.policy.to_dict()),
        "formats": json.dumps({name: matrix.format for name, matrix in weights.matrices.items()}),
        "config": json.dumps(weights.config.to_dict()),
    }  # fmt: skip
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, temporary, metadata=metadata)
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):  # the folder may be no folder
            temporary.unlink()
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{path} cannot be written: {reason}.", "Check that the folder exists, is yours and has room."
        ) from error


def read_packed(path: str | Path) -> PackedWeights:
    """Read a file in the layout above, onto the processor.

    Raises:
        UserError: there is none, it is damaged, or of another kind or version.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "Make one with `sanacam quantize`.")
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (safe_open is no mapping)
    except (SafetensorError, OSError) as error:
        raise UserError(f"{path} is damaged ({error}).", AGAIN) from error
    if metadata.get("format") != FILE_FORMAT or metadata.get("version") != VERSION:
        raise UserError(f"{path} holds no packed weights that this version reads.", AGAIN)
    try:
        policy = Policy.from_dict(json.loads(metadata["policy"]), f"The policy in {path}")
        config = DiTConfig.from_dict(json.loads(metadata["config"]))
        formats: dict[str, Format] = json.loads(metadata["formats"])
        packed = {name: _matrix(tensors, name, form) for name, form in formats.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} is damaged ({type(error).__name__}: {error}).", AGAIN) from error
    scales = {key.removesuffix(INPUT_SCALE): tensors.pop(key) for key in list(tensors) if key.endswith(INPUT_SCALE)}
    weights = PackedWeights(config, policy, packed, tensors, scales)
    _check_sizes(weights, path)
    return weights


def load_packed_dit(path: str | Path, device: torch.device | str, *, emulate: bool = False) -> HybridDiT:
    """The network of a packed file, ready to run in bf16 and its packed formats.

    Args:
        emulate: where the device lacks a format, multiply its exact numbers instead of raising at the first forward.

    Raises:
        UserError: see :func:`read_packed`, or the file does not fit itself.
    """
    weights = read_packed(path)
    with torch.device("meta"):
        network = HybridDiT(weights.config)
    biases = dict(weights.rest)

    def packed(layer: Layer, module: nn.Module, form: Format) -> nn.Module:
        bias = biases.get(f"{layer.name}.bias")
        bias = None if bias is None else bias.to(device)
        scale = weights.input_scales.get(layer.name)
        scale = None if scale is None else scale.to(device)
        matrix = weights.matrices[layer.name].to(device)
        return PackedLinear(matrix, bias, layer=layer.name, input_scale=scale, emulate=emulate)

    formats: dict[str, Format] = {layer.name: "bf16" for layer in layers_of(weights.config)}
    formats |= {name: matrix.format for name, matrix in weights.matrices.items()}
    absent = {f"{name}.weight" for name in weights.matrices}
    # what is packed is no parameter any more; the check of names and shapes sees it as it would be
    unpacked = network.state_dict()
    check_fit(network, {**weights.rest, **{key: unpacked[key] for key in absent}}, str(path), AGAIN)
    network.load_state_dict({key: value.to(device) for key, value in weights.rest.items()}, strict=False, assign=True)
    exchange(network, formats, packed)
    return network.eval().requires_grad_(False)


def _matrix(tensors: dict[str, Tensor], name: str, form: Format) -> PackedMatrix:
    """Takes a matrix' tensors out of ``tensors``."""
    if form not in FORMATS:
        raise ValueError(f"{name} is in the unknown format {form}")
    codes, scale = tensors.pop(f"{name}.codes"), tensors.pop(f"{name}.scale", None)
    block_scale = tensors.pop(f"{name}.block_scale", None)
    if block_scale is not None:
        block_scale = block_scale.view(BLOCK_SCALE_DTYPE[form])
    return PackedMatrix(form, codes, scale, block_scale)


def _check_sizes(weights: PackedWeights, path: Path) -> None:
    known = {layer.name: layer for layer in layers_of(weights.config)}
    for name, matrix in weights.matrices.items():
        layer = known.get(name)
        if layer is None or (matrix.rows, matrix.inner) != (layer.columns, layer.inner):
            wanted = "no such layer" if layer is None else f"({layer.columns}, {layer.inner})"
            raise UserError(f"{path}: {name} is ({matrix.rows}, {matrix.inner}), the network has {wanted}.", AGAIN)
