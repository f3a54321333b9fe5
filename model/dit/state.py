"""What a stream remembers between chunks: fixed size, allocated once, written in place."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.dit.blocks import BlockMemory, BlockRecord
from sanacam.model.dit.chunks import ChunkLayout, visible_chunks
from sanacam.model.dit.config import DiTConfig

NO_CHUNK = -1


class BlockState:
    """Memory of one block. GDN: ``first`` = M, ``second`` = z. Softmax: ``first``, ``second`` = k, v with a leading
    slot axis."""

    def __init__(self, first: Tensor, second: Tensor, tail: Tensor) -> None:
        self.first = first
        self.second = second
        self.tail = tail


class StreamState:
    """Constant-size memory of a streamed :class:`~sanacam.model.dit.network.HybridDiT` .

    GDN states are fp32 and carry the whole past. Softmax blocks keep the sink chunk (if the model has one) and the most
    recent chunks in a ring of slots. Storage never moves, so pointers stay valid for captured graphs.

    Args:
        batch, height, width: batch size and latent grid.
        chunk_latents: largest chunk after the first, in latent frames.
        first_chunk_latents: length of the first chunk where it differs.
        dtype: of cached keys, values and tails.

    Attributes:
        frame_index: absolute latent frame number of the next frame.
        chunk_index: number of the next chunk.

    Raises:
        ValueError: if the model keeps unlimited history (``num_cached_blocks < 0``) or a size is not positive.
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
    ) -> None:
        if config.num_cached_blocks < 0:
            raise ValueError("a stream of fixed size cannot keep unlimited history (num_cached_blocks < 0)")
        if min(batch, height, width, chunk_latents) < 1:
            raise ValueError("batch, height, width and chunk_latents must be positive")
        self.config = config
        self.batch, self.height, self.width = batch, height, width
        self.max_chunk = max(chunk_latents, first_chunk_latents or 0)
        self.frame_index = 0
        self.chunk_index = 0
        tokens = height * width
        heads, dim = config.self_heads, config.self_head_dim
        slots = config.num_cached_blocks
        self._slot_tokens = [0] * slots
        self._slot_chunk = [NO_CHUNK] * slots
        self.blocks: list[BlockState] = []
        for index in range(config.depth):
            tail = torch.zeros(batch, 1, tokens, config.hidden_size, device=device, dtype=dtype)
            if index in config.softmax_indices:
                shape = (slots, batch, heads, self.max_chunk * tokens, dim)
                first, second = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
            else:
                first = torch.zeros(batch, heads, dim, dim, device=device)
                second = torch.zeros(batch, heads, dim, 1, device=device)
            self.blocks.append(BlockState(first, second, tail))

    def tensors(self) -> Iterator[Tensor]:
        """Every tensor the state owns."""
        for block in self.blocks:
            yield from (block.first, block.second, block.tail)

    @property
    def nbytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in self.tensors())

    def reset(self) -> None:
        """Back to the start of a stream, in the same storage."""
        for tensor in self.tensors():
            tensor.zero_()
        self._slot_tokens = [0] * len(self._slot_tokens)
        self._slot_chunk = [NO_CHUNK] * len(self._slot_chunk)
        self.frame_index = self.chunk_index = 0

    def remembered(self) -> tuple[int, ...]:
        """Numbers of the earlier chunks that softmax blocks still hold, oldest first."""
        return visible_chunks(self.chunk_index, self.config.num_cached_blocks, self.config.sink)

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
        for offset, length in enumerate(layout.lengths):
            slot = self._slot(self.chunk_index + offset)
            if slot is not None:
                self._slot_tokens[slot] = length * tokens
                self._slot_chunk[slot] = self.chunk_index + offset
        self.chunk_index += len(layout.lengths)
        self.frame_index += sum(layout.lengths)
