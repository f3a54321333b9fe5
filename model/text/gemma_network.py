"""Gemma 2's decoder stack, run layer by layer: its weights rest in memory and visit the device one layer at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from transformers import Gemma2Config, Gemma2Model

from sanacam.model.errors import UserError
from sanacam.model.text.gemma_weights import GET_AGAIN, GemmaWeights, Precision

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


class LayerwiseGemma:
    """Token ids to features of the last layer, after the final norm.

    The weights of one layer at a time are on ``device``, in a place that is made for each call and let go after it: the
    peak is one layer (160 MB for the 2B in bf16), at the price of moving the stack once a prompt.

    Args:
        config: from :func:`released_config`.
        weights: of exactly :func:`weight_shapes`.
        device: where it is computed.
        dtype: of the arithmetic.
    """

    def __init__(self, config: Gemma2Config, weights: GemmaWeights, device: torch.device, dtype: torch.dtype) -> None:
        self._weights, self._device, self._dtype = weights, device, dtype
        network = _skeleton(config)
        self._layer_shapes = {name: weight.shape for name, weight in network.layers[0].named_parameters()}
        self._place: dict[str, Tensor] = {}
        for index, layer in enumerate(network.layers):
            network.layers[index] = _VisitingLayer(layer, partial(self._bring, index))
        for name, buffer in _computed_buffers(config).items():
            owner, _, leaf = name.rpartition(".")
            setattr(network.get_submodule(owner), leaf, buffer.to(device))
        self._network = network.eval()

    @torch.inference_mode()
    def __call__(self, ids: list[int]) -> Tensor:
        """
        Args:
            ids: n token ids, no padding.

        Returns:
            (n, D) on the CPU, in the dtype of the arithmetic.

        Raises:
            torch.OutOfMemoryError: not even one layer fits on the device.
        """
        # Of the embedding only the rows of these tokens come along, so that they are numbered 0…n−1.
        rows = self._weights.embedding_rows(torch.tensor(ids)).to(self._device, self._dtype)
        places = torch.arange(len(ids), device=self._device)
        embedded = functional_call(self._network.embed_tokens, {"weight": rows}, (places,))
        norm = torch.empty(rows.shape[1], device=self._device, dtype=self._dtype)
        self._weights.put(FINAL_NORM, norm)
        try:
            for name, shape in self._layer_shapes.items():
                self._place[name] = torch.empty(shape, device=self._device, dtype=self._dtype)
            result = functional_call(
                self._network, {FINAL_NORM: norm}, kwargs={"inputs_embeds": embedded[None], "use_cache": False}
            )
        finally:
            self._place.clear()
        # A plain tensor, not an inference tensor: callers may train on it.
        with torch.inference_mode(False):
            return result.last_hidden_state[0].cpu().clone()

    def _bring(self, index: int) -> dict[str, Tensor]:
        for name, place in self._place.items():
            self._weights.put(f"layers.{index}.{name}", place)
        return self._place


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
