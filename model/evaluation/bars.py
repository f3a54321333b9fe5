"""The bars that the embedded model has to clear, and whether it does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sanacam.model.evaluation.drift import DriftRun
from sanacam.model.evaluation.faces import LEAST_DISTANCE, FaceDistance, face_ratios
from sanacam.model.evaluation.short_streams import Answer, Growth, Recognition
from sanacam.model.evaluation.speed import Speed
from sanacam.model.evaluation.summary import EditSummary, mean

VAE_PSNR, VAE_LPIPS = 28.0, 0.12
RECOGNISED, RECOGNISED_STRUCTURAL, RECOGNISED_GERMAN = 0.95, 0.80, 0.95
LPIPS_MEAN, LPIPS_EACH = 0.15, 0.25
CHANGE, WEATHER_CHANGE = 1.10, 0.70
BORDER = 1.05
GROWING = 0.90
UNKNOWN_LPIPS, UNKNOWN_LPIPS_EACH = 0.15, 0.30
FACE, FACE_EACH = 1.2, 1.2
STEPS_GAIN = 0.01
DRIFT, DRIFT_MINUTES = 0.05, 10.0
CPU_FPS, CPU_SIZE, CPU_CORES = 8.0, (320, 176), 2
CUDA_FPS, CUDA_SIZE = 150.0, (1280, 704)
MEGABYTES = 100.0


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        key: for programs. title: for people.
        value: what was measured, None where it was not. limit: what it is held against.
        at_least: whether ``value`` must be at least ``limit``; at most otherwise.
        form: how ``value`` and ``limit`` are written, a format string.
        note: what to know about the measurement, may be empty.
    """

    key: str
    title: str
    value: float | None
    limit: float
    at_least: bool
    form: str
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """None where nothing was measured."""
        if self.value is None or math.isnan(self.value):
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def to_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "value": self.value,
            "limit": self.limit,
            "comparison": "at least" if self.at_least else "at most",
            "passed": self.passed,
            "note": self.note,
        }


def quality_bars(edits: list[EditSummary], vae: dict[str, Any] | None) -> list[Bar]:
    """Bars on the VAE, recognition, LPIPS, frame-to-frame change and chunk borders."""
    structural = [e for e in edits if e.family == "structural"]
    lpips, change = (mean(getattr(e, what) for e in edits) for what in ("lpips", "change"))
    worst_lpips = max(edits, key=lambda e: e.lpips, default=None)
    worst_change = max(edits, key=lambda e: e.change, default=None)
    stillest = min((e for e in edits if e.family == "weather"), key=lambda e: e.change, default=None)
    psnr, vae_lpips = (vae["psnr"], vae["lpips"]) if vae else (None, None)
    nearest = "output nearest to the right teacher by L1 + LPIPS, three frames a clip"
    same_places = "both sides divided by the teacher's change at the same places"
    ratio = "{:.2f}×"
    return [
        Bar("vae_psnr", "VAE on stylised pictures, without the source", psnr, VAE_PSNR, True, "{:.1f} dB"),
        Bar("vae_lpips", "VAE on stylised pictures, LPIPS", vae_lpips, VAE_LPIPS, False, "{:.3f}"),
        Bar("recognised", "Right edit recognised", _share(edits), RECOGNISED, True, "{:.1%}", nearest),
        Bar("recognised_structural", "… structural edits", _share(structural), RECOGNISED_STRUCTURAL, True, "{:.1%}"),
        Bar("lpips_mean", "LPIPS to the teacher, mean over edits", lpips, LPIPS_MEAN, False, "{:.3f}"),
        _worst("lpips_each", "LPIPS to the teacher, worst edit", worst_lpips, "lpips", LPIPS_EACH, "{:.3f}"),
        Bar("change_mean", "Frame-to-frame change ÷ the teacher's, mean over edits", change, CHANGE, False, ratio),
        _worst(
            "change_each", "Frame-to-frame change ÷ the teacher's, worst edit", worst_change, "change", CHANGE, ratio
        ),
        # Flakes that stand still change too little; every other bar likes them.
        Bar(
            "weather_change",
            "Weather: frame-to-frame change ÷ the teacher's, stillest edit",
            stillest.change if stillest else None,
            WEATHER_CHANGE,
            True,
            ratio,
            stillest.title if stillest else "",
        ),
        Bar(
            "border",
            "Change at chunk borders ÷ inside chunks",
            mean(e.border for e in edits),
            BORDER,
            False,
            ratio,
            same_places,
        ),
    ]


def _worst(key: str, title: str, edit: EditSummary | None, what: str, limit: float, form: str) -> Bar:
    """A bar that every edit has to meet, with the worst one's value."""
    if edit is None:
        return Bar(key, title, None, limit, False, form)
    return Bar(key, title, getattr(edit, what), limit, False, form, edit.title)


