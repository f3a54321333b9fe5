"""Which wordings are tried on which edit: the project's held-out ones or those of a file."""

from __future__ import annotations

import json
from pathlib import Path

from sanacam.model.errors import UserError
from sanacam.model.training.edits import EDITS
from sanacam.model.training.prompts import Prompt, edit_names, held_out_prompts
from sanacam.model.training.prompts.held_out_german import HELD_OUT_GERMAN
from sanacam.model.training.prompts.held_out_strength import graded_prompts
from sanacam.model.training.prompts.held_out_unknown import UnknownPrompt, unknown_held_out

Wordings = dict[str, list[Prompt]]


def check_edits(names: list[str]) -> list[str]:
    """``names`` in the order given, without repeats.

    Raises:
        UserError: no edit has one of these names.
    """
    unknown = [name for name in names if name not in EDITS]
    if unknown:
        raise UserError(f"There is no edit called {', '.join(unknown)}.", f"Known edits: {', '.join(EDITS)}.")
    return list(dict.fromkeys(names))


def held_out_wordings(edits: list[str]) -> Wordings:
    """The wordings that training never saw, for those of ``edits`` that have any."""
    known = edit_names()
    return {name: list(held_out_prompts(name)) for name in edits if name in known}


def german_held_out(edits: list[str] | None = None) -> Wordings:
    """As :func:`held_out_wordings`, in German; for all edits that have wordings if None."""
    wanted = HELD_OUT_GERMAN if edits is None else [name for name in edits if name in HELD_OUT_GERMAN]
    return {name: [Prompt(text, name) for text in HELD_OUT_GERMAN[name]] for name in wanted}


def graded_held_out(edits: list[str] | None = None) -> Wordings:
    """Unseen wordings with a degree, English and German mixed, for those of ``edits`` (None: all) that have any; each
    prompt's ``strength`` is one of ``SUBTLE``, ``MEDIUM``, ``FULL``."""
    found: Wordings = {}
    for prompt in graded_prompts():
        if edits is None or prompt.edit in edits:
            found.setdefault(prompt.edit, []).append(prompt)
    return found


def unknown_prompts() -> list[UnknownPrompt]:
    """Unseen prompts that ask for no known edit, with the edits that would be a gentle answer to each."""
    return unknown_held_out()


def read_wordings(path: Path) -> Wordings:
    """Wordings from a JSON file ``{"edit": ["wording", …], …}``.

    Raises:
        UserError: no such file, not of this form, an unknown edit or an empty wording.
    """
    form = 'It should look like {"anime": ["turn me into a cartoon"], "noir": ["old film"]}.'
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"The wordings file {path} can not be read.", "Check the path.") from error
    except ValueError as error:
        raise UserError(f"The wordings file {path} is not JSON.", form) from error
    if not isinstance(data, dict) or not data:
        raise UserError(f"The wordings file {path} holds no edits.", form)
    for name, texts in data.items():
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
            raise UserError(f"In {path} the entry '{name}' is not a list of wordings.", form)
    return {name: [Prompt(text, name) for text in data[name]] for name in check_edits(list(data))}


def wordings_for_clip(prompts: list[Prompt], clip_index: int, count: int) -> list[Prompt]:
    """``count`` of ``prompts`` for the clip at ``clip_index``; the next clip gets the next ones, round and round."""
    count = min(count, len(prompts))
    return [prompts[(clip_index * count + i) % len(prompts)] for i in range(count)]
