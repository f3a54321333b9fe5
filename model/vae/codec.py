"""One stream through a video autoencoder, whichever it is: what the editor drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.temporal_hold import TemporalHold
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.vae.mini import MiniVAE

VideoVAE = MiniVAE | Ltx2VAE


@dataclass(frozen=True)
class FrameTiming:
    """Which picture frames a stream's latents stand for.

    Attributes:
        first_frames: frames of the first latent.
        frames_per_latent: those of each later one.
        lookahead_frames: frames that the encoder must see beyond those a latent stands for.
    """

    first_frames: int
    frames_per_latent: int
    lookahead_frames: int = 0

    def covered(self, latents: int) -> int:
        """Frames that the first ``latents`` latents of a stream stand for."""
        return self.first_frames + (latents - 1) * self.frames_per_latent if latents else 0

    def wanted(self, latents: int) -> int:
        """Frames that the encoder must see to make them."""
        return self.covered(latents) + self.lookahead_frames


class StreamCodec(Protocol):
    """Encoder and decoder of one stream, with their memory."""

    def encode(self, frames: Tensor) -> Tensor:
        """(1, T, 3, H, W) in −1…1, any T → the latents that are now complete (1, C, t, h, w)."""

    def decode(self, latents: Tensor) -> Tensor:
        """Edited latents (1, C, t, h, w), as many as were encoded → the frames that are now final (1, T, 3, H, W),
        about −1…1."""

    def finish_decode(self) -> Tensor:
        """The stream ends: the frames that waited for later latents, perhaps none."""

    def reset(self) -> None:
        """The next call begins a stream. Storage stays where it is."""


class Ltx2Codec:
    """By the VAE's present choice of encoder and decoder; 1 frame in the first latent, 8 in each later one."""

    def __init__(self, vae: Ltx2VAE, height: int, width: int, device: torch.device, dtype: torch.dtype) -> None:
        self._vae = vae
        self._state = vae.new_state(1, height, width, device, dtype)

    def encode(self, frames: Tensor) -> Tensor:
        return self._vae.encode(frames, self._state)

    def decode(self, latents: Tensor) -> Tensor:
        return self._vae.decode(latents, self._state)

    def finish_decode(self) -> Tensor:
        return self._vae.finish_decode(self._state)

    def reset(self) -> None:
        self._state.reset()


class MiniCodec:
    """The embedded model's: 4 frames in every latent, nothing waits.

    Args:
        source_guided: hand the frames that were encoded last to the decoder.
        hold: of the :class:`TemporalHold` over what was decoded; 0: none.
    """

    def __init__(
        self,
        vae: MiniVAE,
        height: int,
        width: int,
        device: torch.device,
        dtype: torch.dtype,
        *,
        source_guided: bool,
        hold: float,
    ) -> None:
        self._vae = vae
        self._source_guided = source_guided
        self._hold = TemporalHold(hold) if hold else None
        # Apart: each direction has its own part of the state.
        self._encoder_state, self._decoder_state = (vae.new_state(1, height, width, device, dtype) for _ in range(2))
        self._frames: Tensor | None = None
        self._nothing = torch.zeros(1, 0, 3, height, width, device=device, dtype=dtype)

    def encode(self, frames: Tensor) -> Tensor:
        self._frames = frames
        return self._vae.encode(frames, self._encoder_state)

    def decode(self, latents: Tensor) -> Tensor:
        beside = self._frames if self._source_guided else None
        edited = self._vae.decode(latents, self._decoder_state, source=beside)
        if self._hold is None or self._frames is None:
            return edited
        return self._hold.steady(edited, self._frames)

    def finish_decode(self) -> Tensor:
        return self._nothing

    def reset(self) -> None:
        self._encoder_state.reset()
        self._decoder_state.reset()
        if self._hold is not None:
            self._hold.reset()
        self._frames = None


def open_codec(
    vae: VideoVAE,
    height: int,
    width: int,
    device: torch.device,
    dtype: torch.dtype,
    *,
    source_guided: bool,
    hold: float = 0.0,
) -> StreamCodec:
    """A fresh stream for pictures of ``height × width`` (as :func:`stream_size` gives them).

    Args:
        source_guided: the decoder gets the source frames too, if it can use them.
        hold: see :class:`TemporalHold`; 0: none. Only for a decoder that waits for nothing, the mini VAE's.
    """
    if isinstance(vae, Ltx2VAE):
        return Ltx2Codec(vae, height, width, device, dtype)
    return MiniCodec(vae, height, width, device, dtype, source_guided=source_guided, hold=hold)


def frame_timing(vae: VideoVAE) -> FrameTiming:
    """Of streams by the VAE's present choice."""
    if isinstance(vae, Ltx2VAE):
        return FrameTiming(vae.first_frames, vae.frames_per_latent, vae.lookahead_frames)
    return FrameTiming(vae.frames_per_latent, vae.frames_per_latent)


def stream_size(vae: VideoVAE, height: int, width: int) -> tuple[int, int]:
    """Smallest height and width that the VAE takes and that hold the picture."""
    stride = vae.spatial_stride
    least = stride * (2 if isinstance(vae, Ltx2VAE) else 1)
    return max(-(-height // stride) * stride, least), max(-(-width // stride) * stride, least)


def choose_coders(vae: VideoVAE, encoder: str | None = None, decoder: str | None = None) -> None:
    """Which encoder and decoder the next streams use; ``None`` keeps the present one.

    Raises:
        UserError: there is no such choice, or its network is not loaded. Nothing has changed then.
    """
    if encoder is None and decoder is None:
        return
    if not isinstance(vae, Ltx2VAE):
        raise UserError(
            "This model has one video encoder and one decoder; there is nothing to choose.",
            "Leave --encoder and --decoder away.",
        )
    vae.choose(encoder=encoder, decoder=decoder)
