"""The recorder: what is shown is on the disk, at its time, whatever happens."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from sanacam.app.frames import Frame
from sanacam.app.outputs.recorder import Recorder
from sanacam.model.errors import UserError

SECOND = 1_000_000_000


def picture(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def read(path: Path) -> tuple[list[float], list[float]]:
    with av.open(path) as container:
        frames = list(container.decode(video=0))
    return [frame.time for frame in frames], [float(frame.to_ndarray(format="rgb24").mean()) for frame in frames]


def record(recorder: Recorder, stamps: list[int], levels: list[int]) -> None:
    recorder.open(64, 48, 25.0)
    for index, (stamp, level) in enumerate(zip(stamps, levels, strict=True)):
        recorder.write(Frame(picture(level), stamp, index))
    recorder.close()


def write_for_a_while(recorder: Recorder) -> None:
    for index in range(4000):
        recorder.write(Frame(picture(10), index * 40_000_000, index))
        time.sleep(0.005)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".webm"])
def test_an_exact_recording_holds_every_frame_at_its_own_time(tmp_path: Path, suffix: str) -> None:
    stamps = [0, 40, 80, 500, 540, 1200]
    levels = [20, 60, 100, 140, 180, 220]
    path = tmp_path / f"out{suffix}"
    recorder = Recorder(path, exact=True)
    record(recorder, [7 * SECOND + stamp * 1_000_000 for stamp in stamps], levels)
    times, means = read(path)
    assert times == pytest.approx([stamp / 1000 for stamp in stamps], abs=0.0011)
    assert means == pytest.approx(levels, abs=4)
    assert (recorder.recorded, recorder.dropped) == (6, 0)


def test_a_film_that_played_slowly_is_recorded_at_its_own_speed(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=True)
    recorder.open(64, 48, 25.0)
    for index in range(4):
        shown, own = index * 300_000_000, index * 40_000_000
        recorder.write(Frame(picture(40 * index), shown, index, media_ns=own))
    recorder.close()
    assert read(tmp_path / "out.mp4")[0] == pytest.approx([0.0, 0.04, 0.08, 0.12], abs=0.0011)


def test_an_exact_recording_waits_rather_than_dropping(tmp_path: Path) -> None:
    count = 60
    recorder = Recorder(tmp_path / "out.mp4", exact=True)
    record(recorder, [index * SECOND // 25 for index in range(count)], [index * 4 for index in range(count)])
    assert len(read(tmp_path / "out.mp4")[0]) == count


def test_a_live_recording_lies_on_the_grid_of_the_output_rate(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=False)
    recorder.open(64, 48, 25.0)
    for index in range(8):
        recorder.write(Frame(picture(30 * index), 0, index))  # capture times do not matter here
        time.sleep(0.2 if index == 3 else 0.01)
    recorder.close()
    times, means = read(tmp_path / "out.mp4")
    grid = [round(value * 25) for value in times]
    assert times == pytest.approx([slot / 25 for slot in grid], abs=1e-4)
    assert grid[0] == 0
    assert all(later > earlier for earlier, later in itertools.pairwise(grid))
    assert grid[4] - grid[3] >= 2  # the pause is a pause
    assert means == pytest.approx([30 * index for index in range(8)], abs=4)


def test_odd_sizes_are_padded(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=True)
    recorder.open(63, 47, 25.0)
    recorder.write(Frame(picture(90, 63, 47), 0, 0))
    recorder.close()
    with av.open(tmp_path / "out.mp4") as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (64, 48)


def test_what_was_recorded_before_a_kill_plays(tmp_path: Path) -> None:
    script = (
        "import sys, time, numpy as np\n"
        "from pathlib import Path\n"
        "from sanacam.app.frames import Frame\n"
        "from sanacam.app.outputs.recorder import Recorder\n"
        "recorders = [Recorder(Path(path), exact=True) for path in sys.argv[1:]]\n"
        "for recorder in recorders:\n"
        "    recorder.open(64, 48, 25.0)\n"
        "for i in range(120):\n"
        "    for recorder in recorders:\n"
        "        recorder.write(Frame(np.full((48, 64, 3), i, np.uint8), i * 40_000_000, i))\n"
        "while any(recorder.recorded < 120 for recorder in recorders): time.sleep(0.01)\n"
        "print('written', flush=True)\n"
        "time.sleep(60)\n"
    )
    paths = [tmp_path / f"out.{suffix}" for suffix in ("mp4", "mkv", "webm")]
    process = subprocess.Popen([sys.executable, "-c", script, *map(str, paths)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(30)
    process.stdout.close()
    for path in paths:
        times, _ = read(path)
        assert len(times) >= 100, path.suffix  # two whole fragments of 50 frames


def test_a_full_disk_is_told_at_the_next_frame_and_close_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=True)
    recorder.open(64, 48, 25.0)

    def full(packets: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class FullContainer:
        mux = staticmethod(full)
        close = staticmethod(recorder._container.close)

    monkeypatch.setattr(recorder, "_container", FullContainer())
    with pytest.raises(UserError, match="no room left on the disk"):
        write_for_a_while(recorder)
    recorder.close()


def test_it_refuses_what_cannot_be_and_never_replaces_silently(tmp_path: Path) -> None:
    there = tmp_path / "there.mp4"
    there.write_bytes(b"precious")
    for path, sentence in (
        (there, "exists already"),
        (tmp_path / "no" / "x.mp4", "no folder"),
        (tmp_path / "x.doc", "format"),
    ):
        recorder = Recorder(path, exact=True)
        with pytest.raises(UserError, match=sentence):
            recorder.open(64, 48, 25.0)
        recorder.close()
    assert there.read_bytes() == b"precious"
    record(Recorder(there, exact=True, overwrite=True), [0], [50])
    assert len(read(there)[0]) == 1


def test_nothing_recorded_leaves_no_file_and_closing_twice_is_harmless(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=False)
    recorder.open(64, 48, 25.0)
    recorder.close()
    recorder.close()
    assert list(tmp_path.iterdir()) == []
