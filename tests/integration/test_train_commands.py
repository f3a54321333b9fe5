"""The stages one after another by their commands, each from the files of the one before, on a small data folder."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tiny_training import DIT, STREAM, VAE, stage_config, tiny_prompts, tiny_sources

from sanacam.model.errors import UserError
from sanacam.model.training.cli import main
from sanacam.model.training.config import STAGES, StageConfig
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


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
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


def toml(values: dict[str, Any]) -> str:
    """A flat table with sub-tables, as the shipped files are written."""
    plain = {k: v for k, v in values.items() if not isinstance(v, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for name, table in values.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


def config_file(stage: str, folder: Path) -> Path:
    config: StageConfig = stage_config(stage, steps=2)
    stream = {f.name: getattr(config.stream, f.name) for f in fields(STREAM)}
    values = {f.name: getattr(config, f.name) for f in fields(StageConfig) if f.name not in ("stream", "decoder")}
    path = folder / f"{stage}.toml"
    path.write_text(toml({**values, "vae": VAE, "dit": DIT, "stream": stream}), encoding="utf-8")
    return path


def test_every_stage_is_one_command_and_the_next_one_begins_where_it_ended(data: Path, tmp_path: Path) -> None:
    vae, teacher = tmp_path / "vae" / "vae.safetensors", tmp_path / "bidirectional" / "dit.safetensors"

    def dit_of(stage: str) -> str:
        return str(tmp_path / stage / "dit.safetensors")

    starts = {
        "vae": [],
        "bidirectional": ["--vae", vae],
        "latent": ["--vae", vae, "--dit", teacher],
        "few_step": ["--vae", vae, "--dit", dit_of("latent"), "--teacher", teacher],
        "self_forcing": ["--vae", vae, "--dit", dit_of("few_step"), "--teacher", teacher],
        "cycle_reverse": [
            "--vae", vae, "--dit", dit_of("self_forcing"), "--teacher", teacher,
            "--fake", tmp_path / "self_forcing" / "fake.safetensors",
        ],
        "joint": ["--vae", vae, "--dit", dit_of("cycle_reverse")],
        "decoder": ["--vae", vae],
    }  # fmt: skip
    assert set(starts) == set(STAGES)
    for stage, origins in starts.items():
        out = tmp_path / stage
        common = [stage, "--data", data, "--out", out, "--config", config_file(stage, tmp_path), "--device", "cpu"]
        assert main([str(word) for word in (*common, *origins)]) == 0
        assert {"log.jsonl", "log.html", "sheet_2.png", "checkpoints"} <= {path.name for path in out.iterdir()}


def test_what_cannot_be_is_said_before_anything_is_written(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["few_step", "--data", str(data), "--out", str(tmp_path / "out")])
    config = str(config_file("latent", tmp_path))
    with pytest.raises(UserError, match="describes the latent stage"):
        main(["vae", "--data", str(data), "--out", str(tmp_path / "out"), "--config", config])
    assert not (tmp_path / "out").exists()
