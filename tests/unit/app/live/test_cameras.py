"""Cameras: which there are, which is meant, what is asked of them, and what happens when they fail."""

from __future__ import annotations

import errno
import os
import struct
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.capture import camera as camera_module
from sanacam.app.capture import cameras as cameras_module
from sanacam.app.capture import choices, open_source, opencv_camera, v4l2_cameras
from sanacam.app.capture.camera import CameraSource
from sanacam.app.capture.camera_format import CameraFormat, best_format
from sanacam.app.capture.cameras import Camera, connected_cameras, find_camera
from sanacam.app.capture.own_output import is_own_camera, is_own_window, own_devices
from sanacam.app.capture.v4l2_cameras import users_of, video_devices
from sanacam.app.frames import Pixels
from sanacam.app.host.state import HostState
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the kernel of Linux")

FACE = Camera("Face cam", "/dev/video2", (CameraFormat(1280, 720, 30.0, "MJPG"),))
DESK = Camera("Desk cam", "/dev/video0")
OWN = Camera("Sanacam", "/dev/video10")


# ── names


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Face cam", FACE),
        ("face", FACE),
        ("/dev/video0", DESK),
        ("", FACE),
        ("Sanacam", OWN),  # asked for by its whole name it is not by accident
    ],
)
def test_what_names_a_camera(wanted: str, found: Camera) -> None:
    assert find_camera(wanted, [FACE, DESK, OWN]) is found


@linux
def test_a_number_is_that_of_the_device() -> None:
    assert find_camera("2", [DESK, FACE]) is FACE


@pytest.mark.parametrize(
    ("wanted", "there", "message", "hint"),
    [
        ("cam", [FACE, DESK], "2 cameras", "Face cam"),
        ("sana", [FACE, OWN], "no camera sana", "Face cam"),
        ("", [OWN], "no camera", "No camera is connected"),
        ("7", [FACE], "no camera 7", "Face cam"),
    ],
)
def test_no_camera_or_several_are_one_sentence(wanted: str, there: list[Camera], message: str, hint: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        find_camera(wanted, there)
    assert hint in caught.value.hint


def test_our_own_output_is_told_from_others() -> None:
    assert is_own_camera("Sanacam", "linux")
    assert not is_own_camera("OBS Virtual Camera", "linux"), "there it is OBS's own, from a device of its own"
    assert is_own_camera("OBS Virtual Camera", "win32"), "there our output goes through it"
    assert not is_own_camera("NVIDIA Broadcast", "win32")
    assert is_own_window("Sanacam")
    assert is_own_window("Windowed Projector (Program)")
    assert is_own_window("Fullscreen Projector (Preview)")
    assert not is_own_window("My projector manual.pdf")
    assert not is_own_window("Sanacamera shop")


def test_the_list_leaves_our_own_output_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "connected_cameras", lambda: [FACE, OWN, DESK])
    listed = choices.list_cameras()
    assert [choice.spec for choice in listed] == ["camera:Face cam", "camera:Desk cam"]
    assert listed[0].formats == FACE.formats
    assert "1280×720@30" in listed[0].detail


@linux
def test_a_device_that_a_host_feeds_is_ours_whatever_its_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HostState(1, 71, 24_000, "token").write()
    for process, target in ((71, "/dev/video0"), (72, "/dev/video2")):
        (tmp_path / str(process) / "fd").mkdir(parents=True)
        (tmp_path / str(process) / "fd" / "5").symlink_to(target)
    assert own_devices(tmp_path) == {"/dev/video0"}
    monkeypatch.setattr(cameras_module, "own_devices", lambda: own_devices(tmp_path))
    devices = [v4l2_cameras.VideoDevice(one.key, one.name, True, False, one.formats) for one in (DESK, FACE)]
    monkeypatch.setattr(cameras_module, "video_devices", lambda: devices)
    assert [choice.name for choice in choices.list_cameras()] == ["Face cam"]
    assert find_camera("").name == "Face cam"
    assert find_camera("Desk cam").own, "asked for by its whole name it is not by accident"


# ── formats


def test_motion_comes_before_size() -> None:
    slow, fast = CameraFormat(1280, 720, 10, "YUYV"), CameraFormat(1280, 720, 30, "MJPG")
    small = CameraFormat(640, 360, 30, "YUYV")
    assert best_format([slow, fast, small], (1280, 720), 30) is fast
    assert best_format([slow, small], (1280, 720), 30) is small
    assert best_format([slow, fast], (1280, 720), 10) is slow, "uncompressed where it is fast enough"
    assert best_format([], (1280, 720), 30) is None


FORMATS = st.builds(
    CameraFormat,
    st.integers(16, 8000),
    st.integers(16, 8000),
    st.floats(0, 240),
    st.sampled_from(["YUYV", "MJPG", "NV12"]),
)


