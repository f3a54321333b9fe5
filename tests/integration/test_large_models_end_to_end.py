"""`sanacam edit` and `live` with models built like the released ones: every kind of input, both samplers, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from sanacam.app.cli import main
from sanacam.model.zoo import ModelBundle, save_bundle
from sanacam.model.zoo.tiny import tiny_clip_bundle, tiny_streaming_bundle

REAL = Path(__file__).parents[1] / "data" / "clips" / "cli_city_night.mp4"
COUNT = 27
"""Pictures of a made clip: the first chunk of the tiny streaming model takes 17, the next one 16."""


def saved(bundle: ModelBundle, folder: Path) -> Path:
    save_bundle(bundle, folder)
    return folder


@pytest.fixture(scope="module")
def streaming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tiny_streaming_bundle(1), tmp_path_factory.mktemp("models") / "streaming")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tiny_clip_bundle(1), tmp_path_factory.mktemp("models") / "clips")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path / "config"))


def make_clip(
    path: Path,
    count: int = COUNT,
    *,
    width: int = 64,
    height: int = 64,
    ticks: list[int] | None = None,
    rotation: int = 0,
    pixel_format: str = "yuv420p",
) -> Path:
    """Smooth gray that grows brighter, so that each picture is known by its level."""
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "4", "bf": "0", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        stream.codec_context.time_base = Fraction(1, 30)
        if rotation:
            stream.set_display_rotation(rotation)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(
                np.full((height, width, 3), 20 + 8 * index % 200, np.uint8), format="rgb24"
            )
            frame.pts, frame.time_base = ticks[index] if ticks else index, Fraction(1, 30)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def read(path: Path) -> tuple[list[float], list[float], tuple[int, int]]:
    """Mean level and time of every picture, and (width, height)."""
    with av.open(path) as container:
        frames = list(container.decode(video=0))
    levels = [float(frame.to_ndarray(format="rgb24").mean()) for frame in frames]
    return levels, [float(frame.pts * frame.time_base) for frame in frames], (frames[0].width, frames[0].height)


def edit(source: Path, output: Path, model: Path, *more: str, prompt: str = "oil painting") -> int:
    words = ["edit", str(source), "-p", prompt, "-o", str(output), "--model", str(model), "--device", "cpu", "--json"]
    return main([*words, *more])


@pytest.mark.parametrize("coders", [("auto", "auto"), ("tiny", "tiny"), ("full", "context")])
def test_every_picture_at_its_own_time_with_its_sound(
    streaming: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], coders: tuple[str, str]
) -> None:
    # With strength 0 the edit is the source, so a frame out of place would show.
    more = ("--strength", "0", "--encoder", coders[0], "--decoder", coders[1], "--size", "64x64")
    assert edit(REAL, tmp_path / "out.mp4", streaming, *more) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["frames"], result["sound"], result["complete"]) == (25, "copied", True)
    before, after = read(REAL), read(tmp_path / "out.mp4")
    assert after[1] == pytest.approx(before[1])
    assert after[0] == pytest.approx(before[0], abs=3)


KINDS: dict[str, dict[str, object]] = {
    "odd size": {"width": 49, "height": 63, "pixel_format": "yuv444p"},
    "one frame": {"count": 1},
    "variable rate": {"ticks": [i + i * i // 5 for i in range(COUNT)]},
    "on its side": {"width": 96, "rotation": 90},
    "10 bits": {"pixel_format": "yuv420p10le"},
    "small": {"width": 16, "height": 16},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sampler", ["streaming", "clips"])
def test_any_kind_of_clip(kind: str, sampler: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    model: Path = request.getfixturevalue(sampler)
    source = make_clip(tmp_path / "in.mkv", **KINDS[kind])  # type: ignore[arg-type]
    assert edit(source, tmp_path / "out.mp4", model, "--strength", "0") == 0
    before, after = read(source), read(tmp_path / "out.mp4")
    assert after[0] == pytest.approx(before[0], abs=4)
    assert after[1] == pytest.approx(before[1], abs=2e-3)
    width, height = before[2][::-1] if kind == "on its side" else before[2]
    assert after[2] == (width + width % 2, height + height % 2)


def test_the_model_changes_the_picture(streaming: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = make_clip(tmp_path / "in.mkv")
    assert edit(source, tmp_path / "a.mp4", streaming) == 0
    assert "is long" not in capsys.readouterr().err
    assert edit(source, tmp_path / "b.mp4", streaming, prompt="neon city in the rain at night with many people") == 0
    assert "is long" in capsys.readouterr().err
    levels = [read(tmp_path / name)[0] for name in ("a.mp4", "b.mp4")]
    assert len(levels[0]) == len(levels[1]) == COUNT
    assert levels[0] != pytest.approx(read(source)[0], abs=3)


def test_broken_in_the_middle_keeps_what_can_be_read(
    streaming: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(1)
    with av.open(tmp_path / "in.mkv", "w") as out:
        stream = out.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
        for _ in range(40):
            picture = noise.integers(0, 255, (64, 64, 3), dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    content = bytearray((tmp_path / "in.mkv").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6000] = noise.integers(0, 255, 6000, dtype=np.uint8).tobytes()
    (tmp_path / "broken.mkv").write_bytes(content)
    code = edit(tmp_path / "broken.mkv", tmp_path / "out.mp4", streaming)
    result = json.loads(capsys.readouterr().out)
    assert code == (0 if result["complete"] else 1)
    assert len(read(tmp_path / "out.mp4")[0]) == result["frames"] >= 20


@pytest.mark.parametrize(
    ("prompt", "sentence"), [("", "prompt"), ("   ", "prompt"), ("very " * 5000, "prompt"), ("🙂", "prompt")]
)
def test_prompts_that_cannot_be_used(
    prompt: str, sentence: str, streaming: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = make_clip(tmp_path / "in.mkv")
    code = edit(source, tmp_path / "out.mp4", streaming, prompt=prompt)
    shown = capsys.readouterr()
    assert code == 2
    assert sentence in json.loads(shown.out)["error"]["message"].lower()
    assert "Traceback" not in shown.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mkv"]


@pytest.mark.parametrize(("aspect", "size"), [("fit", (64, 32)), ("crop", (64, 64)), ("pad", (64, 64))])
def test_how_the_picture_meets_the_size(aspect: str, size: tuple[int, int], streaming: Path, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", 5, width=128, height=64)
    more = ("--size", "64x64", "--aspect", aspect, "--strength", "0")
    assert edit(source, tmp_path / "out.mp4", streaming, *more) == 0
    levels, _, got = read(tmp_path / "out.mp4")
    assert got == size
    share = 0.5 if aspect == "pad" else 1.0
    assert levels == pytest.approx([share * level for level in read(source)[0]], abs=4)


def test_ctrl_c_leaves_a_playable_file(streaming: Path, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", 28)
    long = tmp_path / "long.mkv"
    with av.open(long, "w") as out, av.open(source) as short:
        stream = out.add_stream_from_template(short.streams.video[0])
        packets = [(bytes(p), p.pts, p.is_keyframe, p.time_base) for p in short.demux(video=0) if p.size]
        span = packets[-1][1] + packets[1][1]
        for turn in range(200):
            for content, pts, key, base in packets:
                packet = av.Packet(content)
                packet.stream, packet.time_base, packet.is_keyframe = stream, base, key
                packet.pts = packet.dts = pts + turn * span
                out.mux(packet)
    words = ["edit", long, "-p", "snow", "-o", tmp_path / "out.mp4", "--model", streaming, "--device", "cpu"]
    command = [sys.executable, "-m", "sanacam.app", *map(str, words)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if "frames" in line and "fps" in line:
                break
        run.send_signal(signal.SIGINT)
        shown, _ = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "playable" in shown
    assert len(read(tmp_path / "out.mp4")[0]) >= 17


def test_live_with_a_large_model_records_and_goes_over_to_a_new_prompt(streaming: Path, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", 60)
    words = ["live", "--source", f"file:{source}", "--sink", f"file:{tmp_path / 'out.mp4'}", "-p", "snow", "--size"]
    words += ["64x64", "--model", str(streaming), "--device", "cpu", "--decoder", "causal", "--transition", "blend:3"]
    assert main([*words, "--no-control"]) == 2, "the folder has no causal decoder"
    words[words.index("causal")] = "tiny"
    assert main([*words, "--no-control"]) == 0
    assert len(read(tmp_path / "out.mp4")[0]) == 60


def test_a_model_for_whole_clips_cannot_be_used_live(
    clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["live", "--source", "pattern", "--sink", f"file:{tmp_path / 'out.mp4'}", "-p", "snow", "--no-control"]
    assert main([*words, "--model", str(clips), "--device", "cpu"]) == 2
    assert "whole clips" in capsys.readouterr().err
