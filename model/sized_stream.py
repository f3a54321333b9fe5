"""The part of a running stream whose shape follows the picture's size."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch

from sanacam.model.chunk_sampler import ChunkSampler, Way, make_sampler
from sanacam.model.dit.fused.sampler import StreamShape
from sanacam.model.pixels import Pixels
from sanacam.model.precision import Precision
from sanacam.model.sampling import Schedule
from sanacam.model.vae.codec import StreamCodec, frame_timing, open_codec, stream_size

if TYPE_CHECKING:
    from sanacam.model.zoo import ModelBundle

DIT_SHARE = 0.9
"""Of the time that a warm-up takes, as far as its progress goes."""


class SizedStream:
    """Memory of the VAE and the network, and where the stream stands.

    Attributes:
        picture: (height, width) of the pictures; ``padded``: what the VAE works on.
        codec: the VAE with its memory.
        sampler: the network with its memory.
        inside: source pictures that were encoded and whose edit has not come out.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        picture: tuple[int, int],
        device: torch.device,
        precision: Precision,
        schedule: Schedule,
        sink_distance: int | None,
        way: Way,
    ) -> None:
        vae, config = bundle.vae, bundle.config
        self.picture = picture
        self.padded = stream_size(vae, *picture)
        self._timing = frame_timing(vae)
        self._device, self._dtype = device, precision.dtype
        self.codec: StreamCodec = open_codec(
            vae, *self.padded, device, precision.dtype, source_guided=config.decoder_source, hold=config.hold
        )
        self._first_chunk, self._later_chunk = config.first_chunk_latents or config.chunk_latents, config.chunk_latents
        height, width = (side // vae.spatial_stride for side in self.padded)
        self.sampler: ChunkSampler = make_sampler(
            bundle.dit,
            StreamShape(height, width, self._later_chunk, self._first_chunk),
            schedule,
            config.cache,
            position_scale=config.position_scale(*self.padded),
            sink_distance=sink_distance,
            way=way,
            formats=precision.formats,
        )
        self.inside: deque[Pixels] = deque()
        self._latents = self._frames = self._pictures = 0

    @property
    def next_chunk_frames(self) -> int:
        """Pictures that the encoder wants for the next chunk."""
        wanted = self._latents + (self._later_chunk if self._latents else self._first_chunk)
        return self._timing.wanted(wanted) - self._frames

    @property
    def covered(self) -> bool:
        """Whether the edited latents stand for every real picture that was encoded."""
        return self._timing.covered(self._latents) >= self._pictures

    def warm_up(self, progress: Callable[[float], None] | None = None) -> None:
        """Do now what the first chunks would otherwise wait for; the stream starts anew.

        Args:
            progress: told the share that is done, 0…1.
        """
        self.sampler.warm_up(None if progress is None else lambda share: progress(DIT_SHARE * share))
        if self._device.type == "cuda":
            for _ in range(2):
                size = (1, self.next_chunk_frames, 3, *self.padded)
                latents = self.codec.encode(torch.zeros(size, device=self._device, dtype=self._dtype))
                self.codec.decode(latents)
                self.take((), latents.shape[2])
            torch.cuda.synchronize(self._device)
        self.reset()
        if progress is not None:
            progress(1.0)

    def take(self, pictures: Sequence[Pixels], latents: int) -> None:
        """A chunk of ``latents`` is on its way, made from these real pictures and repeated ones where it wanted
        more."""
        self._frames += self.next_chunk_frames
        self._pictures += len(pictures)
        self._latents += latents
        self.inside.extend(pictures)

    def reset(self) -> None:
        """Back to the start of a stream, in the same storage."""
        self.codec.reset()
        self.sampler.state.reset()
        self.inside.clear()
        self._latents = self._frames = self._pictures = 0
