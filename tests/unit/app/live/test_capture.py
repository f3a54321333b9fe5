"""Sources: what their text forms mean, what they hand out, what they say when they cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from sanacam.app.capture import camera as camera_module
from sanacam.app.capture import choices, open_source
from sanacam.app.capture.camera import CameraSource
from sanacam.app.capture.choices import SourceChoice, list_cameras, list_screens
from sanacam.app.capture.file import FileSource
from sanacam.app.capture.pattern import PatternSource
from sanacam.app.capture.screen import ScreenSource
from sanacam.app.frames import Frame
from sanacam.app.source import Source, SourceEnded
from sanacam.model.errors import UserError


def write_clip(path: Path, stamps: list[int], *, rotation: int = 0, width: int = 64, height: int = 32) -> Path:
    """One frame for each stamp (ms), its left half brighter with each frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "5", "preset": "ultrafast"}
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        if rotation:
            stream.set_display_rotation(rotation)
        for number, stamp in enumerate(stamps):
            pixels = np.zeros((height, width, 3), np.uint8)
            pixels[:, : width // 2] = 20 + number * 10
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = stamp, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def read_all(source: Source) -> list[Frame]:
    frames = []
    while True:
        try:
            frame = source.read(0.1)
        except SourceEnded:
            return frames
        if frame is not None:
            frames.append(frame)


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("camera:0", CameraSource),
        ("camera", CameraSource),
        ("CAMERA:2", CameraSource),
        ("camera:/dev/video3", CameraSource),
        ("screen:1", ScreenSource),
        ("screen", ScreenSource),
        ("screen:0", ScreenSource),
        ("file:clip.mp4", FileSource),
        ("clip.mp4", FileSource),
        ("file:take:1.mp4", FileSource),
        ("file:C:/clips/a.mp4", FileSource),
        ("pattern", PatternSource),
        ("pattern:320x180", PatternSource),
        ("pattern:320x180@12.5", PatternSource),
        ("pattern:@60", PatternSource),
    ],
)
def test_what_a_spec_means(spec: str, kind: type) -> None:
    assert type(open_source(spec)) is kind


def test_a_path_that_exists_needs_no_prefix(tmp_path: Path) -> None:
    clip = tmp_path / "odd:name"
    clip.write_bytes(b"x")
    assert isinstance(open_source(str(clip)), FileSource)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "webcam",
        "camera:x",
        "camera:-1",
        "camera:9999",
        "screen:two",
        "file:",
        "pattern:big",
        "pattern:0x0",
        "pattern:64x64@0",
        "http://x",
    ],
)
def test_what_is_not_a_source_says_what_is(spec: str) -> None:
    with pytest.raises(UserError) as caught:
        open_source(spec)
    assert caught.value.hint


def test_pattern_size_and_rate_from_its_spec() -> None:
    info = open_source("pattern:320x180@12.5").open()
    assert (info.width, info.height, info.fps, info.live, info.frames) == (320, 180, 12.5, True, None)
    info = open_source("pattern", fps=50, size=(48, 32)).open()
    assert (info.width, info.height, info.fps) == (48, 32, 50)


def test_pattern_keeps_its_pace_and_moves() -> None:
    source = PatternSource(64, 48, 100.0)
    started = time.monotonic_ns()
    source.open()
    frames = [frame for _ in range(40) if (frame := source.read(1.0)) is not None]
    behind = (time.monotonic_ns() - started) / 10e6 - source._next
    source.close()
    intervals = np.diff([frame.captured_ns for frame in frames]) / 1e6
    assert intervals.mean() > 9.7, "not faster than its rate"
    assert -1 <= behind <= 3, "on its grid, however busy the machine is"
    assert [frame.sequence for frame in frames] == list(range(40))
    assert frames[0].pixels.shape == (48, 64, 3)
    assert (frames[0].pixels != frames[20].pixels).any()
    assert np.array_equal(source.draw(5), source.draw(5))


