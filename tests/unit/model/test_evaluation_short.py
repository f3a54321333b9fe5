"""Short streams and faces: an editor that understands everything is told from one that does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from sanacam.model.evaluation.bars import face_bars, step_bars, wording_bars
from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.faces import face_box, face_distance, face_ratios
from sanacam.model.evaluation.short_streams import (
    ShortStreams,
    answer_unknown,
    lpips_by_steps,
    measure_growth,
    recognise,
)
from sanacam.model.evaluation.streaming import Pixels, from_pixels, to_pixels
from sanacam.model.evaluation.teachers import Teachers
from sanacam.model.falling_noise import FallingNoise
from sanacam.model.training.edits import apply_edit
from sanacam.model.training.prompts import Prompt
from sanacam.model.training.prompts.held_out_unknown import UnknownPrompt

CPU = torch.device("cpu")
NAMES = ["identity", "sepia", "night_vision"]


def perceptual(a: Tensor, b: Tensor) -> Tensor:
    """A stand-in for LPIPS."""
    return (a - b).abs().mean(dim=(1, 2, 3))


def clip() -> Clip:
    picture = torch.nn.functional.interpolate(
        torch.rand(8, 3, 4, 6, generator=torch.Generator().manual_seed(1)), size=(32, 48), mode="bilinear"
    )
    mask = torch.zeros(8, 1, 32, 48, dtype=torch.uint8)
    mask[..., 8:, 16:32] = 255
    return Clip("clip", picture.mul(255).byte(), mask)


class WordEditor:
    """Edits frame by frame as a function of the words tells."""

    frames_per_chunk = 4

    def __init__(self, edit: Callable[[str, Tensor], Tensor]) -> None:
        self.edit, self.prompt = edit, ""

    def reset(self) -> None:
        self.prompt = ""

    def set_prompt(self, text: str) -> None:
        self.prompt = text

    def push(self, frames: Sequence[Pixels]) -> list[Pixels]:
        picture = from_pixels(frames).float().div(255)
        return to_pixels(self.edit(self.prompt, picture).clamp(0, 1).mul(255).round().byte())

    def flush(self) -> list[Pixels]:
        return []


def named(strength: Callable[[str], float] = lambda text: 1.0) -> WordEditor:
    """The edit is the prompt's last word."""
    return WordEditor(lambda text, x: torch.lerp(x, apply_edit(text.split()[-1], x[None])[0], strength(text)))


@pytest.fixture(scope="module")
def streams() -> ShortStreams:
    return ShortStreams(clip(), 8, NAMES, perceptual, CPU)


def nothing() -> None:
    pass


def test_recognition_counts_what_was_understood(streams: ShortStreams) -> None:
    wordings = {name: [Prompt(f"bitte {name}", name)] for name in [*NAMES, "anime"]}
    found = recognise(streams, named(), wordings, nothing)
    assert found.edits == dict.fromkeys(NAMES, 1.0)  # anime was not offered
    deaf = recognise(streams, WordEditor(lambda text, x: x), wordings, nothing)
    assert deaf.share == pytest.approx(1 / 3)
    assert deaf.missed == {"bitte sepia": "identity", "bitte night_vision": "identity"}
    assert wording_bars(found, None, [])[0].passed
    assert not wording_bars(deaf, None, [])[0].passed


def test_growth_measures_the_share_that_is_seen(streams: ShortStreams) -> None:
    words = {0.4: "slightly", 0.7: "half", 1.0: "fully"}
    wordings = {"sepia": [Prompt(f"{word} sepia", "sepia", degree) for degree, word in words.items()]}
    reads = {word: degree for degree, word in words.items()}
    grown = measure_growth(streams, named(lambda text: reads[text.split()[0]]), wordings, nothing)
    assert grown.shares["sepia"] == pytest.approx([0.4, 0.7, 1.0], abs=0.03)
    assert grown.growing == 1.0
    flat = measure_growth(streams, named(), wordings, nothing)
    assert flat.growing == 0.0
    assert flat.means == pytest.approx([1.0, 1.0, 1.0], abs=0.03)


def test_unknown_prompts_may_end_near_any_edit_but_not_in_garbage(streams: ShortStreams) -> None:
    prompts = [
        UnknownPrompt("qwertz sepia", ("identity",), "nonsense"),
        UnknownPrompt("hm identity", ("identity",), "x"),
    ]
    gentle = answer_unknown(streams, named(lambda text: 0.7), prompts, nothing)
    assert [(a.nearest, a.gentle) for a in gentle] == [("sepia", False), ("identity", True)]
    assert gentle[0].strength == 0.7
    assert max(a.lpips for a in gentle) < 0.02
    garbage = answer_unknown(streams, WordEditor(lambda text, x: 1 - x.flip(-1)), prompts, nothing)
    assert min(a.lpips for a in garbage) > 0.2
    mean, worst = wording_bars(None, None, garbage)[2:]
    assert mean.passed is False
    assert worst.value == max(a.lpips for a in garbage)


def test_steps_are_compared_on_the_same_prompts(streams: ShortStreams) -> None:
    editors = {1: named(lambda text: 0.5), 2: named(lambda text: 0.8), 4: named()}
    found = lpips_by_steps(streams, editors, [Prompt("sepia", "sepia"), Prompt("anime", "anime")], nothing)
    assert found[1] > found[2] > found[4]
    assert step_bars(found)[0].value == pytest.approx(found[1] - found[4])
    assert step_bars({})[0].passed is None


def test_the_face_is_the_upper_part_of_the_person() -> None:
    mask = torch.zeros(100, 120)
    mask[10:100, 40:60] = 1  # head and neck
    mask[50:100, 10:100] = 1  # shoulders
    assert face_box(mask) == (10, 32, 40, 60)
    assert face_box(torch.zeros(100, 120)) is None


def test_faces_count_against_what_the_teacher_does_to_them() -> None:
    made = clip()
    source, mask = made.frames.float() / 255, made.mask
    assert mask is not None
    teacher, output = source * 0.8, source * 0.6
    close = face_distance("noir", "a", (source, output, teacher), mask.float() / 255, perceptual)
    assert close is not None
    assert close.output == pytest.approx(2 * close.teacher, rel=1e-3)
    untouched = face_distance("identity", "a", (source, source, source), mask.float() / 255, perceptual)
    assert untouched is not None
    assert face_ratios([close, untouched]) == {"noir": pytest.approx(2.0, rel=1e-3), "identity": 0.0}
    assert [bar.passed for bar in face_bars([close, untouched])] == [False, False]
    assert face_distance("noir", "a", (source, output, teacher), torch.zeros(8, 1, 32, 48), perceptual) is None


def test_weather_teachers_follow_the_streams_own_noise() -> None:
    made = Clip("dark", torch.zeros(22, 3, 32, 48, dtype=torch.uint8), None)
    teachers = Teachers(made, ["identity", "rain"], CPU, seed=4)
    field = FallingNoise(4, 4, 6, CPU).clip(6)
    wanted = apply_edit("rain", torch.zeros(1, 22, 3, 32, 48), None, field)[0]
    assert torch.equal(teachers.pictures["rain"], wanted.mul(255).round().byte())
