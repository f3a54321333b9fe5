"""Inverse wordings: what one would type to an edited video to get the scene behind it back (cycle-reverse training).

For each edit two things are written down: its *marks*, what has to go ("the brush strokes"), and its *returns*, what
should be there instead ("the real colours"). Shared templates make sentences of both.
"""

from __future__ import annotations

from sanacam.model.training.prompts.taxonomy import FULL, Prompt, phrases

_MARK_TEMPLATES = phrases(
    """
    remove {mark} and show the original scene; take {mark} away; undo {mark}; get rid of {mark}; turn {mark} back into
    the real scene; without {mark}, as the camera saw it
    """
)
_RETURN_TEMPLATES = phrases(
    """
    bring back {back}; restore {back}; show {back} again; give the picture {back}; change it back to {back}
    """
)

#: edit: (marks, returns)
_INVERSE: dict[str, tuple[str, str]] = {
    "identity": ("any change; every filter", "the original footage; the untouched picture"),
    "golden_hour": (
        "the golden hour light; the warm sunset glow; the orange evening sun",
        "neutral daylight; the original white balance",
    ),
    "moonlit_night": (
        "the night; the blue moonlight; the darkness",
        "daylight; the brightness of the original day",
    ),
    "winter": ("the frost; the winter look; the cold snowy tint", "the season it was filmed in; warmer colours"),
    "autumn": ("the autumn colours; the orange leaves", "the green of the plants; the original season"),
    "underwater": ("the water; the underwater look; the blue-green haze", "clear air; the scene on dry land"),
    "cyberpunk": (
        "the cyberpunk look; the magenta and cyan light",
        "ordinary light; the everyday colours of the place",
    ),
    "noir": (
        "the film noir look; the black and white; the hard contrast",
        "the natural colours; colour and soft contrast",
    ),
    "sepia": ("the sepia tone; the brown old-photo tint", "the natural colours; the true colours of a modern camera"),
    "vintage": ("the faded film look; the washed-out colours", "fresh, full colours; the contrast of a new camera"),
    "night_vision": ("the night vision; the green tint", "the natural colours; the picture of a daylight camera"),
    "thermal": ("the thermal camera; the heat map colours", "visible light; the picture that eyes would see"),
    "xray": ("the x-ray look; the glowing negative", "the natural picture; solid surfaces and true colours"),
    "pencil": ("the pencil sketch; the graphite lines; the hatching", "the photographic picture; the real colours"),
    "charcoal": ("the charcoal drawing; the smudged black strokes", "the photographic picture; the real light"),
    "comic": ("the comic book look; the ink outlines and dots", "real footage; smooth, photographic shading"),
    "anime": ("the anime style; the flat cartoon colours", "the real people and things; live-action footage"),
    "oil": ("the oil painting look; the brush strokes; the thick paint", "the real scene; fine photographic detail"),
    "watercolor": ("the watercolour; the washes of paint", "the original scene; crisp photographic detail"),
    "linocut": ("the linocut print; the carved black shapes", "the photographic picture; all shades and colours"),
    "blueprint": ("the blueprint; the white lines on blue", "the real scene; the natural colours"),
    "halftone": ("the newspaper print; the halftone dots", "smooth tones; the photograph behind the print"),
    "mosaic": ("the mosaic; the coloured tiles", "the continuous picture; the scene behind the tiles"),
    "posterize": ("the pop poster look; the few flat colours", "smooth shades; the natural colours"),
    "pop_duotone": ("the two-colour print; the duotone", "all colours; the natural picture"),
    "pixel": ("the pixel art; the big square pixels", "the full resolution; fine detail"),
    "neon": ("the neon lines; the glowing outlines on black", "the lit scene; the natural picture"),
    "crt": ("the scan lines; the old television look", "a clean picture; the camera's own picture"),
    "bg_blur": ("the blur behind the person; the soft background", "a sharp background; the room in focus"),
    "green_screen": ("the green screen; the flat green behind the person", "the real background; the room as it is"),
    "bg_mono": ("the black and white background", "the colours of the background; colour in the whole picture"),
    "snowfall": ("the falling snow; the snowflakes", "dry weather; the view without flakes"),
    "rain": ("the falling rain; the streaks of rain", "a dry day; the view without drops"),
    "bg_studio": ("the studio backdrop; the grey wall behind the person", "the real surroundings; my own room"),
    "person_gold": ("the golden statue; the gold on the person", "the living person; real skin and clothes"),
}  # fmt: skip


def inverse_names() -> tuple[str, ...]:
    """Names of all edits that have inverse wordings."""
    return tuple(_INVERSE)


def inverse_prompts(edit: str) -> list[Prompt]:
    """Wordings that ask for the undoing of an edit.

    Raises:
        KeyError: there is none for this edit.
    """
    if edit not in _INVERSE:
        raise KeyError(f"there is no inverse wording for the edit {edit!r}")
    marks, returns = (phrases(text) for text in _INVERSE[edit])
    texts = [template.format(mark=mark) for mark in marks for template in _MARK_TEMPLATES]
    texts += [template.format(back=back) for back in returns for template in _RETURN_TEMPLATES]
    return [Prompt(text, edit, FULL) for text in texts]
