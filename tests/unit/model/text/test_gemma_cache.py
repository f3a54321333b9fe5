"""Features kept on disk: the same bits as a fresh encoding, bounded, and never worse than having none."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from sanacam.model.text import GemmaEncoder
from sanacam.model.text.feature_cache import SUFFIX, FeatureCache

PROMPT = "make it a watercolor"


def encoder(folder: Path, tokens: int = 40, precision: str = "bf16") -> GemmaEncoder:
    return GemmaEncoder.load(folder, max_tokens=tokens, precision=precision)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, nothing can be encoded afresh."""

    def refuse(self: GemmaEncoder) -> None:
        raise AssertionError("the weights were read")

    return lambda: monkeypatch.setattr(GemmaEncoder, "_read_network", refuse)


def test_a_hit_equals_a_miss_bit_for_bit(gemma_folder: Path, own_cache: Path, no_network: Callable[[], None]) -> None:
    first = encoder(gemma_folder)
    missed, negative = first.encode(PROMPT), first.encode_negative("blur")
    assert len(list(own_cache.glob(f"prompts/*{SUFFIX}"))) == 2
    no_network()
    again = encoder(gemma_folder)
    for fresh, kept in ((missed, again.encode(f" {PROMPT} ")), (negative, again.encode_negative("blur"))):
        assert torch.equal(fresh[0], kept[0])
        assert torch.equal(fresh[1], kept[1])


def test_whatever_changes_the_features_has_an_entry_of_its_own(
    gemma_folder: Path, own_cache: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(gemma_folder, other)
    shard = sorted(other.glob("*.safetensors"))[1]
    save_file({name: weight * 1.01 for name, weight in load_file(shard).items()}, shard, {"format": "pt"})
    encoder(gemma_folder).encode(PROMPT)
    encoder(gemma_folder).encode(PROMPT, motion_score=10)
    encoder(gemma_folder).encode_negative(PROMPT)
    encoder(gemma_folder, tokens=41).encode(PROMPT)
    encoder(gemma_folder, precision="int8").encode(PROMPT)
    encoder(other).encode(PROMPT)
    assert len(list(own_cache.glob(f"prompts/*{SUFFIX}"))) == 6


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_entry_is_noted_and_encoded_again(
    gemma_folder: Path, own_cache: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    fresh, _ = encoder(gemma_folder).encode(PROMPT)
    (entry,) = own_cache.glob(f"prompts/*{SUFFIX}")
    whole = entry.read_bytes()
    broken = {
        "cut": whole[:-100],
        "flipped": whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
        "empty": b"",
        "foreign": b"GIF89a" * 50,
    }
    entry.write_bytes(broken[damage])
    with caplog.at_level(logging.WARNING):
        again, _ = encoder(gemma_folder).encode(PROMPT)
    assert torch.equal(again, fresh)
    assert "damaged; it is encoded again" in caplog.text
    assert entry.read_bytes() == whole


def test_a_folder_that_cannot_be_used_costs_only_time(
    gemma_folder: Path, own_cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fresh, _ = encoder(gemma_folder).encode(PROMPT)
    shutil.rmtree(own_cache)
    own_cache.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        again, _ = encoder(gemma_folder).encode(PROMPT)
    assert torch.equal(again, fresh)
    assert "cannot be remembered" in caplog.text


def test_the_least_recently_used_go_when_it_is_full(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, limit=4 * 5_000)
    for index in range(4):
        cache.put(f"{index}", torch.full((1000,), float(index)))
        os.utime(tmp_path / f"{index}{SUFFIX}", (1000 + index, 1000 + index))
    assert cache.get("0") is not None  # and so it is the newest
    cache.put("4", torch.zeros(2000))
    here = sorted(path.stem for path in tmp_path.glob(f"*{SUFFIX}"))
    assert here == ["0", "3", "4"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= cache.limit


def test_an_entry_larger_than_the_whole_cache_does_not_stop_it(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, limit=100)
    cache.put("a", torch.ones(1000))
    cache.put("b", torch.ones(1000))
    assert [path.stem for path in tmp_path.iterdir()] == ["b"]


def test_broken_off_writings_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".old").write_bytes(b"half")
    os.utime(tmp_path / ".old", (1000, 1000))
    (tmp_path / ".new").write_bytes(b"half")
    FeatureCache(tmp_path).put("a", torch.ones(3))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".new", f"a{SUFFIX}"]


def test_many_threads_at_one_folder(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, limit=12_000)
    wrong: list[str] = []

    def use(offset: int) -> None:
        for turn in range(40):
            name = (offset + turn) % 6
            cache.put(f"{name}", torch.full((900,), float(name)))
            found = cache.get(f"{(name + 1) % 6}")
            if found is not None and not torch.equal(found, torch.full((900,), float((name + 1) % 6))):
                wrong.append(f"{name}")

    threads = [threading.Thread(target=use, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert not [path for path in tmp_path.iterdir() if path.suffix != SUFFIX]
