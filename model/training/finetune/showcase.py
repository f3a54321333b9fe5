"""One style from nothing but what the training data holds: ``python -m sanacam.model.training.finetune.showcase``.

Writes pairs of clips whose targets are a print in two inks that the embedded model was never shown, fine-tunes on them,
then once more on pictures of the same style alone, and leaves adapters, reports and contact sheets.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sanacam.model.adapter.file import read_adapter
from sanacam.model.evaluation.clips import Clip, find_clips, load_clip, shipped_clips_folder
from sanacam.model.evaluation.sheets import still
from sanacam.model.training.edits.filters import flatten, gaussian, ink_lines
from sanacam.model.training.edits.screens import hatching
from sanacam.model.training.edits.tone import colour, contrast, luma, mix, soft_levels, soft_step
from sanacam.model.training.finetune.footage import SOURCES, TARGETS, Footage
from sanacam.model.training.finetune.measure import Comparison, compare
from sanacam.model.training.finetune.run import Finetuning, finetune
from sanacam.model.zoo import load_bundle

FRAMES = 48
NAME, PROMPT = "riso_print", "Print it in two inks, teal and orange, on cream paper."


def riso_print(x: Tensor) -> Tensor:
    """Teal line work and shadow hatching over flat orange half-tones on cream paper. (N, 3, H, W) in 0…1."""
    height, width = x.shape[-2:]
    flat = flatten(x, 3, 1)
    light = contrast(luma(flat).clamp_min(0.0) ** 0.85, 0.25).clamp(0.0, 0.999)
    orange = 1 - soft_levels(light, 3, 6.0)
    shade = soft_step(0.40 - light, 0.0, 0.12) * hatching(height, width, 8, -1, x.device)
    teal = torch.maximum(ink_lines(gaussian(luma(flat), 0.5), 1.1, gain=28.0, floor=0.012), 0.9 * shade)
    paper = mix(colour("#f6ecd6", x), colour("#f4793b", x), 0.85 * orange)
    return mix(paper, paper * colour("#0e6f78", x), teal.clamp(0.0, 1.0)).clamp(0.0, 1.0)


def write_pairs(clips: list[Clip], folder: Path) -> None:
    """``source/NAME.npz`` and ``target/NAME.npz``."""
    for side in (SOURCES, TARGETS):
        (folder / side).mkdir(parents=True, exist_ok=True)
    for clip in clips:
        picture = clip.picture("cpu")[0]
        edited = torch.cat([riso_print(part) for part in picture.split(8)]).mul(255).round().byte()
        for side, frames in ((SOURCES, clip.frames), (TARGETS, edited)):
            np.savez(folder / side / f"{clip.name}.npz", frames=frames.permute(0, 2, 3, 1).numpy())


def write_style(clips: list[Clip], folder: Path) -> None:
    """One edited picture of each clip, as a painter's works would be: ``NAME.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        edited = riso_print(clip.picture("cpu")[0, :1])[0].mul(255).round().byte()
        Image.fromarray(still(edited)).save(folder / f"{clip.name}.png")


def judge(path: Path, size: tuple[int, int]) -> Comparison:
    """Before and after on the clips that ship for evaluation: other people and places than any that was trained on.
    Leaves ``shipped_clips.json`` and ``shipped_clips.png`` beside the adapter."""
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    with ExitStack() as stack:
        clips = [load_clip(clip, size, FRAMES) for clip in find_clips(shipped_clips_folder(stack))]
    footage = []
    for clip in clips:
        edited = torch.cat([riso_print(part) for part in clip.picture("cpu")[0].split(8)])
        footage.append(Footage(clip.name, clip.frames, edited.mul(255).round().byte()))
    bundle = load_bundle("mini", device)
    comparison = compare(bundle, read_adapter(path), footage, device, path.parent / "shipped_clips.png")
    text = json.dumps(comparison.to_dict(), indent=1) + "\n"
    (path.parent / "shipped_clips.json").write_text(text, encoding="utf-8")
    before, after = comparison.mean("before"), comparison.mean("after")
    print(f"LPIPS to the target on the shipped clips: {before:.3f} before, {after:.3f} with the adapter.")
    return comparison


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Fine-tune the embedded model on one style, from pairs and without.")
    add = parser.add_argument
    add("--clips", type=Path, required=True, help="folder with clips, for example data/mini_v1/clips")
    add("--out", type=Path, required=True, help="gets the folders pairs and style")
    add("--minutes", type=float, default=1.0, help="of training from pairs; 0 leaves it out (default: 1)")
    add("--style-minutes", type=float, default=0.5, help="of training from pictures alone; 0 leaves it out")
    add("--steps", type=int, default=4000)
    add("--batch", type=int, default=8)
    add("--most-clips", type=int, default=28)
    add("--size", type=int, nargs=2, default=(320, 176), metavar=("WIDTH", "HEIGHT"))
    options = parser.parse_args(argv)
    size = (options.size[0], options.size[1])
    found = find_clips(options.clips)
    # Evenly over the names, which begin with the kind of clip.
    count = min(len(found), options.most_clips)
    chosen = [found[i * len(found) // count] for i in range(count)]
    clips = [load_clip(clip, size, FRAMES) for clip in chosen]
    with tempfile.TemporaryDirectory() as scratch:
        pairs, pictures = Path(scratch) / "pairs", Path(scratch) / "pictures"
        write_pairs(clips, pairs)
        wish = Finetuning(
            name=NAME, title="Riso print", prompt=PROMPT, out=options.out / "pairs", pairs=pairs, size=size,
            minutes=options.minutes or 1.0, steps=options.steps, batch=options.batch,
        )  # fmt: skip
        if options.minutes > 0:
            judge(finetune(wish), size)
        if options.style_minutes > 0:
            write_style(clips[::3], pictures)
            out = options.out / "style"
            alone = replace(wish, pairs=None, style=pictures, clips=pairs / SOURCES, out=out)
            judge(finetune(replace(alone, minutes=options.style_minutes)), size)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
