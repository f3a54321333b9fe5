"""A vision-language model of transformers as instructor and as judge.

The judge's questions follow the paper: instruction followed; rest kept and steady; physics; picture quality; 0–10 each.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.adapters.weights import best_device, best_dtype, weights_folder
from sanacam.model.training.pipeline.instructions import FAMILIES, Instruction
from sanacam.model.training.pipeline.makers import NotPossibleError, Verdict
from sanacam.model.training.pipeline.pictures import Clip

_SHOWN = 4
_INSTRUCT = """These are {shown} frames of one video. Write {count} different instructions that edit the video, spread
over these kinds: {families}. local_human: outfit, its colour or pattern, hair style, hair colour, an accessory.
background: another place behind the person. style: an art style for all. weather_light: weather, season or light.
composite: two of these at once. Only what makes sense for what can be seen. For each, also write the instruction that
undoes it on the edited video. Answer with a JSON list only, of objects with the keys "kind", "name" (two or three
words), "forward" (two wordings), "inverse" (two wordings), "kept" ("person", "background" or null: what must stay as
it is)."""
_JUDGE = """The first {shown} pictures are frames of a video; the next {shown} are the same moments after the edit
"{text}". Give four scores from 0 to 10: "instruction": the edit was made as asked. "kept": what the instruction does
not name is unchanged{kept}, and steady over time. "physics": motion, light and bodies are plausible and move as in the
first video. "quality": sharp, no artefacts. Answer with a JSON object of these four numbers only."""


class TransformersVlm:
    """Any ``AutoModelForImageTextToText`` with a chat template.

    Args:
        model: folder with ``config.json``.

    Raises:
        UserError: the weights are not there.
    """

    def __init__(self, model: str, device: str | None = None) -> None:
        self.folder = weights_folder(model, "vision-language model", "transformers")
        self.device = best_device(device)
        self._loaded: tuple[Any, Any] | None = None

    @torch.no_grad()
    def ask(self, pictures: list[Picture], question: str, most_tokens: int = 1024) -> str:
        """The answer to a question about some pictures; always the likeliest words, so the same each time."""
        if self._loaded is None:
            from transformers import AutoModelForImageTextToText, AutoProcessor

            net = AutoModelForImageTextToText.from_pretrained(self.folder, dtype=best_dtype(self.device))
            self._loaded = (net.to(self.device).eval(), AutoProcessor.from_pretrained(self.folder))
        net, processor = self._loaded
        content: list[dict[str, Any]] = [{"type": "image", "image": Image.fromarray(p)} for p in pictures]
        content.append({"type": "text", "text": question})
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        ).to(self.device)
        inputs["pixel_values"] = inputs["pixel_values"].to(best_dtype(self.device))
        words = net.generate(**inputs, max_new_tokens=most_tokens, do_sample=False)
        text: str = processor.decode(words[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        return text


def read_answer(text: str, kind: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """The JSON value of ``kind`` in an answer, whatever stands around it.

    Raises:
        NotPossibleError: there is none.
    """
    pattern = r"\[.*\]" if kind is list else r"\{.*\}"
    found = re.search(pattern, text, re.DOTALL)
    try:
        value = json.loads(found.group()) if found else None
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise NotPossibleError(f"unreadable answer: the model said {text[:80]!r}")
    return value


def shown_frames(frames: Picture, count: int = _SHOWN) -> list[Picture]:
    """Frames spread evenly over a clip, both ends among them."""
    return [frames[i] for i in np.linspace(0, len(frames) - 1, min(count, len(frames))).round().astype(int)]


class VlmInstructor:
    """Looks at the clip and writes instructions; those that it leaves half-written are dropped."""

    def __init__(self, model: str, device: str | None = None) -> None:
        self.vlm = TransformersVlm(model, device)

    def describe(self) -> dict[str, Any]:
        return {"maker": "vlm", "model": self.vlm.folder.name, "question": _INSTRUCT}

    def instruct(self, clip: Clip, count: int, chance: Random) -> list[Instruction]:
        pictures = shown_frames(clip.frames)
        question = _INSTRUCT.format(shown=len(pictures), count=count, families=", ".join(FAMILIES))
        rows = read_answer(self.vlm.ask(pictures, question), list)
        found = [made for row in rows if (made := _instruction(row, clip.mask is not None)) is not None]
        if not found:
            raise NotPossibleError("unreadable answer: no instruction in it is whole")
        return found[:count]


def _instruction(row: Any, masked: bool) -> Instruction | None:
    try:
        forward, inverse = (tuple(str(text) for text in row[key]) for key in ("forward", "inverse"))
        kept = row.get("kept")
        if row["kind"] not in FAMILIES or not forward or kept not in ("person", "background", None):
            return None
        name = re.sub(r"[^a-z0-9]+", "_", str(row["name"]).lower()).strip("_")
        return Instruction(
            name, row["kind"], forward, inverse, kept=kept if masked else None, recipe=False
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError):
        return None


class VlmJudge:
    """Scores a pair and accepts it if every score reaches ``least``."""

    def __init__(self, model: str, device: str | None = None, least: float = 7.0) -> None:
        self.vlm, self.least = TransformersVlm(model, device), least

    def describe(self) -> dict[str, Any]:
        return {"maker": "vlm", "model": self.vlm.folder.name, "least": self.least, "question": _JUDGE}

    def judge(self, clip: Clip, anchor: Picture, edited: Picture, instruction: Instruction) -> Verdict:
        pictures = [*shown_frames(clip.frames), *shown_frames(edited)]
        kept = f" (above all the {instruction.kept})" if instruction.kept else ""
        question = _JUDGE.format(shown=len(pictures) // 2, text=instruction.forward[0], kept=kept)
        answer = read_answer(self.vlm.ask(pictures, question, 128), dict)
        kinds = {"instruction": "instruction", "kept": "kept region", "physics": "temporal", "quality": "quality"}
        try:
            scores = {name: float(answer[name]) for name in kinds}
        except (KeyError, TypeError, ValueError):
            raise NotPossibleError(f"unreadable answer: scores are missing in {answer}") from None
        low = next((name for name in kinds if not self.least <= scores[name] <= 10), None)
        return Verdict("" if low is None else f"{kinds[low]}: the model gives it {scores[low]:g} of 10", scores)
