"""Thumbnails: drawn by the model from the sample clip; every built-in preset ships one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sanacam.app.presets import builtin_presets
from sanacam.app.thumbnails import FRAMES, THUMBNAIL, draw_thumbnails, sample_frames, thumbnail
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_bundle


def test_every_built_in_preset_ships_a_thumbnail_and_no_two_are_alike() -> None:
    seen: dict[bytes, str] = {}
    for preset in builtin_presets():
        file = preset.thumbnail_file()
        assert file is not None, preset.name
        with file.open("rb") as stream:
            picture = Image.open(stream).convert("RGB")
        assert picture.size == THUMBNAIL
        assert np.asarray(picture).std() > 10, f"{preset.name} is nearly one colour"
        assert seen.setdefault(picture.tobytes(), preset.name) == preset.name
    assert len(seen) >= 12


def test_thumbnails_are_drawn_from_the_sample_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = sample_frames()
    assert len(frames) == FRAMES
    assert frames[0].shape[2] == 3
    editor = StreamEditor(tiny_bundle(0), "cpu", "fp32")
    small = [np.ascontiguousarray(frame[::4, ::4]) for frame in frames[:4]]
    assert thumbnail(editor, "oil", small).size == THUMBNAIL
    presets = builtin_presets()[:2]
    monkeypatch.setattr("sanacam.app.thumbnails.sample_frames", lambda: small)
    draw_thumbnails(editor, presets, tmp_path / "made")
    assert sorted(p.name for p in (tmp_path / "made").iterdir()) == sorted(f"{p.name}.png" for p in presets)
