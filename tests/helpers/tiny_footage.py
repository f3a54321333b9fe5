"""Source folders for the data pipeline: a person-like shape that walks before a textured wall, a few kilobytes."""

from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np

from sanacam.model.training.data.carrier import Picture, write_clip, write_mask
from sanacam.model.training.data.manifest import write_manifest
from sanacam.model.training.pipeline.config import ClipTable, LongTable, PipelineConfig
from sanacam.model.training.pipeline.pictures import Clip

SIZE = (96, 128)
TINY = PipelineConfig(
    clips=ClipTable(short_side=96, frames=9, windows=1, per_shard=1),
    instruct={"maker": "taxonomy", "per_clip": 2, "edits": ["sepia", "bg_mono", "winter"]},
    long=LongTable(frames=24, window=9, instructions=1),
)  # fmt: skip
TINY_TOML = """
[clips]
short_side = 96
frames = 9
windows = 1
per_shard = 1
[instruct]
maker = "taxonomy"
per_clip = 2
edits = ["sepia", "bg_mono", "winter"]
[long]
frames = 24
window = 9
instructions = 1
"""
"""The same as a file has it."""


def walking(frames: int, seed: int = 0) -> Clip:
    """A bright figure with shirt and head that goes to the right before a wall of soft blotches."""
    chance = np.random.default_rng(seed)
    wall = cv2.resize(chance.uniform(30, 220, (12, 16, 3)), SIZE[::-1], interpolation=cv2.INTER_CUBIC).clip(0, 255)
    shirt = tuple(int(c) for c in chance.uniform(60, 240, 3))
    pictures, masks = [], []
    for index in range(frames):
        picture, mask = wall.astype(np.uint8).copy(), np.zeros(SIZE, np.uint8)
        x = 34 + 2 * index
        for canvas, body, head in ((picture, shirt, (205, 160, 130)), (mask, 255, 255)):
            cv2.rectangle(canvas, (x - 14, 46), (x + 14, 96), body, -1)  # type: ignore[call-overload]
            cv2.circle(canvas, (x, 32), 13, head, -1)  # type: ignore[call-overload]
        pictures.append(picture)
        masks.append(mask)
    return Clip(np.stack(pictures), np.stack(masks), 25.0)


def write_prepared(folder: Path, lengths: dict[str, int]) -> Path:
    """A folder as ``sanacam train prepare`` leaves it, with one clip for each name."""
    (folder / "clips").mkdir(parents=True)
    (folder / "masks").mkdir()
    items = []
    for number, (name, length) in enumerate(lengths.items()):
        clip = walking(length, number)
        assert clip.mask is not None
        write_clip(folder / f"clips/{name}.avif", list(clip.frames), clip.fps)
        write_mask(folder / f"masks/{name}.avif", list(clip.mask), clip.fps)
        licence = {"licence": "CC0-1.0" if number else "MIT", "credit": f"maker of {name}"}
        places = {"file": f"clips/{name}.avif", "mask": f"masks/{name}.avif", "sha256": f"{name} {length}"}
        items.append({"name": name, "frames": length, "fps": 25.0, **licence, **places})
    write_manifest(folder, items)
    return folder


def write_film(path: Path, pictures: Picture) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt = pictures.shape[1], pictures.shape[2], "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def list_films(folder: Path, names: list[str]) -> None:
    rows = {name: {"licence": "CC0-1.0", "credit": "nobody in particular"} for name in names}
    (folder / "films.json").write_text(json.dumps(rows))
