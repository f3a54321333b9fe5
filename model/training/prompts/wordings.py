"""Training wordings, made by putting each edit's vocabulary into shared sentence templates; and the held-out ones.

Everything here is deterministic: the same call gives the same list on every machine.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain

from sanacam.model.training.prompts import (
    words_camera,
    words_drawn,
    words_light,
    words_person,
    words_printed,
    words_screen,
)
from sanacam.model.training.prompts.held_out import HELD_OUT
from sanacam.model.training.prompts.taxonomy import FULL, SUBTLE, EditWords, Prompt, phrases

#: Template wordings an edit, on top of all its sayings.
TEMPLATE_WORDINGS = 20
#: One template wording in this many gets a typing error.
_TYPO_EVERY = 9

_THING_TEMPLATES = phrases(
    """
    make it look like {a_thing}; turn the video into {a_thing}; turn this into {a_thing}; {a_thing}; {thing} style;
    {thing} look; in the style of {a_thing}; convert the footage to {a_thing}; i want it to look like {a_thing};
    transform everything into {a_thing}; render the scene as {a_thing}; {thing} effect please; what would this look
    like as {a_thing}?; as {a_thing}; restyle my stream as {a_thing}; could you make my camera look like {a_thing}?;
    looks like {a_thing}; {thing} filter; apply the style of {a_thing} to the whole picture; change my webcam into
    {a_thing}; like {a_thing}; show me as {a_thing}, please; edit the video so that it resembles {a_thing}; it
    should feel like {a_thing}; give the picture the look of {a_thing}
    """
)
_LOOK_TEMPLATES = phrases(
    """
    make it {look}; make the video {look}; make everything {look}; {look}; can you make this {look}?; i'd like it to
    be {look}; the whole image should be {look}; {look}, please; i want my stream to be {look}; the scene is now
    {look}; make me and my room {look}
    """
)
_ACT_TEMPLATES = phrases(
    """
    {act}; please {act}; {act} please; can you {act}?; could you {act}; i want you to {act}; just {act}; {act} in
    every frame; {act} for my stream; hey, {act}; let's {act}; {act}, thanks; i would love it if you could {act}
    """
)
_DETAIL_TEMPLATES = phrases(
    """
    {detail}; a video with {detail}; give it {detail}; add {detail}; i want {detail}; the picture has {detail}; use
    {detail}; make it have {detail}; same scene but with {detail}; show {detail}; {detail} in the whole picture
    """
)
_MILD_TEMPLATES = phrases(
    """
    slightly {look}; make it a little {look}; subtle {thing} look; a hint of {thing}; just a touch of {thing};
    {act}, but only a little; {act} slightly; a light {thing} effect; gently {act}; with subtle {detail}; make it a
    bit {look}; a soft, barely there {thing} look
    """
)
_STRONG_TEMPLATES = phrases(
    """
    strong {thing} effect; make it completely {look}; very strongly {look}; {act} fully; {act}, as strong as
    possible; full {thing} look; extremely {look}; {act} and don't hold back; intense {thing} style; with very
    strong {detail}
    """
)
#: Shares of the four plain kinds, mild and strong, among the wordings that are not sayings.
_SHARES = (("thing", 0.26), ("look", 0.13), ("act", 0.16), ("detail", 0.10), ("mild", 0.25), ("strong", 0.10))

_ARTICLE = re.compile(r"^(an?|the)\s+")
_SLOT = re.compile(r"\{(a_thing|thing|look|act|detail)\}")


@cache
def vocabulary() -> dict[str, EditWords]:
    """All edits by name, in a fixed order: new ones go to the end of their module.

    Raises:
        ValueError: two entries share a name, or an entry has no held-out wordings.
    """
    modules = (words_light, words_camera, words_drawn, words_printed, words_screen, words_person)
    entries = list(chain.from_iterable(module.WORDS for module in modules))
    named = {entry.name: entry for entry in entries}
    if len(named) != len(entries):
        raise ValueError("two vocabulary entries share a name")
    if set(named) != set(HELD_OUT):
        raise ValueError(f"vocabulary and held-out wordings differ in {sorted(set(named) ^ set(HELD_OUT))}")
    return named


def edit_names() -> tuple[str, ...]:
    """Names of all edits that have wordings."""
    return tuple(vocabulary())


def normalised(text: str) -> str:
    """Lower case, words only: what two wordings are compared by."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def training_prompts(edit: str, templates: int = TEMPLATE_WORDINGS) -> list[Prompt]:
    """Wordings to train on: all sayings, then template wordings spread evenly over templates and phrases.

    Args:
        edit: name of an edit.
        templates: about how many template wordings to add to the sayings.

    Raises:
        KeyError: no such edit.
    """
    words = vocabulary()[edit]
    prompts = [Prompt(text, edit) for text in words.sayings]
    if words.graded:
        prompts += [Prompt(text, edit, SUBTLE) for text in words.mild]
    seen = {normalised(prompt.text) for prompt in prompts}
    chance = random.Random(edit)
    kinds = [(kind, share) for kind, share in _SHARES if _templates(kind, words)]
    total = sum(share for _, share in kinds)
    for kind, share in kinds:
        wanted = round(templates * share / total)
        for text in _spread(_fillings(kind, words), wanted, chance):
            if len(prompts) % _TYPO_EVERY == 0:
                text = _mistyped(text, chance)
            if normalised(text) not in seen:
                seen.add(normalised(text))
                prompts.append(Prompt(text, edit, SUBTLE if kind == "mild" else FULL))
    return prompts


def all_template_wordings(edit: str) -> Iterator[str]:
    """Every wording the templates can make for an edit, before typing errors (for checking what is held out)."""
    words = vocabulary()[edit]
    yield from words.sayings
    yield from words.mild
    for kind, _ in _SHARES:
        for _, _, text in _fillings(kind, words):
            yield text


def held_out_prompts(edit: str) -> list[Prompt]:
    """Wordings kept from training, for evaluation; all at full strength.

    Raises:
        KeyError: no such edit.
    """
    return [Prompt(text, edit) for text in HELD_OUT[edit]]


def _templates(kind: str, words: EditWords) -> tuple[str, ...]:
    sets = {
        "thing": _THING_TEMPLATES,
        "look": _LOOK_TEMPLATES,
        "act": _ACT_TEMPLATES,
        "detail": _DETAIL_TEMPLATES,
        "mild": _MILD_TEMPLATES if words.graded else (),
        "strong": _STRONG_TEMPLATES if words.graded else (),
    }
    return tuple(template for template in sets[kind] if _phrases(template, words))


def _phrases(template: str, words: EditWords) -> tuple[str, ...]:
    slot = _SLOT.search(template)
    if slot is None:
        raise ValueError(f"template without a slot: {template!r}")
    match slot.group(1):
        case "a_thing":
            return words.things
        case "thing":
            # "old western photo style", but not "scene from an anime series style": a bare phrase must be short.
            return tuple(bare for bare in (_ARTICLE.sub("", thing) for thing in words.things) if len(bare.split()) <= 3)
        case "look":
            return words.looks
        case "act":
            return words.acts
        case _:
            return words.details


def _fillings(kind: str, words: EditWords) -> list[tuple[str, str, str]]:
    """(template, phrase, text) for every combination of a kind."""
    return [
        (template, phrase, _SLOT.sub(phrase.replace("\\", r"\\"), template))
        for template in _templates(kind, words)
        for phrase in _phrases(template, words)
    ]


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
