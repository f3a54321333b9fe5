"""One TOML file describes a pipeline: a table for each stage, whose ``maker`` says who does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.toml_table import build_table, read_toml

CHAIN = ("clips", "instruct", "anchor", "propagate", "pairs")
"""Stages of which each reads the shards of the one before."""
STAGES = (*CHAIN, "long")


@dataclass(frozen=True)
class ClipTable:
    """Table ``[clips]``: how sources become clips.

    Attributes:
        short_side: pixels; larger pictures are made smaller, none larger. Sizes are cut to multiples of 16.
        frames: length of a window. ``windows``: at most so many of one source, evenly over it.
        seconds: how far into a source windows are looked for.
        fps: pictures come at most this fast.
        per_shard: sources whose windows share a shard.
    """

    short_side: int = 256
    frames: int = 33
    windows: int = 2
    seconds: float = 20.0
    fps: float = 30.0
    per_shard: int = 2


@dataclass(frozen=True)
class LongTable:
    """Table ``[long]``: source-only clips for long training.

    Attributes:
        frames: longest clip. ``window``: shortest; so many first frames are edited as a trial.
        screened_seconds: at both ends, looked through at ``screened_fps`` for black or empty pictures.
        instructions: of one clip.
    """

    frames: int = 1440
    window: int = 81
    screened_seconds: float = 10.0
    screened_fps: float = 2.0
    instructions: int = 2


@dataclass(frozen=True)
class PipelineConfig:
    """Everything that decides the shards, besides sources and weights.

    Attributes:
        instruct, anchor, propagate, verify: ``maker`` and its settings (see ``makers_by_name``); ``instruct`` has
            ``per_clip`` besides.
    """

    seed: int = 1
    clips: ClipTable = field(default_factory=ClipTable)
    instruct: dict[str, Any] = field(default_factory=lambda: {"maker": "taxonomy", "per_clip": 5})
    anchor: dict[str, Any] = field(default_factory=lambda: {"maker": "recipe"})
    propagate: dict[str, Any] = field(default_factory=lambda: {"maker": "redraw"})
    verify: dict[str, Any] = field(default_factory=lambda: {"maker": "measured"})
    long: LongTable = field(default_factory=LongTable)

    def __post_init__(self) -> None:
        clips, long = self.clips, self.long
        per_clip = self.instruct.get("per_clip", 5)
        if not isinstance(per_clip, int) or per_clip < 1:
            raise UserError(f"[instruct] has per_clip = {per_clip!r}.", "It takes a whole number of 1 or more.")
        if min(clips.short_side, clips.frames, clips.windows, clips.per_shard, long.window, long.instructions) < 1:
            raise UserError("Sizes and counts of [clips] and [long] must be 1 or more.")
        if clips.short_side < 64 or clips.fps <= 0 or long.frames < long.window:
            raise UserError("[clips] needs short_side ≥ 64 and fps > 0, [long] frames ≥ window.")


def load_pipeline_config(path: Path | None) -> PipelineConfig:
    """Reads a file, or the shipped one.

    Raises:
        UserError: no such file, no TOML, or keys and values that nobody knows; named.
    """
    if path is None:
        with as_file(files("sanacam.model.training.pipeline") / "default.toml") as shipped:
            return load_pipeline_config(shipped)
    values = read_toml(path, "pipeline configuration")
    tables: tuple[tuple[str, type[Any]], ...] = (("clips", ClipTable), ("long", LongTable))
    for name, table in tables:
        if name in values:
            values[name] = build_table(table, values[name], f"{path} [{name}]")
    built: PipelineConfig = build_table(PipelineConfig, values, str(path))
    return built
