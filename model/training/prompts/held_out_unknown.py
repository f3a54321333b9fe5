"""Prompts that no edit was made for, kept from training, each with the edits that would be a gentle answer.

``identity`` is the answer to nonsense, small talk, wishes that name no look, and negations; a look that was never
taught, or that is asked for in another language, may get what is nearest.
"""

from __future__ import annotations

from dataclasses import dataclass

from sanacam.model.training.prompts.taxonomy import phrases


@dataclass(frozen=True)
class UnknownPrompt:
    """One such prompt. ``kind``: ``nonsense``, ``chatter``, ``vague``, ``negation``, ``language`` or ``unseen``."""

    text: str
    accepted: tuple[str, ...]
    kind: str


_UNCHANGED: dict[str, str] = {
    "nonsense": "qwertz uiop; blorp fnord zibble; lkjhgfdsa; xx yy zz 123; wumm tatütata",
    "chatter": """
        how tall is the eiffel tower?; my train leaves at nine; was gibt es heute zu essen?; please call my sister;
        wie geht es dir?; the meeting was moved to friday
        """,
    "vague": """
        make it nicer; do something cool; mach es schöner; surprise me; improve my picture a lot; irgendwas Tolles bitte
        """,
    "negation": """
        please not in black and white; I don't want a drawing; no snow today; bloß kein Comic; bitte nicht verpixeln;
        there should be no blur behind me
        """,
}

#: accepted edits: wordings
_NEAREST: dict[str, dict[tuple[str, ...], str]] = {
    "language": {
        ("noir",): "en noir et blanc s'il vous plaît; tutto in bianco e nero, per favore",
        ("watercolor",): "pintado con acuarela; un dipinto ad acquerello",
        ("oil",): "comme une peinture à l'huile; pintura al óleo",
        ("winter", "snowfall"): "un paysage enneigé en hiver; como en invierno con nieve",
        ("pencil",): "un dessin au crayon; dibujo a lápiz",
        ("pixel",): "come un videogioco a 8 bit",
    },
    "unseen": {
        ("oil", "watercolor", "anime", "comic"): "like the mona lisa; wie ein Bild von Picasso",
        ("mosaic", "pixel"): "built from lego bricks; like a stained glass window in a cathedral",
        ("comic", "anime", "posterize"): "wie bei den Simpsons; a pixar film",
        ("pencil", "charcoal", "linocut", "blueprint"): "an ink drawing by a fine liner; mit Kugelschreiber gekritzelt",
        ("golden_hour", "sepia", "autumn", "vintage"): "in the sahara desert; auf dem Mars",
        ("cyberpunk", "neon"): "in a disco in the nineties; synthwave album cover",
        ("crt", "pixel", "vintage", "night_vision"): "like a glitchy hologram; like an ancient green terminal",
    },
}


def unknown_held_out() -> list[UnknownPrompt]:
    """All of them."""
    prompts = [
        UnknownPrompt(text, ("identity",), kind) for kind, texts in _UNCHANGED.items() for text in phrases(texts)
    ]
    for kind, table in _NEAREST.items():
        for accepted, texts in table.items():
            wanted = accepted if kind == "language" else (*accepted, "identity")
            prompts += [UnknownPrompt(text, wanted, kind) for text in phrases(texts)]
    return prompts
