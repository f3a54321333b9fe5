"""The stream for OBS over real sockets: the newest picture, any number of consumers, none of whom delays others."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from sanacam.app.frames import Frame, Pixels
from sanacam.app.obs.source import media_plan
from sanacam.app.obs.stream_address import find_stream, running_stream, stream_key
from sanacam.app.outputs.obs_stream import MOST_CONSUMERS, SILENCE_S, ObsStreamSink

KEY = "0123456789abcdef" * 2
WIDTH, HEIGHT = 64, 32


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that runs is found, however busy the machine is."""
    monkeypatch.setattr("sanacam.app.obs.stream_address.ASK_S", 20.0)


@pytest.fixture
def stream() -> Iterator[ObsStreamSink]:
    sink = ObsStreamSink(port=0, key=KEY)
    sink.open(WIDTH, HEIGHT, 30.0)
    yield sink
    sink.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sanacam-obs")]


class Consumer:
    """What OBS's player does, less the drawing."""

    def __init__(self, stream: ObsStreamSink, path: str = f"/{KEY}/{WIDTH}x{HEIGHT}.bgr0") -> None:
        self.channel = socket.create_connection(("127.0.0.1", stream.port), 30)
        self.channel.sendall(f"GET {path} HTTP/1.1\r\nUser-Agent: Lavf/59\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self._file = self.channel.makefile("rb")
        self.status = self._file.readline().split(b" ", 1)[1].strip().decode()
        while self._file.readline() != b"\r\n":
            pass

    def picture(self, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
        data = self._file.read(width * height * 4)
        if len(data) < width * height * 4:
            raise EOFError
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)

    def pictures(self, count: int, width: int = WIDTH, height: int = HEIGHT) -> None:
        for _ in range(count):
            self.picture(width, height)

    def close(self) -> None:
        self._file.close()
        self.channel.close()


def frame(value: int, width: int = WIDTH, height: int = HEIGHT) -> Frame:
    return Frame(np.full((height, width, 3), value, np.uint8), time.monotonic_ns(), value)


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def test_bytes_are_blue_green_red_from_the_top(stream: ObsStreamSink) -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[0], pixels[-1] = (255, 10, 20), (1, 2, 3)
    stream.write(Frame(pixels, 0, 0))
    consumer = Consumer(stream)
    assert consumer.status == "200 OK"
    seen = consumer.picture()
    assert seen[0, 0, :3].tolist() == [20, 10, 255]
    assert seen[-1, -1, :3].tolist() == [3, 2, 1]
    consumer.close()


def test_there_is_a_slate_before_the_first_picture(stream: ObsStreamSink) -> None:
    consumer = Consumer(stream)
    assert consumer.picture()[..., :3].max() > 200
    stream.write(frame(7))
    until(lambda: consumer.picture()[0, 0, 0] == 7)
    consumer.close()


def test_a_silent_program_does_not_mean_a_silent_stream(stream: ObsStreamSink) -> None:
    stream.write(frame(9))
    consumer = Consumer(stream)
    assert [int(consumer.picture()[0, 0, 0]) for _ in range(3)] == [9, 9, 9]
    consumer.close()


def test_each_consumer_gets_the_size_it_asks_for(stream: ObsStreamSink) -> None:
    stream.write(frame(200))
    wide = Consumer(stream, f"/{KEY}/96x32.bgr0")
    seen = wide.picture(96, 32)
    assert seen[16, 48, 0] == 200
    assert seen[16, 2, 0] == 0  # bars left and right
    small = Consumer(stream, f"/{KEY}/32x16.bgr0")
    assert small.picture(32, 16)[8, 16, 0] == 200
    assert stream.consumers == 2
    wide.close()
    small.close()


def test_one_that_does_not_read_delays_nobody(stream: ObsStreamSink) -> None:
    stream.open(1280, 720, 30.0)
    stuck = Consumer(stream, f"/{KEY}/1280x720.bgr0")
    awake = Consumer(stream, f"/{KEY}/1280x720.bgr0")
    took: list[float] = []
    for value in range(1, 40):
        began = time.monotonic()
        stream.write(frame(value, 1280, 720))
        took.append(time.monotonic() - began)
        until(lambda value=value: awake.picture(1280, 720)[0, 0, 0] == value)  # type: ignore[misc]
    assert statistics.median(took) < 0.05, took
    assert stream.consumers == 2
    stuck.close()
    awake.close()


def test_one_that_wakes_up_again_soon_sees_the_newest(stream: ObsStreamSink) -> None:
    stream.open(1280, 720, 30.0)
    sleeper = Consumer(stream, f"/{KEY}/1280x720.bgr0")
    for value in range(1, 101):
        stream.write(frame(value, 1280, 720))
        time.sleep(0.002)
    # What waits in the sockets and half a picture may be old; then it must be the newest.
    seen = [int(sleeper.picture(1280, 720)[0, 0, 0]) for _ in range(5)]
    assert 100 in seen, seen
    sleeper.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/{'f' * 32}/64x32.bgr0",
        f"/{KEY}/64x32",
        f"/{KEY}/0x0.bgr0",
        f"/{KEY}/64x32.bgr0/../x",
        f"/{KEY}/99999x99999.bgr0",
        "/about/short",
    ],
)
def test_who_does_not_know_the_key_or_asks_for_nonsense_gets_no_picture(stream: ObsStreamSink, path: str) -> None:
    stream.write(frame(1))
    consumer = Consumer(stream, path)
    assert consumer.status in ("403 Forbidden", "404 Not Found")
    with pytest.raises(EOFError):
        consumer.picture()
    assert stream.consumers == 0
    consumer.close()


