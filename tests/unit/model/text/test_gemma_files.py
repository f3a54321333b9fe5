"""Missing, damaged and foreign files of a text encoder end in a sentence that names them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from sanacam.model.errors import UserError
from sanacam.model.text import GemmaEncoder

PROMPT = "make it a watercolor"


@pytest.fixture
def folder(gemma_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(gemma_folder, tmp_path / "gemma"))


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def change_json(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_shards_are_shards(folder: Path) -> None:
    assert len(shards(folder)) > 1


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model-00001-of-"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (path,) = folder.glob(f"{name}*")
    path.unlink()
    with pytest.raises(UserError, match=path.name) as caught:
        GemmaEncoder.load(folder)
    assert "missing" in caught.value.message
    assert "sanacam models" in caught.value.hint


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="missing"):
        GemmaEncoder.load(tmp_path)


@pytest.mark.parametrize("content", ["half", "text", "empty"])
def test_a_damaged_shard_is_found_before_anything_is_encoded(folder: Path, content: str) -> None:
    shard = shards(folder)[1]
    whole = shard.read_bytes()
    shard.write_bytes({"half": whole[: len(whole) // 2], "text": b"<html>not found</html>", "empty": b""}[content])
    with pytest.raises(UserError, match=shard.name):
        GemmaEncoder.load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"weight_map": 3}', '{"weight_map": {"a": 1}}'])
def test_a_damaged_index(folder: Path, content: str) -> None:
    (folder / "model.safetensors.index.json").write_text(content)
    with pytest.raises(UserError, match="index"):
        GemmaEncoder.load(folder)


def test_an_index_cannot_point_out_of_the_folder(folder: Path) -> None:
    shutil.move(shards(folder)[0], folder.parent / "outside.safetensors")
    change_json(folder / "model.safetensors.index.json", weight_map={"model.norm.weight": "../outside.safetensors"})
    with pytest.raises(UserError, match="missing"):
        GemmaEncoder.load(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model_type": "gemma2"}'])
def test_a_damaged_configuration(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(UserError, match=r"config\.json is damaged"):
        GemmaEncoder.load(folder)


def test_another_kind_of_model(folder: Path) -> None:
    change_json(folder / "config.json", model_type="llama")
    with pytest.raises(UserError, match="llama"):
        GemmaEncoder.load(folder)


def test_a_configuration_that_no_network_can_have(folder: Path) -> None:
    change_json(folder / "config.json", num_hidden_layers="many")
    with pytest.raises(UserError, match=r"config\.json is damaged"):
        GemmaEncoder.load(folder).encode(PROMPT)


def test_weights_of_other_sizes_are_listed_by_name(folder: Path) -> None:
    change_json(folder / "config.json", intermediate_size=64)
    with pytest.raises(UserError) as caught:
        GemmaEncoder.load(folder).encode(PROMPT)
    assert "wrong shape: layers.0.mlp" in caught.value.message
    assert "(48, 32) instead of (64, 32)" in caught.value.message
    assert "more" in caught.value.message


def test_missing_and_unknown_tensors_are_listed_by_name(folder: Path) -> None:
    shard = next(path for path in shards(folder) if "model.norm.weight" in load_file(path))
    weights = load_file(shard)
    weights["model.norm.extra"] = weights.pop("model.norm.weight")
    save_file(weights, shard)
    with pytest.raises(UserError) as caught:
        GemmaEncoder.load(folder).encode(PROMPT)
    assert "missing: norm.weight" in caught.value.message
    assert "unknown: norm.extra" in caught.value.message


@pytest.mark.parametrize("content", ["", "{}", "not a tokenizer"])
def test_a_damaged_tokenizer(folder: Path, content: str) -> None:
    (folder / "tokenizer.json").write_text(content)
    with pytest.raises(UserError, match="tokenizer"):
        GemmaEncoder.load(folder)


def test_a_tokenizer_of_another_model(folder: Path) -> None:
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace("<bos>", "<start>"))
    with pytest.raises(UserError, match="no <bos>"):
        GemmaEncoder.load(folder)


def test_an_unknown_precision(folder: Path) -> None:
    with pytest.raises(UserError, match="int4") as caught:
        GemmaEncoder.load(folder, precision="int4")
    assert "bf16, fp32, int8" in caught.value.hint
