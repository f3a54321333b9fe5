"""Shards are the same bytes for the same samples, webdataset can read them, and a broken one is named."""

from __future__ import annotations

import errno
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.shards import Sample, Shard, pack_shard, write_whole

KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
FIELDS = st.dictionaries(st.sampled_from(["source.avif", "mask.avif", "anchor.webp"]), st.binary(max_size=2000))
SAMPLES = st.lists(st.tuples(KEYS, st.dictionaries(KEYS, st.text(max_size=9)), FIELDS), unique_by=lambda t: t[0])


@settings(max_examples=10, deadline=None)
@given(rows=SAMPLES)
def test_what_is_written_is_read_and_equal_samples_are_equal_bytes(
    rows: list[tuple[str, dict[str, str], dict[str, bytes]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    samples = [Sample(key, meta, fields) for key, meta, fields in rows]
    path = tmp_path_factory.mktemp("shard") / "00000.tar"
    write_whole(path, pack_shard(samples))
    assert list(Shard(path)) == samples
    turned = [Sample(s.key, dict(reversed(s.meta.items())), dict(reversed(s.fields.items()))) for s in samples]
    assert pack_shard(turned) == path.read_bytes()


def test_files_of_a_sample_follow_each_other_under_one_stem(tmp_path: Path) -> None:
    write_whole(
        tmp_path / "a.tar", pack_shard([Sample("x-1", {}, {"b.avif": b"1", "a.webp": b"2"}), Sample("x-2", {})])
    )
    with tarfile.open(tmp_path / "a.tar") as archive:
        assert archive.getnames() == ["x-1.json", "x-1.a.webp", "x-1.b.avif", "x-2.json"]


@pytest.mark.parametrize("lost", [1, 600, 1024, 1500, 4000])
def test_a_shard_cut_short_anywhere_is_named(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "00007.tar"
    content = pack_shard([Sample(f"k{n}", {"n": n}, {"source.avif": bytes(700)}) for n in range(3)]).rstrip(b"\0")
    whole = content + bytes(-len(content) % 512 + 1024)
    path.write_bytes(whole[: len(whole) - lost])
    with pytest.raises(UserError, match=r"00007\.tar is cut short"):
        list(Shard(path))


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "00000.tar"
    write_whole(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match="the disk is full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["00000.tar"]


def test_keys_that_tar_readers_would_split_are_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        Sample("a.b", {})
