"""Changing the prompt of a running stream: blending into the new one, and making the memory again under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sanacam.model.dit.text_kv import TextKV, blend_prompts
from sanacam.model.sampling import CacheCall

if TYPE_CHECKING:
    from sanacam.model.chunk_sampler import ChunkSampler, StreamPlace

MAX_BLENDED = 3
"""Prompts in one blend; when changes come faster than blends end, the lightest of the old ones is let go."""


class PromptTransition:
    """Which text the next chunk is edited by: one prompt, or a blend on the way from the last one to the new one.

    During a blend over N chunks, chunk k of them (1…N) gives the new prompt the weight k / (N + 1); the chunk after
    them has the new prompt alone. A change during a blend starts from the blend as it stands.
    """

    def __init__(self) -> None:
        self._old: list[tuple[TextKV, float]] = []
        self._new: TextKV | None = None
        self._chunks = self._done = 0

    @property
    def given(self) -> bool:
        """Whether there is a prompt yet."""
        return self._new is not None

    @property
    def weight(self) -> float:
        """Share of the newest prompt in the next chunk, above 0 to 1."""
        return (self._done + 1) / (self._chunks + 1)

    def change(self, text: TextKV, chunks: int = 0) -> None:
        """Go to ``text`` over a number of chunks, 0 for at once."""
        self._old = self._mixture() if chunks else []
        self._new = text
        self._chunks = chunks if self._old else 0
        self._done = 0

    def settle(self) -> None:
        """End a blend at its new prompt."""
        self._old, self._chunks, self._done = [], 0, 0

    def advance(self) -> None:
        """A chunk is done."""
        if self._chunks:
            self._done += 1
            if self._done >= self._chunks:
                self.settle()

    def text(self) -> TextKV | None:
        """For the next chunk; ``None`` before the first prompt."""
        mixture = self._mixture()
        return blend_prompts(mixture) if mixture else None

    def _mixture(self) -> list[tuple[TextKV, float]]:
        """Prompts of the next chunk with their weights, which sum to 1; the newest last."""
        if self._new is None:
            return []
        old = sorted(self._old, key=lambda part: part[1])[-(MAX_BLENDED - 1) :]
        total = sum(weight for _, weight in old)
        return [(text, weight / total * (1.0 - self.weight)) for text, weight in old] + [(self._new, self.weight)]


class _Visible(NamedTuple):
    chunk: int
    frame: int
    call: CacheCall


class VisibleChunks:
    """The state-writing calls of the chunks that softmax blocks can still see, so that they can be run again.

    Holds as many as the window is wide (at least the last), the sink's among them, whatever the stream's length."""

    def __init__(self) -> None:
        self._held: list[_Visible] = []

    def __len__(self) -> int:
        return len(self._held)

    def clear(self) -> None:
        self._held = []

    def add(self, call: CacheCall, state: StreamPlace) -> None:
        """Take the call that has just written ``state``; calls of chunks that went out of sight are let go."""
        chunk, frames = state.chunk_index - 1, call.x.shape[2]
        self._held.append(_Visible(chunk, state.frame_index - frames, call))
        seen = {*state.remembered(), chunk}
        self._held = [held for held in self._held if held.chunk in seen]

    def rewrite(self, sampler: ChunkSampler, text: TextKV) -> None:
        """Empty the sampler's memory and run the calls again, oldest first, under another text.

        Every chunk keeps its place in time (the sink the one it stood at), so that the distances which the next chunk
        sees stay as they were. What the GDN blocks remembered of chunks out of sight is gone: the memory is that of a
        stream which consists of the visible chunks.
        """
        state = sampler.state
        if not self._held:
            state.reset()
            return
        sink_frame, keeps_sink = state.sink_frame, state.config.sink
        state.reset()
        rewritten = []
        for number, (chunk, frame, call) in enumerate(self._held):
            place = sink_frame if keeps_sink and chunk == 0 else frame
            state.skip_to(place)
            sampler.write_cache(call, text)
            rewritten.append(_Visible(number, place, call))
        self._held = rewritten
