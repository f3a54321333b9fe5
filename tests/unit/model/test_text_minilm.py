"""MiniLM against features computed by another implementation, and the promises of ``TextEncoder``."""

from __future__ import annotations

import json
import time
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.nn import functional

from sanacam.model.errors import UserError
from sanacam.model.text import MiniLMEncoder, TextEncoder
from sanacam.model.text.bert import BertConfig, BertEncoder
from sanacam.model.text.convert import bert_config, convert, renamed_weights
from sanacam.model.text.minilm import CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def folder() -> Path:
    with as_file(files("sanacam.assets") / "models" / "mini" / "text") as path:
        return path


@pytest.fixture(scope="module")
def encoder(folder: Path) -> MiniLMEncoder:
    return MiniLMEncoder.load(folder)


def pooled(encoder: MiniLMEncoder, prompt: str) -> torch.Tensor:
    features, mask = encoder.encode(prompt)
    return functional.normalize(features[mask].mean(dim=0), dim=0)


def tiny_golden() -> tuple[dict[str, object], dict[str, torch.Tensor], torch.Tensor, torch.Tensor]:
    path = DATA / "bert_tiny_golden.safetensors"
    with safe_open(str(path), framework="pt") as file:
        config = json.loads(file.metadata()["config"])
    tensors = load_file(str(path))
    weights = {name.removeprefix("weights."): tensor for name, tensor in tensors.items() if name.startswith("weights.")}
    return config, weights, tensors["ids"], tensors["features"]


def test_network_equals_reference_implementation_in_float32() -> None:
    config, weights, ids, expected = tiny_golden()
    network = BertEncoder(bert_config(config, positions=12))
    network.load_state_dict(renamed_weights(weights, depth=2, positions=12))
    torch.testing.assert_close(network(ids), expected, atol=2e-5, rtol=1e-4)


def test_shipped_weights_stay_near_the_float32_original(encoder: MiniLMEncoder) -> None:
    """Storing as int8 and learning German move English features a little, and no more."""
    path = DATA / "minilm_golden.safetensors"
    with safe_open(str(path), framework="pt") as file:
        prompts = json.loads(file.metadata()["prompts"])
    golden = load_file(str(path))
    assert len(prompts) >= 6
    for index, features in enumerate(encoder.encode_many(prompts)):
        expected = golden[f"features.{index}"].float()
        assert features.shape == expected.shape
        assert functional.cosine_similarity(features, expected, dim=1).min() >= 0.95


def test_shapes_padding_and_protocol(encoder: MiniLMEncoder) -> None:
    assert isinstance(encoder, TextEncoder)
    features, mask = encoder.encode("make it a watercolor")
    assert features.shape == (32, 384) == (encoder.max_tokens, encoder.width)
    assert features.dtype == torch.float32
    assert mask.dtype == torch.bool
    count = int(mask.sum())
    assert bool(mask[:count].all())
    assert torch.count_nonzero(features[count:]) == 0
    assert bool((features[:count].abs().sum(dim=1) > 0).all())


def test_batches_equal_single_prompts(encoder: MiniLMEncoder) -> None:
    prompts = ["anime", "turn it into a pencil drawing please", "old tv", "snow", "blur the background"]
    for prompt, features in zip(prompts, encoder.encode_many(prompts), strict=True):
        single, mask = encoder.encode(prompt)
        torch.testing.assert_close(features, single[mask], atol=1e-5, rtol=1e-4)


def test_meaning_is_kept(encoder: MiniLMEncoder) -> None:
    near = pooled(encoder, "make it look like a pencil drawing") @ pooled(encoder, "a graphite sketch on paper")
    far = pooled(encoder, "make it look like a pencil drawing") @ pooled(encoder, "the stock market fell on monday")
    assert near > 0.45
    assert far < 0.25


def test_callers_cannot_spoil_the_cache(encoder: MiniLMEncoder) -> None:
    first, mask = encoder.encode("oil painting")
    expected = first.clone()
    first.zero_()
    mask.fill_(False)
    second, second_mask = encoder.encode("oil painting")
    assert torch.equal(second, expected)
    assert bool(second_mask.any())


def test_remembered_prompts_are_bounded(encoder: MiniLMEncoder) -> None:
    for number in range(70):
        encoder.encode(f"style {number}")
    assert len(encoder._cache) <= 64


