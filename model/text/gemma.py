"""Gemma-2-2B-it as the prompt encoder of the released models (2.6 billion parameters, 2304 features a token)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.text.feature_cache import FeatureCache
from sanacam.model.text.gemma_prompt import PREFIX, GemmaPromptTokenizer, PromptTokens, prompt_text, stripped
from sanacam.model.text.gemma_weights import (
    GET_AGAIN,
    GemmaWeights,
    Precision,
    check_precision,
    fingerprint,
    weight_files,
)

if TYPE_CHECKING:
    from sanacam.model.text.gemma_network import GemmaStack

CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
_KEY_VERSION = "1"


class GemmaEncoder:
    """Text encoder of ``sana-streaming-2b`` and ``sana-bidirectional-2b``; implements ``TextEncoder``.

    The network is made when the first prompt is not in the cache. Between prompts nothing of it is on ``device``,
    unless it is to be kept there. Arithmetic is bf16 on a card, as released, and float32 on the CPU, where bf16 is
    slow. May be called from any thread; one prompt is encoded at a time. Use :meth:`load`.
    """

    def __init__(
        self,
        config: dict[str, Any],
        tokenizer: GemmaPromptTokenizer,
        files: list[Path],
        *,
        device: torch.device,
        precision: Precision,
        identity: str,
        kept: bool,
        cache: FeatureCache,
    ) -> None:
        self._config, self._tokenizer, self._files = config, tokenizer, files
        self._device, self._precision, self._kept = device, precision, kept
        self._identity, self._cache = identity, cache
        self._network: GemmaStack | None = None
        self._lock = Lock()

    @classmethod
    def load(
        cls,
        folder: str | Path,
        max_tokens: int = 300,
        device: str | torch.device = "cpu",
        precision: str = "bf16",
        cache: FeatureCache | None = None,
        *,
        kept: bool = False,
    ) -> GemmaEncoder:
        """Look at the files of a published Gemma 2 and get ready; weights are read with the first new prompt.

        Args:
            folder: with ``config.json``, ``tokenizer.json`` and ``model.safetensors``, whole or in shards.
            max_tokens: L, the fixed length of every encoding, ``<bos>`` included.
            device: where prompts are encoded.
            precision: how weights are held: ``bf16`` as published, ``int8`` in half of that, ``fp32`` for comparisons.
            cache: where features are kept; default: the user's cache folder.
            kept: from the first new prompt on all layers stay on ``device``, 4 GB: a later one costs a forward only.

        Raises:
            UserError: a file is missing, damaged or of another kind of model, or there is no such precision.
            ValueError: int8 is how weights travel; on the device they are whole, so it cannot be kept there.
        """
        folder = Path(folder)
        checked = check_precision(precision)
        if kept and checked == "int8":
            raise ValueError("int8 weights are not kept on the device")
        for name in (CONFIG_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise UserError(f"The text encoder's file {folder / name} is missing.", GET_AGAIN)
        config = _read_config(folder / CONFIG_FILE)
        tokenizer = GemmaPromptTokenizer(folder / TOKENIZER_FILE, max_tokens)
        files = weight_files(folder)
        device = torch.device(device)
        # Everything that the bits of the features hang on.
        parts = (
            _KEY_VERSION,
            fingerprint([folder / CONFIG_FILE, folder / TOKENIZER_FILE, *files]),
            checked,
            device.type,
            str(max_tokens),
            metadata.version("torch"),
            metadata.version("transformers"),
        )
        return cls(
            config,
            tokenizer,
            files,
            device=device,
            precision=checked,
            identity="\n".join(parts),
            kept=kept,
            cache=FeatureCache() if cache is None else cache,
        )

    @property
    def max_tokens(self) -> int:
        """L, the fixed length of every encoding."""
        return self._tokenizer.max_tokens

    @property
    def width(self) -> int:
        """D, features a token (2304)."""
        return int(self._config["hidden_size"])

    def fits(self, prompt: str) -> bool:
        """Whether the whole prompt is used; False means that :meth:`encode` cuts its end off."""
        return not self._tokenizer.after_prefix(stripped(prompt)).cut

    def encode(self, prompt: str, motion_score: int = 0) -> tuple[Tensor, Tensor]:
        """Encode a prompt behind the released prefix.

        Args:
            prompt: what the user wrote.
            motion_score: put behind the prompt if above 0; the bidirectional model is used with 10.

        Returns:
            ``(features, mask)``: (L, D) float32 on the CPU, zero on padding, and (L,) bool: ``<bos>``, then from the
            last token of the prefix on.

        Raises:
            UserError: the prompt is empty, the weights are damaged, or the device has too little memory.
        """
        text = prompt_text(prompt, motion_score)
        return self._encoded("prefix", PREFIX + text, lambda: self._tokenizer.after_prefix(text))

    def encode_negative(self, prompt: str) -> tuple[Tensor, Tensor]:
        """Encode a negative prompt, which has no prefix and may be empty; otherwise as :meth:`encode`."""
        text = stripped(prompt)
        return self._encoded("alone", text, lambda: self._tokenizer.alone(text))

    def _encoded(self, kind: str, text: str, tokenised: Callable[[], PromptTokens]) -> tuple[Tensor, Tensor]:
        key = hashlib.sha256("\n".join((self._identity, kind, text)).encode()).hexdigest()
        features = self._cache.get(key)
        if features is None or features.shape[1:] != (self.width,) or len(features) > self.max_tokens:
            with self._lock:
                tokens = tokenised()
                features = self._features(tokens.ids)[tokens.kept]
            self._cache.put(key, features)
        padded = torch.zeros(self.max_tokens, self.width)
        padded[: len(features)] = features
        return padded, torch.arange(self.max_tokens) < len(features)

    def _features(self, ids: list[int]) -> Tensor:
        try:
            if self._network is None:
                self._network = self._read_network()
            return self._network(ids)
        except torch.OutOfMemoryError as error:
            need, less = ("4.1 GB to stay there", "card") if self._kept else ("0.5 GB for a moment", "cpu")
            raise UserError(
                f"The graphics card has too little free memory for the text encoder, which needs {need}.",
                f"Close other programs that use the card, or use --text-encoder {less}.",
            ) from error

    def _read_network(self) -> GemmaStack:
        # Here and not above: transformers takes seconds to import, and the small model never needs it.
        from sanacam.model.text.gemma_network import (
            LayerwiseGemma,
            ResidentGemma,
            arithmetic,
            released_config,
            weight_shapes,
        )

        config = released_config(self._config)
        weights = GemmaWeights(self._files, weight_shapes(config), self._precision, self._device)
        stack = ResidentGemma if self._kept else LayerwiseGemma
        return stack(config, weights, self._device, arithmetic(self._device, self._precision))


def _read_config(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        kind = values["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"The text encoder's file {path} is damaged.", GET_AGAIN) from error
    if kind != "gemma2":
        raise UserError(f"{path} describes a “{kind}” model, not Gemma 2.", "Give the folder of gemma-2-2b-it.")
    if not isinstance(values.get("hidden_size"), int):
        raise UserError(f"The text encoder's file {path} is damaged: it has no hidden_size.", GET_AGAIN)
    return dict(values)
