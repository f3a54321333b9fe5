"""A film, a model that can be watched, and windows that are closed again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from sanacam.app.engine import EditorFactory
from sanacam.app.frames import Pixels
from sanacam.app.mailbox import Transition
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError
from sanacam.ui.main_window import MainWindow


@dataclass
class WatchedModel:
    """Turns every picture upside down in colour (255 − value) and keeps what it was told."""

    prompts: list[str] = field(default_factory=list)
    strengths: list[float] = field(default_factory=list)
    frames_per_chunk: int = 2

    def push(self, frames: list[Pixels], /) -> list[Pixels]:
        return [255 - frame for frame in frames]

    def flush(self) -> list[Pixels]:
        return []

    def reset(self) -> None:
        pass

    def set_prompt(self, text: str, /, transition: Transition = "keep") -> None:
        if "forbidden" in text:
            raise UserError("That prompt cannot be used.", "Write another one.")
        self.prompts.append(text)

    def set_strength(self, strength: float, /) -> None:
        self.strengths.append(strength)


@pytest.fixture
def model() -> WatchedModel:
    return WatchedModel()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second and a half of a dark grey picture, 64×48."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=20)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(30):
            grey = np.full((48, 64, 3), 60, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(autouse=True)
def own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Settings and history go here."""
    folder = tmp_path / "config"
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def open_window(qtbot: QtBot, model: WatchedModel, film: Path) -> Iterator[Callable[..., MainWindow]]:
    """Opens a window on the film (or with other settings, ``live__size="64x48"``); closes it at the end and looks for
    threads left over. ``own_model``: the model of the settings instead of ``model``.
    """
    windows: list[MainWindow] = []

    def open_one(factory: EditorFactory | None = None, own_model: bool = False, **values: object) -> MainWindow:
        named = {name.replace("__", "."): value for name, value in values.items()}
        again = {"live.source": f"file:{film}", "live.loop": True, "live.size": "64x48"}
        settings = Settings().with_values({**again, **named})
        factory = None if own_model else factory or (lambda: model)
        window = MainWindow(settings, editor_factory=factory, sample=film)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=10_000)
        return window

    yield open_one
    for window in windows:
        close(qtbot, window)
        window.deleteLater()
    assert session_threads() == []


def close(qtbot: QtBot, window: MainWindow) -> None:
    """Close the window and wait until it is released; nothing happens when it is already."""
    if window.control.join(0):
        return
    with qtbot.waitSignal(window.released, timeout=10_000):
        window.close()


def session_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("sanacam") or t.name == "recorder"]
