"""What an adapter is trained on: clips and pictures from folders, and windows of them drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import UNREADABLE, ClipFiles, find_clips, load_clip
from sanacam.model.training.pairs import step_seed

STILLS = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".avif"}
MOVING = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".gif", ".webp", ".avif", ".npz"}
SOURCES, TARGETS = "source", "target"
CLOSEST = 0.8
"""Smallest share of a picture's sides that a moving window shows."""
LONGEST = 240
"""Frames of a clip that are used."""


@dataclass(frozen=True)
class Footage:
    """A clip (T ≥ 8) or a picture (T = 1), and what it should become, if that is known.

    Attributes:
        source, target: (T, 3, H, W) uint8 of one size.
    """

    name: str
    source: Tensor
    target: Tensor | None = None


def read_pairs(folder: Path, size: tuple[int, int]) -> list[Footage]:
    """Pairs by name: ``folder/source/NAME.*`` and ``folder/target/NAME.*``, each a clip or a picture.

    Args:
        size: (width, height) to scale and crop to.

    Raises:
        UserError: no such folders, names without a partner, a pair of unequal length, or an unreadable file.
    """
    sides = []
    for name in (SOURCES, TARGETS):
        if not (folder / name).is_dir():
            raise UserError(
                f"There is no folder {folder / name}.",
                f"A folder of pairs holds '{SOURCES}' and '{TARGETS}', with files of equal names in both.",
            )
        sides.append(_named_files(folder / name))
    alone = sorted(sides[0].keys() ^ sides[1].keys())
    if alone:
        more = f" and {len(alone) - 1} more" if len(alone) > 1 else ""
        raise UserError(
            f"{alone[0]}{more} in {folder} is without a partner.", "Each source needs a target of its name."
        )
    if not sides[0]:
        raise UserError(f"There are no pairs in {folder}.", f"Put clips or pictures into '{SOURCES}' and '{TARGETS}'.")
    pairs = []
    for name, path in sides[0].items():
        source, target = read_footage(path, size), read_footage(sides[1][name], size)
        if len(source) != len(target):
            raise UserError(
                f"The source of {name} has {len(source)} pictures, its target {len(target)}.",
                "Both sides of a pair must show the same time.",
            )
        pairs.append(Footage(name, source, target))
    return pairs


def read_clips(folder: Path, size: tuple[int, int]) -> list[Footage]:
    """Clips to try a style on, without targets.

    Raises:
        UserError: none there, or unreadable.
    """
    return [Footage(c.name, load_clip(c, size, LONGEST).frames) for c in find_clips(folder)]


def read_style(folder: Path, side: int) -> list[Tensor]:
    """The pictures of a style, each (3, H, W) float32 in −1…1.

    Args:
        side: what their shorter side is shrunk to, so that texture has the size that it will have in an edit.

    Raises:
        UserError: no such folder, none in it, unreadable, or one under 64 pixels a side.
    """
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", "Give a folder with pictures in the style.")
    pictures = []
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in STILLS):
        picture = _open_still(path)
        if min(picture.size) < 64:
            raise UserError(f"{path} has only {picture.width}×{picture.height} pixels.", "Use 64 or more a side.")
        shrink = min(1.0, side / min(picture.size))
        size = round(picture.width * shrink), round(picture.height * shrink)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        pictures.append(_as_tensor(picture).float() / 127.5 - 1)
    if not pictures:
        raise UserError(f"There is no picture in {folder}.", f"It takes {', '.join(sorted(STILLS))}.")
    return pictures


def read_footage(path: Path, size: tuple[int, int]) -> Tensor:
    """A clip or picture, scaled and cropped to ``size`` (width, height): (T, 3, H, W) uint8, T = 1 or at least 8.

    Raises:
        UserError: unreadable, or a clip of fewer than 8 pictures.
    """
    suffix = path.suffix.lower()
    if suffix in STILLS and _pictures_in(path) == 1:
        return _as_tensor(ImageOps.fit(_open_still(path), size, Image.Resampling.LANCZOS))[None]
    return load_clip(ClipFiles(path.stem, path, None), size, LONGEST).frames


