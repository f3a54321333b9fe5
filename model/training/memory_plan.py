"""How much memory a stage takes on each GPU, by arithmetic: what to read before asking for the machine.

Counted: weights, gradients, moments, moving average (fp32, in shards where the stage shards); what FSDP2 gathers; what
the backward pass keeps; the streams' caches and source latents. Not counted: the video autoencoder, the allocator's
waste, NCCL's buffers (a few hundred MB).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.dit.state import StreamState
from sanacam.model.errors import UserError
from sanacam.model.training.config import STREAMED, StageConfig

FP32, BF16 = 4, 2
TRAINED = FP32 * 4
"""Bytes a trained parameter: itself, gradient, two moments."""
INNER = {BF16: 56.0, FP32: 40.0}
INNER_PER_RATIO = 8.4
"""What one block keeps for its own backward pass, as a multiple of the residual stream at the working precision: so
much plus so much for each unit of the FFN's ratio (a GDN block, measured on the CPU; softmax blocks keep less)."""


@dataclass(frozen=True)
class Sizes:
    """Parameters of one transformer: in all, of its largest block, and outside of the blocks."""

    all: int
    block: int
    outside: int

    @classmethod
    def of(cls, config: DiTConfig) -> Sizes:
        with torch.device("meta"):
            dit = HybridDiT(config)
        blocks = [sum(p.numel() for p in block.parameters()) for block in dit.blocks]
        total = sum(p.numel() for p in dit.parameters())
        return cls(total, max(blocks), total - sum(blocks))


def memory_plan(
    config: StageConfig, ranks: int, grid: tuple[int, int, int], *, low_precision: bool = True
) -> dict[str, int]:
    """Bytes on one GPU, by what they are for.

    Args:
        ranks: GPUs.
        grid: latent frames of a pair's clip, latent height and width.
        low_precision: gathered weights and inner activations are bf16.

    Raises:
        UserError: the stage has no transformer.
    """
    if not config.dit:
        raise UserError(f"The {config.stage} stage has no table [dit].", "Only transformers' memory can be worked out.")
    dit = DiTConfig.from_dict(config.dit)
    sizes, work = Sizes.of(dit), BF16 if low_precision else FP32
    streamed = config.stage in STREAMED
    scores = streamed and config.stream.matching > 0
    shards = min(config.shard, ranks) or 1
    frozen = 1 if scores or config.stage == "few_step" else 0
    networks = 1 + frozen + (1 if scores else 0)
    plan = {
        "trained weights, gradients, moments": TRAINED * sizes.all * (2 if scores else 1) // shards,
        "moving average": FP32 * sizes.all // shards,
        "frozen weights": FP32 * sizes.all * frozen // shards,
    }
    if shards > 1:
        # The block at work and the one fetched ahead, a block's gradient on its way; what lies outside stays gathered.
        plan["gathered weights"] = work * (2 * sizes.block + networks * sizes.outside) + (work + FP32) * sizes.block
    plan["activations"] = _activations(config, dit, grid, work)
    if streamed:
        passes = 2 if config.stream.cycle_reverse else 1
        cache = passes * _cache_bytes(config, dit, grid, work)
        # Each chunk's graph holds the caches as it read them.
        plan["caches"] = cache * (config.accumulate + len(config.stream.chunks(0)))
        held = config.stream.clip_latents + 2 * config.stream.first_window
        latents = config.batch * dit.in_channels * held * grid[1] * grid[2]
        plan["source latents"] = FP32 * config.accumulate * latents
    return plan


def _activations(config: StageConfig, dit: DiTConfig, grid: tuple[int, int, int], work: int) -> int:
    """Of the largest turn: the generator's, where the chunks of one window and of the reverse pass wait for one
    backward pass together, or that of a network which sees a whole window or clip at once."""
    residual = config.batch * grid[1] * grid[2] * dit.hidden_size
    inner = residual * (INNER[work] + INNER_PER_RATIO * dit.mlp_ratio) * work

    def kept(frames: int, longest: int) -> int:
        """``frames`` in all, ``longest`` of them in one call."""
        if config.recompute:
            return int(frames * dit.depth * residual * FP32 + longest * inner)
        return int(frames * dit.depth * inner)

    stream = config.stream
    if config.stage not in STREAMED:
        return kept(grid[0], grid[0])
    longest = max(stream.first_chunk_latents, stream.chunk_latents)
    generator = kept(stream.first_window * (2 if stream.cycle_reverse else 1), longest)
    judged = max(stream.first_window, stream.context + stream.window)
    return max(generator, kept(judged, judged)) if stream.matching else generator


def _cache_bytes(config: StageConfig, dit: DiTConfig, grid: tuple[int, int, int], work: int) -> int:
    stream = config.stream
    state = StreamState(
        dit,
        config.batch,
        *grid[1:],
        stream.chunk_latents,
        first_chunk_latents=stream.first_chunk_latents or None,
        device="meta",
        dtype=torch.bfloat16 if work == BF16 else torch.float32,
    )
    return state.nbytes


def as_table(plan: dict[str, int]) -> str:
    """For people, in GB (10⁹ bytes)."""
    rows = [f"{name:40s} {size / 1e9:8.2f} GB" for name, size in plan.items()]
    return "\n".join([*rows, f"{'in all':40s} {sum(plan.values()) / 1e9:8.2f} GB"])
