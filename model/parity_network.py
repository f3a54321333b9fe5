"""Whole forwards and streams of the diffusion transformer against golden vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.model.dit import HybridDiT, StreamState, TextKV
from sanacam.model.errors import UserError
from sanacam.model.parity_fused import golden_stream
from sanacam.model.parity_golden import AGAIN, Golden, network_of
from sanacam.model.parity_report import Outcome, close_all, largest_error
from sanacam.model.sampling import CacheMode, Schedule, flow_schedule, sample_chunk

FORWARD_TOLERANCE = 1e-5
ACTIVATION_RTOL = 1e-6
"""Of the residual stream on the way, whose values grow to 8 where the output's stay about 1."""
TIMESTEP_TOLERANCE = 1e-3


def check_forward(golden: Golden) -> Iterator[Outcome]:
    """One forward without caches, and what the file holds of the values on the way."""
    network = network_of(golden)
    x, mask = golden["x"], golden.tensors.get("mask")
    end = golden.info.get("end_f")
    # The reference makes rotary tables for start_f … end_f and uses the last rows.
    first = golden.info.get("start_f", 0) if end is None else end - x.shape[2]
    with ExitStack() as stack:
        seen = _watched(network, stack)
        out = network(x, golden["source"], golden["timestep"], golden["text"], mask, first_frame=first)
    yield Outcome(golden.name, largest_error((out, golden["out"])), FORWARD_TOLERANCE)
    inside = [(seen[key], wanted) for key, wanted in golden.tensors.items() if key in seen]
    if inside:
        yield close_all(f"{golden.name} on the way", inside, FORWARD_TOLERANCE, ACTIVATION_RTOL)


def _watched(network: HybridDiT, stack: ExitStack) -> dict[str, Tensor]:
    """Outputs of the network's parts, by the names of golden activations, once it has run within ``stack``."""
    seen: dict[str, Tensor] = {}

    def watch(module: nn.Module, key: str, *, tokens: bool) -> None:
        def keep(_: nn.Module, __: Any, output: Any) -> None:
            value = output[0] if isinstance(output, tuple) else output
            seen[f"act.{key}"] = value.flatten(1, 2) if tokens else value

        stack.callback(module.register_forward_hook(keep).remove)

    def watch_time(module: nn.Module, key: str) -> None:
        hook = module.register_forward_hook(lambda _, __, output: seen.update({f"act.{key}": output[:, 0]}))
        stack.callback(hook.remove)

    watch(network.x_embedder, "x_embed", tokens=True)
    watch_time(network.t_embedder, "t_embed")
    watch_time(network.t_block, "t_block")
    hook = network.attention_y_norm.register_forward_hook(lambda _, __, y: seen.update({"act.y_normed": y[:, None]}))
    stack.callback(hook.remove)
    for index, block in enumerate(network.hybrid_blocks):
        watch(block, f"block_{index}", tokens=True)
        for part, name in ((block.attn, "selfattn"), (block.cross_attn, "crossattn"), (block.mlp, "ffn")):
            watch(part, f"block_{index}_{name}", tokens=True)
    return seen


class GoldenStream:
    """A golden clip as the sampler is to run it: chunks, prompts, schedule, what is saved when."""

    def __init__(self, golden: Golden, network: HybridDiT) -> None:
        info = golden.info
        if info.get("cfg_scale", 1.0) != 1.0:
            raise UserError(
                f"The golden vectors {golden.name} want guidance {info['cfg_scale']} in a stream.",
                "Streams run without guidance; remove them.",
            )
        self.bounds: list[int] = golden.stated("chunk_boundaries")
        self.schedule: Schedule = flow_schedule(golden.stated("steps"), info.get("flow_shift", 8.0))
        self.calls: list[list[dict[str, Any]]] = [chunk["calls"] for chunk in info.get("schedule", [])]
        self.cache: CacheMode = "cache_pass"
        if any(call["save"] and call["t"][0] != 0 for chunk in self.calls for call in chunk):
            self.cache = "denoise"
        self.texts = self._texts(golden, network)

    def _texts(self, golden: Golden, network: HybridDiT) -> list[TextKV]:
        """One a chunk; a text with as many entries on its second axis as there are chunks has one for each."""
        text, mask, chunks = golden["text"], golden.tensors.get("mask"), len(self.bounds) - 1
        if text.shape[1] == 1:
            return [network.text_kv(text, mask)] * chunks
        if text.shape[1] != chunks:
            raise UserError(
                f"The golden vectors {golden.name} have {text.shape[1]} prompts for {chunks} chunks.", AGAIN
            )
        masks = mask.unbind(1) if mask is not None and mask.ndim == 3 else [mask] * chunks
        return [network.text_kv(part, own) for part, own in zip(text.unbind(1), masks, strict=True)]

    def saves(self, chunk: int) -> bool:
        """Whether a chunk's memory is written; by default all but the last one's."""
        if chunk < len(self.calls):
            return any(call["save"] for call in self.calls[chunk])
        return chunk + 2 < len(self.bounds)

    def timesteps_error(self) -> float:
        """Of the schedule, against the denoising calls that the file lists."""
        worst = 0.0
        for calls in self.calls:
            listed = [call["t"][0] for call in calls if not (call["save"] and call["t"][0] == 0)]
            same = len(listed) == len(self.schedule.timesteps)
            errors = (abs(a - b) for a, b in zip(listed, self.schedule.timesteps, strict=False))
            worst = max(worst, *errors) if same else float("inf")
        return worst


