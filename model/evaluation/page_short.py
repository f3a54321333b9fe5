"""The report page's part on wordings and faces: what the short streams found."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from sanacam.model.evaluation.evaluate import Evaluation
from sanacam.model.evaluation.faces import face_ratios
from sanacam.model.evaluation.short_streams import DEGREES

METHOD = {
    "German, degrees, unknown prompts": "The beginning of one clip with a person, streamed once with each unseen "
    "wording. Degrees: how far the output has gone from the source towards the full teacher (projection). Unknown "
    "prompts: LPIPS of the last frame to the nearest teacher of any edit at three strengths, the source among them.",
    "Faces": "LPIPS between output and source on the head (upper part of the person mask), over the same of the "
    "teacher; no face network is used.",
    "Steps": "LPIPS to the teacher with one, two and four denoising steps on the same short streams.",
}

Table = Callable[[list[str], list[str]], str]


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def short_sections(evaluation: Evaluation, table: Table) -> str:
    """HTML; empty where nothing of it was measured."""
    parts = []
    if evaluation.german is not None and evaluation.german.missed:
        rows = [_row(text, nearest) for text, nearest in evaluation.german.missed.items()]
        parts.append("<h2>German wordings that missed</h2>" + table(["Wording", "Nearest teacher"], rows))
    if evaluation.growth is not None and evaluation.growth.shares:
        rows = [_row(edit, *(f"{share:.0%}" for share in shares)) for edit, shares in evaluation.growth.shares.items()]
        head = ["Edit", *(f"asked for {degree:.0%}" for degree in DEGREES)]
        parts.append("<h2>Share of the edit that is seen</h2>" + table(head, rows))
    if evaluation.unknown:
        worst = sorted(evaluation.unknown, key=lambda answer: -answer.lpips)
        rows = [
            _row(a.text, a.kind, f"{a.nearest} at {a.strength:.0%}", f"{a.lpips:.3f}", "" if a.gentle else "odd")
            for a in worst
        ]
        parts.append("<h2>Unknown prompts</h2>" + table(["Prompt", "Kind", "Nearest teacher", "LPIPS", "Suits"], rows))
    if evaluation.faces:
        rows = [_row(edit, f"{ratio:.2f}×") for edit, ratio in face_ratios(evaluation.faces).items()]
        parts.append("<h2>Faces</h2>" + table(["Edit", "Distance from the source ÷ the teacher's"], rows))
    return "".join(parts)
