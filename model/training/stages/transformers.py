"""Transformers as the stages want them: loaded, on the device, perhaps spread over the ranks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.sharding import checkpoint_activations, shard_transformer
from sanacam.model.training.stages.context import Context


def streaming_config(context: Context) -> DiTConfig:
    """The generator's shape."""
    return DiTConfig.from_dict(context.config.dit)


def bidirectional_config(context: Context) -> DiTConfig:
    """The scores' shape: the generator's, used on whole clips as one chunk."""
    return replace(streaming_config(context), sink=False, num_cached_blocks=0)


def make_transformer(
    context: Context, shape: DiTConfig, start: Path | None = None, *, trained: bool = True
) -> HybridDiT:
    """A network on this rank's device; new ones are the same on every rank.

    Args:
        start: weights to begin with; their names have to fit.
        trained: else frozen.
    """
    config, ranks = context.config, context.ranks
    torch.manual_seed(config.seed)
    dit = HybridDiT(shape)
    if start is not None:
        load_slim(start, dit)
    dit.to(ranks.device).requires_grad_(trained)
    if config.recompute and trained:
        checkpoint_activations(dit)
    if config.compile:
        dit.compile_blocks()
    if config.shard and ranks.world > 1:
        shard_transformer(dit, ranks, config.shard, low_precision=ranks.device.type == "cuda")
    return dit
