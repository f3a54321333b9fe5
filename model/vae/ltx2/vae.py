"""The video VAE of SANA-Streaming as a stream: LTX-2's networks, the tiny ones, or one of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.errors import UserError
from sanacam.model.vae.ltx2.causal_decode import CausalDecodeStream
from sanacam.model.vae.ltx2.causal_encode import FIRST_FRAMES, CausalEncodeStream
from sanacam.model.vae.ltx2.context_decode import ContextDecodeStream
from sanacam.model.vae.ltx2.network import Ltx2Network, load_ltx2
from sanacam.model.vae.ltx2.window_decode import WindowDecodeStream
from sanacam.model.vae.streams import DecodeStream, EncodeStream, StreamShape, stream_bytes
from sanacam.model.vae.tiny.network import TinyNetwork, load_tiny
from sanacam.model.vae.tiny.streaming import TinyDecodeStream, TinyEncodeStream

ENCODERS = ("full", "tiny")
DECODERS = ("window", "causal", "context", "tiny")
"""``window`` is the release's, ``causal`` wants weights trained for it, ``context`` is a cheaper try with the release's
weights, ``tiny`` a preview."""


@dataclass
class Ltx2VAEState:
    """Memory of one stream, of fixed size. Encoding and decoding are independent of each other; a part that the stream
    doesn't use may be None."""

    encoder: EncodeStream | None
    decoder: DecodeStream | None

    def _parts(self) -> Iterator[EncodeStream | DecodeStream]:
        yield from (part for part in (self.encoder, self.decoder) if part is not None)

    def reset(self) -> None:
        """Back to the start of a stream, in the same storage."""
        for part in self._parts():
            part.reset()

    @property
    def nbytes(self) -> int:
        return sum(stream_bytes(part) for part in self._parts())


class Ltx2VAE(nn.Module):
    """Streaming video autoencoder; pixels are −1…1, latents have about unit variance per channel.

    The first latent of a stream stands for :attr:`first_frames` frame, each later one for :attr:`frames_per_latent`.

    Args:
        full: LTX-2's networks, or only one of them; None if both parts are to be tiny.
        tiny: the tiny networks; None if neither part is to be tiny.
        causal: a decoder trained to work causally, for the choice of that name; without it ``full``'s is used.
        encoder, decoder: see :meth:`choose`.

    Raises:
        UserError: a choice that these networks don't allow, or their latents differ.
    """

    first_frames = FIRST_FRAMES

    def __init__(
        self,
        full: Ltx2Network | None = None,
        tiny: TinyNetwork | None = None,
        causal: Ltx2Network | None = None,
        *,
        encoder: str = "full",
        decoder: str = "window",
    ) -> None:
        super().__init__()
        shapes = {
            (part.config.latent_channels, part.config.spatial_stride, part.config.frames_per_latent)
            for part in (full, tiny, causal)
            if part is not None
        }
        if len(shapes) != 1:
            sizes = " and ".join(f"{c} channels, {s} pixels, {f} frames" for c, s, f in sorted(shapes))
            raise UserError(
                f"The VAE's networks do not go together; a latent of theirs stands for {sizes}.",
                "Get the files that belong to each other, or use --encoder full --decoder window.",
            )
        self.latent_channels, self.spatial_stride, self.frames_per_latent = shapes.pop()
        self.full = full
        self.tiny = tiny
        self.causal = causal
        self.encoder_choice, self.decoder_choice = encoder, decoder
        self.choose(encoder=encoder, decoder=decoder)

    def choose(self, *, encoder: str | None = None, decoder: str | None = None) -> None:
        """What streams made from now on encode and decode with; running ones keep theirs.

        Args:
            encoder: one of :data:`ENCODERS`.
            decoder: one of :data:`DECODERS`.

        Raises:
            UserError: there is no such choice, its network isn't loaded, or it doesn't suit the weights. Nothing has
                changed then.
        """
        encoder = self.encoder_choice if encoder is None else encoder
        decoder = self.decoder_choice if decoder is None else decoder
        for part, chosen, known in (("encoder", encoder, ENCODERS), ("decoder", decoder, DECODERS)):
            if chosen not in known:
                raise UserError(f"There is no VAE {part} “{chosen}”.", f"Choose one of: {', '.join(known)}.")
            network = self._network(chosen)
            size = "tiny" if chosen == "tiny" else "full"
            if network is None or getattr(network, part) is None:
                raise UserError(f"The {size} VAE {part} is not loaded.", "Load it, or choose another one.")
        if self._bidirectional_only(decoder):
            raise UserError(
                f"The decoder “{decoder}” is for bidirectional weights, these are causal.", "Choose “causal” or “tiny”."
            )
        self.encoder_choice, self.decoder_choice = encoder, decoder

    def offers(self, encoder: str, decoder: str) -> bool:
        """Whether the networks of a choice are loaded and made for it."""
        if self._bidirectional_only(decoder):
            return False
        coders = (("encoder", self._network(encoder)), ("decoder", self._network(decoder)))
        return all(network is not None and getattr(network, part) is not None for part, network in coders)

    @property
    def lookahead_frames(self) -> int:
        """Frames that the chosen encoder must see beyond those a latent stands for."""
        return self.frames_per_latent - 1 if self.encoder_choice == "tiny" else 0

    def new_state(
        self,
        batch: int,
        height: int,
        width: int,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        parts: tuple[str, ...] = ("encoder", "decoder"),
    ) -> Ltx2VAEState:
        """Memory for a stream of ``height × width`` pixels, by the present choice.

        Args:
            parts: what the stream will use; one-way streams save the other part's memory.

        Raises:
            ValueError: sizes are not multiples of :attr:`spatial_stride`, or below twice that.
        """
        stride = self.spatial_stride
        if height % stride or width % stride or min(height, width) < 2 * stride:
            raise ValueError(f"height and width must be multiples of {stride}, at least {2 * stride}: {height}×{width}")
        weight = next(self.parameters())
        shape = StreamShape(batch, height, width, device or weight.device, dtype or weight.dtype)
        return Ltx2VAEState(
            self._encode_stream(shape) if "encoder" in parts else None,
            self._decode_stream(shape) if "decoder" in parts else None,
        )

    def _bidirectional_only(self, decoder: str) -> bool:
        """Whether a choice wants other weights than these causal ones."""
        return decoder in ("window", "context") and self.full is not None and self.full.config.decoder_causal

    def _network(self, choice: str) -> Ltx2Network | TinyNetwork | None:
        if choice == "tiny":
            return self.tiny
        return self.causal if choice == "causal" and self.causal is not None else self.full

    def _encode_stream(self, shape: StreamShape) -> EncodeStream:
        if self.encoder_choice == "tiny":
            assert self.tiny is not None
            return TinyEncodeStream(self.tiny, shape)
        assert self.full is not None
        return CausalEncodeStream(self.full, shape)

    def _decode_stream(self, shape: StreamShape) -> DecodeStream:
        network = self._network(self.decoder_choice)
        if isinstance(network, TinyNetwork):
            return TinyDecodeStream(network, shape)
        assert network is not None
        return _FULL_DECODERS[self.decoder_choice](network, shape)

    def encode(self, frames: Tensor, state: Ltx2VAEState) -> Tensor:
        """(B, T, 3, H, W), any T → the latents that are now complete (B, C, t, h, w), perhaps none. Advances ``state``.

        Latent ``i`` is complete with frame ``8i``; with the tiny encoder with frame ``8i + 7``.
        """
        return self._encoder(state).push(frames)

    def finish_encode(self, state: Ltx2VAEState) -> Tensor:
        """The source ends: repeats its last frame until the last latent is complete; (B, C, 0 or 1, h, w). The encoder
        is then at a stream's start."""
        return self._encoder(state).finish()

    def decode(self, latents: Tensor, state: Ltx2VAEState, source: Tensor | None = None) -> Tensor:
        """(B, C, t, h, w), any t → the frames that are now final (B, T, 3, H, W), not clamped, perhaps none. Advances
        ``state``.

        Args:
            source: not used; these decoders draw everything from the latents.
        """
        return self._decoder(state).push(latents)

    def finish_decode(self, state: Ltx2VAEState) -> Tensor:
        """The stream ends: the frames that waited for later latents. The decoder is then at a stream's start."""
        return self._decoder(state).finish()

    @staticmethod
    def _encoder(state: Ltx2VAEState) -> EncodeStream:
        if state.encoder is None:
            raise ValueError("the state was made without its encoder part")
        return state.encoder

    @staticmethod
    def _decoder(state: Ltx2VAEState) -> DecodeStream:
        if state.decoder is None:
            raise ValueError("the state was made without its decoder part")
        return state.decoder


