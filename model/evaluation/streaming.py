"""A clip through the runtime, pushed chunk by chunk as a camera would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Pixels = npt.NDArray[np.uint8]


class Editor(Protocol):
    """The part of ``StreamEditor`` used here. Frames are (H, W, 3) uint8 RGB; one comes out for each that goes in."""

    @property
    def frames_per_chunk(self) -> int: ...

    def reset(self) -> None: ...

    def set_prompt(self, text: str) -> None: ...

    def push(self, frames: Sequence[Pixels]) -> list[Pixels]: ...

    def flush(self) -> list[Pixels]: ...


def to_pixels(frames: Tensor) -> list[Pixels]:
    """(T, 3, H, W) uint8 → T pictures (H, W, 3)."""
    return list(np.ascontiguousarray(frames.permute(0, 2, 3, 1).cpu().numpy()))


def from_pixels(frames: Sequence[Pixels], device: torch.device | str = "cpu") -> Tensor:
    """T pictures (H, W, 3) → (T, 3, H, W) uint8 on ``device``."""
    return torch.from_numpy(np.stack(frames)).to(device).permute(0, 3, 1, 2)


def stream(editor: Editor, frames: Iterable[Pixels], wording: str) -> Iterator[Pixels]:
    """Edited frames of a fresh stream, in order.

    Raises:
        RuntimeError: the editor gave more or fewer frames than it got.
    """
    editor.reset()
    editor.set_prompt(wording)
    sent = received = 0
    waiting: list[Pixels] = []
    for frame in frames:
        waiting.append(frame)
        sent += 1
        if len(waiting) == editor.frames_per_chunk:
            edited = editor.push(waiting)
            waiting = []
            received += len(edited)
            yield from edited
    edited = [*(editor.push(waiting) if waiting else []), *editor.flush()]
    received += len(edited)
    yield from edited
    if received != sent:
        raise RuntimeError(f"{sent} frames went into the editor and {received} came out")
