"""Opens the window and stays until it is closed.

    python -m sanacam.ui.main [--screenshot PATH --after SECONDS]

The options are for developers: they save a picture of the window and close it.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.resources import as_file
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from sanacam.app.commands.start import sample_clip
from sanacam.app.control.server import control_port
from sanacam.app.editor_loading import native_size
from sanacam.app.exit_codes import OK
from sanacam.app.leaving import leave
from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings
from sanacam.app.size import chosen_size
from sanacam.model.errors import UserError
from sanacam.ui.icons import icon
from sanacam.ui.main_window import MainWindow
from sanacam.ui.theme import apply_theme

log = logging.getLogger(__name__)

PATTERN = "pattern"
LONGEST_TIMER_MS = 2**31 - 1


def run(settings: Settings | None = None, *, control: bool = True) -> int:
    """Open the window, start playing at once, and return an exit code when the window is closed.

    Args:
        settings: what to begin with, ``live.duration`` for how long; None: the user's settings, with the sample clip as
            source.
        control: whether other programs may control the window (``sanacam.app.control``).
    """
    return _run(settings, None, 0.0, control=control)


def main(argv: Sequence[str] | None = None) -> int:
    """``run`` with options for developers."""
    parser = argparse.ArgumentParser(prog="sanacam.ui.main", description="Opens the window.")
    parser.add_argument("--screenshot", type=Path, metavar="PATH", help="save a picture of the window, then close it")
    parser.add_argument("--after", type=float, default=5.0, metavar="S", help="… after so many seconds (default 5)")
    arguments = parser.parse_args(argv)
    return _run(None, arguments.screenshot, arguments.after, control=False)


def _run(settings: Settings | None, screenshot: Path | None, after_s: float, *, control: bool) -> int:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Sanacam")
    app.setDesktopFileName("sanacam")
    app.setWindowIcon(icon("sanacam"))
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app)
    with as_file(sample_clip()) as clip:
        sample = clip if clip.is_file() else None
        chosen, trouble = _settings_to_begin_with(settings, sample)
        window = MainWindow(chosen, sample=sample)
        window.released.connect(app.quit)
        if trouble is not None:
            window.show_error(trouble)
        # Python sees Ctrl-C in the terminal when the window's timer runs next.
        before = signal.signal(signal.SIGINT, lambda *_: window.close())
        window.show()
        window.start()
        if chosen.live.duration:
            QTimer.singleShot(min(LONGEST_TIMER_MS, round(chosen.live.duration * 1000)), window.close)
        if screenshot is not None:
            QTimer.singleShot(round(after_s * 1000), lambda: _picture_and_close(window, screenshot))
        port: AbstractContextManager[object] = (
            control_port(window.remote_target(), window.show_note, osc=chosen.live.osc) if control else nullcontext()
        )
        try:
            with port:
                app.exec()
        finally:
            signal.signal(signal.SIGINT, before)
    return OK


def _settings_to_begin_with(settings: Settings | None, sample: Path | None) -> tuple[Settings, UserError | None]:
    """The settings, and what is wrong with the user's file, if anything."""
    trouble = None
    if settings is None:
        try:
            settings = load_settings()
        except UserError as error:
            settings, trouble = Settings(), error
        settings = settings.with_values({"live.source": f"file:{sample}" if sample else PATTERN, "live.loop": True})
    return _first_size(settings), trouble


def _first_size(settings: Settings) -> Settings:
    """``auto`` in the settings becomes a size that this machine can follow; torch is not asked, it loads too slowly."""
    native = native_size(settings.model.name)
    size = chosen_size(settings.live.size, card=shutil.which("nvidia-smi") is not None, native=native)
    return settings.with_values({"live.size": size})


def _picture_and_close(window: MainWindow, path: Path) -> None:
    if not window.grab().save(str(path)):
        log.error("%s could not be written", path)
    window.close()


if __name__ == "__main__":
    leave(main())
