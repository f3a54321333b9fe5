"""Held-out clips for evaluation, with a person mask where there is one.

A clips folder may hold videos (.mp4 …, read with PyAV, imported only then), image sequences (.avif, .webp, .gif),
archives (.npz with ``frames`` (T, H, W, 3) uint8 and perhaps ``mask`` (T, H, W)) and sub-folders of numbered pictures.
The mask of a clip ``NAME.*`` is ``NAME.mask.*``, ``NAME_mask.*`` or ``NAME-mask.*`` beside it, or ``NAME.*`` in a
folder ``masks`` there or next door.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from torch import Tensor

from sanacam.model.errors import UserError

_VIDEOS = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg"}
_SEQUENCES = {".avif", ".webp", ".gif"}
_STILLS = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".avif"}
_MASK_ENDS = (".mask", "_mask", "-mask")
FEWEST_FRAMES = 8
UNREADABLE = (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError)
"""What Pillow raises for a file that is damaged, or larger than any picture of use."""


@dataclass(frozen=True)
class Clip:
    """A clip in memory, on the CPU.

    Attributes:
        name: file name without its ending.
        frames: (T, 3, H, W) uint8.
        mask: (T, 1, H, W) uint8, 255 = person, or None.
    """

    name: str
    frames: Tensor
    mask: Tensor | None

    def picture(self, device: torch.device | str) -> Tensor:
        """(1, T, 3, H, W) float32 in 0…1 on ``device``."""
        return self.frames.to(device).float().div(255).unsqueeze(0)

    def person(self, device: torch.device | str) -> Tensor | None:
        """(1, T, 1, H, W) float32 in 0…1 on ``device``, or None."""
        return None if self.mask is None else self.mask.to(device).float().div(255).unsqueeze(0)


@dataclass(frozen=True)
class ClipFiles:
    """Where a clip and its mask lie. ``mask`` is None where there is none (an .npz may carry its own)."""

    name: str
    path: Path
    mask: Path | None


def shipped_clips_folder(stack: ExitStack) -> Path:
    """The held-out clips that come with the program; ``stack`` keeps them readable."""
    folder = files("sanacam.assets") / "eval" / "clips"
    if not folder.is_dir():
        raise UserError("The held-out clips are not installed.", "Give a folder of your own with --clips DIR.")
    return stack.enter_context(as_file(folder))


def find_clips(folder: Path) -> list[ClipFiles]:
    """All clips of a folder, by name.

    Raises:
        UserError: no such folder, or no clip in it.
    """
    if not folder.exists():
        raise UserError(f"There is no folder {folder}.", "Give a folder with video clips.")
    if not folder.is_dir():
        raise UserError(f"{folder} is a file, not a folder.", "Give the folder that holds the clips.")
    entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    found = []
    for path in entries:
        if _is_mask(path):
            continue
        if path.suffix.lower() in _VIDEOS | _SEQUENCES | {".npz"} or (
            path.is_dir() and path.name != "masks" and _stills(path)
        ):
            name = path.name if path.is_dir() else path.stem
            found.append(ClipFiles(name, path, _find_mask(folder, name)))
    if not found and _stills(folder):
        found = [ClipFiles(folder.name, folder, _find_mask(folder.parent, folder.name))]
    if not found:
        raise UserError(
            f"There is no clip in {folder}.", "It takes .mp4, .avif, .webp, .gif, .npz or sub-folders of pictures."
        )
    return found


def load_clip(source: ClipFiles, size: tuple[int, int], frames: int) -> Clip:
    """Reads the first ``frames`` pictures, scaled and cropped in the middle to ``size`` = (width, height).

    Raises:
        UserError: unreadable, fewer than 8 pictures, or a mask shorter than the clip.
    """
    pictures = [_fit(p, size) for p in itertools.islice(_read(source.path, "frames"), frames)]
    if len(pictures) < FEWEST_FRAMES:
        raise UserError(f"{source.path} has only {len(pictures)} pictures.", f"A clip needs at least {FEWEST_FRAMES}.")
    video = torch.from_numpy(np.stack([np.asarray(p) for p in pictures])).permute(0, 3, 1, 2).contiguous()
    masks = list(itertools.islice(_read_mask(source), len(pictures)))
    if not masks:
        return Clip(source.name, video, None)
    if len(masks) < len(pictures):
        raise UserError(
            f"The mask of {source.path} ends after {len(masks)} of {len(pictures)} pictures.",
            "Make it as long as the clip.",
        )
    grey = np.stack([np.asarray(_fit(m.convert("L"), size)) for m in masks])
    return Clip(source.name, video, torch.from_numpy(grey).unsqueeze(1))


def choose_clips(found: list[ClipFiles], most: int) -> list[ClipFiles]:
    """At most ``most`` clips: those with a mask and those without take turns, so that every kind of edit is seen."""
    with_mask = [c for c in found if c.mask is not None]
    without = [c for c in found if c.mask is None]
    turns = itertools.chain.from_iterable(itertools.zip_longest(with_mask, without))
    return [c for c in turns if c is not None][:most]


def _is_mask(path: Path) -> bool:
    return (path.name if path.is_dir() else path.stem).endswith(_MASK_ENDS)


def _find_mask(folder: Path, name: str) -> Path | None:
    for place, stems in (
        (folder, [name + end for end in _MASK_ENDS]),
        (folder / "masks", [name]),
        (folder.parent / "masks", [name]),
    ):
        if not place.is_dir():
            continue
        for path in sorted(place.iterdir()):
            if (path.name if path.is_dir() else path.stem) in stems:
                return path
    return None


def _stills(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _STILLS and not _is_mask(p))


def _fit(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def _read_mask(source: ClipFiles) -> Iterator[Image.Image]:
    if source.mask is not None:
        yield from _read(source.mask, "mask")
    elif source.path.suffix.lower() == ".npz":
        yield from _read_archive(source.path, "mask")


def _read(path: Path, what: str) -> Iterator[Image.Image]:
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            yield from (Image.open(still).convert("RGB") for still in _stills(path))
        elif suffix == ".npz":
            yield from _read_archive(path, what)
        elif suffix in _VIDEOS:
            yield from read_video(path)
        else:
            with Image.open(path) as sequence:
                yield from (picture.convert("RGB") for picture in ImageSequence.Iterator(sequence))
    except UNREADABLE as error:
        raise UserError(
            f"{path} can not be read as a clip.", "The file is damaged or of another kind; replace it."
        ) from error


def _read_archive(path: Path, what: str) -> Iterator[Image.Image]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            if what not in archive:
                if what == "mask":
                    return
                raise UserError(f"{path} has no array called 'frames'.", "It should hold frames (T, H, W, 3) as uint8.")
            array = archive[what]
    except (ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise UserError(f"{path} can not be read as numpy arrays.", "Write it with numpy.savez.") from error
    if what == "frames" and (array.ndim != 4 or array.shape[-1] != 3 or array.dtype != np.uint8 or not array.size):
        raise UserError(
            f"'frames' in {path} is {array.dtype} of shape {array.shape}.", "It should be (T, H, W, 3) uint8."
        )
    if what == "mask":
        array = array.reshape(array.shape[:3])
        if array.dtype != np.uint8:
            array = (np.clip(array.astype(np.float32), 0, 1) * 255).round().astype(np.uint8)
    yield from (Image.fromarray(np.ascontiguousarray(picture)) for picture in array)


def read_video(path: Path) -> Iterator[Image.Image]:
    """The pictures of a video, upright, in RGB.

    Raises:
        UserError: unreadable, or without pictures.
    """
    try:
        import av
    except ImportError as error:
        raise UserError(
            f"Reading {path} needs PyAV.", "Install it with 'pip install av', or give .avif or .npz clips."
        ) from error
    try:
        with av.open(f"file:{path}") as container:
            if not container.streams.video:
                raise UserError(f"{path} has no picture in it.", "Replace it by a video.")
            for frame in container.decode(video=0):
                yield Image.fromarray(
                    np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90 % 4))
                )
    except av.FFmpegError as error:
        raise UserError(
            f"{path} is not a video that can be read.", "Remove it from the folder or convert it to mp4."
        ) from error
