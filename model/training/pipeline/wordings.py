"""The prompt bank of a folder of shards: what its instructions say, encoded as training wants it."""

from __future__ import annotations

from pathlib import Path

from sanacam.model.text.minilm import MiniLMEncoder
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.manifest import read_stage_manifest
from sanacam.model.training.pipeline.shards import Shard
from sanacam.model.training.prompts.bank import BankEntry
from sanacam.model.training.prompts.bank_builder import build_prompt_bank


def shard_wordings(folder: Path) -> list[BankEntry]:
    """Every wording of the instructions in a folder of shards, once each."""
    entries: dict[BankEntry, None] = {}
    for row in read_stage_manifest(folder)["shards"]:
        for sample in Shard(folder / f"{row['name']}.tar"):
            asked = Instruction.from_meta(sample.meta["instruction"])
            for text in asked.forward:
                entries[BankEntry(text, asked.name, asked.strength, "train")] = None
            for text in asked.inverse:
                entries[BankEntry(text, asked.name, 1.0, "inverse")] = None
    return list(entries)


def write_wordings(folder: Path, encoder: MiniLMEncoder | None = None) -> str:
    """Writes ``prompts.json`` and ``prompts.safetensors`` beside the shards; one line that says so."""
    return build_prompt_bank(folder, shard_wordings(folder), encoder)
