"""`verify` looks at what a checkpoint was converted to: beside its checkpoint, and alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from sanacam.app.cli import main
from sanacam.model import released
from sanacam.model.checkpoint import centre_taps_from_linear
from sanacam.model.zoo.model_files import installed_files
from sanacam.model.zoo.registry import ModelPart, get_model
from sanacam.model.zoo.released_models import RELEASED_MODELS
from sanacam.model.zoo.store import ModelStore, StoredFile
from sanacam.model.zoo.tiny import TINY_STREAMING, tiny_streaming_bundle
from sanacam.model.zoo.verify import CONVERTED, Finding, verify_model

NAME = "sana-streaming-2b"
ENTRY = get_model(NAME)
DIT = ENTRY.parts[0]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """The streaming model in tiny shapes, as it is after its first use."""
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path))
    config = replace(TINY_STREAMING, name=NAME)
    monkeypatch.setitem(RELEASED_MODELS, NAME, config)
    monkeypatch.setitem(released.RELEASED, "sana_streaming_ar.pth", replace(config.dit, softmax_kernel=3))
    store = ModelStore(tmp_path)
    for part in ENTRY.parts:
        for file in part.files:
            place = store.part_folder(part) / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.path.encode())
    source = tiny_streaming_bundle(2).dit
    torch.save(centre_taps_from_linear(source.state_dict(), source.config.softmax_indices), source_file(store))
    for part in ENTRY.parts:
        for file in part.files:
            record(store, part, file.path)
    installed_files(ENTRY, store)
    return store


def source_file(store: ModelStore) -> Path:
    return store.part_folder(DIT) / DIT.files[0].path


def record(store: ModelStore, part: ModelPart, path: str) -> None:
    content = (store.part_folder(part) / path).read_bytes()
    store.record(part, path, StoredFile(len(content), hashlib.sha256(content).hexdigest(), "here"))


def conversion(findings: list[Finding]) -> Finding:
    [finding] = [finding for finding in findings if finding.part == CONVERTED]
    return finding


def changed(store: ModelStore, change: Callable[[dict], None], **metadata: str) -> None:
    """Write the converted file again with other tensors or metadata."""
    path = store.converted_file(ENTRY)
    with safe_open(path, framework="pt") as file:
        held = {**file.metadata(), **metadata}
    weights = load_file(path)
    change(weights)
    save_file(weights, path, metadata=held)


def flip_a_bit(store: ModelStore) -> None:
    content = bytearray(store.converted_file(ENTRY).read_bytes())
    content[-3] ^= 1
    store.converted_file(ENTRY).write_bytes(content)


def cut(store: ModelStore) -> None:
    content = store.converted_file(ENTRY).read_bytes()
    store.converted_file(ENTRY).write_bytes(content[:-5])


def of_another_checkpoint(store: ModelStore) -> None:
    changed(store, lambda weights: None, source_sha256="cd" * 32)


def of_something_else(store: ModelStore) -> None:
    save_file({"weight": torch.zeros(2)}, store.converted_file(ENTRY))


def with_a_part_lost(store: ModelStore) -> None:
    changed(store, lambda weights: weights.pop("x_embedder.proj.weight"))


def with_nan(store: ModelStore) -> None:
    changed(store, lambda weights: weights["x_embedder.proj.weight"].view(-1)[3].fill_(float("nan")))


DAMAGE = [
    (cut, "cut off"),
    (of_another_checkpoint, "SHA-256 cdcdcdcdcdcd…, not"),
    (of_something_else, "says nothing of what it was made from"),
    (with_a_part_lost, "missing: x_embedder.proj.weight"),
]


def test_a_sound_conversion_is_compared_with_its_checkpoint(store: ModelStore) -> None:
    read = []
    findings = verify_model(store, ENTRY, read.append)
    assert {finding.state for finding in findings} == {"ok"}
    assert conversion(findings).detail == "every number is that of sana_streaming_ar.pth"
    assert {finding.detail for finding in findings[:-1]} == {"SHA-256 as when it arrived"}
    total = store.installed_bytes(ENTRY) + store.converted_bytes(ENTRY)
    assert 0.9 * total < sum(read) <= total


@pytest.mark.parametrize(
    ("damage", "words"), [*DAMAGE, (flip_a_bit, "is not what it was made from"), (with_nan, "is not what it was made")]
)
def test_a_damaged_conversion_is_named_and_made_again(
    damage: Callable[[ModelStore], None], words: str, store: ModelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = {name: value.clone() for name, value in load_file(store.converted_file(ENTRY)).items()}
    damage(store)
    assert main(["models", "verify", NAME]) == 1
    shown = capsys.readouterr()
    [line] = [line for line in shown.out.splitlines() if not line.startswith("ok")]
    assert line.startswith(f"damaged  converted/{NAME}/dit.safetensors: ")
    assert words in line
    assert line.endswith("it was deleted and is made again when the model is next used")
    assert "models download" not in shown.err, "nothing has to be fetched"
    installed_files(ENTRY, store)
    made = load_file(store.converted_file(ENTRY))
    assert made.keys() == sound.keys()
    assert all(torch.equal(value, sound[name]) for name, value in made.items())
    assert main(["models", "verify", NAME]) == 0


def test_only_the_checkpoint_is_no_fault(store: ModelStore) -> None:
    store.converted_file(ENTRY).unlink()
    findings = verify_model(store, ENTRY)
    assert {finding.state for finding in findings} == {"ok"}
    assert CONVERTED not in {finding.part for finding in findings}


@pytest.mark.parametrize("manifest", [True, False])
def test_a_conversion_without_its_checkpoint_is_not_called_more_than_it_is(manifest: bool, store: ModelStore) -> None:
    source_file(store).unlink()
    if not manifest:
        (store.part_folder(DIT) / "manifest.json").unlink()
    findings = verify_model(store, ENTRY)
    assert [finding.path for finding in findings if finding.state == "missing"] == ["sana_streaming_ar.pth"]
    finding = conversion(findings)
    assert finding.state == "ok"
    assert "finite, but there is no sound checkpoint here" in finding.detail
    assert ("nothing here tells of" in finding.detail) != manifest


@pytest.mark.parametrize(("damage", "words"), [*DAMAGE, (with_nan, "not finite")])
def test_damage_is_seen_without_the_checkpoint_too(
    damage: Callable[[ModelStore], None], words: str, store: ModelStore
) -> None:
    damage(store)
    source_file(store).unlink()
    finding = conversion(verify_model(store, ENTRY))
    assert finding.state == "damaged"
    assert words in finding.detail
    assert finding.detail.endswith("left as it is, since sana_streaming_ar.pth is not here to make it again from")
    assert store.converted_file(ENTRY).is_file()


def test_a_damaged_checkpoint_is_not_what_its_conversion_is_compared_with(store: ModelStore) -> None:
    content = bytearray(source_file(store).read_bytes())
    content[len(content) // 2] ^= 1
    source_file(store).write_bytes(content)
    findings = verify_model(store, ENTRY)
    assert [finding.path for finding in findings if finding.state == "damaged"] == ["sana_streaming_ar.pth"]
    assert conversion(findings).detail.startswith("made from that checkpoint")
    assert store.converted_file(ENTRY).is_file()


def test_with_nothing_but_the_conversion_there_is_something_to_verify(
    store: ModelStore, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in ENTRY.parts:
        for file in part.files:
            (store.part_folder(part) / file.path).unlink()
        (store.part_folder(part) / "manifest.json").unlink()
    assert store.state(ENTRY) == "absent"
    assert main(["models", "verify", NAME, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [file["state"] for file in report["files"]] == ["missing"] * 12 + ["ok"]
    store.converted_file(ENTRY).unlink()
    assert main(["models", "verify", NAME]) == 2
    assert "not on this machine" in capsys.readouterr().err
