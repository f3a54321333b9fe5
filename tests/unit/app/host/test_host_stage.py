"""The host's last stage: what it shows when, who may order what, and that one bad sink harms nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.cli import main
from sanacam.app.clock import OutputFormat
from sanacam.app.control.token import keep_token
from sanacam.app.frames import Frame
from sanacam.app.host import feed
from sanacam.app.host.client import HostClient, HostGoneError
from sanacam.app.host.server import MOST_CONNECTIONS
from sanacam.app.host.spec import SinkSpec
from sanacam.app.host.state import HostState
from sanacam.app.outputs import v4l2_loopback
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.outputs.ring import RingReader
from sanacam.app.outputs.sink_thread import SinkThread
from sanacam.model.errors import UserError

Wait = Callable[..., None]
Make = Callable[..., Any]
EDITED, RAW = 200, 60


@pytest.fixture
def camera_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for a v4l2loopback device: the kernel accepts every request, and the file keeps the pictures."""
    device = tmp_path / "video10"
    device.write_bytes(b"")
    monkeypatch.setattr(v4l2_loopback, "_ioctl", lambda *_: None)
    monkeypatch.setattr(v4l2_loopback, "default_device", lambda: str(device))
    return device


def last_camera_picture(device: Path) -> Any:
    data = device.read_bytes()
    size = 1280 * 720 * 3 // 2
    assert len(data) >= size
    whole = len(data) // size * size
    planar = np.frombuffer(data[whole - size : whole], np.uint8).reshape(720 * 3 // 2, 1280)
    return cv2.cvtColor(planar, cv2.COLOR_YUV2RGB_I420)


def test_the_picture_gets_to_the_virtual_camera_at_its_fixed_size(
    hosted: Any, make_session: Make, camera_file: Path, eventually: Wait
) -> None:
    session = make_session()
    session.write()
    wish = session.open(SinkSpec("virtualcam"))
    assert wish.error is None
    assert wish.state["device"] == str(camera_file)
    eventually(lambda: camera_file.stat().st_size >= 3 * 1280 * 720 * 3 // 2)
    middle = last_camera_picture(camera_file)[360, 640]
    assert np.abs(middle.astype(int) - EDITED).max() <= 4


def test_a_picture_is_repeated_for_ever_at_the_output_rate_then_frozen_then_a_slate(
    hosted: Any, make_session: Make, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "FREEZE_NS", 700_000_000)
    session = make_session()
    writer = session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    writer.hang.set()
    eventually(lambda: hosted.stage.status()["repeated"] >= 10)
    eventually(lambda: hosted.value() == -1)
    frames = hosted.seen.frames
    last = max(place for place, frame in enumerate(frames) if frame.sequence >= 0)
    # A slate's own stamp is the moment at which it was drawn.
    assert frames[last + 1].captured_ns - frames[last].captured_ns >= feed.FREEZE_NS, "frozen first"
    count = len(hosted.seen.frames)
    eventually(lambda: len(hosted.seen.frames) > count + 10)
    writer.hang.clear()
    eventually(lambda: hosted.value() == EDITED)


@pytest.mark.parametrize(("mode", "wanted"), [("raw", RAW), ("black", 0), ("freeze", EDITED)])
def test_panic_within_50_ms_while_the_writer_hangs(
    hosted: Any, make_session: Make, eventually: Wait, mode: Any, wanted: int
) -> None:
    session = make_session()
    writer = session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    eventually(lambda: session.link._relay._client is not None)
    writer.hang.set()

    def press() -> float:
        order = session.panic.engage(mode)
        shown_ms = session.panic.wait_shown(order, 30.0)
        assert shown_ms is not None
        assert hosted.value() == wanted
        assert hosted.seen.frames[-1].epoch == 0 or mode == "freeze"
        session.panic.release()
        eventually(lambda: hosted.value() == EDITED)
        return float(shown_ms)

    times = best_of(press, 50.0)
    assert min(times) <= 50.0, times


def test_panic_at_the_host_reaches_the_session_and_comes_back_once(
    hosted: Any, make_session: Make, eventually: Wait
) -> None:
    session = make_session()
    session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    caller = HostClient(hosted.state)
    assert caller.ask("panic", 30.0, mode="black", image=None)["panic"] == "black"
    eventually(lambda: session.panic.mode == "black")
    number = session.panic.order.number
    assert caller.ask("panic", 30.0, mode=None, image=None)["panic"] is None
    eventually(lambda: session.panic.mode is None)
    assert session.panic.order.number == number + 1
    caller.close()


def test_the_command_reaches_the_host_while_the_session_hangs(
    hosted: Any,
    make_session: Make,
    eventually: Wait,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No control port answers here, as when the whole session hangs; the preferred mode is known to the host."""
    monkeypatch.setattr("sanacam.app.host.press.ANSWER_S", 30.0)
    keep_token()
    session = make_session()
    session.panic.prefer("black")
    session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    eventually(lambda: hosted.stage.panic.preferred == "black")
    assert main(["panic"]) == 0
    eventually(lambda: hosted.value() == 0)
    assert "black" in capsys.readouterr().out
    assert main(["panic"]) == 0
    eventually(lambda: hosted.value() == EDITED)
    assert main(["panic", "--mode", "raw"]) == 0
    eventually(lambda: hosted.value() == RAW)
    assert main(["panic", "--off"]) == 0
    eventually(lambda: hosted.value() == EDITED)


def test_quick_presses_end_in_the_last_one(hosted: Any, make_session: Make, eventually: Wait) -> None:
    session = make_session()
    session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    for _ in range(10):
        session.panic.engage("black")
        # The answer to a press is still on its way when the next one comes.
        eventually(lambda: hosted.stage.panic.mode == "black")
        session.panic.release()
        eventually(lambda: hosted.stage.panic.mode is None)
    for _ in range(20):
        session.panic.toggle()
    assert session.panic.order.number == 40, "nobody else has pressed"
    order = session.panic.engage("black")
    assert session.panic.wait_shown(order, 30.0) is not None
    time.sleep(0.1)
    assert (session.panic.mode, hosted.stage.panic.mode) == ("black", "black")
    assert session.panic.order is order


def test_a_session_that_begins_in_panic_shows_nothing_edited(hosted: Any, make_session: Make, eventually: Wait) -> None:
    hosted.stage.panic.engage("black")
    session = make_session()
    session.write()
    eventually(lambda: len(hosted.seen.frames) > 20)
    assert session.panic.mode == "black", "panic at the host wins over a session that knows nothing of it"
    assert all(not frame.pixels.any() for frame in hosted.seen.frames)


def test_one_owner_at_a_time_and_the_next_one_finds_the_sinks(
    hosted: Any, make_session: Make, eventually: Wait, tmp_path: Path
) -> None:
    first = make_session()
    first.write()
    path = str(tmp_path / "out.mp4")
    assert first.open(SinkSpec("recording", path=path)).error is None
    stranger = HostClient(hosted.state)
    assert stranger.ask("claim", 30.0, mark="x", fps=None) == {"owner": False}
    with pytest.raises(UserError, match="Another Sanacam"):
        stranger.ask("add", 30.0, sink=SinkSpec("obs").to_json())
    with pytest.raises(UserError, match="Another Sanacam"):
        stranger.ask("end", 30.0)
    stranger.close()
    first.writers[0].leave()
    assert first.link.close(end=False)
    second = make_session()
    second.write(value=EDITED + 20)
    eventually(lambda: hosted.value() == EDITED + 20)
    eventually(lambda: bool(second.link.wishes.left_recordings()))
    assert "has gone on since before" in second.notes[0].message
    wish = second.open(SinkSpec("recording", path=path))
    assert wish.error is None, "taken over, not refused because the file exists"
    assert second.link.wishes.release(wish, 10.0)
    assert hosted.stage.status()["sinks"] == []


def test_a_camera_that_nobody_wants_back_is_let_go(
    hosted: Any, make_session: Make, camera_file: Path, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.host.wishes.LEFTOVER_S", 0.2)
    monkeypatch.setattr("sanacam.app.host.link.PING_S", 0.1)
    first = make_session()
    first.write()
    assert first.open(SinkSpec("virtualcam")).error is None
    first.writers[0].leave()
    assert first.link.close(end=False)
    assert len(hosted.stage.status()["sinks"]) == 1
    make_session()
    eventually(lambda: hosted.stage.status()["sinks"] == [])


def test_a_sink_that_fails_is_told_to_its_session_and_the_others_go_on(
    hosted: Any, make_session: Make, eventually: Wait, camera_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session()
    session.write()
    wish = session.open(SinkSpec("virtualcam"))
    assert wish.error is None

    def gone(*_: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(v4l2_loopback.LoopbackCamera, "send", gone)
    eventually(lambda: wish.error is not None)
    assert "no longer takes pictures" in wish.error.message
    count = len(hosted.seen.frames)
    eventually(lambda: len(hosted.seen.frames) > count + 10)
    assert hosted.stage.status()["sinks"] == []


def test_what_cannot_be_opened_is_refused_with_the_reason(hosted: Any, make_session: Make, tmp_path: Path) -> None:
    session = make_session()
    session.write()
    (tmp_path / "there.mp4").write_bytes(b"precious")
    wish = session.open(SinkSpec("recording", path=str(tmp_path / "there.mp4")))
    assert "exists already" in wish.error.message
    assert wish.error.hint
    assert (tmp_path / "there.mp4").read_bytes() == b"precious"


def test_the_output_ring_shows_what_the_host_shows_and_follows_the_size(
    hosted: Any, make_session: Make, eventually: Wait
) -> None:
    session = make_session()
    session.write()
    wish = session.open(SinkSpec("obs"))
    assert wish.error is None
    assert wish.state["port"] > 0
    reader = RingReader(Path(wish.state["ring"]))
    taken: list[Frame] = []

    def newest() -> int:
        frame = reader.take()
        taken.extend([] if frame is None else [frame])
        return int(taken[-1].pixels[8, 16, 0]) if taken else -1

    eventually(lambda: newest() == EDITED)
    session.panic.engage("black")
    eventually(lambda: newest() == 0)
    session.panic.release()
    session.writers[0].leave()
    session.write(OutputFormat(64, 32, 60.0), value=90)
    eventually(lambda: not reader.open)
    eventually(lambda: RingReader(Path(wish.state["ring"])).open)
    again = RingReader(Path(wish.state["ring"]))
    assert (again.width, again.height) == (64, 32)
    eventually(lambda: (frame := again.take()) is not None and int(frame.pixels[16, 32, 0]) == 90)


def test_a_sink_that_is_stuck_delays_nobody_and_shows() -> None:
    let_go = threading.Event()

    class Stuck(CollectSink):
        def write(self, frame: Frame) -> None:
            super().write(frame)
            let_go.wait(60.0)

    sink = Stuck()
    thread = SinkThread(sink)
    thread.begin(32, 16, 30.0)
    frame = Frame(np.zeros((16, 32, 3), np.uint8), 0, 0)
    started = time.monotonic()
    for _ in range(1000):
        thread.write(frame)
    assert time.monotonic() - started < 30.0
    assert thread.dropped >= 998
    with pytest.raises(UserError, match="does not close"):
        thread.finish(0.05)
    let_go.set()
    thread.finish(30.0)
    assert sink.closed


def test_a_sink_thread_fits_reports_and_closes() -> None:
    class Breaks(CollectSink):
        def write(self, frame: Frame) -> None:
            if len(self.frames) == 2:
                raise UserError("The disk is full.", "Free some.")
            super().write(frame)

    sink = Breaks()
    thread = SinkThread(sink, depth=4)
    thread.begin(32, 16, 30.0)

    def write_for_a_while() -> None:
        for _ in range(1000):
            thread.write(Frame(np.full((40, 40, 3), 9, np.uint8), 0, 0))
            time.sleep(0.002)

    with pytest.raises(UserError, match="disk is full"):
        write_for_a_while()
    thread.finish()
    assert sink.closed
    assert {frame.pixels.shape for frame in sink.frames} == {(16, 32, 3)}

    class Refuses(CollectSink):
        def open(self, width: int, height: int, fps: float) -> None:
            raise UserError("There is no driver.", "Install it.")

    with pytest.raises(UserError, match="no driver"):
        SinkThread(Refuses()).begin(32, 16, 30.0)


@pytest.mark.parametrize(
    "hello", [b"", b"\n", b"GET / HTTP/1.1\r\n\r\n", b'{"token": "wrong", "version": 1}\n', b"[1]\n"]
)
def test_strangers_get_nothing(hosted: Any, hello: bytes) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", hosted.state.port), 2.0) as channel:
        channel.settimeout(30.0)
        channel.sendall(hello)
        if not hello:
            channel.shutdown(socket.SHUT_WR)
        assert channel.recv(100) == b""


def test_strangers_who_say_nothing_keep_nobody_out(hosted: Any) -> None:
    import socket

    idle = [socket.create_connection(("127.0.0.1", hosted.state.port), 30.0) for _ in range(MOST_CONNECTIONS)]
    client = HostClient(hosted.state)
    assert client.ask("panic", 30.0, mode="black", image=None)["panic"] == "black"
    for channel in idle:
        channel.close()
    again = HostClient(hosted.state)
    assert client.ask("status", 30.0)["panic"] == "black", "who has shown the token stays"
    for one in (client, again):
        one.close()


def test_a_host_of_another_version_says_so(hosted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.app.host.client.VERSION", 2)
    with pytest.raises(UserError, match="another version"):
        HostClient(hosted.state)


def test_requests_that_make_no_sense_are_answered(hosted: Any) -> None:
    client = HostClient(hosted.state)
    for do, values in (
        ("dance", {}),
        ("panic", {"mode": "purple"}),
        ("claim", {}),
        ("add", {"sink": 3}),
        ("add", {"sink": {"kind": "recording"}}),
        ("add", {"sink": {"kind": "obs", "colour": 1}}),
    ):
        with pytest.raises(UserError):
            client.ask(do, 30.0, **values)
    assert client.ask("status", 30.0)["owned"] is False
    client.close()


def test_nobody_there(hosted: Any) -> None:
    gone = HostState(1, hosted.state.pid, 1, hosted.state.token)
    with pytest.raises(HostGoneError):
        HostClient(gone)


def test_the_users_own_picture_is_shown_by_the_host(
    hosted: Any, make_session: Make, eventually: Wait, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "mine.png"), np.full((100, 200, 3), 90, np.uint8))
    session = make_session()
    session.write()
    eventually(lambda: bool(hosted.seen.frames) and hosted.value() == EDITED)
    session.panic.engage("image", tmp_path / "mine.png")
    eventually(lambda: hosted.value() == 90)
    (tmp_path / "mine.png").unlink()
    session.panic.release()
    eventually(lambda: hosted.value() == EDITED)
    session.panic.engage("image")
    eventually(lambda: hosted.value() == 90)