def _named_files(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() not in STILLS | MOVING:
            continue
        if path.stem in found:
            raise UserError(f"{path} and {found[path.stem].name} have one name.", "Remove one of the two.")
        found[path.stem] = path
    return found


def _pictures_in(path: Path) -> int:
    try:
        with Image.open(path) as picture:
            return int(getattr(picture, "n_frames", 1))
    except UNREADABLE as error:
        raise UserError(f"{path} cannot be read as a picture.", "The file is damaged; replace it.") from error


def _open_still(path: Path) -> Image.Image:
    try:
        with Image.open(path) as picture:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except UNREADABLE as error:
        raise UserError(f"{path} cannot be read as a picture.", "The file is damaged; replace it.") from error


def _as_tensor(picture: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()


class FootageSampler:
    """Draws windows; a step's draw depends on (seed, shard, step) alone.

    Args:
        size: (height, width) of the windows, ``frames`` long.
    """

    def __init__(
        self, footage: list[Footage], device: torch.device, size: tuple[int, int], frames: int, seed: int
    ) -> None:
        self.footage = [
            Footage(f.name, f.source.to(device), None if f.target is None else f.target.to(device)) for f in footage
        ]
        self.device, self.size, self.frames, self._seed = device, size, frames, seed
        self.chance = torch.Generator()

    def seed(self, step: int, shard: int) -> None:
        """Fixes every later draw."""
        self.chance.manual_seed(step_seed(self._seed, shard, step))

    def draw(self, batch: int) -> tuple[Tensor, Tensor | None]:
        """Sources and, if known, targets (B, T, 3, H, W) in −1…1.

        A pair of clips is shown as it is, since its target may have a texture that is tied to the screen. Over a single
        picture the window moves as a camera would, and a clip without a target is cropped and mirrored.
        """
        chosen = torch.randint(len(self.footage), (batch,), generator=self.chance).tolist()
        drawn = [self._window(self.footage[index]) for index in chosen]
        sources = torch.stack([window[:, :3] for window in drawn])
        if self.footage[0].target is None:
            return sources, None
        return sources, torch.stack([window[:, 3:] for window in drawn])

    def _window(self, footage: Footage) -> Tensor:
        """(T, 3 or 6, H, W): source and target of one window."""
        length, still = len(footage.source), len(footage.source) == 1
        first = int(torch.randint(max(1, length - self.frames + 1), (), generator=self.chance))
        views = self._views(moving=still)
        # A short clip is played back and forth.
        there_and_back = [*range(length), *range(length - 2, 0, -1)]
        rows = [there_and_back[(first + i) % len(there_and_back)] for i in range(self.frames)]
        sides = [footage.source[rows]] + ([] if footage.target is None else [footage.target[rows]])
        pictures = torch.cat(sides, 1).float() / 127.5 - 1
        if footage.target is not None and not still:
            return pictures
        grid = F.affine_grid(views.to(self.device), [self.frames, 1, *self.size], align_corners=False)
        return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)

    def _views(self, *, moving: bool) -> Tensor:
        """(T, 2, 3) for ``affine_grid``: a crop, mirrored or not, that moves evenly to another one or stays."""
        numbers = torch.rand(2, 3, generator=self.chance)
        mirror = 1.0 if torch.rand((), generator=self.chance) < 0.5 else -1.0
        ends = numbers if moving else numbers[:1].expand(2, -1)
        zoom, across, down = torch.lerp(ends[0], ends[1], torch.linspace(0, 1, self.frames)[:, None]).unbind(1)
        zoom = CLOSEST + (1 - CLOSEST) * zoom
        nothing = torch.zeros_like(zoom)
        rows = (mirror * zoom, nothing, (1 - zoom) * (2 * across - 1)), (nothing, zoom, (1 - zoom) * (2 * down - 1))
        return torch.stack([torch.stack(row, 1) for row in rows], 1)


def hold_out(footage: list[Footage]) -> tuple[list[Footage], list[Footage]]:
    """(to train on, to look at afterwards): one clip or pair in ten, at least one, is kept out if there are four or
    more; otherwise both are all of them."""
    if len(footage) < 4:
        return footage, footage
    kept = max(1, len(footage) // 10)
    return footage[:-kept], footage[-kept:]
