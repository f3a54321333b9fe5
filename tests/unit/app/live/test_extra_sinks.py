"""The extra sinks: left alone where their package is missing, driven rightly where it is, and MJPEG for real."""

from __future__ import annotations

import http.client
import socket
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from sanacam.app.frames import Frame
from sanacam.app.outputs import extras
from sanacam.app.outputs.extras import EXTRA_SINKS, find_extra, installed_extras, make_extra
from sanacam.app.outputs.extras import mjpeg as mjpeg_module
from sanacam.app.outputs.extras.mjpeg import MOST_VIEWERS, MjpegSink
from sanacam.app.sink import Sink
from sanacam.app.sink_choice import make_sinks
from sanacam.model.errors import UserError

PLATFORMS = {"ndi": "linux", "spout": "win32", "syphon": "darwin"}


def frame(value: int, number: int = 0, width: int = 64, height: int = 48) -> Frame:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = value
    return Frame(pixels, time.monotonic_ns(), number)


# ── absent


@pytest.mark.parametrize(("kind", "platform"), PLATFORMS.items())
def test_an_absent_package_is_one_sentence_and_nothing_is_imported(
    kind: str, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras.sys, "platform", platform)
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)
    assert [extra.kind for extra in installed_extras()] == ["mjpeg"]
    with pytest.raises(UserError, match="not installed") as caught:
        make_sinks([kind], exact=False)
    assert caught.value.hint == f"Install it: pip install sanacam[{kind}]"
    module = find_extra(kind)
    assert module is not None
    assert module.module not in sys.modules


@pytest.mark.parametrize("kind", ["spout", "syphon"])
def test_an_extra_of_another_system_says_so(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras.sys, "platform", "linux")
    with pytest.raises(UserError, match=r"exists on (Windows|macOS) only"):
        make_extra(kind)


def test_what_is_no_extra_or_no_port() -> None:
    with pytest.raises(UserError, match="not an extra sink") as caught:
        make_extra("whep")
    assert "mjpeg" in caught.value.hint
    for port in ("x", "0", "70000", "9" * 5000):
        with pytest.raises(UserError, match="not a port"):
            make_extra(f"mjpeg:{port}")


def test_all_follow_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: object())
    for extra in EXTRA_SINKS:
        monkeypatch.setattr(extras.sys, "platform", (extra.platforms or ("linux",))[0])
        sink: Sink = make_extra(extra.kind)
        assert sink.name
        assert sink.exact is False
        with pytest.raises(RuntimeError) if extra.kind != "mjpeg" else pytest.raises(UserError):
            sink.write(frame(1)) if extra.kind != "mjpeg" else make_extra("mjpeg:no")
        sink.close()
        sink.close()


# ── present: stand-ins for the libraries


class Calls(list[tuple[str, Any]]):
    def note(self, name: str, result: object = None) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self.append((name, args if not named else (*args, named)))
            return result

        return call


def module(name: str, monkeypatch: pytest.MonkeyPatch, **members: Any) -> None:
    made = types.ModuleType(name)
    vars(made).update(members)
    monkeypatch.setitem(sys.modules, name, made)


def test_ndi_gets_flat_rgbx_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, sent = Calls(), []
    video = types.SimpleNamespace(
        set_resolution=calls.note("resolution"), set_frame_rate=calls.note("rate"), set_fourcc=calls.note("fourcc")
    )
    sender = types.SimpleNamespace(
        set_video_frame=calls.note("frame"),
        open=calls.note("open"),
        close=calls.note("close"),
        write_video=lambda data: sent.append(data.copy()),
    )
    module("cyndilib", monkeypatch)
    module("cyndilib.sender", monkeypatch, Sender=calls.note("sender", sender))
    module("cyndilib.video_frame", monkeypatch, VideoSendFrame=lambda: video)
    module("cyndilib.wrapper", monkeypatch)
    module("cyndilib.wrapper.ndi_structs", monkeypatch, FourCC=types.SimpleNamespace(RGBX="RGBX"))
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: object())
    sink = make_extra("ndi:Stage left")
    sink.open(64, 48, 29.97)
    sink.write(frame(9))
    sink.close()
    assert calls == [
        ("resolution", (64, 48)),
        ("rate", (Fraction(2997, 100),)),
        ("fourcc", ("RGBX",)),
        ("sender", ("Stage left", {"clock_video": False, "clock_audio": False})),
        ("frame", (video,)),
        ("open", ()),
        ("close", ()),
    ]
    assert sent[0].shape == (64 * 48 * 4,)
    assert sent[0][:4].tolist() == [9, 0, 0, 255]


def test_spout_gets_rgba_and_its_failures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    taken: list[bool] = [True, False]
    sender = types.SimpleNamespace(
        createOpenGL=lambda: True,
        setSenderName=calls.note("name"),
        sendImage=lambda *args: calls.append(("image", (args[0][0, 0].tolist(), *args[1:]))) or taken.pop(0),
        releaseSender=calls.note("release"),
        closeOpenGL=calls.note("close"),
    )
    module("SpoutGL", monkeypatch, SpoutSender=lambda: sender)
    monkeypatch.setattr(extras.sys, "platform", "win32")
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: object())
    sink = make_extra("spout")
    sink.open(64, 48, 30)
    sink.write(frame(7))
    with pytest.raises(UserError, match="no longer takes"):
        sink.write(frame(8))
    sink.close()
    assert calls[:2] == [("name", ("Sanacam",)), ("image", ([7, 0, 0, 255], 64, 48, 0x1908, False, 0))]
    assert [name for name, _ in calls[-2:]] == ["release", "close"]
    sender.createOpenGL = lambda: False
    with pytest.raises(UserError, match="cannot be started"):
        sink.open(64, 48, 30)