def test_pattern_read_returns_in_time_when_nothing_is_due() -> None:
    source = PatternSource(64, 48, 1.0)
    source.open()
    assert source.read(0.5) is not None
    started = time.monotonic()
    assert source.read(0.05) is None
    assert 0.04 <= time.monotonic() - started <= 0.3


def test_a_pattern_nobody_fetched_in_time_is_gone() -> None:
    source = PatternSource(64, 48, 200.0)
    source.open()
    assert source.read(1.0) is not None
    time.sleep(0.1)
    source.read(1.0)
    assert source._next >= 18, "skipped, not queued"


def test_file_stamps_are_media_time_for_an_uneven_rate(tmp_path: Path) -> None:
    stamps = [0, 40, 50, 200, 210, 480]
    source = FileSource(write_clip(tmp_path / "a.mp4", stamps))
    info = source.open()
    frames = read_all(source)
    source.close()
    assert (info.width, info.height, info.live, info.frames) == (64, 32, False, 6)
    assert [round((frame.media_ns or 0) / 1e6) for frame in frames] == stamps
    assert [frame.sequence for frame in frames] == list(range(6))
    assert [abs(int(frame.pixels[16, 10, 0]) - (20 + i * 10)) <= 4 for i, frame in enumerate(frames)] == [True] * 6


def test_file_starts_again_after_close(tmp_path: Path) -> None:
    source = FileSource(write_clip(tmp_path / "a.mp4", [0, 40, 80]))
    for _ in range(2):
        source.open()
        assert [frame.media_ns for frame in read_all(source)] == [0, 40_000_000, 80_000_000]
        source.close()
        source.close()


def test_file_is_upright(tmp_path: Path) -> None:
    source = FileSource(write_clip(tmp_path / "turned.mp4", [0, 40, 80], rotation=90))
    info = source.open()
    frames = read_all(source)
    source.close()
    assert (info.width, info.height) == (32, 64)
    assert frames[0].pixels.shape == (64, 32, 3)
    top, bottom = frames[0].pixels[:20].mean(), frames[0].pixels[-20:].mean()
    assert abs(top - bottom) > 10, "left and right have become top and bottom"


