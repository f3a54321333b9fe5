"""Check of the embedded model: it is there, it loads, and how fast it is here."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from sanacam.app.doctor.check import Check, Probe
from sanacam.app.settings import ModelSettings

WIDTH, HEIGHT = 320, 176
_LEAST_FRAMES = 8
_MEASURE_S = 1.0


def model_probes() -> list[Probe]:
    """The one check of this file."""
    return [Probe("model", "Embedded model", check_model, essential=True)]


@dataclass(frozen=True)
class Speed:
    """``fps`` frames a second at 320×176, ``load_s`` seconds to load, ``device`` and number format in words."""

    fps: float
    load_s: float
    device: str


def check_model() -> Check:
    """Load ``mini`` and edit moving noise for about a second."""
    speed = measure(ModelSettings())
    found = f"mini loads in {speed.load_s:.1f} s, edits {speed.fps:.1f} frames a second at {WIDTH}×{HEIGHT}"
    return Check("model", "Embedded model", "ok", found, f"mini on {speed.device}", "", True)


def measure(settings: ModelSettings) -> Speed:
    """Speed of a model here; the first chunk (warm-up) is not counted.

    Raises:
        UserError: the model is missing or damaged.
    """
    from sanacam.app.editor_loading import choose_device, load_editor

    started = time.perf_counter()
    editor = load_editor(settings)
    editor.set_prompt("an oil painting")
    load_s = time.perf_counter() - started
    picture = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    chunk = [np.roll(picture, 8 * index, axis=1) for index in range(editor.frames_per_chunk)]
    editor.push(chunk)
    done, started = 0, time.perf_counter()
    while done < _LEAST_FRAMES or time.perf_counter() - started < _MEASURE_S:
        done += len(editor.push(chunk))
    return Speed(done / (time.perf_counter() - started), load_s, str(choose_device(settings.device)))
