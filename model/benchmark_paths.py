"""What a benchmark measures: a stream of moving noise through the editor, once for each choice of video coders."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch

from sanacam.model.benchmark_report import END_TO_END, PathResult, StageResult
from sanacam.model.chunk_sampler import Way
from sanacam.model.clip_editor import OVERLAP_LATENTS
from sanacam.model.errors import UserError
from sanacam.model.finite_watch import WatchedClip, WatchedStream
from sanacam.model.pixels import Pixels
from sanacam.model.precision import Precision
from sanacam.model.stage_clock import STAGES, MeasuringClock
from sanacam.model.vae.codec import choose_coders
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.toy_text import ToyTextEncoder

PROMPT = "Turn the picture into an oil painting."
WARM_UP, CLIP_WARM_UP = 5, 1
"""Chunks before the clock starts: sink and window are full, allocators and library choices settled. A model for whole
clips has nothing to fill."""
TIMED, CLIP_TIMED = 10, 3
"""Chunks, or windows of a clip, that are timed if nothing else is asked for."""
Coders = tuple[str, str]
"""Encoder and decoder of the VAE; empty for a model with one of each."""
CODERS: tuple[Coders, ...] = (("full", "window"), ("full", "causal"), ("full", "tiny"), ("tiny", "tiny"))


def measure(
    bundle: ModelBundle,
    size: tuple[int, int],
    device: torch.device,
    precision: str | Precision,
    *,
    coders: Sequence[Coders] | None = None,
    chunks: int | None = None,
    steps: int | None = None,
    way: Way = "auto",
    on_path: Callable[[PathResult], object] = lambda path: None,
) -> list[PathResult]:
    """One result for each choice of encoder and decoder; a model without a choice gives one.

    Args:
        size: (width, height).
        coders: default those of :data:`CODERS` whose networks are loaded.
        chunks: timed ones, 1 or more; default :func:`timed_of`. Of a model for whole clips: windows.
        steps, way: see :class:`~sanacam.model.stream.StreamEditor`.
        on_path: told of every result as soon as it is there.

    Raises:
        UserError: a choice that is not there, before anything is measured; too few steps, or ``fused`` where it is
            impossible.
    """
    clock, vae = MeasuringClock(device), bundle.vae
    if isinstance(vae, Ltx2VAE):
        choices: Sequence[Coders] = [pair for pair in CODERS if vae.offers(*pair)] if coders is None else coders
    elif coders is None:
        choices = [("", "")]
    else:
        raise UserError(f"{bundle.config.name} has one video encoder and one decoder.", "Leave --coders away.")
    for encoder, decoder in choices:
        choose_coders(vae, encoder or None, decoder or None)
    results = []
    for encoder, decoder in choices:
        choose_coders(vae, encoder or None, decoder or None)
        editor = _open_editor(bundle, device, precision, steps, way, clock)
        results.append(_measure_path(editor, clock, size, (encoder, decoder), chunks or timed_of(bundle.config)))
        on_path(results[-1])
    return results


def _open_editor(
    bundle: ModelBundle,
    device: torch.device,
    precision: str | Precision,
    steps: int | None,
    way: Way,
    clock: MeasuringClock,
) -> WatchedStream | WatchedClip:
    editor: WatchedStream | WatchedClip
    if bundle.config.sampler == "clip":
        overlap = min(OVERLAP_LATENTS, bundle.config.chunk_latents - 1)
        name = precision if isinstance(precision, str) else precision.name
        editor = WatchedClip(bundle, device, name, steps=steps, overlap_latents=overlap, clock=clock)
    else:
        editor = WatchedStream(bundle, device, precision, steps=steps, way=way, clock=clock)
    editor.set_prompt(PROMPT)
    return editor


def _measure_path(
    editor: WatchedStream | WatchedClip, clock: MeasuringClock, size: tuple[int, int], coders: Coders, chunks: int
) -> PathResult:
    frames = moving_noise(*size)
    began = time.perf_counter()
    if isinstance(editor, WatchedStream):
        editor.prepare(*size)
    ready_s = time.perf_counter() - began
    for _ in range(warm_up_of(editor.bundle.config)):
        _chunk(editor, frames)
    clock.clear()
    whole: list[float] = []
    per_chunk = editor.frames_per_chunk
    for number in range(chunks):
        # what is not finite stays in a stream's memory, so that the last chunk tells of all
        editor.numbers.keep = number == chunks - 1
        before = time.perf_counter()
        _chunk(editor, frames)
        whole.append(1e3 * (time.perf_counter() - before))
    measured = {**clock.milliseconds(), END_TO_END: whole}
    peaks = {**clock.peak_bytes, END_TO_END: max(clock.peak_bytes.values(), default=None)}
    stages = tuple(
        StageResult(name, statistics.median(measured[name]), max(measured[name]), per_chunk, peaks.get(name))
        for name in (*STAGES, END_TO_END)
    )
    return PathResult(*coders, way=editor.way, ready_s=ready_s, stages=stages, spoilt=editor.numbers.spoilt())


def warm_up_of(config: BundleConfig) -> int:
    """Chunks, or windows, before the clock starts."""
    return CLIP_WARM_UP if config.sampler == "clip" else WARM_UP


def timed_of(config: BundleConfig) -> int:
    """Chunks, or windows, that are timed if nothing else is asked for."""
    return CLIP_TIMED if config.sampler == "clip" else TIMED


def measure_text(bundle: ModelBundle, prompts: int = 3) -> float | None:
    """Milliseconds that the text encoder takes for a prompt which it has not seen, once its weights are read; None for
    an encoder without weights."""
    if isinstance(bundle.text_encoder, ToyTextEncoder):
        return None
    times = []
    for number in range(prompts + 1):
        # No two runs ask for the same, since encoders remember what they have read.
        prompt = f"{PROMPT} Painted number {time.time_ns()} of series {number}."
        before = time.perf_counter()
        bundle.text_encoder.encode(prompt)
        times.append(1e3 * (time.perf_counter() - before))
    return statistics.median(times[1:])


def _chunk(editor: WatchedStream | WatchedClip, frames: Sequence[Pixels]) -> list[Pixels]:
    """Pushes exactly the pictures that the next chunk takes."""
    wanted = editor.frames_per_chunk
    return editor.push([frames[index % len(frames)] for index in range(wanted)])


def moving_noise(width: int, height: int, count: int = 24) -> list[Pixels]:
    """Pictures of noise that moves sideways."""
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(picture, 8 * shift, axis=1)) for shift in range(count)]
