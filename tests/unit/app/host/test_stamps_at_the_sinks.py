"""A stamped picture goes in at a source and comes out of every sink of the host: how old it is there, and in order.

The whole way: source, capture thread, engine (with a model that changes nothing), output clock, rings, the host's
clock, each sink, and a viewer of the sink's own kind at the other end. OBS itself: ``tests/integration/obs``; the
preview: ``tests/ui/test_preview_age.py``.
"""

from __future__ import annotations

import http.client
import math
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import frame_stamp
import numpy as np
import pytest
from numpy.typing import NDArray
from stamped_source import StampedSource

from sanacam.app.host.folder import output_ring
from sanacam.app.host.hosted_sink import HostedSink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.obs.stream_address import stream_key
from sanacam.app.outputs import v4l2_loopback
from sanacam.app.outputs.ring import RingReader
from sanacam.app.session import Session
from sanacam.ui.passthrough import PassthroughEditor

Grey = NDArray[np.uint8]
WIDTH, HEIGHT, FPS = 640, 352, 30.0
CAMERA = (1280, 720)
STAMPS = 30
ATTEMPTS = 5
OLDEST_MS = 120
"""Two clocks of 30 a second that may have to wait for their tick, and what a loaded machine adds."""
FLUENT = 0.6
"""At least so much of what a viewer gets is new to it; the rest repeats the picture before."""


class Viewer(threading.Thread):
    """Reads the stamps of what ``pictures`` yields, in grey, until that ends. ``seen``: each with the time it came."""

    def __init__(self, pictures: Iterator[Grey]) -> None:
        super().__init__(daemon=True)
        self._pictures = pictures
        self.seen: list[tuple[int, int]] = []
        self.torn = 0

    def run(self) -> None:
        for grey in self._pictures:
            number = frame_stamp.read(grey)
            if number is not None:
                self.seen.append((number, frame_stamp.milliseconds()))
            elif self.seen:
                self.torn += 1

    def stamps(self) -> list[int]:
        return [number for number, _ in self.seen]

    def age_ms(self) -> float:
        """Median of the newest."""
        return statistics.median(now - number for number, now in self.seen[-STAMPS:])

    def new_share(self) -> float:
        """Of the newest: pictures that differ from the one before, 0–1."""
        newest = self.stamps()[-STAMPS:]
        return len(set(newest)) / len(newest)


