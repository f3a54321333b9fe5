"""Reading ahead: bounded, in order, failures passed on, the thread joined."""

from __future__ import annotations

import threading
import time

import pytest

from sanacam.app.read_ahead import ReadAhead


def test_reading_ahead_is_bounded_ordered_and_passes_failures_on() -> None:
    taken = []

    def numbers():
        for number in range(50):
            taken.append(number)
            yield number
        raise OSError("the disk is gone")

    seen = []
    with ReadAhead(numbers(), 4) as ahead:
        iterator = iter(ahead)
        for _ in range(50):
            seen.append(next(iterator))
            time.sleep(0.001)
            assert len(taken) <= len(seen) + 4 + 1
        with pytest.raises(OSError, match="the disk is gone"):
            next(iterator)
    assert seen == list(range(50))
    taken.clear()
    with ReadAhead(numbers(), 4) as ahead:
        assert next(iter(ahead)) == 0
    assert len(taken) <= 7
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]
