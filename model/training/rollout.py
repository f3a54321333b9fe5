"""The generator as it runs at inference, inside training: chunk by chunk with caches, but with a random exit step.

Per chunk: from noise through the few-step schedule up to the exit step. Steps before it run without gradient, and
between steps the clean estimate is noised anew (at inference the Euler step is deterministic); the exit step runs with
gradient, and its clean estimate is the edit. The caches are written as the model's configuration says, never with
gradient: by a pass over the finished chunk at t = 0, or by the exit step itself. So a chunk's gradient stays within it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT, StreamState
from sanacam.model.dit.blocks import BlockRecord
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.sampling import flow_schedule
from sanacam.model.training.config import StreamTraining
from sanacam.model.training.noise import FLOW_SHIFT, at_level, stream_noise


class CachedStream:
    """A stream's caches that a checkpoint can hold: :class:`StreamState` plus how it came about.

    Attributes:
        lengths: of the chunks stored since the start; the state's counters follow from them.
    """

    def __init__(self, state: StreamState) -> None:
        self.state = state
        self.lengths: list[int] = []

    def stored(self, length: int) -> None:
        """A chunk has been written to the state."""
        self.lengths.append(length)

    def reset(self) -> None:
        self.state.reset()
        self.lengths.clear()

    def replay(self, lengths: Sequence[int]) -> None:
        """Bring the counters to where they are after these chunks; what the tensors then hold means nothing."""
        self.reset()
        tokens = self.state.height * self.state.width
        softmax = self.state.config.softmax_indices
        for length in lengths:
            records = []
            for index, block in enumerate(self.state.blocks):
                first, second = block.first, block.second
                if index in softmax:
                    first, second = (t[0][:, :, : length * tokens] for t in (first, second))
                records.append(BlockRecord(first.clone(), second.clone(), block.tail.clone()))
            layout = ChunkLayout((length,), ((),), self.state.height, self.state.width)
            self.state.store(records, layout)
            self.stored(length)

    def tensors(self) -> list[Tensor]:
        return list(self.state.tensors())


class Rollout:
    """One generator's way of running a batch of streams.

    Args:
        dtype: of the caches; default the weights'.
    """

    def __init__(self, dit: HybridDiT, kind: StreamTraining, dtype: torch.dtype | None = None) -> None:
        self.dit, self.kind, self.dtype = dit, kind, dtype
        self.schedule = flow_schedule(kind.sampling_steps, FLOW_SHIFT)

    def new_stream(self, batch: int, height: int, width: int) -> CachedStream:
        """Empty caches for a batch of streams on a latent grid."""
        kind = self.kind
        return CachedStream(
            self.dit.new_state(
                batch, height, width, kind.chunk_latents,
                first_chunk_latents=kind.first_chunk_latents or None, dtype=self.dtype,
            )
        )  # fmt: skip

    def window(
        self,
        stream: CachedStream,
        source: Tensor,
        text: Tensor,
        mask: Tensor,
        chunks: Sequence[int],
        exit_step: int,
        begin: Tensor,
        chance: torch.Generator,
        *,
        position_scale: float = 1.0,
        train: bool = True,
    ) -> Tensor:
        """Edit the next frames of the streams.

        Args:
            source: source latents of these frames (B, C, T, h, w); ``chunks`` sum to T.
            exit_step: index into the schedule.
            begin: noise at σ = 1 (B, C, T, h, w).
            chance: for the noise between steps and on the cache pass, of the latents' device.
            train: whether the exit step keeps its gradient.

        Returns:
            Edited latents (B, C, T, h, w) fp32.
        """
        if not train and exit_step == 0 and self.kind.cache == "denoise":
            velocity = self.whole_window(stream, begin, source, text, mask, chunks, 0, position_scale)
            return begin - self.schedule.sigmas[0] * velocity
        kept = []
        for part, noise in zip(source.split(list(chunks), 2), begin.split(list(chunks), 2), strict=True):
            kept.append(self._chunk(stream, part, noise, text, mask, exit_step, chance, position_scale, train))
        return torch.cat(kept, 2)

    @torch.no_grad()
    def whole_window(
        self, stream: CachedStream, x: Tensor, source: Tensor, text: Tensor, mask: Tensor, chunks: Sequence[int],
        level: int, position_scale: float,
    ) -> Tensor:  # fmt: skip
        """The velocity of all chunks in one forward that writes the caches too: the same as chunk by chunk where a
        chunk's only forward does that, and as many times faster. Without gradient, which would cross the caches."""
        velocity = self.dit(
            x, source, _timestep(x, self.schedule.timesteps[level]), text, mask, state=stream.state, save=True,
            chunks=list(chunks), position_scale=position_scale,
        )  # fmt: skip
        for length in chunks:
            stream.stored(length)
        return velocity.float()

    def _chunk(
        self, stream: CachedStream, source: Tensor, noise: Tensor, text: Tensor, mask: Tensor, exit_step: int,
        chance: torch.Generator, position_scale: float, train: bool,
    ) -> Tensor:  # fmt: skip
        kind, x = self.kind, noise
        for step in range(exit_step + 1):
            sigma, last = self.schedule.sigmas[step], step == exit_step
            with torch.set_grad_enabled(train and last):
                velocity = self.dit(
                    x, source, _timestep(x, self.schedule.timesteps[step]), text, mask, state=stream.state,
                    save=last and kind.cache == "denoise", position_scale=position_scale,
                )  # fmt: skip
                clean = x - sigma * velocity.float()
            if not last:
                fresh = stream_noise(kind, x.shape, chance, x.device)
                x = at_level(clean, fresh, self.schedule.sigmas[step + 1])
        if kind.cache == "cache_pass":
            self.cache_pass(stream, clean, source, text, mask, chance, position_scale)
        stream.stored(source.shape[2])
        return clean

    @torch.no_grad()
    def cache_pass(
        self, stream: CachedStream, clean: Tensor, source: Tensor, text: Tensor, mask: Tensor,
        chance: torch.Generator, position_scale: float = 1.0,
    ) -> None:  # fmt: skip
        """Write a finished chunk to the caches: a forward at t = 0 whose output nobody needs."""
        seen = clean.detach()
        if self.kind.cache_sigma:
            seen = at_level(seen, torch.randn(seen.shape, generator=chance, device=seen.device), self.kind.cache_sigma)
        self.dit(
            seen, source, _timestep(seen, 0.0), text, mask, state=stream.state, save=True,
            position_scale=position_scale,
        )  # fmt: skip


def _timestep(x: Tensor, value: float) -> Tensor:
    return torch.full((x.shape[0],), value, device=x.device)
