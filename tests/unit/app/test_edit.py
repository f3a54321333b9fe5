"""Editing files: every picture once, at its own time, upright, with sound; and nothing half-written when it fails."""

from __future__ import annotations

import errno
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from sanacam.app import clip_writer
from sanacam.app.clip_reader import ClipReader
from sanacam.app.edit import EditJob, EditResult, Progress, edit_file
from sanacam.model.errors import UserError

CLIP = Path(__file__).parents[2] / "data" / "clips" / "cli_city_night.mp4"


class InvertingEditor:
    """Inverts pictures, four at a time, as a streaming model would hand them out."""

    frames_per_chunk = 4

    def __init__(self) -> None:
        self.held: list[np.ndarray] = []
        self.most_held = 0
        self.prompt = ""
        self.strength = -1.0

    def push(self, frames: list[np.ndarray]) -> list[np.ndarray]:
        self.held += frames
        self.most_held = max(self.most_held, len(self.held))
        return self.flush() if len(self.held) >= self.frames_per_chunk else []

    def flush(self) -> list[np.ndarray]:
        done, self.held = [255 - frame for frame in self.held], []
        return done

    def reset(self) -> None:
        self.held = []

    def set_prompt(self, text: str, transition: float = 0.0) -> None:
        self.prompt = text

    def set_strength(self, strength: float) -> None:
        self.strength = strength


def edit(source: Path, output: Path, editor: InvertingEditor | None = None, stop=lambda: False, **more) -> EditResult:
    chosen = editor or InvertingEditor()
    return edit_file(EditJob(source, output, "invert it", **more), lambda width, height: chosen, stop_requested=stop)


def make_clip(
    path: Path,
    pictures: list[np.ndarray],
    pts: list[int] | None = None,
    tick: Fraction = Fraction(1, 30),
    codec: str = "libx264",
    rotation: int = 0,
    pixel_format: str = "yuv444p",
    aspect: Fraction | None = None,
    sound: str = "",
) -> Path:
    with av.open(path, "w") as out:
        stream = out.add_stream(codec, rate=round(1 / tick), options={"crf": "8"} if codec == "libx264" else {})
        stream.height, stream.width, stream.pix_fmt = *pictures[0].shape[:2], pixel_format
        stream.codec_context.time_base = tick
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        track = out.add_stream(sound, rate=48000, layout="mono") if sound else None
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = pts[index] if pts else index, tick
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if track is not None:
            wave = (8000 * np.sin(np.arange(48000) / 20)).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
            out.mux(track.encode(frame))
            out.mux(track.encode(None))
    return path


