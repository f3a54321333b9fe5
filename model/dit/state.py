"""What a stream remembers between chunks: fixed size, allocated once, written in place."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.dit.blocks import BlockMemory, BlockRecord
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.positions import TRAINED_SINK_DISTANCE, StreamPositions
from sanacam.model.dit.rope import POSITION_RANGE, shift_in_time

__all__ = ["TRAINED_SINK_DISTANCE", "BlockState", "StreamState"]

NO_CHUNK = -1
SINK_SLOT = 0


class BlockState:
    """Memory of one block. GDN: ``first`` = M, ``second`` = z. Softmax: ``first``, ``second`` = k, v with a leading
    slot axis; ``sink`` = the sink's keys as they were stored, from which those in its slot are turned (``None``
    elsewhere)."""

    def __init__(self, first: Tensor, second: Tensor, tail: Tensor, sink: Tensor | None = None) -> None:
        self.first = first
        self.second = second
        self.tail = tail
        self.sink = sink


class StreamState(StreamPositions):
    """Constant-size memory of a streamed :class:`~sanacam.model.dit.network.HybridDiT` .

    GDN states are fp32 and carry the whole past. Softmax blocks keep the sink chunk (if the model has one) and the most
    recent chunks in a ring of slots. Storage never moves. Positions and counters: :class:`StreamPositions`.

    Args:
        batch, height, width: batch size and latent grid.
        chunk_latents: largest chunk after the first, in latent frames.
        first_chunk_latents: length of the first chunk where it differs.
        dtype: of cached keys, values and tails.
        sink_distance, rebase_every: see :class:`StreamPositions`.

    Raises:
        ValueError: as there, or a size is not positive.
    """

    def __init__(
        self,
        config: DiTConfig,
        batch: int,
        height: int,
        width: int,
        chunk_latents: int,
        *,
        first_chunk_latents: int | None = None,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
        sink_distance: int | None = None,
        rebase_every: int = POSITION_RANGE,
    ) -> None:
        if min(batch, height, width, chunk_latents) < 1:
            raise ValueError("batch, height, width and chunk_latents must be positive")
        super().__init__(
            config,
            max(chunk_latents, first_chunk_latents or 0),
            sink_distance=sink_distance,
            rebase_every=rebase_every,
        )
        self.batch, self.height, self.width = batch, height, width
        tokens = height * width
        heads, dim = config.self_heads, config.self_head_dim
        slots = config.num_cached_blocks
        self._slot_tokens = [0] * slots
        self._slot_chunk = [NO_CHUNK] * slots
        self.blocks: list[BlockState] = []
        for index in range(config.depth):
            tail = torch.zeros(batch, 1, tokens, config.hidden_size, device=device, dtype=dtype)
            sink: Tensor | None = None
            if index in config.softmax_indices:
                shape = (slots, batch, heads, self.max_chunk * tokens, dim)
                first, second = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
                if self.keeps_sink:
                    sink = torch.zeros(shape[1:], device=device, dtype=dtype)
            else:
                first = torch.zeros(batch, heads, dim, dim, device=device)
                second = torch.zeros(batch, heads, dim, 1, device=device)
            self.blocks.append(BlockState(first, second, tail, sink))

    def tensors(self) -> Iterator[Tensor]:
        """Every tensor the state owns."""
        for block in self.blocks:
            yield from (block.first, block.second, block.tail)
            if block.sink is not None:
                yield block.sink

    @property
    def nbytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in self.tensors())

    def reset(self) -> None:
        """Back to the start of a stream, in the same storage."""
        for tensor in self.tensors():
            tensor.zero_()
        self._slot_tokens = [0] * len(self._slot_tokens)
        self._slot_chunk = [NO_CHUNK] * len(self._slot_chunk)
        self._restart()

    def _slot(self, chunk: int) -> int | None:
        """Slot of a chunk: the sink has its own, the others take turns."""
        slots = self.config.num_cached_blocks
        if not self.config.sink:
            return chunk % slots if slots else None
        if chunk == 0:
            return 0 if slots else None
        return 1 + (chunk - 1) % (slots - 1) if slots > 1 else None

    def stored_chunk(self, index: int, chunk: int) -> tuple[Tensor, Tensor]:
        """Keys and values (B, heads, tokens, D) that softmax block ``index`` holds of a chunk, as views.

        Raises:
            KeyError: the chunk is not held (any more).
        """
        slot = self._slot(chunk)
        if slot is None or self._slot_chunk[slot] != chunk:
            raise KeyError(f"chunk {chunk} is not held")
        block, used = self.blocks[index], self._slot_tokens[slot]
        return block.first[slot, :, :, :used], block.second[slot, :, :, :used]

    def memory(self, index: int) -> BlockMemory:
        """What block ``index`` reads before the next chunk."""
        if self.chunk_index == 0:
            return BlockMemory()
        block = self.blocks[index]

        def own(stored: Tensor) -> Tensor:
            # With gradients on, the reader's graph must survive a later in-place write.
            return stored.clone() if torch.is_grad_enabled() else stored

        if index not in self.config.softmax_indices:
            return BlockMemory(m=own(block.first), z=own(block.second), tail=own(block.tail))
        held = (self.stored_chunk(index, chunk) for chunk in self.remembered())
        return BlockMemory(past=tuple((own(k), own(v)) for k, v in held), tail=own(block.tail))

    @torch.no_grad()
    def store(self, records: list[BlockRecord], layout: ChunkLayout) -> None:
        """Take over what a forward pass left behind and advance the counters.

        Raises:
            ValueError: if a chunk is longer than the state was made for.
        """
        if max(layout.lengths) > self.max_chunk:
            raise ValueError(
                f"a chunk of {max(layout.lengths)} latent frames does not fit a state made for {self.max_chunk}"
            )
        tokens = self.height * self.width
        for index, (block, record) in enumerate(zip(self.blocks, records, strict=True)):
            block.tail.copy_(record.tail)
            if index not in self.config.softmax_indices:
                block.first.copy_(record.first)
                block.second.copy_(record.second)
                continue
            start = 0
            for offset, length in enumerate(layout.lengths):
                slot, end = self._slot(self.chunk_index + offset), start + length * tokens
                if slot is not None:
                    block.first[slot, :, :, : end - start].copy_(record.first[:, :, start:end])
                    block.second[slot, :, :, : end - start].copy_(record.second[:, :, start:end])
                start = end
        if self.keeps_sink and self.chunk_index == 0:
            for block in self.blocks:
                if block.sink is not None:
                    block.sink.copy_(block.first[SINK_SLOT])
        for offset, length in enumerate(layout.lengths):
            slot = self._slot(self.chunk_index + offset)
            if slot is not None:
                self._slot_tokens[slot] = length * tokens
                self._slot_chunk[slot] = self.chunk_index + offset
        self._advance(layout.lengths)

    def _turn_memory(self, frames: int) -> None:
        slots = (slot for slot, chunk in enumerate(self._slot_chunk) if chunk != NO_CHUNK)
        window = [slot for slot in slots if not (self.keeps_sink and slot == SINK_SLOT)]
        for index, block in enumerate(self.blocks):
            if index not in self.config.softmax_indices:
                block.first.copy_(shift_in_time(block.first, frames))
                continue
            for slot in window:
                keys = block.first[slot, :, :, : self._slot_tokens[slot]]
                keys.copy_(shift_in_time(keys, frames))

    def _turn_sink(self, frames: int) -> None:
        used = self._slot_tokens[SINK_SLOT]
        for block in self.blocks:
            if block.sink is not None:
                block.first[SINK_SLOT, :, :, :used].copy_(shift_in_time(block.sink[:, :, :used], frames))
