"""Files from a folder: found by name, checked before anything is taken, linked or copied."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sanacam.model.errors import UserError
from sanacam.model.zoo.folder_import import check_found, find_parts, import_parts
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.store import ModelStore
from sanacam.model.zoo.verify import verify_model

ENTRY = get_model("sana-streaming-2b")
DIT, VAE, GEMMA = ENTRY.parts


def take(store: ModelStore, *paths: Path, only=None) -> list[tuple[str, str]]:
    found = find_parts(ENTRY, paths, only)
    check_found(found)
    return import_parts(store, found)


def test_a_folder_with_everything_makes_the_model_complete(store: ModelStore, released: Path) -> None:
    placed = take(store, released)
    assert {how for _, how in placed} == {"linked"}
    assert store.state(ENTRY) == "installed"
    assert store.part_state(ENTRY.part("taeltx2")) == "installed"
    assert store.part_state(ENTRY.part("ltx2-causal-vae")) == "absent"
    assert {finding.state for finding in verify_model(store, ENTRY)} == {"ok"}
    assert take(store, released)


def test_another_disk_gets_a_copy(store: ModelStore, released: Path, monkeypatch) -> None:
    def refuse(source: Path, place: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    assert {how for _, how in take(store, released)} == {"copied"}
    assert store.state(ENTRY) == "installed"


def test_parts_may_come_one_by_one_as_files_or_as_a_named_part(store: ModelStore, released: Path) -> None:
    dit = released / DIT.repository / "dit" / "sana_streaming_ar.pth"
    assert [name for name, _ in take(store, dit)] == ["sana-streaming-dit/sana_streaming_ar.pth"]
    assert store.state(ENTRY) == "partial"
    plain = released.parent / "my vae"
    (released / VAE.repository / "vae").rename(plain)
    with pytest.raises(UserError, match="no files of"):
        take(store, plain)
    take(store, plain, only=VAE)
    take(store, released / GEMMA.repository)
    assert store.state(ENTRY) == "installed"


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a special right there")
def test_links_of_a_hub_cache_are_followed(store: ModelStore, released: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--x" / "snapshots" / "abc" / "dit"
    snapshot.mkdir(parents=True)
    original = released / DIT.repository / "dit" / "sana_streaming_ar.pth"
    (snapshot / original.name).symlink_to(original)
    take(store, tmp_path / "hub")
    here = store.part_folder(DIT) / original.name
    assert not here.is_symlink()
    assert here.read_bytes() == original.read_bytes()


def test_missing_companions_are_named_and_nothing_is_taken(store: ModelStore, released: Path) -> None:
    (released / GEMMA.repository / "tokenizer.model").unlink()
    with pytest.raises(UserError, match=r"tokenizer\.model"):
        take(store, released)
    assert not store.root.exists()


@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("dit/sana_streaming_ar.pth", lambda content: content[:-1000], "cut off"),
        ("dit/sana_streaming_ar.pth", lambda content: b"<html>", "not a PyTorch checkpoint"),
        ("vae/diffusion_pytorch_model.safetensors", lambda content: content[:-1], "cut off"),
        ("vae/diffusion_pytorch_model.safetensors", lambda content: content + b"x", "longer"),
        ("vae/diffusion_pytorch_model.safetensors", lambda content: b"<html>" * 99, "not a safetensors"),
        ("vae/config.json", lambda content: b"", "empty"),
    ],
)
def test_damaged_files_are_refused_before_anything_is_taken(
    store: ModelStore, released: Path, name: str, damage, words: str
) -> None:
    path = next(path for path in released.glob(f"*/*/{name}"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match=words):
        take(store, released)
    assert not store.root.exists()


def test_nothing_there_lists_what_was_looked_for(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dit/sana_streaming_ar\.pth, vae/diffusion"):
        take(store, tmp_path)
    with pytest.raises(UserError, match="no file or folder"):
        take(store, tmp_path / "nowhere")


def test_verify_finds_a_changed_a_cut_and_a_lost_file(store: ModelStore, released: Path, monkeypatch) -> None:
    take(store, released)
    folder = store.part_folder(GEMMA)
    for name, change in (
        ("tokenizer.model", lambda path: path.write_bytes(path.read_bytes()[::-1])),
        ("tokenizer.json", lambda path: path.write_bytes(b"{}")),
        ("config.json", lambda path: path.unlink()),
    ):
        change(folder / name)
    wrong = {finding.path: finding for finding in verify_model(store, ENTRY) if finding.state != "ok"}
    assert {path: finding.state for path, finding in wrong.items()} == {
        "tokenizer.model": "damaged",
        "tokenizer.json": "damaged",
        "config.json": "missing",
    }
    assert "SHA-256" in wrong["tokenizer.model"].detail
    # so that a download fetches it again
    assert not any(store.has(GEMMA, file) for file in GEMMA.files if file.path in wrong)
    with pytest.raises(UserError, match="Gemma"):
        store.require_installed(ENTRY)


def test_removing_keeps_what_another_model_uses(store: ModelStore, released: Path) -> None:
    take(store, released)
    other = get_model("sana-bidirectional-2b")
    assert store.state(other) == "partial"
    checkpoint = released / "sana_bidirectional_short.pth"
    (released / DIT.repository / "dit" / "sana_streaming_ar.pth").rename(checkpoint)
    import_parts(store, find_parts(other, [checkpoint]))
    freed, kept = store.remove(ENTRY)
    assert freed > 3_000_000
    assert {part.name for part in kept} == {"ltx2-vae", "gemma-2-2b-it", "taeltx2"}
    assert store.state(other) == "installed"
    assert store.remove(other)[1] == []
    assert store.state(other) == "absent"
    with pytest.raises(UserError, match="not on this machine"):
        store.remove(other)


def test_a_damaged_manifest_counts_as_none(store: ModelStore, released: Path) -> None:
    take(store, released)
    (store.part_folder(DIT) / "manifest.json").write_text('{"format": 1, "files": [1]}')
    assert store.part_state(DIT) == "absent"
