"""Sound in recordings, full disks that are real, encoders, snapshots."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from busy_machine import TRIES
from PIL import Image

from sanacam.app.frames import Frame
from sanacam.app.outputs import microphone, video_encoder
from sanacam.app.outputs.fragments import keep_whole_fragments
from sanacam.app.outputs.recorder import Recorder
from sanacam.app.outputs.snapshot import save_snapshot
from sanacam.app.outputs.video_encoder import X264, X265, choose_encoder, encoder_works
from sanacam.model.errors import UserError

CLIP = Path(__file__).parents[2] / "data" / "clips" / "cli_city_night.mp4"


def grey(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def make_film(path: Path, seconds: float = 1.0) -> None:
    """A film with a tone that begins in its middle."""
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("aac", rate=48_000, layout="mono")
        for index in range(round(25 * seconds)):
            frame = av.VideoFrame.from_ndarray(grey(index * 4), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        count = round(48_000 * seconds)
        wave = (np.sin(np.arange(count) / 12) * 12_000).astype(np.int16)
        wave[: count // 2] = 0
        sound = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
        sound.sample_rate, sound.pts = 48_000, 0
        container.mux(audio.encode(sound))
        container.mux(audio.encode(None))


def loud_from_s(path: Path) -> tuple[float, float]:
    """When the sound begins to be heard, and how long it lasts, in seconds."""
    with av.open(path) as container:
        start, parts, rate = None, [], 0
        for frame in container.decode(audio=0):
            start = frame.time if start is None else start
            rate = frame.sample_rate
            parts.append(np.abs(frame.to_ndarray().astype(np.float64)).max(0))
    assert start is not None
    level = np.concatenate(parts)
    return start + float(np.argmax(level > 0.3 * level.max())) / rate, len(level) / rate


def test_a_film_keeps_its_sound_in_step(tmp_path: Path) -> None:
    film, out = tmp_path / "film.mp4", tmp_path / "out.mp4"
    make_film(film)
    recorder = Recorder(out, exact=True, sound_of=film)
    recorder.open(64, 48, 25.0)
    for index in range(25):
        recorder.write(Frame(grey(index), index, index, 1, media_ns=index * 40_000_000))
    recorder.close()
    begins, lasts = loud_from_s(out)
    assert begins == pytest.approx(loud_from_s(film)[0], abs=0.03)
    assert lasts > 0.85
    with av.open(out) as container:
        assert [frame.time for frame in container.decode(video=0)][:3] == pytest.approx([0.0, 0.04, 0.08], abs=0.002)


def test_a_film_without_sound_is_no_trouble(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mkv", exact=True, sound_of=CLIP)
    recorder.open(64, 48, 25.0)
    recorder.write(Frame(grey(9), 0, 0, 1, media_ns=0))
    recorder.close()
    with av.open(tmp_path / "out.mkv") as container:
        assert len(container.streams.video) == 1


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_microphone_is_recorded_and_delayed_like_the_picture(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg's own tone, played at its real speed, stands for the device."""
    tone = "sine=frequency=440:sample_rate=48000,arealtime"
    monkeypatch.setattr(microphone, "device", lambda name: ("lavfi", tone))

    def record(attempt: int) -> bool:
        """Whether sound and pictures came as on a machine that has nothing else to do."""
        out = tmp_path / f"out{attempt}{suffix}"
        recorder = Recorder(out, exact=False, microphone="default")
        recorder.open(64, 48, 25.0)
        began = time.monotonic()
        while time.monotonic() - began < 1.2:
            # Each picture was captured 300 ms ago.
            recorder.write(Frame(grey(90), time.monotonic_ns() - 300_000_000, 0, 1))
            time.sleep(0.04)
        recorder.close()
        begins, lasts = loud_from_s(out)
        assert begins >= 0.2, "not before the picture of its moment"
        with av.open(out) as container:
            pictures = sum(1 for _ in container.decode(video=0))
        return begins <= 0.9 and lasts > 0.9 and pictures >= 15

    assert any(record(attempt) for attempt in range(TRIES))


def test_a_microphone_that_is_not_there_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=False, microphone="no such device")
    with pytest.raises(UserError, match="microphone no such device cannot be opened"):
        recorder.open(64, 48, 25.0)
    recorder.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/usr/share/alsa/alsa.conf").is_file(), reason="this system has no ALSA")
