"""Before and after: clips that training has not seen, streamed by the model alone and with the adapter on."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sanacam.model.adapter.file import Adapter
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.evaluation.sheets import encode, gallery
from sanacam.model.evaluation.streaming import Pixels, from_pixels, stream, to_pixels
from sanacam.model.stream import StreamEditor
from sanacam.model.training.finetune.footage import Footage
from sanacam.model.training.finetune.style_loss import StyleLoss
from sanacam.model.zoo.bundle import ModelBundle

EVERY = 4
"""Every so many frames are compared."""
_STILL_FRAMES = 16
"""A single picture is streamed as a clip of this length."""
_SHOWN_CLIPS = 6


@dataclass(frozen=True)
class Distance:
    """One clip. ``kind`` is LPIPS to the target, or the style distance; lower is better.

    Attributes:
        source: of the unedited picture. ``before``: of the model without the adapter. ``after``: with it.
        kept: LPIPS between source and edited picture with the adapter: how much of what was seen has changed.
    """

    clip: str
    kind: str
    source: float
    before: float
    after: float
    kept: float


@dataclass(frozen=True)
class Comparison:
    """``put_on_ms``, ``taken_off_ms``: to change the weights of the running model."""

    distances: list[Distance]
    put_on_ms: float
    taken_off_ms: float

    def mean(self, what: str) -> float:
        return float(np.mean([getattr(d, what) for d in self.distances]))

    def to_dict(self) -> dict[str, Any]:
        means = {what: round(self.mean(what), 4) for what in ("source", "before", "after", "kept")}
        return {**asdict(self), "means": means}


@torch.no_grad()
def compare(
    bundle: ModelBundle, adapter: Adapter, clips: list[Footage], device: torch.device, sheet: Path,
    style: StyleLoss | None = None,
) -> Comparison:  # fmt: skip
    """Stream ``clips`` with the adapter's prompt, without and with it, and draw source | before | after | target.

    Args:
        bundle: without an adapter attached; its networks are cast for inference.
        style: judges clips that have no target.
    """
    editor = StreamEditor(bundle, device)
    perceptual = LPIPS(device) if style is None else style.perceptual
    prompt = adapter.about.prompt
    edits: list[dict[str, list[Pixels]]] = [{} for _ in clips]
    for side in ("before", "after"):
        if side == "after":
            bundle.adapters.add(adapter)
        for clip, edit in zip(clips, edits, strict=True):
            edit[side] = list(stream(editor, _frames(clip.source), prompt))
    distances = []
    pictures: dict[str, Pixels] = {}
    for clip, edit in zip(clips, edits, strict=True):
        sides = {"source": _frames(clip.source), **edit}
        tensors = {name: from_pixels(frames[::EVERY], device).float() / 127.5 - 1 for name, frames in sides.items()}
        target = None if clip.target is None else _frames(clip.target)
        if target is not None:
            wanted = from_pixels(target[::EVERY], device).float() / 127.5 - 1
            numbers = {name: float(perceptual(t, wanted).mean()) for name, t in tensors.items()}
        else:
            assert style is not None
            numbers = {name: float(style.style(t, torch.Generator().manual_seed(0))) for name, t in tensors.items()}
        kept = float(perceptual(tensors["after"], tensors["source"]).mean())
        distances.append(Distance(clip.name, "LPIPS" if style is None else "style", **numbers, kept=kept))
        if len(distances) <= _SHOWN_CLIPS:
            shown = {**sides} | ({} if target is None else {"target": target})
            at = len(sides["source"]) * 3 // 4
            pictures |= {f"{clip.name}: {name}": frames[at] for name, frames in shown.items()}
    sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.write_bytes(encode(gallery(pictures, 3 if clips[0].target is None else 4), "PNG"))
    off, on = (_timed(bundle, a, device) for a in (None, adapter))
    bundle.adapters.wear(None)
    return Comparison(distances, on, off)


def _frames(clip: Tensor) -> list[Pixels]:
    return to_pixels(clip if len(clip) > 1 else clip.expand(_STILL_FRAMES, -1, -1, -1))


def _timed(bundle: ModelBundle, adapter: Adapter | None, device: torch.device) -> float:
    """Milliseconds to change to this adapter."""
    began = time.perf_counter()
    bundle.adapters.wear(adapter)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return (time.perf_counter() - began) * 1000
