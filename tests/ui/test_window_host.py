"""The window and the output host: opened when it is needed, kept between sessions, told when something is switched off.

One real host for each test that needs one; no OBS runs here, and nobody watches.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from fake_obs import FakeObs
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, messages, run

from sanacam.app.host.client import living_hosts
from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.ui import conductor
from sanacam.ui.main_window import MainWindow

LONG = 4 * WAIT
PATTERN = "pattern:64x48@25"


def in_the_host(window: MainWindow) -> list[str]:
    link = window.control.link
    status = link.status() if link is not None else None
    return [sink["key"] for sink in status["sinks"]] if status else []


def test_a_window_that_only_shows_needs_no_host(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(live__source=PATTERN)
    run(qtbot, window)
    assert window.control.link is None
    assert living_hosts() == []


def test_obs_goes_to_a_host_that_comes_while_it_plays_and_stays_while_it_does_not(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(live__source=PATTERN)
    run(qtbot, window)
    session = window.control.session
    window.outputs.obs.click()
    qtbot.waitUntil(lambda: in_the_host(window) == ["obs"], timeout=LONG)
    assert window.control.session is session, "what plays goes on"
    assert load_settings().live.sink == ("window", "obs"), "kept at once: this window might be killed"
    qtbot.waitUntil(lambda: "Set up" in window.outputs.obs_words.text(), timeout=LONG)
    window.stop()
    qtbot.waitUntil(lambda: not window.control.busy, timeout=LONG)
    assert in_the_host(window) == ["obs"], "who watches OBS sees a card, and no source that goes"
    assert window.outputs.obs_words.text() == "when started"
    run(qtbot, window)
    assert in_the_host(window) == ["obs"]
    window.stop()
    window.outputs.obs.click()
    qtbot.waitUntil(lambda: in_the_host(window) == [], timeout=LONG)


def test_a_recording_of_what_is_live_goes_on_in_another_file_when_the_host_is_killed(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(live__source=PATTERN, output__codec="x264")
    run(qtbot, window)
    window.outputs.set_recording(tmp_path / "out.mp4")
    window.outputs.changed.emit()
    qtbot.waitUntil(lambda: window.outputs.record_words.text() == "to out.mp4", timeout=LONG)
    link = window.control.link
    assert link is not None
    assert link.host_pid is not None
    qtbot.wait(500)
    os.kill(link.host_pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    qtbot.waitUntil(lambda: window.outputs.record_words.text() == "to out-2.mp4", timeout=LONG)
    assert "is started again with recording out" in messages(window)[0]
    assert window.playing
    qtbot.wait(500)
    window.outputs.record.click()
    qtbot.waitUntil(lambda: window.outputs.record_words.text() == "out-2.mp4 is ready", timeout=LONG)


@pytest.mark.parametrize("name", ["virtualcam", "obs"])
def test_what_the_settings_name_is_switched_on(open_window: OpenWindow, name: str) -> None:
    window = open_window(live__sink=["window", name])
    assert (window.outputs.camera.isChecked(), window.outputs.obs.isChecked()) == (name == "virtualcam", name == "obs")


def test_the_camera_goes_through_obs_when_obs_runs_its_own(qtbot: QtBot, open_window: OpenWindow) -> None:
    with FakeObs() as obs:
        save_settings(Settings().with_values({"obs.port": obs.port, "obs.way": "stream"}))
        window = open_window(live__source=PATTERN)
        run(qtbot, window)
        obs.camera = True
        window.outputs.camera.click()
        qtbot.waitUntil(lambda: sorted(in_the_host(window)) == ["obs", "obscamera"], timeout=LONG)
        assert messages(window) == ["OBS already runs the virtual camera, so the picture goes through OBS."]
        qtbot.waitUntil(lambda: window.outputs.camera_words.text() == "as OBS Virtual Camera", timeout=LONG)
        window.outputs.camera.click()
        qtbot.waitUntil(lambda: in_the_host(window) == [], timeout=LONG)
        assert obs.camera, "the user has started it"
        obs.camera = False
        window.outputs.option_changed.emit("output.camera_way", "obs")
        window.outputs.camera.click()
        qtbot.waitUntil(lambda: obs.camera is True, timeout=LONG)
        window.outputs.camera.click()
        qtbot.waitUntil(lambda: obs.camera is False, timeout=LONG)
        assert window.playing


def test_through_an_obs_that_is_not_set_up(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(live__source=PATTERN, output__camera_way="obs")
    run(qtbot, window)
    window.outputs.camera.click()
    qtbot.waitUntil(lambda: not window.outputs.camera.isChecked(), timeout=LONG)
    assert "OBS is not set up" in messages(window)[0]
    assert window.playing


def test_a_film_that_is_written_anew_goes_on_in_obs(
    qtbot: QtBot, open_window: OpenWindow, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "FILM_EVERY", 2)
    own = tmp_path / "own.mp4"
    shutil.copy(film, own)
    window = open_window(live__source=f"file:{own}")
    window.outputs.obs.click()
    run(qtbot, window)
    qtbot.waitUntil(lambda: in_the_host(window) == ["obs"], timeout=LONG)
    window.sources.repeat.click()
    qtbot.waitUntil(lambda: window.status.words.text() == "The film is over", timeout=LONG)
    assert in_the_host(window) == ["obs"]
    os.utime(own, (1, 1))
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=LONG)
    window.stop()
    os.utime(own, (2, 2))
    qtbot.wait(300)
    assert window.status.words.text() != "Running", "who has stopped it himself is not played to"