_FULL_DECODERS: dict[str, Callable[[Ltx2Network, StreamShape], DecodeStream]] = {
    "window": WindowDecodeStream,
    "causal": CausalDecodeStream,
    "context": ContextDecodeStream,
}


def load_ltx2_vae(
    folder: str | Path | None,
    tiny_file: str | Path | None = None,
    *,
    causal_folder: str | Path | None = None,
    encoder: str = "full",
    decoder: str = "window",
    every_part: bool = False,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.bfloat16,
) -> Ltx2VAE:
    """Loads what the choice needs and no more.

    Args:
        folder: of LTX-2's VAE in diffusers' format; see :func:`~sanacam.model.vae.ltx2.network.load_ltx2`.
        tiny_file: ``taeltx_2``'s weights.
        causal_folder: of a VAE in the same format whose decoder is for the choice ``causal``.
        every_part: load all that is given, so that :meth:`Ltx2VAE.choose` can change everything while running.

    Raises:
        UserError: files missing, damaged, or of another kind; or the choice needs a file that isn't given.
    """
    parts = [part for part, choice in (("encoder", encoder), ("decoder", decoder)) if choice != "tiny"]
    wants_tiny = "tiny" in (encoder, decoder)
    if causal_folder is not None and decoder == "causal":
        parts.remove("decoder")
    if every_part:
        parts, wants_tiny = ["encoder", "decoder"], True

    def load(place: str | Path | None, *wanted: str) -> Ltx2Network | None:
        return load_ltx2(place, parts=wanted, device=device, dtype=dtype) if place is not None and wanted else None

    full = load(folder, *parts)
    causal = load(causal_folder, "decoder") if decoder == "causal" or every_part else None
    tiny = load_tiny(tiny_file, device=device, dtype=dtype) if tiny_file is not None and wants_tiny else None
    if full is None and tiny is None and causal is None:
        raise UserError("No video autoencoder was given.", "Give the folder of LTX-2's VAE or the tiny one's file.")
    return Ltx2VAE(full, tiny, causal, encoder=encoder, decoder=decoder)