def test_the_devices_that_alsa_knows_here_are_found() -> None:
    """One of its own, "null", is on every machine; PyAV's wheel alone finds none at all."""
    script = (
        "from sanacam.app.outputs import microphone\n"
        "with microphone._open('null') as device:\n"
        "    print(device.streams.audio[0].rate)\n"
    )
    # In a process of its own: the library looks for its settings once.
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "48000", done.stderr


def test_how_microphones_are_named() -> None:
    assert microphone.device("default", "linux") == ("alsa", "default")
    assert microphone.device("default", "darwin") == ("avfoundation", ":default")
    assert microphone.device("Desk", "win32") == ("dshow", "audio=Desk")
    with pytest.raises(UserError, match="must be named"):
        microphone.device("default", "win32")


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit there")
def test_a_full_disk_ends_the_recording_with_a_sentence_and_what_was_written_plays(tmp_path: Path) -> None:
    """A file size limit is a disk that is full for good: the system itself refuses the bytes."""
    script = (
        "import resource, signal, sys, time, numpy as np\n"
        "from pathlib import Path\n"
        "from sanacam.app.frames import Frame\n"
        "from sanacam.app.outputs.recorder import Recorder\n"
        "from sanacam.model.errors import UserError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))\n"
        "recorder = Recorder(Path(sys.argv[1]), exact=True, codec='x264')\n"
        "recorder.open(160, 96, 25.0)\n"
        "noise = np.random.default_rng(0)\n"
        "try:\n"
        "    for i in range(2000):\n"
        "        pixels = noise.integers(0, 255, (96, 160, 3), dtype=np.uint8)\n"
        "        recorder.write(Frame(pixels, i * 40_000_000, i, 1))\n"
        "except UserError as error:\n"
        "    print(error.message, error.hint)\n"
        "recorder.close()\n"
        "print('closed')\n"
    )
    out = tmp_path / "out.mp4"
    done = subprocess.run([sys.executable, "-c", script, str(out)], capture_output=True, text=True, timeout=120)
    said = done.stdout.splitlines()
    assert said[-1] == "closed", done.stderr
    assert "larger than this disk or account allows" in said[0] or "no room left" in said[0]
    with av.open(out) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert len(times) >= 50
    assert keep_whole_fragments(out) == 0, "whole fragments stay, and nothing else"


def test_the_encoder_is_one_that_works_here() -> None:
    encoder = choose_encoder("auto", "mp4", 64, 48)
    assert encoder_works(encoder.name, 64, 48)
    assert choose_encoder("x264", "mp4", 64, 48) is X264
    assert choose_encoder("auto", "webm", 64, 48).name == "libvpx-vp9"


@pytest.mark.parametrize(("codec", "fallback"), [("auto", X264), ("h264", X264), ("hevc", X265)])
def test_without_a_card_the_processor_encodes(
    codec: video_encoder.Codec, fallback: video_encoder.Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(video_encoder, "encoder_works", lambda name, *size: asked.append(name))
    assert choose_encoder(codec, "mp4", 64, 48) is fallback
    assert asked, "the card's encoders are asked first"
    monkeypatch.setattr(video_encoder, "encoder_works", lambda name, *size: True)
    assert choose_encoder(codec, "mp4", 64, 48).name == asked[0]


def test_hevc_is_recorded(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "out.mp4", exact=True, codec="hevc")
    recorder.open(64, 48, 25.0)
    for index in range(5):
        recorder.write(Frame(grey(40 * index), index * 40_000_000, index))
    recorder.close()
    with av.open(tmp_path / "out.mp4") as container:
        assert container.streams.video[0].codec_context.name == "hevc"
        assert sum(1 for _ in container.decode(video=0)) == 5


def test_snapshots_are_whole_and_replace_nothing(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    paths = {save_snapshot(Frame(picture, 0, 0), tmp_path / "new") for _ in range(3)}
    assert len(paths) == 3
    for path in paths:
        with Image.open(path) as image:
            assert np.array_equal(np.asarray(image), picture)
    with pytest.raises(UserError, match="no picture yet"):
        save_snapshot(None, tmp_path)