def test_syphon_gets_rgba_the_right_way_up(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    server = types.SimpleNamespace(device="metal", publish_frame_texture=calls.note("publish"), stop=calls.note("stop"))
    module("syphon", monkeypatch, SyphonMetalServer=lambda name: server)
    module("syphon.utils", monkeypatch)
    module(
        "syphon.utils.raw",
        monkeypatch,
        create_mtl_texture=calls.note("texture", "T"),
        copy_bytes_to_mtl_texture=lambda data, texture: calls.append(("copy", (len(data), data[:4], texture))),
    )
    monkeypatch.setattr(extras.sys, "platform", "darwin")
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: object())
    sink = make_extra("syphon")
    sink.open(64, 48, 30)
    sink.write(frame(7))
    sink.close()
    assert calls == [
        ("texture", ("metal", 64, 48)),
        ("copy", (64 * 48 * 4, bytes([7, 0, 0, 255]), "T")),
        ("publish", ("T", {"is_flipped": True})),
        ("stop", ()),
    ]


@pytest.mark.parametrize("kind", ["ndi", "syphon"])
def test_a_library_that_does_not_load_is_one_sentence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras.sys, "platform", PLATFORMS[kind])
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, {"ndi": "cyndilib", "syphon": "syphon"}[kind], None)
    with pytest.raises(UserError, match="cannot be started"):
        make_extra(kind).open(64, 48, 30)


# ── MJPEG


@pytest.fixture
def mjpeg() -> Iterator[MjpegSink]:
    sink = MjpegSink(0)
    sink.open(64, 48, 30)
    yield sink
    sink.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mjpeg")]


class Viewer:
    """Reads one picture after the other."""

    def __init__(self, port: int, path: str = "/", **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._connection.request("GET", path, headers=headers)
        self.answer = self._connection.getresponse()

    def picture(self) -> np.ndarray:
        assert self.answer.readline().startswith(b"--")
        length = 0
        while (line := self.answer.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        jpeg = self.answer.read(length)
        self.answer.readline()
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)

    def close(self) -> None:
        # The connection alone would stay open for what is left of the answer.
        self.answer.close()
        self._connection.close()


def test_viewers_get_the_newest_picture(mjpeg: MjpegSink, eventually: Callable[..., None]) -> None:
    mjpeg.write(frame(250))
    viewers = [Viewer(mjpeg.port), Viewer(mjpeg.port, "/stream")]
    for viewer in viewers:
        picture = viewer.picture()
        assert picture.shape == (48, 64, 3)
        blue, green, red = picture[20, 20].tolist()
        assert red > 230
        assert max(blue, green) < 20
    assert mjpeg.viewers == 2
    mjpeg.write(frame(100))
    assert abs(int(viewers[0].picture()[20, 20, 2]) - 100) < 12
    for viewer in viewers:
        viewer.close()

    def all_gone() -> bool:
        mjpeg.write(frame(1))
        return mjpeg.viewers == 0

    eventually(all_gone)


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Origin": "https://example.com"}, "/", 403),
        ({"Sec-Fetch-Site": "cross-site"}, "/", 403),
        ({"Host": "example.com:80"}, "/", 403),
        ({}, "/other", 404),
        ({"Sec-Fetch-Site": "none"}, "/", 200),
    ],
)
def test_strangers_see_nothing(mjpeg: MjpegSink, headers: dict[str, str], path: str, status: int) -> None:
    mjpeg.write(frame(1))
    viewer = Viewer(mjpeg.port, path, **headers)
    assert viewer.answer.status == status
    viewer.close()


def test_one_who_stops_reading_holds_nobody_up_and_is_cut_off(
    mjpeg: MjpegSink, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    monkeypatch.setattr(mjpeg_module._Viewer, "timeout", 0.6)
    written = 0
    with socket.create_connection(("127.0.0.1", mjpeg.port)) as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        noise = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), np.uint8)

        def cut_off() -> bool:
            nonlocal written
            mjpeg.write(Frame(noise, time.monotonic_ns(), 0))
            written += 1
            return mjpeg.viewers == 0

        eventually(lambda: mjpeg.viewers == 1)
        eventually(cut_off)
    # One or two of these pictures fill the socket; to wait for it would leave hardly any more until the end.
    assert written >= 10, "the clock never waits for a viewer"


def test_the_ninth_viewer_is_sent_away(mjpeg: MjpegSink, eventually: Callable[..., None]) -> None:
    mjpeg.write(frame(1))
    viewers = [Viewer(mjpeg.port) for _ in range(MOST_VIEWERS)]
    eventually(lambda: mjpeg.viewers == MOST_VIEWERS)
    assert Viewer(mjpeg.port).answer.status == 503
    for viewer in viewers:
        viewer.close()


def test_a_taken_port_is_one_sentence(mjpeg: MjpegSink) -> None:
    with pytest.raises(UserError, match=f"Port {mjpeg.port}") as caught:
        MjpegSink(mjpeg.port).open(64, 48, 30)
    assert f"mjpeg:{mjpeg.port + 1}" in caught.value.hint