@pytest.mark.parametrize(
    "variant", ["  Oil   Painting \n", "oil\tpainting", "OIL PAINTING", "oil\u200b painting", "oil painting"]
)
def test_spelling_variants_mean_the_same(encoder: MiniLMEncoder, variant: str) -> None:
    assert torch.equal(encoder.encode(variant)[0], encoder.encode("oil painting")[0])


@pytest.mark.parametrize(
    "prompt", ["", "   \n\t", "🎨🎨🎨", "👩‍🎨 ✨", "!!! ... ???", "\x00\x1b", "\ud800", "ᚠᚢᚦ", "x" * 10_000]
)
def test_unreadable_prompts_are_refused_in_plain_words(encoder: MiniLMEncoder, prompt: str) -> None:
    with pytest.raises(UserError) as caught:
        encoder.encode(prompt)
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_very_long_prompts_are_cut_and_fast(encoder: MiniLMEncoder) -> None:
    prompt = "make it look like an oil painting with thick strokes " * 200
    assert len(prompt) > 10_000
    encoder.encode("warm up")
    begin = time.monotonic()
    features, mask = encoder.encode(prompt)
    assert time.monotonic() - begin < 1.0
    assert bool(mask.all())
    assert not encoder.fits(prompt)
    assert torch.equal(features, encoder.encode(prompt[:400])[0])


def test_fits_tells_whether_the_end_is_used(encoder: MiniLMEncoder) -> None:
    fitting = " ".join(["red"] * 30)
    assert encoder.fits(fitting)
    assert not encoder.fits(fitting + " red")
    assert not encoder.fits("anime " + "y" * 5_000)


def test_special_tokens_typed_by_hand_are_text(encoder: MiniLMEncoder) -> None:
    with_special, _ = encoder.encode("oil [SEP] painting")
    assert torch.equal(with_special, encoder.encode("oil sep painting")[0])


@settings(max_examples=60, deadline=None)
@given(prompt=st.text(max_size=300))
def test_any_text_is_encoded_or_refused(encoder: MiniLMEncoder, prompt: str) -> None:
    try:
        features, mask = encoder.encode(prompt)
    except UserError:
        return
    assert bool(torch.isfinite(features).all())
    assert 3 <= int(mask.sum()) <= 32
    assert not bool(features[~mask].any())


def test_missing_and_damaged_files(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"text\.safetensors is missing"):
        MiniLMEncoder.load(tmp_path)
    (tmp_path / TOKENIZER_FILE).write_bytes((folder / TOKENIZER_FILE).read_bytes())
    (tmp_path / CONFIG_FILE).write_bytes((folder / CONFIG_FILE).read_bytes())
    (tmp_path / WEIGHTS_FILE).write_bytes((folder / WEIGHTS_FILE).read_bytes()[:100_000])
    with pytest.raises(UserError, match=r"text encoder .* cannot be read"):
        MiniLMEncoder.load(tmp_path)
    (tmp_path / WEIGHTS_FILE).write_bytes((folder / WEIGHTS_FILE).read_bytes())
    (tmp_path / TOKENIZER_FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"tokenizer .* cannot be read"):
        MiniLMEncoder.load(tmp_path)


def test_more_tokens_than_positions_is_a_programming_error(folder: Path) -> None:
    with pytest.raises(ValueError, match="64 stored positions"):
        MiniLMEncoder.load(folder, max_tokens=65)


def test_conversion_round_trip(folder: Path, tmp_path: Path) -> None:
    config, weights, _, _ = tiny_golden()
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (source / "tokenizer.json").write_bytes((folder / TOKENIZER_FILE).read_bytes())
    # The published table must have at least the 64 rows that are kept.
    weights["embeddings.position_embeddings.weight"] = weights["embeddings.position_embeddings.weight"].repeat(4, 1)
    save_file(weights, str(source / "model.safetensors"))
    convert(source, out)
    assert BertConfig(**json.loads((out / CONFIG_FILE).read_text(encoding="utf-8"))["bert"]).width == 32
    assert {path.name for path in out.iterdir()} == {WEIGHTS_FILE, TOKENIZER_FILE, CONFIG_FILE}
    with pytest.raises(UserError, match=r"has no model\.safetensors"):
        convert(tmp_path, out)
