"""What a judge is asked: the bench's three questions, on a scale of 1 to 5, in our own words."""

from __future__ import annotations

from sanacam.model.evaluation.openve.bench import Category

ASPECTS = {
    "instruction": "Instruction",
    "quality": "Quality",
    "consistency": "Consistency",
}
"""The three scores by their name in answers and results; titles for people."""

_TASK = """You judge an edit of a video. You see pictures from it in their order in time. In each picture the left half
is the original and the right half the edited video at the same moment. You also get the instruction that the edit was
to follow. Give three whole numbers from 1 (bad) to 5 (perfect):

"instruction": was what was asked for done, wholly, and nothing else? {wanted}
  5 done fully and exactly; 4 done with small faults; 3 done in part; 2 hardly to be seen, or mostly something else;
  1 not done.
"quality": does the edited video look right as a video: sharp, natural light and edges, no artefacts, and steady from
  picture to picture, without flicker, popping or melting shapes?
  5 flawless; 4 small faults; 3 faults that one notices at once; 2 strongly disturbed; 1 broken.
"consistency": is what was not to be changed still the same: {kept} Do details and movement match the original?
  5 nothing lost; 4 small losses; 3 clear losses; 2 much is different; 1 another video.

Neither "quality" nor "consistency" may be higher than "instruction": a perfect copy of the original is no edit.
Answer with one JSON object and nothing else:
{{"instruction": n, "quality": n, "consistency": n, "reason": "one sentence"}}"""

_WANTED = {
    "style": "The whole picture should have the style, its medium, colours and strokes, in every frame.",
    "background": "The new background should fill all that is behind the subjects, with fitting light and perspective.",
    "change": "The named thing or person should have the new look, whenever it is in view.",
    "remove": "The named thing should be gone with its shadow and reflection, and what was behind it be plausible.",
    "add": "The new thing should be there from the first picture on, at the right place, size and light.",
    "subtitles": "The text should read exactly as asked, at the place asked for.",
    "camera": "The shots or camera movements asked for should be there, in their order.",
    "creative": "The new event or idea should be there, and told clearly.",
}
_KEPT = {
    "style": "who and what is in the scene, where, doing what?",
    "background": "the subjects in front, their outlines, clothes, faces and movement?",
    "camera": "subjects, clothes and place?",
    "creative": "subjects, clothes and place, as far as the idea leaves them alone?",
}
_KEPT_ELSE = "everything outside the edited region, and the pose and movement within it?"
_WANTED_ELSE = "Judge by the instruction's own words."


def system_prompt(category: Category) -> str:
    """The judge's instructions for one category."""
    wanted = _WANTED.get(category.key, _WANTED_ELSE)
    return _TASK.format(wanted=wanted, kept=_KEPT.get(category.key, _KEPT_ELSE))
