"""The fused forward in the parity command: golden streams with plain operations on the CPU, and on a CUDA card its
kernels, in bf16, against the network as it is written, in fp32."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor, nn

from sanacam.model.checkpoint import cast_weights
from sanacam.model.chunk_sampler import PlainSampler, fused_obstacle, make_sampler
from sanacam.model.dit import DiTConfig, HybridDiT, TextKV
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.errors import UserError
from sanacam.model.parity_report import Outcome
from sanacam.model.sampling import Schedule, flow_schedule

CARD_TOLERANCE = 1e-2
"""Relative, of what four steps add to the noise."""
CARD_SHAPE = StreamShape(6, 10, 3, 5)
CARD_CHUNKS = 8


def golden_stream(
    network: HybridDiT,
    noise: Tensor,
    source: Tensor,
    texts: Sequence[TextKV],
    bounds: Sequence[int],
    schedule: Schedule,
) -> Tensor:
    """All chunks of a clip through the fused forward, its operations in plain PyTorch: edited latents.

    Args:
        texts: one a chunk.
        bounds: first latent frame of each chunk, and the end.
    """
    from sanacam.kernels.reference import operations

    first, *later = (end - start for start, end in pairwise(bounds))
    shape = StreamShape(noise.shape[3], noise.shape[4], max(later, default=first), first)
    sampler = FusedSampler(network, shape, schedule, "cache_pass", operations)
    edited = [
        sampler.sample(noise[:, :, start:end], source[:, :, start:end], text)[0]
        for (start, end), text in zip(pairwise(bounds), texts, strict=True)
    ]
    return torch.cat(edited, 2)


def card_network() -> HybridDiT:
    """Random weights in the large model's structure, a quarter of its heads, four blocks; none is zero."""
    large = DiTConfig.sana_streaming_2b()
    config = replace(large, hidden_size=large.hidden_size // 4, depth=4, self_heads=5, cross_heads=5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = HybridDiT(config)
        for parameter in network.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.02)
    return network.eval().requires_grad_(False)


@torch.no_grad()
def check_on_card(device: torch.device) -> Iterator[Outcome]:
    """A stream of chunks by the Triton kernels in a CUDA graph, bf16, against fp32 with the same weights.

    Raises:
        UserError: the fused kernels cannot run there.
    """
    network = card_network()
    cast_weights(network, torch.bfloat16, device)
    obstacle = fused_obstacle(network)
    if obstacle:
        raise UserError(f"The fused transformer cannot run here: {obstacle}.", "Leave out --fused.")
    exact = copy.deepcopy(network).float()
    schedule, config = flow_schedule(4), network.config
    state = exact.new_state(
        1, CARD_SHAPE.height, CARD_SHAPE.width, CARD_SHAPE.chunk_latents,
        first_chunk_latents=CARD_SHAPE.first_chunk_latents,
    )  # fmt: skip
    plain = PlainSampler(exact, state, schedule, "cache_pass")
    fused = make_sampler(network, CARD_SHAPE, schedule, "cache_pass", way="fused")
    fused.warm_up()
    random = torch.Generator().manual_seed(1)
    tokens = torch.randn(1, 40, config.caption_channels, generator=random).to(device)
    texts = exact.text_kv(tokens), network.text_kv(tokens)
    worst = 0.0
    for chunk in range(CARD_CHUNKS):
        frames = CARD_SHAPE.chunk_latents if chunk else CARD_SHAPE.first_chunk_latents or CARD_SHAPE.chunk_latents
        size = (1, config.in_channels, frames, CARD_SHAPE.height, CARD_SHAPE.width)
        noise, source = (torch.randn(size, generator=random).to(device) for _ in range(2))
        wanted = plain.sample(noise, source, texts[0])[0] - noise
        got = fused.sample(noise, source, texts[1])[0] - noise
        worst = max(worst, float((got - wanted).norm() / wanted.norm()))
    yield Outcome(f"{fused.description}, bf16", worst, CARD_TOLERANCE)
