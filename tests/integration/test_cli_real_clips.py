"""The installed commands on real clips, each in a process of its own, with a real (tiny, untrained) model."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle

CLIP = Path(__file__).parents[1] / "data" / "clips" / "cli_city_night.mp4"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_bundle(tiny_bundle(0), folder)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "SANACAM_CONFIG_DIR": str(tmp_path / "config"), "OMP_NUM_THREADS": "1"}


def sanacam(environment: dict[str, str], *words: object, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sanacam.app", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=170, check=False, env=environment, **more)


def pictures(path: Path) -> list[np.ndarray]:
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def blocks(picture: np.ndarray) -> np.ndarray:
    return picture.astype(float).reshape(45, 4, 80, 4, 3).mean((1, 3))


def make_long_clip(path: Path, frames: int, width: int = 320, height: int = 180) -> Path:
    rng = np.random.default_rng(0)
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast", "crf": "30"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        base = rng.integers(0, 256, (height // 4, width // 4, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
        for index in range(frames):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(base, 3 * index, axis=1), format="rgb24")))
        out.mux(stream.encode(None))
    return path


def test_an_edit_is_the_model_s_own_stream(tmp_path: Path, model: Path, environment: dict[str, str]) -> None:
    from sanacam.model.stream import StreamEditor
    from sanacam.model.zoo import load_bundle

    output = tmp_path / "out.mp4"
    words = ["edit", CLIP, "-p", "an oil painting", "-o", output, "--model", model, "--device", "cpu", "--crf", 1]
    done = sanacam(environment, *words, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["frames"], result["sound"], result["complete"]) == (25, "copied", True)
    editor = StreamEditor(load_bundle(model), "cpu", "fp32")
    editor.set_prompt("an oil painting")
    expected = editor.push(pictures(CLIP)) + editor.flush()
    for index, (picture, wanted) in enumerate(zip(pictures(output), expected, strict=True)):
        # The file holds the colours at half resolution, so blocks are compared.
        assert np.abs(blocks(picture) - blocks(wanted)).mean() < 6, f"frame {index}"


def test_ctrl_c_leaves_a_playable_file_with_sound(tmp_path: Path, model: Path, environment: dict[str, str]) -> None:
    source = make_long_clip(tmp_path / "long.mp4", 300)
    output = tmp_path / "out.mp4"
    command = [
        sys.executable,
        "-m",
        "sanacam.app",
        "edit",
        str(source),
        "-p",
        "snow",
        "-o",
        str(output),
        "--model",
        str(model),
    ]
    process = subprocess.Popen(
        [*command, "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "frames ·" in line:
            break
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Stopped early. Kept" in out
    kept = len(pictures(output))
    assert 4 <= kept < 300
    assert f"first {kept} frames" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.mp4", "out.mp4"]


def test_a_killed_edit_leaves_no_file_of_that_name(tmp_path: Path, model: Path, environment: dict[str, str]) -> None:
    source = make_long_clip(tmp_path / "long.mp4", 300)
    command = [sys.executable, "-m", "sanacam.app", "edit", str(source), "-p", "snow", "-o", str(tmp_path / "out.mp4")]
    process = subprocess.Popen([*command, "--model", str(model)], stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    for line in process.stderr:
        if "frames ·" in line:
            break
    process.kill()
    process.wait(30)
    process.stderr.close()
    assert not (tmp_path / "out.mp4").exists()


def test_8k_is_edited_at_a_size_that_fits(tmp_path: Path, model: Path, environment: dict[str, str]) -> None:
    source = make_long_clip(tmp_path / "8k.mp4", 1, 7680, 4320)
    output = tmp_path / "out.mp4"
    done = sanacam(
        environment, "edit", source, "-p", "snow", "-o", output, "--model", model, "--size", "640x640", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert pictures(output)[0].shape == (360, 640, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are a matter of Unix")
def test_a_disk_without_room_is_a_sentence_and_nothing_is_left(
    tmp_path: Path, model: Path, environment: dict[str, str]
) -> None:
    import resource

    source = make_long_clip(tmp_path / "long.mp4", 150)
    (tmp_path / "to").mkdir()

    def no_file_over_64_kib() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    done = sanacam(environment, "edit", source, "-p", "snow", "-o", tmp_path / "to" / "out.mp4", "--model", model,
                   preexec_fn=no_file_over_64_kib)  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "larger than this disk or account allows" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "to").iterdir()) == []


def test_live_ends_cleanly_on_ctrl_c(tmp_path: Path, model: Path, environment: dict[str, str]) -> None:
    output = tmp_path / "live.mp4"
    words = ["live", "--source", "pattern:160x96@25", "--size", "160x96", "-p", "snow", "--sink", f"file:{output}"]
    command = [sys.executable, "-m", "sanacam.app", *words, "--model", str(model), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    enough: float = math.inf
    for line in process.stdout:
        status = json.loads(line)
        if status["type"] != "status":
            continue
        if output.exists():  # which the output host has begun by itself
            enough = min(enough, status["shown"] + 8)
        if status["shown"] >= enough:
            break
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    end = json.loads(out.splitlines()[-1])
    assert end["type"] == "end"
    assert end["shown"] >= 8
    assert end["latency_ms_p50"] > 0
    assert len(pictures(output)) >= 8


def test_help_comes_at_once(environment: dict[str, str]) -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        assert sanacam(environment, "--help").returncode == 0
        seconds.append(time.perf_counter() - started)
    # Half a second on an idle machine; the bound leaves room for a busy one.
    assert min(seconds) < 1.5