def test_file_is_scaled_down_into_a_box_never_up(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", [0, 40], width=128, height=64)
    for box, size in [((64, 64), (64, 32)), ((1000, 1000), (128, 64))]:
        source = FileSource(clip, box=box)
        info = source.open()
        frame = source.read(0.1)
        source.close()
        assert frame is not None
        assert (info.width, info.height) == (frame.width, frame.height) == size


@pytest.mark.parametrize("content", [None, b"", b"this is not a video" * 100])
def test_file_that_is_no_video(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        FileSource(path).open()
    assert "x.mp4" in caught.value.message
    assert caught.value.hint


class FakeDevice:
    """Behaves as cv2.VideoCapture does for a camera of 64 × 48."""

    opens = True
    pictures = 1000
    made: list[FakeDevice]

    def __init__(self, device: int | str, backend: int) -> None:
        self.released = False
        self.left = self.pictures
        self.settings: dict[int, float] = {}
        FakeDevice.made.append(self)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opens

    def set(self, key: int, value: float) -> bool:
        self.settings[key] = value
        return True

    def get(self, key: int) -> float:
        return 25.0

    def grab(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def retrieve(self) -> tuple[bool, np.ndarray]:
        blue = np.zeros((48, 64, 3), np.uint8)
        blue[..., 0] = 200
        return True, blue

    def read(self) -> tuple[bool, np.ndarray | None]:
        return self.retrieve() if self.grab() else (False, None)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[type[FakeDevice]]:
    FakeDevice.made = []
    node = tmp_path / "video0"
    node.write_bytes(b"")
    monkeypatch.setattr(camera_module.cv2, "VideoCapture", FakeDevice)
    monkeypatch.setattr(CameraSource, "_path", lambda self: node)
    yield FakeDevice
    FakeDevice.opens, FakeDevice.pictures = True, 1000
    assert all(made.released for made in FakeDevice.made)


def test_camera_hands_out_rgb(device: type[FakeDevice]) -> None:
    source = CameraSource(0, size=(320, 240), fps=15)
    info = source.open()
    frame = source.read(0.1)
    source.close()
    assert (info.name, info.width, info.height, info.fps, info.live) == ("Camera 0", 64, 48, 25.0, True)
    assert frame is not None
    assert frame.pixels[0, 0].tolist() == [0, 0, 200]
    assert frame.pixels.flags.c_contiguous
    assert time.monotonic_ns() - frame.captured_ns < 1e9
    assert device.made[0].settings[cv2.CAP_PROP_FRAME_WIDTH] == 320
    assert device.made[0].settings[cv2.CAP_PROP_BUFFERSIZE] == 1


def test_a_camera_in_use_says_so(device: type[FakeDevice]) -> None:
    device.opens = False
    with pytest.raises(UserError, match="Camera 0 cannot be opened") as caught:
        CameraSource(0).open()
    assert caught.value.hint


def test_a_camera_without_pictures_says_so(device: type[FakeDevice]) -> None:
    device.pictures = 0
    with pytest.raises(UserError, match="gives no picture"):
        CameraSource(0).open()


def test_an_unplugged_camera_ends(device: type[FakeDevice], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_module, "SILENCE_S", 0.05)
    device.pictures = 4
    source = CameraSource(0)
    source.open()
    frames = read_all(source)
    source.close()
    assert len(frames) == 3


@pytest.mark.skipif(
    not Path("/dev").is_dir() or Path("/dev/video97").exists(), reason="needs a Linux without camera 97"
)
def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(UserError, match="There is no camera 97"):
        CameraSource(97).open()


def test_no_display_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name != "posix" or not Path("/proc").exists():
        pytest.skip("a display is always there on this system")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="The screen cannot be captured") as caught:
        ScreenSource(1).open()
    assert "No display" in caught.value.hint
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(UserError) as caught:
        ScreenSource(1).open()
    assert "Wayland" in caught.value.hint


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An X server of the test's own, 320 × 200, showing nothing."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "320x200x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        yield f":{answer.readline().strip()}"
    server.terminate()
    server.wait(5)


def test_screen_pictures_come_at_their_rate(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    source = ScreenSource(1, fps=50)
    info = source.open()
    frames = [frame for _ in range(20) if (frame := source.read(1.0)) is not None]
    source.close()
    assert (info.name, info.width, info.height, info.live) == ("Screen 1", 320, 200, True)
    assert {frame.pixels.shape for frame in frames} == {(200, 320, 3)}
    assert np.diff([frame.captured_ns for frame in frames]).mean() / 1e6 > 19


def test_a_screen_too_many(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    with pytest.raises(UserError, match="There is no screen 7") as caught:
        ScreenSource(7).open()
    assert "one screen" in caught.value.hint


def test_screens_to_choose_from(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert list_screens() == [SourceChoice("screen:1", "Screen 1 (320×200)")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the kernel's list")
def test_cameras_to_choose_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capabilities = {"/dev/video2": 0x1, "/dev/video10": None, "/dev/video1": 0x0, "/dev/video20": 0x1}
    names = {"video10": "Desk cam", "video2": "Face cam", "video1": "Face cam metadata", "video20": "Sanacam"}
    monkeypatch.setattr(choices, "device_capabilities", capabilities.__getitem__)
    for entry, name in names.items():
        (tmp_path / entry).mkdir()
        (tmp_path / entry / "name").write_text(f"{name}\n")
    assert list_cameras(tmp_path) == [SourceChoice("camera:2", "Face cam"), SourceChoice("camera:10", "Desk cam")]
