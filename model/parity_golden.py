"""Golden vectors of the diffusion transformer as they lie in a folder: pairs of files, and their networks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.model.checkpoint import assign_weights, read_weights
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError

CPU = torch.device("cpu")
KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("gdn", frozenset({"w.A_log"})),
    ("ffn", frozenset({"w.t_conv.weight"})),
    ("cross", frozenset({"w.q_linear.weight"})),
    ("softmax", frozenset({"w.output_gate.weight"})),
    ("forward", frozenset({"x", "source", "timestep", "text", "out"})),
    ("weights", frozenset({"x_embedder.proj.weight"})),
)
"""What a pair is, told by tensors that it holds; the first that fits."""
AGAIN = "Copy the golden vectors again."


class Golden:
    """One pair: ``NAME.safetensors`` with weights (``w.…``), inputs and expected outputs, ``NAME.json`` about them.

    Raises:
        UserError: a file of the pair is missing or damaged, or nobody knows what it is.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        description = folder / f"{name}.json"
        if not description.is_file():
            raise UserError(f"The golden vectors {description} are missing.", "Give the folder that holds them.")
        self.tensors = read_weights(folder / f"{name}.safetensors")
        try:
            self.info: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))
            self.kind = self._kind()
        except (ValueError, TypeError) as error:
            raise UserError(f"The golden vectors' {description} cannot be used ({error}).", AGAIN) from error

    def __getitem__(self, key: str) -> Tensor:
        if key not in self.tensors:
            raise UserError(f"The golden vectors {self.name} lack “{key}”.", AGAIN)
        return self.tensors[key]

    def __contains__(self, key: str) -> bool:
        return key in self.tensors

    def stated(self, key: str) -> Any:
        """An entry of the description.

        Raises:
            UserError: it is not there.
        """
        if key not in self.info:
            raise UserError(f"The golden vectors' {self.name}.json does not state “{key}”.", AGAIN)
        return self.info[key]

    def load_into(self, module: nn.Module) -> None:
        """The ``w.`` entries, strictly."""
        weights = {key.removeprefix("w."): value for key, value in self.tensors.items() if key.startswith("w.")}
        assign_weights(module, weights, origin=f"the golden vectors {self.name}", dtype=torch.float32, device=CPU)

    def _kind(self) -> str:
        if "chunk_boundaries" in self.info:
            return "streaming"
        if "entries" in self.info:
            return "rope"
        kind = next((kind for kind, keys in KINDS if keys <= self.tensors.keys()), None)
        if kind is None:
            raise ValueError("nothing known is in them")
        return kind


def find_goldens(folder: Path) -> list[Golden]:
    """Every pair of a folder, by name. JSON files that describe no tensors are left alone.

    Raises:
        UserError: a pair is incomplete, or there is none.
    """
    names = {path.stem for path in folder.glob("*.safetensors")}
    for path in folder.glob("*.json"):
        try:
            described = "tensors" in json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, TypeError) as error:
            raise UserError(f"The golden vectors' {path} is not JSON ({error}).", AGAIN) from error
        if described:
            names.add(path.stem)
    if not names:
        raise UserError(f"Golden vectors are missing in {folder}.", "Give the folder that holds them.")
    return [Golden(folder, name) for name in sorted(names)]


def network_config(golden: Golden, weights: Golden) -> DiTConfig:
    """The network of these weights, as the reference describes it, with the memory that ``golden`` states."""
    values, sink, remembered = weights.stated("config"), False, 0
    if golden.kind == "streaming":
        sink, remembered = bool(golden.stated("sink_token")), int(golden.stated("num_cached_blocks"))
        if remembered < 0:  # all of them
            remembered = len(golden.stated("chunk_boundaries"))
    channels = values["in_channels"]
    config = DiTConfig(
        hidden_size=values["hidden_size"],
        depth=values["depth"],
        self_heads=values["hidden_size"] // values["linear_head_dim"],
        cross_heads=values["num_heads"],
        mlp_ratio=values["mlp_ratio"],
        in_channels=channels,
        source_channels=values["additional_inchannels"],
        out_channels=channels,
        softmax_ratio=values["softmax_ratio"],
        caption_channels=values["caption_channels"],
        max_text_tokens=values["model_max_length"],
        sink=sink,
        num_cached_blocks=remembered,
    )
    stated = weights.info.get("softmax_layer_indices")
    if stated is not None and tuple(stated) != config.softmax_indices:
        config = replace(config, softmax_blocks=tuple(stated))
    return replace(config, softmax_kernel=_taps(weights, config))


def network_of(golden: Golden) -> HybridDiT:
    """The network that the vectors were made with, in fp32 on the CPU. Its weights lie in the file that the
    description names, else in that of the same folder with the same config.

    Raises:
        UserError: there are no such weights, or they do not fit their config.
    """
    weights = golden if golden.kind == "weights" else _weights_of(golden)
    try:
        config = network_config(golden, weights)
    except (KeyError, ValueError, TypeError) as error:
        raise UserError(
            f"The golden vectors {weights.name} describe a network that cannot be built ({error}).", AGAIN
        ) from error
    with torch.device("meta"):
        network = HybridDiT(config)
    origin = f"the golden vectors {weights.name}"
    assign_weights(network, weights.tensors, origin=origin, dtype=torch.float32, device=CPU)
    return network.eval()


def _weights_of(golden: Golden) -> Golden:
    if "weights" in golden.info:
        return Golden(golden.folder, Path(golden.info["weights"]).stem)
    config = golden.stated("config")
    for path in sorted(golden.folder.glob("*_weights.json")):
        candidate = Golden(golden.folder, path.stem)
        if candidate.info.get("config") == config:
            return candidate
    raise UserError(f"The weights for the golden vectors {golden.name} are missing in {golden.folder}.", AGAIN)


def _taps(weights: Golden, config: DiTConfig) -> int:
    """How softmax blocks store q and k: 3 for a temporal kernel, 1 for a plain linear map."""
    query = f"blocks.{config.softmax_indices[0]}.attn.q.weight" if config.softmax_indices else ""
    stored = weights.tensors.get(query)
    return 3 if stored is not None and stored.ndim == 3 else 1