@given(st.lists(FORMATS, min_size=1, max_size=20), st.integers(16, 4000), st.integers(16, 4000), st.floats(1, 240))
def test_one_of_the_formats_is_chosen_and_none_is_plainly_better(
    formats: list[CameraFormat], width: int, height: int, fps: float
) -> None:
    chosen = best_format(formats, (width, height), fps)
    assert chosen in formats
    fast_enough = [one for one in formats if (one.fps or 30) >= fps]
    if fast_enough:
        assert (chosen.fps or 30) >= 0.79 * fps
        exact = [one for one in fast_enough if (one.width, one.height) == (width, height)]
        assert not exact or (chosen.width, chosen.height) == (width, height)


# ── the kernel's answers


class FakeKernel:
    """Answers the ioctls of one camera: YUYV in one size at two rates, and MJPG in steps."""

    def __init__(self, capabilities: int = 1) -> None:
        self.capabilities = capabilities

    def __call__(self, descriptor: int, request: int, buffer: bytearray) -> bytearray:
        index, *question = struct.unpack_from("<4I", buffer, 0)
        code = bytes(buffer[4:8])
        if request == v4l2_cameras._QUERYCAP:
            buffer[16:24] = b"Desk cam"
            struct.pack_into("<I", buffer, 88, self.capabilities)
        elif request == v4l2_cameras._ENUM_FMT and index < 2:
            assert question[0] == 1, "formats of captured video"
            buffer[44:48] = (b"YUYV", b"MJPG")[index]
        elif request == v4l2_cameras._ENUM_SIZES and index == 0:
            if code == b"YUYV":
                struct.pack_into("<3I", buffer, 8, 1, 640, 480)
            else:
                struct.pack_into("<7I", buffer, 8, 3, 320, 1280, 16, 240, 720, 16)
        elif request == v4l2_cameras._ENUM_INTERVALS and code == b"YUYV" and index < 2:
            assert struct.unpack_from("<2I", buffer, 8) == (640, 480)
            struct.pack_into("<3I", buffer, 16, 1, *((1, 30), (1001, 60000))[index])
        else:
            raise OSError(errno.EINVAL, "no more")
        return buffer


@linux
def test_the_kernel_is_asked_for_names_and_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (10, 2):
        (tmp_path / "sys" / f"video{number}").mkdir(parents=True)
        (tmp_path / "sys" / f"video{number}" / "name").write_text("kernel's name\n")
    (tmp_path / "sys" / "video4").mkdir()  # unplugged between two looks
    dev = tmp_path / "dev"
    dev.mkdir()
    for number in (10, 2):
        (dev / f"video{number}").touch()
    monkeypatch.setattr(v4l2_cameras, "_ioctl", FakeKernel())
    found = video_devices(tmp_path / "sys", dev)
    assert [device.path for device in found] == [str(dev / "video2"), str(dev / "video10")]
    assert found[0].name == "Desk cam"
    assert found[0].captures
    assert set(found[0].formats) == {
        CameraFormat(640, 480, 60000 / 1001, "YUYV"),
        CameraFormat(640, 360, 0.0, "MJPG"),
        CameraFormat(1280, 720, 0.0, "MJPG"),
    }
    monkeypatch.setattr(cameras_module, "video_devices", lambda: found)
    assert [camera.name for camera in connected_cameras()] == ["Desk cam", "Desk cam (2)"]
    monkeypatch.setattr(v4l2_cameras, "_ioctl", FakeKernel(capabilities=2))
    assert not video_devices(tmp_path / "sys", dev)[0].captures, "an output is no camera"


@linux
def test_programs_that_hold_a_device_are_named(tmp_path: Path) -> None:
    for process, target in (("71", "/dev/video0"), (str(os.getpid()), "/dev/video0"), ("72", "/dev/null")):
        (tmp_path / process / "fd").mkdir(parents=True)
        (tmp_path / process / "fd" / "3").symlink_to(target)
        (tmp_path / process / "comm").write_text("meeting\n")
    assert users_of("/dev/video0", tmp_path) == ["meeting"]


# ── reading


class FakeReader:
    """A camera of 64 × 48 with 25 pictures a second that may be busy, silent or pulled out."""

    via = "fake"
    busy = False
    pictures = 1000
    fails = ""
    opened: list[tuple[Camera, tuple[int, int], float]]
    closed = 0

    def __init__(self) -> None:
        self.left = 0

    def open(self, camera: Camera, size: tuple[int, int], fps: float) -> float:
        if self.busy:
            raise UserError(f"{camera.name} cannot be opened.", "It is used by meeting.")
        FakeReader.opened.append((camera, size, fps))
        self.left = self.pictures
        return 25.0

    def read(self, timeout_s: float) -> tuple[Pixels, int] | None:
        self.left -= 1
        if self.left >= 0:
            return np.full((48, 64, 3), self.left % 256, np.uint8), time.monotonic_ns()
        if self.fails:
            raise SourceEnded(self.fails)
        time.sleep(0.001)
        return None

    def close(self) -> None:
        FakeReader.closed += 1


