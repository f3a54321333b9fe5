"""The virtual camera sink: bytes and requests on Linux, and a next step for every way it can fail."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.frames import Frame
from sanacam.app.outputs import v4l2_loopback
from sanacam.app.outputs.fit import crop, letterbox, size_within
from sanacam.app.outputs.v4l2_loopback import LoopbackDevice, choose_device, find_devices, missing_driver
from sanacam.app.outputs.virtual_camera import VirtualCameraSink, explain_failure
from sanacam.model.errors import UserError

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="v4l2loopback is for Linux")
STREAMON, STREAMOFF, S_FMT = 0x40045612, 0x40045613, 0xC0D05605


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """The requests that reach the kernel, which accepts all of them."""
    seen: list[tuple[int, bytes]] = []
    monkeypatch.setattr(
        v4l2_loopback, "_ioctl", lambda descriptor, request, buffer: seen.append((request, bytes(buffer)))
    )
    return seen


@linux_only
def test_frames_arrive_as_i420_and_the_stream_is_switched_on_and_off(
    tmp_path: Path, requests: list[tuple[int, bytes]]
) -> None:
    device = tmp_path / "video10"
    device.write_bytes(b"")
    sink = VirtualCameraSink(size=(64, 36), device=str(device))
    sink.open(100, 50, 24.0)
    assert sink.device == str(device)
    for number in range(3):
        sink.write(Frame(np.full((36, 64, 3), (200, 30, 30), np.uint8), 0, number))
    sink.close()
    sink.close()
    assert [request for request, _ in requests] == [S_FMT, STREAMON, STREAMOFF]
    assert struct.unpack_from("<I", requests[0][1], 0) == (2,)
    assert struct.unpack_from("<II4sIII", requests[0][1], 8) == (64, 36, b"YU12", 1, 64, 64 * 36 * 3 // 2)
    written = np.frombuffer(device.read_bytes(), np.uint8)
    assert written.size == 3 * 64 * 36 * 3 // 2
    first = cv2.cvtColor(written[: 64 * 54].reshape(54, 64), cv2.COLOR_YUV2RGB_I420)
    assert np.abs(first.astype(int) - (200, 30, 30)).max() <= 4


@linux_only
def test_it_opens_again_after_closing(tmp_path: Path, requests: list[tuple[int, bytes]]) -> None:
    device = tmp_path / "video10"
    device.write_bytes(b"")
    sink = VirtualCameraSink(size=(64, 36), device=str(device))
    for _ in range(3):
        sink.open(64, 36, 30.0)
        sink.write(Frame(np.zeros((10, 10, 3), np.uint8), 0, 0))
        sink.close()
    assert len(requests) == 9


@linux_only
def test_a_device_in_use_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(descriptor: int, request: int, buffer: bytearray) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(v4l2_loopback, "_ioctl", busy)
    device = tmp_path / "video10"
    device.write_bytes(b"")
    with pytest.raises(UserError, match="used by another program"):
        VirtualCameraSink(device=str(device)).open(64, 36, 24.0)


def test_odd_sizes_are_refused() -> None:
    with pytest.raises(UserError, match="641×360"):
        VirtualCameraSink(size=(641, 360))


@pytest.mark.parametrize(
    ("capabilities", "words"),
    [
        ([0x05200001], "used by another program"),
        ([0x05200000], "is stuck"),
        ([None], "may not be opened"),
        ([None, 0x05200001], "may not"),
    ],
)
def test_why_no_device_is_free(capabilities: list[int | None], words: str) -> None:
    devices = [LoopbackDevice(f"/dev/video{i}", "x", caps) for i, caps in enumerate(capabilities)]
    with pytest.raises(UserError, match=words) as caught:
        choose_device(devices)
    assert caught.value.hint


def test_the_first_writable_device_is_taken() -> None:
    devices = [LoopbackDevice("/dev/video1", "busy", 0x05200001), LoopbackDevice("/dev/video2", "free", 0x05200002)]
    assert choose_device(devices) == "/dev/video2"


def test_our_own_label_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, label in [(3, "OBS Virtual Camera"), (4, "Sanacam")]:
        entry = tmp_path / f"video{number}"
        entry.mkdir()
        (entry / "name").write_text(f"{label}\n")
    found = find_devices(tmp_path, tmp_path / "dev")
    assert [(Path(d.path).name, d.label) for d in found] == [("video4", "Sanacam"), ("video3", "OBS Virtual Camera")]


@pytest.mark.parametrize(
    ("file", "loaded", "words"),
    [
        ("", False, "There is no virtual camera driver"),
        ("extra/v4l2loopback.ko.xz", False, "is not loaded"),
        ("", True, "has no device"),
    ],
)
def test_why_there_is_no_device(tmp_path: Path, file: str, loaded: bool, words: str) -> None:
    if file:
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_bytes(b"")
    error = missing_driver(tmp_path, tmp_path if loaded else tmp_path / "none")
    assert words in error.message
    assert "modprobe v4l2loopback" in error.hint


@pytest.mark.parametrize(
    ("platform", "reason", "words", "step"),
    [
        (
            "win32",
            "'obs' backend: OBS Virtual Camera device not found! Did you install OBS?",
            "no virtual camera",
            "Install OBS",
        ),
        (
            "win32",
            "'obs' backend: virtual camera output could not be started",
            "another program",
            "Stop the virtual camera in OBS",
        ),
        (
            "darwin",
            "'obs' backend: OBS Virtual Camera is not installed in your system",
            "no virtual camera",
            "Start Virtual Camera",
        ),
        ("darwin", "'obs' backend: error starting", "another program", "Stop the virtual camera"),
        ("linux", "[Errno 13] Permission denied: '/dev/video10'", "may not be opened", "usermod -aG video"),
        ("linux", "[Errno 16] Device or resource busy", "another program", "Close the programs"),
        ("linux", "[Errno 22] Invalid argument", "cannot be opened", "modprobe"),
    ],
)
def test_every_failure_has_a_next_step(platform: str, reason: str, words: str, step: str) -> None:
    error = explain_failure(reason, platform)
    assert words in error.message
    assert step in error.hint


sides = st.integers(2, 90)


@given(sides, sides, sides, sides)
def test_letterbox_keeps_the_whole_picture_and_its_aspect(w: int, h: int, out_w: int, out_h: int) -> None:
    fitted: Any = letterbox(np.full((h, w, 3), 255, np.uint8), out_w, out_h)
    assert fitted.shape == (out_h, out_w, 3)
    lit = np.argwhere(fitted[..., 0] > 0)
    inner_h, inner_w = lit.max(0) - lit.min(0) + 1
    assert inner_w >= out_w - 1 or inner_h >= out_h - 1
    scale = min(out_w / w, out_h / h)
    assert abs(inner_w - w * scale) <= 2
    assert abs(inner_h - h * scale) <= 2
    assert abs(int(lit[:, 1].min()) - int(out_w - 1 - lit[:, 1].max())) <= 1, "in the middle"


@given(sides, sides, sides, sides)
def test_crop_fills_everything(w: int, h: int, out_w: int, out_h: int) -> None:
    filled = crop(np.full((h, w, 3), 255, np.uint8), out_w, out_h)
    assert filled.shape == (out_h, out_w, 3)
    assert filled.min() == 255


@given(sides, sides, sides, sides)
def test_size_within_fits(w: int, h: int, box_w: int, box_h: int) -> None:
    inner_w, inner_h = size_within(w, h, (box_w, box_h))
    assert 2 <= inner_w <= box_w
    assert 2 <= inner_h <= box_h
