"""Inputs that play but are not in order: glued together, with damaged sound, or no file at all."""

from __future__ import annotations

import os
from collections.abc import Container
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.clip_reader import ClipReader
from sanacam.app.commands.edit import _in_words
from sanacam.app.edit import EditJob, EditResult, edit_file
from sanacam.app.timeline import Timeline
from sanacam.model.errors import UserError

RATE = 48000


class PassingEditor:
    """Hands pictures on."""

    def set_prompt(self, text: str) -> None:
        pass

    def set_strength(self, strength: float) -> None:
        pass

    def push(self, frames: list[np.ndarray]) -> list[np.ndarray]:
        return frames

    def flush(self) -> list[np.ndarray]:
        return []


def edit(source: Path, output: Path) -> EditResult:
    return edit_file(EditJob(source, output, "as it is"), lambda width, height: PassingEditor())


def make_film(path: Path, broken: Container[int] = ()) -> Path:
    """One second, 20 pictures, AAC sound; packets of sound with these numbers hold noise instead."""
    rng = np.random.default_rng(0)
    with av.open(path, "w") as out:
        video = out.add_stream("libx264", rate=20, options={"preset": "ultrafast", "bf": "0"})
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = out.add_stream("aac", rate=RATE, layout="mono")
        packets = []
        for start in range(0, RATE, 1024):
            wave = (rng.standard_normal((1, 1024)) * 0.2).astype(np.float32)
            samples = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            samples.sample_rate, samples.pts, samples.time_base = RATE, start, Fraction(1, RATE)
            packets += sound.encode(samples)
        packets += sound.encode(None)
        for number in range(20):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 12, np.uint8), format="rgb24")
            picture.pts = number
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        for number, packet in enumerate(packets):
            if number in broken:
                noise = av.Packet(rng.integers(0, 255, packet.size, dtype=np.uint8).tobytes())
                noise.pts, noise.dts, noise.duration = packet.pts, packet.dts, packet.duration
                noise.time_base, noise.stream = packet.time_base, sound
                out.mux(noise)
            else:
                out.mux(packet)
    return path


def sound_times(path: Path) -> list[float]:
    with av.open(path) as container:
        return [float(packet.pts * packet.time_base) for packet in container.demux(audio=0) if packet.size]


def test_recordings_glued_together_are_edited_as_one(tmp_path: Path) -> None:
    one = make_film(tmp_path / "one.ts").read_bytes()
    glued = tmp_path / "glued.ts"
    glued.write_bytes(one + one)
    result = edit(glued, tmp_path / "out.mp4")
    assert (result.frames, result.sound, result.complete) == (40, "copied", True)
    assert result.seconds == pytest.approx(2.0, abs=0.06)
    with ClipReader(tmp_path / "out.mp4") as reader:
        times = np.array([float(picture.pts * reader.info.time_base) for picture in reader.pictures()])
    np.testing.assert_allclose(np.diff(times), 0.05, atol=0.002)
    sound = np.array(sound_times(tmp_path / "out.mp4"))
    assert np.diff(sound).min() > 0
    assert sound[-1] - sound[0] == pytest.approx(2.0, abs=0.1)


def test_damaged_sound_is_told(tmp_path: Path) -> None:
    assert edit(make_film(tmp_path / "good.mkv"), tmp_path / "good.webm").complete
    result = edit(make_film(tmp_path / "bad.mkv", range(10, 20)), tmp_path / "bad.webm")
    assert (result.frames, result.damaged, result.sound) == (20, 0, "converted")
    assert result.sound_damaged == 10
    assert not result.complete
    assert "sound of the input is damaged in 10 places" in _in_words(result)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.timeout(30)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(UserError, match="is a pipe or a device"):
        edit(tmp_path / "pipe.mp4", tmp_path / "out.mp4")
    os.rename(tmp_path / "pipe.mp4", tmp_path / "pipe.png")
    with pytest.raises(UserError, match="is a folder, a pipe or a device"):
        edit(tmp_path / "pipe.png", tmp_path / "out.png")


LONG = "x" * 300


@pytest.mark.parametrize(
    ("source", "output", "sentence"),
    [
        (f"{LONG}.mp4", "out.mp4", "cannot be opened: File name too long"),
        ("film.ts", f"{LONG}.mp4", "file name .* is too long"),
        ("film.ts", "film.ts/out.mp4", "no folder"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows says it in other words")
def test_names_that_no_disk_takes(tmp_path: Path, source: str, output: str, sentence: str) -> None:
    (tmp_path / "film.ts").write_bytes(b"never read")
    with pytest.raises(UserError, match=sentence):
        edit(tmp_path / source, tmp_path / output)
    assert [file.name for file in tmp_path.iterdir()] == ["film.ts"]


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no folder that refuses even an administrator")
def test_a_folder_that_takes_no_file_is_noticed_before_the_work(tmp_path: Path) -> None:
    def make_editor(width: int, height: int) -> PassingEditor:
        raise AssertionError("the model was loaded")

    with pytest.raises(UserError, match=r"/proc does not take a file|/proc/out\.mp4 may not be written"):
        edit_file(EditJob(make_film(tmp_path / "film.ts"), Path("/proc/out.mp4"), "as it is"), make_editor)


@given(parts=st.lists(st.integers(30, 60), min_size=1, max_size=4), start=st.integers(-100, 100_000))
def test_time_goes_on_where_a_part_begins_again(parts: list[int], start: int) -> None:
    line = Timeline(Fraction(1, 25))
    placed = [line.place(start + tick, 1) for length in parts for tick in range(length)]
    assert placed == list(range(start, start + sum(parts)))


def test_a_little_disorder_is_no_new_part() -> None:
    line = Timeline(Fraction(1, 1000))
    assert [line.place(stamp, 40) for stamp in (0, 40, 20, 80, 400, 0, 120)] == [0, 40, 20, 80, 400, 0, 120]
    assert line.place(1000, 40) == 1000
    assert line.place(100, 40) == 1040
    assert line.place(140, 40) == 1080
