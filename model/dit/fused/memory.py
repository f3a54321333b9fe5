"""What a fused stream remembers, laid out so that nothing is gathered or shifted from chunk to chunk."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from sanacam.kernels.operations import count_number, row_count_number
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.positions import StreamPositions
from sanacam.model.dit.rope import POSITION_RANGE, rotary_tables, shift_in_time


class Window(NamedTuple):
    """Rows of the key window that the present chunk sees, its own among them."""

    start: int
    end: int


class FusedMemory(StreamPositions):
    """Memory of one stream in static buffers.

    The key window of a softmax block has room for the first chunk, then a ring of equal slots, one for each later chunk
    in sight and one for the present one. The first chunk ends where the ring begins, so that what is visible is always
    one range of rows; its order is not that of time, which attention does not see. The present chunk's keys are written
    by every forward, over a chunk that has left sight.

    Args:
        height, width: latent grid.
        chunk_latents: length of every chunk but the first. first_chunk_latents: where that differs.
        dtype: of keys, values and tails.
        sink_distance, rebase_every: see :class:`StreamPositions`.

    Attributes:
        m, z: (GDN blocks, 1, heads, D, D) and (…, D, 1), fp32.
        tails: (depth, S, C), what the last frame of the chunk before adds to the next one's temporal convolution.
        keys, values: (softmax blocks, window rows, C).
        counts, row_counts: int32, what the stages of the GDN operation and those of `linear_modulate` and `linear_pack`
            count with.
        place: (1,) int32, first window row of the present chunk.
        cos, sin: rotary tables of the present chunk's tokens, (rows, D / 2).
    """

    def __init__(
        self,
        config: DiTConfig,
        height: int,
        width: int,
        chunk_latents: int,
        *,
        first_chunk_latents: int | None = None,
        position_scale: float = 1.0,
        device: torch.device,
        dtype: torch.dtype,
        sink_distance: int | None = None,
        rebase_every: int = POSITION_RANGE,
    ) -> None:
        if min(height, width, chunk_latents) < 1:
            raise ValueError("height, width and chunk_latents must be positive")
        super().__init__(
            config,
            max(chunk_latents, first_chunk_latents or 0),
            sink_distance=sink_distance,
            rebase_every=rebase_every,
        )
        self.height, self.width, self.position_scale = height, width, float(position_scale)
        self.tokens = height * width
        self.chunk_latents = chunk_latents
        softmax = len(config.softmax_indices)
        heads, dim = config.self_heads, config.self_head_dim
        self._slots = config.num_cached_blocks + (0 if self.keeps_sink else 1)
        self._first_rows = self.max_chunk * self.tokens
        self._first_start = self._first_rows
        rows = self._first_rows + self._slots * chunk_latents * self.tokens

        def zeros(*shape: int, kind: torch.dtype = dtype) -> Tensor:
            return torch.zeros(shape, dtype=kind, device=device)

        self.m = zeros(config.depth - softmax, 1, heads, dim, dim, kind=torch.float32)
        self.z = zeros(config.depth - softmax, 1, heads, dim, 1, kind=torch.float32)
        self.tails = zeros(config.depth, self.tokens, config.hidden_size)
        self.keys, self.values = (zeros(softmax, rows, config.hidden_size) for _ in range(2))
        self._sink_keys = zeros(softmax, self._first_rows if self.keeps_sink else 0, config.hidden_size)
        self.counts = zeros(count_number(1, heads), kind=torch.int32)
        self.row_counts = zeros(row_count_number(self._first_rows), kind=torch.int32)
        self.place = zeros(1, kind=torch.int32)
        self.cos, self.sin = (zeros(self._first_rows, dim // 2, kind=torch.float32) for _ in range(2))

    @property
    def nbytes(self) -> int:
        held = (self.m, self.z, self.tails, self.keys, self.values, self._sink_keys, self.cos, self.sin)
        return sum(t.numel() * t.element_size() for t in held)

    def reset(self) -> None:
        """Back to the start of a stream, in the same storage."""
        for tensor in (self.m, self.z, self.tails):
            tensor.zero_()
        self._restart()

    def prepare(self, frames: int) -> Window:
        """Set positions and the place in the window for the next chunk.

        Raises:
            ValueError: a length that this memory was not made for.
        """
        config, index = self.config, self.chunk_index
        fits = 1 <= frames <= self.max_chunk if index == 0 else frames == self.chunk_latents
        if not fits:
            raise ValueError(
                f"chunk {index} has {frames} latent frames; this stream was made for {self.chunk_latents}"
                + (f" and at most {self.max_chunk} in the first" if index == 0 else "")
            )
        count = frames * self.tokens
        cos, sin = rotary_tables(
            config.self_head_dim, self.position, frames, self.height, self.width, self.position_scale, self.cos.device
        )
        self.cos[:count].copy_(cos.flatten(0, 1))
        self.sin[:count].copy_(sin.flatten(0, 1))
        if index == 0:
            self._first_start = self._first_rows - count
            self.place.fill_(self._first_start)
            return Window(self._first_start, self._first_rows)
        self.place.fill_(self._first_rows + (index - 1) % self._slots * count)
        first_seen = self.keeps_sink or index <= config.num_cached_blocks
        start = self._first_start if first_seen else self._first_rows
        return Window(start, self._first_rows + min(index, self._slots) * count)

    @torch.no_grad()
    def advance(self, frames: int) -> None:
        """Count a chunk whose state-writing forward has run."""
        if self.chunk_index == 0:
            self._sink_keys.copy_(self.keys[:, : self._sink_keys.shape[1]])
        self._advance((frames,))

    def _turn_memory(self, frames: int) -> None:
        self.m.copy_(shift_in_time(self.m, frames))
        self._turn_keys(self.keys[:, self._sink_keys.shape[1] :], frames, self.keys[:, self._sink_keys.shape[1] :])

    def _turn_sink(self, frames: int) -> None:
        seen = slice(self._first_start, self._first_rows)
        self._turn_keys(self._sink_keys[:, seen], frames, self.keys[:, seen])

    def _turn_keys(self, keys: Tensor, frames: int, into: Tensor) -> None:
        split = (self.config.self_heads, self.config.self_head_dim)
        into.copy_(shift_in_time(keys.unflatten(-1, split), frames).flatten(-2))
