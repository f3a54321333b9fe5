"""The real window on a real (virtual) X server, photographed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

XVFB = shutil.which("Xvfb")

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sanacam.app.settings import Settings
from sanacam.ui.main_window import MainWindow
from sanacam.ui.passthrough import PassthroughEditor
from sanacam.ui.theme import apply_theme

class Reddening(PassthroughEditor):
    def push(self, frames, /):
        red = [frame.copy() for frame in frames]
        for frame in red:
            frame[..., 0] = 250
            frame[..., 1:] //= 4
        return red

app = QApplication(sys.argv[:1])
assert app.platformName() == "xcb", app.platformName()
app.setQuitOnLastWindowClosed(False)
apply_theme(app)
settings = Settings().with_values({"live.source": "pattern", "live.size": "320x180"})
window = MainWindow(settings, editor_factory=Reddening)
window.resize(1000, 640)
window.released.connect(app.quit)
window.show()
window.start()

def look():
    if window.status.words.text() == "Running":
        app.primaryScreen().grabWindow(0).save(sys.argv[1])
        r = window.preview.picture_rect()
        o = window.preview.mapToGlobal(r.topLeft())
        print(o.x(), o.y(), r.width(), r.height())
        window.close()
    else:
        QTimer.singleShot(200, look)

QTimer.singleShot(800, look)
app.exec()
"""


@pytest.fixture
def display() -> Iterator[str]:
    """A fresh X server; it picks a number that is free and says which."""
    if XVFB is None:
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        [XVFB, "-displayfd", str(write), "-screen", "0", "1200x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def start(display: str, words: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SANACAM_CONFIG_DIR": str(tmp_path)}
    environment.pop("WAYLAND_DISPLAY", None)
    return subprocess.run(
        [sys.executable, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False
    )


def test_the_screen_shows_the_window_with_both_halves(display: str, tmp_path: Path) -> None:
    shot = tmp_path / "screen.png"
    done = start(display, ["-c", SCRIPT, str(shot)], tmp_path)
    assert done.returncode == 0, done.stderr
    screen = np.asarray(Image.open(shot).convert("RGB")).astype(int)
    left, top, width, height = map(int, done.stdout.split())
    picture = screen[top : top + height, left : left + width]
    original, edited = picture[:, : width // 2 - 40], picture[:, width // 2 + 40 :]
    assert (edited[..., 0] > 200).mean() > 0.8
    assert (original[..., 0] > 200).mean() < 0.4
    assert len(np.unique(screen.reshape(-1, 3), axis=0)) > 200


def test_the_program_itself_opens_on_the_sample_clip(display: str, tmp_path: Path) -> None:
    shot = tmp_path / "window.png"
    done = start(display, ["-m", "sanacam.ui.main", "--screenshot", str(shot), "--after", "3"], tmp_path)
    assert done.returncode == 0, done.stderr
    picture = np.asarray(Image.open(shot).convert("L")).astype(float)
    assert picture.shape[0] >= 600
    assert picture.std() > 10
    assert "Traceback" not in done.stderr
