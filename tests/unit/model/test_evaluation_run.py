"""The evaluation finds what is right and what is wrong with an editor whose faults are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.evaluation import cli
from sanacam.model.evaluation.amount import Amount
from sanacam.model.evaluation.bars import Bar, drift_bars, edit_problems, quality_bars, size_bar, wording_bars
from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.drift import measure_drift
from sanacam.model.evaluation.evaluate import Plan, match_teachers
from sanacam.model.evaluation.progress import Progress
from sanacam.model.evaluation.report import make_report, report_dict, write_report
from sanacam.model.evaluation.short_streams import Recognition
from sanacam.model.evaluation.speed import measure_speed
from sanacam.model.evaluation.streaming import Pixels, from_pixels, stream, to_pixels
from sanacam.model.evaluation.summary import EditSummary, summarise
from sanacam.model.evaluation.teachers import Teachers, nearest_edit
from sanacam.model.evaluation.vae_check import vae_on_targets
from sanacam.model.training.edits import apply_edit
from sanacam.model.training.prompts import Prompt
from sanacam.model.vae import MiniVAE
from sanacam.model.zoo.tiny import TINY_VAE, tiny_bundle

EDITS = ["identity", "sepia", "night_vision", "pixel"]
CPU = torch.device("cpu")
AMOUNT = Amount(frames=17, wordings_per_clip=1)


def perceptual(a: Tensor, b: Tensor) -> Tensor:
    """A stand-in for LPIPS: distance of the horizontal steps."""
    return (a.diff(dim=-1) - b.diff(dim=-1)).abs().mean(dim=(1, 2, 3))


def make_clip(frames: int = 17, masked: bool = False, name: str = "clip") -> Clip:
    generator = torch.Generator().manual_seed(5)
    wide = torch.nn.functional.interpolate(
        torch.rand(1, 3, 8, 20, generator=generator), size=(64, 96 + frames), mode="bilinear"
    )[0]
    video = torch.stack([wide[:, :, t : t + 96] for t in range(frames)]).mul(255).byte()
    mask = torch.zeros(frames, 1, 64, 96, dtype=torch.uint8)
    mask[..., 40:] = 255
    return Clip(name, video, mask if masked else None)


class TeacherEditor:
    """An editor that applies the teacher of the edit named by the prompt, chunk by chunk, with an optional fault.

    ``fault`` gets the edited chunk (4, 3, H, W) in 0…1 and the number of chunks so far.
    """

    frames_per_chunk = 4

    def __init__(
        self, fault: Callable[[Tensor, int], Tensor] = lambda x, chunk: x, edit_of: Callable[[str], str] = str
    ) -> None:
        self.fault, self.edit_of = fault, edit_of
        self.prompt, self.chunks = "", 0
        self.waiting: list[Pixels] = []

    def reset(self) -> None:
        self.waiting, self.chunks = [], 0

    def set_prompt(self, text: str) -> None:
        self.prompt = text

    def push(self, frames: Sequence[Pixels]) -> list[Pixels]:
        self.waiting.extend(frames)
        edited: list[Pixels] = []
        while len(self.waiting) >= 4:
            edited += self._edit(self.waiting[:4])
            self.waiting = self.waiting[4:]
        return edited

    def flush(self) -> list[Pixels]:
        left, self.waiting = self.waiting, []
        return self._edit([*left, *[left[-1]] * (4 - len(left))])[: len(left)] if left else []

    def _edit(self, chunk: list[Pixels]) -> list[Pixels]:
        picture = from_pixels(chunk).float().div(255)
        edited = self.fault(apply_edit(self.edit_of(self.prompt), picture[None])[0], self.chunks)
        self.chunks += 1
        return to_pixels(edited.clamp(0, 1).mul(255).round().byte())


def summaries(editor: TeacherEditor, clips: list[Clip] | None = None) -> dict[str, EditSummary]:
    plan = Plan(EDITS, {name: [Prompt(name, name)] for name in EDITS}, AMOUNT)
    evaluation = match_teachers(plan, clips or [make_clip()], editor, None, perceptual, CPU, Progress(quiet=True))
    return {e.name: e for e in summarise(evaluation.cases)}


def test_a_perfect_editor_is_perfect() -> None:
    for summary in summaries(TeacherEditor()).values():
        assert summary.recognised == 1.0
        assert summary.lpips == pytest.approx(0.0, abs=1e-6)
        assert summary.psnr == pytest.approx(100.0)
        assert (summary.change, summary.border) == (pytest.approx(1.0), pytest.approx(1.0))
        assert edit_problems(summary) == []


def test_an_editor_that_gives_back_the_source_is_recognised_for_identity_alone() -> None:
    result = summaries(TeacherEditor(edit_of=lambda prompt: "identity"))
    assert {name: s.recognised for name, s in result.items()} == {
        "identity": 1.0,
        "sepia": 0.0,
        "night_vision": 0.0,
        "pixel": 0.0,
    }
    assert result["sepia"].taken_for == {"identity": 3}
    assert edit_problems(result["sepia"])


def test_a_half_hearted_edit_is_taken_for_no_change() -> None:
    def fade(strength: float) -> EditSummary:
        class Fading(TeacherEditor):
            def _edit(self, chunk: list[Pixels]) -> list[Pixels]:
                source = from_pixels(chunk).float().div(255)
                return to_pixels(
                    torch.lerp(source, apply_edit(self.prompt, source[None])[0], strength).mul(255).round().byte()
                )

        return summaries(Fading())["night_vision"]

    assert fade(0.8).recognised == 1.0
    assert fade(0.2).recognised == 0.0
    assert fade(0.8).lpips < fade(0.5).lpips < fade(0.2).lpips


def test_flicker_and_border_jumps_are_told_apart() -> None:
    flat = torch.tensor([0.02, -0.02, 0.02, -0.02]).view(4, 1, 1, 1)
    flicker = summaries(TeacherEditor(lambda x, chunk: x * 0.9 + 0.05 + flat))["sepia"]
    assert flicker.change > 1.3
    assert flicker.border == pytest.approx(1.0, abs=0.1)
    jump = summaries(TeacherEditor(lambda x, chunk: x * 0.9 + (0.05 if chunk % 2 else 0.0)))["sepia"]
    assert jump.border > 1.5
    assert jump.profile.index(max(jump.profile)) == 0


def test_a_shifted_output_loses_psnr_and_lpips() -> None:
    shifted = summaries(TeacherEditor(lambda x, chunk: x.roll(6, dims=-1)))["identity"]
    assert shifted.psnr < 25
    assert shifted.lpips > 0.01


def test_mask_edits_are_measured_only_on_clips_that_have_a_mask() -> None:
    clip = make_clip(masked=True)
    assert clip.mask is not None
    assert Teachers(make_clip(), ["identity", "bg_blur"], CPU).names == ["identity"]
    teachers = Teachers(clip, ["identity", "bg_blur"], CPU)
    assert teachers.names == ["identity", "bg_blur"]
    blurred, source = teachers.of("bg_blur"), teachers.of("identity")
    assert (blurred - source)[..., :24].abs().mean() > 5 * (blurred - source)[..., 72:].abs().mean()
    plan = Plan(
        ["identity", "bg_blur"],
        {"bg_blur": [Prompt("blur it", "bg_blur")], "identity": [Prompt("identity", "identity")]},
        AMOUNT,
    )
    evaluation = match_teachers(plan, [make_clip()], TeacherEditor(), None, perceptual, CPU, Progress(quiet=True))
    assert {case.edit for case in evaluation.cases} == {"identity"}
    assert any("bg_blur" in note for note in evaluation.notes)


def test_pruned_search_finds_what_a_full_search_finds() -> None:
    names = ["identity", "noir", "sepia", "night_vision", "pixel", "winter", "thermal", "golden_hour", "vintage"]
    teachers = Teachers(make_clip(), names, CPU)
    frames = torch.tensor([2, 9, 15])
    generator = torch.Generator().manual_seed(3)
    calls = 0

    def counting(a: Tensor, b: Tensor) -> Tensor:
        nonlocal calls
        calls += len(a)
        return perceptual(a, b)

    for name in names:
        output = (teachers.of(name) + 0.1 * torch.randn(17, 3, 64, 96, generator=generator)).clamp(0, 1)
        found = nearest_edit(output, teachers, 1.0, frames, counting)
        for scale, answer in ((1.0, found.unit), (2.0, found.doubled)):
            l1 = torch.stack([(output - teachers.of(n)).abs().mean(dim=(1, 2, 3)) for n in names])
            distance = torch.stack([perceptual(output * 2 - 1, teachers.of(n) * 2 - 1) for n in names])
            totals = scale * l1 + distance
            assert answer == [names[i] for i in totals[:, frames].argmin(dim=0).tolist()]
    assert calls < 3 * len(names) ** 2


def test_weak_wordings_are_held_against_weak_teachers() -> None:
    teachers = Teachers(make_clip(), ["identity", "night_vision"], CPU)
    half = teachers.of("night_vision", 0.55)
    assert torch.allclose(half, torch.lerp(teachers.of("identity"), teachers.of("night_vision"), 0.55), atol=1e-6)
    found = nearest_edit(half, teachers, 0.55, torch.tensor([0, 5]), perceptual)
    assert found.unit == ["night_vision", "night_vision"]


def test_an_editor_that_loses_frames_is_a_bug() -> None:
    class Losing(TeacherEditor):
        def flush(self) -> list[Pixels]:
            return []

    with pytest.raises(RuntimeError, match="17 frames went in"):
        list(stream(Losing(edit_of=lambda p: "identity"), to_pixels(make_clip().frames), "x"))


@pytest.mark.parametrize(("fade", "blur"), [(0.0, False), (0.2, False), (0.0, True)])
def test_drift_is_measured_as_put_in(fade: float, blur: bool) -> None:
    clip = make_clip(9)
    minutes, total = 160 / 30 / 60, 40

    def fault(x: Tensor, chunk: int) -> Tensor:
        if blur:
            soft = torch.nn.functional.avg_pool2d(x, 9, 1, 4, count_include_pad=False)
            return torch.lerp(x, soft, chunk / total)
        return x * (1 - fade * chunk / total)

    run = measure_drift(TeacherEditor(fault, lambda prompt: "identity"), clip, "identity", "nothing", minutes)
    assert run.minutes == pytest.approx(minutes)
    assert len(run.rounds) == 10
    colour, sharpness = drift_bars([run])
    if blur:
        # A soft picture is paler too, but no darker.
        assert run.drift["sharpness"] < -0.08
        assert abs(run.drift["green"]) < 0.02
        assert not sharpness.passed
    else:
        # A fall from 1 to 1 − fade is fade / (1 − fade / 2) of the mean.
        assert run.drift["green"] == pytest.approx(-fade / (1 - fade / 2), abs=0.02)
        assert colour.passed is (fade == 0.0)


def test_speed_counts_frames_and_says_what_is_in_the_clock() -> None:
    speed = measure_speed(
        TeacherEditor(edit_of=lambda prompt: "identity"), to_pixels(make_clip().frames), "x", CPU, seconds=0.05
    )
    assert speed.frames % 4 == 0
    assert speed.frames >= 12
    assert speed.fps == pytest.approx(speed.frames / speed.seconds)
    assert speed.size == (96, 64)
    assert "Inside" in speed.clock


def test_vae_check_tells_a_perfect_vae_from_a_bad_one() -> None:
    class Copy(MiniVAE):
        """Keeps the pictures themselves as latents and loses ``error`` of them."""

        error = 0.0

        def encode(self, frames: Tensor, state: object) -> Tensor:
            return frames

        def decode(self, latents: Tensor, state: object, source: Tensor | None = None) -> Tensor:
            assert source is None
            return latents + 2 * self.error

    vae = Copy(TINY_VAE)
    perfect = vae_on_targets(vae, [make_clip()], ["identity", "sepia"], perceptual)
    assert perfect["psnr"] == pytest.approx(100.0)
    assert set(perfect["edits"]) == {"identity", "sepia"}
    vae.error = 0.01
    assert 39 < vae_on_targets(vae, [make_clip()], ["identity"], perceptual)["psnr"] < 42
    real = vae_on_targets(MiniVAE(TINY_VAE), [make_clip(11)], ["identity"], perceptual)
    assert real["psnr"] < 40


def test_bars_know_their_direction() -> None:
    assert Bar("a", "A", 8.0, 8.0, True, "{}").passed is True
    assert Bar("a", "A", 7.9, 8.0, True, "{}").passed is False
    assert Bar("a", "A", 1.15, 1.15, False, "{}").passed is True
    assert Bar("a", "A", 1.16, 1.15, False, "{}").passed is False
    assert Bar("a", "A", None, 1.15, False, "{}").passed is None


def test_bars_are_where_the_model_has_to_be() -> None:
    case = {"cases": 1, "psnr": 30.0, "ssim": 0.9, "probes": 100, "hits_doubled": 0, "change_worst": 1.0}
    more = {"profile": [1.0], "border_worst": 1.0, "wordings": {}, "taken_for": {}}

    def summary(family: str, **values: float) -> EditSummary:
        figures = {"lpips": 0.15, "hits": 95, "change": 1.1, "border": 1.05, **values}
        return EditSummary(name="a", title="A", family=family, **case, **more, **figures)  # type: ignore[arg-type]

    def missed(family: str = "colour", **values: float) -> set[str]:
        return {bar.key for bar in quality_bars([summary(family, **values)], None) if bar.passed is False}

    assert missed() == set()
    assert missed(hits=94) == {"recognised"}
    assert missed(lpips=0.16) == {"lpips_mean"}
    assert missed(change=1.11) == {"change_mean", "change_each"}
    assert missed(border=1.06) == {"border"}
    assert missed("colour", change=0.3) == set()
    assert missed("weather", change=0.69) == {"weather_change"}, "particles that stand still"
    assert edit_problems(summary("weather", change=0.69)) == [
        "particles stand still (changes 0.69× as much as the teacher)"
    ]
    german = wording_bars(Recognition({"noir": 0.94}), None, [])[0]
    assert (german.key, german.passed) == ("recognised_german", False)
    assert [size_bar(megabytes).passed for megabytes in (100.0, 100.1, None)] == [True, False, None]


def test_the_report_is_written_whole(tmp_path: Path) -> None:
    plan = Plan(EDITS, {name: [Prompt(name, name)] for name in EDITS}, AMOUNT)
    clips = [make_clip(name="one & <two>"), make_clip(masked=True, name="person")]
    evaluation = match_teachers(plan, clips, TeacherEditor(), MiniVAE(TINY_VAE), perceptual, CPU, Progress(quiet=True))
    evaluation.drift = [measure_drift(TeacherEditor(), clips[1], "sepia", "sepia", 0.01)]
    report = make_report(evaluation, {"model": "test"}, quick=True)
    page = write_report(report, tmp_path / "out").read_text(encoding="utf-8")
    numbers = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert numbers == json.loads(json.dumps(report_dict(report)))
    assert {bar["key"] for bar in numbers["bars"]} >= {
        "vae_psnr",
        "recognised",
        "lpips_mean",
        "change_mean",
        "border",
        "drift_colour",
        "fps_cpu",
    }
    assert numbers["edits"]["pixel"]["recognised"] == 1.0
    assert not numbers["passed"]  # the untrained VAE
    assert "A quick run" in page
    assert "one &amp; &lt;two&gt;" in page or "one & <two>" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("data:image/jpeg;base64,") == 1 + 2 * len(EDITS)
    sheets = sorted(p.name for p in (tmp_path / "out" / "sheets").iterdir())
    assert sheets == sorted([f"{name}.png" for name in EDITS] + ["streamer_view.png"])


@pytest.fixture
def clips_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    clip = make_clip(17, masked=True)
    assert clip.mask is not None
    np.savez(folder / "person.npz", frames=clip.frames.permute(0, 2, 3, 1).numpy(), mask=clip.mask[:, 0].numpy())
    return folder


def test_the_command_measures_a_model_and_writes_its_report(
    tmp_path: Path, clips_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "load_bundle", lambda name: tiny_bundle(1))
    wordings = tmp_path / "wordings.json"
    wordings.write_text('{"sepia": ["brown old picture"], "bg_blur": ["hide my room"]}', encoding="utf-8")
    out = tmp_path / "out"
    status = cli.main([
        "mini", "--out", str(out), "--clips", str(clips_folder), "--wordings", str(wordings),
        "--edits", "identity,sepia,bg_blur", "--size", "64x64", "--frames", "12", "--minutes-drift", "0.01",
        "--device", "cpu", "--no-speed", "--json",
    ])  # fmt: skip
    assert status == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["report"] == str(out / "report.html")
    assert set(printed["edits"]) == {"sepia", "bg_blur"}
    assert [run["edit"] for run in printed["drift"]] == ["sepia", "bg_blur"]
    assert all(0 <= e["recognised"] <= 1 for e in printed["edits"].values())
    assert printed["vae"]["psnr"] < 28
    size = next(bar for bar in printed["bars"] if bar["key"] == "size")
    assert 30 < size["value"] <= size["limit"], "of the shipped model"
    assert (out / "report.json").is_file()


@pytest.mark.parametrize(
    "change",
    [
        {"--clips": "nowhere"},
        {"--edits": "nosuch"},
        {"--edits": ","},
        {"--size": "banana"},
        {"--size": "100x100"},
        {"--size": "8x8"},
        {"--device": "toaster"},
        {"--wordings": "nowhere.json"},
        {"--model": "nowhere"},
        {"--frames": "0"},
        {"--wordings-per-clip": "-1"},
    ],
)
def test_bad_input_is_told_before_anything_is_written(
    tmp_path: Path, clips_folder: Path, change: dict[str, str]
) -> None:
    out = tmp_path / "out"
    options = {
        "--clips": str(clips_folder),
        "--out": str(out),
        "--device": "cpu",
        "--edits": "identity,sepia",
        **change,
    }
    with pytest.raises(UserError) as caught:
        cli.main(["mini", *(part for option in options.items() for part in option)])
    assert caught.value.message
    assert caught.value.hint
    assert not out.exists()


def test_a_folder_that_can_not_be_written_is_told_before_the_work(
    tmp_path: Path, clips_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "load_bundle", lambda name: tiny_bundle(1))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="can not be written"):
        cli.main(["mini", "--clips", str(clips_folder), "--out", str(tmp_path / "file" / "out"), "--device", "cpu"])
