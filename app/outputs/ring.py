"""A ring of frames in shared memory: one process writes, any number read, nobody waits for anybody.

The layout below is a contract with readers that are not written in Python (the OBS script among them); ``docs/ring.md``
says the same in prose, with the rules for readers. All numbers are little-endian, 8-byte fields lie on multiples of 8
and are written in one piece.

    header, 128 bytes                              slot k, at header_bytes + k × slot_bytes
    0   char[8]  "SANARING"                        0   u64  sequence   2n−1 while frame n is written, then 2n
    8   u32      version            1              8   u64  captured_ns
    12  u32      header_bytes       128            16  u64  written_ns
    16  u32      writer_pid                        24  i64  frame      its source's count, −1: a slate
    20  u32      format             1 BGRA, 2 RGB  32  u64  epoch      0: not edited
    24  u32      slot_count                        40  24 bytes, zero
    28  u32      slot_bytes         multiple of 64 64  pixels          height × stride bytes
    32  u32      width, pixels
    36  u32      height, pixels
    40  u32      stride, bytes a row
    44  u32      rate, frames in 1000 seconds
    48  u64      latest             newest whole frame n ≥ 1, in slot n mod slot_count; 0: none yet
    56  u64      heartbeat_ns       the writer was alive then
    64  u64      ring_id            random; another one means another ring
    72  u64      open               1; 0: the writer has left, look for the file again
    80  48 bytes, zero

Times are ``time.monotonic_ns()``, which the processes of one machine share. Size and format stay as they are for the
life of a ring; a writer that needs others puts a new file in place of the old one and sets the old one's ``open`` to 0.
"""

from __future__ import annotations

import mmap
import os
import secrets
import struct
import time
from enum import IntEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sanacam.app.frames import Frame, Pixels
from sanacam.app.outputs.shared_file import make_shared_file, open_shared_file, put_in_place
from sanacam.model.errors import UserError

MAGIC = b"SANARING"
VERSION = 1
HEADER_BYTES = 128
SLOT_HEADER_BYTES = 64
SLOTS = 4
LARGEST_SIDE = 16_384

_HEADER = struct.Struct("<8sIIIIIIIIII")
# Places in the header and in a slot, counted in 8-byte words.
_LATEST, _HEARTBEAT, _RING_ID, _OPEN = 6, 7, 8, 9
_SEQUENCE, _CAPTURED, _WRITTEN, _FRAME, _EPOCH = 0, 1, 2, 3, 4
_MASK = (1 << 64) - 1


class PixelFormat(IntEnum):
    """How pixels lie in a ring: ``BGRA`` with opaque alpha, 4 bytes (what a texture takes), or ``RGB``, 3 bytes."""

    BGRA = 1
    RGB = 2

    @property
    def channels(self) -> int:
        return 4 if self is PixelFormat.BGRA else 3