def gray(level: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def read_all(path: Path) -> tuple[list[np.ndarray], list[float]]:
    with ClipReader(path) as reader:
        found = [(picture.pixels, float(picture.pts * reader.info.time_base)) for picture in reader.pictures()]
    return [pixels for pixels, _ in found], [seconds for _, seconds in found]


def sound_packets(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_every_picture_is_edited_once_and_the_sound_is_copied(tmp_path: Path) -> None:
    editor = InvertingEditor()
    result = edit(CLIP, tmp_path / "out.mp4", editor, strength=0.5)
    before, times_before = read_all(CLIP)
    after, times_after = read_all(tmp_path / "out.mp4")
    assert (result.frames, len(after), result.sound, result.complete) == (25, 25, "copied", True)
    assert times_after == pytest.approx(times_before)
    assert editor.prompt == "invert it"
    assert editor.strength == 0.5
    errors = [np.abs((255 - a).astype(int) - b).mean() for a, b in zip(before, after, strict=True)]
    assert max(errors) < 4
    assert sound_packets(tmp_path / "out.mp4") == sound_packets(CLIP)
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_memory_is_bounded_by_the_chunk(tmp_path: Path) -> None:
    editor = InvertingEditor()
    edit(CLIP, tmp_path / "out.mp4", editor)
    assert editor.most_held == 4


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    ticks = [0, 1, 2, 9, 10, 30, 31]
    source = make_clip(tmp_path / "vfr.mkv", [gray(20 * i + 30) for i in range(7)], ticks)
    edit(source, tmp_path / "out.mp4")
    pictures, times = read_all(tmp_path / "out.mp4")
    assert times == pytest.approx([tick / 30 for tick in ticks], abs=0.002)
    assert [round(float(p.mean())) for p in pictures] == pytest.approx([255 - (20 * i + 30) for i in range(7)], abs=3)


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_rotation_in_the_metadata_is_applied(tmp_path: Path, rotation: int) -> None:
    picture = gray(40)
    picture[:16, :16] = 220  # a light corner, top left as stored
    source = make_clip(tmp_path / "turned.mp4", [picture] * 5, rotation=rotation)
    result = edit(source, tmp_path / "out.mp4")
    pictures, _ = read_all(tmp_path / "out.mp4")
    # Display rotation is counter-clockwise, as numpy's.
    expected = 255 - np.rot90(picture, rotation // 90 % 4)
    assert (result.height, result.width) == expected.shape[:2] == pictures[0].shape[:2]
    assert np.abs(pictures[0].astype(int) - expected).mean() < 4


def test_pixel_aspect_is_kept_and_turned_into_square_pixels_by_size(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "wide.mp4", [gray(90, 48, 64)] * 3, aspect=Fraction(2))
    edit(source, tmp_path / "same.mp4")
    with av.open(tmp_path / "same.mp4") as container:
        assert container.streams.video[0].sample_aspect_ratio == 2
    small = edit(source, tmp_path / "small.mp4", box=(64, 64))
    assert (small.width, small.height) == (64, 24)
    with av.open(tmp_path / "small.mp4") as container:
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)


def test_odd_sizes_are_padded_by_the_last_column_and_row(tmp_path: Path) -> None:
    picture = gray(50, 47, 63)
    picture[-1], picture[:, -1] = 200, 200
    source = make_clip(tmp_path / "odd.mkv", [picture] * 3, codec="ffv1", pixel_format="bgr0")
    result = edit(source, tmp_path / "out.mp4")
    pictures, _ = read_all(tmp_path / "out.mp4")
    assert (result.width, result.height) == (63, 47)
    assert pictures[0].shape == (48, 64, 3)
    assert np.abs(pictures[0][-2:, :20].astype(int) - 55).max() < 12


@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_any_number_of_frames(tmp_path: Path, count: int) -> None:
    source = make_clip(tmp_path / "short.mp4", [gray(100)] * count)
    assert edit(source, tmp_path / "out.mp4").frames == count
    assert len(read_all(tmp_path / "out.mp4")[0]) == count


def test_colours_survive_high_definition_and_small_sizes(tmp_path: Path) -> None:
    for height, width in ((48, 64), (720, 96)):
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:, : width // 2], picture[:, width // 2 :] = (200, 60, 30), (20, 180, 90)
        source = make_clip(tmp_path / f"c{height}.mkv", [picture] * 2, codec="ffv1", pixel_format="bgr0")
        edit(source, tmp_path / f"o{height}.mp4", crf=5)
        after = read_all(tmp_path / f"o{height}.mp4")[0][0]
        np.testing.assert_allclose(after[8, 8], 255 - picture[8, 8], atol=4)
        np.testing.assert_allclose(after[8, -8], 255 - picture[8, -8], atol=4)


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mp4", "aac"), (".webm", "opus"), (".mkv", "pcm_s16le"), (".mov", "pcm_s16le")]
)
def test_sound_is_converted_when_the_container_does_not_take_it(tmp_path: Path, suffix: str, codec: str) -> None:
    source = make_clip(tmp_path / "in.mkv", [gray(100)] * 30, sound="pcm_s16le")
    result = edit(source, tmp_path / f"out{suffix}")
    assert result.sound == ("copied" if codec == "pcm_s16le" else "converted")
    with av.open(tmp_path / f"out{suffix}") as container:
        track = container.streams.audio[0]
        assert track.codec_context.name == codec
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    assert len(samples) == pytest.approx(48000, rel=0.06)
    assert np.abs(samples.astype(float)).mean() > 0.1 * (1 if samples.dtype.kind == "f" else 32768)


def test_stopping_keeps_a_playable_file_with_as_much_sound(tmp_path: Path) -> None:
    calls = iter(range(1000))
    result = edit(CLIP, tmp_path / "out.mp4", stop=lambda: next(calls) >= 9)
    assert result.interrupted
    assert not result.complete
    assert result.frames == 8
    assert len(read_all(tmp_path / "out.mp4")[0]) == 8
    kept, whole = sound_packets(tmp_path / "out.mp4"), sound_packets(CLIP)
    assert kept == whole[: len(kept)]
    assert len(kept) * 1024 / 48000 == pytest.approx(8 / 25, abs=0.05)


def test_stopping_before_the_first_chunk_leaves_nothing(tmp_path: Path) -> None:
    result = edit(CLIP, tmp_path / "out.mp4", stop=lambda: True)
    assert (result.frames, result.interrupted, result.complete) == (0, True, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("chunk", "kept"), [(3, 8), (7, 24)], ids=["in the middle", "in the last chunk of 25 frames"])
def test_an_interrupt_inside_the_model_still_keeps_what_was_done(chunk: int, kept: int, tmp_path: Path) -> None:
    class Interrupted(InvertingEditor):
        chunks = 0

        def flush(self) -> list[np.ndarray]:
            self.chunks += 1
            if self.chunks == chunk:
                raise KeyboardInterrupt
            return super().flush()

    result = edit(CLIP, tmp_path / "out.mp4", Interrupted())
    assert (result.frames, result.interrupted) == (kept, True)
    assert len(read_all(tmp_path / "out.mp4")[0]) == kept
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_progress_counts_up_to_the_total_and_estimates_the_rest(tmp_path: Path) -> None:
    seen: list[Progress] = []
    edit_file(
        EditJob(CLIP, tmp_path / "out.mp4", "x y"), lambda width, height: InvertingEditor(), on_progress=seen.append
    )
    assert [p.done for p in seen] == [4, 8, 12, 16, 20, 24, 25]
    assert {p.total for p in seen} == {25}
    assert seen[-1].seconds_left == 0
    assert Progress(10, 40, 5.0).seconds_left == pytest.approx(15.0)
    assert Progress(10, None, 5.0).seconds_left is None


def test_damage_in_the_middle_is_survived_and_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noisy = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(40)]
    source = make_clip(tmp_path / "in.mkv", noisy, codec="mjpeg", pixel_format="yuvj420p")
    content = bytearray(source.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6000] = rng.integers(0, 255, 6000, dtype=np.uint8).tobytes()
    source.write_bytes(content)
    result = edit(source, tmp_path / "out.mp4")
    assert 20 <= result.frames <= 40
    assert result.damaged > 0
    assert not result.complete