def of_camera(device: Path) -> Iterator[Grey]:
    """As a meeting program reads them: the luma of each I420 picture."""
    with open(device, "rb") as pipe:
        while len(data := pipe.read(CAMERA[0] * CAMERA[1] * 3 // 2)) == CAMERA[0] * CAMERA[1] * 3 // 2:
            yield np.frombuffer(data, np.uint8)[: CAMERA[0] * CAMERA[1]].reshape(CAMERA[1], CAMERA[0])


def of_ring(path: Path) -> Iterator[Grey]:
    reader = RingReader(path)
    while reader.open:
        if (frame := reader.take()) is not None:
            yield frame.pixels[..., 1]
        time.sleep(0.002)


def of_obs_stream(port: int) -> Iterator[Grey]:
    """As the Media Source of OBS asks for them."""
    with socket.create_connection(("127.0.0.1", port), 5) as channel, channel.makefile("rb") as answer:
        channel.sendall(f"GET /{stream_key()}/{WIDTH}x{HEIGHT}.bgr0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        while answer.readline() not in (b"\r\n", b""):
            pass
        while len(data := answer.read(WIDTH * HEIGHT * 4)) == WIDTH * HEIGHT * 4:
            yield np.frombuffer(data, np.uint8).reshape(HEIGHT, WIDTH, 4)[..., 1]


def of_mjpeg(port: int) -> Iterator[Grey]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    while answer.readline().startswith(b"--"):
        head = b"".join(iter(answer.readline, b"\r\n")).lower()
        jpeg = answer.read(int(head.split(b"content-length:")[1].split()[0]))
        answer.readline()
        yield np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    connection.close()


@pytest.fixture
def camera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for a v4l2loopback device: takes every request, and hands on what is written."""
    device = tmp_path / "video10"
    os.mkfifo(device)
    monkeypatch.setattr(v4l2_loopback, "_ioctl", lambda *_: None)
    monkeypatch.setattr(v4l2_loopback, "default_device", lambda: str(device))
    return device


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the virtual camera stands on a named pipe")
def test_a_stamp_comes_out_of_every_sink_soon_and_in_order(
    hosted: Any,
    make_session: Callable[..., Any],
    eventually: Callable[..., None],
    camera: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    link, film, port = make_session().link, tmp_path / "out.mp4", free_port()
    specs = {
        "camera": SinkSpec("virtualcam"),
        "obs": SinkSpec("obs"),
        "mjpeg": SinkSpec("extra", path=f"mjpeg:{port}"),
        "recording": SinkSpec("recording", path=str(film), codec="x264"),
    }
    sinks = {name: HostedSink(link, spec) for name, spec in specs.items()}
    source = StampedSource((WIDTH, HEIGHT), FPS)
    session = Session(source, list(sinks.values()), PassthroughEditor, fps=FPS, outlet=link)
    session.start()
    eventually(lambda: not any(sink.waiting for sink in sinks.values()))
    viewers = {
        "camera": Viewer(of_camera(camera)),
        "ring": Viewer(of_ring(output_ring(1))),
        "OBS stream": Viewer(of_obs_stream(sinks["obs"].state["port"])),
        "MJPEG": Viewer(of_mjpeg(port)),
    }
    for viewer in viewers.values():
        viewer.start()
    ages: dict[str, float] = {}
    shares: dict[str, float] = {}
    # Other work on the machine makes pictures older and fewer, never younger or more: one good stretch is the truth.
    for _ in range(ATTEMPTS):
        goals = {name: len(viewer.seen) + STAMPS for name, viewer in viewers.items()}
        eventually(lambda goals=goals: all(len(viewers[name].seen) >= goal for name, goal in goals.items()))
        for name, viewer in viewers.items():
            ages[name] = min(viewer.age_ms(), ages.get(name, math.inf))
            shares[name] = max(viewer.new_share(), shares.get(name, 0.0))
        if max(ages.values()) <= OLDEST_MS and min(shares.values()) > FLUENT:
            break
    assert session.stop()
    for sink in sinks.values():
        sink.retire()
    for name, viewer in viewers.items():
        viewer.join(10)
        assert not viewer.is_alive(), f"{name}: the sink is closed, and its viewer does not notice"
    with capsys.disabled():
        print(" median age:", ", ".join(f"{name} {age:.0f} ms" for name, age in ages.items()))
    assert max(ages.values()) <= OLDEST_MS, ages
    assert min(shares.values()) > FLUENT, f"stutters: {shares}"
    for name, viewer in viewers.items():
        stamps = viewer.stamps()
        assert viewer.torn == 0, name
        assert stamps == sorted(stamps), name
    check_recording(film)


def check_recording(film: Path) -> None:
    """The times in the file are those at which the pictures were taken."""
    with av.open(film) as container:
        pictures = [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    frames = [(time_s, frame_stamp.read(picture)) for time_s, picture in pictures]
    stamped = [(time_s * 1000, number) for time_s, number in frames if number is not None and time_s is not None]
    assert len(stamped) >= STAMPS * 0.8
    stamps = [number for _, number in stamped]
    assert stamps == sorted(stamps)
    # As with the ages: one good stretch.
    places = range(0, max(1, len(stamped) - STAMPS), STAMPS // 2)
    assert min(off_ms(stamped[place : place + STAMPS]) for place in places) <= 1000 / FPS, "as fast as life"


def off_ms(stamped: list[tuple[float, int]]) -> float:
    """How far, in the middle, the times in a film are from those of the stamps."""
    shift = statistics.median(number - time_ms for time_ms, number in stamped)
    return statistics.median(abs(number - time_ms - shift) for time_ms, number in stamped)
