"""Main memory does not grow while a film is edited (`edit_memory.py` beside this measures an hour)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from long_film import RATE, write_long_film

from sanacam.app.edit import EditJob, Progress, edit_file
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_streaming_bundle

SECONDS, SETTLED = 75, 300
GROWTH = 5_000_000
"""Bytes: a third of what keeping every picture after the settled ones would take."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_longer_film_takes_no_more_memory(tmp_path: Path) -> None:
    film = write_long_film(tmp_path / "film.mkv", SECONDS)
    bundle = tiny_streaming_bundle(1)
    bundle.vae.choose(encoder="tiny", decoder="tiny")
    resident: list[tuple[int, int]] = []

    def on_progress(progress: Progress) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident.append((progress.done, pages * 4096))

    job = EditJob(film, tmp_path / "out.mp4", "snow")
    result = edit_file(job, lambda width, height: StreamEditor(bundle, "cpu"), on_progress=on_progress)
    assert (result.frames, result.sound) == (SECONDS * RATE, "copied")
    settled = max(size for done, size in resident if done <= SETTLED)
    assert max(size for _, size in resident) - settled < GROWTH, resident[:: len(resident) // 10]
