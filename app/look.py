"""From settings to the prompt that the model gets."""

from __future__ import annotations

from sanacam.app.presets import find_preset
from sanacam.app.prompt_text import checked_prompt
from sanacam.app.settings import LookSettings
from sanacam.model.errors import UserError

DEFAULT_PRESET = "anime"


def prompt_of(look: LookSettings, model: str = "") -> str:
    """The checked prompt for a model, or the one of the preset.

    Raises:
        UserError: neither is given, the prompt is unusable, or the preset unknown.
    """
    if look.prompt:
        return checked_prompt(look.prompt, model)
    if look.preset:
        return find_preset(look.preset).prompt
    raise UserError(
        "There is nothing to do without a prompt.", "Add -p TEXT, or --preset NAME (`sanacam presets` lists them)."
    )
