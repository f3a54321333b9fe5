"""``sanacam panic`` against sessions that really run: exit codes, words, several at once, and how long it takes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.capture.pattern import PatternSource
from sanacam.app.cli import main
from sanacam.app.control.client import call
from sanacam.app.control.instances import announce, announced_ports
from sanacam.app.control.server import ControlServer
from sanacam.app.control.session_target import SessionTarget
from sanacam.app.control.token import keep_token, read_token
from sanacam.app.frames import Pixels
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session
from sanacam.app.settings import LookSettings

EDITED = 213


class HangingEditor:
    """Makes one grey chunk, then hangs until it is let go."""

    frames_per_chunk = 2

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self._chunks = 0

    def push(self, frames: list[Pixels], /) -> list[Pixels]:
        self._chunks += 1
        if self._chunks > 1:
            self.let_go.wait(60.0)
        return [np.full_like(frame, EDITED) for frame in frames]

    def flush(self) -> list[Pixels]:
        return []

    def reset(self) -> None:
        pass

    def set_prompt(self, text: str, /, transition: str = "keep") -> None:
        pass

    def set_strength(self, strength: float, /) -> None:
        pass


class Running:
    """A session with its control port open and its model hanging."""

    def __init__(self, folder: Path) -> None:
        self.editor, self.sink = HangingEditor(), CollectSink(limit=3)
        self.session = Session(
            PatternSource(64, 48, 30.0), [self.sink], lambda: self.editor, fps=30.0, size=(64, 48), prompt="snow"
        )
        look = LookSettings(prompt="snow")
        self.server = ControlServer(SessionTarget(self.session, look, exact=False, folder=folder), free_port())
        self.port = self.server.start()
        self.session.start()
        deadline = time.monotonic() + 30
        while not (self.sink.frames and (self.sink.frames[-1].pixels == EDITED).all()):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def edited(self) -> bool:
        """Whether the edited picture is what goes out."""
        return bool((self.sink.frames[-1].pixels == EDITED).all())

    def end(self) -> None:
        assert self.server.stop(30.0)
        self.editor.let_go.set()
        assert self.session.stop(30.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(folder))
    # The answer comes when the picture is out, however busy the machine is.
    monkeypatch.setattr("sanacam.app.control.requests.CONFIRM_S", 20.0)
    monkeypatch.setattr("sanacam.app.commands.panic.ANSWER_S", 30.0)
    return folder


@pytest.fixture
def start_one(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    running: list[Running] = []

    def start() -> Running:
        running.append(Running(tmp_path / "videos"))
        return running[-1]

    yield start
    for one in running:
        one.end()
    assert [t.name for t in threading.enumerate() if t.name.startswith("sanacam")] == []


def test_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["panic"]) == 2
    assert "No Sanacam is running here that could be told." in capsys.readouterr().err
    assert main(["panic", "--off", "--json"]) == 2
    assert "No Sanacam" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_one_that_was_killed_is_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    keep_token()
    announce(free_port())
    assert len(announced_ports()) == 1
    assert main(["panic", "--mode", "black"]) == 2
    assert "No Sanacam" in capsys.readouterr().err
    assert announced_ports() == []


def test_on_and_back(start_one: Callable[[], Running], capsys: pytest.CaptureFixture[str]) -> None:
    one = start_one()
    assert main(["panic"]) == 0
    assert not one.edited()
    assert capsys.readouterr().out.startswith("Panic is on: the raw picture (")
    assert main(["panic"]) == 0
    assert one.session.panic.mode is None
    assert capsys.readouterr().out == "Back to the edited picture.\n"
    for _ in range(2):
        assert main(["panic", "--mode", "black", "--json"]) == 0
        assert not one.sink.frames[-1].pixels.any()
        (entry,) = json.loads(capsys.readouterr().out)["instances"]
        assert (entry["port"], entry["panic"], entry["error"]) == (one.port, "black", None)
        assert entry["shown_after_ms"] >= 0
    assert main(["panic", "--off"]) == 0
    assert main(["panic", "--off"]) == 0, "off is off"
    assert one.session.panic.mode is None


def test_the_users_picture(start_one: Callable[[], Running], tmp_path: Path, monkeypatch, capsys) -> None:
    from PIL import Image

    one = start_one()
    Image.new("RGB", (64, 48), (10, 200, 30)).save(tmp_path / "mine.png")
    monkeypatch.chdir(tmp_path)
    assert main(["panic", "--mode", "image", "mine.png"]) == 0
    assert one.sink.frames[-1].pixels[5, 5].tolist() == [10, 200, 30]
    assert main(["panic", "--mode", "image", "none.png"]) == 1
    assert "Black is shown instead." in capsys.readouterr().err
    # A refusal does not wait for the picture that is shown in its place.
    deadline = time.monotonic() + 30
    while one.sink.frames[-1].pixels.any():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--mode", "pink"], "invalid choice"),
        (["--mode", "raw", "--off"], "not allowed"),
        (["mine.png"], "without --mode image"),
        (["--mode", "black", "mine.png"], "without --mode image"),
        (["--port", "1"], "No Sanacam"),
    ],
)
def test_bad_use(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["panic", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_two_at_once_never_go_opposite_ways(start_one: Callable[[], Running], capsys) -> None:
    one, two = start_one(), start_one()
    assert main(["panic", "--port", str(one.port)]) == 0
    assert (one.session.panic.mode, two.session.panic.mode) == ("raw", None)
    assert main(["panic"]) == 0
    assert (one.session.panic.mode, two.session.panic.mode) == ("raw", "raw")
    assert main(["panic"]) == 0
    assert (one.session.panic.mode, two.session.panic.mode) == (None, None)


def test_one_that_hangs_does_not_keep_the_key_from_the_other(
    start_one: Callable[[], Running], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sanacam.app.commands.panic.ANSWER_S", 1.0)
    one = start_one()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        announce(deaf.getsockname()[1])
        assert main(["panic", "--mode", "black"]) == 1
    assert "does not answer" in capsys.readouterr().err
    assert not one.sink.frames[-1].pixels.any()


def test_a_stranger_on_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    keep_token()
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        announce(stranger.getsockname()[1])

        def greet() -> None:
            channel, _ = stranger.accept()
            with channel:
                channel.recv(4096)
                channel.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        assert main(["panic", "--off"]) == 1
        thread.join()
    assert "no proper answer" in capsys.readouterr().err


def test_the_command_itself_takes_less_than_50_ms(start_one: Callable[[], Running]) -> None:
    one = start_one()
    token = read_token()
    assert token is not None

    def twelve_presses() -> float:
        times = []
        for number in range(12):
            started = time.monotonic()
            _, answer = call(one.port, token, "POST", "/panic", {"on": number % 2 == 0}, 30.0)
            times.append((time.monotonic() - started) * 1000)
            assert answer["shown_after_ms"] is not None
        return float(np.median(times))

    times = best_of(twelve_presses, 50.0)
    assert min(times) <= 50.0, times


def test_its_process_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom sanacam.app.cli import main\ncode = main(['panic'])\n"
        "heavy = {'numpy', 'torch', 'cv2', 'av', 'PIL', 'http.client', 'importlib.metadata'} & set(sys.modules)\n"
        "print(code, sorted(heavy))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.strip() == "2 []"


def test_state_prompt_strength_and_recording_of_a_session(start_one: Callable[[], Running], tmp_path: Path) -> None:
    import av

    one = start_one()
    token = read_token()
    assert token is not None

    def ask(method: str, path: str, values: dict[str, object] | None = None) -> dict[str, object]:
        status, answer = call(one.port, token, method, path, values, 10.0)
        assert status == 200, answer
        return answer

    state = ask("GET", "/state")
    assert (state["state"], state["prompt"], state["preset"], state["recording"]) == ("running", "snow", None, None)
    ask("POST", "/preset", {"name": "noir"})
    ask("POST", "/strength", {"value": 0.5})
    state = ask("GET", "/state")
    assert (state["preset"], state["strength"]) == ("noir", 0.5)
    ask("POST", "/prompt", {"text": "an oil painting"})
    assert ask("GET", "/state")["preset"] is None
    ask("POST", "/record", {"on": True})
    ask("POST", "/record", {"on": True})
    path = Path(str(ask("GET", "/state")["recording"]))
    assert path.parent == tmp_path / "videos"
    deadline, ticks = time.monotonic() + 30, one.session._output.shown.total
    while one.session._output.shown.total < ticks + 12:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    ask("POST", "/record", {"on": False})
    assert ask("GET", "/state")["recording"] is None
    with av.open(str(path)) as clip:
        assert sum(1 for _ in clip.decode(video=0)) >= 3
    assert len(list(path.parent.iterdir())) == 1


def test_a_recording_that_cannot_be_made_is_told(start_one: Callable[[], Running], tmp_path: Path) -> None:
    (tmp_path / "videos").write_text("a file where the folder should be")
    one = start_one()
    token = read_token()
    assert token is not None
    status, answer = call(one.port, token, "POST", "/record", {"on": True}, 5.0)
    assert status == 400
    assert "cannot be made" in answer["error"]["message"]


def test_live_listens_and_can_be_told_not_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Passing(HangingEditor):
        def push(self, frames: list[Pixels], /) -> list[Pixels]:
            return list(frames)

    monkeypatch.setattr("sanacam.app.editor_loading.load_editor", lambda *settings: Passing())
    seen: list[list[int]] = []
    asked: list[int] = []

    def look(*_: object) -> None:
        seen.append(announced_ports())
        token = read_token()
        if seen[-1] and token:
            asked.append(call(seen[-1][0], token, "POST", "/panic", {"mode": "black"}, 30.0)[0])

    monkeypatch.setattr("sanacam.app.live_report.LiveReporter.status", look)
    for words, listens in ((["--no-control"], False), ([], True)):
        seen.clear()
        output = tmp_path / f"live{len(words)}.mp4"
        line = ["live", "--source", "pattern:64x48@25", "--size", "64x48", "-p", "snow", "--duration", "0.3"]
        assert main([*line, "--sink", f"file:{output}", *words]) == 0
        assert all(bool(ports) is listens for ports in seen)
    assert asked
    assert set(asked) == {200}
    assert announced_ports() == []
