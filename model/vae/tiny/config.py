"""Shape of a tiny autoencoder in the LTX layout, read off its weights (they come without a config)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from torch import Tensor

from sanacam.model.errors import UserError

STAGES = 3
"""Of halving or doubling, in time and in space, on each side."""
BLOCKS = 3
"""Memory blocks a stage."""


@dataclass(frozen=True)
class TinyConfig:
    """Defaults: ``taeltx_2``. ``decoder_widths``: of the three stages from the latents outwards, then of the output."""

    latent_channels: int = 128
    encoder_width: int = 64
    decoder_widths: tuple[int, int, int, int] = (256, 128, 64, 64)
    patch_size: int = 4

    @property
    def frames_per_latent(self) -> int:
        return 2**STAGES

    @property
    def spatial_stride(self) -> int:
        return self.patch_size * 2**STAGES

    @classmethod
    def from_weights(cls, weights: Mapping[str, Tensor], origin: str) -> TinyConfig:
        """From the shapes of the convolutions at both ends and between the stages.

        Raises:
            UserError: the weights are of another kind or layout.
        """
        try:
            encoder_width, packed = weights["encoder.0.weight"].shape[:2]
            widths = tuple(int(weights[f"decoder.{index}.weight"].shape[0]) for index in (1, 8, 14, 20))
            latent_channels = int(weights["decoder.1.weight"].shape[1])
            pools = [weights[f"encoder.{index}.conv.weight"].shape[1] for index in (2, 7, 12)]
        except (KeyError, ValueError, IndexError) as error:
            raise UserError(
                f"The weights in {origin} are not a tiny video autoencoder in the LTX layout ({error}).",
                "Use taeltx_2.",
            ) from error
        patch = isqrt(packed // 3)
        if packed != 3 * patch**2 or pools != [2 * encoder_width] * STAGES:
            raise UserError(
                f"The tiny video autoencoder in {origin} compresses in another way than LTX-2's.", "Use taeltx_2."
            )
        return cls(latent_channels, int(encoder_width), (widths[0], widths[1], widths[2], widths[3]), patch)
