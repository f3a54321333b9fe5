"""The folders that training commands read, with the synthetic clips and invented prompts of ``tiny_training``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tiny_training import tiny_prompts, tiny_sources

from sanacam.model.training.data.carrier import write_clip, write_mask
from sanacam.model.training.data.manifest import write_manifest
from sanacam.model.training.prompts.bank import FORMAT, INDEX_FILE, TOKENS_FILE, VERSION


def write_prompts(folder: Path) -> None:
    bank = tiny_prompts()
    lengths = [2 + i % 3 for i in range(len(bank))]
    offsets = torch.tensor([0, *np.cumsum(lengths).tolist()])
    tokens = {
        "codes": torch.randint(-99, 99, (int(offsets[-1]), 16), dtype=torch.int8),
        "token_scale": torch.full((int(offsets[-1]),), 0.01, dtype=torch.float16),
        "channel_scale": torch.ones(16),
        "offsets": offsets,
    }
    save_file(tokens, folder / TOKENS_FILE)
    rows = [{"text": e.text, "edit": e.edit, "strength": e.strength, "split": e.split} for e in bank.entries]
    index = {"format": FORMAT, "version": VERSION, "width": 16, "max_tokens": 4, "prompts": rows}
    (folder / INDEX_FILE).write_text(json.dumps(index), encoding="utf-8")


def write_data(folder: Path) -> Path:
    """Clips, masks, manifest and prompt bank."""
    items: list[dict[str, Any]] = []
    for source in tiny_sources().sources:
        if not source.is_clip:
            continue
        write_clip(folder / f"{source.name}.avif", list(source.frames.permute(0, 2, 3, 1).numpy()), source.fps)
        if source.mask is not None:
            write_mask(folder / f"{source.name}.mask.avif", list(source.mask[:, 0].numpy()), source.fps)
        mask = None if source.mask is None else f"{source.name}.mask.avif"
        items.append(
            {
                "name": source.name, "file": f"{source.name}.avif", "mask": mask, "frames": len(source.frames),
                "fps": source.fps, "weight": 1.0, "people": source.people,
            }
        )  # fmt: skip
    write_manifest(folder, items)
    write_prompts(folder)
    return folder


def write_held_out(folder: Path, frames: int = 16) -> Path:
    """Two moving clips of 64×32 pixels."""
    folder.mkdir()
    generator = np.random.default_rng(7)
    for name in ("left", "right"):
        wide = np.kron(generator.integers(0, 255, (8, 24, 3), dtype=np.uint8), np.ones((4, 4, 1), np.uint8))
        moving = np.stack([np.roll(wide, t if name == "right" else -t, axis=1)[:, :64] for t in range(frames)])
        np.savez(folder / f"{name}.npz", frames=moving)
    return folder
