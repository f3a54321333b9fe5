"""What run.sh runs inside the guest: our camera source and our virtual camera on real kernel drivers.

Prints what it sees, and ends with 0 when all of it was as it should be. Emulated processors are slow: the times say
little, the order of events everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pyvirtualcam
from PySide6.QtWidgets import QApplication

from sanacam.app.capture.camera import CameraSource
from sanacam.app.capture.cameras import connected_cameras, find_camera
from sanacam.app.capture.choices import list_cameras
from sanacam.app.capture_thread import CaptureThread
from sanacam.app.frames import Frame, Pixels
from sanacam.app.outputs.v4l2_loopback import default_device, device_capabilities, find_devices
from sanacam.app.outputs.virtual_camera import VirtualCameraSink
from sanacam.app.slot import FrameSlot
from sanacam.app.source import SourceInfo
from sanacam.model.errors import UserError

LOOPBACK, VIVID = "/dev/video10", "/dev/video20"
WIDTH, HEIGHT = 640, 360
BITS = 16
VIVID_DRIVER = Path("/sys/bus/platform/drivers/vivid")
KINDS = {0x1: "capture", 0x2: "output", 0x3: "capture and output", 0x0: "neither: stuck"}

failures: list[str] = []
began = time.monotonic()


def say(words: str) -> None:
    print(f"[{time.monotonic() - began:5.1f} s] {words}", flush=True)


def check(fact: bool, words: str) -> None:
    say(f"{'ok    ' if fact else 'FAILED'} {words}")
    if not fact:
        failures.append(words)


def kind_of(path: str) -> str:
    capabilities = device_capabilities(path)
    return "may not be opened" if capabilities is None else KINDS[capabilities & 0x3]


def wait_for(fact: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def plug(action: str) -> None:
    """``unbind`` takes the pretended camera away as pulling its cable would, ``bind`` brings it back."""
    (VIVID_DRIVER / action).write_text("vivid.0")
    say(f"vivid: {action}")


def stamped(number: int) -> Pixels:
    """A picture that carries ``number`` as bars of black and white, and its opposite below."""
    bits = np.array([number >> bit & 1 for bit in range(BITS)], np.uint8)
    row = np.repeat(np.stack([bits, 1 - bits]), WIDTH // BITS, axis=1) * 219 + 16
    return np.ascontiguousarray(np.repeat(row, HEIGHT // 2, axis=0)[..., None].repeat(3, axis=2))


def read_stamp(picture: Pixels) -> int | None:
    grey = picture.mean(axis=2)
    columns = (np.arange(BITS) + 0.5) * picture.shape[1] / BITS
    above, below = (grey[picture.shape[0] * part // 4, columns.astype(int)] > 128 for part in (1, 3))
    return None if (above == below).any() else int(sum(1 << bit for bit in range(BITS) if above[bit]))


# ── cameras


def check_names() -> None:
    from sanacam.app.capture.qt.cameras import qt_cameras

    ours = {camera.key: camera for camera in connected_cameras()}
    theirs = {camera.key: camera for camera in qt_cameras()}
    say(f"the kernel's list: {[(camera.key, camera.name, len(camera.formats)) for camera in ours.values()]}")
    say(f"QtMultimedia's:    {[(camera.key, camera.name, len(camera.formats)) for camera in theirs.values()]}")
    check(ours[VIVID].name == theirs[VIVID].name, "both give the camera one name")
    sizes = [{(one.width, one.height, one.fps) for one in camera[VIVID].formats} for camera in (ours, theirs)]
    check(sizes[1] <= sizes[0] and bool(sizes[1]), f"all {len(sizes[1])} sizes and rates of QtMultimedia are in ours")
    check(LOOPBACK not in ours, "the idle virtual camera is no camera")


def check_reading() -> None:
    source = CameraSource("viv")
    info = source.open()
    say(f"opened {info}")
    frames = [frame for _ in range(200) if (frame := source.read(0.2)) is not None][:30]
    check(len(frames) == 30 and frames[0].pixels.std() > 10, "30 pictures with something in them")
    check(any((frame.pixels != frames[0].pixels).any() for frame in frames), "they change")
    reader = [
        sys.executable,
        "-c",
        "import sys; from sanacam.app.capture.camera import CameraSource as C; C('vivid').open()",
    ]
    other = subprocess.run(reader, capture_output=True, text=True, check=False)
    last = other.stderr.strip().splitlines()[-1:]
    check(other.returncode != 0 and "cannot be opened" in str(last), f"a busy camera says so: {last}")
    source.close()


def check_qt_reading() -> None:
    """The reader of Windows and macOS, on this camera."""
    from sanacam.app.capture.qt.cameras import QtCameraReader

    reader, camera = QtCameraReader(), find_camera("vivid")

    def read() -> None:
        fps = reader.open(camera, (WIDTH, HEIGHT), 30)
        pictures = [picture for _ in range(100) if (picture := reader.read(0.2)) is not None][:10]
        check(
            len(pictures) == 10,
            f"QtMultimedia reads 10 pictures, {pictures[0][0].shape if pictures else '-'} at {fps:g}",
        )
        reader.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()


def check_picker() -> None:
    """The window's list of sources, while a camera is pulled out and plugged in."""
    from PySide6.QtCore import QCoreApplication

    from sanacam.ui.source_picker import SourcePicker

    picker = SourcePicker(None)
    picker.set_source("camera:vivid")
    check(picker.sources.currentText() == "vivid", "the picker names the camera")

    def shows(words: str) -> bool:
        QCoreApplication.processEvents()
        return bool(picker.sources.currentText() == words)

    plug("unbind")
    check(wait_for(lambda: shows("vivid (not there)")), "unplugged: the picker marks it")
    plug("bind")
    check(wait_for(lambda: shows("vivid")), "plugged in: the picker has it again")


