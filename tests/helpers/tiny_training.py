"""Training in a few seconds: synthetic clips, invented prompts, networks of a few thousand parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.checkpoint import save_slim
from sanacam.model.training.config import STREAMED, StageConfig, StreamTraining
from sanacam.model.training.data.bank import Source, SourceBank
from sanacam.model.training.pairs import PairMaker
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.bank import BankEntry, PromptBank
from sanacam.model.training.stage import Stage
from sanacam.model.training.stages.build import Origins, build_stage
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE, MiniVAEConfig

ALONE = Ranks(0, 1, torch.device("cpu"))
NAMES = ("identity", "sepia", "green_screen")
VAE = {
    "latent_channels": 8, "encoder_quarter": 16, "encoder_eighth": 16, "encoder_eighth_blocks": 1,
    "decoder_eighth": 16, "decoder_eighth_blocks": 1, "decoder_quarter": 16, "decoder_quarter_blocks": 2,
}  # fmt: skip
DIT = {
    "hidden_size": 24, "depth": 2, "self_heads": 2, "cross_heads": 2, "mlp_ratio": 2.0, "in_channels": 8,
    "source_channels": 8, "out_channels": 8, "softmax_ratio": 0.5, "caption_channels": 16, "max_text_tokens": 4,
    "sink": False, "num_cached_blocks": 2,
}  # fmt: skip
STREAM = StreamTraining(
    clip_latents=9, first_window=3, window=2, context=1, sampling_steps=2, generator_every=3, guidance=2.0,
    teacher_steps=3,
)  # fmt: skip
TINY = StageConfig(
    stage="vae", steps=100, batch=2, groups=2, frames=8, height=32, width=48, lr=2e-3, compile=False,
    latent_noise=0.1, vae=VAE, dit=DIT, bank_pairs=6, bank_refresh=2, source_drop=0.5, stream=STREAM,
)  # fmt: skip


def stage_config(stage: str, **changes: object) -> StageConfig:
    """The tiny configuration of any stage."""
    chosen: dict[str, object] = {"stage": stage}
    if stage == "joint":
        chosen["frames"] = 24
    if stage == "bidirectional":
        chosen["caption_drop"] = 0.5
    if stage == "cycle_reverse":
        chosen["stream"] = replace(STREAM, cycle_reverse=0.5)
    if stage in STREAMED:
        chosen |= {"betas": (0.0, 0.999), "clip": 10.0}
    return replace(TINY, **{**chosen, **changes})  # type: ignore[arg-type]


def tiny_sources() -> SourceBank:
    generator = torch.Generator().manual_seed(3)
    coarse = torch.rand(2, 12, 3, 6, 8, generator=generator).flatten(0, 1)
    clips = torch.nn.functional.interpolate(coarse, size=(48, 64), mode="bilinear").unflatten(0, (2, 12))
    pixels = (clips * 255).byte()
    mask = torch.zeros(12, 1, 24, 32, dtype=torch.uint8)
    mask[..., 8:, 10:22] = 255
    sources = [
        Source("person", pixels[0], mask, 25.0, 1.0, people=True),
        Source("place", pixels[1], None, 25.0, 1.0),
        Source("photo", pixels[1][:1], None),
    ]
    return SourceBank.of(sources, "cpu")


def tiny_prompts(names: Sequence[str] = NAMES, *, inverse: bool = True) -> PromptBank:
    entries = [BankEntry(f"{n} {i}", n, 1.0 if i else 0.55, "train") for n in names for i in range(2)]
    entries += [BankEntry(f"held {n}", n, 1.0, "held_out") for n in names]
    entries += [BankEntry(f"undo {n} {i}", n, 1.0, "inverse") for n in names for i in range(2) if inverse]
    generator = torch.Generator().manual_seed(5)
    lengths = torch.tensor([2 + i % 3 for i in range(len(entries))])
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)])
    codes = torch.randint(-127, 127, (int(offsets[-1]), 16), generator=generator, dtype=torch.int8)
    return PromptBank(entries, codes, torch.full((len(codes),), 0.01), torch.ones(16), offsets, 4)


def tiny_context(
    config: StageConfig, perceptual: LPIPS | None, ranks: Ranks = ALONE, *, inverse: bool = True
) -> Context:
    """Surroundings of a stage; stages in latent space do without the perceptual network."""
    bank, prompts = tiny_sources(), tiny_prompts(inverse=inverse)
    pairs = PairMaker(bank, prompts, config, ranks)
    return Context(config, ranks, pairs, prompts, perceptual, bank)  # type: ignore[arg-type]


def tiny_vae() -> MiniVAE:
    torch.manual_seed(11)
    return MiniVAE(MiniVAEConfig(**VAE))


def tiny_transformer(seed: int) -> HybridDiT:
    """With every layer at work: those that start at zero are filled."""
    torch.manual_seed(seed)
    dit = HybridDiT(DiTConfig.from_dict(DIT))
    for parameter in dit.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.05)
    return dit


def tiny_origins(folder: Path) -> Origins:
    """Weights on disk for every stage to start from."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, nn.Module] = {
        "vae": tiny_vae(), "dit": tiny_transformer(1), "teacher": tiny_transformer(2),
    }  # fmt: skip
    for name, module in parts.items():
        state: dict[str, Tensor] = {f"{name}.{k}": v for k, v in module.state_dict().items()}
        save_slim(folder / f"{name}.safetensors", state, name, {"step": "0"})
    return Origins(**{name: folder / f"{name}.safetensors" for name in parts})


def tiny_stage(config: StageConfig, origins: Origins, perceptual: LPIPS | None, ranks: Ranks = ALONE) -> Stage:
    """Any stage, started from ``origins`` where it needs them; the autoencoder's own stage from nothing."""
    if config.stage == "vae":
        origins = Origins()
    return build_stage(tiny_context(config, perceptual, ranks), origins)
