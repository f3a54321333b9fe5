"""Where source clips come from: a folder that ``sanacam train prepare`` made, or a folder of films with a list.

``films.json`` beside the films: ``{"NAME.mp4": {"licence": "CC0-1.0", "credit": "who", "start": 0, "stop": 5}, …}``;
``start`` and ``stop`` (seconds) may be left out. Films that it does not name are not used: nobody says whose they are.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import Picture, decode_video, fit_short_side, read_pictures, require_avif
from sanacam.model.training.data.manifest import read_manifest
from sanacam.model.training.pipeline.config import ClipTable
from sanacam.model.training.pipeline.makers import NotPossibleError
from sanacam.model.training.pipeline.pictures import Clip, resize_masks
from sanacam.model.training.pipeline.shards import Sample, sha256

FILM_LIST = "films.json"
_STRETCH = 4.0
"""Seconds of a film that are decoded at a time."""
_LEAST_PERSON, _MOST_UNDECIDED, _LEAST_OVERLAP = 0.02, 0.45, 0.5
"""Mean of a mask, share of what is marked that is marked neither way, and overlap (intersection over union) of masks
that follow each other. Of seven clips in which the segmenter saw somebody, the four with one person in plain sight had
at least 0.06, at most 0.32, at least 0.80; the others failed."""


class Masker(Protocol):
    """Finds the person in frames that follow each other."""

    def __call__(self, frames: Sequence[Picture]) -> list[Picture]:
        """Masks (h, w) uint8, one a frame."""
        ...


def list_sources(folder: Path) -> list[Sample]:
    """One description a source, in a fixed order: keys name, licence, credit, file, mask, start, stop, digest.

    Raises:
        UserError: there is nothing that can be used, or two sources would get one key.
    """
    require_avif()
    rows = list(_prepared(folder)) or list(_films(folder))
    if not rows:
        raise UserError(
            f"There are no source clips in {folder}.",
            f"Make them with 'sanacam train prepare', or put films there and name them in {FILM_LIST}.",
        )
    name, count = Counter(row["name"] for row in rows).most_common(1)[0]
    if count > 1:
        raise UserError(
            f"{' and '.join(row['file'] for row in rows if row['name'] == name)} would all be “{name}” in the shards.",
            "Rename them: of a film's name, unaccented letters and digits count, and not its ending.",
        )
    return [Sample(row["name"], row) for row in rows]


def _prepared(folder: Path) -> Iterator[dict[str, Any]]:
    for item in read_manifest(folder):
        if item["frames"] > 1:
            origin = {key: item[key] for key in ("name", "licence", "credit")}
            mask = str(folder / item["mask"]) if item["mask"] else None
            times = {"fps": item["fps"], "start": 0.0, "stop": None}
            yield {**origin, **times, "file": str(folder / item["file"]), "mask": mask, "digest": item["sha256"]}


def _films(folder: Path) -> Iterator[dict[str, Any]]:
    path = folder / FILM_LIST
    if not path.is_file():
        return
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        for file, row in sorted(listed.items()):
            name = "".join(c if c.isalnum() and c.isascii() else "-" for c in Path(file).stem)
            content, stop = (folder / file).read_bytes(), row.get("stop")
            float(stop or 0)
            yield {
                "name": name, "licence": row["licence"], "credit": row["credit"], "file": str(folder / file),
                "mask": None, "fps": 0.0, "start": float(row.get("start", 0)), "stop": stop,
                "digest": sha256(content),
            }  # fmt: skip
    except FileNotFoundError as error:
        raise UserError(f"{error.filename} is listed in {path}, but is not there.") from None
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read ({error.strerror}).", "Is it a film?") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} cannot be used: {error}.", "Each film needs a licence and a credit.") from None


def read_source(source: Sample, table: ClipTable, most: int) -> Clip:
    """A source's frames in the pipeline's size, at most ``most`` of them from its beginning; with masks if the folder
    has them.

    Raises:
        NotPossibleError: a film cannot be decoded.
    """
    meta = source.meta
    path = Path(meta["file"])
    if path.suffix == ".avif":
        pictures = read_pictures(path)
        thin = max(1, round(meta["fps"] / table.fps))
        masks = None if meta["mask"] is None else read_pictures(Path(meta["mask"]), grey=True)[::thin][:most]
        return _fitted(_resized(pictures[::thin][:most], table.short_side), masks, meta["fps"] / thin)
    frames: list[Picture] = []
    fps, start = table.fps, float(meta["start"])
    stop = math.inf if meta["stop"] is None else float(meta["stop"])
    content = path.read_bytes()
    try:
        # Stretch by stretch: frames at full size are large.
        while start < stop and len(frames) < most:
            end = min(start + _STRETCH, stop)
            images, fps = decode_video(content, start, end, table.fps, most - len(frames))
            if not images:
                break
            frames += _resized([np.asarray(image) for image in images], table.short_side)
            start = end
    except (OSError, ValueError, IndexError) as error:
        raise NotPossibleError(f"unreadable film: {error}") from None
    if not frames:
        raise NotPossibleError("unreadable film: it has no pictures between its times")
    return _fitted(frames, None, fps)


def with_mask(clip: Clip, masker: Masker | None) -> Clip:
    """The clip with the person masks that it has, or else with those that the masker finds; without any if they cannot
    be trusted."""
    masks = clip.mask
    if masks is None and masker is not None:
        masks = resize_masks(np.stack(masker(list(clip.frames))), clip.frames.shape[1:3])
    return Clip(clip.frames, masks if masks is not None and can_be_trusted(masks) else None, clip.fps)


def can_be_trusted(masks: Picture) -> bool:
    """Whether masks (T, H, W) show one person all the time: somebody is there, most of what is marked at all is marked
    clearly, and it does not leap. A segmenter that sees a person in a kart or a dark board fails on all three."""
    share = masks.astype(np.float32) / 255
    there = share > 0.5
    marked = share > 0.2
    undecided = float((marked & (share < 0.8)).sum() / max(1, marked.sum()))
    both, either = there[1:] & there[:-1], there[1:] | there[:-1]
    overlap = both.sum(axis=(1, 2)) / np.maximum(1, either.sum(axis=(1, 2)))
    steady = not len(overlap) or float(overlap.min()) >= _LEAST_OVERLAP
    return float(share.mean(axis=(1, 2)).min()) >= _LEAST_PERSON and undecided <= _MOST_UNDECIDED and steady


def _resized(frames: Sequence[Picture] | Picture, short: int) -> list[Picture]:
    height, width = frames[0].shape[:2]
    size = fit_short_side(width, height, short)
    if size == (width, height):
        return list(frames)
    return [np.array(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS)) for frame in frames]


def _fitted(frames: Sequence[Picture], masks: Picture | None, fps: float) -> Clip:
    """The middle part, with sides that autoencoders and the edits' grids divide."""
    pictures = np.stack(frames)
    masks = None if masks is None else resize_masks(masks, pictures.shape[1:3])
    height, width = (side // 16 * 16 for side in pictures.shape[1:3])
    top, left = (pictures.shape[1] - height) // 2, (pictures.shape[2] - width) // 2
    part = (slice(None), slice(top, top + height), slice(left, left + width))
    return Clip(np.ascontiguousarray(pictures[part]), None if masks is None else np.ascontiguousarray(masks[part]), fps)


def windows(clip: Clip, length: int, most: int) -> list[tuple[int, Clip]]:
    """Up to ``most`` windows of ``length`` frames that do not overlap, spread evenly: (first frame, window)."""
    count = min(most, len(clip.frames) // length)
    room = len(clip.frames) - length
    starts = [round(i * room / max(1, count - 1)) for i in range(count)]
    return [
        (s, Clip(clip.frames[s : s + length], None if clip.mask is None else clip.mask[s : s + length], clip.fps))
        for s in starts
    ]
