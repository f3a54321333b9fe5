"""Run inside the guest, as ``run.sh`` says: a photograph of another program that shows the virtual camera.

    python photograph.py FOLDER [FILM]

Sends FILM (or a test pattern) through ``VirtualCameraSink``, opens the camera with mpv as any program would, and leaves
``camera.png`` in FOLDER. Ends with 0 when mpv showed a picture of the film.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import cv2
import mss
import mss.tools
import numpy as np

from sanacam.app.capture import open_source
from sanacam.app.frames import Frame, Pixels
from sanacam.app.outputs.fit import crop
from sanacam.app.outputs.v4l2_loopback import default_device
from sanacam.app.outputs.virtual_camera import DEFAULT_SIZE, VirtualCameraSink
from sanacam.app.source import SourceEnded

SCREEN = (1160, 640)
WINDOW = (1000, 562)
DISPLAY = ":7"
MOST_PICTURES = 60
TRIES, BETWEEN_S = 10, 15.0
began = time.monotonic()


def say(words: str) -> None:
    print(f"[{time.monotonic() - began:5.1f} s] {words}", flush=True)


class Feed(threading.Thread):
    """Sends ``pictures`` to ``camera`` round and round, five a second."""

    def __init__(self, camera: VirtualCameraSink, pictures: list[Pixels]) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self._camera = camera
        self._pictures = pictures

    def run(self) -> None:
        number = 0
        while not self.ended.wait(0.2):
            self._camera.write(Frame(self._pictures[number % len(self._pictures)], time.monotonic_ns(), number))
            number += 1


def read(film: str) -> list[Pixels]:
    """The first pictures, at the camera's size: so the emulated processor has only the camera to care for."""
    source = open_source(film)
    source.open()
    pictures: list[Pixels] = []
    try:
        while len(pictures) < MOST_PICTURES:
            if (frame := source.read(1.0)) is not None:
                pictures.append(crop(frame.pixels, *DEFAULT_SIZE))
    except SourceEnded:
        say("that is all of it")
    source.close()
    return pictures


def photograph(to: Path) -> Pixels:
    """The screen, RGB."""
    with mss.MSS(display=DISPLAY) as grabber:
        shot = grabber.grab(grabber.monitors[0])
    mss.tools.to_png(shot.rgb, shot.size, output=str(to))
    return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)


def shows_one_of(screen: Pixels, pictures: list[Pixels]) -> bool:
    """Whether the middle of the window is that of a picture; colours may be a little off."""
    left, top = (SCREEN[0] - WINDOW[0]) // 2, (SCREEN[1] - WINDOW[1]) // 2
    seen = cv2.resize(screen[top : top + WINDOW[1], left : left + WINDOW[0]], (16, 9), interpolation=cv2.INTER_AREA)
    small = [cv2.resize(picture, (16, 9), interpolation=cv2.INTER_AREA) for picture in pictures]
    return bool(min(np.abs(seen.astype(int) - one).mean() for one in small) < 16)


def main(folder: str, film: str = "pattern:1280x720@30") -> int:
    pictures, camera, device = read(film), VirtualCameraSink(), default_device()
    camera.open(*DEFAULT_SIZE, 30)
    feed = Feed(camera, pictures)
    feed.start()
    say(f"sending {len(pictures)} pictures of {Path(film).name} to {device}")
    size = "{}x{}x24".format(*SCREEN)
    programs = [
        subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", size, "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
    ]
    time.sleep(5)
    mpv = ["mpv", "--no-config", "--no-audio", "--vo=x11", "--osc=no", "--profile=low-latency", f"av://v4l2:{device}"]
    place = f"--geometry={WINDOW[0]}x{WINDOW[1]}+50%+50%"
    environment = {**os.environ, "DISPLAY": DISPLAY, "HOME": "/tmp"}
    for command in (["openbox"], [*mpv, place, f"--title=mpv {device}"]):
        programs.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
    seen = False
    for _ in range(TRIES):
        time.sleep(BETWEEN_S)
        seen = shows_one_of(photograph(Path(folder) / "camera.png"), pictures)
        if seen:
            break
    say("ok     mpv shows the film, photographed" if seen else "FAILED mpv shows nothing of the film")
    for program in reversed(programs):
        program.kill()
        program.wait()
    feed.ended.set()
    feed.join(10)
    camera.close()
    return 0 if seen else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
