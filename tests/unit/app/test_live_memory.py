"""A live source whose pictures turn out too large for this machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sanacam.app import editor_loading
from sanacam.app.editor_loading import FP32_BYTES_PER_PIXEL, load_editor
from sanacam.app.settings import ModelSettings
from sanacam.model.errors import UserError
from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle


def pictures(width: int, height: int) -> list[np.ndarray]:
    return [np.full((height, width, 3), 90, np.uint8)] * 4


def test_pictures_that_do_not_fit_are_refused_when_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path / "config"))
    save_bundle(tiny_bundle(0), tmp_path / "tiny")
    settings = ModelSettings(name=str(tmp_path / "tiny"), device="cpu", precision="fp32")
    monkeypatch.setattr(editor_loading, "available_bytes", lambda: 64 * 48 * FP32_BYTES_PER_PIXEL)
    with pytest.raises(UserError, match="needs about"):
        load_editor(settings, (128, 96))
    editor = load_editor(settings)
    editor.set_prompt("snow")
    with pytest.raises(UserError, match="128×96 needs about"):
        editor.prepare(128, 96)
    with pytest.raises(UserError, match="128×96 needs about"):
        editor.push(pictures(128, 96))
    assert len([*editor.push(pictures(64, 48)), *editor.flush()]) == 4, "nothing of the refused pictures was kept"
