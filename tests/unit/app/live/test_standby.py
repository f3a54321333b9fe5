"""What a session shows when no edited frame is due, above all when the model hangs without a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sanacam.app import standby as module
from sanacam.app.clock import OutputFormat, Slate
from sanacam.app.frames import Frame
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.source import SourceInfo
from sanacam.app.standby import LATE_FRAMES, Standby

SECOND = 1_000_000_000
INFO = SourceInfo("camera", 32, 16, 25.0, live=True)


@dataclass
class Scene:
    """A source whose newest frame is ``sequence``, and a clock that is set by hand."""

    now_ns: int = 1000 * SECOND
    sequence: int = 0

    def monotonic_ns(self) -> int:
        return self.now_ns

    def latest(self) -> Frame:
        return Frame(np.zeros((16, 32, 3), np.uint8), self.now_ns, self.sequence)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene()
    monkeypatch.setattr(module, "time", made)
    return made


def make(scene: Scene, *, live: bool = True, size: Any = None, fps: Any = None) -> Standby:
    return Standby(size, fps, live, scene.latest, lambda: "a reason")


def test_the_format_is_the_users_else_the_sources_else_a_usual_one(scene: Scene) -> None:
    asked = make(scene, size=(640, 360), fps=24.0)
    assert asked.output_format() is None, "not known before the source has opened"
    asked.source_opened(INFO)
    assert asked.output_format() == OutputFormat(640, 360, 24.0)
    own = make(scene)
    own.source_opened(INFO)
    assert own.output_format() == OutputFormat(32, 16, 25.0)
    never = make(scene)
    never.source_lost_now()
    scene.now_ns += 2 * SECOND
    assert never.output_format() is None
    scene.now_ns += 2 * SECOND
    assert never.output_format() == OutputFormat(1280, 720, 30.0)


def test_a_model_that_hangs_is_replaced_by_the_raw_picture_until_it_is_back(scene: Scene) -> None:
    standby = make(scene)
    standby.source_opened(INFO)
    standby.frames_edited()
    scene.now_ns += 2 * SECOND
    scene.sequence += 100
    assert standby.picture() is None, "not late yet"
    scene.now_ns += 2 * SECOND
    assert isinstance(standby.picture(), Frame)
    standby.frames_edited()
    assert standby.picture() is None


def test_a_slow_model_is_not_a_late_one(scene: Scene) -> None:
    standby = make(scene)
    standby.source_opened(INFO)
    for _ in range(4):
        standby.frames_edited()
        scene.now_ns += 5 * SECOND
        scene.sequence += 150
    assert standby.picture() is None
    scene.now_ns += 11 * SECOND
    assert isinstance(standby.picture(), Frame)


@pytest.mark.parametrize("more", [0, LATE_FRAMES - 1])
def test_a_source_with_nothing_new_does_not_make_the_model_late(scene: Scene, more: int) -> None:
    standby = make(scene)
    standby.source_opened(INFO)
    standby.frames_edited()
    scene.sequence += more
    scene.now_ns += 60 * SECOND
    assert standby.picture() is None


def test_a_film_waits_and_a_model_that_loads_is_not_late(scene: Scene) -> None:
    film = make(scene, live=False)
    film.source_opened(INFO)
    film.frames_edited()
    loading = make(scene)
    loading.source_opened(INFO)
    scene.sequence, scene.now_ns = 1000, scene.now_ns + 60 * SECOND
    assert film.picture() is None
    assert loading.picture() is None


def test_a_lost_source_keeps_its_last_picture_for_two_seconds(scene: Scene) -> None:
    standby = make(scene)
    standby.source_opened(INFO)
    assert standby.source_lost_now()
    assert not standby.source_lost_now(), "told once"
    scene.now_ns += SECOND
    assert standby.picture() is None
    scene.now_ns += 2 * SECOND
    assert standby.picture() == Slate("No picture from the source", "a reason")
    assert standby.raw() == Slate("No picture from the source", "a reason")
    standby.source_opened(INFO)
    assert standby.picture() is None
    assert isinstance(standby.raw(), Frame)


def test_a_session_whose_model_hangs_shows_the_raw_picture(
    make_session: Callable[..., Any], fakes: Any, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LATE_NS", 300_000_000)
    monkeypatch.setattr(module, "LATE_FRAMES", 8)
    model, sink = fakes.Model(), CollectSink()
    session = make_session(fakes.Camera(100.0), [sink], lambda: model, fps=50.0)
    session.start()
    eventually(lambda: session.stats().state == "running")
    model.seconds = 2.0
    eventually(lambda: bool(sink.frames) and sink.frames[-1].epoch == 0 and sink.frames[-1].sequence > 0)
    model.seconds = 0.0
    eventually(lambda: sink.frames[-1].epoch > 0)
