"""What every stage needs around it: data, wordings, perceptual network, precision."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import torch

from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.config import StageConfig
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.pairs import PairMaker
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.bank import PromptBank


@dataclass
class Context:
    """One stage's surroundings on one rank."""

    config: StageConfig
    ranks: Ranks
    pairs: PairMaker
    prompts: PromptBank
    perceptual: LPIPS

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """bf16 on CUDA; full precision on the CPU, where it serves tests."""
        if self.ranks.device.type == "cuda":
            return torch.autocast("cuda", torch.bfloat16)
        return contextlib.nullcontext()


def make_context(config: StageConfig, ranks: Ranks, data: Path) -> Context:
    """Loads the data folder that ``sanacam train prepare`` made."""
    bank = SourceBank.load(data, ranks.device)
    prompts = PromptBank.load(data).to(ranks.device)
    perceptual = LPIPS(ranks.device)
    if config.compile:
        perceptual.compile()
    return Context(config, ranks, PairMaker(bank, prompts, config, ranks), prompts, perceptual)
