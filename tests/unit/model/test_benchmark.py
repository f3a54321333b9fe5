"""The benchmark measures every stage through the editor, on any machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sanacam.app.cli import main as cli
from sanacam.model import benchmark
from sanacam.model.benchmark import main, measure
from sanacam.model.errors import UserError
from sanacam.model.stage_clock import STAGES, MeasuringClock, NoClock
from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.tiny import tiny_streaming_bundle

STREAMING = ("--model", "tiny-streaming", "--device", "cpu", "--chunks", "2")


def test_every_stage_of_every_choice_is_in_the_file_and_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.json"
    assert main([*STREAMING, "--coders", "full+window,tiny+tiny", "--json", str(file)]) == 0
    result = json.loads(file.read_text(encoding="utf-8"))
    assert [(path["encoder"], path["decoder"]) for path in result["paths"]] == [("full", "window"), ("tiny", "tiny")]
    for path in result["paths"]:
        assert [stage["name"] for stage in path["stages"]] == [*STAGES, "end to end"]
        assert path["finite"]
        parts = sum(stage["median_ms"] for stage in path["stages"][:-1])
        assert 0 < parts < 3 * path["stages"][-1]["median_ms"]
        assert all(stage["frames"] == 16 for stage in path["stages"])
    assert (result["weights"], result["dtype"], result["width"], result["height"]) == ("random", "float32", 96, 64)
    assert result["machine"]["torch"] == torch.__version__
    shown = capsys.readouterr().out
    for words in ("Inside the clock", "DiT, 2 steps + cache pass", "one forward", "tiny encoder, tiny decoder", "fps"):
        assert words in shown


def test_a_model_with_one_vae_and_the_command_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["bench", "--model", "tiny", "--device", "cpu", "--chunks", "1", "--size", "40x24"]) == 0
    shown = capsys.readouterr().out
    assert "40×24" in shown
    assert "the model's own VAE" in shown


def test_a_model_for_whole_clips(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--model", "tiny-clip", "--device", "cpu", "--chunks", "1", "--size", "64x64", "--coders", "full+window")
    assert main(words) == 0
    assert "DiT, 3 steps " in capsys.readouterr().out


def test_a_folder_is_measured_with_what_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_bundle(tiny_streaming_bundle(1), tmp_path / "model")
    (tmp_path / "model" / "tiny_vae.safetensors").unlink()
    words = ("--model", str(tmp_path / "model"), "--device", "cpu", "--chunks", "1", "--size", "64x64")
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "full encoder, window decoder" in shown
    assert "tiny decoder" not in shown
    with pytest.raises(UserError, match="tiny VAE encoder is not loaded"):
        main([*words, "--coders", "tiny+window"])


def test_a_prompt_is_timed_where_something_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "mini", "--device", "cpu", "--chunks", "1", "--size", "64x64"]) == 0
    assert "A new prompt, outside the clock" in capsys.readouterr().out


def test_the_clock_starts_with_sink_and_window_full(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    plain = MeasuringClock.clear
    monkeypatch.setattr(MeasuringClock, "clear", lambda self: (seen.append(self.milliseconds()), plain(self)))
    bundle = tiny_streaming_bundle(1)
    [path] = measure(bundle, (64, 64), torch.device("cpu"), "fp32", coders=[("tiny", "tiny")], chunks=1)
    assert len(seen[0]["dit"]) == benchmark.WARM_UP > bundle.config.dit.num_cached_blocks + 1
    assert path.finite


def test_numbers_that_are_not_finite_end_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tiny_streaming_bundle(1)
    broken.dit.final_layer.linear.weight.fill_(float("nan"))
    monkeypatch.setattr(benchmark, "find_bundle", lambda *rest: (broken, "broken"))
    assert main([*STREAMING, "--coders", "tiny+tiny"]) == 1
    assert "NOT FINITE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "nothing"), "no model “nothing”"),
        ((*STREAMING, "--coders", "full"), "encoder\\+decoder pair"),
        ((*STREAMING, "--coders", "full+best"), "encoder\\+decoder pair"),
        ((*STREAMING, "--size", "0x64"), "not a size"),
        ((*STREAMING, "--size", "big"), "not a size"),
        ((*STREAMING, "--chunks", "0"), "At least one chunk"),
        ((*STREAMING, "--json", "/nowhere/at/all.json"), "no folder"),
    ],
)
def test_bad_use_is_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        main(words)


def test_it_needs_torch_numpy_and_safetensors_only() -> None:
    script = (
        "import sys, sanacam.model.benchmark\n"
        "extra = {'tokenizers', 'transformers', 'platformdirs', 'filelock', 'huggingface_hub', 'PIL', 'av', 'cv2'}\n"
        "extra &= set(sys.modules)\n"
        "sys.exit(f'imported {extra}' if extra else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_no_clock_costs_no_result() -> None:
    with NoClock().stage("dit"):
        pass
    clock = MeasuringClock(torch.device("cpu"))
    for _ in range(2):
        with clock.stage("dit"):
            pass
    assert len(clock.milliseconds()["dit"]) == 2
    clock.clear()
    assert clock.milliseconds() == {}
