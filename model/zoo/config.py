"""What a model folder says about itself (``config.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from sanacam.model.dit import DiTConfig
from sanacam.model.falling_noise import CHANNELS
from sanacam.model.initial_noise import NOISE_KINDS, NoiseKind
from sanacam.model.sampling import CacheMode
from sanacam.model.vae import MiniVAEConfig
from sanacam.model.vae.ltx2 import Ltx2Config

FORMAT = 1
GRID_SLACK = 1.25
"""A picture may exceed the native size by this before spatial positions are compressed."""


@dataclass(frozen=True)
class BundleConfig:
    """One model: shapes of its networks and how it is run.

    Attributes:
        name: short name, as in ``--model``.
        dit, vae: shapes; the kind of ``vae`` decides which video autoencoder it is.
        text_kind: which text encoder reads the ``text`` folder.
        sampler: ``stream`` edits chunk after chunk with a memory, ``clip`` whole clips with guidance.
        chunk_latents: latent frames edited at once.
        first_chunk_latents: those of a stream's first chunk; 0: the same.
        steps: denoising steps.
        cache: which forward writes the stream state.
        initial_noise: what a stream begins with, see :class:`~sanacam.model.initial_noise.InitialNoise`.
        decoder_source: hand the source frames to the decoder.
        hold: of the :class:`~sanacam.model.temporal_hold.TemporalHold` over the edited picture; 0: none.
        flow_shift: for step counts without a literal schedule.
        native_width, native_height, native_fps: what it was trained on.
        position_scales: spatial position scales seen in training, largest first.
        edits: names of the edits it was trained on; empty: not told.
        licence: SPDX expression or sentence for the weights.
    """

    name: str
    dit: DiTConfig
    vae: MiniVAEConfig | Ltx2Config
    text_kind: str = "minilm"
    sampler: Literal["stream", "clip"] = "stream"
    chunk_latents: int = 1
    first_chunk_latents: int = 0
    steps: int = 1
    cache: CacheMode = "denoise"
    initial_noise: NoiseKind = "static"
    decoder_source: bool = True
    hold: float = 0.0
    flow_shift: float = 3.0
    native_width: int = 320
    native_height: int = 176
    native_fps: float = 24.0
    position_scales: tuple[float, ...] = (1.0,)
    edits: tuple[str, ...] = ()
    licence: str = ""

    def __post_init__(self) -> None:
        if self.chunk_latents < 1 or self.steps < 1 or self.first_chunk_latents < 0:
            raise ValueError("chunk_latents and steps must be positive, first_chunk_latents must not be negative")
        if self.cache not in ("denoise", "cache_pass"):
            raise ValueError(f"cache must be denoise or cache_pass, got {self.cache}")
        if self.sampler not in ("stream", "clip"):
            raise ValueError(f"sampler must be stream or clip, got {self.sampler}")
        if self.initial_noise not in NOISE_KINDS:
            raise ValueError(f"initial_noise must be one of {', '.join(NOISE_KINDS)}, got {self.initial_noise}")
        if self.initial_noise == "falling" and self.dit.in_channels <= CHANNELS:
            raise ValueError(f"falling noise needs more than {CHANNELS} latent channels")
        if not 0.0 <= self.hold < 1.0:
            raise ValueError(f"hold must be at least 0 and below 1, got {self.hold}")
        if self.hold and self.vae_kind != "mini":
            raise ValueError("hold needs a decoder that waits for nothing, the mini VAE's")
        if not self.position_scales or min(self.position_scales) <= 0:
            raise ValueError("position_scales must be positive numbers")
        if self.dit.in_channels != self.vae.latent_channels or self.dit.out_channels != self.vae.latent_channels:
            raise ValueError(
                f"the DiT works on {self.dit.in_channels} latent channels, the VAE on {self.vae.latent_channels}"
            )

    @property
    def vae_kind(self) -> str:
        """``mini`` or ``ltx2``."""
        return "ltx2" if isinstance(self.vae, Ltx2Config) else "mini"

    @property
    def causal_decoder(self) -> bool:
        """Whether the VAE's own decoder was trained to work causally."""
        return not isinstance(self.vae, Ltx2Config) or self.vae.decoder_causal

    def position_scale(self, height: int, width: int) -> float:
        """Largest trained scale that keeps a picture of this size within the span of positions seen in training."""
        excess = max(height / self.native_height, width / self.native_width)
        ordered = sorted(self.position_scales, reverse=True)
        return next((scale for scale in ordered if excess * scale <= GRID_SLACK), ordered[-1])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        plain |= {"dit": self.dit.to_dict(), "vae": self.vae.to_dict()}
        plain |= {"position_scales": list(self.position_scales), "edits": list(self.edits)}
        return {"format": FORMAT, "vae_kind": self.vae_kind, **plain}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BundleConfig:
        """Inverse of :meth:`to_dict`.

        Raises:
            ValueError: another format version, unknown keys or contradictory values.
            KeyError, TypeError: something is missing or of the wrong kind.
        """
        plain = dict(values)
        kind = plain.pop("vae_kind", "mini")
        if kind not in ("mini", "ltx2"):
            raise ValueError(f"vae_kind {kind} is not known")
        if plain.pop("format", None) != FORMAT:
            raise ValueError(f"format {values.get('format')} is not {FORMAT}")
        unknown = sorted(set(plain) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        plain["dit"] = DiTConfig.from_dict(plain["dit"])
        plain["vae"] = Ltx2Config.from_dict(plain["vae"]) if kind == "ltx2" else MiniVAEConfig(**plain["vae"])
        plain["position_scales"] = tuple(plain.get("position_scales", (1.0,)))
        plain["edits"] = tuple(plain.get("edits", ()))
        return cls(**plain)
