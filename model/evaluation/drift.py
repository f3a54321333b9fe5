"""Does a long stream fade, tint or blur? A clip is played to and fro for minutes and its rounds are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.metrics import LOOK_NAMES, look_of, psnr
from sanacam.model.evaluation.streaming import Editor, Pixels, from_pixels, stream, to_pixels

#: Stand in for means below them, which are too small a yardstick (a night-vision picture has next to no red).
_LEAST_SCALE = (0.05, 0.05, 0.05, 0.05, 0.01)
FEWEST_ROUNDS = 3


@dataclass(frozen=True)
class DriftRun:
    """A long stream, one value per round (forwards and backwards through the clip).

    Attributes:
        edit, wording, clip, minutes, rate: what was run; ``minutes`` at ``rate`` frames a second of stream time.
        rounds: (R, 5) look of the output, the mean of each round; columns as LOOK_NAMES.
        source: the same for the source. Every round shows the same source frames, so that it has no slope of its own.
        drift: slope × length over the run's mean, for each of LOOK_NAMES, less the source's; 0.05 = 5 % over the run.
        psnr: closeness to the teacher in dB, per round; empty without a teacher.
    """

    edit: str
    wording: str
    clip: str
    minutes: float
    rate: float
    rounds: list[list[float]]
    source: list[float]
    drift: dict[str, float]
    psnr: list[float]

    @property
    def worst(self) -> float:
        """The largest drift of all, as a share (0.05 = 5 %)."""
        return max(abs(value) for value in self.drift.values())


def ping_pong(frames: list[Pixels], rounds: int) -> Iterator[Pixels]:
    """Forwards and backwards ``rounds`` times; no frame comes twice in a row, so that there is no cut and no stop."""
    once = [*frames, *frames[-2:0:-1]]
    for _ in range(rounds):
        yield from once


def relative_slopes(rounds: Tensor) -> dict[str, float]:
    """Least-squares slope of each column of (R, 5) × R over the column's mean: the change over the whole run."""
    rounds = rounds.double()
    time = torch.arange(len(rounds), dtype=torch.float64) - (len(rounds) - 1) / 2
    slope = (time.unsqueeze(1) * rounds).sum(dim=0) / time.square().sum()
    scale = torch.maximum(rounds.mean(dim=0), rounds.new_tensor(_LEAST_SCALE))
    return dict(zip(LOOK_NAMES, (slope * len(rounds) / scale).tolist(), strict=True))


def measure_drift(
    editor: Editor,
    clip: Clip,
    edit: str,
    wording: str,
    minutes: float,
    rate: float = 30.0,
    teacher: Tensor | None = None,
    device: torch.device | str = "cpu",
    tick: Callable[[int], None] = lambda frames: None,
) -> DriftRun:
    """Streams ``minutes`` of the clip at ``rate`` frames a second (at least 3 rounds, whole rounds only).

    Args:
        teacher: (T, 3, H, W) in 0…1, the edit of the clip's frames, for the closeness curve.
        tick: called with the number of frames done since the last call.
    """
    frames = to_pixels(clip.frames)
    length = 2 * (len(frames) - 1)
    rounds = max(FEWEST_ROUNDS, round(minutes * 60 * rate / length))
    source = torch.cat([look_of(part.to(device).float() / 255) for part in clip.frames.split(64)])
    order = torch.tensor([*range(len(frames)), *range(len(frames) - 2, 0, -1)], device=device)
    looks, closeness = [], []
    waiting: list[Pixels] = []
    for frame in stream(editor, ping_pong(frames, rounds), wording):
        waiting.append(frame)
        if len(waiting) == length:
            output = from_pixels(waiting, device).float() / 255
            looks.append(look_of(output).mean(dim=0).cpu())
            if teacher is not None:
                closeness.append(psnr(output, teacher[order]))
            tick(length)
            waiting = []
    series = torch.stack(looks)
    return DriftRun(
        edit=edit,
        wording=wording,
        clip=clip.name,
        minutes=rounds * length / rate / 60,
        rate=rate,
        rounds=series.tolist(),
        source=source[order].mean(dim=0).tolist(),
        drift=relative_slopes(series),
        psnr=closeness,
    )
