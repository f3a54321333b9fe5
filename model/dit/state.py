"""What a stream remembers between chunks: fixed size, allocated once, written in place."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.dit.blocks import BlockMemory, BlockRecord
from sanacam.model.dit.chunks import ChunkLayout, visible_chunks
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.rope import POSITION_RANGE, shift_in_time

NO_CHUNK = -1
SINK_SLOT = 0
TRAINED_SINK_DISTANCE = 119
"""Latent frames between the sink and the present in the longest clips of SANA-Streaming: 122 latent frames (969 pixel
frames) of which 119 are used in training; the released sampler starts the last chunk of such a clip at frame 119."""


class BlockState:
    """Memory of one block. GDN: ``first`` = M, ``second`` = z. Softmax: ``first``, ``second`` = k, v with a leading
    slot axis; ``sink`` = the sink's keys as they were stored, from which those in its slot are turned (``None``
    elsewhere)."""

    def __init__(self, first: Tensor, second: Tensor, tail: Tensor, sink: Tensor | None = None) -> None:
        self.first = first
        self.second = second
        self.tail = tail
        self.sink = sink


class StreamState:
    """Constant-size memory of a streamed :class:`~sanacam.model.dit.network.HybridDiT` .

    GDN states are fp32 and carry the whole past. Softmax blocks keep the sink chunk (if the model has one) and the most
    recent chunks in a ring of slots. Storage never moves, so pointers stay valid for captured graphs.

    A stream has no end. Rotary positions count from :attr:`origin`, which moves up whenever they reach
    ``rebase_every``: everything remembered with a rotation (softmax keys, the key axis of ``M``) is rotated back by the
    same offset. Scores depend on differences of positions only, so results stay as they were; ``z`` and the tails carry
    no rotation. Window keys and ``M`` are replaced or fade before roundings could add up; the sink's keys are kept as
    stored and turned from there every time, so that a sink of any age has been rounded once.

    Args:
        batch, height, width: batch size and latent grid.
        chunk_latents: largest chunk after the first, in latent frames.
        first_chunk_latents: length of the first chunk where it differs.
        dtype: of cached keys, values and tails.
        sink_distance: largest distance, in latent frames, from the sink's first frame to the first frame of the present
            call; ``None`` for no limit, as the original. Without a limit the sink drifts away to distances that no
            training clip had (:data:`TRAINED_SINK_DISTANCE`), where the slow rotary frequencies show angles the network
            never learned. With it the sink stops falling behind at that distance and from then on moves along with the
            present, as if the clip that training knew were always about to end. Until then nothing differs. Only the
            positions of the sink's keys are touched: its contents, the window and the GDN state, which forgets by
            itself, are not. Takes effect between calls.
        rebase_every: positions at which the origin moves up.

    Attributes:
        frame_index: latent frame number of the next frame, counted from the start of the stream.
        chunk_index: number of the next chunk.
        origin: the frame number whose temporal position is 0.

    Raises:
        ValueError: if the model keeps unlimited history (``num_cached_blocks < 0``), a size is not positive, or
            ``sink_distance`` would push the sink into the window.
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
        if config.num_cached_blocks < 0:
            raise ValueError("a stream of fixed size cannot keep unlimited history (num_cached_blocks < 0)")
        if min(batch, height, width, chunk_latents, rebase_every) < 1:
            raise ValueError("batch, height, width, chunk_latents and rebase_every must be positive")
        self.config = config
        self.batch, self.height, self.width = batch, height, width
        self.max_chunk = max(chunk_latents, first_chunk_latents or 0)
        self.rebase_every = rebase_every
        self.sink_distance = sink_distance
        self.frame_index = self.chunk_index = self.origin = 0
        self._sink_frame = self._sink_stored_at = self._sink_turn = 0
        tokens = height * width
        heads, dim = config.self_heads, config.self_head_dim
        slots = config.num_cached_blocks
        if config.sink and sink_distance is not None and sink_distance < slots * self.max_chunk:
            raise ValueError(
                f"a sink at most {sink_distance} latent frames away would stand in the window of {slots} chunks of"
                f" {self.max_chunk}"
            )
        self._keeps_sink = config.sink and slots > 0
        self._slot_tokens = [0] * slots
        self._slot_chunk = [NO_CHUNK] * slots
        self.blocks: list[BlockState] = []
        for index in range(config.depth):
            tail = torch.zeros(batch, 1, tokens, config.hidden_size, device=device, dtype=dtype)
            sink: Tensor | None = None
            if index in config.softmax_indices:
                shape = (slots, batch, heads, self.max_chunk * tokens, dim)
                first, second = (torch.zeros(shape, device=device, dtype=dtype) for _ in range(2))
                if self._keeps_sink:
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
        self.frame_index = self.chunk_index = self.origin = 0
        self._sink_frame = self._sink_stored_at = self._sink_turn = 0

    @property
    def position(self) -> int:
        """Temporal rotary position of the next frame."""
        return self.frame_index - self.origin

    @property
    def sink_frame(self) -> int:
        """Frame number at which the first frame of the sink stands for the next call: its own, or as near to the
        present as ``sink_distance`` asks."""
        if self.sink_distance is None:
            return self._sink_frame
        return max(self._sink_frame, self.frame_index - self.sink_distance)

    def skip_to(self, frame: int) -> None:
        """Let the next frame be number ``frame``; the frames between leave no trace. At the start of a stream counting
        begins there.

        Raises:
            ValueError: that frame has passed.
        """
        if frame < self.frame_index:
            raise ValueError(f"frame {frame} has passed, the next one is {self.frame_index}")
        self.frame_index = frame
        if self.chunk_index == 0:
            self.origin = frame
        else:
            self._settle()

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
        if self._keeps_sink and self.chunk_index == 0:
            for block in self.blocks:
                if block.sink is not None:
                    block.sink.copy_(block.first[SINK_SLOT])
            self._sink_frame, self._sink_stored_at, self._sink_turn = self.frame_index, self.position, 0
        for offset, length in enumerate(layout.lengths):
            slot = self._slot(self.chunk_index + offset)
            if slot is not None:
                self._slot_tokens[slot] = length * tokens
                self._slot_chunk[slot] = self.chunk_index + offset
        self.chunk_index += len(layout.lengths)
        self.frame_index += sum(layout.lengths)
        self._settle()

    def _settle(self) -> None:
        """Bring positions back into range and the sink within its distance, before the next call reads them."""
        if self.position >= self.rebase_every:
            self.rebase()
        else:
            self._turn_sink()

    @torch.no_grad()
    def rebase(self) -> None:
        """Count positions from the next frame on: rotate all that is remembered back by its position, in place."""
        offset = self.position
        self.origin = self.frame_index
        slots = (slot for slot, chunk in enumerate(self._slot_chunk) if chunk != NO_CHUNK)
        window = [slot for slot in slots if not (self._keeps_sink and slot == SINK_SLOT)]
        for index, block in enumerate(self.blocks):
            if index not in self.config.softmax_indices:
                block.first.copy_(shift_in_time(block.first, -offset))
                continue
            for slot in window:
                keys = block.first[slot, :, :, : self._slot_tokens[slot]]
                keys.copy_(shift_in_time(keys, -offset))
        self._turn_sink()

    @torch.no_grad()
    def _turn_sink(self) -> None:
        """Rotate the sink's keys from where they were stored to where they stand now."""
        turn = self.sink_frame - self.origin - self._sink_stored_at
        if not self._keeps_sink or turn == self._sink_turn:
            return
        self._sink_turn = turn
        used = self._slot_tokens[SINK_SLOT]
        for block in self.blocks:
            if block.sink is not None:
                block.first[SINK_SLOT, :, :, :used].copy_(shift_in_time(block.sink[:, :, :used], turn))