def check_streaming(golden: Golden) -> Iterator[Outcome]:
    """A clip chunk by chunk with sink and window: every value that the file holds of it. For one clip alone in even
    chunks (the first aside), the fused forward with its operations in plain PyTorch too."""
    network = network_of(golden)
    stream = GoldenStream(golden, network)
    noise, source = golden["noise"], golden["source"]
    lengths = [end - start for start, end in pairwise(stream.bounds)]
    batch, _, _, height, width = noise.shape
    state = network.new_state(batch, height, width, max(lengths))
    pairs: dict[str, list[tuple[Tensor, Tensor]]] = {"first steps": [], "last steps": [], "caches": []}
    inputs: list[Tensor] = []
    outputs: list[Tensor] = []

    def record(_: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        inputs.append(given[0])
        outputs.append(output)

    finals = []
    with ExitStack() as stack:
        stack.callback(network.register_forward_hook(record).remove)
        for chunk, (start, end) in enumerate(pairwise(stream.bounds)):
            pairs["caches"] += _into_chunk(state, golden, chunk)
            inputs.clear()
            outputs.clear()
            given = (noise[:, :, start:end], source[:, :, start:end], stream.texts[chunk], state)
            final, _ = sample_chunk(network, *given, stream.schedule, stream.cache, save=stream.saves(chunk))
            finals.append(final)
            last = len(stream.schedule.timesteps) - 1
            wanted = {"first steps": ("step0.out", outputs[0]), "last steps": ("last_step.in", inputs[last])}
            for label, (key, got) in wanted.items():
                if f"chunk{chunk}.{key}" in golden:
                    pairs[label].append((got, golden[f"chunk{chunk}.{key}"]))
            if stream.saves(chunk):
                pairs["caches"] += _after_chunk(state, golden, chunk)
    yield Outcome(f"{golden.name} timesteps", stream.timesteps_error(), TIMESTEP_TOLERANCE)
    for label, found in pairs.items():
        if found:
            yield Outcome(f"{golden.name} {label}", largest_error(*found), FORWARD_TOLERANCE)
    yield Outcome(
        f"{golden.name} final latents", largest_error((torch.cat(finals, 2), golden["final"])), FORWARD_TOLERANCE
    )
    if batch == 1 and stream.cache == "cache_pass" and len({*lengths[1:]}) < 2:
        fused = golden_stream(network, noise, source, stream.texts, stream.bounds, stream.schedule)
        yield Outcome(f"{golden.name} fused final latents", largest_error((fused, golden["final"])), FORWARD_TOLERANCE)


def _into_chunk(state: StreamState, golden: Golden, chunk: int) -> list[tuple[Tensor, Tensor]]:
    """What the blocks are handed before a chunk: the visible chunks' keys and values side by side, the last state."""
    pairs = []
    for index in range(len(state.blocks) if chunk else 0):
        prefix, memory = f"cache_into_chunk{chunk}.block{index}", state.memory(index)
        held: dict[str, Tensor | None] = {"slot0": memory.m, "slot1": memory.z}
        if index in state.config.softmax_indices:
            keys, values = ([pair[side].mT for pair in memory.past] for side in (0, 1))
            held = {"slot1": torch.cat(keys, 3), "slot2": torch.cat(values, 3)} if keys else {}
        pairs += _known(golden, prefix, held)
        if memory.tail is not None and f"{prefix}.slot5" in golden:
            # The reference hands softmax blocks one tail a visible chunk, of which the last is used.
            pairs.append((memory.tail.permute(0, 3, 1, 2).clone(), golden[f"{prefix}.slot5"][:, :, -1:]))
    return pairs


def _after_chunk(state: StreamState, golden: Golden, chunk: int) -> list[tuple[Tensor, Tensor]]:
    """What was stored of a chunk. Keys and values that nobody will see are not kept and not compared."""
    pairs = []
    for index, block in enumerate(state.blocks):
        held: dict[str, Tensor | None] = {"slot5": block.tail.permute(0, 3, 1, 2)}
        if index not in state.config.softmax_indices:
            held |= {"slot0": block.first, "slot1": block.second}
        elif chunk in state.remembered():
            k, v = state.stored_chunk(index, chunk)
            held |= {"slot1": k.mT, "slot2": v.mT}
        pairs += _known(golden, f"cache_after_chunk{chunk}.block{index}", held)
    return pairs


def _known(golden: Golden, prefix: str, held: dict[str, Tensor | None]) -> list[tuple[Tensor, Tensor]]:
    # Cloned, since the state is overwritten by the next chunk.
    return [
        (value.clone(), golden[f"{prefix}.{slot}"])
        for slot, value in held.items()
        if value is not None and f"{prefix}.{slot}" in golden
    ]
