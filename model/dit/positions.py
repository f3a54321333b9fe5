"""Where a stream stands: counters, rotary positions without end, and the sink's place among them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch

from sanacam.model.dit.chunks import visible_chunks
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.rope import POSITION_RANGE

TRAINED_SINK_DISTANCE = 119
"""Latent frames between the sink and the present in the longest clips of SANA-Streaming: 122 latent frames (969 pixel
frames) of which 119 are used in training; the released sampler starts the last chunk of such a clip at frame 119."""


class StreamPositions(ABC):
    """Counters of one stream; whoever stores its memory derives from this and turns what it holds when asked to.

    A stream has no end. Rotary positions count from :attr:`origin`, which moves up whenever they reach
    ``rebase_every``: everything remembered with a rotation (softmax keys, the key axis of ``M``) is rotated back by the
    same offset. Scores depend on differences of positions only, so results stay as they were; ``z`` and the tails carry
    no rotation. Window keys and ``M`` are replaced or fade before roundings could add up; the sink's keys are kept as
    stored and turned from there every time, so that a sink of any age has been rounded once.

    Args:
        max_chunk: longest chunk in latent frames.
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
        max_chunk: int,
        *,
        sink_distance: int | None = None,
        rebase_every: int = POSITION_RANGE,
    ) -> None:
        if config.num_cached_blocks < 0:
            raise ValueError("a stream of fixed size cannot keep unlimited history (num_cached_blocks < 0)")
        if min(max_chunk, rebase_every) < 1:
            raise ValueError("chunk length and rebase_every must be positive")
        if config.sink and sink_distance is not None and sink_distance < config.num_cached_blocks * max_chunk:
            raise ValueError(
                f"a sink at most {sink_distance} latent frames away would stand in the window of"
                f" {config.num_cached_blocks} chunks of {max_chunk}"
            )
        self.config = config
        self.max_chunk = max_chunk
        self.sink_distance = sink_distance
        self.rebase_every = rebase_every
        self._restart()

    def _restart(self) -> None:
        self.frame_index = self.chunk_index = self.origin = 0
        self._sink_frame = self._sink_stored_at = self._sink_turn = 0

    @property
    def keeps_sink(self) -> bool:
        """Whether the first chunk stays visible for good."""
        return self.config.sink and self.config.num_cached_blocks > 0

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

    def remembered(self) -> tuple[int, ...]:
        """Numbers of the earlier chunks that softmax blocks still hold, oldest first."""
        return visible_chunks(self.chunk_index, self.config.num_cached_blocks, self.config.sink)

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

    def _advance(self, lengths: Sequence[int]) -> None:
        """Count chunks that have just been stored."""
        if self.keeps_sink and self.chunk_index == 0:
            self._sink_frame, self._sink_stored_at, self._sink_turn = self.frame_index, self.position, 0
        self.chunk_index += len(lengths)
        self.frame_index += sum(lengths)
        self._settle()

    def _settle(self) -> None:
        """Bring positions back into range and the sink within its distance, before the next call reads them."""
        if self.position >= self.rebase_every:
            self.rebase()
        else:
            self._place_sink()

    @torch.no_grad()
    def rebase(self) -> None:
        """Count positions from the next frame on: rotate all that is remembered back by its position, in place."""
        offset = self.position
        self.origin = self.frame_index
        self._turn_memory(-offset)
        self._place_sink()

    @torch.no_grad()
    def _place_sink(self) -> None:
        """Rotate the sink's keys from where they were stored to where they stand now."""
        turn = self.sink_frame - self.origin - self._sink_stored_at
        if self.keeps_sink and turn != self._sink_turn:
            self._sink_turn = turn
            self._turn_sink(turn)

    @abstractmethod
    def _turn_memory(self, frames: int) -> None:
        """Rotate everything remembered, the sink excepted, by a number of latent frames, in place."""

    @abstractmethod
    def _turn_sink(self, frames: int) -> None:
        """Place the sink's keys ``frames`` from where they were stored."""
