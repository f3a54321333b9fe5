"""On a card: the same features within bf16's rounding, and nothing left there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from sanacam.model.text import GemmaEncoder

pytestmark = pytest.mark.gpu
PROMPT = "turn the room into a forest, soft morning light"


def test_fp32_on_a_card_equals_the_cpu(gemma_folder: Path) -> None:
    card, mask = GemmaEncoder.load(gemma_folder, 40, "cuda", "fp32").encode(PROMPT)
    exact, exact_mask = GemmaEncoder.load(gemma_folder, 40, "cpu", "fp32").encode(PROMPT)
    assert torch.equal(mask, exact_mask)
    torch.testing.assert_close(card, exact, atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_rounded_features_keep_their_direction(gemma_folder: Path, precision: str) -> None:
    card, mask = GemmaEncoder.load(gemma_folder, 40, "cuda", precision).encode(PROMPT)
    exact, _ = GemmaEncoder.load(gemma_folder, 40, "cpu", "fp32").encode(PROMPT)
    assert functional.cosine_similarity(card[mask], exact[mask], dim=1).min() >= 0.99


def test_nothing_stays_on_the_card(gemma_folder: Path) -> None:
    encoder = GemmaEncoder.load(gemma_folder, 40, "cuda")
    encoder.encode("the first prompt brings what the libraries keep")
    before = torch.cuda.memory_allocated()
    encoder.encode(PROMPT)
    assert torch.cuda.memory_allocated() <= before
    assert before < 100_000_000
