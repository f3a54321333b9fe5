"""Preparation is resumable, records where everything is from, and its table keeps to the licences."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.data.manifest import read_manifest
from sanacam.model.training.data.packages import Package
from sanacam.model.training.data.prepare import prepare
from sanacam.model.training.data.sources import SourceSpec, all_sources

RECORDINGS = Package("footage", "recordings", "1")
CLIP = SourceSpec("ramp", "clip", RECORDINGS, "ramp.mp4", "CC0-1.0", "somebody", weight=2.0)
PHOTO = SourceSpec("leaf", "photo", RECORDINGS, "leaf.png", "CC-BY-4.0", "somebody else", crop=(0.0, 0.0, 0.5, 1.0))


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    folder = tmp_path / "footage"
    folder.mkdir()
    y, x = np.mgrid[0:320, 0:640]
    frames = [np.stack([x // 3, y // 2, 0 * x + 20 * i], axis=-1).astype(np.uint8) for i in range(4)]
    with av.open(str(folder / "ramp.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=20)
        stream.width, stream.height, stream.pix_fmt = 640, 320, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    transparent = np.concatenate([frames[0], np.full((320, 640, 1), 255, np.uint8)], axis=-1)
    transparent[:, :100, 3] = 0
    Image.fromarray(transparent).save(folder / "leaf.png")
    return folder


def test_manifest_tells_everything_about_an_item(tmp_path: Path, footage: Path) -> None:
    out = tmp_path / "data"
    lines: list[str] = []
    prepare(out, [CLIP, PHOTO], lines.append, footage)
    clip, photo = read_manifest(out)
    assert (clip["name"], clip["licence"], clip["credit"], clip["source"]) == (
        "ramp",
        "CC0-1.0",
        "somebody",
        "recordings==1",
    )
    assert (clip["frames"], clip["width"], clip["height"], clip["weight"]) == (4, 576, 288, 2.0)
    assert clip["source_sha256"] == hashlib.sha256((footage / "ramp.mp4").read_bytes()).hexdigest()
    assert clip["sha256"] == hashlib.sha256((out / clip["file"]).read_bytes()).hexdigest()
    assert (photo["frames"], photo["width"], photo["height"], photo["fps"], photo["mask"]) == (1, 320, 320, 0.0, None)
    assert len(lines) == 2
    assert "ramp" in lines[0]
    assert "4 frames" in lines[0]
    loaded = SourceBank.load(out, "cpu").sources
    assert [tuple(s.frames.shape) for s in loaded] == [(4, 3, 288, 576), (1, 3, 320, 320)]
    page = (out / "CREDITS.md").read_text(encoding="utf-8")
    assert "| leaf | `leaf.png` | CC-BY-4.0 | somebody else |" in page
    # Transparent parts became grey.
    assert abs(float(loaded[1].frames[0, :, 160, 40].float().mean()) - 128) < 6


def test_a_second_run_keeps_what_is_done(tmp_path: Path, footage: Path) -> None:
    out = tmp_path / "data"
    prepare(out, [CLIP], print, footage)
    before = (out / "clips/ramp.avif").stat().st_mtime_ns
    lines: list[str] = []
    prepare(out, [replace(CLIP, weight=5.0), PHOTO], lines.append, footage)
    assert (out / "clips/ramp.avif").stat().st_mtime_ns == before
    assert len(lines) == 1
    assert "leaf" in lines[0]
    # What only describes the pictures follows the table all the same.
    assert [i["weight"] for i in read_manifest(out)] == [5.0, 1.0]
    (out / "clips/ramp.avif").unlink()
    prepare(out, [CLIP, PHOTO], lines.append, footage)
    assert len(lines) == 2
    assert "ramp" in lines[1]
    prepare(out, [replace(CLIP, stop=0.1), PHOTO], lines.append, footage)
    assert read_manifest(out)[0]["frames"] == 2


def test_an_item_that_fails_keeps_the_others(tmp_path: Path, footage: Path) -> None:
    out = tmp_path / "data"
    gone = replace(PHOTO, name="gone", member="gone.png")
    with pytest.raises(UserError, match=r"no file gone\.png"):
        prepare(out, [CLIP, gone], print, footage)
    assert [i["name"] for i in read_manifest(out)] == ["ramp"]
    lines: list[str] = []
    items = prepare(out, [CLIP, gone, PHOTO], lines.append, footage, skip_missing=True)
    assert [i["name"] for i in items] == ["ramp", "leaf"]
    assert any("gone: left out" in line for line in lines)


def test_recordings_are_left_out_aloud_when_no_folder_is_given(tmp_path: Path) -> None:
    lines: list[str] = []
    assert prepare(tmp_path / "data", [CLIP], lines.append) == []
    assert "left out" in lines[0]
    assert "--footage" in lines[0]


FREE = {"MIT", "BSD-3-Clause", "CC0-1.0", "public domain", "public-domain"}


def test_the_table_holds_only_material_that_may_be_trained_on_and_shipped() -> None:
    rows = all_sources()
    assert len({r.name for r in rows}) == len(rows)
    for row in rows:
        free = row.licence in FREE or row.licence.startswith(("CC-BY-", "public domain ("))
        assert free, row
        assert not {"NC", "ND"} & set(row.licence.split("-")), row
        assert row.credit.strip(), row
        assert row.weight > 0
        assert row.stop is None or row.stop > row.start
        assert all(0 <= c <= 1 for c in row.crop)
        assert row.crop[0] < row.crop[2]
        assert row.crop[1] < row.crop[3]
    assert sum(r.kind == "clip" for r in rows) >= 20
    assert sum(r.masked for r in rows) >= 10


HELD_OUT = (
    "cap12",
    "cap13",
    "wolfganglanger",
    "sports2d",
    "bikes.mp4",
    "flowers.mp4",
    "goldengate",
    "vtest",
    "hacienda",
)


def test_the_table_holds_nothing_that_is_kept_for_evaluation() -> None:
    for row in all_sources():
        text = f"{row.package.name}/{row.member}".lower()
        assert not any(word in text for word in HELD_OUT), row
