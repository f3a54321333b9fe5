"""A batch of long streams in training: where each stands, what it remembers, and the window it is judged by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.training.latents import image_latent
from sanacam.model.training.long_clips import LongClip
from sanacam.model.training.rollout import CachedStream
from sanacam.model.vae.codec import VideoVAE


@dataclass(frozen=True)
class JudgedWindow:
    """What the scores see.

    Attributes:
        edited, source: latents (B, C, T, h, w): some frames of the past, then the new ones.
        counted: (T,) bool, the frames that count in losses.
    """

    edited: Tensor
    source: Tensor
    counted: Tensor


class LongStream:
    """Sources, caches and the last window of one batch of streams.

    Attributes:
        clip: set by :meth:`begin`.
        window: number of the next window in the clip.
        forward, reverse: caches of the editing pass and of the reverse pass (``None`` without one).
    """

    clip: LongClip

    def __init__(self, new_stream: Callable[[], CachedStream], *, reverse: bool, past: Tensor) -> None:
        """``past``: (2, B, C, T, h, w), room for the last window's edit and source."""
        self.forward = new_stream()
        self.reverse = new_stream() if reverse else None
        self.window = 0
        self._past = past
        # How many chunks the caches hold: their counters follow from it.
        self._stored = torch.zeros(1, dtype=torch.long)

    def begin(self, clip: LongClip) -> None:
        """A new clip from its first frame, with empty caches."""
        self.clip, self.window = clip, 0
        self.forget()

    def forget(self) -> None:
        """Empty caches: what a stream that went wrong goes on with."""
        self.forward.reset()
        if self.reverse is not None:
            self.reverse.reset()

    def source(self, first_window: int, later: int) -> Tensor:
        """Source latents of the next window's new frames."""
        start = first_window + (self.window - 1) * later if self.window else 0
        return self.clip.source[:, :, start : start + (later if self.window else first_window)]

    def judged(self, vae: VideoVAE, edited: Tensor, source: Tensor, context: int) -> JudgedWindow:
        """The new frames, after ``context`` frames of the past in all but a clip's first window. Where the
        autoencoder's first latent is a single picture, so is the window's."""
        new = edited.shape[2]
        if not self.window:
            return JudgedWindow(edited, source, torch.ones(new, dtype=torch.bool, device=edited.device))
        pasts = []
        for past in self._past:
            kept = past[:, :, past.shape[2] - context :]
            image = image_latent(vae, past[:, :, : past.shape[2] - context + 1])
            pasts.append(kept if image is None else torch.cat([image, kept[:, :, 1:]], 2))
        counted = torch.arange(context + new, device=edited.device) >= context
        return JudgedWindow(torch.cat([pasts[0], edited], 2), torch.cat([pasts[1], source], 2), counted)

    def advance(self, edited: Tensor, source: Tensor) -> None:
        """The window is done: remember its last frames."""
        room = self._past.shape[3]
        for kept, new in zip(self._past, (edited.detach(), source), strict=True):
            kept.copy_(torch.cat([kept, new], 2)[:, :, -room:])
        self.window += 1

    def tensors(self) -> dict[str, Tensor]:
        """Everything that the next window depends on, apart from the clip, as it is."""
        self._stored[0] = len(self.forward.lengths)
        named = {"past": self._past, "stored": self._stored}
        for name, stream in self._passes():
            named |= {f"{name}.{i}": t for i, t in enumerate(stream.tensors())}
        return named

    def go_on(self, clip: LongClip, chunks: list[list[int]]) -> None:
        """Continue after the tensors were written back: in this clip, with ``chunks`` (of each window) behind it."""
        self.clip, self.window = clip, len(chunks)
        lengths = [length for window in chunks for length in window]
        stored = lengths[len(lengths) - int(self._stored[0]) :]
        for _, stream in self._passes():
            contents = [t.clone() for t in stream.tensors()]
            stream.replay(stored)
            for tensor, content in zip(stream.tensors(), contents, strict=True):
                tensor.copy_(content)

    def _passes(self) -> list[tuple[str, CachedStream]]:
        streams = [("forward", self.forward)]
        return streams if self.reverse is None else [*streams, ("reverse", self.reverse)]
