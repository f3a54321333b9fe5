"""all-MiniLM-L6-v2 as a prompt encoder: 22 M parameters, stored as int8, run in float32 on the CPU."""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.text.bert import BertConfig, BertEncoder
from sanacam.model.text.quantised import load_quantised
from sanacam.model.text.tokenizer import PromptTokenizer

WEIGHTS_FILE = "text.safetensors"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config.json"
_CACHED_PROMPTS = 64
_BATCH = 64


class MiniLMEncoder:
    """Text encoder of ``mini``; implements ``TextEncoder``. May be called from any thread.

    Features are the last layer's, special tokens included, exactly as all-MiniLM-L6-v2 gives them before pooling (no
    normalisation). Use :meth:`load`.
    """

    def __init__(self, network: BertEncoder, tokenizer: PromptTokenizer) -> None:
        if tokenizer.max_tokens > network.config.positions:
            raise ValueError(
                f"max_tokens {tokenizer.max_tokens} exceeds the {network.config.positions} stored positions"
            )
        self._network = network.eval().requires_grad_(False)
        self._tokenizer = tokenizer
        self._cache: OrderedDict[tuple[int, ...], tuple[Tensor, Tensor]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def load(cls, folder: str | Path, max_tokens: int = 32) -> MiniLMEncoder:
        """Read ``text.safetensors``, ``tokenizer.json`` and ``config.json`` from a folder.

        Args:
            folder: where the three files lie.
            max_tokens: L, at most the number of stored positions (64).

        Raises:
            UserError: a file is missing or damaged.
        """
        folder = Path(folder)
        for name in (WEIGHTS_FILE, TOKENIZER_FILE, CONFIG_FILE):
            if not (folder / name).is_file():
                raise UserError(f"The text encoder's file {folder / name} is missing.", "Install the program again.")
        try:
            config = BertConfig(**json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["bert"])
            network = BertEncoder(config)
            network.load_state_dict(load_quantised(folder / WEIGHTS_FILE), assign=True)
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            raise UserError(
                f"The text encoder in {folder} cannot be read ({type(error).__name__}).", "Install the program again."
            ) from error
        return cls(network, PromptTokenizer(folder / TOKENIZER_FILE, max_tokens))

    @property
    def max_tokens(self) -> int:
        """L, the fixed length of every encoding."""
        return self._tokenizer.max_tokens

    @property
    def width(self) -> int:
        """D, features a token (384)."""
        return self._network.config.width

    def fits(self, prompt: str) -> bool:
        """Whether the whole prompt is used; False means that :meth:`encode` cuts its end off."""
        return self._tokenizer.fits(prompt)

    @property
    def network(self) -> BertEncoder:
        """The network itself, frozen; what trains it trains a copy."""
        return self._network

    def token_ids(self, prompt: str) -> list[int]:
        """Ids of a prompt, special tokens included, as :meth:`encode` uses them.

        Raises:
            UserError: the prompt holds no word that can be read.
        """
        return self._tokenizer.ids(prompt)

    def encode(self, prompt: str) -> tuple[Tensor, Tensor]:
        """Encode one prompt; the last 64 are remembered.

        Returns:
            ``(features, mask)``: (L, D) float32, zero on padding, and (L,) bool. Both are the caller's own copies.

        Raises:
            UserError: the prompt holds no word that can be read.
        """
        ids = self._tokenizer.ids(prompt)
        key = tuple(ids)
        with self._lock:
            if key not in self._cache:
                self._cache[key] = self._padded(self._features([ids])[0])
                if len(self._cache) > _CACHED_PROMPTS:
                    self._cache.popitem(last=False)
            self._cache.move_to_end(key)
            features, mask = self._cache[key]
        return features.clone(), mask.clone()

    def encode_many(self, prompts: Sequence[str]) -> list[Tensor]:
        """Encode many prompts in batches of equal length, without padding.

        Returns:
            One (n, D) float32 tensor a prompt, n its number of tokens, in the order given.

        Raises:
            UserError: a prompt holds no word that can be read.
        """
        ids = [self._tokenizer.ids(prompt) for prompt in prompts]
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for index, sequence in enumerate(ids):
            by_length[len(sequence)].append(index)
        features: dict[int, Tensor] = {}
        for indices in by_length.values():
            for start in range(0, len(indices), _BATCH):
                part = indices[start : start + _BATCH]
                features.update(zip(part, self._features([ids[index] for index in part]), strict=True))
        return [features[index] for index in range(len(prompts))]

    def _features(self, ids: list[list[int]]) -> Tensor:
        with torch.inference_mode():
            result: Tensor = self._network(torch.tensor(ids, dtype=torch.int64))
        # Plain tensors, not inference tensors: callers may train on them.
        return result.clone()

    def _padded(self, features: Tensor) -> tuple[Tensor, Tensor]:
        padded = torch.zeros(self.max_tokens, self.width)
        padded[: features.shape[0]] = features
        return padded, torch.arange(self.max_tokens) < features.shape[0]


def config_json(config: BertConfig) -> str:
    """The text of ``config.json`` for a network of these sizes."""
    return json.dumps({"encoder": "minilm", "source": "all-MiniLM-L6-v2", "bert": asdict(config)}, indent=2) + "\n"
