"""What is compared: one TOML file names the parts, their variants and what is measured of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from sanacam.model.errors import UserError
from sanacam.model.evaluation.wordings import check_edits
from sanacam.model.toml_table import build_table
from sanacam.model.training.config import StageConfig, load_config
from sanacam.model.training.edits import EDITS
from sanacam.model.vae.mini import FRAMES_PER_LATENT


@dataclass(frozen=True)
class Variant:
    """One way of training.

    Attributes:
        name, title: as in file names, as in the report.
        stage: training stage; empty for the weights as they are given.
        fresh: the transformer begins with random weights.
        decoder: whether the picture is decoded with the ``source`` at hand or ``alone`` from the latents.
        training: what differs from the part's training, in the form of a stage's TOML file.
    """

    name: str
    title: str
    stage: str = ""
    fresh: bool = False
    decoder: Literal["source", "alone"] = "source"
    training: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Variants that answer one question.

    Attributes:
        baseline: the variant that the others are compared with.
        size: width and height of the held-out clips.
        vae: which autoencoder it starts from: ``vae``, or ``plain_vae``, which never had a source in its decoder.
        minutes: at most so long a variant may train; meant as a guard, the steps should end first.
        undo: whether the edit is also undone by the inverse wording and compared with the source.
        training: what differs from the stages' shipped files.
    """

    name: str
    title: str
    question: str
    baseline: str
    variants: tuple[Variant, ...]
    size: tuple[int, int] = (320, 176)
    vae: Literal["vae", "plain_vae"] = "vae"
    minutes: float = 0.0
    undo: bool = False
    training: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """How much is measured of every variant.

    Attributes:
        clips, frames: held-out clips, and pictures of each (whole latents).
        drift_clips, drift_edits, drift_seconds, rate: the long streams, each clip played to and fro.
        piece: latent frames that go through the networks at once; the result does not depend on it.
        feature_every: of the long streams' pictures, every so many-th is looked at by the perceptual network.
    """

    clips: int = 5
    frames: int = 56
    drift_clips: int = 3
    drift_edits: tuple[str, ...] = ()
    drift_seconds: float = 60.0
    rate: float = 30.0
    piece: int = 8
    feature_every: int = 6

    def __post_init__(self) -> None:
        if self.frames % FRAMES_PER_LATENT or self.frames < 2 * FRAMES_PER_LATENT:
            raise UserError(f"frames = {self.frames} of [measure] must be {FRAMES_PER_LATENT} times 2 or more.")
        if min(self.clips, self.drift_clips, self.piece, self.feature_every) < 1 or self.rate <= 0:
            raise UserError("Numbers of [measure] must be 1 or more.")


@dataclass(frozen=True)
class Lengths:
    """Speed and memory against the length of the stream, of networks with random weights.

    Attributes:
        size: width and height of the picture.
        seconds: lengths of stream at which a chunk is timed.
        kinds: name → what differs in the transformer's configuration; ``everything`` = true keeps all of the past.
        largest_gigabytes: a memory beyond this is worked out, not timed.
        repeats: chunks that are timed; the median counts.
    """

    size: tuple[int, int] = (1280, 704)
    seconds: tuple[float, ...] = ()
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    dit: dict[str, Any] = field(default_factory=dict)
    largest_gigabytes: float = 60.0
    repeats: int = 3


@dataclass(frozen=True)
class Plan:
    """Everything an ablation consists of.

    Attributes:
        edits: what is trained and tried, by name.
        seeds: each variant that is trained is trained once with each.
    """

    edits: tuple[str, ...]
    seeds: tuple[int, ...]
    measure: Measure
    parts: tuple[Part, ...]
    lengths: Lengths

    def part(self, name: str) -> Part:
        """
        Raises:
            UserError: no part has this name.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise UserError(
            f"The plan has no part called {name}.", f"It has: {', '.join(part.name for part in self.parts)}."
        )


def read_plan(path: Path | None = None) -> Plan:
    """The plan in a TOML file; by default the shipped one.

    Raises:
        UserError: no such file, not TOML, keys or edits that do not exist, or a baseline that is no variant.
    """
    if path is None:
        with as_file(files("sanacam.model.ablation") / "configs" / "mini.toml") as shipped:
            return read_plan(shipped)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no plan at {path}.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not valid TOML: {error}.") from None
    parts = []
    for table in values.get("parts", []):
        variants = tuple(build_table(Variant, row, str(path)) for row in table.get("variants", []))
        part: Part = build_table(Part, {**table, "variants": variants}, str(path))
        if part.baseline not in {variant.name for variant in variants}:
            raise UserError(f"{path}: {part.name} has the baseline {part.baseline}, which is none of its variants.")
        parts.append(part)
    measure: Measure = build_table(Measure, values.get("measure", {}), str(path))
    check_edits([*values.get("edits", []), *measure.drift_edits])
    rest = {**values, "parts": tuple(parts), "measure": measure}
    lengths: Lengths = build_table(Lengths, values.get("lengths", {}), str(path))
    plan: Plan = build_table(Plan, {**rest, "lengths": lengths}, str(path))
    return plan


def stage_config(plan: Plan, part: Part, variant: Variant, seed: int) -> StageConfig:
    """The training of one variant: the stage's shipped file, then the part's changes, then the variant's.

    Raises:
        UserError: a key that no stage has, or values that contradict each other.
    """
    with as_file(files("sanacam.model.training") / "configs" / f"{variant.stage}.toml") as path:
        shipped = load_config(path)
    changes = _merged(part.training, variant.training)
    tables = {
        "stream": replace(shipped.stream, **_known(shipped.stream, changes.pop("stream", {}), part)),
        "dit": {**shipped.dit, **changes.pop("dit", {})},
        "vae": {**shipped.vae, **changes.pop("vae", {})},
    }
    # All but the plan's edits are never drawn.
    weights = {name: 0.0 for name in EDITS if name not in plan.edits}
    plain = {"seed": seed, "compile": False, "edit_weights": weights, **_known(shipped, changes, part)}
    return replace(shipped, **{**plain, **tables})


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """``second`` over ``first``, tables key by key."""
    merged = dict(first)
    for key, value in second.items():
        merged[key] = _merged(merged.get(key, {}), value) if isinstance(value, Mapping) else value
    return merged


def _known(kind: Any, values: dict[str, Any], part: Part) -> dict[str, Any]:
    unknown = sorted(set(values) - {f.name for f in fields(kind)})
    if unknown:
        raise UserError(f"The training of {part.name} has unknown keys: {', '.join(unknown)}.")
    return values