class RingWriter:
    """Makes the ring under ``path`` and writes frames into it. For one thread.

    The file can be read by its owner only (mode 0600). One that lies there already is replaced, and its readers are
    told to look again.

    Args:
        path: its folder must exist.
        width, height: of every frame, in pixels.
        fps: the rate at which frames are going to come.

    Raises:
        UserError: no room in shared memory, the folder may not be written, or an impossible size.
    """

    def __init__(self, path: Path, width: int, height: int, fps: float, pixel_format: PixelFormat) -> None:
        if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
            raise UserError(f"A picture of {width}×{height} cannot be shared.", f"At most {LARGEST_SIDE} on a side.")
        self.path = path
        self._format = pixel_format
        self._size = (width, height)
        stride = width * pixel_format.channels
        slot_bytes = -(-(SLOT_HEADER_BYTES + height * stride) // 64) * 64
        self._map, made = make_shared_file(path.parent, HEADER_BYTES + SLOTS * slot_bytes)
        self._words = np.frombuffer(self._map, np.uint64, HEADER_BYTES // 8)
        self._slots = [_Slot(self._map, k, slot_bytes, width, height, pixel_format) for k in range(SLOTS)]
        self._number = 0
        fields = (VERSION, HEADER_BYTES, os.getpid(), pixel_format, SLOTS, slot_bytes)
        _HEADER.pack_into(self._map, 0, MAGIC, *fields, width, height, stride, round(fps * 1000))
        self._words[_RING_ID] = secrets.randbits(64) or 1
        self._words[_HEARTBEAT] = time.monotonic_ns()
        self._words[_OPEN] = 1
        _retire(path)
        put_in_place(made, path)

    def write(self, frame: Frame) -> None:
        """Make ``frame`` the newest. Never waits.

        Raises:
            ValueError: the frame has another size than the ring.
        """
        if (frame.width, frame.height) != self._size:
            raise ValueError(f"the ring was made for {self._size}, not {(frame.width, frame.height)}")
        number = self._number + 1
        slot = self._slots[number % SLOTS]
        slot.words[_SEQUENCE] = 2 * number - 1
        if self._format is PixelFormat.BGRA:
            cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGRA, dst=slot.pixels)
        else:
            np.copyto(slot.pixels, frame.pixels)
        now = time.monotonic_ns()
        slot.words[_CAPTURED] = frame.captured_ns & _MASK
        slot.words[_WRITTEN] = now
        slot.words[_FRAME] = frame.sequence & _MASK
        slot.words[_EPOCH] = frame.epoch
        slot.words[_SEQUENCE] = 2 * number
        self._words[_LATEST] = number
        self._words[_HEARTBEAT] = now
        self._number = number

    def beat(self) -> None:
        """Say that the writer lives though it has nothing new."""
        self._words[_HEARTBEAT] = time.monotonic_ns()

    def close(self) -> None:
        """Tell the readers and remove the file, unless another ring has taken its place. Safe to call twice."""
        if not self._words[_OPEN]:
            return
        self._words[_OPEN] = 0
        if _lies_under(self.path, int(self._words[_RING_ID])):
            self.path.unlink(missing_ok=True)


class RingReader:
    """Follows the ring in the file ``path``. For one thread; cannot disturb the writer.

    Attributes:
        width, height: of the frames, pixels. fps: at which they are meant to come. writer_pid: who writes.

    Raises:
        UserError: no such ring, not a ring, of another version, damaged, or another user's; the message says which.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map = open_shared_file(path, smallest=HEADER_BYTES)
        values = _HEADER.unpack_from(self._map, 0)
        version, header_bytes, self.writer_pid, code, slots, slot_bytes, self.width, self.height, stride, rate = values[
            1:
        ]
        if values[0] != MAGIC:
            raise UserError(f"{path} is not a frame ring.", "Remove it, and start Sanacam again.")
        if version != VERSION:
            older = version < VERSION
            raise UserError(
                f"The frame ring {path} has version {version}; this program reads version {VERSION}.",
                f"Its writer is {'older' if older else 'newer'}: end every Sanacam and start it again.",
            )
        if code not in tuple(PixelFormat) or not _fits(
            len(self._map), header_bytes, slots, slot_bytes, self.width, self.height, stride, PixelFormat(code)
        ):
            raise UserError(f"The frame ring {path} is damaged.", "Start Sanacam again.")
        self.fps = rate / 1000
        self._format = PixelFormat(code)
        self._words = np.frombuffer(self._map, np.uint64, HEADER_BYTES // 8)
        self._slots = [
            _Slot(self._map, k, slot_bytes, self.width, self.height, self._format, header_bytes) for k in range(slots)
        ]
        self._taken = 0

    @property
    def latest(self) -> int:
        """Number of the newest frame, 0 before the first."""
        return int(self._words[_LATEST])

    @property
    def open(self) -> bool:
        """False once the writer has left properly."""
        return bool(self._words[_OPEN])

    def silent_ns(self, now_ns: int) -> int:
        """For how long the writer has shown no sign of life."""
        return max(0, now_ns - int(self._words[_HEARTBEAT]))

    def take(self) -> Frame | None:
        """A copy of the newest frame if it has not been taken yet, else None."""
        # A frame is overwritten SLOTS − 1 frames later: a second try can fail only when this process was held up.
        for _ in range(3):
            number = self.latest
            if number <= self._taken:
                return None
            frame = self._slots[number % len(self._slots)].copy(number, self._format)
            if frame is not None:
                self._taken = number
                return frame
        return None

    def written_ns(self) -> int:
        """When the newest frame was written; 0 before the first."""
        number = self.latest
        return int(self._slots[number % len(self._slots)].words[_WRITTEN]) if number else 0


class _Slot:
    """One place for a frame, as views into the map: the words of its head and its pixels."""

    def __init__(
        self,
        memory: mmap.mmap,
        index: int,
        slot_bytes: int,
        width: int,
        height: int,
        pixel_format: PixelFormat,
        header_bytes: int = HEADER_BYTES,
    ) -> None:
        start = header_bytes + index * slot_bytes
        channels = pixel_format.channels
        self.words: NDArray[np.uint64] = np.frombuffer(memory, np.uint64, SLOT_HEADER_BYTES // 8, start)
        flat = np.frombuffer(memory, np.uint8, width * height * channels, start + SLOT_HEADER_BYTES)
        self.pixels: NDArray[np.uint8] = flat.reshape(height, width, channels)

    def copy(self, number: int, pixel_format: PixelFormat) -> Frame | None:
        """Frame ``number``; None if another one is here by now."""
        if int(self.words[_SEQUENCE]) != 2 * number:
            return None
        if pixel_format is PixelFormat.BGRA:
            pixels: Pixels = np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_BGRA2RGB), np.uint8)
        else:
            pixels = self.pixels.copy()
        captured, sequence, epoch = (int(self.words[place]) for place in (_CAPTURED, _FRAME, _EPOCH))
        if int(self.words[_SEQUENCE]) != 2 * number:
            return None
        return Frame(pixels, captured, sequence - (1 << 64) if sequence >> 63 else sequence, epoch)


def _fits(
    size: int,
    header_bytes: int,
    slots: int,
    slot_bytes: int,
    width: int,
    height: int,
    stride: int,
    pixel_format: PixelFormat,
) -> bool:
    """Whether the numbers of a header agree with each other and with the ``size`` of the file."""
    sides = 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE and stride == width * pixel_format.channels
    rows = slot_bytes >= SLOT_HEADER_BYTES + height * stride and slot_bytes % 8 == 0
    return sides and rows and slots >= 2 and header_bytes == HEADER_BYTES and size >= header_bytes + slots * slot_bytes


def _retire(path: Path) -> None:
    """Tell the readers of a ring that lies under ``path`` to look again."""
    try:
        memory = open_shared_file(path, smallest=HEADER_BYTES, write=True)
    except UserError:
        return  # none, or not ours: putting the new one in place says what is wrong
    if memory[: len(MAGIC)] == MAGIC:
        np.frombuffer(memory, np.uint64, HEADER_BYTES // 8)[_OPEN] = 0


def _lies_under(path: Path, ring_id: int) -> bool:
    """Whether the ring under ``path`` is the one with this ``ring_id``."""
    try:
        memory = open_shared_file(path, smallest=HEADER_BYTES)
    except UserError:
        return False
    return int(np.frombuffer(memory, np.uint64, HEADER_BYTES // 8)[_RING_ID]) == ring_id
