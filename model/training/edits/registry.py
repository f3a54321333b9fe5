"""The teacher edits by name and the one way to apply them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from sanacam.model.falling_noise import CELL, CHANNELS, FRAMES
from sanacam.model.training.edits import colour, drawing, painting, person, raster, weather

Family = Literal["identity", "colour", "structural", "mask", "weather"]
Look = Callable[[Tensor], Tensor]
MaskedLook = Callable[[Tensor, Tensor], Tensor]
FallingLook = Callable[[Tensor, Tensor], Tensor]
Apply = Callable[[Tensor, Tensor | None, Tensor | None], Tensor]


@dataclass(frozen=True)
class Edit:
    """A named picture edit that the embedded model learns to imitate.

    Attributes:
        name: key, lower case with underscores.
        title: what a person reads.
        family: ``identity``, ``colour`` (each pixel for itself, at most a soft glow), ``structural`` (lines, patches,
            screens), ``mask`` (person and background differ) or ``weather`` (particles fall).
        apply: ``apply(frames, mask, field) -> frames``. Frames (B, T, 3, H, W) in 0..1, any float dtype and device;
            mask (B, T, 1, H, W) person probability or None; field (B, 12, t, h, w), the falling noise of these frames
            (:mod:`sanacam.model.falling_noise`), or None. Gives float32 of the same shape in 0..1. Each frame is
            treated on its own.
        needs_mask, needs_field: whether ``apply`` raises ValueError without a mask, without a field.
    """

    name: str
    title: str
    family: Family
    apply: Apply
    needs_mask: bool = False
    needs_field: bool = False


def _check_frames(frames: Tensor) -> None:
    if frames.ndim != 5 or frames.shape[2] != 3:
        raise ValueError(f"Frames must have shape (B, T, 3, H, W), not {tuple(frames.shape)}.")
    if not frames.is_floating_point():
        raise ValueError(f"Frames must be floating point in 0..1, not {frames.dtype}.")


def _plain(look: Look) -> Apply:
    def apply(frames: Tensor, mask: Tensor | None = None, field: Tensor | None = None) -> Tensor:
        _check_frames(frames)
        with torch.no_grad(), torch.autocast(frames.device.type, enabled=False):
            return look(frames.float().flatten(0, 1)).clamp(0.0, 1.0).view(frames.shape)

    return apply


def _masked(name: str, look: MaskedLook) -> Apply:
    def apply(frames: Tensor, mask: Tensor | None = None, field: Tensor | None = None) -> Tensor:
        _check_frames(frames)
        if mask is None:
            raise ValueError(f"The edit '{name}' needs a person mask (B, T, 1, H, W).")
        if mask.shape != (*frames.shape[:2], 1, *frames.shape[3:]):
            raise ValueError(f"The mask's shape {tuple(mask.shape)} does not fit the frames' {tuple(frames.shape)}.")
        with torch.no_grad(), torch.autocast(frames.device.type, enabled=False):
            edited = look(frames.float().flatten(0, 1), mask.float().flatten(0, 1).clamp(0.0, 1.0))
            return edited.clamp(0.0, 1.0).view(frames.shape)

    return apply


def _falling(name: str, look: FallingLook) -> Apply:
    def apply(frames: Tensor, mask: Tensor | None = None, field: Tensor | None = None) -> Tensor:
        _check_frames(frames)
        if field is None:
            raise ValueError(f"The edit '{name}' needs the falling noise (B, {CHANNELS}, t, h, w).")
        batch, time, _, height, width = frames.shape
        wanted = (batch, CHANNELS, -(-time // FRAMES), -(-height // CELL), -(-width // CELL))
        if tuple(field.shape) != wanted:
            raise ValueError(f"The field's shape {tuple(field.shape)} does not fit the frames': {wanted} is needed.")
        with torch.no_grad(), torch.autocast(frames.device.type, enabled=False):
            return look(frames.float().flatten(0, 1), field.float()).clamp(0.0, 1.0).view(frames.shape)

    return apply


def _identity(x: Tensor) -> Tensor:
    """The picture as it is."""
    return x.clone()


_PLAIN: list[tuple[str, str, Family, Look]] = [
    ("identity", "No change", "identity", _identity),
    ("noir", "Film noir", "colour", colour.noir),
    ("sepia", "Sepia", "colour", colour.sepia),
    ("golden_hour", "Golden hour", "colour", colour.golden_hour),
    ("moonlit_night", "Moonlit night", "colour", colour.moonlit_night),
    ("night_vision", "Night vision", "colour", colour.night_vision),
    ("winter", "Winter frost", "colour", colour.winter),
    ("vintage", "Faded film", "colour", colour.vintage),
    ("thermal", "Thermal camera", "colour", colour.thermal),
    ("underwater", "Underwater", "colour", colour.underwater),
    ("autumn", "Autumn", "colour", colour.autumn),
    ("cyberpunk", "Cyberpunk", "colour", colour.cyberpunk),
    ("xray", "X-ray", "colour", colour.xray),
    ("pop_duotone", "Pop duotone", "colour", colour.pop_duotone),
    ("pencil", "Pencil sketch", "structural", drawing.pencil),
    ("charcoal", "Charcoal", "structural", drawing.charcoal),
    ("linocut", "Linocut print", "structural", drawing.linocut),
    ("blueprint", "Blueprint", "structural", drawing.blueprint),
    ("neon", "Neon lines", "structural", drawing.neon),
    ("comic", "Comic book", "structural", painting.comic),
    ("anime", "Anime", "structural", painting.anime),
    ("oil", "Oil painting", "structural", painting.oil),
    ("watercolor", "Watercolour", "structural", painting.watercolor),
    ("posterize", "Pop poster", "structural", painting.posterize),
    ("pixel", "Pixel art", "structural", raster.pixel),
    ("mosaic", "Mosaic", "structural", raster.mosaic),
    ("halftone", "Newspaper halftone", "structural", raster.halftone),
    ("crt", "CRT screen", "structural", raster.crt),
]

_MASKED: list[tuple[str, str, MaskedLook]] = [
    ("bg_blur", "Blurred background", person.bg_blur),
    ("green_screen", "Green screen", person.green_screen),
    ("bg_mono", "Colour on black and white", person.bg_mono),
    ("bg_studio", "Studio backdrop", person.bg_studio),
    ("person_gold", "Golden statue", person.person_gold),
]

_FALLING: list[tuple[str, str, FallingLook]] = [
    ("snowfall", "Snowfall", weather.snowfall),
    ("rain", "Rain", weather.rain),
]

EDITS: dict[str, Edit] = {
    **{name: Edit(name, title, family, _plain(look)) for name, title, family, look in _PLAIN},
    **{name: Edit(name, title, "mask", _masked(name, look), needs_mask=True) for name, title, look in _MASKED},
    **{name: Edit(name, title, "weather", _falling(name, look), needs_field=True) for name, title, look in _FALLING},
}


def apply_edit(name: str, frames: Tensor, mask: Tensor | None = None, field: Tensor | None = None) -> Tensor:
    """Apply the edit ``name``; see :class:`Edit` for shapes and ranges.

    Raises:
        KeyError: no edit has that name.
        ValueError: wrong shape or dtype, or a mask or field is missing or does not fit.
    """
    if name not in EDITS:
        raise KeyError(f"No edit is called '{name}'; there are {', '.join(EDITS)}.")
    return EDITS[name].apply(frames, mask, field)
