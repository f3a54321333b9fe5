"""The switch itself: modes, the user's picture, who wins; and the curtain's fade."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sanacam.app.frames import Frame
from sanacam.app.panic import FADE_NS, Curtain, PanicOrder, PanicSwitch
from sanacam.model.errors import UserError


def save(path: Path, grey: int, size: tuple[int, int] = (32, 16)) -> Path:
    Image.new("RGB", size, (grey, grey, grey)).save(path)
    return path


def frame(grey: int) -> Frame:
    return Frame(np.full((16, 32, 3), grey, np.uint8), 5, 7, 3)


def test_on_off_and_toggle() -> None:
    switch = PanicSwitch()
    assert switch.mode is None
    assert switch.release().number == 0, "nothing to release"
    assert switch.toggle().mode == "raw"
    assert switch.toggle().mode is None
    switch.prefer("black")
    assert switch.toggle().mode == "black"
    switch.prefer("freeze")
    assert switch.mode == "freeze", "a panic that is on changes"
    assert switch.release().mode is None
    switch.prefer("raw")
    assert switch.mode is None, "choosing is not pressing"


def test_every_press_wakes_the_listeners() -> None:
    switch, woken = PanicSwitch(), []
    wake = lambda: woken.append(1)  # noqa: E731
    switch.listen(wake)
    switch.engage("black")
    switch.engage("black")
    switch.release()
    assert len(woken) == 3
    switch.unlisten(wake)
    switch.engage()
    assert len(woken) == 3


def test_the_picture_is_black_until_it_is_read_and_at_once_the_second_time(tmp_path: Path) -> None:
    path, orders = save(tmp_path / "mine.png", 90), []
    switch = PanicSwitch()
    switch.listen(lambda: orders.append(switch._order.mode))
    switch.engage("image", path)
    assert orders == ["black", "image"]
    switch.release()
    orders.clear()
    switch.engage("image")
    assert orders == ["image"]
    save(path, 120)
    os.utime(path, ns=(1, 1))
    order = switch.engage("image")
    assert orders == ["image", "image", "image"], "it has changed on the disk, and is read again"
    assert order.image is not None
    assert order.image[0, 0, 0] == 120
    path.unlink()
    assert switch.engage("image").image is order.image, "gone from the disk, but not from here"
    path.write_bytes(b"no picture any more")
    with pytest.raises(UserError, match=r"as it was before is shown instead\."):
        switch.engage("image")
    assert switch.mode == "image"


@pytest.mark.parametrize("content", [None, b"", b"not a picture"])
def test_a_picture_that_cannot_be_read_leaves_black(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    if content is not None:
        path.write_bytes(content)
    switch = PanicSwitch()
    with pytest.raises(UserError, match=r"Black is shown instead\."):
        switch.engage("image", path)
    assert switch.mode == "black"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UserError, match="There is no picture"):
        PanicSwitch().engage("image", tmp_path / "pipe.png")


def test_a_slow_disk_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch, path = PanicSwitch(), save(tmp_path / "mine.png", 90)
    reading, go_on = threading.Event(), threading.Event()

    def slowly(path: Path, box: object) -> np.ndarray:
        reading.set()
        go_on.wait(60.0)
        return np.full((2, 2, 3), 90, np.uint8)

    monkeypatch.setattr("sanacam.app.panic.read_still", slowly)
    presser = threading.Thread(target=lambda: switch.engage("image", path))
    presser.start()
    assert reading.wait(30.0)
    started = time.monotonic()
    assert switch.mode == "black"
    switch.shown(switch.order, time.monotonic_ns())
    assert switch.wait_shown(switch.order, 0.0) is not None
    assert time.monotonic() - started < 30.0
    go_on.set()
    presser.join()
    assert switch.mode == "image"


def test_no_picture_was_ever_named() -> None:
    switch = PanicSwitch()
    with pytest.raises(UserError, match="No picture has been chosen"):
        switch.engage("image")
    assert switch.mode == "black"


def test_who_presses_while_the_picture_is_read_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch, path = PanicSwitch(), save(tmp_path / "mine.png", 90)

    def slowly(path: Path, box: object) -> np.ndarray:
        switch.release()
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr("sanacam.app.panic.read_still", slowly)
    assert switch.engage("image", path).mode is None
    assert switch.mode is None


def test_a_large_picture_is_made_smaller_outside_the_output_thread(tmp_path: Path) -> None:
    order = PanicSwitch().engage("image", save(tmp_path / "large.jpg", 50, (4000, 1000)))
    assert order.image is not None
    assert order.image.shape == (480, 1920, 3)


def test_wait_shown_tells_when_the_sinks_have_it() -> None:
    switch = PanicSwitch()
    order = switch.engage("black")
    assert switch.wait_shown(order, 0.01) is None
    threading.Timer(0.05, lambda: switch.shown(order, order.asked_ns + 12_000_000)).start()
    assert switch.wait_shown(order, 5.0) == pytest.approx(12.0)
    newer = switch.release()
    assert switch.wait_shown(order, 0.0) == pytest.approx(12.0)
    assert switch.wait_shown(newer, 0.0) is None


@given(st.lists(st.integers(0, 400_000_000), min_size=1, max_size=30), st.integers(0, 255), st.integers(0, 255))
def test_the_fade_goes_one_way_from_the_panic_picture_to_the_edited_one(
    offsets: list[int], panic: int, edited: int
) -> None:
    curtain = Curtain(32, 16, lambda: frame(panic))
    start = time.monotonic_ns()
    curtain.obey(PanicOrder(1, "raw", None, start), frame(edited), start)
    assert curtain.closed
    curtain.obey(PanicOrder(2, None, None, start), curtain.picture(start), start)
    assert not curtain.closed
    new = frame(edited)
    values = [int(curtain.over(new, start + offset).pixels[3, 3, 1]) for offset in sorted(offsets)]
    assert values == sorted(values, reverse=edited < panic)
    assert all(min(panic, edited) <= value <= max(panic, edited) for value in values)
    assert curtain.over(new, start + FADE_NS) is new
    assert curtain.over(new, start) is new, "over is over"


def test_a_faded_frame_keeps_its_stamp_and_the_panic_picture_is_not_written_into() -> None:
    curtain = Curtain(32, 16, lambda: frame(0))
    curtain.obey(PanicOrder(1, "black", None, 0), frame(200), 0)
    black = curtain.picture(0)
    curtain.obey(PanicOrder(2, None, None, 0), black, 0)
    mixed = curtain.over(frame(200), FADE_NS // 2)
    assert (mixed.captured_ns, mixed.sequence, mixed.epoch) == (5, 7, 3)
    assert 95 <= int(mixed.pixels[0, 0, 0]) <= 105
    assert not black.pixels.any()


def test_the_users_picture_is_fitted_with_bars() -> None:
    curtain = Curtain(32, 16, lambda: frame(0))
    curtain.obey(PanicOrder(1, "image", np.full((100, 100, 3), 77, np.uint8), 0), None, 0)
    shown = curtain.picture(9)
    assert shown.pixels.shape == (16, 32, 3)
    assert shown.pixels[8, 16, 0] == 77
    assert shown.pixels[8, 0, 0] == 0
    assert (shown.captured_ns, shown.sequence) == (9, -1)
