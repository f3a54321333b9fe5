"""One TOML file describes one training stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd
from pathlib import Path
from typing import Any, Literal

from sanacam.model.dit.config import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.initial_noise import NOISE_KINDS, NoiseKind
from sanacam.model.sampling import CacheMode
from sanacam.model.toml_table import build_table, read_toml
from sanacam.model.vae.mini import MiniVAEConfig

STAGES = ("vae", "bidirectional", "latent", "few_step", "self_forcing", "cycle_reverse", "joint", "decoder")
ADAPTER_STAGE = "finetune"
"""A stage with a command line of its own (``model/training/finetune``)."""
TEXT_STAGE = "text"
"""The text encoder's stage: it starts from the encoder alone and needs no clips."""
WITHOUT_TRANSFORMER = ("vae", "decoder", TEXT_STAGE)
"""Stages that need no table ``[dit]``."""
STREAMED = ("self_forcing", "cycle_reverse")
"""Stages whose generator runs as a stream, on its own output."""
FALLING = ("latent", "joint")
"""Stages that can train with falling noise, and so with edits that draw by it."""
POSITION_SCALES = (1.0, 1.0, 0.5, 0.25)
"""Spatial position scales that training draws from, so that larger pictures may compress theirs."""


@dataclass(frozen=True)
class StreamTraining:
    """Table ``[stream]``: how the generator is run as a stream while it trains, as it will be at inference; and the
    scores that judge it (SANA-Streaming's long training; defaults for ``mini``).

    Attributes:
        clip_latents: latent frames of one long clip; a whole number of windows is used.
        first_window, window: new latent frames of a clip's first window and of each later one.
        context: latent frames of the past that a later window is judged with, without loss of their own.
        chunk_latents, first_chunk_latents: as in the model's configuration; the latter 0 for the same.
        sampling_steps: length of the few-step schedule.
        cache: which forward writes the caches.
        cache_sigma: noise on what the ``cache_pass`` sees, as σ; inference has 0, the release trained with 0.0079.
        noise: what a stream begins with, see :class:`~sanacam.model.initial_noise.InitialNoise`; only the stages in
            :data:`FALLING` know ``falling``.
        generator_every: the generator is updated in one of this many steps, the fake score in all.
        fake_rate: learning rate of the fake score as a multiple of the generator's.
        fake_betas: of the fake score's optimiser.
        guidance: classifier-free guidance of the real score; 1 is none.
        score_shift: flow shift of the noise levels at which the scores compare.
        matching: weight of distribution matching; 0 leaves the scores out.
        cycle_reverse: weight of the cycle-reverse regularisation; 0 is none.
        teacher_steps: Euler steps of the teacher's trajectories in the ``few_step`` stage.
    """

    clip_latents: int = 120
    first_window: int = 11
    window: int = 9
    context: int = 2
    chunk_latents: int = 1
    first_chunk_latents: int = 0
    sampling_steps: int = 1
    cache: CacheMode = "denoise"
    cache_sigma: float = 0.0
    noise: NoiseKind = "static"
    generator_every: int = 4
    fake_rate: float = 0.2
    fake_betas: tuple[float, float] = (0.0, 0.999)
    guidance: float = 4.0
    score_shift: float = 8.0
    matching: float = 1.0
    cycle_reverse: float = 0.0
    teacher_steps: int = 16

    def __post_init__(self) -> None:
        object.__setattr__(self, "fake_betas", tuple(self.fake_betas))
        if min(self.chunk_latents, self.window, self.generator_every, self.sampling_steps, self.teacher_steps) < 1:
            raise UserError("Lengths, steps and generator_every of [stream] must be 1 or more.")
        if self.cache not in ("denoise", "cache_pass") or self.noise not in NOISE_KINDS:
            raise UserError(f"[stream] has cache = {self.cache!r}, noise = {self.noise!r}.", "See the shipped configs.")
        first = self.first_chunk_latents or self.chunk_latents
        if self.first_window < first or (self.first_window - first) % self.chunk_latents:
            raise UserError(f"first_window ({self.first_window}) must be a first chunk ({first}) and whole chunks.")
        if self.window % self.chunk_latents:
            raise UserError(f"window ({self.window}) must be whole chunks of {self.chunk_latents}.")
        if self.clip_latents < self.first_window:
            raise UserError(f"clip_latents ({self.clip_latents}) is shorter than a window ({self.first_window}).")
        if self.matching and gcd(self.windows, self.generator_every) > 1:
            raise UserError(
                f"With {self.windows} windows a clip and generator_every = {self.generator_every} the generator would"
                " always learn on the same windows.",
                "Change clip_latents by one window.",
            )
        if not 1 <= self.context <= self.first_window:
            raise UserError(f"context must lie in 1…{self.first_window}, the first window.")

    @property
    def windows(self) -> int:
        """Windows of one clip; what is left of it is not used."""
        return 1 + (self.clip_latents - self.first_window) // self.window

    def chunks(self, window: int) -> list[int]:
        """Latent frames of each chunk of a clip's window number ``window``."""
        if window:
            return [self.chunk_latents] * (self.window // self.chunk_latents)
        first = self.first_chunk_latents or self.chunk_latents
        return [first] + [self.chunk_latents] * ((self.first_window - first) // self.chunk_latents)


@dataclass(frozen=True)
class DecoderTraining:
    """Table ``[decoder]``: which decoder learns from the teacher's, and the weights of the loss's four parts.

    The paper names the parts, not their weights; these were chosen so that Charbonnier and LPIPS lead.

    Attributes:
        student: ``causal`` (LTX-2's decoder made causal), ``tiny`` (a tiny decoder for LTX-2 latents) or ``mini`` (a
            smaller decoder for the embedded model).
        sizes: what differs from the teacher's (``mini``) or the usual (``tiny``) configuration.
        charbonnier, lpips, haar, distill: weights.
    """

    student: Literal["causal", "tiny", "mini"] = "mini"
    sizes: dict[str, Any] = field(default_factory=dict)
    charbonnier: float = 1.0
    lpips: float = 0.5
    haar: float = 0.5
    distill: float = 0.1

    def __post_init__(self) -> None:
        if self.student not in ("causal", "tiny", "mini"):
            raise UserError(f"[decoder] has student = {self.student!r}.", "Choose causal, tiny or mini.")


@dataclass(frozen=True)
class TextTraining:
    """Table ``[text]``: how the text encoder learns (see ``stages/text``).

    Attributes:
        templates: template wordings an edit and language.
        anchor, place, lexicon: weights of the losses; ``english``: of English wordings within ``place``.
        temperature: of the softmax over similarities.
    """

    templates: int = 160
    anchor: float = 1.0
    place: float = 1.0
    english: float = 0.2
    lexicon: float = 1.0
    temperature: float = 0.05

    def __post_init__(self) -> None:
        if self.templates < 1 or self.temperature <= 0:
            raise UserError("[text] needs templates of 1 or more and a temperature above 0.")


@dataclass(frozen=True)
class StageConfig:
    """Everything that decides a stage's result, besides the data and the weights it starts from.

    Attributes:
        stage: one of :data:`STAGES`, :data:`ADAPTER_STAGE` or :data:`TEXT_STAGE`.
        steps: optimiser steps at which the learning rate reaches zero (unless a time budget ends it earlier).
        batch: samples a part of a step and rank. ``frames``: pixel frames a sample. ``height``, ``width``: of them.
        accumulate: parts of a step whose gradients are averaged.
        groups: the batch is cut into this many groups; each draws one edit.
        lr: peak of a schedule with linear warm-up over ``warmup`` and cosine fall from ``hold`` (both as shares of
            the run; ``hold`` = 1: no fall).
        betas: of AdamW.
        shard: number of ranks that share one copy of each transformer (FSDP2); more ranks make more copies. 0: every
            rank has its own.
        recompute: keep only each block's input for the backward pass.
        source_drop: share of samples whose decoder does not see the source picture.
        caption_drop: share of samples without a prompt (``bidirectional``).
        reconstruct: share of samples whose decoder gets the target's true latents, to stay a good autoencoder.
        train_encoder: whether the joint stage trains the encoder too.
        lpips, gradient, temporal, change, border, excess, latent_loss: weights of the loss's parts (see ``losses``).
        particles: weight of the loss of falling particles, for samples with such; ``particle_lpips``: of LPIPS there.
        latent_noise: largest standard deviation of the noise added to latents before decoding.
        family_weights: how often an edit of each family is drawn; ``edit_weights`` multiplies single edits.
        graded: share of an edit's samples whose wording asks for less than all of it ("slightly", "half"), each lower
            degree as often as the others; 0: every wording is as likely as any other.
        position_scales: spatial position scales to draw from.
        vae, dit: keyword arguments of ``MiniVAEConfig`` and ``DiTConfig``.
        stream, decoder, text: tables of their own.
    """

    stage: str
    steps: int
    batch: int
    frames: int
    height: int
    width: int
    groups: int
    lr: float
    seed: int = 1
    accumulate: int = 1
    warmup: float = 0.02
    hold: float = 0.4
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.01
    clip: float = 1.0
    ema: float = 0.998
    shard: int = 0
    recompute: bool = False
    source_drop: float = 1.0
    caption_drop: float = 0.0
    reconstruct: float = 0.0
    train_encoder: bool = False
    latent_noise: float = 0.0
    lpips: float = 0.6
    gradient: float = 0.5
    temporal: float = 0.5
    change: float = 0.0
    border: float = 0.0
    excess: float = 0.0
    particles: float = 0.0
    particle_lpips: float = 0.0
    latent_loss: float = 0.05
    compile: bool = True
    bank_pairs: int = 0
    bank_refresh: int = 0
    family_weights: dict[str, float] = field(default_factory=dict)
    edit_weights: dict[str, float] = field(default_factory=dict)
    graded: float = 0.0
    position_scales: tuple[float, ...] = POSITION_SCALES
    vae: dict[str, Any] = field(default_factory=dict)
    dit: dict[str, Any] = field(default_factory=dict)
    stream: StreamTraining = field(default_factory=StreamTraining)
    decoder: DecoderTraining = field(default_factory=DecoderTraining)
    text: TextTraining = field(default_factory=TextTraining)

    def __post_init__(self) -> None:
        for name in ("betas", "position_scales"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.stage not in (*STAGES, ADAPTER_STAGE, TEXT_STAGE):
            raise UserError(f"unknown training stage {self.stage!r}.", f"Choose one of {', '.join(STAGES)}.")
        self._check_ranges()
        if self.stream.noise == "falling" and self.stage not in FALLING:
            raise UserError(f"The {self.stage} stage cannot train with falling noise.", f"{', '.join(FALLING)} can.")
        if self.stage == "self_forcing" and not self.stream.matching:
            raise UserError("self_forcing without distribution matching has no loss.", "Set [stream] matching > 0.")
        if (self.stage == "cycle_reverse") != (self.stream.cycle_reverse > 0):
            raise UserError(
                f"The {self.stage} stage has [stream] cycle_reverse = {self.stream.cycle_reverse}.",
                "It belongs to the cycle_reverse stage and to no other.",
            )

    def _check_ranges(self) -> None:
        for name in ("steps", "batch", "frames", "height", "width", "groups", "accumulate"):
            if getattr(self, name) < 1:
                raise UserError(f"{name} must be 1 or more, not {getattr(self, name)}.")
        if self.height % 8 or self.width % 8:
            raise UserError("height and width must be multiples of 8.")
        if self.batch % self.groups:
            raise UserError(f"batch ({self.batch}) must be a multiple of groups ({self.groups}).")
        if not 0 <= self.seed < 2**31:
            raise UserError(f"seed must lie in 0…{2**31 - 1}, not {self.seed}.")
        for name in ("lr", "clip"):
            if getattr(self, name) <= 0:
                raise UserError(f"{name} must be above 0, not {getattr(self, name)}.")
        for name in ("warmup", "hold", "ema", "source_drop", "caption_drop", "reconstruct"):
            if not 0 <= getattr(self, name) <= 1:
                raise UserError(f"{name} must lie in 0…1, not {getattr(self, name)}.")
        if not 0 <= self.graded < 1:
            raise UserError(f"graded must lie in 0…1 and below 1, not {self.graded}.")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise UserError(f"betas must be two numbers of 0 or more and below 1, not {self.betas}.")
        if self.shard < 0:
            raise UserError(f"shard must be 0 or a number of ranks, not {self.shard}.")
        if not self.position_scales or min(self.position_scales) <= 0:
            raise UserError("position_scales must be one or more numbers above 0.")
        for name in ("family_weights", "edit_weights"):
            for key, weight in getattr(self, name).items():
                if weight < 0:
                    raise UserError(f"[{name}] has {key} = {weight}.", "A weight is 0 or more.")


def load_config(path: Path, **overrides: Any) -> StageConfig:
    """Reads a stage's TOML file.

    Raises:
        UserError: there is no such file, or it has unknown keys, values of a wrong type or range, or networks that
            cannot be; named.
    """
    values = read_toml(path, "training config")
    tables: tuple[tuple[str, type[Any]], ...] = (
        ("stream", StreamTraining), ("decoder", DecoderTraining), ("text", TextTraining),
    )  # fmt: skip
    for name, table in tables:
        if name in values:
            values[name] = build_table(table, values[name], f"{path} [{name}]")
    built: StageConfig = build_table(StageConfig, {**values, **overrides}, str(path))
    sizes: MiniVAEConfig = build_table(MiniVAEConfig, built.vae, f"{path} [vae]")
    if min(sizes.to_dict().values()) < 1:
        raise UserError(f"{path} [vae] describes no autoencoder.", "Its numbers are 1 or more.")
    try:
        if built.dit or built.stage not in WITHOUT_TRANSFORMER:
            DiTConfig.from_dict(built.dit)
    except (TypeError, ValueError) as error:
        raise UserError(f"{path} [dit] describes no transformer: {error}.", "See the shipped configs.") from None
    return built
