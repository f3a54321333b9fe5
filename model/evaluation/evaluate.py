"""The whole evaluation of the embedded model: clips × edits × wordings, the VAE alone, the long run, speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from sanacam.model.evaluation.amount import Amount
from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.drift import DriftRun, measure_drift
from sanacam.model.evaluation.faces import FaceDistance, face_distance
from sanacam.model.evaluation.metrics import Perceptual
from sanacam.model.evaluation.progress import Progress
from sanacam.model.evaluation.sheets import Shot, Shots, still
from sanacam.model.evaluation.short_streams import (
    Answer,
    Growth,
    Recognition,
    ShortStreams,
    answer_unknown,
    lpips_by_steps,
    measure_growth,
    recognise,
)
from sanacam.model.evaluation.speed import Speed
from sanacam.model.evaluation.streaming import Editor
from sanacam.model.evaluation.teacher_match import Case, probe_frames, run_case
from sanacam.model.evaluation.teachers import Teachers
from sanacam.model.evaluation.vae_check import VAE, vae_on_clip, vae_summary
from sanacam.model.evaluation.wordings import (
    Wordings,
    german_held_out,
    graded_held_out,
    unknown_prompts,
    wordings_for_clip,
)
from sanacam.model.training.edits import EDITS
from sanacam.model.training.prompts import Prompt

#: Where in the clip the pictures of the sheets are taken.
_SHOT_AT = 0.8
#: Rows of an edit's contact sheet.
_SHEET_CLIPS = 4
#: German wordings of each edit in the short streams.
_GERMAN_EACH = 3
#: One edit in so many is tried with more steps.
_STEPS_EVERY = 3
MORE_STEPS = (2, 4)


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes:
        offered: edits whose teachers compete for being the nearest.
        wordings: the edits that are streamed, with their wordings.
        amount: how much of everything.
    """

    offered: list[str]
    wordings: Wordings
    amount: Amount


