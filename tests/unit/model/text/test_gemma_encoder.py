"""Gemma as the released pipeline uses it: which tokens are read, which features are kept, in every precision."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_gemma import plain_features
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from sanacam.model.errors import UserError
from sanacam.model.text import GemmaEncoder, TextEncoder
from sanacam.model.text.feature_cache import FeatureCache
from sanacam.model.text.gemma_network import released_config, weight_shapes
from sanacam.model.text.gemma_prompt import PREFIX, GemmaPromptTokenizer
from sanacam.model.zoo.vram import GEMMA_PARAMETERS

LONG = " ".join(["a watercolor painting of the sea at night"] * 625)
RELEASED_CONFIG: dict[str, Any] = {
    "architectures": ["Gemma2ForCausalLM"],
    "attn_logit_softcapping": 50.0,
    "cache_implementation": "hybrid",
    "eos_token_id": [1, 107],
    "head_dim": 256,
    "hidden_act": "gelu_pytorch_tanh",
    "hidden_size": 2304,
    "intermediate_size": 9216,
    "model_type": "gemma2",
    "num_attention_heads": 8,
    "num_hidden_layers": 26,
    "num_key_value_heads": 4,
    "pad_token_id": 0,
    "query_pre_attn_scalar": 256,
    "rope_theta": 5000.0,
    "torch_dtype": "bfloat16",
    "vocab_size": 256000,
}


@pytest.fixture(scope="module")
def encoder(gemma_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> GemmaEncoder:
    return GemmaEncoder.load(gemma_folder, max_tokens=40, cache=FeatureCache(tmp_path_factory.mktemp("prompts")))


def by_the_rules(folder: Path, text: str, kept: int) -> tuple[Tensor, Tensor]:
    """The published procedure to the letter: pad or cut to n_chi + L − 2, run it all, keep [0] and the last L − 1."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    prefix = [2, *tokenizer.encode(PREFIX).ids]
    length = len(prefix) + kept - 2
    ids = [2, *tokenizer.encode(PREFIX + text).ids][:length]
    padded = torch.tensor(ids + [0] * (length - len(ids)))
    mask = torch.arange(length) < len(ids)
    select = [0, *range(-kept + 1, 0)]
    return plain_features(folder, padded, mask)[select], mask[select]


@pytest.mark.parametrize("prompt", ["make it a watercolor", "Ünï → 🌸 x", "b", LONG])
def test_features_and_mask_follow_the_published_rules(encoder: GemmaEncoder, gemma_folder: Path, prompt: str) -> None:
    features, mask = encoder.encode(f"  {prompt}\n")
    expected, expected_mask = by_the_rules(gemma_folder, prompt, 40)
    assert torch.equal(mask, expected_mask)
    torch.testing.assert_close(features[mask], expected[mask], atol=2e-4, rtol=1e-4)
    assert torch.count_nonzero(features[~mask]) == 0


def test_shapes_and_protocol(encoder: GemmaEncoder) -> None:
    assert isinstance(encoder, TextEncoder)
    features, mask = encoder.encode("make it a watercolor")
    assert features.shape == (40, 32) == (encoder.max_tokens, encoder.width)
    assert features.dtype == torch.float32
    assert mask.dtype == torch.bool
    assert not features.is_inference()


def test_what_is_kept_starts_at_the_last_token_of_the_prefix(gemma_folder: Path) -> None:
    tokenizer = GemmaPromptTokenizer(gemma_folder / "tokenizer.json", 300)
    tokens = tokenizer.after_prefix("make it a watercolor")
    vocabulary = Tokenizer.from_file(str(gemma_folder / "tokenizer.json"))
    words = "".join(vocabulary.id_to_token(tokens.ids[place]) for place in tokens.kept[1:])
    assert tokens.kept[0] == 0
    assert tokens.ids[0] == 2
    assert words.replace("▁", " ").strip() == "make it a watercolor"


def test_motion_score_stands_behind_the_stripped_prompt(encoder: GemmaEncoder) -> None:
    scored, _ = encoder.encode(" make it a watercolor ", motion_score=10)
    written, _ = encoder.encode("make it a watercolor motion score: 10.")
    plain, _ = encoder.encode("make it a watercolor", motion_score=0)
    assert torch.equal(scored, written)
    assert not torch.equal(scored, plain)


