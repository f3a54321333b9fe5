"""Golden vectors of the diffusion transformer as they lie in a folder: pairs of files, and their networks."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.model.checkpoint import DEAD_BUFFERS, assign_weights, read_weights
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError

CPU = torch.device("cpu")
CONTRADICTIONS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError)
"""What comes of a foreign description that does not fit its tensors, or itself; the layers find out."""
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
FIXED: dict[str, tuple[Any, ...]] = {
    "patch_size": ([1, 1, 1],),
    "qk_norm": (True,),
    "y_norm": (True,),
    "cross_norm": (True,),
    "learn_sigma": (False,),
    "pred_sigma": (False,),
    "mlp_acts": (["silu", "silu", None],),
    "t_kernel_size": (3,),
    "use_pe": (True,),
    "pos_embed_type": ("casual_wan_rope", "wan_rope"),
}
"""What the reference's config may state in only these ways, since the network has no other."""


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
        self.info = read_description(description)
        self.tensors = read_weights(folder / f"{name}.safetensors")
        check_listed(self.name, self.info, self.tensors)
        self.kind = self._kind()

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
            raise UserError(f"The golden vectors {self.name} cannot be used: nothing known is in them.", AGAIN)
        return kind


def read_description(path: Path) -> dict[str, Any]:
    """The JSON beside tensors.

    Raises:
        UserError: it cannot be read, or is not one JSON object.
    """
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"The golden vectors' {path} is not JSON ({error}).", AGAIN) from error
    if not isinstance(info, dict):
        raise UserError(f"The golden vectors' {path} is not JSON of named entries.", AGAIN)
    return info


def check_listed(name: str, info: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    """
    Raises:
        UserError: tensors that the description lists are not there, so that nothing would be compared with them.
    """
    listed = info.get("tensors")
    missing = [key for key in listed if key not in (*tensors, *DEAD_BUFFERS)] if isinstance(listed, dict) else []
    if missing:
        raise UserError(f"The golden vectors {name} lack {', '.join(missing)}, which their description lists.", AGAIN)


def golden_names(folder: Path) -> list[str]:
    """Names of the pairs of a folder, complete or not. Readable JSON files that list no tensors are left alone."""
    names = {path.stem for path in folder.glob("*.safetensors")}
    for path in folder.glob("*.json"):
        try:
            described = "tensors" in read_description(path)
        except UserError:
            described = True  # what is wrong with it comes out when it is used
        if described:
            names.add(path.stem)
    return sorted(names)


def network_config(golden: Golden, weights: Golden) -> DiTConfig:
    """The network of these weights, as the reference describes it, with the memory that ``golden`` states."""
    values = weights.info["config"] if "config" in weights.info else golden.stated("config")
    sink, remembered = False, 0
    for key, known in FIXED.items():
        if values.get(key, known[0]) not in known:
            raise ValueError(f"{key} = {values[key]!r} is not what the network does")
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
    except CONTRADICTIONS as error:
        raise UserError(
            f"The golden vectors {weights.name} describe a network that cannot be built"
            f" ({type(error).__name__}: {error}).",
            AGAIN,
        ) from error
    with torch.device("meta"):
        network = HybridDiT(config)
    origin = f"the golden vectors {weights.name}"
    assign_weights(network, weights.tensors, origin=origin, dtype=torch.float32, device=CPU)
    return network.eval()


def _weights_of(golden: Golden) -> Golden:
    """Those that the description names, else those of the same folder that state the same config; of several, those
    whose name begins most like that of the vectors."""
    if "weights" in golden.info:
        return Golden(golden.folder, Path(golden.info["weights"]).stem)
    config = golden.stated("config")
    same = (
        Golden(golden.folder, name)
        for name in golden_names(golden.folder)
        if name != golden.name and read_description(golden.folder / f"{name}.json").get("config") == config
    )
    candidates = [other for other in same if other.kind == "weights"]
    if not candidates:
        raise UserError(f"The weights for the golden vectors {golden.name} are missing in {golden.folder}.", AGAIN)
    return max(candidates, key=lambda other: _shared_beginning(other.name, golden.name))


def _shared_beginning(one: str, other: str) -> int:
    return len([*takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))])


def _taps(weights: Golden, config: DiTConfig) -> int:
    """How softmax blocks store q and k: 3 for a temporal kernel, 1 for a plain linear map."""
    query = f"blocks.{config.softmax_indices[0]}.attn.q.weight" if config.softmax_indices else ""
    stored = weights.tensors.get(query)
    return 3 if stored is not None and stored.ndim == 3 else 1
