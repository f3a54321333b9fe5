"""Which way the virtual camera goes, and how long a film lasts for who watches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_obs import FakeObs

from sanacam.app.commands.live import FILM_OVER, _watch
from sanacam.app.live_report import LiveReporter
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session, SessionEvent
from sanacam.app.settings import ObsSettings, OutputSettings
from sanacam.app.sink_choice import by_camera_way, check_window_sinks, need_host
from sanacam.model.errors import UserError

NAMES = ("virtualcam", "file:out.mp4", "obs")


def test_the_camera_goes_through_obs_when_obs_runs_its_own() -> None:
    with FakeObs() as obs:
        settings = ObsSettings(way="stream", port=obs.port)
        assert by_camera_way(NAMES, OutputSettings(), settings) == (NAMES, "")
        obs.camera = True
        names, why = by_camera_way(NAMES, OutputSettings(), settings)
        assert names == ("file:out.mp4", "obs", "obscamera")
        assert "already runs" in why
        assert by_camera_way(NAMES, OutputSettings(camera_way="direct"), settings) == (NAMES, "")
        obs.camera = False
        assert by_camera_way(("virtualcam",), OutputSettings(camera_way="obs"), settings) == (("obs", "obscamera"), "")
    assert by_camera_way(NAMES, OutputSettings(), settings) == (NAMES, ""), "OBS is closed"
    with pytest.raises(UserError, match="OBS"):
        by_camera_way(NAMES, OutputSettings(camera_way="obs"), settings)


def test_who_does_not_use_obs_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(wish: str, settings: ObsSettings) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr("sanacam.app.outputs.obs_camera.camera_choice", ask)
    assert by_camera_way(NAMES, OutputSettings(), ObsSettings()) == (NAMES, "")
    assert by_camera_way(("window",), OutputSettings(), ObsSettings(way="stream")) == (("window",), "")
    with pytest.raises(UserError, match="not set up"):
        by_camera_way(NAMES, OutputSettings(camera_way="obs"), ObsSettings())


def test_all_but_recordings_of_films_live_in_the_host() -> None:
    assert need_host(["obs", "obscamera"], exact=True)
    assert need_host(["file:out.mp4"], exact=False)
    assert not need_host(["file:out.mp4"], exact=True)


def test_what_the_window_has_no_switch_for_is_refused() -> None:
    check_window_sinks(("window", "virtualcam", "obs", "file:out.mp4"))
    with pytest.raises(UserError, match='window cannot feed "mjpeg:8081"'):
        check_window_sinks(("window", "mjpeg:8081"))
    for name in ("teletext", "file:", "obscamera"):
        with pytest.raises(UserError, match="is not a sink"):
            check_window_sinks(("window", name))


@pytest.mark.parametrize("stay", [False, True])
def test_a_film_is_over_only_for_recordings(
    stay: bool, make_session: Callable[..., Session], fakes: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    events: deque[SessionEvent] = deque()
    reporter, stop, watcher = LiveReporter(events, as_json=False), threading.Event(), CollectSink()
    session = make_session(fakes.Film(count=8), [watcher], fakes.Model, stay=stay, on_event=events.append)
    session.start()
    film = Path("film.mp4") if stay else None
    watching = threading.Thread(target=_watch, args=(session, stop, 0.0, [watcher], reporter, film))
    watching.start()
    assert session.wait(30.0) == "ended"
    watching.join(1.5 if stay else 30.0)
    assert watching.is_alive() == stay
    stop.set()
    watching.join(30.0)
    assert not watching.is_alive()
    assert (FILM_OVER.message in capsys.readouterr().err) == stay
