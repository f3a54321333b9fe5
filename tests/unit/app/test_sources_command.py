"""``sanacam sources``, and the options of ``sanacam live`` that have to do with sources and the panic key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from sanacam.app.capture import choices
from sanacam.app.capture.camera_format import CameraFormat
from sanacam.app.capture.choices import SourceChoice
from sanacam.app.cli import main
from sanacam.app.commands.live import _panic_switch
from sanacam.app.settings import LiveSettings, Settings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.model.errors import UserError

CAMERA = SourceChoice("camera", "camera:Face cam", "Face cam", "640×480@30", (CameraFormat(640, 480, 30.0, "YUYV"),))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A camera, and no display."""

    def no_display() -> list[SourceChoice]:
        raise UserError("The screen cannot be captured.", "No display is available here.")

    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(choices, "list_cameras", lambda: [CAMERA])
    monkeypatch.setattr(choices, "list_screens", no_display)
    monkeypatch.setattr(choices, "list_windows", no_display)


def test_the_list_can_be_typed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == '--source "camera:Face cam"  640×480@30'
    assert lines[1] == "The screen cannot be captured. No display is available here."
    assert len(lines) == 3


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["sources"][0]["spec"] == "camera:Face cam"
    assert answer["sources"][0]["formats"] == [{"width": 640, "height": 480, "fps": 30.0, "pixels": "YUYV"}]
    assert [note["message"] for note in answer["notes"]] == ["The screen cannot be captured."]


def test_a_source_that_is_none_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["live", "--source", "webcam", "--prompt", "snow", "--sink", "file:x.mp4", "--json"]) == 2
    error = json.loads(capsys.readouterr().out.splitlines()[-1])["error"]
    assert "webcam" in error["message"]
    assert "sanacam sources" in error["hint"]


def test_loop_is_kept_in_the_file(tmp_path: Path) -> None:
    place = save_settings(Settings().with_values({"live.loop": True}), tmp_path / "s.toml")
    assert "loop = true" in place.read_text(encoding="utf-8")
    assert load_settings(place).live.loop is True
    with pytest.raises(UserError, match="true or false"):
        Settings().with_values({"live.loop": "yes"})


def test_the_panic_key_shows_what_was_chosen(tmp_path: Path) -> None:
    assert _panic_switch(LiveSettings()).preferred == "raw"
    assert _panic_switch(LiveSettings(panic="freeze")).preferred == "freeze"
    path = tmp_path / "away.png"
    Image.new("RGB", (8, 8), (1, 2, 3)).save(path)
    switch = _panic_switch(LiveSettings(panic="image", panic_image=str(path)))
    order = switch.toggle()
    assert order.mode == "image"
    assert order.image is not None
    assert order.image[0, 0].tolist() == [1, 2, 3]


def test_a_panic_picture_that_is_missing_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No picture is named"):
        _panic_switch(LiveSettings(panic="image"))
    with pytest.raises(UserError, match=r"gone\.png"):
        _panic_switch(LiveSettings(panic="image", panic_image=str(tmp_path / "gone.png")))
    with pytest.raises(UserError, match="not a possible value"):
        Settings().with_values({"live.panic": "loud"})
