"""``sanacam bench`` and ``python -m sanacam.model.benchmark``: time and memory of every stage, through the editor's own
code.

A stream of moving noise runs through :class:`~sanacam.model.stream.StreamEditor` for each choice of video encoder and
decoder. After a warm-up that fills sink and window, every chunk's stages are timed one by one and the chunk as a whole.
Weights reach the card as they do in the program: those that are packed are packed from main memory.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import get_args

import torch

from sanacam.model.benchmark_paths import (
    CLIP_TIMED,
    CODERS,
    TIMED,
    Coders,
    measure,
    measure_text,
    timed_of,
    warm_up_of,
)
from sanacam.model.benchmark_report import Benchmark, clocks_of, closing, heading, machine, path_lines
from sanacam.model.chunk_sampler import Way
from sanacam.model.errors import UserError
from sanacam.model.placement import place
from sanacam.model.precision import Precision, choose_device, choose_precision, choose_whole
from sanacam.model.precision_names import precision_forms
from sanacam.model.vae.ltx2 import DECODERS, ENCODERS
from sanacam.model.zoo.bundle import EMBEDDED, ModelBundle, load_bundle
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.model_files import find_files
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.released_models import RELEASED_MODELS
from sanacam.model.zoo.tiny import TINY_MODELS

DESCRIPTION = (
    "Time and memory of every stage of a model on this machine. A stream of moving noise is edited for each choice of "
    "video encoder and decoder; the clock starts when sink and window are full."
)


def find_config(name: str) -> BundleConfig:
    """What the model of this name is, known before its weights are read.

    Raises:
        UserError: there is no such model.
    """
    return TINY_MODELS.get(name) or RELEASED_MODELS.get(name) or find_files(name).config


def find_bundle(
    name: str, device: torch.device, dtype: torch.dtype, random_weights: bool, *, packed: bool = False
) -> tuple[ModelBundle, str]:
    """The model, and in words what its weights are.

    Args:
        packed: weights will be packed, from main memory one by one, so that is where they are left until then.

    Raises:
        UserError: there is no such model.
    """
    if name in TINY_MODELS or (name in RELEASED_MODELS and (random_weights or not _installed(name))):
        bundle = random_bundle(TINY_MODELS.get(name, name), device=device, dtype=dtype)
        if packed:
            bundle.dit.to("cpu")  # drawn on the card, since a processor takes half a minute for it
        return bundle, "random" if name in TINY_MODELS else "random, of the real shapes"
    bundle = load_bundle(name, "cpu" if packed else device, dtype, every_coder=name not in EMBEDDED)
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
    parser.add_argument(
        "--chunks",
        type=int,
        help=f"timed chunks after the warm-up (default {TIMED}; windows of a model for whole clips: {CLIP_TIMED})",
    )
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


def run(options: argparse.Namespace, say: Callable[[str], object] = lambda line: None) -> Benchmark:
    """Measure what the command line asks for.

    Args:
        say: told the lines of the table as soon as they are known.

    Raises:
        UserError: a wrong option, or no such model.
    """
    if options.chunks is not None and options.chunks < 1:
        raise UserError("At least one chunk must be timed.", "Use --chunks 1 or more.")
    coders = [_pair(text) for text in options.coders.split(",")] if options.coders else None
    device, config = choose_device(options.device), find_config(options.model)
    size = _size(options.size) if options.size else (config.native_width, config.native_height)
    if config.sampler == "clip":
        precision = choose_whole(options.precision, device, config.name)
    else:
        precision = choose_precision(options.precision, device, config.name, config.dit)
    bundle, weights = find_bundle(
        options.model, device, precision.dtype, options.random_weights, packed=precision.narrow
    )
    packed, start_peak = _start(bundle, device, precision, keep="random" not in weights)
    chunks = options.chunks or timed_of(config)
    result = Benchmark(
        model=config.name,
        weights=weights,
        width=size[0],
        height=size[1],
        dtype=str(precision.dtype).removeprefix("torch."),
        precision=str(precision),
        packed=packed,
        start_peak_bytes=start_peak,
        steps=options.steps or config.steps,
        cache=config.cache if config.sampler == "stream" else "none",
        chunk_latents=config.chunk_latents,
        chunks=chunks,
        warm_up=warm_up_of(config),
        text_ms=None,
        paths=(),
        machine=machine(device),
    )
    _say_all(say, heading(result))
    paths = measure(
        bundle,
        size,
        device,
        precision,
        coders=coders,
        chunks=chunks,
        steps=options.steps,
        way=options.way,
        on_path=lambda path: _say_all(say, path_lines(result, path)),
    )
    after = replace(result.machine, clocks=clocks_of(device))
    result = replace(result, paths=tuple(paths), machine=after, text_ms=measure_text(bundle))
    _say_all(say, closing(result))
    return result


def _start(bundle: ModelBundle, device: torch.device, precision: Precision, *, keep: bool) -> tuple[str, int | None]:
    """The networks where and how they run. Where packed weights came from, and the largest allocation on the card until
    then, without what drawing random weights took."""
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    # an editor of clips does the same for its networks, which are not packed
    packed = "" if bundle.config.sampler == "clip" else place(bundle, device, precision, keep=keep)
    return packed, torch.cuda.max_memory_allocated(device) if cuda else None


def _say_all(say: Callable[[str], object], lines: Sequence[str]) -> None:
    for line in lines:
        say(line)


def main(words: Sequence[str] | None = None) -> int:
    """0 when it was measured, 1 when a result was not finite.

    Raises:
        UserError: see :func:`run`; or the JSON file cannot be written.
    """
    options = _arguments(words)
    if options.json is not None and not options.json.absolute().parent.is_dir():
        raise UserError(f"There is no folder {options.json.parent}.", "Make it first, or choose another place.")
    if options.json is not None and options.json.is_dir():
        raise UserError(f"{options.json} is a folder.", "Write the name of a file after --json.")
    result = run(options, partial(print, flush=True))
    if options.json is not None:
        try:
            options.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(f"{options.json} cannot be written: {error.strerror}.", "Choose another place.") from error
    spoilt = [path for path in result.paths if path.spoilt]
    for path in spoilt:
        print(f"sanacam bench: {result.model}, {path.title}: {path.trouble}", file=sys.stderr)
    return 1 if spoilt else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except UserError as error:
        print(f"sanacam bench: {error}", file=sys.stderr)
        raise SystemExit(2) from None
