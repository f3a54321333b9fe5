"""Sources: what their text forms mean, what they hand out, what they say when they cannot."""

from __future__ import annotations

import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.capture import camera as camera_module
from sanacam.app.capture import desktop, is_live, open_source
from sanacam.app.capture.camera import CameraSource
from sanacam.app.capture.file import FileSource
from sanacam.app.capture.grabber import GrabbedSource
from sanacam.app.capture.pattern import PatternSource
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


@pytest.fixture
def x11(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop where everything can be captured, whatever this machine has."""
    monkeypatch.setattr(desktop, "desktop", lambda: "x11")
    monkeypatch.setattr(camera_module, "connected_cameras", list)


def test_qt_is_loaded_only_for_a_source_that_needs_it() -> None:
    program = (
        "import sys; from sanacam.app.capture import choices, desktop, camera, grabber, open_source\n"
        "open_source('pattern'), open_source('file:x.mp4')\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("camera:0", CameraSource),
        ("camera", CameraSource),
        ("CAMERA:2", CameraSource),
        ("camera:/dev/video3", CameraSource),
        ("camera:HD Webcam (2)", CameraSource),
        ("screen:1", GrabbedSource),
        ("screen", GrabbedSource),
        ("screen:0", GrabbedSource),
        ("window:Notes: todo", GrabbedSource),
        ("region:-1920,0,1280,720", GrabbedSource),
        ("region: 10, 20, 64, 48", GrabbedSource),
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
def test_what_a_spec_means(spec: str, kind: type, x11: None) -> None:
    source = open_source(spec)
    assert type(source) is kind
    assert source.live == is_live(spec)


def test_paths_that_no_system_knows_are_told_when_opened() -> None:
    for spec in (f"{'x' * 300}.mp4", "file:~nobody-of-this-name/film.mp4"):
        source = open_source(spec)
        with pytest.raises(UserError):
            source.open()
    with pytest.raises(UserError, match="is not a source"):
        open_source("x" * 300)


def test_a_path_that_exists_needs_no_prefix(tmp_path: Path) -> None:
    clip = tmp_path / "odd:name"
    clip.write_bytes(b"x")
    assert isinstance(open_source(str(clip)), FileSource)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "webcam",
        "screen:two",
        "screen:-1",
        "window:",
        "region:",
        "region:0,0,100",
        "region:0,0,4,4",
        "region:0,0,-64,64",
        "file:",
        "pattern:big",
        "pattern:0x0",
        "pattern:64x64@0",
        "http://x",
    ],
)
def test_what_is_not_a_source_says_what_is(spec: str, x11: None) -> None:
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
    frames, behind = [], []
    for _ in range(40):
        frame = source.read(1.0)
        assert frame is not None
        frames.append(frame)
        behind.append((time.monotonic_ns() - started) / 10e6 - source._next)
    source.close()
    intervals = np.diff([frame.captured_ns for frame in frames]) / 1e6
    assert intervals.mean() > 9.7, "not faster than its rate"
    assert min(behind) >= -1
    assert min(behind[20:]) <= 3, "on its grid, however busy the machine is"
    assert [frame.sequence for frame in frames] == list(range(40))
    assert frames[0].pixels.shape == (48, 64, 3)
    assert (frames[0].pixels != frames[20].pixels).any()
    assert np.array_equal(source.draw(5), source.draw(5))


def test_pattern_read_returns_in_time_when_nothing_is_due() -> None:
    source = PatternSource(64, 48, 0.1)
    source.open()
    assert source.read(0.5) is not None

    def wait() -> float:
        started = time.monotonic()
        assert source.read(0.05) is None
        return time.monotonic() - started

    times = best_of(wait, 0.3)
    assert 0.04 <= min(times) <= 0.3, times


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
