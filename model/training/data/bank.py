"""The source bank: every clip, photo and mask of a data folder, decoded once into uint8 tensors on one device."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import Picture, read_pictures, require_avif
from sanacam.model.training.data.manifest import Item, read_manifest

_NEEDED = {"name", "file", "mask", "frames", "fps", "weight", "people"}


@dataclass(frozen=True)
class Source:
    """One clip (T > 1) or photo (T = 1).

    Attributes:
        frames: (T, 3, H, W) uint8.
        mask: (T, 1, h, w) uint8 person probability at a smaller size, or None.
        fps: 0 for photos.
        weight: how often it is drawn among its kind.
        people: real people are in it (with or without a mask).
    """

    name: str
    frames: Tensor
    mask: Tensor | None
    fps: float = 0.0
    weight: float = 1.0
    people: bool = False

    @property
    def is_clip(self) -> bool:
        return self.frames.shape[0] > 1


@dataclass(frozen=True)
class SourceBank:
    """All sources of a data folder on one device."""

    sources: tuple[Source, ...]
    device: torch.device

    @classmethod
    def load(cls, folder: Path, device: torch.device | str, max_short_side: int | None = None) -> SourceBank:
        """Decodes the folder that ``sanacam train prepare`` made, one thread per core.

        Args:
            max_short_side: shrink pictures whose short side is larger (saves memory; None keeps them).

        Raises:
            UserError: no such folder, nothing in it, a file is missing, or Pillow cannot read AVIF.
        """
        require_avif()
        items = read_manifest(folder)
        if not items:
            raise UserError(f"There is no training data in {folder}.", f"Make it: sanacam train prepare --out {folder}")
        if not all(set(item) >= _NEEDED for item in items):
            raise UserError(f"The manifest of {folder} cannot be used.", "Run 'sanacam train prepare' again.")
        # Longest first, so that no thread is left with a long clip at the end.
        order = sorted(range(len(items)), key=lambda i: -items[i]["frames"])
        with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
            decoded = dict(
                zip(order, pool.map(lambda i: _decode(folder, items[i], max_short_side), order), strict=True)
            )
        place = torch.device(device)
        return cls(tuple(_to(decoded[i], place) for i in range(len(items))), place)

    @classmethod
    def of(cls, sources: Iterable[Source], device: torch.device | str) -> SourceBank:
        """A bank of sources made elsewhere (tests, synthetic pictures)."""
        place = torch.device(device)
        return cls(tuple(_to(s, place) for s in sources), place)

    def bytes(self) -> int:
        """Memory of all pictures."""
        return sum(s.frames.numel() + (0 if s.mask is None else s.mask.numel()) for s in self.sources)


def _to(source: Source, device: torch.device) -> Source:
    mask = None if source.mask is None else source.mask.to(device)
    return Source(source.name, source.frames.to(device), mask, source.fps, source.weight, source.people)


def _decode(folder: Path, item: Item, max_short_side: int | None) -> Source:
    frames = _read(folder / item["file"], False, max_short_side)
    mask = None
    if item["mask"]:
        half = None if max_short_side is None else max_short_side // 2
        mask = torch.from_numpy(_read(folder / item["mask"], True, half))[:, None]
        if mask.shape[0] != frames.shape[0]:
            raise UserError(
                f"The mask of {item['name']} has {mask.shape[0]} pictures for {frames.shape[0]} frames.",
                "Prepare it again.",
            )
    tensor = torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous()
    return Source(item["name"], tensor, mask, float(item["fps"]), float(item["weight"]), bool(item["people"]))


def _read(path: Path, grey: bool, max_short_side: int | None) -> Picture:
    if not path.is_file():
        raise UserError(f"{path} is missing.", "Run 'sanacam train prepare' again.")
    try:
        pictures = read_pictures(path, grey)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path} is damaged: {error}.", "Delete it and run 'sanacam train prepare' again.") from error
    height, width = pictures.shape[1:3]
    if max_short_side is None or min(height, width) <= max_short_side:
        return pictures
    scale = max_short_side / min(height, width)
    size = (round(width * scale), round(height * scale))
    return np.stack([np.asarray(Image.fromarray(p).resize(size, Image.Resampling.BOX)) for p in pictures])