def test_one_that_never_says_what_it_wants_is_cut_off(stream: ObsStreamSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.app.outputs.obs_stream.HEAD_S", 0.1)
    with socket.create_connection(("127.0.0.1", stream.port), 30) as mute:
        mute.sendall(b"GET /")
        assert mute.recv(100) == b""


def test_when_too_many_come_the_one_that_takes_nothing_goes(stream: ObsStreamSink) -> None:
    stream.open(1280, 720, 30.0)
    path = f"/{KEY}/1280x720.bgr0"
    stuck = Consumer(stream, path)
    for value in range(8):
        stream.write(frame(value, 1280, 720))
        time.sleep(0.02)
    # Its socket is full: otherwise the last picture would have been sent again by now.
    until(lambda: time.monotonic() - stream._consumers[0].moved_s > 2 * SILENCE_S)
    others = [Consumer(stream, f"/{KEY}/16x16.bgr0") for _ in range(MOST_CONSUMERS)]
    stream.write(frame(50))
    for other in others:
        until(lambda other=other: other.picture(16, 16)[8, 8, 0] == 50)  # type: ignore[misc]
    with pytest.raises((EOFError, OSError)):
        stuck.pictures(10, 1280, 720)
    for consumer in (stuck, *others):
        consumer.close()


def test_a_stream_is_found_and_told_from_a_strangers(stream: ObsStreamSink) -> None:
    consumer = Consumer(stream)
    consumer.picture()
    found = find_stream(stream.port, KEY)
    assert found is not None
    assert (found.size, found.consumers) == ((WIDTH, HEIGHT), 1)
    assert found.plan() == stream.plan() == media_plan(f"http://127.0.0.1:{stream.port}/{KEY}/64x32.bgr0", (64, 32))
    assert found.watched()
    assert find_stream(stream.port, "f" * 32) is None
    assert running_stream(KEY, stream.port) == found
    consumer.close()


def test_a_strangers_server_does_not_learn_the_key() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            channel, _ = server.accept()
            heard.append(channel.recv(4096))
            channel.sendall(b'HTTP/1.0 200 OK\r\n\r\n{"proof": "00", "size": [1, 1], "consumers": 0}')
            channel.close()

        thread = threading.Thread(target=listen)
        thread.start()
        assert find_stream(server.getsockname()[1], KEY) is None
        thread.join()
    assert KEY.encode() not in heard[0]


def test_the_next_port_is_taken_when_the_usual_one_is_not_free(stream: ObsStreamSink) -> None:
    second = ObsStreamSink(port=stream.port, key=KEY)
    second.open(WIDTH, HEIGHT, 30.0)
    assert second.port not in (0, stream.port)
    assert second.fed_by_another(dict(stream.plan().settings))
    assert not second.fed_by_another(dict(second.plan().settings))
    second.close()


def test_it_can_be_closed_twice_and_opened_again(stream: ObsStreamSink) -> None:
    consumer = Consumer(stream)
    stream.close()
    stream.close()
    with pytest.raises((EOFError, OSError)):
        consumer.pictures(1000)
    stream.open(WIDTH, HEIGHT, 30.0)
    stream.write(frame(3))
    again = Consumer(stream)
    until(lambda: again.picture()[0, 0, 0] == 3)
    consumer.close()
    again.close()


def test_the_key_stays_the_same_and_is_not_the_token() -> None:
    from sanacam.app.control.token import keep_token

    assert stream_key() == stream_key()
    assert len(stream_key()) == 32
    assert keep_token() not in stream_key()
