"""Training wordings, made by putting each edit's vocabulary into shared sentence templates; and the held-out ones.

Everything here is deterministic: the same call gives the same list on every machine.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain

from sanacam.model.training.prompts import (
    words_camera,
    words_de_art,
    words_de_camera,
    words_de_light,
    words_de_person,
    words_de_places,
    words_de_printed,
    words_de_screen,
    words_de_weather,
    words_drawn,
    words_flat,
    words_light,
    words_painted,
    words_person,
    words_places,
    words_printed,
    words_scopes,
    words_screen,
    words_weather,
)
from sanacam.model.training.prompts.held_out import HELD_OUT
from sanacam.model.training.prompts.held_out_german import HELD_OUT_GERMAN
from sanacam.model.training.prompts.sentences import LANGUAGES
from sanacam.model.training.prompts.taxonomy import FULL, MEDIUM, SUBTLE, EditWords, Prompt

#: Template wordings an edit, on top of all its sayings.
TEMPLATE_WORDINGS = 30
#: One template wording in this many gets a typing error.
_TYPO_EVERY = 9
#: One German wording in this many is spelt without umlauts.
_ASCII_EVERY = 6

#: Shares of the kinds of template among the wordings that are not sayings; the strength each asks for.
_SHARES = (
    ("thing", 0.15), ("look", 0.09), ("act", 0.11), ("detail", 0.07), ("place", 0.08), ("mild", 0.18), ("medium", 0.20),
    ("strong", 0.12),
)  # fmt: skip
_STRENGTH = {"mild": SUBTLE, "medium": MEDIUM}
_GRADED_KINDS = ("mild", "medium", "strong")
_SLOT = re.compile(r"\{(a_thing|thing|look|act|detail|place)\}")
_ASCII_SPELLING = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


_MODULES = {
    "en": (
        words_light,
        words_places,
        words_camera,
        words_scopes,
        words_drawn,
        words_painted,
        words_printed,
        words_flat,
        words_screen,
        words_person,
        words_weather,
    ),
    "de": (
        words_de_light,
        words_de_places,
        words_de_weather,
        words_de_camera,
        words_de_screen,
        words_de_art,
        words_de_printed,
        words_de_person,
    ),
}
_HELD_OUT = {"en": HELD_OUT, "de": HELD_OUT_GERMAN}


@cache
def vocabulary(language: str = "en") -> dict[str, EditWords]:
    """All edits by name, in a fixed order: new ones go to the end of their module.

    Raises:
        KeyError: no such language.
        ValueError: two entries share a name, or an entry has no held-out wordings.
    """
    entries = list(chain.from_iterable(module.WORDS for module in _MODULES[language]))
    named = {entry.name: entry for entry in entries}
    if len(named) != len(entries):
        raise ValueError("two vocabulary entries share a name")
    if set(named) != set(_HELD_OUT[language]):
        raise ValueError(f"vocabulary and held-out wordings differ in {sorted(set(named) ^ set(_HELD_OUT[language]))}")
    return named


def edit_names() -> tuple[str, ...]:
    """Names of all edits that have wordings."""
    return tuple(vocabulary())


def normalised(text: str) -> str:
    """Lower case, words only: what two wordings are compared by."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def training_prompts(
    edit: str, templates: int = TEMPLATE_WORDINGS, language: str = "en", sayings: int | None = None
) -> list[Prompt]:
    """Wordings to train on: all sayings, then template wordings spread evenly over templates and phrases.

    Args:
        edit: name of an edit.
        templates: about how many template wordings to add to the sayings.
        language: ``en`` or ``de``. In German a share of the wordings spells ä, ö, ü, ß as ae, oe, ue, ss.
        sayings: at most so many of the sayings, evenly spread over them; None for all.

    Raises:
        KeyError: no such edit or language.
    """
    words = vocabulary(language)[edit]
    count = len(words.sayings)
    kept = range(count) if sayings is None or sayings >= count else (i * count // sayings for i in range(sayings))
    prompts = [Prompt(text, edit) for text in {words.sayings[i].casefold(): words.sayings[i] for i in kept}.values()]
    if words.graded:
        prompts += [Prompt(text, edit, SUBTLE) for text in words.mild]
    chance = random.Random(edit if language == "en" else f"{edit} {language}")
    if language == "de":
        prompts = [replace(p, text=_plain_umlauts(p.text, i)) for i, p in enumerate(prompts)]
    seen = {normalised(prompt.text) for prompt in prompts}
    kinds = [(kind, share) for kind, share in _SHARES if _templates(kind, words, language)]
    total = sum(share for _, share in kinds)
    for kind, share in kinds:
        wanted = round(templates * share / total)
        for text in _spread(_fillings(kind, words, language), wanted, chance):
            if len(prompts) % _TYPO_EVERY == 0:
                text = _mistyped(text, chance)
            if language == "de":
                text = _plain_umlauts(text, len(prompts))
            if normalised(text) not in seen:
                seen.add(normalised(text))
                prompts.append(Prompt(text, edit, _STRENGTH.get(kind, FULL)))
    return prompts


def all_template_wordings(edit: str, language: str = "en") -> Iterator[str]:
    """Every wording the templates can make for an edit, before typing errors (for checking what is held out)."""
    words = vocabulary(language)[edit]
    yield from words.sayings
    yield from words.mild
    for kind, _ in _SHARES:
        for _, _, text in _fillings(kind, words, language):
            yield text


def held_out_prompts(edit: str, language: str = "en") -> list[Prompt]:
    """Wordings kept from training, for evaluation; all at full strength.

    Raises:
        KeyError: no such edit or language.
    """
    return [Prompt(text, edit) for text in _HELD_OUT[language][edit]]


def _templates(kind: str, words: EditWords, language: str) -> tuple[str, ...]:
    if kind in _GRADED_KINDS and not words.graded:
        return ()
    templates: tuple[str, ...] = getattr(LANGUAGES[language], kind)
    return tuple(template for template in templates if _phrases(template, words, language))


def _phrases(template: str, words: EditWords, language: str) -> tuple[str, ...]:
    slot = _SLOT.search(template)
    if slot is None:
        raise ValueError(f"template without a slot: {template!r}")
    match slot.group(1):
        case "a_thing":
            return words.things
        case "thing":
            # "old western photo style", but not "scene from an anime series style": a bare phrase must be short. German
            # adjectives change without their article, so there only single words.
            most = 3 if language == "en" else 1
            bare = (LANGUAGES[language].article.sub("", thing) for thing in words.things)
            return tuple(thing for thing in bare if len(thing.split()) <= most)
        case "look":
            return words.looks
        case "act":
            return words.acts
        case "place":
            return words.places
        case _:
            return words.details


def _fillings(kind: str, words: EditWords, language: str) -> list[tuple[str, str, str]]:
    """(template, phrase, text) for every combination of a kind."""
    return [
        (template, phrase, _SLOT.sub(phrase.replace("\\", r"\\"), template))
        for template in _templates(kind, words, language)
        for phrase in _phrases(template, words, language)
    ]


def _plain_umlauts(text: str, position: int) -> str:
    """One wording in a few as on a keyboard without umlauts."""
    return text.translate(_ASCII_SPELLING) if position % _ASCII_EVERY == 0 else text


def _spread(fillings: list[tuple[str, str, str]], wanted: int, chance: random.Random) -> list[str]:
    """Pick combinations so that templates and phrases come round equally often."""
    left = list(fillings)
    chance.shuffle(left)
    used: Counter[str] = Counter()
    picked: list[str] = []
    for _ in range(min(wanted, len(left))):
        index = min(range(len(left)), key=lambda i: used[left[i][0]] + used[left[i][1]])
        template, phrase, text = left.pop(index)
        used.update((template, phrase))
        picked.append(text)
    return picked


def _mistyped(text: str, chance: random.Random) -> str:
    """Swap, drop or double one letter inside a longer word."""
    words = text.split(" ")
    places = [index for index, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    word = words[place]
    at = chance.randrange(1, len(word) - 2)
    words[place] = chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )
    return " ".join(words)