def wording_bars(german: Recognition | None, growth: Growth | None, unknown: list[Answer]) -> list[Bar]:
    """Bars on German, on degrees, and on prompts that no edit was made for."""
    worst = max(unknown, key=lambda a: a.lpips, default=None)
    gentle = f"{sum(a.gentle for a in unknown)} of {len(unknown)} got an edit that suits them" if unknown else "not run"
    shares = ", ".join(f"{share:.0%}" for share in growth.means) if growth is not None and growth.shares else "not run"
    share = german.share if german is not None else None
    return [
        Bar("recognised_german", "Right edit recognised, German", share, RECOGNISED_GERMAN, True, "{:.1%}"),
        Bar(
            "growing", "Edits that grow from slightly to strongly", growth.growing if growth is not None else None,
            GROWING, True, "{:.0%}", f"share of the edit seen: {shares}",
        ),
        Bar(
            "unknown", "Unknown prompts: LPIPS to the nearest teacher, mean", mean(a.lpips for a in unknown),
            UNKNOWN_LPIPS, False, "{:.3f}", gentle,
        ),
        Bar(
            "unknown_each", "Unknown prompts: LPIPS to the nearest teacher, worst", worst.lpips if worst else None,
            UNKNOWN_LPIPS_EACH, False, "{:.3f}", f"“{worst.text}”: {worst.nearest}" if worst else "not run",
        ),
    ]  # fmt: skip


def face_bars(faces: list[FaceDistance]) -> list[Bar]:
    """Bars on faces: all edits together, and the worst one."""
    ratios = face_ratios(faces)
    whole = sum(f.output for f in faces) / sum(f.teacher for f in faces) if faces else None
    worst = max(ratios, key=lambda edit: ratios[edit], default=None)
    how = "LPIPS to the source on the face"
    return [
        Bar("face", "Faces: distance from the source ÷ the teacher's", whole, FACE, False, "{:.2f}×", how),
        Bar(
            "face_each", "Faces: the same, worst edit", ratios[worst] if worst else None, FACE_EACH, False, "{:.2f}×",
            f"{worst}; teachers count as at least {LEAST_DISTANCE} away" if worst else "",
        ),
    ]  # fmt: skip


def step_bars(steps: dict[int, float]) -> list[Bar]:
    """How much LPIPS four steps would save."""
    found = ", ".join(f"{count}: {value:.3f}" for count, value in steps.items()) or "not run"
    gain = steps[1] - steps[4] if {1, 4} <= set(steps) else None
    return [Bar("steps", "LPIPS that four steps would save", gain, STEPS_GAIN, False, "{:.3f}", f"by steps {found}")]


def drift_bars(runs: list[DriftRun]) -> list[Bar]:
    """Bars on colour and sharpness over a long run: the worst of all runs."""
    minutes = min((run.minutes for run in runs), default=0.0)
    short = minutes < DRIFT_MINUTES * 0.99
    note = f"streamed {minutes:.1f} minutes" + (f" only; the bar is meant for {DRIFT_MINUTES:.0f}" if short else "")
    colour = max((abs(v) for run in runs for k, v in run.drift.items() if k != "sharpness"), default=None)
    sharpness = max((abs(run.drift["sharpness"]) for run in runs), default=None)
    return [
        Bar(
            "drift_colour",
            "Colour drift over the long run",
            colour,
            DRIFT,
            False,
            "{:.1%}",
            note if runs else "not run",
        ),
        Bar(
            "drift_sharpness",
            "Sharpness drift over the long run",
            sharpness,
            DRIFT,
            False,
            "{:.1%}",
            note if runs else "not run",
        ),
    ]


def speed_bars(speeds: list[Speed]) -> list[Bar]:
    """Bars on frames a second: CPU at 320×176 with two threads, CUDA at 1280×704."""

    def bar(key: str, title: str, cuda: bool, size: tuple[int, int], limit: float) -> Bar:
        fitting = [s for s in speeds if s.cuda == cuda and s.size == size]
        if not fitting:
            return Bar(key, title, None, limit, True, "{:.1f} fps", "not measured on this machine")
        speed = fitting[0]
        note = speed.device if cuda else f"{speed.device}, {speed.threads} thread{'s' if speed.threads > 1 else ''}"
        return Bar(key, title, speed.fps, limit, True, "{:.1f} fps", note)

    return [
        bar("fps_cpu", f"Speed on {CPU_CORES} CPU cores at 320×176", False, CPU_SIZE, CPU_FPS),
        bar("fps_cuda", "Speed on the GPU at 1280×704", True, CUDA_SIZE, CUDA_FPS),
    ]


def size_bar(megabytes: float | None) -> Bar:
    """The model's files in all, in 10⁶ bytes."""
    return Bar("size", "Size of the model's files", megabytes, MEGABYTES, False, "{:.1f} MB")


def _share(edits: list[EditSummary]) -> float | None:
    """Share of hits over all probed frames of these edits."""
    probes = sum(e.probes for e in edits)
    return sum(e.hits for e in edits) / probes if probes else None


def edit_problems(edit: EditSummary) -> list[str]:
    """Which of its own bars an edit misses, in words; empty when it may be offered."""
    problems = []
    if edit.recognised < RECOGNISED_STRUCTURAL:
        problems.append(f"recognised in {edit.recognised:.0%} of frames")
    if edit.lpips > LPIPS_EACH:
        problems.append(f"LPIPS {edit.lpips:.3f}")
    if edit.change > CHANGE:
        problems.append(f"changes {edit.change:.2f}× as much as the teacher")
    if edit.family == "weather" and edit.change < WEATHER_CHANGE:
        problems.append(f"particles stand still (changes {edit.change:.2f}× as much as the teacher)")
    if edit.border > BORDER:
        problems.append(f"pulses at chunk borders ({edit.border:.2f}×)")
    return problems
