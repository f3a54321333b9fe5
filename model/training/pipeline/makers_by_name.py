"""The makers that a configuration can name. Those with models are imported only when named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.data.masks import PersonSegmenter, person_masks
from sanacam.model.training.data.packages import fetch, read_member
from sanacam.model.training.data.sources import SEGMENTER, SEGMENTER_MEMBERS

_PIPELINE = "sanacam.model.training.pipeline"
MAKERS: dict[str, dict[str, str]] = {
    "instruct": {"taxonomy": "taxonomy:TaxonomyInstructor", "vlm": "adapters.vlm:VlmInstructor"},
    "anchor": {"recipe": "procedural:RecipeEditor", "diffusers": "adapters.image_editor:DiffusersEditor"},
    "propagate": {
        "redraw": "procedural:RedrawPropagator",
        "carry": "procedural:CarryPropagator",
        "diffusers": "adapters.video_generator:DiffusersPropagator",
    },
    "verify": {"measured": "judge:MeasuredJudge", "vlm": "adapters.vlm:VlmJudge"},
}


def make_maker(table: str, settings: dict[str, Any], without: Sequence[str] = ()) -> Any:
    """The maker that a table of the configuration names.

    Args:
        without: keys of the table that are not the maker's.

    Raises:
        UserError: nobody knows the maker or a setting, or its weights or library are not there.
    """
    known = MAKERS[table]
    name = settings.get("maker")
    if name not in known:
        raise UserError(f"[{table}] has maker = {name!r}.", f"Choose one of {', '.join(known)}.")
    module, _, kind = known[name].partition(":")
    maker = getattr(import_module(f"{_PIPELINE}.{module}"), kind)
    rest = {key: value for key, value in settings.items() if key != "maker" and key not in without}
    try:
        return maker(**rest)
    except TypeError as error:
        raise UserError(f"[{table}] does not fit the maker {name!r}: {error}.") from None


class SelfieMasker:
    """The person masks of the data package, with the segmenter from its public package.

    Args:
        packages: folder for the package; it is fetched when the first clip asks for it.
    """

    def __init__(self, packages: Path) -> None:
        self.packages = packages

    @cached_property
    def _segmenter(self) -> PersonSegmenter:
        archive = fetch(SEGMENTER, self.packages)
        return PersonSegmenter(*(read_member(archive, member) for member in SEGMENTER_MEMBERS))

    def __call__(self, frames: Sequence[Picture]) -> list[Picture]:
        return person_masks(frames, self._segmenter)
