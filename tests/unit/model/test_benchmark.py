"""The benchmark measures every stage through the editor, on any machine."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sanacam.app.cli import main as cli
from sanacam.model import benchmark, benchmark_paths
from sanacam.model.benchmark import main
from sanacam.model.benchmark_paths import measure
from sanacam.model.benchmark_report import GIB, PathResult, heading
from sanacam.model.errors import UserError
from sanacam.model.precision import Precision
from sanacam.model.stage_clock import STAGES, MeasuringClock, NoClock
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.tiny import tiny_clip_bundle, tiny_streaming_bundle

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
        assert path["spoilt"] == []
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
    assert len(seen[0]["dit"]) == benchmark_paths.WARM_UP > bundle.config.dit.num_cached_blocks + 1
    assert not path.spoilt


def test_a_model_for_whole_clips_is_timed_for_fewer_windows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    windows = []
    plain = benchmark_paths._chunk
    monkeypatch.setattr(benchmark_paths, "_chunk", lambda *rest: (windows.append(1), plain(*rest)))
    words = ("--model", "tiny-clip", "--device", "cpu", "--size", "64x64", "--coders", "tiny+tiny", "--steps", "1")
    assert main(words) == 0
    assert len(windows) == benchmark_paths.CLIP_WARM_UP + benchmark_paths.CLIP_TIMED == 4
    assert "3 chunks after 1 of warm-up" in capsys.readouterr().out


def test_every_choice_is_shown_as_soon_as_it_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    plain = benchmark_paths._measure_path

    def measured(*arguments: object) -> PathResult:
        events.append("measuring")
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(benchmark_paths, "_measure_path", measured)
    options = benchmark._arguments([*STREAMING[:-1], "1", "--size", "64x64", "--coders", "tiny+tiny,full+tiny"])
    benchmark.run(options, events.append)
    first, second = (index for index, event in enumerate(events) if event == "measuring")
    assert any("Inside the clock" in event for event in events[:first])
    assert any("tiny encoder, tiny decoder" in event for event in events[first:second])
    assert any("end to end" in event for event in events[first:second])
    assert any("full encoder, tiny decoder" in event for event in events[second:])


def test_a_choice_that_is_not_there_is_known_before_anything_is_measured() -> None:
    bundle, seen = tiny_streaming_bundle(1), list[PathResult]()
    bundle.vae.tiny = None
    with pytest.raises(UserError, match="tiny VAE encoder is not loaded"):
        measure(
            bundle, (64, 64), torch.device("cpu"), "fp32", coders=[("full", "window"), ("tiny", "window")],
            on_path=seen.append,
        )  # fmt: skip
    assert not seen


def poisoned(bundle: ModelBundle, where: str) -> ModelBundle:
    """A model with a number that is not finite. The decoder's ends in a colour channel that is white, which shows
    nowhere in 8 bits; the tiny decoder's own limit hides infinite latents."""
    assert isinstance(bundle.vae, Ltx2VAE)
    if where == "dit":
        bundle.dit.final_layer.linear.weight.fill_(float("nan"))
    else:
        bundle.vae.full.decoder.conv_out.conv.bias[0] = float("inf")
    return bundle


@pytest.mark.parametrize(
    ("where", "coders", "spoilt", "words"),
    [
        ("dit", ("tiny", "tiny"), ("latents", "pictures"), "in the latents and pictures, so the transformer"),
        ("decoder", ("full", "window"), ("pictures",), "in the pictures, so the video decoder"),
        ("decoder", ("full", "causal"), ("pictures",), "in the pictures, so the video decoder"),
        ("decoder", ("full", "tiny"), (), ""),
    ],
)
@pytest.mark.parametrize("kind", ["stream", "clip"])
def test_numbers_that_are_not_finite_are_seen_before_they_are_rounded(
    kind: str, where: str, coders: tuple[str, str], spoilt: tuple[str, ...], words: str
) -> None:
    bundle = poisoned(tiny_streaming_bundle(1) if kind == "stream" else tiny_clip_bundle(1), where)
    [path] = measure(bundle, (64, 64), torch.device("cpu"), "fp32", coders=[coders], chunks=1, steps=1)
    assert path.spoilt == spoilt
    assert words in path.trouble


