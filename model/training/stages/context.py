"""What every stage needs around it: data, wordings, perceptual network, precision."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.config import StageConfig
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.pairs import PairMaker
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.bank import PromptBank
from sanacam.model.training.sheet import save_rows


@dataclass
class Context:
    """One stage's surroundings on one rank."""

    config: StageConfig
    ranks: Ranks
    pairs: PairMaker
    prompts: PromptBank
    perceptual: LPIPS
    bank: SourceBank

    def save_sheet(self, path: Path, rows: list[Tensor]) -> None:
        """Rows of pictures (N, 3, H, W) in −1…1 as one picture, from the first rank."""
        if self.ranks.leads:
            save_rows(path, rows)

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """bf16 on CUDA; full precision on the CPU, where it serves tests."""
        return low_precision("cuda") if self.ranks.device.type == "cuda" else contextlib.nullcontext()


def low_precision(device: str) -> contextlib.AbstractContextManager[object]:
    """bf16 autocast without its cache of cast weights: up to PyTorch 2.10 that keeps what a pass without gradient has
    cast, and the same network's pass with gradient, after it, would train nothing."""
    return torch.autocast(device, torch.bfloat16, cache_enabled=False)


def make_context(config: StageConfig, ranks: Ranks, data: Path, prompt_folder: Path | None = None) -> Context:
    """Loads the data folder that ``sanacam train prepare`` made.

    Args:
        prompt_folder: where the prompt bank is, if not there.
    """
    bank = SourceBank.load(data, ranks.device)
    prompts = PromptBank.load(prompt_folder or data).to(ranks.device)
    perceptual = LPIPS(ranks.device)
    if config.compile:
        perceptual.compile()
    return Context(config, ranks, PairMaker(bank, prompts, config, ranks), prompts, perceptual, bank)
