"""Gemma 2's decoder stack: its weights rest in memory and visit the device one layer at a time, or stay there."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from transformers import Gemma2Config, Gemma2Model

from sanacam.model.errors import UserError
from sanacam.model.text.gemma_weights import EMBEDDING, GET_AGAIN, GemmaWeights, Precision

FINAL_NORM = "norm.weight"


def released_config(values: dict[str, Any]) -> Gemma2Config:
    """``config.json`` as the released pipeline ran it.

    Its pinned transformers (4.49, 4.57) chose fused attention for Gemma 2, which leaves out the soft cap on attention
    scores that the configuration asks for; the DiT was trained on those features, so the cap is off here too.

    Raises:
        UserError: no Gemma 2 can have these values.
    """
    try:
        config = Gemma2Config.from_dict(values)
    except Exception as error:  # wrong values fail in the library in many ways
        reason = str(error).strip().replace("\n", " ")
        raise UserError(f"The text encoder's config.json is damaged ({reason}).", GET_AGAIN) from error
    config.attn_logit_softcapping = None
    config._attn_implementation = "eager"
    config.use_cache = False
    return config


def weight_shapes(config: Gemma2Config) -> dict[str, torch.Size]:
    """Every tensor of the decoder stack and its shape."""
    return {name: weight.shape for name, weight in _skeleton(config).named_parameters()}


def arithmetic(device: torch.device, precision: Precision) -> torch.dtype:
    """bf16 on a card, as released; float32 on the CPU, most of which have to emulate bf16, and for comparisons."""
    return torch.bfloat16 if device.type != "cpu" and precision != "fp32" else torch.float32


class GemmaStack(ABC):
    """Token ids to features of the last layer, after the final norm.

    The embedding stays where it is at rest, since a prompt needs a few of its rows; where the layers' weights are is
    the affair of the derived classes.

    Args:
        config: from :func:`released_config`.
        weights: of exactly :func:`weight_shapes`.
        device: where it is computed.
        dtype: of the arithmetic.
    """

    def __init__(self, config: Gemma2Config, weights: GemmaWeights, device: torch.device, dtype: torch.dtype) -> None:
        self._weights, self._device, self._dtype = weights, device, dtype
        self._network = _skeleton(config).eval()
        for name, buffer in _computed_buffers(config).items():
            owner, _, leaf = name.rpartition(".")
            setattr(self._network.get_submodule(owner), leaf, buffer.to(device))

    @torch.inference_mode()
    def __call__(self, ids: list[int]) -> Tensor:
        """
        Args:
            ids: n token ids, no padding.

        Returns:
            (n, D) on the CPU, in the dtype of the arithmetic.

        Raises:
            torch.OutOfMemoryError: the device has no room for what it takes.
        """
        # Of the embedding only the rows of these tokens come along, so that they are numbered 0…n−1.
        rows = self._weights.embedding_rows(torch.tensor(ids)).to(self._device, self._dtype)
        places = torch.arange(len(ids), device=self._device)
        embedded = functional_call(self._network.embed_tokens, {"weight": rows}, (places,))
        result = self._run(embedded[None])
        # A plain tensor, not an inference tensor: callers may train on it.
        with torch.inference_mode(False):
            return result[0].cpu().clone()

    @abstractmethod
    def _run(self, embedded: Tensor) -> Tensor:
        """(1, n, D) through all layers and the final norm."""

    def _empty(self, shape: torch.Size) -> Tensor:
        return torch.empty(shape, device=self._device, dtype=self._dtype)


class LayerwiseGemma(GemmaStack):
    """The weights of one layer at a time are on the device, in a place that is made for each call and let go after it:
    the peak is one layer (160 MB for the 2B in bf16), at the price of moving the stack once a prompt."""

    def __init__(self, config: Gemma2Config, weights: GemmaWeights, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(config, weights, device, dtype)
        layers = self._network.layers
        self._layer_shapes = {name: weight.shape for name, weight in layers[0].named_parameters()}
        self._norm_shape = self._network.norm.weight.shape
        self._place: dict[str, Tensor] = {}
        for index, layer in enumerate(layers):
            layers[index] = _VisitingLayer(layer, partial(self._bring, index))

    def _run(self, embedded: Tensor) -> Tensor:
        norm = self._empty(self._norm_shape)
        self._weights.put(FINAL_NORM, norm)
        try:
            for name, shape in self._layer_shapes.items():
                self._place[name] = self._empty(shape)
            arguments = {"inputs_embeds": embedded, "use_cache": False}
            result = functional_call(self._network, {FINAL_NORM: norm}, kwargs=arguments)
        finally:
            self._place.clear()
        return result.last_hidden_state

    def _bring(self, index: int) -> dict[str, Tensor]:
        for name, place in self._place.items():
            self._weights.put(f"layers.{index}.{name}", place)
        return self._place


class ResidentGemma(GemmaStack):
    """All layers stay on the device, 4.05 GB for the 2B in bf16: a prompt costs one forward and nothing is moved. As
    the official release keeps it, but for the embedding (1.2 GB), which stays behind."""

    def __init__(self, config: Gemma2Config, weights: GemmaWeights, device: torch.device, dtype: torch.dtype) -> None:
        super().__init__(config, weights, device, dtype)
        for name, parameter in list(self._network.named_parameters()):
            if name != EMBEDDING:
                weight = self._empty(parameter.shape)
                weights.put(name, weight)
                owner, _, leaf = name.rpartition(".")
                setattr(self._network.get_submodule(owner), leaf, nn.Parameter(weight, requires_grad=False))

    def _run(self, embedded: Tensor) -> Tensor:
        return self._network(inputs_embeds=embedded, use_cache=False).last_hidden_state


class _VisitingLayer(nn.Module):
    """A layer without weights of its own; they are brought for each call."""

    def __init__(self, layer: nn.Module, bring: Callable[[], dict[str, Tensor]]) -> None:
        super().__init__()
        self._layer = (layer,)  # in a tuple, so that its empty weights are no parameters of the network
        self._bring = bring

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return functional_call(self._layer[0], self._bring(), args, kwargs)


def _skeleton(config: Gemma2Config) -> Any:
    with torch.device("meta"):
        return Gemma2Model(config)


def _computed_buffers(config: Gemma2Config) -> dict[str, Tensor]:
    """What the network computes from its configuration and no file holds (rotary frequencies, the embedding's scale):
    taken from a network without layers and words, since the skeleton has no values."""
    small = copy.deepcopy(config)
    small.num_hidden_layers, small.layer_types = 0, []
    small.vocab_size = (config.pad_token_id or 0) + 1
    return dict(Gemma2Model(small).named_buffers())
