"""One TOML file describes one training stage."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError

STAGES = ("vae", "latent", "joint")


@dataclass(frozen=True)
class StageConfig:
    """Everything that decides a stage's result, besides the data and the weights it starts from.

    Attributes:
        stage: ``vae`` (autoencoder), ``latent`` (flow matching in latent space) or ``joint`` (pixel loss through the
            decoder).
        steps: optimiser steps at which the learning rate reaches zero (unless a time budget ends it earlier).
        batch: samples a step and GPU. ``frames``: pixel frames a sample, a multiple of 4. ``height``, ``width``:
            multiples of 8.
        groups: the batch is cut into this many groups; each draws one edit.
        lr: peak of a schedule with linear warm-up over ``warmup`` and cosine fall from ``hold`` (both as shares of
            the run).
        source_drop: share of samples whose decoder does not see the source picture.
        reconstruct: share of samples whose decoder gets the target's true latents, to stay a good autoencoder.
        train_encoder: whether the joint stage trains the encoder too.
        lpips, gradient, temporal, change, latent_loss: weights of the parts of the loss (see ``losses``).
        latent_noise: largest standard deviation of the noise added to latents before decoding.
        family_weights: how often an edit of each family is drawn; ``edit_weights`` multiplies single edits.
        vae, dit: keyword arguments of ``MiniVAEConfig`` and ``DiTConfig``.
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
    warmup: float = 0.02
    hold: float = 0.4
    weight_decay: float = 0.01
    clip: float = 1.0
    ema: float = 0.998
    source_drop: float = 1.0
    reconstruct: float = 0.0
    train_encoder: bool = False
    latent_noise: float = 0.0
    lpips: float = 0.6
    gradient: float = 0.5
    temporal: float = 0.5
    change: float = 0.0
    latent_loss: float = 0.05
    compile: bool = True
    bank_pairs: int = 0
    bank_refresh: int = 0
    family_weights: dict[str, float] = field(default_factory=dict)
    edit_weights: dict[str, float] = field(default_factory=dict)
    vae: dict[str, Any] = field(default_factory=dict)
    dit: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.stage not in STAGES:
            raise UserError(f"unknown training stage {self.stage!r}.", f"Choose one of {', '.join(STAGES)}.")
        if self.frames % 4 or self.height % 8 or self.width % 8:
            raise UserError("frames must be a multiple of 4, height and width multiples of 8.")
        if self.batch % self.groups:
            raise UserError(f"batch ({self.batch}) must be a multiple of groups ({self.groups}).")


def load_config(path: Path, **overrides: Any) -> StageConfig:
    """Reads a stage's TOML file. Unknown keys and missing files are a :class:`UserError` that names them."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"there is no training config at {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not valid TOML: {error}.") from None
    known = {f.name for f in fields(StageConfig)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UserError(f"{path} has unknown keys: {', '.join(unknown)}.", f"Known keys: {', '.join(sorted(known))}.")
    try:
        return StageConfig(**{**values, **overrides})
    except TypeError as error:
        raise UserError(f"{path} is incomplete: {error}.") from None
