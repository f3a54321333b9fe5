"""Sessions whose sinks live in a host: the sinks stay from one session to the next, recordings do not."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.clock import OutputFormat
from sanacam.app.control.recording import RemoteRecording
from sanacam.app.frames import Frame
from sanacam.app.host.hosted_sink import HostedSink
from sanacam.app.host.link import HostLink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.outputs.ring import RingReader
from sanacam.app.panic import PanicSwitch
from sanacam.app.session import Session
from sanacam.app.source import SourceInfo
from sanacam.model.errors import UserError

Wait = Callable[..., None]
Make = Callable[..., Any]
SOURCE, ADDED = 60, 100


class Camera:
    """Shows a picture of one brightness; changes its size when told to."""

    live = True

    def __init__(self) -> None:
        self.size = (32, 16)

    def open(self) -> SourceInfo:
        return SourceInfo("camera", *self.size, 60.0, live=True)

    def read(self, timeout_s: float) -> Frame:
        time.sleep(1 / 60)
        width, height = self.size
        return Frame(np.full((height, width, 3), SOURCE, np.uint8), time.monotonic_ns(), 0)

    def close(self) -> None:
        pass


class Brighter:
    """Adds 100; hangs while told to."""

    frames_per_chunk = 2

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()

    def push(self, frames: list[Any]) -> list[Any]:
        self.go_on.wait(60.0)
        return [frame + ADDED for frame in frames]

    def flush(self) -> list[Any]:
        return []

    def reset(self) -> None:
        pass

    def set_prompt(self, text: str, transition: str = "keep") -> None:
        pass

    def set_strength(self, strength: float) -> None:
        pass


@pytest.fixture
def play(make_session: Make) -> Any:
    """A session on a link of its own, or on the one given."""
    running: list[Session] = []

    def start(*specs: SinkSpec, hosted: Any = None, camera: Any = None, **options: Any) -> tuple[Any, Session, Any]:
        hosted, model = hosted or make_session(), Brighter()
        news: list[str] = []
        sinks = [HostedSink(hosted.link, spec, lambda word, state: news.append(word)) for spec in specs]
        session = Session(
            camera or Camera(), sinks, lambda: model, fps=60.0, panic=hosted.panic, outlet=hosted.link, **options
        )
        session.news, session.model = news, model  # type: ignore[attr-defined]
        running.append(session)
        session.start()
        return hosted, session, sinks

    yield start
    for session in running:
        session.model.go_on.set()  # type: ignore[attr-defined]
        assert session.stop(30.0)


def test_sinks_stay_open_from_one_session_to_the_next_and_recordings_end(
    hosted: Any, play: Any, eventually: Wait, tmp_path: Path
) -> None:
    path = tmp_path / "out.mp4"
    own, session, sinks = play(SinkSpec("obs"), SinkSpec("recording", path=str(path), codec="x264"))
    eventually(lambda: not any(sink.waiting for sink in sinks))
    eventually(lambda: hosted.value() == SOURCE + ADDED)
    eventually(lambda: session.news.count("open") == 2)
    port = sinks[0].state["port"]
    eventually(lambda: hosted.stage.status()["sinks"][1]["recorded"] >= 20)
    assert session.stop()
    assert session.news[-1] == "closed"
    with av.open(path) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 20
    assert [sink["key"] for sink in hosted.stage.status()["sinks"]] == ["obs"]
    _, _, [again] = play(SinkSpec("obs"), hosted=own)
    eventually(lambda: not again.waiting)
    assert again.state["port"] == port, "never closed"
    eventually(lambda: hosted.value() == SOURCE + ADDED)
    again.retire()
    assert hosted.stage.status()["sinks"] == []


def test_a_sink_that_cannot_be_opened_is_dropped_by_the_session_with_its_reason(
    hosted: Any, play: Any, eventually: Wait, tmp_path: Path
) -> None:
    events: list[Any] = []
    path = tmp_path / "no" / "out.mp4"
    _, session, [sink] = play(SinkSpec("recording", path=str(path)), on_event=events.append)
    eventually(lambda: any(event.about == "sink" for event in events))
    eventually(lambda: sink._wish is None)
    assert not sink.waiting, "the time of the others runs from when they are there"
    told = next(event for event in events if event.about == "sink")
    assert told.error
    assert "no folder" in told.message
    assert session.news == ["failed"]


def test_panic_within_50_ms_through_the_host_while_the_model_hangs(hosted: Any, play: Any, eventually: Wait) -> None:
    own, session, _ = play(SinkSpec("obs"))
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == SOURCE + ADDED)
    eventually(lambda: own.link._relay._client is not None)
    session.model.go_on.clear()

    def press_four_times() -> float:
        times = []
        for mode, wanted in (("black", 0), ("raw", SOURCE), ("freeze", None), ("black", 0)):
            order = own.panic.engage(mode)
            shown_ms = own.panic.wait_shown(order, 30.0)
            assert shown_ms is not None
            times.append(shown_ms)
            if wanted is not None:
                eventually(lambda wanted=wanted: hosted.value() == wanted)
        return float(np.median(times))

    times = best_of(press_four_times, 50.0)
    own.panic.release()
    eventually(lambda: hosted.value() == SOURCE + ADDED)
    assert min(times) <= 50.0, times


def test_a_source_that_changes_its_size_does_not_disturb_the_sinks(
    hosted: Any, play: Any, eventually: Wait, tmp_path: Path
) -> None:
    camera, path = Camera(), tmp_path / "out.mp4"
    _, session, sinks = play(SinkSpec("obs"), SinkSpec("recording", path=str(path), codec="x264"), camera=camera)
    eventually(lambda: not any(sink.waiting for sink in sinks))
    for size in ((64, 64), (17, 33), (1280, 720), (32, 16)):
        camera.size = size
        edited = session.stats().edited
        eventually(lambda edited=edited: session.stats().edited > edited + 20)
    eventually(lambda: hosted.value() == SOURCE + ADDED)
    assert [sink["key"] for sink in hosted.stage.status()["sinks"]] == ["obs", f"recording {path}"]
    reader = RingReader(Path(sinks[0].state["ring"]))
    assert (reader.width, reader.height) == (32, 16)


def test_a_recording_by_remote_control_lives_in_the_host(
    hosted: Any, play: Any, eventually: Wait, tmp_path: Path
) -> None:
    own, session, _ = play(SinkSpec("obs"))
    remote = RemoteRecording(session, exact=False, folder=tmp_path, link=own.link)
    assert remote.path is None
    remote.begin()
    remote.begin()
    path = remote.path
    assert path is not None
    eventually(lambda: any(sink.get("recorded", 0) >= 10 for sink in hosted.stage.status()["sinks"]))
    remote.end()
    assert remote.path is None
    with av.open(path) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 10
    assert len(list(tmp_path.iterdir())) == 1


def test_the_picture_goes_on_while_a_recording_is_finished(
    hosted: Any, play: Any, eventually: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, session, _ = play(SinkSpec("obs"))
    remote = RemoteRecording(session, exact=False, folder=tmp_path, link=own.link)
    remote.begin()
    eventually(lambda: any(sink.get("recorded", 0) >= 1 for sink in hosted.stage.status()["sinks"]))
    release, finished = own.link.wishes.release, threading.Event()

    def slowly(*args: Any) -> bool:
        finished.wait(60.0)
        return bool(release(*args))

    monkeypatch.setattr(own.link.wishes, "release", slowly)
    ending = threading.Thread(target=remote.end)
    ending.start()
    try:
        shown = session.stats().shown
        eventually(lambda: session.stats().shown > shown + 5)
    finally:
        finished.set()
        ending.join(60.0)
    assert not ending.is_alive()
    assert remote.path is None


def test_a_recording_that_never_began_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.app.host.hosted_sink.CLOSE_S", 0.05)
    link = HostLink(PanicSwitch(), lambda note: None)
    for spec in (SinkSpec("obs"), SinkSpec("recording", path=str(tmp_path / "out.mp4"))):
        sink = HostedSink(link, spec)
        sink.open(32, 16, 30.0)
        if spec.kind == "obs":
            sink.close()
        else:
            with pytest.raises(UserError, match="had not begun"):
                sink.close()


def test_no_room_for_the_rings_is_said_once_and_harms_nothing_else(
    hosted: Any, make_session: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError("There is no room for shared pictures.", "Make some.")

    monkeypatch.setattr("sanacam.app.host.outgoing.RingWriter", full)
    session = make_session()
    wish = session.link.wishes.want(SinkSpec("obs"))
    session.link.begin(OutputFormat(32, 16, 30.0))
    assert wish.error is not None
    assert "no room" in wish.error.message
    session.link.show(Frame(np.zeros((16, 32, 3), np.uint8), 0, 0), None)
    session.link.end()


def test_a_host_that_cannot_be_started_is_said(
    make_session: Make, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("sanacam.app.host.client.subprocess.Popen", no_memory)
    wish = make_session().link.wishes.want(SinkSpec("obs"))
    eventually(lambda: wish.error is not None)
    assert "Cannot allocate memory" in wish.error.message


def test_the_source_is_recorded_beside_the_edit(hosted: Any, play: Any, eventually: Wait, tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    _, session, [sink] = play(SinkSpec("recording", path=str(path), codec="x264", beside=True))
    eventually(lambda: not sink.waiting)
    eventually(lambda: hosted.stage.status()["sinks"][0]["recorded"] >= 15)
    assert session.stop()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out.mp4", "out.source.mp4"]
    for name, level in (("out.mp4", SOURCE + ADDED), ("out.source.mp4", SOURCE)):
        with av.open(tmp_path / name) as container:
            last = list(container.decode(video=0))[-1].to_ndarray(format="rgb24")
        assert abs(float(last.mean()) - level) < 6, name
