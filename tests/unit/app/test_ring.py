"""The frame ring: what is written is read, whole or not at all; strangers and other versions are turned away."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.frames import Frame
from sanacam.app.host.folder import runtime_folder
from sanacam.app.host.state import MAKING_S, sweep_rings
from sanacam.app.outputs.ring import SLOTS, PixelFormat, RingReader, RingWriter
from sanacam.app.outputs.ring_sink import RingSink
from sanacam.model.errors import UserError

posix = pytest.mark.skipif(os.name == "nt", reason="rights and mapped files are different there")


def frame(value: int, width: int = 32, height: int = 16, sequence: int = 7, epoch: int = 3) -> Frame:
    return Frame(np.full((height, width, 3), (value, 20, 30), np.uint8), 11, sequence, epoch)


@pytest.mark.parametrize("pixel_format", list(PixelFormat))
@given(
    width=st.integers(1, 40), height=st.integers(1, 30), sequence=st.integers(-1, 2**62), epoch=st.integers(0, 2**40)
)
def test_a_frame_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory,
    pixel_format: PixelFormat,
    width: int,
    height: int,
    sequence: int,
    epoch: int,
) -> None:
    path = tmp_path_factory.mktemp("ring") / "a.ring"
    writer = RingWriter(path, width, height, 29.97, pixel_format)
    reader = RingReader(path)
    assert (reader.width, reader.height, reader.fps, reader.writer_pid) == (width, height, 29.97, os.getpid())
    assert reader.take() is None
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for count in range(SLOTS + 2):
        writer.write(Frame(pixels, 5 + count, sequence, epoch))
    taken = reader.take()
    assert taken is not None
    assert np.array_equal(taken.pixels, pixels)
    assert (taken.captured_ns, taken.sequence, taken.epoch) == (5 + SLOTS + 1, sequence, epoch)
    assert reader.take() is None, "each one once"
    assert reader.latest == SLOTS + 2
    writer.close()


def test_the_bytes_lie_where_the_contract_says(tmp_path: Path) -> None:
    """Read as a program in another language does: by offsets from docs/ring.md alone."""
    path = tmp_path / "a.ring"
    before = time.monotonic_ns()
    writer = RingWriter(path, 6, 2, 30.0, PixelFormat.BGRA)
    for value in (1, 2, 250):
        writer.write(frame(value, 6, 2, sequence=-1))
    data = path.read_bytes()
    assert data[:8] == b"SANARING"
    version, header, pid, code, slots, slot_bytes, width, height, stride, rate = struct.unpack_from("<10I", data, 8)
    assert (version, header, pid, code, slots) == (1, 128, os.getpid(), 1, 4)
    assert (width, height, stride, rate) == (6, 2, 24, 30_000)
    assert slot_bytes % 64 == 0
    assert len(data) == header + slots * slot_bytes
    latest, heartbeat, ring_id, is_open = struct.unpack_from("<4Q", data, 48)
    assert (latest, is_open) == (3, 1)
    assert ring_id != 0
    assert before <= heartbeat <= time.monotonic_ns()
    start = header + (latest % slots) * slot_bytes
    sequence, captured, written, source, epoch = struct.unpack_from("<QQQqQ", data, start)
    assert (sequence, captured, source, epoch) == (2 * latest, 11, -1, 3)
    assert before <= written <= heartbeat
    assert data[start + 64 : start + 68] == bytes([30, 20, 250, 255])
    assert data[start + 64 + stride * height - 4 : start + 64 + stride * height] == bytes([30, 20, 250, 255])


def test_a_reader_never_gets_half_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.ring"
    writer = RingWriter(path, 320, 180, 30.0, PixelFormat.RGB)
    stop = threading.Event()

    def write() -> None:
        value = 0
        while not stop.is_set():
            value = (value + 1) % 250
            writer.write(Frame(np.full((180, 320, 3), value, np.uint8), value, value))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        reader, taken = RingReader(path), 0
        enough = time.monotonic() + 3
        while taken < (300 if time.monotonic() < enough else 20):
            got = reader.take()
            if got is not None:
                assert got.pixels.min() == got.pixels.max() == got.captured_ns == got.sequence
                taken += 1
    finally:
        stop.set()
        thread.join()


def test_a_slot_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ring"
    writer = RingWriter(path, 8, 8, 30.0, PixelFormat.RGB)
    reader = RingReader(path)
    writer.write(frame(1, 8, 8))
    writer._slots[1].words[0] = 2 * 5 - 1  # the writer has come round and begun frame 5 in the slot of frame 1
    assert reader.take() is None
    writer._slots[1].words[0] = 2
    assert reader.take() is not None


def test_another_size_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    writer = RingWriter(tmp_path / "a.ring", 8, 8, 30.0, PixelFormat.RGB)
    with pytest.raises(ValueError, match="was made for"):
        writer.write(frame(1, 9, 8))
    with pytest.raises(UserError, match="cannot be shared"):
        RingWriter(tmp_path / "b.ring", 20_000, 8, 30.0, PixelFormat.RGB)


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (0, b"OTHERING", "is not a frame ring"),
        (8, struct.pack("<I", 0), "has version 0; this program reads version 1"),
        (8, struct.pack("<I", 2), "has version 2"),
        (20, struct.pack("<I", 9), "is damaged"),
        (24, struct.pack("<I", 400), "is damaged"),
        (28, struct.pack("<I", 64), "is damaged"),
        (32, struct.pack("<I", 0), "is damaged"),
        (40, struct.pack("<I", 1 << 30), "is damaged"),
    ],
)
def test_what_is_not_a_ring_of_this_version_is_refused_with_the_reason(
    tmp_path: Path, offset: int, value: bytes, words: str
) -> None:
    path = tmp_path / "a.ring"
    RingWriter(path, 8, 8, 30.0, PixelFormat.RGB)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(value)
    with pytest.raises(UserError, match=words) as caught:
        RingReader(path)
    assert caught.value.hint


def test_short_missing_and_strange_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no frame ring"):
        RingReader(tmp_path / "none.ring")
    (tmp_path / "short.ring").write_bytes(b"SANARING")
    with pytest.raises(UserError, match="is not a frame ring"):
        RingReader(tmp_path / "short.ring")
    (tmp_path / "folder.ring").mkdir()
    with pytest.raises(UserError, match=r"folder\.ring"):
        RingReader(tmp_path / "folder.ring")


@posix
def test_others_cannot_read_it_and_links_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.ring"
    RingWriter(path, 8, 8, 30.0, PixelFormat.RGB)
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "link.ring").symlink_to(path)
    with pytest.raises(UserError, match="cannot be opened"):
        RingReader(tmp_path / "link.ring")
    RingWriter(tmp_path / "link.ring", 8, 8, 30.0, PixelFormat.RGB)
    assert not (tmp_path / "link.ring").is_symlink(), "replaced, not written through"


def test_a_new_ring_takes_the_place_of_the_old_one_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.ring"
    old = RingWriter(path, 8, 8, 30.0, PixelFormat.RGB)
    reader = RingReader(path)
    old.write(frame(1, 8, 8))
    new = RingWriter(path, 16, 8, 30.0, PixelFormat.RGB)
    assert not reader.open
    assert RingReader(path).width == 16
    old.close()
    assert path.exists(), "the old writer does not remove the new one's file"
    new.close()
    assert not path.exists()
    new.close()
    assert [item.name for item in tmp_path.iterdir()] == []


def test_silence_shows(tmp_path: Path) -> None:
    before = time.monotonic_ns()
    writer = RingWriter(tmp_path / "a.ring", 8, 8, 30.0, PixelFormat.RGB)
    made = time.monotonic_ns()
    reader = RingReader(tmp_path / "a.ring")
    later = made + 5_000_000_000
    assert later - made <= reader.silent_ns(later) <= later - before
    writer.beat()
    assert reader.silent_ns(later) <= later - made


@posix
def test_what_killed_processes_have_left_is_swept_up_and_nothing_else() -> None:
    """The runtime folder is shared memory on Linux: what stays there stays in memory."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead, folder = done.stdout.strip(), runtime_folder()
    left = [f"edited-{dead}-ab.ring", f"source-{dead}-ab.ring", ".ring-old", ".old-old"]
    kept = [f"edited-{os.getpid()}-ab.ring", ".ring-new", "output-1.ring", "host-1.json"]
    for name in (*left, *kept):
        (folder / name).write_bytes(b"x")
    long_ago = time.time() - 2 * MAKING_S
    for name in (".ring-old", ".old-old", "output-1.ring"):
        os.utime(folder / name, (long_ago, long_ago))
    sweep_rings()
    assert sorted(path.name for path in folder.iterdir()) == sorted(kept)


@posix
def test_no_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    """A file size limit stands for a full /dev/shm: room is taken at once, since a map without any ends the process."""
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from sanacam.app.outputs.ring import PixelFormat, RingWriter\n"
        "from sanacam.model.errors import UserError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))\n"
        "try:\n"
        "    RingWriter(Path(sys.argv[1]), 640, 360, 30.0, PixelFormat.RGB)\n"
        "except UserError as error:\n"
        "    print(error.message, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.ring")], capture_output=True, text=True, check=False
    )
    assert "There is no room for shared pictures" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_ring_sink_makes_a_new_ring_when_the_size_changes(tmp_path: Path) -> None:
    sink = RingSink(tmp_path / "out.ring")
    sink.open(32, 16, 30.0)
    sink.write(frame(9))
    first = RingReader(sink.path)
    sink.write(frame(9, 64, 32))
    assert not first.open
    second = RingReader(sink.path)
    taken = second.take()
    assert taken is not None
    assert (second.width, second.height, int(taken.pixels[0, 0, 0])) == (64, 32, 9)
    sink.close()
    sink.close()
    assert list(tmp_path.iterdir()) == []
