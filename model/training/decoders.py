"""Decoders as a distillation sees them: latents of a whole clip in, pictures and features out.

Features come from both ends of the latents' way to the picture at the same sizes in every kind of one family, so a
student's can be compared with its teacher's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.errors import UserError
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.ltx2 import Ltx2Network
from sanacam.model.vae.ltx2.layers import CausalConv3d, ResidualBlock, ResidualBlocks
from sanacam.model.vae.ltx2.time_edges import WholeClip
from sanacam.model.vae.streams import StreamShape
from sanacam.model.vae.tiny import TinyNetwork

_TINY_LEVELS = (5, 8, 14, 21)
"""Layers of the tiny decoder after its middle and after each of its three stages."""


class ClipDecoder(Protocol):
    """A decoder under distillation.

    Attributes:
        widths: channels of each level of features.
    """

    widths: list[int]

    def decode(self, latents: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Normalised latents (B, C, t, h, w) → pictures (B, T, 3, H, W), not clamped, and features (B, C', T', H', W')
        of each level."""


class _Taps:
    """Remembers what some layers put out."""

    def __init__(self, layers: Sequence[nn.Module]) -> None:
        self.seen: list[Tensor] = [torch.empty(0)] * len(layers)
        for index, layer in enumerate(layers):
            layer.register_forward_hook(self._remember(index))

    def _remember(self, index: int) -> Callable[[nn.Module, object, Tensor], None]:
        def hook(_module: nn.Module, _inputs: object, out: Tensor) -> None:
            self.seen[index] = out

        return hook

    def take(self) -> list[Tensor]:
        taken, self.seen = self.seen, [torch.empty(0)] * len(self.seen)
        return taken


class Ltx2ClipDecoder:
    """LTX-2's decoder on whole clips; features of the middle block and of every up block."""

    def __init__(self, network: Ltx2Network, *, causal: bool) -> None:
        if network.decoder is None:
            raise UserError("The video autoencoder came without its decoder.", "Give a complete one.")
        self._network, self._decoder, self._causal = network, network.decoder, causal
        layers = [m for m in (network.decoder.mid_block, *network.decoder.up_blocks) if isinstance(m, ResidualBlocks)]
        self._taps = _Taps(layers)
        self.widths = [_last_width(layer) for layer in layers]

    def decode(self, latents: Tensor) -> tuple[Tensor, list[Tensor]]:
        pictures = self._decoder(self._network.denormalise(latents), WholeClip(causal=self._causal))
        return pictures, self._taps.take()


class TinyClipDecoder:
    """The tiny decoder, aligned with LTX-2's: what stands before the first frame is dropped at every level."""

    def __init__(self, network: TinyNetwork) -> None:
        self._network = network
        layers = [network.decoder[index] for index in _TINY_LEVELS]
        self._taps = _Taps(layers)
        widths = network.config.decoder_widths
        self.widths = [widths[0], *widths[1:]]

    def decode(self, latents: Tensor) -> tuple[Tensor, list[Tensor]]:
        config, (batch, _, _, height, width) = self._network.config, latents.shape
        stride = config.spatial_stride
        shape = StreamShape(batch, height * stride, width * stride, latents.device, latents.dtype)
        memories = self._network.decoder.new_memories(shape)
        # As TinyNetwork.decode_latents, but without the clamp, which has no gradient outside.
        flat = latents.transpose(1, 2).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        pixels = F.pixel_shuffle(self._network.decoder.run(flat, memories), config.patch_size)
        pictures = pixels.unflatten(0, (batch, -1))[:, config.frames_per_latent - 1 :] * 2 - 1
        features = [f.unflatten(0, (batch, -1)).transpose(1, 2) for f in self._taps.take()]
        return pictures, [f[:, :, 2**level - 1 :] for level, f in enumerate(features)]


class MiniClipDecoder:
    """The embedded model's decoder, drawing from latents alone; features at 1/8 and 1/4, and the maps that would mix in
    the source, so that a student learns them too."""

    def __init__(self, vae: MiniVAE) -> None:
        self._vae = vae
        decoder = vae.decoder
        self._taps = _Taps([decoder.eighth, decoder.quarter[len(decoder.quarter) - 1]])
        maps = decoder.head.out_channels - 48
        self.widths = [vae.config.decoder_eighth, vae.config.decoder_quarter, maps]

    def decode(self, latents: Tensor) -> tuple[Tensor, list[Tensor]]:
        vae, (batch, _, _, height, width) = self._vae, latents.shape
        state = vae.new_state(batch, height * vae.spatial_stride, width * vae.spatial_stride)
        pictures, maps, _, _ = vae.decoder(vae.denormalise(latents.transpose(1, 2)), state.decoder, state.frames)
        levels = [*self._taps.take(), maps]
        return pictures, [f.unflatten(0, (batch, -1)).transpose(1, 2) for f in levels]


def causal_student(teacher: Ltx2Network) -> Ltx2Network:
    """The teacher with a decoder that sees only the past.

    Its temporal taps ``[a, b, c]`` become ``[0, a, b + c]``: what the next frame would have said is taken from the
    present one.
    """
    student = Ltx2Network(replace(teacher.config, decoder_causal=True))
    student.load_state_dict(teacher.state_dict())
    assert student.decoder is not None
    with torch.no_grad():
        for module in student.decoder.modules():
            if isinstance(module, CausalConv3d):
                a, b, c = module.conv.weight.clone().unbind(2)
                module.conv.weight.copy_(torch.stack([torch.zeros_like(a), a, b + c], 2))
    return student


def _last_width(block: ResidualBlocks) -> int:
    """Channels that a block of LTX-2's decoder puts out."""
    last = block.resnets[-1]
    assert isinstance(last, ResidualBlock)
    return last.conv2.conv.out_channels