@pytest.mark.parametrize("text", ["deformed limbs, motion blur", "", LONG])
def test_negative_prompts_have_no_prefix(encoder: GemmaEncoder, gemma_folder: Path, text: str) -> None:
    ids = [2, *Tokenizer.from_file(str(gemma_folder / "tokenizer.json")).encode(text).ids][:40]
    expected = plain_features(gemma_folder, torch.tensor(ids), torch.ones(len(ids)))
    features, mask = encoder.encode_negative(text)
    assert mask.tolist() == [place < len(ids) for place in range(40)]
    torch.testing.assert_close(features[mask], expected, atol=2e-4, rtol=1e-4)


def test_five_thousand_words_are_cut_and_said_to_be(encoder: GemmaEncoder) -> None:
    assert len(LONG.split()) == 5000
    assert not encoder.fits(LONG)
    assert encoder.fits("make it a watercolor")
    assert encoder.fits("")
    features, mask = encoder.encode(LONG)
    assert bool(mask.all())
    assert torch.equal(features, encoder.encode(LONG + " and more")[0])


@pytest.mark.parametrize("prompt", ["", "  \n\t ", "\u200b", "\ud800"])
def test_an_empty_prompt_is_said_to_be_empty(encoder: GemmaEncoder, prompt: str) -> None:
    with pytest.raises(UserError, match="empty"):
        encoder.encode(prompt)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_encoded_or_refused_in_words(encoder: GemmaEncoder, prompt: str) -> None:
    encoder.fits(prompt)
    try:
        features, mask = encoder.encode(prompt)
    except UserError:
        return
    count = int(mask.sum())
    assert count >= 1
    assert bool(mask[:count].all())
    assert bool(features.isfinite().all())


def test_bf16_files_are_computed_in_float32_on_the_cpu(gemma_folder: Path, encoder: GemmaEncoder) -> None:
    exact = GemmaEncoder.load(gemma_folder, max_tokens=40, precision="fp32")
    assert torch.equal(exact.encode("make it a watercolor")[0], encoder.encode("make it a watercolor")[0])


def test_kept_layers_give_the_same_features(gemma_folder: Path, encoder: GemmaEncoder, tmp_path: Path) -> None:
    resident = GemmaEncoder.load(gemma_folder, max_tokens=40, cache=FeatureCache(tmp_path / "own"), kept=True)
    for prompt in ("make it a watercolor", "a forest"):
        assert torch.equal(resident.encode(prompt)[0], encoder.encode(prompt)[0])


def test_int8_is_a_way_to_travel_not_to_stay(gemma_folder: Path) -> None:
    with pytest.raises(ValueError, match="int8"):
        GemmaEncoder.load(gemma_folder, precision="int8", kept=True)


def test_int8_stays_within_its_tolerance(gemma_folder: Path, encoder: GemmaEncoder) -> None:
    """Every feature vector keeps its direction: cosine at least 0.99, at 32 channels of random weights."""
    rounded = GemmaEncoder.load(gemma_folder, max_tokens=40, precision="int8")
    features, mask = rounded.encode("turn the room into a forest, soft morning light")
    exact, exact_mask = encoder.encode("turn the room into a forest, soft morning light")
    assert torch.equal(mask, exact_mask)
    assert not torch.equal(features, exact)
    assert functional.cosine_similarity(features[mask], exact[mask], dim=1).min() >= 0.99


def test_the_published_configuration_gives_the_published_size_and_no_soft_cap() -> None:
    config = released_config(RELEASED_CONFIG)
    assert sum(shape.numel() for shape in weight_shapes(config).values()) == GEMMA_PARAMETERS
    assert config.attn_logit_softcapping is None
    assert config.rope_parameters["rope_theta"] == 5000.0


def test_two_threads_get_the_same_features(gemma_folder: Path) -> None:
    shared = GemmaEncoder.load(gemma_folder, max_tokens=40)
    results: list[Tensor] = []
    threads = [threading.Thread(target=lambda: results.append(shared.encode("a forest")[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 4
    assert all(torch.equal(result, results[0]) for result in results)


def test_the_small_model_does_not_import_transformers() -> None:
    code = "import sys, sanacam.model.text, sanacam.model.zoo.bundle; print('transformers' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.strip() == "False"
