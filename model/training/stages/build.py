"""From a configuration and the files that a stage starts from to the stage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.latents import latent_length, load_vae
from sanacam.model.training.stage import Stage
from sanacam.model.training.stages.bidirectional import BidirectionalStage
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.decoder import DecoderStage
from sanacam.model.training.stages.few_step import FewStepStage
from sanacam.model.training.stages.joint import JointStage
from sanacam.model.training.stages.latent import LatentStage
from sanacam.model.training.stages.self_forcing import SelfForcingStage
from sanacam.model.training.stages.vae import VAEStage
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.codec import VideoVAE


@dataclass(frozen=True)
class Origins:
    """Weights a stage starts from.

    Attributes:
        vae: file of an earlier stage or of a model folder; LTX-2's folder.
        dit: the transformer to train.
        teacher: bidirectional transformer.
        fake: fake score of an earlier run.
        student: tiny autoencoder.
    """

    vae: Path | None = None
    dit: Path | None = None
    teacher: Path | None = None
    fake: Path | None = None
    student: Path | None = None


def build_stage(context: Context, origins: Origins) -> Stage:
    """The stage that the context's configuration names.

    Raises:
        UserError: weights are missing, or do not fit the configuration.
    """
    config, name = context.config, context.config.stage
    if name == "cycle_reverse" and config.stream.matching and origins.teacher is None:
        raise UserError("Distribution matching needs --teacher.", "Give it, or set [stream] matching = 0.")
    if name == "vae":
        return VAEStage(context, origins.vae)
    assert origins.vae is not None
    vae = load_vae(config.vae, origins.vae, context.ranks.device)
    latent_length(vae, config.frames)
    if name == "decoder":
        return DecoderStage(context, vae, origins.student)
    _check_fit(DiTConfig.from_dict(config.dit), vae, context)
    if name == "bidirectional":
        return BidirectionalStage(context, vae, origins.dit)
    if name == "latent":
        return LatentStage(context, vae, origins.dit)
    assert origins.dit is not None
    if name == "joint":
        if not isinstance(vae, MiniVAE):
            raise UserError("The joint stage trains the embedded model only.", "Give its vae.safetensors.")
        dit = HybridDiT(DiTConfig.from_dict(config.dit))
        load_slim(origins.dit, dit)
        return JointStage(context, vae, dit.to(context.ranks.device))
    if name == "few_step":
        assert origins.teacher is not None
        return FewStepStage(context, vae, origins.dit, origins.teacher)
    return SelfForcingStage(context, vae, origins.dit, origins.teacher, origins.fake)


def _check_fit(dit: DiTConfig, vae: VideoVAE, context: Context) -> None:
    """
    Raises:
        UserError: the transformer is not made for these latents or prompts.
    """
    for name in ("in_channels", "source_channels", "out_channels"):
        if getattr(dit, name) != vae.latent_channels:
            raise UserError(
                f"[dit] has {name} = {getattr(dit, name)}, the video autoencoder {vae.latent_channels} channels.",
                "Make them equal.",
            )
    if dit.caption_channels != context.prompts.width:
        raise UserError(
            f"[dit] has caption_channels = {dit.caption_channels}, the prompt bank {context.prompts.width}.",
            "Make them equal.",
        )
