"""The adapters that a loaded model has at hand, and which one it wears."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.adapter.file import Adapter, read_adapter
from sanacam.model.adapter.low_rank import Networks, adaptable_layers, weight_of
from sanacam.model.errors import UserError
from sanacam.model.quantisation.narrow import Addition, narrow_of


def fingerprint(network: nn.Module) -> str:
    """16 hex digits that differ between trainings of a network, whatever its number format and adapter.

    From the vectors (norms, biases, decays) in bf16: adapters never change those, and rounding fp16 or fp32 to bf16
    gives the same however often the network was cast on the way.
    """
    digest = hashlib.sha256()
    for name, value in sorted(network.named_parameters()):
        if value.ndim == 1:
            digest.update(name.encode())
            digest.update(value.detach().to("cpu", torch.bfloat16).view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]


def spoken(prompt: str) -> str:
    """A prompt as it is compared: case and blanks do not matter."""
    return " ".join(prompt.split()).casefold()


class AdapterShelf:
    """Adapters by the prompt that they answer to; at most one is worn.

    Wearing changes weights in place, where captured graphs and packed kernels read them. What was there before is kept
    on the CPU and copied back, so taking off is exact. Layers in a narrow number format are packed anew, in place too,
    from weights that stay as they are. Use from the thread that runs the model.

    Args:
        networks: of the model, by name.
        model: its name, for messages.
    """

    def __init__(self, networks: Networks, model: str) -> None:
        self._networks, self._model = networks, model
        self._known: dict[str, Adapter | Path] = {}
        self._worn: Adapter | None = None
        self._originals: dict[str, Tensor] = {}

    @property
    def worn(self) -> Adapter | None:
        return self._worn

    def add(self, adapter: Adapter) -> None:
        """Have it at hand; it replaces one that answers to the same prompt. Whether it fits is asked when it is
        wanted."""
        self._known[spoken(adapter.about.prompt)] = adapter

    def add_file(self, prompt: str, path: Path) -> None:
        """Have one at hand that is read when ``prompt`` wants it for the first time."""
        self._known[spoken(prompt)] = path

    def wear_for(self, prompt: str) -> None:
        """Wear the adapter that answers to ``prompt``; none if there is none.

        Raises:
            UserError: its file cannot be read, or see :meth:`wear`. Nothing has changed then.
        """
        adapter = self._known.get(spoken(prompt))
        if isinstance(adapter, Path):
            adapter = self._known[spoken(prompt)] = read_adapter(adapter)
        self.wear(adapter)

    @torch.no_grad()
    def wear(self, adapter: Adapter | None) -> None:
        """Change to this adapter; ``None``: to the model as it was.

        Raises:
            UserError: it was made for other weights. Nothing has changed then.
        """
        if adapter is self._worn:
            return
        if adapter is not None:
            self._check(adapter)
        narrow = {part: held for part, network in self._networks.items() if (held := narrow_of(network)) is not None}
        for name, original in self._originals.items():
            weight_of(self._networks, name).copy_(original)
        self._originals.clear()
        self._worn = None
        factors = {} if adapter is None else adapter.factors
        packed: dict[str, dict[str, Addition]] = {part: {} for part in narrow}
        for name, (down, up) in factors.items():
            part, _, layer = name.partition(".")
            if part in narrow and layer in narrow[part]:
                packed[part][layer] = down, up
                continue
            weight = weight_of(self._networks, name)
            self._originals[name] = weight.detach().to("cpu", copy=True)
            addition = up.to(weight.device, torch.float32) @ down.to(weight.device, torch.float32)
            weight.copy_(weight.float() + addition.view(weight.shape))
        for part, additions in packed.items():
            narrow[part].wear(additions)
        self._worn = adapter

    def _check(self, adapter: Adapter) -> None:
        about = adapter.about
        parts = {name.partition(".")[0] for name in adapter.factors}
        same = all(
            part in self._networks and about.fingerprints.get(part) == fingerprint(self._networks[part])
            for part in parts
        )
        if not same:
            raise UserError(
                f"The look “{about.title}” was made for other weights of {about.base} than this {self._model} has.",
                f"Choose that model, or make the look again: sanacam train finetune --model {self._model}",
            )
        layers = set(adaptable_layers(self._networks))
        for name, (down, up) in adapter.factors.items():
            weight = weight_of(self._networks, name) if name in layers else None
            if weight is None or (up.shape[0], down.shape[1]) != (weight.shape[0], weight[0].numel()):
                raise UserError(f"The look “{about.title}” does not fit this model at {name}.", "Make it again.")
            if up.shape[1] != down.shape[0]:
                raise UserError(f"The look “{about.title}” is damaged at {name}.", "Make it again.")