@pytest.fixture
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> list[Camera]:
    """The cameras that are connected; to be changed by the test."""
    there = [FACE, DESK]
    FakeReader.opened, FakeReader.closed = [], 0
    monkeypatch.setattr(camera_module, "connected_cameras", lambda: list(there))
    monkeypatch.setattr(camera_module, "new_reader", FakeReader)
    monkeypatch.setattr(camera_module, "SILENCE_S", 0.15)
    monkeypatch.setattr(camera_module, "FIRST_PICTURE_S", 0.15)
    return there


def read_to_the_end(source: CameraSource) -> None:
    while True:
        source.read(0.1)


def test_a_camera_hands_out_stamped_pictures(plugged_in: list[Camera]) -> None:
    source = open_source("camera:face", size=(320, 240), fps=15)
    info = source.open()
    frames = [source.read(0.1) for _ in range(3)]
    source.close()
    source.close()
    assert (info.name, info.width, info.height, info.fps, info.live) == ("Face cam", 64, 48, 25.0, True)
    assert info.via == "fake, /dev/video2"
    assert FakeReader.opened == [(FACE, (320, 240), 15)]
    assert [frame.sequence for frame in frames if frame] == [0, 1, 2]
    assert all(frame and time.monotonic_ns() - frame.captured_ns < 30e9 for frame in frames)
    assert FakeReader.closed == 1


def test_a_busy_camera_says_who_has_it(plugged_in: list[Camera], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeReader, "busy", True)
    with pytest.raises(UserError, match="Face cam cannot be opened") as caught:
        CameraSource("face").open()
    assert "meeting" in caught.value.hint
    assert FakeReader.closed == 1, "let go of all the same"


@pytest.mark.parametrize(("fails", "words"), [("", "gives no picture"), ("not allowed", "not allowed")])
def test_a_camera_without_pictures_says_so(
    plugged_in: list[Camera], monkeypatch: pytest.MonkeyPatch, fails: str, words: str
) -> None:
    monkeypatch.setattr(FakeReader, "pictures", 0)
    monkeypatch.setattr(FakeReader, "fails", fails)
    with pytest.raises(UserError, match=words) as caught:
        CameraSource("face").open()
    assert caught.value.hint
    assert FakeReader.closed == 1


@pytest.mark.parametrize("fails", ["", "device removed"])
def test_an_unplugged_camera_ends_and_is_found_again_under_another_number(
    plugged_in: list[Camera], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(FakeReader, "pictures", 4)
    monkeypatch.setattr(FakeReader, "fails", fails)
    source = CameraSource("2" if sys.platform.startswith("linux") else "0")
    assert source.open().name == "Face cam"
    with pytest.raises(SourceEnded, match="Face cam"):
        read_to_the_end(source)
    plugged_in[:] = [DESK]
    with pytest.raises(UserError, match="There is no camera"):
        open_source("camera:face").open()
    plugged_in[:] = [Camera("Other cam", "/dev/video2"), DESK, Camera("Face cam", "/dev/video5")]
    source.open()
    assert FakeReader.opened[-1][0].key == "/dev/video5"


class FakeCapture:
    """Behaves as cv2.VideoCapture does for a camera of 64 × 48."""

    opens = True
    settings: dict[int, float]

    def __init__(self, device: str, backend: int) -> None:
        FakeCapture.settings = {}
        self.device = device

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opens

    def set(self, key: int, value: float) -> bool:
        FakeCapture.settings[key] = value
        return True

    def get(self, key: int) -> float:
        return 30.0

    def grab(self) -> bool:
        return True

    def retrieve(self) -> tuple[bool, np.ndarray]:
        blue = np.zeros((48, 64, 3), np.uint8)
        blue[..., 0] = 200
        return True, blue

    def release(self) -> None:
        pass


def test_opencv_is_asked_for_the_best_format_and_hands_out_rgb(monkeypatch: pytest.MonkeyPatch) -> None:
    cv2 = opencv_camera.cv2
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    reader = opencv_camera.OpenCvReader()
    unreadable = CameraFormat(1280, 720, 60, "H264")
    assert reader.open(Camera("C", "/dev/video7", (unreadable, *FACE.formats)), (1280, 704), 30) == 30.0
    asked = FakeCapture.settings
    assert asked[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert (asked[cv2.CAP_PROP_FRAME_WIDTH], asked[cv2.CAP_PROP_FRAME_HEIGHT]) == (1280, 720)
    assert asked[cv2.CAP_PROP_BUFFERSIZE] == 1
    picture = reader.read(0.1)
    reader.close()
    assert picture is not None
    assert picture[0][0, 0].tolist() == [0, 0, 200]


def test_opencv_says_why_a_camera_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeCapture, "opens", False)
    monkeypatch.setattr(opencv_camera.cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(opencv_camera, "users_of", lambda path: ["meeting"] if path == "/dev/video2" else [])
    with pytest.raises(UserError) as caught:
        opencv_camera.OpenCvReader().open(FACE, (64, 48), 30)
    assert caught.value.hint == "It is used by meeting."
    with pytest.raises(UserError) as caught:
        opencv_camera.OpenCvReader().open(Camera("L", "/dev/video3", locked=True), (64, 48), 30)
    assert "usermod" in caught.value.hint