class Listener:
    def __init__(self) -> None:
        self.events: list[str] = []

    def source_opened(self, info: SourceInfo) -> None:
        self.events.append("opened")
        say(f"the capture thread opened {info.name} through {info.via}")

    def source_trouble(self, error: Exception, *, retrying: bool) -> None:
        if self.events[-1:] != ["lost"]:
            self.events.append("lost")
            say(f"the capture thread lost it: {error}")


def check_unplugging() -> None:
    listener, slot = Listener(), FrameSlot()
    thread = CaptureThread(CameraSource("vivid"), slot, listener)
    thread.start()
    check(wait_for(lambda: thread.latest() is not None), "the capture thread has a picture")
    for times in (1, 2):
        plug("unbind")
        check(wait_for(lambda n=times: listener.events.count("lost") == n), "unplugged: noticed")
        check("vivid" not in [choice.name for choice in list_cameras()], "and no longer offered")
        last = thread.latest()
        plug("bind")
        check(wait_for(lambda n=times: listener.events.count("opened") == n + 1), "plugged in: opened again by itself")
        check(wait_for(lambda before=last: thread.latest() is not before), "and pictures come")
    thread.stop()
    thread.join(10)
    check(not thread.is_alive(), "the capture thread ends")


# ── the virtual camera


@contextmanager
def feeding(sink: VirtualCameraSink) -> Iterator[None]:
    """Send stamped pictures meanwhile, ten a second."""
    stop = threading.Event()

    def feed() -> None:
        number = 0
        while not stop.wait(0.1):
            sink.write(Frame(stamped(number % (1 << BITS)), time.monotonic_ns(), number))
            number += 1

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def read_as_a_meeting_would() -> list[int]:
    """The stamps of the first pictures that OpenCV gets."""
    capture = cv2.VideoCapture(LOOPBACK, cv2.CAP_V4L2)
    stamps = []
    for _ in range(8):
        done, picture = capture.read()
        stamp = read_stamp(picture) if done else None
        if stamp is not None:
            stamps.append(stamp)
    capture.release()
    return stamps


def check_reopening(words: str) -> None:
    sink = VirtualCameraSink((WIDTH, HEIGHT))
    try:
        sink.open(WIDTH, HEIGHT, 10)
    except UserError as error:
        check(False, f"{words}: {error.message} {error.hint}")
        return
    with feeding(sink):
        check(wait_for(lambda: kind_of(LOOPBACK) == "capture"), f"{words}: sending, others see: {kind_of(LOOPBACK)}")
        stamps = read_as_a_meeting_would()
        check(len(stamps) >= 5 and stamps == sorted(stamps), f"{words}: OpenCV read the pictures {stamps}")
        offered = [choice.name for choice in list_cameras()]
        check("Sanacam" not in offered and "vivid" in offered, f"{words}: offered as input are {offered}")
    sink.close()
    check(kind_of(LOOPBACK) == "output", f"{words}: closed, it is again: {kind_of(LOOPBACK)}")


def check_killing() -> None:
    program = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, str(Path(sys.argv[1]).parent))\n"
        "from guest_check import *\n"
        "sink = VirtualCameraSink((WIDTH, HEIGHT)); sink.open(WIDTH, HEIGHT, 10)\n"
        "with feeding(sink): time.sleep(600)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, __file__])
    try:
        check(wait_for(lambda: kind_of(LOOPBACK) == "capture", 120), "another process sends")
        check(len(read_as_a_meeting_would()) >= 5, "and OpenCV reads it")
    finally:
        writer.kill()
        writer.wait()
    say(f"killed the writer with -9; the device is: {kind_of(LOOPBACK)}")


def show_why() -> None:
    """pyvirtualcam's own back end, which does not switch the stream on, leaves the device stuck. We must say so."""
    with pyvirtualcam.Camera(WIDTH, HEIGHT, 10, device=LOOPBACK, backend="v4l2loopback") as camera:
        camera.send(stamped(1))
    say(f"after pyvirtualcam's own back end the device is: {kind_of(LOOPBACK)}")
    try:
        default_device()
    except UserError as error:
        check("stuck" in error.message, f"and we say: {error.message} {error.hint}")
    else:
        check(not find_devices()[0].stuck, "it is not stuck with this version of the module")


def main() -> int:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    say(f"{LOOPBACK}: {kind_of(LOOPBACK)}; {VIVID}: {kind_of(VIVID)}")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication([])
    for part in (check_names, check_picker, check_reading, check_qt_reading, check_unplugging):
        part()
    for times in (1, 2, 3):
        check_reopening(f"opening {times}")
    check_killing()
    check_reopening("after the kill")
    show_why()
    del app
    say("all as it should be" if not failures else f"{len(failures)} FAILED: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        raise SystemExit(main())
