"""Distillation of a decoder: causal from bidirectional, tiny from large, on latents of the frozen encoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.model.errors import UserError
from sanacam.model.training.checkpoint import write_tensors
from sanacam.model.training.config import DecoderTraining
from sanacam.model.training.decoder_losses import FeatureMatch, decoder_loss
from sanacam.model.training.decoders import (
    ClipDecoder,
    Ltx2ClipDecoder,
    MiniClipDecoder,
    TinyClipDecoder,
    causal_student,
)
from sanacam.model.training.latents import encode_clip
from sanacam.model.training.stage import Player, Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE, MiniVAEConfig
from sanacam.model.vae.codec import VideoVAE
from sanacam.model.vae.ltx2 import Ltx2Network, Ltx2VAE
from sanacam.model.vae.ltx2.network import CONFIG_FILE, WEIGHTS_FILE
from sanacam.model.vae.tiny import TinyConfig, TinyNetwork, load_tiny

Student = Ltx2Network | TinyNetwork | MiniVAE


class DecoderStage(Stage):
    """Trains ``vae``, of which only the decoder moves.

    Args:
        vae: the teacher, and whose encoder makes the latents.
        start: weights of a tiny network to begin with.
    """

    def __init__(self, context: Context, vae: VideoVAE, start: Path | None = None) -> None:
        self.context, self.config = context, context.config
        self.vae = vae.eval().requires_grad_(False)
        torch.manual_seed(self.config.seed)
        self.student = make_student(self.config.decoder, vae, start)
        self.student.to(context.ranks.device).requires_grad_(False)
        assert self.student.decoder is not None
        self.student.decoder.requires_grad_(True)
        self._teaching, self._learning = clip_decoder(vae), student_decoder(self.student)
        pairs = zip(self._learning.widths, self._teaching.widths, strict=True)
        self.match = FeatureMatch(list(pairs)).to(context.ranks.device)
        self.trained: dict[str, nn.Module] = {"vae": self.student}

    def players(self) -> tuple[Player, ...]:
        config = self.config
        modules = {**self.trained, "match": self.match}
        return (Player("model", modules, 1.0, config.betas, config.weight_decay, config.clip),)

    def prepare(self, step: int) -> None:
        """Nothing to warm up: every step's data depends on the step alone."""

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        config = self.config
        self.context.pairs.seed(step, part)
        frames = self.context.pairs.draw(config.batch, config.groups).target
        with self.context.autocast():
            with torch.no_grad():
                latents = encode_clip(self.vae, frames)
                _, taught = self._teaching.decode(latents)
            pictures, own = self._learning.decode(latents)
            return decoder_loss(
                pictures, frames, self.match(own, taught), config.decoder, self.context.perceptual
            )  # fmt: skip

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Frames, the teacher's pictures, the student's."""
        self.context.pairs.seed(-1)
        frames = self.context.pairs.draw(self.config.batch, self.config.groups).target
        with self.context.autocast():
            latents = encode_clip(self.vae, frames)
            pictures = [decoder.decode(latents)[0][:, -1] for decoder in (self._teaching, self._learning)]
        self.context.save_sheet(path, [frames[:, -1], *pictures])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)

    def described(self, part: str) -> dict[str, Any]:
        return self.student.config.to_dict() if isinstance(self.student, MiniVAE | Ltx2Network) else {}

    def export(self, out: Path) -> None:
        """A causal decoder with its encoder as a folder in diffusers' format, which the program loads as it is."""
        if not isinstance(self.student, Ltx2Network):
            return
        folder = out / "causal"
        folder.mkdir(parents=True, exist_ok=True)
        description = json.dumps(self.student.config.to_dict(), indent=2) + "\n"
        (folder / CONFIG_FILE).write_text(description, encoding="utf-8")
        write_tensors(folder / WEIGHTS_FILE, dict(self.student.state_dict()), {})


def make_student(wanted: DecoderTraining, vae: VideoVAE, start: Path | None) -> Student:
    """A student for this teacher, the teacher's encoder included (a tiny network's own encoder stays as it begins).

    Raises:
        UserError: the kinds do not fit each other, or the sizes are of another kind.
    """
    if isinstance(vae, Ltx2VAE) == (wanted.student == "mini"):
        raise UserError(
            f"A student {wanted.student!r} cannot learn from this video autoencoder.",
            "causal and tiny learn from LTX-2's, mini from the embedded model's.",
        )
    try:
        if isinstance(vae, Ltx2VAE):
            assert vae.full is not None
            if wanted.student == "causal":
                return causal_student(vae.full)
            if start is not None:
                return load_tiny(start, dtype=torch.float32)
            return TinyNetwork(TinyConfig(**{"latent_channels": vae.latent_channels, **wanted.sizes}))
        student = MiniVAE(MiniVAEConfig(**{**vae.config.to_dict(), **wanted.sizes}))
    except TypeError as error:
        raise UserError(f"[decoder] sizes do not suit a {wanted.student} student: {error}.") from None
    student.encoder.load_state_dict(vae.encoder.state_dict())
    student.latents_mean.copy_(vae.latents_mean)
    student.latents_std.copy_(vae.latents_std)
    if not any(key.startswith("decoder_") for key in wanted.sizes):
        student.decoder.load_state_dict(vae.decoder.state_dict())
    return student


def clip_decoder(vae: VideoVAE) -> ClipDecoder:
    """The teacher's decoder, as its weights were trained."""
    if isinstance(vae, Ltx2VAE):
        assert vae.full is not None
        return Ltx2ClipDecoder(vae.full, causal=vae.full.config.decoder_causal)
    return MiniClipDecoder(vae)


def student_decoder(student: Student) -> ClipDecoder:
    """The student's decoder."""
    if isinstance(student, Ltx2Network):
        return Ltx2ClipDecoder(student, causal=True)
    return TinyClipDecoder(student) if isinstance(student, TinyNetwork) else MiniClipDecoder(student)
