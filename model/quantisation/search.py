"""The search for a policy: greedy by gain per damage, then exchanges.

1. Layers are searched by kind and by block range (the first 30 %, the middle 40 %, the last 30 %, as the paper's
   shallow, middle and deep): a group. Every group in every format is run alone; its damage is the squared relative
   RMSE of the latents, its gain the time that it saves.
2. Moves are taken in order of gain per damage. How many is settled by bisection with real runs of what they add up to,
   since damages do not quite add up.
3. Exchanges: a move that was left out is added, or takes the place of one that was taken, and stays if the measured
   result is better and within the budget.

Every run is kept in a file as it ends, so that a search that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sanacam.kernels.quantize_formats import WIDTH_MULTIPLE, Format
from sanacam.model.dit.config import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.quantisation.calibration import Quality
from sanacam.model.quantisation.layers import KINDS, Layer, layers_of
from sanacam.model.quantisation.policy import Rule
from sanacam.model.quantisation.timing import Timing

RANGE_ENDS = (0.3, 0.7, 1.0)
EXCHANGES = 8
Formats = Mapping[str, Format]
Measure = Callable[[Formats], Quality]


@dataclass(frozen=True)
class Group:
    """Layers of one kind in consecutive blocks."""

    pattern: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Move:
    """A group goes from bf16 to a format; ``gain`` ms of a forward, ``quality`` when it goes alone."""

    group: Group
    form: Format
    gain: float
    quality: Quality

    @property
    def damage(self) -> float:
        return self.quality.rmse**2


@dataclass(frozen=True)
class Budget:
    """``lpips`` or ``rmse``: the most that is allowed, as fast as possible. ``speed``: the least speed-up of the
    products over bf16, with as little damage as possible."""

    kind: str
    value: float

    @classmethod
    def parse(cls, text: str) -> Budget:
        """``lpips=0.05``, ``rmse=0.3``, ``speed=2``.

        Raises:
            UserError: anything else.
        """
        kind, _, number = text.partition("=")
        hint = "Write lpips=0.05, rmse=0.3 or speed=2."
        try:
            value = float(number)
        except ValueError as error:
            raise UserError(f"“{text}” is no budget.", hint) from error
        if kind not in ("lpips", "rmse", "speed") or not 0 < value < 1e6 or (kind == "speed" and value < 1):
            raise UserError(f"“{text}” is no budget.", hint)
        return cls(kind, value)


@dataclass(frozen=True)
class Result:
    """A set of moves that was run together."""

    moves: tuple[Move, ...]
    quality: Quality
    speedup: float


class Evidence:
    """Qualities that were measured, in a file with one JSON object a line.

    Args:
        path: made when the first line is written. Lines of other settings are kept and not used.
        settings: whatever a quality depends on besides the formats: model, streams, seed.
    """

    def __init__(self, path: Path, settings: Mapping[str, object]) -> None:
        self.path, self._settings = path, json.dumps(settings, sort_keys=True)
        self._known: dict[str, Quality] = {}
        self._torn = False
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            self._torn = not text.endswith("\n") and text != ""
            for line in text.splitlines():
                try:
                    entry = json.loads(line)
                    self._known[entry["key"]] = Quality(**entry["quality"])
                except (ValueError, KeyError, TypeError):
                    continue  # the last line of a search that was killed while it wrote

    def key(self, formats: Formats) -> str:
        text = self._settings + json.dumps(dict(formats), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def get(self, formats: Formats) -> Quality | None:
        """What was measured before, if it was."""
        return self._known.get(self.key(formats))

    def add(self, formats: Formats, quality: Quality) -> None:
        """Keep a quality, on disk at once.

        Raises:
            UserError: the file cannot be written.
        """
        key = self.key(formats)
        self._known[key] = quality
        changed = {name: form for name, form in formats.items() if form != "bf16"}
        line = json.dumps({"key": key, "quality": quality.to_dict(), "layers": len(changed)})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n" * self._torn + line + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._torn = False
        except OSError as error:
            raise UserError(
                f"{self.path} cannot be written: {error.strerror}.", "Choose another place with --out."
            ) from error


def groups_of(config: DiTConfig) -> list[Group]:
    """Kinds × block ranges."""
    ends = [round(config.depth * end) for end in RANGE_ENDS]
    ranges = [(first, end) for first, end in zip([0, *ends], ends, strict=False) if end > first]
    layers = layers_of(config)
    return [
        Group(
            f"blocks.{first}-{end - 1}.{kind.name}",
            tuple(layer for layer in layers if layer.kind == kind and first <= layer.block < end),
        )
        for kind in KINDS
        if not kind.per_prompt
        for first, end in ranges
    ]


class Search:
    """
    Args:
        measure: runs the streams; asked only for what the evidence does not have.
        candidates: formats to try besides bf16.
    """

    def __init__(
        self, config: DiTConfig, candidates: Sequence[Format], timing: Timing, measure: Measure, evidence: Evidence,
        budget: Budget,
    ) -> None:  # fmt: skip
        self.layers, self.groups = layers_of(config), groups_of(config)
        self.candidates, self.timing, self.budget = tuple(candidates), timing, budget
        self._measure, self._evidence = measure, evidence
        self._base_ms = timing.total_ms(self.layers, self.formats(()))

    def unknown_runs(self) -> int:
        """About how many runs are still to be measured."""
        gains = self._gains()
        unknown = sum(self._evidence.get(self._alone(group, form)) is None for group, form, _ in gains)
        return unknown + (len(gains).bit_length() + EXCHANGES if unknown else 0)

    def moves(self) -> list[Move]:
        """Every group in every format that saves time, alone; best gain per damage first."""
        found = [Move(group, form, ms, self._quality(self._alone(group, form))) for group, form, ms in self._gains()]
        return sorted(found, key=lambda move: move.gain / max(move.damage, 1e-12), reverse=True)

    def _gains(self) -> list[tuple[Group, Format, float]]:
        """Every group in every format that saves time, and how much; known without a stream."""
        found = []
        for group in self.groups:
            for form in self.candidates:
                if self._suits(group, form):
                    gain = sum(self.timing.of(la, "bf16").ms - self.timing.of(la, form).ms for la in group.layers)
                    if gain > 0:
                        found.append((group, form, gain))
        return found

    def _check_gains(self) -> None:
        """Before anything is streamed.

        Raises:
            UserError: see :meth:`run`.
        """
        gains = self._gains()
        if not gains:
            raise UserError("No format is faster than bf16 here.", "Search for another card with --gpu.")
        fastest = {layer.name: form for group, form, _ in sorted(gains, key=lambda g: g[2]) for layer in group.layers}
        speedup = self._base_ms / self.timing.total_ms(self.layers, {**self.formats(()), **fastest})
        if self.budget.kind == "speed" and speedup < self.budget.value:
            raise UserError(
                f"A speed-up of {self.budget.value:g} cannot be had: the fastest formats give {speedup:.2f}.",
                "Ask for less with --budget.",
            )

    def run(self) -> tuple[Result, list[Move]]:
        """The best set of moves within the budget, and all moves.

        Raises:
            UserError: no move saves time, or even all of them do not reach the speed asked for.
        """
        self._check_gains()
        moves = self.moves()
        return self._exchange(self._prefix(moves), moves), moves

    def _prefix(self, moves: Sequence[Move]) -> Result:
        """The longest beginning of ``moves`` that is good enough, or the shortest that is fast enough."""
        if self.budget.kind == "speed":
            counts = range(len(moves) + 1)
            fast = (n for n in counts if self._speedup(self._together(moves[:n])) >= self.budget.value)
            return self._result(self._together(moves[: next(fast, len(moves))]))
        best, good, bad = self._result(()), 0, len(moves) + 1
        while bad - good > 1:
            middle = (good + bad) // 2
            result = self._result(self._together(moves[:middle]))
            if self._within(result):
                best, good = result, middle
            else:
                bad = middle
        return best

    def _exchange(self, best: Result, moves: Sequence[Move]) -> Result:
        """Try single changes, the most promising first."""
        tries = 0
        for move in moves:
            if move in best.moves or tries == EXCHANGES:
                continue
            others = tuple(m for m in best.moves if m.group != move.group)
            weakest = max(others, key=lambda m: m.damage / m.gain, default=None)
            for changed in ((*others, move), (*(m for m in others if m != weakest), move)):
                if tries == EXCHANGES or not self._may_help(changed, best):
                    continue
                tries += 1
                result = self._result(changed)
                if self._within(result) and self._better(result, best):
                    best = result
                    break
        return best

    def _may_help(self, moves: Sequence[Move], best: Result) -> bool:
        """Before it is run: by what times add up to exactly, and damages roughly."""
        if self.budget.kind == "speed":
            return self._speedup(moves) >= self.budget.value and _damage(moves) < _damage(best.moves)
        return self._speedup(moves) > best.speedup

    def _better(self, one: Result, other: Result) -> bool:
        if self.budget.kind == "speed":
            return one.quality.rmse < other.quality.rmse
        return one.speedup > other.speedup

    def _within(self, result: Result) -> bool:
        if self.budget.kind == "speed":
            return result.speedup >= self.budget.value
        return getattr(result.quality, self.budget.kind) <= self.budget.value

    def _together(self, moves: Sequence[Move]) -> tuple[Move, ...]:
        """One move a group: the one that saves most."""
        chosen: dict[str, Move] = {}
        for move in moves:
            other = chosen.get(move.group.pattern)
            if other is None or move.gain > other.gain:
                chosen[move.group.pattern] = move
        return tuple(chosen.values())

    def _result(self, moves: Sequence[Move]) -> Result:
        formats = self.formats(moves)
        return Result(tuple(moves), self._quality(formats), self._speedup(moves))

    def _speedup(self, moves: Sequence[Move]) -> float:
        return self._base_ms / self.timing.total_ms(self.layers, self.formats(moves))

    def formats(self, moves: Sequence[Move]) -> dict[str, Format]:
        """Of every layer, with these moves taken."""
        formats: dict[str, Format] = {layer.name: "bf16" for layer in self.layers}
        return formats | {layer.name: move.form for move in moves for layer in move.group.layers}

    def _alone(self, group: Group, form: Format) -> dict[str, Format]:
        return self.formats(()) | {layer.name: form for layer in group.layers}

    def _quality(self, formats: Formats) -> Quality:
        if all(form == "bf16" for form in formats.values()):
            return Quality(0.0, 0.0, 0.0, 0.0)
        known = self._evidence.get(formats)
        if known is None:
            known = self._measure(formats)
            self._evidence.add(formats, known)
        return known

    @staticmethod
    def _suits(group: Group, form: Format) -> bool:
        return all(layer.inner % WIDTH_MULTIPLE[form] == 0 for layer in group.layers)


def rules_of(moves: Sequence[Move]) -> tuple[Rule, ...]:
    """As rules of a policy whose default is bf16."""
    return tuple(Rule(move.group.pattern, move.form) for move in sorted(moves, key=lambda m: m.group.pattern))


def _damage(moves: Sequence[Move]) -> float:
    return sum(move.damage for move in moves)