@dataclass
class Evaluation:
    """Everything that was measured and the pictures for the report."""

    cases: list[Case]
    vae: dict[str, Any] | None
    drift: list[DriftRun]
    shots: Shots
    speed: list[Speed] = field(default_factory=list)
    faces: list[FaceDistance] = field(default_factory=list)
    german: Recognition | None = None
    growth: Growth | None = None
    unknown: list[Answer] = field(default_factory=list)
    steps: dict[int, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@torch.no_grad()
def match_teachers(
    plan: Plan,
    clips: list[Clip],
    editor: Editor,
    vae: VAE | None,
    perceptual: Perceptual,
    device: torch.device,
    progress: Progress,
) -> Evaluation:
    """Streams every clip with its share of the wordings and tries the VAE, if given, on the same teachers."""
    amount = plan.amount
    shots = Shots(_SHEET_CLIPS, person_clip(clips).name)
    cases: list[Case] = []
    faces: list[FaceDistance] = []
    vae_rows = []
    work = [_prompts(plan, clip, index) for index, clip in enumerate(clips)]
    progress.begin(f"Streaming {len(clips)} clips", sum(map(len, work)))
    for index, (clip, prompts) in enumerate(zip(clips, work, strict=True)):
        teachers = Teachers(clip, plan.offered, device)
        if vae is not None and (amount.vae_clips is None or index < amount.vae_clips):
            vae_rows.append(vae_on_clip(vae, teachers, perceptual, amount.lpips_every))
        moment = int(len(clip.frames) * _SHOT_AT)
        for prompt in prompts:
            case, output = run_case(editor, teachers, prompt, perceptual, amount.lpips_every)
            cases.append(case)
            target = teachers.of(prompt.edit, prompt.strength, slice(moment, moment + 1))[0]
            frames = (clip.frames[moment], target.mul(255).round().byte(), output[moment])
            source, teacher, edited = (still(frame) for frame in frames)
            shots.add(prompt.edit, Shot(clip.name, prompt.text, source, teacher, edited))
            face = _face(clip, teachers, prompt, output, perceptual)
            faces += [] if face is None else [face]
            progress.step()
    progress.end()
    vae_result = vae_summary(vae_rows) if vae_rows else None
    return Evaluation(cases, vae_result, [], shots, notes=_gaps(plan, cases), faces=faces)


@torch.no_grad()
def run_drift(
    plan: Plan, clip: Clip, editor: Editor, device: torch.device, progress: Progress, rate: float = 30.0
) -> list[DriftRun]:
    """The long runs on one clip."""
    possible = [name for name in plan.wordings if _possible(name, clip)]
    edits = drift_choice(possible, plan.amount.drift_edits)
    minutes = plan.amount.drift_minutes
    progress.begin(f"Streaming {minutes:g} minutes × {len(edits)}", round(minutes * 60 * rate) * len(edits))
    runs = []
    for name in edits:
        prompt = plan.wordings[name][0]
        teacher = Teachers(clip, [name], device).of(name, prompt.strength)
        runs.append(measure_drift(editor, clip, name, prompt.text, minutes, rate, teacher, device, progress.step))
    progress.end()
    return runs


@torch.no_grad()
def run_short(
    plan: Plan,
    clip: Clip,
    editor: Editor,
    with_steps: Callable[[int], Editor],
    perceptual: Perceptual,
    device: torch.device,
    evaluation: Evaluation,
    progress: Progress,
) -> None:
    """The short streams on one clip; what they find goes into ``evaluation``.

    Args:
        with_steps: an editor of the same model with that many steps.
    """
    streams = ShortStreams(clip, plan.amount.short_frames, plan.offered, perceptual, device)
    edits = list(plan.wordings)
    german = {name: prompts[:_GERMAN_EACH] for name, prompts in german_held_out(edits).items()}
    graded, unknown = graded_held_out(edits), unknown_prompts()
    stepped = [prompts[0] for prompts in list(plan.wordings.values())[::_STEPS_EVERY]]
    count = sum(map(len, german.values())) + sum(map(len, graded.values())) + len(unknown) + len(stepped)
    progress.begin("Short streams", count)
    evaluation.german = recognise(streams, editor, german, progress.step)
    evaluation.growth = measure_growth(streams, editor, graded, progress.step)
    evaluation.unknown = answer_unknown(streams, editor, unknown, progress.step)
    editors = {1: editor, **{steps: with_steps(steps) for steps in MORE_STEPS}}
    evaluation.steps = lpips_by_steps(streams, editors, stepped, progress.step)
    progress.end()


def drift_choice(edits: list[str], count: int) -> list[str]:
    """``count`` edits for the long run: one of each family first, a structural one, which draws the most, ahead."""
    structural, colour, same, rest = (
        [name for name in edits if EDITS[name].family in family]
        for family in (("structural",), ("colour",), ("identity",), ("mask",))
    )
    return [*structural[:1], *colour[:1], *same[:1], *structural[1:], *colour[1:], *rest][:count]


def _face(
    clip: Clip, teachers: Teachers, prompt: Prompt, output: torch.Tensor, perceptual: Perceptual
) -> FaceDistance | None:
    """What became of the face in the probed frames of a clip with a person mask."""
    if clip.mask is None:
        return None
    probes = probe_frames(len(output))
    source, edited = teachers.source[probes].float() / 255, output[probes].float() / 255
    target = teachers.of(prompt.edit, prompt.strength, torch.tensor(probes, device=output.device))
    return face_distance(prompt.edit, clip.name, (source, edited, target), clip.mask[probes].float() / 255, perceptual)


def person_clip(clips: list[Clip]) -> Clip:
    """The first clip with a person mask, else the first one."""
    return next((clip for clip in clips if clip.mask is not None), clips[0])


def _possible(edit: str, clip: Clip) -> bool:
    return clip.mask is not None or not EDITS[edit].needs_mask


def _prompts(plan: Plan, clip: Clip, index: int) -> list[Prompt]:
    count = plan.amount.wordings_per_clip
    chosen = (wordings_for_clip(all_, index, count) for name, all_ in plan.wordings.items() if _possible(name, clip))
    return [prompt for prompts in chosen for prompt in prompts]


def _gaps(plan: Plan, cases: list[Case]) -> list[str]:
    """What could not be measured, in words."""
    notes = []
    silent = [name for name in plan.offered if name not in plan.wordings]
    if silent:
        notes.append(f"Without wordings, so that they only compete as wrong answers: {', '.join(silent)}.")
    seen = {case.edit for case in cases}
    unseen = [name for name in plan.wordings if name not in seen]
    if unseen:
        notes.append(f"No clip has a person mask, so these were not measured: {', '.join(unseen)}.")
    return notes
