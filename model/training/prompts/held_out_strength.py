"""Wordings with a degree that training never sees: ``{edit: {strength: wordings}}``, English and German mixed."""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import FULL, MEDIUM, SUBTLE, Prompt, phrases

#: edit: (little, half, all of it)
_DEGREES: dict[str, tuple[str, str, str]] = {
    "noir": (
        "take just a little bit of the color away; nimm nur ein klein wenig Farbe raus",
        "go about halfway to black and white; etwa zur Hälfte schwarzweiß",
        "black and white all the way, really harsh; ganz stark schwarzweiß, volle Härte",
    ),
    "sepia": (
        "only a slight sepia cast; ein ganz leichter Sepiaton",
        "sepia at half power; Sepia, aber nur mittelstark",
        "very strong sepia, nothing but brown; sehr kräftiges Sepia",
    ),
    "winter": (
        "ever so slightly wintry; ein klein bisschen winterlich",
        "make it moderately wintry; mittelmäßig winterlich",
        "extremely wintry, the maximum; extrem winterlich bitte",
    ),
    "golden_hour": (
        "warm the light up very slightly; das Licht nur minimal wärmer",
        "sunset light at fifty percent; Abendsonne mit halber Kraft",
        "a very strong sunset; sehr starke Abendsonne",
    ),
    "vintage": (
        "fade it ever so slightly; ganz dezent verblasst wie alter Film",
        "a medium amount of old film look; alter Filmlook, mittlere Stärke",
        "vintage to the maximum; maximal auf alt getrimmter Farbfilm",
    ),
    "oil": (
        "paint it in oil just a tad; nur ganz leicht wie ein Ölgemälde",
        "half oil painting, half photo; halb Ölgemälde, halb Foto",
        "a heavy oil painting, full strength; sehr kräftig in Öl gemalt",
    ),
    "pencil": (
        "a very faint pencil drawing effect; ein kaum sichtbarer Bleistifteffekt",
        "blend in the pencil drawing halfway; Bleistiftzeichnung zur Hälfte eingeblendet",
        "a pencil drawing through and through; durch und durch eine Bleistiftzeichnung",
    ),
    "watercolor": (
        "a slight trace of watercolour; eine leise Spur von Aquarell",
        "watercolour, medium strength; Aquarell in mittlerer Stärke",
        "watercolour at full power; Aquarell mit voller Kraft",
    ),
    "comic": (
        "give it a tiny comic touch; einen winzigen Hauch Comic",
        "half comic, half real; halb Comic, halb echt",
        "as much comic as you can; so viel Comic wie möglich",
    ),
    "bg_blur": (
        "blur what is behind me only slightly; den Raum hinter mir nur ganz leicht verschwimmen lassen",
        "blur the background at medium strength; Hintergrund mittelstark verschwimmen lassen",
        "blur the background extremely; den Hintergrund extrem stark verschwimmen lassen",
    ),
    "snowfall": (
        "let it snow a tiny bit; es soll nur ganz leicht schneien",
        "moderate snowfall; mäßiger Schneefall",
        "let it snow like crazy; es soll heftig schneien",
    ),
    "rain": (
        "a very light drizzle, hardly visible; nur ganz leichter Nieselregen",
        "moderate rain; mäßiger Regen",
        "extremely heavy rain; extrem starker Regen",
    ),
}  # fmt: skip


def graded_prompts() -> list[Prompt]:
    """Every held-out wording with a degree; the strength is the one it asks for."""
    return [
        Prompt(text, edit, strength)
        for edit, degrees in _DEGREES.items()
        for strength, texts in zip((SUBTLE, MEDIUM, FULL), degrees, strict=True)
        for text in phrases(texts)
    ]
