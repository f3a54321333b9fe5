"""On a card: the same features within bf16's rounding, and nothing left there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from sanacam.model.text import GemmaEncoder
from sanacam.model.text.card_upload import CardUpload
from sanacam.model.text.feature_cache import FeatureCache

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


def test_kept_layers_give_the_same_features_and_stay(gemma_folder: Path, tmp_path: Path) -> None:
    visiting, mask = GemmaEncoder.load(gemma_folder, 40, "cuda").encode(PROMPT)
    before = torch.cuda.memory_allocated()
    encoder = GemmaEncoder.load(gemma_folder, 40, "cuda", cache=FeatureCache(tmp_path / "own"), kept=True)
    kept, kept_mask = encoder.encode(PROMPT)
    assert torch.equal(mask, kept_mask)
    assert torch.equal(visiting, kept)
    assert torch.cuda.memory_allocated() > before


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int8])
def test_uploads_in_a_row_do_not_overwrite_each_other(dtype: torch.dtype) -> None:
    sources = [torch.randint(-100, 100, (64, 1000 + i)).to(dtype) for i in range(50)]
    upload = CardUpload(max(source.nbytes for source in sources))
    targets = [torch.empty(source.shape, device="cuda", dtype=torch.float32) for source in sources]
    for source, target in zip(sources, targets, strict=True):
        upload.send(source, target)
    for source, target in zip(sources, targets, strict=True):
        assert torch.equal(source.float(), target.cpu())
