"""The preview: which pixel comes from which picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from sanacam.app.frames import Frame, Pixels
from sanacam.ui.frame_pairs import MOST_BYTES, MOST_FRAMES, FramePairs
from sanacam.ui.preview import Preview, View

RED, BLUE, BLACK = (200, 30, 20), (10, 40, 220), (0, 0, 0)


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 36) -> Pixels:
    return np.full((height, width, 3), colour, dtype=np.uint8)


def close_to(colour: QColor, wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(colour.getRgb()[:3], wanted, strict=True)) <= 3  # type: ignore[arg-type]


@pytest.fixture
def preview(qtbot: QtBot) -> Preview:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.resize(640, 360)
    preview.show_pictures(plain(BLUE), plain(RED))
    return preview


def colour_at(preview: Preview, x: int, y: int = 100) -> QColor:
    return preview.grab().toImage().pixelColor(x, y)


@pytest.mark.parametrize("split", [0.25, 0.5, 0.8])
def test_original_left_of_the_line_and_edited_right_of_it(preview: Preview, split: float) -> None:
    preview.set_split(split)
    line = round(640 * split)
    for x in (2, line - 6):
        assert close_to(colour_at(preview, x), RED)
    for x in (line + 6, 636):
        assert close_to(colour_at(preview, x), BLUE)


@pytest.mark.parametrize(("view", "colour"), [(View.EDITED, BLUE), (View.ORIGINAL, RED)])
def test_one_picture_alone(preview: Preview, view: View, colour: tuple[int, int, int]) -> None:
    preview.set_view(view)
    assert all(close_to(colour_at(preview, x), colour) for x in (2, 320, 636))


def test_the_line_is_dragged_with_the_mouse_and_stays_inside(qtbot: QtBot, preview: Preview) -> None:
    with qtbot.waitExposed(preview):
        preview.show()
    qtbot.mousePress(preview, Qt.MouseButton.LeftButton, pos=QPoint(320, 180))
    qtbot.mouseMove(preview, QPoint(160, 180))
    assert preview.split == pytest.approx(0.25, abs=0.01)
    qtbot.mouseMove(preview, QPoint(-50, 180))
    assert preview.split == 0.0
    qtbot.mouseRelease(preview, Qt.MouseButton.LeftButton, pos=QPoint(-50, 180))
    qtbot.keyClick(preview, Qt.Key.Key_Right)
    assert preview.split > 0.0


def test_the_picture_keeps_its_aspect(preview: Preview) -> None:
    preview.resize(640, 640)
    rect = preview.picture_rect()
    assert rect.size() == QSize(640, 360)
    assert rect.center().y() in (319, 320)
    assert colour_at(preview, 100, 20) != colour_at(preview, 100, 300)


def test_black_bars_of_the_edited_picture_are_cut_off(preview: Preview) -> None:
    square, boxed = plain(RED, 36, 36), plain(BLACK, 64, 36)
    boxed[:, 14:50] = BLUE
    preview.show_pictures(boxed, square)
    preview.set_view(View.EDITED)
    rect = preview.picture_rect()
    assert (rect.width(), rect.height()) == (360, 360)
    for x in (rect.left() + 4, rect.right() - 4):
        assert close_to(colour_at(preview, x), BLUE)


def test_without_pictures_it_says_why(preview: Preview) -> None:
    preview.show_words("No picture", "The camera is gone.")
    assert preview.picture_rect().isEmpty()
    image = preview.grab().toImage()
    shades = {image.pixelColor(x, y).lightness() for x in range(200, 440, 2) for y in range(180, 240, 2)}
    assert max(shades) > 150


def frame(sequence: int, width: int = 8) -> Frame:
    return Frame(plain(RED, width, 8), sequence * 10, sequence)


def test_an_edited_frame_finds_its_own_source() -> None:
    pairs = FramePairs()
    for sequence in (0, 1, 2, 5, 6, 9):
        pairs.add(frame(sequence))
    found = [pairs.source_of(frame(sequence)) for sequence in (1, 5, 8, 40)]
    assert [source.sequence for source in found if source] == [1, 5, 9, 9]
    assert pairs.source_of(Frame(plain(RED), 0, -1)) is None


def test_memory_of_sources_is_bounded_and_forgets_an_older_run() -> None:
    pairs = FramePairs()
    for sequence in range(3 * MOST_FRAMES):
        pairs.add(frame(sequence))
    oldest = pairs.source_of(frame(0))
    assert oldest is not None
    assert oldest.sequence == 2 * MOST_FRAMES
    pairs.add(frame(3))
    newest = pairs.source_of(frame(1000))
    assert newest is not None
    assert newest.sequence == 3
    wide = 1_000_000
    for sequence in range(10, 20):
        pairs.add(frame(sequence, wide))
    oldest = pairs.source_of(frame(0))
    assert oldest is not None
    assert oldest.sequence >= 20 - MOST_BYTES // (wide * 8 * 3)
