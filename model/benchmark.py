"""``sanacam bench`` and ``python -m sanacam.model.benchmark``: time and memory of every stage, through the editor's own
code.

A stream of moving noise runs through :class:`~sanacam.model.stream.StreamEditor` for each choice of video encoder and
decoder. After a warm-up that fills sink and window, every chunk's stages are timed one by one and the chunk as a whole.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import numpy as np
import torch

from sanacam.model.benchmark_report import END_TO_END, Benchmark, PathResult, StageResult, machine, table
from sanacam.model.chunk_sampler import Way
from sanacam.model.clip_editor import OVERLAP_LATENTS, ClipEditor
from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels
from sanacam.model.placement import place
from sanacam.model.precision import Precision, choose_device, choose_dtype, choose_precision, choose_whole
from sanacam.model.precision_names import precision_forms
from sanacam.model.stage_clock import STAGES, MeasuringClock
from sanacam.model.stream import StreamEditor
from sanacam.model.vae.codec import choose_coders
from sanacam.model.vae.ltx2 import DECODERS, ENCODERS, Ltx2VAE
from sanacam.model.zoo.bundle import EMBEDDED, ModelBundle, load_bundle
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.released_models import RELEASED_MODELS
from sanacam.model.zoo.tiny import TINY_MODELS
from sanacam.model.zoo.toy_text import ToyTextEncoder

DESCRIPTION = (
    "Time and memory of every stage of a model on this machine. A stream of moving noise is edited for each choice of "
    "video encoder and decoder; the clock starts when sink and window are full."
)
PROMPT = "Turn the picture into an oil painting."
WARM_UP = 5
"""Chunks before the clock starts: sink and window are full, allocators and library choices settled."""
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
    chunks: int = 10,
    steps: int | None = None,
    way: Way = "auto",
) -> list[PathResult]:
    """One result for each choice of encoder and decoder; a model without a choice gives one.

    Args:
        size: (width, height).
        coders: default those of :data:`CODERS` whose networks are loaded.
        chunks: timed ones, 1 or more. Of a model for whole clips: windows.
        steps, way: see :class:`~sanacam.model.stream.StreamEditor`.

    Raises:
        UserError: a choice that is not loaded, too few steps, or ``fused`` where it is impossible.
    """
    clock, vae = MeasuringClock(device), bundle.vae
    choices: Sequence[Coders] = [("", "")]
    if isinstance(vae, Ltx2VAE):
        choices = [pair for pair in CODERS if vae.offers(*pair)] if coders is None else coders
    results = []
    for encoder, decoder in choices:
        choose_coders(vae, encoder or None, decoder or None)
        editor = _open_editor(bundle, device, precision, steps, way, clock)
        results.append(_measure_path(editor, clock, size, (encoder, decoder), chunks))
    return results


def _open_editor(
    bundle: ModelBundle,
    device: torch.device,
    precision: str | Precision,
    steps: int | None,
    way: Way,
    clock: MeasuringClock,
) -> StreamEditor | ClipEditor:
    editor: StreamEditor | ClipEditor
    if bundle.config.sampler == "clip":
        overlap = min(OVERLAP_LATENTS, bundle.config.chunk_latents - 1)
        name = precision if isinstance(precision, str) else precision.name
        editor = ClipEditor(bundle, device, name, steps=steps, overlap_latents=overlap, clock=clock)
    else:
        editor = StreamEditor(bundle, device, precision, steps=steps, way=way, clock=clock)
    editor.set_prompt(PROMPT)
    return editor


def _measure_path(
    editor: StreamEditor | ClipEditor, clock: MeasuringClock, size: tuple[int, int], coders: Coders, chunks: int
) -> PathResult:
    frames = moving_noise(*size)
    began = time.perf_counter()
    if isinstance(editor, StreamEditor):
        editor.prepare(*size)
    ready_s = time.perf_counter() - began
    for _ in range(warm_up_of(editor.bundle)):
        _chunk(editor, frames)
    clock.clear()
    whole: list[float] = []
    pictures: list[Pixels] = []
    per_chunk = editor.frames_per_chunk
    for _ in range(chunks):
        before = time.perf_counter()
        pictures = _chunk(editor, frames)
        whole.append(1e3 * (time.perf_counter() - before))
    measured = {**clock.milliseconds(), END_TO_END: whole}
    peaks = {**clock.peak_bytes, END_TO_END: max(clock.peak_bytes.values(), default=None)}
    stages = tuple(
        StageResult(name, statistics.median(measured[name]), max(measured[name]), per_chunk, peaks.get(name))
        for name in (*STAGES, END_TO_END)
    )
    finite = all(bool(picture.std() > 0) for picture in pictures)
    return PathResult(*coders, way=editor.way, ready_s=ready_s, stages=stages, finite=finite)


def warm_up_of(bundle: ModelBundle) -> int:
    """Chunks, or windows, before the clock starts."""
    return 1 if bundle.config.sampler == "clip" else WARM_UP


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


def _chunk(editor: StreamEditor | ClipEditor, frames: Sequence[Pixels]) -> list[Pixels]:
    """Pushes exactly the pictures that the next chunk takes."""
    wanted = editor.frames_per_chunk
    return editor.push([frames[index % len(frames)] for index in range(wanted)])


def moving_noise(width: int, height: int, count: int = 24) -> list[Pixels]:
    """Pictures of noise that moves sideways."""
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(picture, 8 * shift, axis=1)) for shift in range(count)]


def find_bundle(name: str, device: torch.device, dtype: torch.dtype, random_weights: bool) -> tuple[ModelBundle, str]:
    """The model, and in words what its weights are.

    Raises:
        UserError: there is no such model.
    """
    if name in TINY_MODELS:
        return random_bundle(TINY_MODELS[name], device=device, dtype=dtype), "random"
    if name in RELEASED_MODELS and (random_weights or not _installed(name)):
        return random_bundle(name, device=device, dtype=dtype), "random, of the real shapes"
    bundle = load_bundle(name, device, dtype, every_coder=name not in EMBEDDED)
    return bundle, "embedded" if name in EMBEDDED else "installed"


def _installed(name: str) -> bool:
    # Here, since measuring random weights needs none of what the store needs.
    from sanacam.model.zoo.registry import get_model
    from sanacam.model.zoo.store import ModelStore

    return ModelStore().state(get_model(name)) == "installed"


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sanacam bench", description=DESCRIPTION)
    parser.add_argument("--model", default="mini", help="model name or folder (default mini)")
    parser.add_argument("--size", help="WIDTHxHEIGHT; default the model's native size")
    parser.add_argument(
        "--precision",
        default="auto",
        metavar="FORMAT",
        help=f"{precision_forms()} (default auto)",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--steps", type=int, help="denoising steps; default what the model was made for")
    parser.add_argument("--way", default="auto", choices=get_args(Way), help="how the DiT is run (default auto)")
    parser.add_argument("--chunks", type=int, default=10, help="timed chunks after the warm-up (default 10)")
    parser.add_argument(
        "--coders",
        metavar="PAIRS",
        help="VAE encoder+decoder pairs, for models that have a choice (default, as far as they are here: "
        f"{','.join('+'.join(pair) for pair in CODERS)})",
    )
    parser.add_argument("--random-weights", action="store_true", help="do not look for the real weights of a 2B model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there too")
    return parser.parse_args(words)


def _pair(text: str) -> Coders:
    encoder, _, decoder = text.strip().partition("+")
    if encoder not in ENCODERS or decoder not in DECODERS:
        raise UserError(
            f"“{text}” is not an encoder+decoder pair.",
            f"Encoders: {', '.join(ENCODERS)}; decoders: {', '.join(DECODERS)}.",
        )
    return encoder, decoder


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if match is None or not int(match[1]) or not int(match[2]):
        raise UserError(f"“{text}” is not a size.", "Write WIDTHxHEIGHT, for example 1280x704.")
    return int(match[1]), int(match[2])


def run(options: argparse.Namespace) -> Benchmark:
    """Measure what the command line asks for.

    Raises:
        UserError: a wrong option, or no such model.
    """
    if options.chunks < 1:
        raise UserError("At least one chunk must be timed.", "Use --chunks 1 or more.")
    coders = [_pair(text) for text in options.coders.split(",")] if options.coders else None
    device = choose_device(options.device)
    bundle, weights = find_bundle(
        options.model, device, choose_dtype(options.precision, device), options.random_weights
    )
    config = bundle.config
    if config.sampler == "clip":
        precision = choose_whole(options.precision, device, config.name)
    else:
        precision = choose_precision(options.precision, device, config.name, config.dit)
    packed = "" if config.sampler == "clip" else place(bundle, device, precision, keep="random" not in weights)
    size = _size(options.size) if options.size else (config.native_width, config.native_height)
    paths = measure(
        bundle,
        size,
        device,
        precision,
        coders=coders,
        chunks=options.chunks,
        steps=options.steps,
        way=options.way,
    )
    dtype = str(precision.dtype).removeprefix("torch.")
    return Benchmark(
        model=config.name,
        weights=weights,
        width=size[0],
        height=size[1],
        dtype=dtype,
        precision=str(precision),
        packed=packed,
        steps=options.steps or config.steps,
        cache=config.cache if config.sampler == "stream" else "none",
        chunk_latents=config.chunk_latents,
        chunks=options.chunks,
        warm_up=warm_up_of(bundle),
        text_ms=measure_text(bundle),
        paths=tuple(paths),
        machine=machine(device),
    )


def main(words: Sequence[str] | None = None) -> int:
    """0 when it was measured, 1 when a result was not finite.

    Raises:
        UserError: see :func:`run`; or the JSON file cannot be written.
    """
    options = _arguments(words)
    if options.json is not None and not options.json.absolute().parent.is_dir():
        raise UserError(f"There is no folder {options.json.parent}.", "Make it first, or choose another place.")
    result = run(options)
    print(table(result))
    if options.json is not None:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return 0 if all(path.finite for path in result.paths) else 1


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except UserError as error:
        print(f"sanacam bench: {error}", file=sys.stderr)
        raise SystemExit(2) from None