def test_numbers_that_are_not_finite_end_with_1_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = poisoned(tiny_streaming_bundle(1), "decoder")
    monkeypatch.setattr(benchmark, "find_bundle", lambda *rest, packed: (broken, "broken"))
    assert main([*STREAMING, "--coders", "full+window,tiny+tiny"]) == 1
    shown = capsys.readouterr()
    assert shown.out.count("NOT FINITE") == 1
    [sentence] = shown.err.splitlines()
    assert "tiny-streaming, full encoder, window decoder: numbers that are not finite in the pictures" in sentence
    assert "sanacam models verify" in sentence


class LoadedError(Exception):
    """Stops a benchmark where its weights would be read."""


@pytest.mark.parametrize(("formats", "place"), [({"blocks.0.attn.q": "fp8"}, "cpu"), ({}, "cuda:0")])
def test_weights_to_be_packed_are_left_in_main_memory(
    formats: dict, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def loading(name: str, device: torch.device | str, dtype: torch.dtype, **rest: object) -> None:
        asked.append((str(device), dtype))
        raise LoadedError

    precision = Precision("fp8" if formats else "bf16", torch.bfloat16, "", formats=formats)
    monkeypatch.setattr(benchmark, "choose_device", lambda wish: torch.device("cuda", 0))
    monkeypatch.setattr(benchmark, "choose_precision", lambda *rest: precision)
    monkeypatch.setattr(benchmark, "load_bundle", loading)
    save_bundle(tiny_streaming_bundle(1), tmp_path / "model")
    with pytest.raises(LoadedError):
        main(["--model", str(tmp_path / "model")])
    assert asked == [(place, torch.bfloat16)]


def test_random_weights_to_be_packed_go_to_main_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, moves = tiny_streaming_bundle(1), []
    monkeypatch.setattr(benchmark, "random_bundle", lambda model, device, dtype: drawn)
    monkeypatch.setattr(drawn.dit, "to", lambda *places: moves.append(places))
    for packed in (False, True):
        benchmark.find_bundle("tiny-streaming", torch.device("cpu"), torch.float32, True, packed=packed)
        assert moves == [("cpu",)] * packed


def test_the_peak_of_the_start_is_shown() -> None:
    options = benchmark._arguments([*STREAMING[:-1], "1", "--size", "64x64", "--coders", "tiny+tiny"])
    result = benchmark.run(options)
    assert result.start_peak_bytes is None
    assert not any("Peak until" in line for line in heading(result))
    assert "Peak until the networks were in place: 3.50 GiB." in heading(
        replace(result, start_peak_bytes=int(3.5 * GIB))
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "nothing"), "no model “nothing”"),
        ((*STREAMING, "--coders", "full"), "encoder\\+decoder pair"),
        ((*STREAMING, "--coders", "full+best"), "encoder\\+decoder pair"),
        ((*STREAMING, "--size", "0x64"), "not a size"),
        ((*STREAMING, "--size", "big"), "not a size"),
        ((*STREAMING, "--chunks", "0"), "At least one chunk"),
        (("--model", "tiny", "--device", "cpu", "--coders", "full+tiny"), "one video encoder and one decoder"),
        ((*STREAMING, "--json", "/nowhere/at/all.json"), "no folder"),
        ((*STREAMING, "--json", "."), "is a folder"),
        ((*STREAMING, "--device", "gpu"), "“gpu” is not a device"),
        ((*STREAMING, "--device", "cuda:99"), "no device cuda:99 that PyTorch can use"),
    ],
)
def test_bad_use_is_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        main(words)


def test_a_file_that_cannot_be_written_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(self: Path, *rest: object, **options: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UserError, match=r"out\.json cannot be written: No space left on device\."):
        main([*STREAMING[:-1], "1", "--size", "64x64", "--coders", "tiny+tiny", "--json", str(tmp_path / "out.json")])


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
