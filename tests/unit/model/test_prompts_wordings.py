"""The wordings: enough of them, unambiguous, reproducible, and the held-out ones really held out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.evaluation.wordings import german_held_out, graded_held_out, unknown_prompts
from sanacam.model.training.prompts import Prompt, edit_names, held_out_prompts, training_prompts
from sanacam.model.training.prompts.german_lexicon import lexicon
from sanacam.model.training.prompts.inverse import inverse_names, inverse_prompts
from sanacam.model.training.prompts.sentences import LANGUAGES
from sanacam.model.training.prompts.taxonomy import FULL, MEDIUM, SUBTLE, phrases
from sanacam.model.training.prompts.unknown import unknown_training
from sanacam.model.training.prompts.wordings import all_template_wordings, normalised, vocabulary

EXPECTED = set(
    phrases(
        """
        identity; noir; sepia; golden_hour; moonlit_night; night_vision; winter; vintage; thermal; underwater; autumn;
        cyberpunk; xray; pop_duotone; pencil; comic; anime; oil; watercolor; pixel; halftone; neon; blueprint; linocut;
        mosaic; crt; charcoal; posterize; bg_blur; green_screen; bg_mono; bg_studio; person_gold; snowfall; rain
        """
    )
)


def words(text: str) -> set[str]:
    return set(normalised(text).split())


def test_every_planned_edit_has_wordings() -> None:
    assert set(edit_names()) >= EXPECTED


def everything_made() -> list[str]:
    """All that training may see: every filling of every template, what is drawn from them, and unknown prompts."""
    texts = [text for language in LANGUAGES for edit in edit_names() for text in all_template_wordings(edit, language)]
    return texts + [prompt.text for prompt in drawn()]


def drawn() -> list[Prompt]:
    made = [p for language in LANGUAGES for edit in edit_names() for p in training_prompts(edit, language=language)]
    return made + unknown_training()


def kept_out() -> list[str]:
    texts = [p.text for language in LANGUAGES for edit in edit_names() for p in held_out_prompts(edit, language)]
    texts += [p.text for prompts in graded_held_out().values() for p in prompts]
    return texts + [p.text for p in unknown_prompts()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_different_wordings(language: str) -> None:
    for edit in edit_names():
        training = training_prompts(edit, language=language)
        assert len({prompt.text.casefold() for prompt in training}) == len(training) >= 50, edit
        assert {prompt.edit for prompt in training} == {edit}
        assert len({normalised(prompt.text) for prompt in held_out_prompts(edit, language)}) >= 6, edit


def test_no_wording_means_two_edits() -> None:
    owner: dict[str, str] = {}
    for edit in edit_names():
        for language in LANGUAGES:
            texts = {*all_template_wordings(edit, language), *(p.text for p in held_out_prompts(edit, language))}
            for text in map(normalised, texts):
                assert owner.setdefault(text, edit) == edit, text
    for prompt in unknown_training():
        assert owner.setdefault(normalised(prompt.text), prompt.edit) == prompt.edit, prompt.text


def test_held_out_wordings_cannot_be_generated() -> None:
    assert not {normalised(text) for text in everything_made()} & {normalised(text) for text in kept_out()}


def test_held_out_wordings_are_no_reshuffled_training_wordings() -> None:
    training = [words(prompt.text) for prompt in drawn()]
    for text in kept_out():
        asked = words(text)
        assert max(len(asked & known) / len(asked | known) for known in training) < 0.75, text


SAID = {
    "en": (SUBTLE, {"slightly", "subtle", "hint", "gently"}, FULL, {"strong", "strongly", "completely", "extremely"}),
    "de": (SUBTLE, {"bisschen", "dezent", "hauch"}, FULL, {"stark", "komplett", "völlig", "kräftig"}),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_strength_follows_the_words(language: str) -> None:
    little, mild, much, strong = SAID[language]
    for edit in edit_names():
        training = training_prompts(edit, language=language)
        strengths = {prompt.strength for prompt in training}
        if not vocabulary(language)[edit].graded:
            assert strengths == {FULL}
            continue
        assert strengths == {SUBTLE, MEDIUM, FULL}
        assert min(sum(prompt.strength == s for prompt in training) for s in (SUBTLE, MEDIUM)) >= 2
        for prompt in training:
            if words(prompt.text) & mild:
                assert prompt.strength == little, prompt.text
            if words(prompt.text) & strong and "stärke" not in words(prompt.text):
                assert prompt.strength == much, prompt.text


def test_held_out_strengths_cover_all_degrees_in_both_languages() -> None:
    for edit, prompts in graded_held_out().items():
        assert [prompt.strength for prompt in prompts] == [SUBTLE, SUBTLE, MEDIUM, MEDIUM, FULL, FULL], edit
        assert vocabulary()[edit].graded
    assert set(graded_held_out(["noir", "xray"])) == {"noir"}
    assert set(german_held_out()) == set(edit_names())
    assert set(german_held_out(["noir", "no such edit"])) == {"noir"}


def test_unknown_prompts_have_known_answers() -> None:
    kinds = {prompt.kind for prompt in unknown_prompts()}
    assert kinds == {"nonsense", "chatter", "vague", "negation", "language", "unseen"}
    assert {edit for prompt in unknown_prompts() for edit in prompt.accepted} <= set(edit_names())
    assert {prompt.edit for prompt in unknown_training()} <= set(edit_names())
    assert unknown_training() == unknown_training()


def test_german_is_sometimes_spelt_without_umlauts() -> None:
    texts = [prompt.text.casefold() for edit in edit_names() for prompt in training_prompts(edit, language="de")]
    with_umlauts, without = (sum(spelling in text for text in texts) for spelling in ("grün", "gruen"))
    assert with_umlauts > without > 3


def test_the_dictionary_has_two_sides() -> None:
    pairs = lexicon()
    assert len(pairs) > 600
    assert all(german.strip() and english.strip() and "=" not in english for german, english in pairs)


def test_same_list_every_time() -> None:
    assert training_prompts("noir") == training_prompts("noir")
    assert training_prompts("noir", templates=10)[:5] == training_prompts("noir")[:5]
    few = training_prompts("noir", templates=1, sayings=5)
    assert set(few) <= set(training_prompts("noir", templates=1))
    assert len(few) < 15
    with pytest.raises(KeyError):
        training_prompts("no such edit")


def test_templates_are_filled_completely() -> None:
    for text in everything_made():
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
