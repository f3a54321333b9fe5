"""Draws the presets' thumbnails with the embedded model, on the sample clip: what a tile shows is what one gets.

``python -m sanacam.app.thumbnails FOLDER`` writes ``FOLDER/NAME.png`` for every built-in preset.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from PIL import Image

from sanacam.app.clip_reader import ClipReader
from sanacam.app.engine import Editor
from sanacam.app.frames import Pixels
from sanacam.app.presets import Preset, builtin_presets

PROCESSED = (320, 176)
THUMBNAIL = (208, 117)
FRAMES = 20
START = 40


def sample_frames() -> list[Pixels]:
    """``FRAMES`` pictures from the sample clip, starting at its picture number ``START``."""
    with (
        as_file(files("sanacam.assets") / "sample" / "sample.mp4") as path,
        ClipReader(path, box=PROCESSED) as reader,
    ):
        pictures = [picture.pixels for _, picture in zip(range(START + FRAMES), reader.pictures(), strict=False)]
    return pictures[START:]


def thumbnail(editor: Editor, prompt: str, frames: Sequence[Pixels]) -> Image.Image:
    """The last of the edited ``frames`` in the middle crop of a tile (``THUMBNAIL`` pixels)."""
    editor.reset()
    editor.set_prompt(prompt)
    edited = [*editor.push(list(frames)), *editor.flush()]
    picture = Image.fromarray(np.ascontiguousarray(edited[-1]))
    scale = max(THUMBNAIL[0] / picture.width, THUMBNAIL[1] / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    resized = picture.resize(size, Image.Resampling.LANCZOS)
    left, top = (size[0] - THUMBNAIL[0]) // 2, (size[1] - THUMBNAIL[1]) // 2
    return resized.crop((left, top, left + THUMBNAIL[0], top + THUMBNAIL[1]))


def draw_thumbnails(editor: Editor, presets: Sequence[Preset], folder: Path) -> None:
    """Writes a PNG for each preset."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = sample_frames()
    for preset in presets:
        thumbnail(editor, preset.prompt, frames).save(folder / f"{preset.name}.png", optimize=True)
        print(preset.name, flush=True)


def main(argv: list[str] | None = None) -> int:
    from sanacam.app.editor_loading import load_editor
    from sanacam.app.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args(argv)
    draw_thumbnails(load_editor(Settings().model), builtin_presets(), arguments.folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
