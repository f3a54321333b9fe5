"""What an edit is called in people's words: the vocabulary from which training wordings are made.

Adding an edit means adding one :class:`EditWords` entry to a ``words_*`` module, and its held-out wordings to
``held_out``.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Share of the edit in the target picture when the wording asks for little of it, for half of it, or for it at all.
#: Nothing lies above FULL: most looks take something away (colour, shading); going past them would add its opposite.
SUBTLE = 0.4
MEDIUM = 0.7
FULL = 1.0


@dataclass(frozen=True)
class Prompt:
    """One wording.

    Attributes:
        text: what the user typed.
        edit: name of the teacher edit.
        strength: blend of the edit over the source that the wording asks for, 0…1.
    """

    text: str
    edit: str
    strength: float = FULL


@dataclass(frozen=True)
class EditWords:
    """The vocabulary of one edit. Every entry alone must leave no doubt which edit is meant.

    Attributes:
        name: name of the teacher edit.
        things: what the picture becomes, with its article; fits "make it look like …" ("a pencil sketch").
        looks: what the picture is afterwards; fits "make it …" ("sketched in pencil").
        acts: imperative; fits "please …" ("draw the scene with a graphite pencil").
        details: what can be seen, without a verb; fits "a video with …" ("grey hatching on white paper").
        sayings: whole free-form wordings: single words, keyword lists, slang, questions, common typing errors.
        mild: whole wordings that ask for little of the edit.
        places: where it looks like that; fits the language's templates ("the arctic"; German: "in der Arktis").
        graded: whether "slightly" and "strongly" make sense (half of a green screen does not).
    """

    name: str
    things: tuple[str, ...]
    looks: tuple[str, ...]
    acts: tuple[str, ...]
    details: tuple[str, ...]
    sayings: tuple[str, ...]
    mild: tuple[str, ...] = ()
    graded: bool = True
    places: tuple[str, ...] = ()


def phrases(text: str) -> tuple[str, ...]:
    """Split a block of phrases at semicolons; line breaks count as spaces: ``"a sketch; drawn by hand"`` gives two."""
    return tuple(phrase for phrase in (" ".join(part.split()) for part in text.split(";")) if phrase)
