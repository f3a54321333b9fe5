"""The wordings: enough of them, unambiguous, reproducible, and the held-out ones really held out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.training.prompts import edit_names, held_out_prompts, training_prompts
from sanacam.model.training.prompts.inverse import inverse_names, inverse_prompts
from sanacam.model.training.prompts.taxonomy import SUBTLE, phrases
from sanacam.model.training.prompts.wordings import all_template_wordings, normalised, vocabulary

EXPECTED = set(
    phrases(
        """
        identity; noir; sepia; golden_hour; moonlit_night; night_vision; winter; vintage; thermal; underwater; autumn;
        cyberpunk; xray; pop_duotone; pencil; comic; anime; oil; watercolor; pixel; halftone; neon; blueprint; linocut;
        mosaic; crt; charcoal; posterize; bg_blur; green_screen; bg_mono
        """
    )
)


def words(text: str) -> set[str]:
    return set(normalised(text).split())


def test_every_planned_edit_has_wordings() -> None:
    assert set(edit_names()) >= EXPECTED


@pytest.mark.parametrize("edit", edit_names())
def test_enough_different_wordings(edit: str) -> None:
    training = training_prompts(edit)
    assert len({prompt.text.casefold() for prompt in training}) == len(training) >= 60
    assert {prompt.edit for prompt in training} == {edit}
    assert len({normalised(prompt.text) for prompt in held_out_prompts(edit)}) >= 6


def test_no_wording_means_two_edits() -> None:
    owner: dict[str, str] = {}
    for edit in edit_names():
        for text in {normalised(text) for text in all_template_wordings(edit)} | {
            normalised(prompt.text) for prompt in held_out_prompts(edit)
        }:
            assert owner.setdefault(text, edit) == edit, text


def test_held_out_wordings_cannot_be_generated() -> None:
    generated = {normalised(text) for edit in edit_names() for text in all_template_wordings(edit)}
    generated |= {normalised(prompt.text) for edit in edit_names() for prompt in training_prompts(edit)}
    held_out = {normalised(prompt.text) for edit in edit_names() for prompt in held_out_prompts(edit)}
    assert not generated & held_out


def test_held_out_wordings_are_no_reshuffled_training_wordings() -> None:
    training = [words(prompt.text) for edit in edit_names() for prompt in training_prompts(edit)]
    for edit in edit_names():
        for prompt in held_out_prompts(edit):
            asked = words(prompt.text)
            assert max(len(asked & known) / len(asked | known) for known in training) < 0.75, prompt.text


@pytest.mark.parametrize("edit", edit_names())
def test_strength_follows_the_words(edit: str) -> None:
    training = training_prompts(edit)
    strengths = {prompt.strength for prompt in training}
    if not vocabulary()[edit].graded:
        assert strengths == {1.0}
        return
    assert strengths == {SUBTLE, 1.0}
    assert sum(prompt.strength == SUBTLE for prompt in training) >= 4
    for prompt in training:
        if words(prompt.text) & {"slightly", "subtle", "hint", "gently"}:
            assert prompt.strength == SUBTLE, prompt.text
        if words(prompt.text) & {"strong", "strongly", "completely", "intense", "extremely"}:
            assert prompt.strength == 1.0, prompt.text


def test_same_list_every_time() -> None:
    assert training_prompts("noir") == training_prompts("noir")
    assert training_prompts("noir", templates=10)[:5] == training_prompts("noir")[:5]
    with pytest.raises(KeyError):
        training_prompts("no such edit")


def test_templates_are_filled_completely() -> None:
    for edit in edit_names():
        for text in all_template_wordings(edit):
            assert "{" not in text
            assert text == " ".join(text.split())


def test_some_wordings_carry_typing_errors() -> None:
    for edit in ("noir", "pixel", "bg_blur"):
        possible = {normalised(text) for text in all_template_wordings(edit)}
        assert any(normalised(prompt.text) not in possible for prompt in training_prompts(edit))


@given(st.lists(st.from_regex(r"[a-z]{1,6}( [a-z]{1,6}){0,2}", fullmatch=True), max_size=6))
def test_phrases_are_split_at_semicolons(parts: list[str]) -> None:
    assert phrases(";\n   ".join(parts)) == tuple(parts)


def test_inverse_wordings_say_what_has_to_go_and_are_nobody_elses() -> None:
    assert set(inverse_names()) == set(edit_names())
    others = {normalised(p.text) for edit in edit_names() for p in (*training_prompts(edit), *held_out_prompts(edit))}
    seen: dict[str, str] = {}
    for edit in inverse_names():
        texts = [prompt.text for prompt in inverse_prompts(edit)]
        assert len(texts) >= 15
        for text in texts:
            assert "{" not in text
            assert normalised(text) not in others, text
            # What has to go belongs to one edit; what should be there instead may be said of several.
            if any(text.startswith(verb) for verb in ("remove ", "take ", "undo ", "get rid ", "turn ", "without ")):
                assert seen.setdefault(normalised(text), edit) == edit, text
    with pytest.raises(KeyError, match="no inverse"):
        inverse_prompts("unheard_of")
