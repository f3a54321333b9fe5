"""Editors whose last latents and pictures can be looked at while they are still floats.

An 8-bit picture hides what went wrong before it: an infinity is rounded to black or white, and NaN to any number.
"""

from __future__ import annotations

from functools import cached_property

from torch import Tensor

from sanacam.model.clip_editor import ClipEditor
from sanacam.model.sized_stream import SizedStream
from sanacam.model.stream import StreamEditor
from sanacam.model.vae.codec import StreamCodec


class LastNumbers:
    """What one chunk made. The tensors are held, not looked at, so that nothing is added to the chunk's time.

    Attributes:
        keep: hold the tensors of the chunks to come; those of the last one stay.
    """

    def __init__(self) -> None:
        self.keep = False
        self._held: dict[str, Tensor] = {}

    def see(self, latents: Tensor, pictures: Tensor) -> None:
        """Of one chunk: edited latents, and the decoded pictures before they are clamped and rounded."""
        if self.keep:
            self._held = {"latents": latents, "pictures": pictures}

    def spoilt(self) -> tuple[str, ...]:
        """Which of them hold a number that is not finite; waits for the device and lets them go."""
        held, self._held = self._held, {}
        return tuple(name for name, values in held.items() if not bool(values.isfinite().all()))


class WatchedCodec:
    """A :class:`~sanacam.model.vae.codec.StreamCodec` that shows what it decodes."""

    def __init__(self, codec: StreamCodec, numbers: LastNumbers) -> None:
        self._codec, self._numbers = codec, numbers

    def encode(self, frames: Tensor) -> Tensor:
        return self._codec.encode(frames)

    def decode(self, latents: Tensor) -> Tensor:
        pictures = self._codec.decode(latents)
        self._numbers.see(latents, pictures)
        return pictures

    def finish_decode(self) -> Tensor:
        return self._codec.finish_decode()

    def reset(self) -> None:
        self._codec.reset()


class WatchedStream(StreamEditor):
    """A :class:`~sanacam.model.stream.StreamEditor` that shows its numbers."""

    @cached_property
    def numbers(self) -> LastNumbers:
        return LastNumbers()

    def _open(self, picture: tuple[int, int]) -> SizedStream:
        sized = super()._open(picture)
        sized.codec = WatchedCodec(sized.codec, self.numbers)
        return sized


class WatchedClip(ClipEditor):
    """A :class:`~sanacam.model.clip_editor.ClipEditor` that shows its numbers."""

    @cached_property
    def numbers(self) -> LastNumbers:
        return LastNumbers()

    def _decode(self, latents: Tensor) -> Tensor:
        pictures = super()._decode(latents)
        self.numbers.see(latents, pictures)
        return pictures