def test_a_cut_off_file_gives_what_it_has_and_says_where_it_ends(tmp_path: Path) -> None:
    source = tmp_path / "cut.mp4"
    content = make_clip(
        tmp_path / "in.mkv", [np.random.default_rng(i).integers(0, 255, (48, 64, 3), dtype=np.uint8) for i in range(60)]
    )
    whole = edit(content, tmp_path / "whole.mp4")
    assert whole.complete
    data = (tmp_path / "whole.mp4").read_bytes()
    source.write_bytes(data[: len(data) // 2])
    result = edit(source, tmp_path / "out.mp4")
    assert 5 < result.frames < 50
    assert result.lost_after_s is not None
    assert result.lost_after_s == pytest.approx(result.frames / 30, abs=0.2)


@pytest.mark.parametrize("error_number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error_number: int
) -> None:
    class FullAfter(clip_writer.ClipWriter):
        def write(self, picture) -> None:
            if self.frames == 6:
                with clip_writer.explained_write_errors(self.path):
                    raise OSError(error_number, "as the system says it")
            super().write(picture)

    monkeypatch.setattr("sanacam.app.edit.ClipWriter", FullAfter)
    with pytest.raises(UserError, match=r"disk"):
        edit(CLIP, tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_crash_in_the_model_leaves_nothing_and_keeps_the_old_output(tmp_path: Path) -> None:
    class Crashing(InvertingEditor):
        def flush(self) -> list[np.ndarray]:
            raise RuntimeError("kernel failed")

    (tmp_path / "out.mp4").write_bytes(b"former result")
    with pytest.raises(RuntimeError, match="kernel failed"):
        edit(CLIP, tmp_path / "out.mp4", Crashing(), overwrite=True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.mp4", b"former result")]


def test_running_out_of_memory_is_a_sentence(tmp_path: Path) -> None:
    class Greedy(InvertingEditor):
        def flush(self) -> list[np.ndarray]:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    with pytest.raises(UserError, match=r"not enough memory.*320×180") as caught:
        edit(CLIP, tmp_path / "out.mp4", Greedy())
    assert "--size" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def bad_inputs(folder: Path) -> dict[str, tuple[Path, str]]:
    (folder / "text.mp4").write_text("this is not a video, however long it goes on " * 50)
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "headless.mp4").write_bytes(CLIP.read_bytes()[-20000:])
    (folder / "folder.mp4").mkdir()
    with av.open(folder / "tone.m4a", "w", format="mp4") as out:
        track = out.add_stream("aac", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48000, 0
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
    with av.open(folder / "noframes.mp4", "w", options={"movflags": "empty_moov+frag_keyframe"}) as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.start_encoding()
    return {
        "text": (folder / "text.mp4", "not a video"),
        "empty": (folder / "empty.mp4", "is empty"),
        "headless": (folder / "headless.mp4", "not a video"),
        "folder": (folder / "folder.mp4", "is a folder"),
        "missing": (folder / "missing.mp4", "There is no file"),
        "sound only": (folder / "tone.m4a", "no picture"),
        "no frames": (folder / "noframes.mp4", "no picture"),
    }


@pytest.mark.parametrize("kind", ["text", "empty", "headless", "folder", "missing", "sound only", "no frames"])
def test_bad_input_is_one_sentence_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    source, sentence = bad_inputs(tmp_path)[kind]
    (tmp_path / "to").mkdir()
    with pytest.raises(UserError, match=sentence) as caught:
        edit(source, tmp_path / "to" / "out.mp4")
    assert caught.value.hint
    assert list((tmp_path / "to").iterdir()) == []


def test_outputs_that_cannot_be(tmp_path: Path) -> None:
    existing = tmp_path / "there.mp4"
    existing.write_bytes(CLIP.read_bytes())
    cases = {
        tmp_path / "nowhere" / "out.mp4": "no folder",
        tmp_path / "out.xyz": '".xyz" is not a format that can be written here.',
        tmp_path / "out": r"has no extension\. Name",
        existing: "exists already",
    }
    for output, sentence in cases.items():
        with pytest.raises(UserError, match=sentence):
            edit(CLIP, output)
    with pytest.raises(UserError, match="the input itself"):
        edit(existing, tmp_path / "." / "there.mp4", overwrite=True)
    assert existing.read_bytes() == CLIP.read_bytes()
    assert edit(CLIP, existing, overwrite=True).frames == 25


def test_a_still_picture_is_edited_upright(tmp_path: Path) -> None:
    picture = Image.new("RGB", (31, 20), (10, 20, 30))
    exif = picture.getexif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    picture.save(tmp_path / "in.jpg", exif=exif, quality=95)
    result = edit(tmp_path / "in.jpg", tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as out:
        assert out.size == (20, 31) == (result.width, result.height)
        np.testing.assert_allclose(np.asarray(out.convert("RGB"))[5, 5], [245, 235, 225], atol=4)
    with pytest.raises(UserError, match=r'"\.mp4" is not a format'):
        edit(tmp_path / "in.jpg", tmp_path / "out.mp4")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(UserError, match="not a picture"):
        edit(tmp_path / "bad.png", tmp_path / "out2.png")
