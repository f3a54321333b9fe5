"""A stamped picture goes in at a source and is drawn in the window's preview: how old it is there, and in order."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import frame_stamp
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from stamped_source import StampedSource

from sanacam.ui.live_plan import LivePlan
from sanacam.ui.main_window import MainWindow
from sanacam.ui.passthrough import PassthroughEditor
from sanacam.ui.preview import Preview, View

STAMPS = 20
ATTEMPTS = 5
OLDEST_MS = 120


def stamp_in(preview: Preview) -> int | None:
    """Of what is drawn, scaled as it may be."""
    image = preview.grab(preview.picture_rect()).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return frame_stamp.read(rows[:, : image.width()])


def test_the_preview_shows_stamps_soon_and_in_order(
    qtbot: QtBot,
    open_window: Callable[..., MainWindow],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(LivePlan, "open_source", lambda _: StampedSource((320, 176)))
    window = open_window(PassthroughEditor, live__source="pattern:320x176@30", live__size="320x176")
    window.preview.set_view(View.EDITED)
    window.start()
    qtbot.waitUntil(lambda: not window.preview.picture_rect().isEmpty(), timeout=20_000)
    ages: list[float] = []
    seen: list[int] = []
    # Other work on the machine makes pictures older, never younger: one good stretch is the truth.
    while len(ages) < ATTEMPTS and min(ages, default=1e9) > OLDEST_MS:
        late: list[int] = []

        def look(late: list[int] = late) -> bool:
            number = stamp_in(window.preview)
            if number is not None and number not in seen[-1:]:
                seen.append(number)
                late.append(frame_stamp.milliseconds() - number)
            return len(late) >= STAMPS

        qtbot.waitUntil(look, timeout=20_000)
        ages.append(statistics.median(late))
    with capsys.disabled():
        print(f" median age in the preview: {min(ages):.0f} ms")
    assert min(ages) <= OLDEST_MS, ages
    assert seen == sorted(seen)
