"""Shape of an LTX-2 video VAE, read from the ``config.json`` that diffusers writes for ``AutoencoderKLLTX2Video``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError

Stride = tuple[int, int, int]
STRIDES: dict[str, Stride] = {"spatial": (1, 2, 2), "temporal": (2, 1, 1), "spatiotemporal": (2, 2, 2)}
"""(time, height, width) of each kind of resampling."""
PADDINGS = ("zeros", "reflect")
DOWN_BLOCK = "LTX2VideoDownBlock3D"
IRRELEVANT_PREFIXES = ("_", "tile_", "use_", "sample_size")
"""Entries that say who wrote the file or how another program tiles; they don't change the network."""
ANOTHER_VAE = "Use an LTX-2 video VAE in diffusers' format."


@dataclass(frozen=True)
class Ltx2Config:
    """Field names and defaults are diffusers' (defaults: the LTX-2 release).

    Decoder lists (``decoder_*``, ``upsample_residual``, ``upsample_factor``) count from the picture inwards and are
    reversed by the network; ``upsample_type`` alone is in the order in which the blocks run.

    Raises:
        UserError: lists that do not fit each other, or a part of the architecture that this module lacks.
    """

    in_channels: int = 3
    out_channels: int = 3
    latent_channels: int = 128
    block_out_channels: tuple[int, ...] = (256, 512, 1024, 2048)
    down_block_types: tuple[str, ...] = (DOWN_BLOCK,) * 4
    decoder_block_out_channels: tuple[int, ...] = (256, 512, 1024)
    layers_per_block: tuple[int, ...] = (4, 6, 6, 2, 2)
    decoder_layers_per_block: tuple[int, ...] = (5, 5, 5, 5)
    spatio_temporal_scaling: tuple[bool, ...] = (True,) * 4
    decoder_spatio_temporal_scaling: tuple[bool, ...] = (True,) * 3
    decoder_inject_noise: tuple[bool, ...] = (False,) * 4
    downsample_type: tuple[str, ...] = ("spatial", "temporal", "spatiotemporal", "spatiotemporal")
    upsample_type: tuple[str, ...] = ("spatiotemporal",) * 3
    upsample_residual: tuple[bool, ...] = (True,) * 3
    upsample_factor: tuple[int, ...] = (2,) * 3
    timestep_conditioning: bool = False
    patch_size: int = 4
    patch_size_t: int = 1
    resnet_norm_eps: float = 1e-6
    scaling_factor: float = 1.0
    encoder_causal: bool = True
    decoder_causal: bool = True
    encoder_spatial_padding_mode: str = "zeros"
    decoder_spatial_padding_mode: str = "reflect"
    spatial_compression_ratio: int | None = None
    temporal_compression_ratio: int | None = None

    def __post_init__(self) -> None:
        self._check_lists()
        wanted: tuple[tuple[str, bool], ...] = (
            ("timestep_conditioning", not self.timestep_conditioning),
            ("decoder_inject_noise", not any(self.decoder_inject_noise)),
            ("patch_size_t", self.patch_size_t == 1),
            ("encoder_causal", self.encoder_causal),
            ("down_block_types", set(self.down_block_types) == {DOWN_BLOCK}),
            ("downsample_type", set(self.downsample_type) <= STRIDES.keys()),
            ("upsample_type", set(self.upsample_type) <= STRIDES.keys()),
            ("encoder_spatial_padding_mode", self.encoder_spatial_padding_mode in PADDINGS),
            ("decoder_spatial_padding_mode", self.decoder_spatial_padding_mode in PADDINGS),
        )
        for name, supported in wanted:
            if not supported:
                raise UserError(f"The VAE's setting {name} = {getattr(self, name)!r} is not supported.", ANOTHER_VAE)
        self._check_widths()
        encoder, decoder = self._strides_of(self.down_strides), self._strides_of(self.up_strides)
        if encoder != decoder:
            raise UserError(f"The VAE encodes by {encoder} (time, space) but decodes by {decoder}.", ANOTHER_VAE)
        stated = (self.temporal_compression_ratio, self.spatial_compression_ratio)
        for said, made in zip(stated, encoder, strict=True):
            if said is not None and said != made:
                raise UserError(f"The VAE says it compresses by {stated}, not by {encoder} (time, space).", ANOTHER_VAE)

    def _check_lists(self) -> None:
        down, up = len(self.block_out_channels), len(self.decoder_block_out_channels)
        lengths = {
            "down_block_types": down,
            "layers_per_block": down + 1,
            "spatio_temporal_scaling": down,
            "downsample_type": down,
            "decoder_layers_per_block": up + 1,
            "decoder_spatio_temporal_scaling": up,
            "upsample_type": up,
            "upsample_residual": up,
            "upsample_factor": up,
        }
        for name, length in lengths.items():
            if len(getattr(self, name)) != length:
                raise UserError(f"The VAE's setting {name} needs {length} entries.", ANOTHER_VAE)
        if min(down, up) == 0:
            raise UserError("The VAE's config names no blocks.", ANOTHER_VAE)

    def _check_widths(self) -> None:
        width = self.latent_channels
        for out, stride in zip(self.block_out_channels, self.down_strides, strict=True):
            if stride is not None:
                if out % prod(stride) or width * prod(stride) % out:
                    raise UserError(f"The VAE can't go from {width} to {out} channels by {stride}.", ANOTHER_VAE)
                width = out
        up = zip(self.decoder_block_out_channels[::-1], self.up_strides, self.upsample_factor[::-1], strict=True)
        for width, stride, factor in up:
            if width % factor or (stride is not None and (prod(stride) % factor or width % prod(stride))):
                raise UserError(f"The VAE can't divide {width} channels by {factor} and {stride}.", ANOTHER_VAE)

    def _strides_of(self, strides: Sequence[Stride | None]) -> tuple[int, int]:
        taken = [stride for stride in strides if stride is not None]
        return prod(stride[0] for stride in taken), self.patch_size * prod(stride[1] for stride in taken)

    @property
    def down_strides(self) -> tuple[Stride | None, ...]:
        """Of each encoder block; None: it doesn't resample."""
        scaled = zip(self.downsample_type, self.spatio_temporal_scaling, strict=True)
        return tuple(STRIDES[kind] if scale else None for kind, scale in scaled)

    @property
    def up_strides(self) -> tuple[Stride | None, ...]:
        """Of each decoder block, in the order in which they run."""
        scaled = zip(self.upsample_type, reversed(self.decoder_spatio_temporal_scaling), strict=True)
        return tuple(STRIDES[kind] if scale else None for kind, scale in scaled)

    @property
    def frames_per_latent(self) -> int:
        return self._strides_of(self.down_strides)[0]

    @property
    def spatial_stride(self) -> int:
        return self._strides_of(self.down_strides)[1]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; :meth:`from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Ltx2Config:
        """From diffusers' dictionary. A single truth value stands for a whole list. ``decoder_upsample_type``, the
        original program's name, is ``upsample_type`` counted from the picture inwards.

        Raises:
            UserError: an entry is unknown, has the wrong type, or describes what this module lacks.
        """
        known = {field.name for field in fields(cls)}
        given = {key: value for key, value in values.items() if not key.startswith(IRRELEVANT_PREFIXES)}
        if "decoder_upsample_type" in given:
            given["upsample_type"] = tuple(reversed(given.pop("decoder_upsample_type")))
        unknown = sorted(given.keys() - known)
        if unknown:
            raise UserError(f"The VAE's config has entries that are not known: {', '.join(unknown)}.", ANOTHER_VAE)
        try:
            down, up = (len(given.get(key, getattr(cls, key))) for key in _BLOCKS)
            lengths = {"decoder_inject_noise": up + 1, "spatio_temporal_scaling": down}
            for key, value in given.items():
                if isinstance(getattr(cls, key), tuple):
                    given[key] = (value,) * lengths.get(key, up) if isinstance(value, bool) else tuple(value)
            return cls(**given)
        except (TypeError, ValueError) as error:
            raise UserError(f"The VAE's config cannot be used ({error}).", ANOTHER_VAE) from error

    @classmethod
    def load(cls, path: Path) -> Ltx2Config:
        """From a ``config.json``.

        Raises:
            UserError: missing, not JSON, or not such a config.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"The VAE's description {path} cannot be read ({error}).", ANOTHER_VAE) from error
        if not isinstance(values, dict):
            raise UserError(f"The VAE's description {path} is not a list of settings.", ANOTHER_VAE)
        return cls.from_dict(values)


_BLOCKS = ("block_out_channels", "decoder_block_out_channels")
