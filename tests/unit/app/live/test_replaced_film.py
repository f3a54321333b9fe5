"""A film that is written anew while it is shown: the new one is played by itself, and nothing is torn down for it."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from sanacam.app import standby
from sanacam.app.capture.file import FileSource
from sanacam.app.capture.film_watch import FilmWatch
from sanacam.app.commands import live
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session
from sanacam.app.sink_choice import film_of
from sanacam.ui.passthrough import PassthroughEditor

Wait = Callable[..., None]
Make = Callable[..., Session]


def write_film(path: Path, value: int, frames: int = 6, fps: int = 60) -> None:
    """``frames`` pictures of one brightness; in place of what is there only once it is whole."""
    new = path.with_suffix(".new.mp4")
    with av.open(str(new), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 32, 16, "yuv420p"
        for _ in range(frames):
            pixels = np.full((16, 32, 3), value, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    os.replace(new, path)


def shown(sink: CollectSink) -> int:
    """Brightness of the newest picture; −1 for a slate or nothing."""
    frame = sink.frames[-1] if sink.frames else None
    return -1 if frame is None or frame.sequence < 0 else round(float(frame.pixels.mean()))


def test_what_counts_as_another_film(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"one")
    watch = FilmWatch(path)
    assert not watch.replaced()
    path.unlink()
    assert not watch.replaced(), "gone is not another one"
    path.write_bytes(b"tw")
    assert not watch.replaced(), "it may still be growing"
    path.write_bytes(b"two three")
    assert not watch.replaced()
    assert watch.replaced()
    assert not watch.replaced(), "told once"
    os.utime(path, (1, 1))
    assert not watch.replaced()
    assert watch.replaced(), "of the same size, but written again"


@pytest.mark.parametrize(
    ("source", "film"),
    [
        ("file:a b.mp4", "a b.mp4"),
        ("a.mp4", "a.mp4"),
        ("camera:0", None),
        ("pattern", None),
        ("window:x.mp4", None),
        ("", None),
    ],
)
def test_which_sources_are_films(source: str, film: str | None) -> None:
    assert film_of(source) == (None if film is None else Path(film))


def test_a_looped_film_is_waited_for_while_it_is_gone_and_the_new_one_goes_on(
    make_session: Make, eventually: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standby, "LAST_PICTURE_NS", 300_000_000)
    path, sink = tmp_path / "film.mp4", CollectSink()
    write_film(path, 60)
    session = make_session(FileSource(path), [sink], PassthroughEditor, loop=True, retry_s=0.05)
    session.start()
    eventually(lambda: abs(shown(sink) - 60) < 4)
    path.unlink()
    eventually(lambda: "film.mp4" in session.stats().message)
    assert session.stats().state == "running"
    eventually(lambda: shown(sink) == -1)
    frames = sink.frames
    last = max(place for place, frame in enumerate(frames) if frame.sequence >= 0)
    # A slate's own stamp is the moment at which it was drawn.
    assert frames[last + 1].captured_ns - frames[last].captured_ns >= 300_000_000, "the last picture stays for a moment"
    write_film(path, 180)
    eventually(lambda: abs(shown(sink) - 180) < 4)
    assert session.stats().message == ""
    assert not sink.closed


def test_a_film_that_is_not_there_at_the_beginning_is_not_waited_for(make_session: Make, tmp_path: Path) -> None:
    session = make_session(FileSource(tmp_path / "none.mp4"), [CollectSink()], PassthroughEditor, loop=True)
    session.start()
    assert session.wait(30.0) == "failed"


def test_after_a_film_the_new_one_is_played_and_recordings_are_left_alone(
    make_session: Make, eventually: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ``sanacam live`` does with a film that goes to a camera or OBS."""
    monkeypatch.setattr(live, "STATUS_EVERY_S", 0.05)
    path, watcher, recording = tmp_path / "film.mp4", CollectSink(), CollectSink(exact=True)
    write_film(path, 60)
    session = make_session(FileSource(path), [watcher, recording], PassthroughEditor, stay=True)
    notes: list[Any] = []
    reporter = live.LiveReporter(deque(), False)
    monkeypatch.setattr(reporter, "note", notes.append)
    stop = threading.Event()
    watching = threading.Thread(target=live._watch, args=(session, stop, 0.0, [watcher, recording], reporter, path))
    session.start()
    watching.start()
    eventually(lambda: notes == [live.FILM_OVER])
    eventually(lambda: shown(watcher) == -1)
    write_film(path, 180, frames=30)
    eventually(lambda: abs(shown(watcher) - 180) < 4)
    eventually(lambda: notes == [live.FILM_OVER, live.FILM_REPLACED, live.FILM_OVER])
    stop.set()
    watching.join(30)
    assert not watching.is_alive()
    assert len(recording.frames) == 6, "the first film's"
    assert recording.closed
