"""The memory estimate beside what a card's allocator really held: ``python -m sanacam.model.zoo.memory_check``.

Random weights of the real shapes, a stream's first chunk and two more, or one window of a clip with a single step. Of
the peak, weights are counted that the choice of coders would load, since the estimate is for them.
"""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from sanacam.model.clip_editor import ClipEditor
from sanacam.model.stream import StreamEditor
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.vram import ITEM_SIZE, Decoder, Encoder, HybridMemory, Precision, Running

SIZES = ((1280, 704), (640, 352))
CODERS = (("full", "window"), ("full", "causal"), ("full", "context"), ("tiny", "tiny"))
CHUNKS = 3
DTYPES: dict[Precision, torch.dtype] = {"bf16": torch.bfloat16, "fp32": torch.float32}


def measure(name: str, running: Running, device: torch.device) -> tuple[int, int]:
    """Largest allocation and largest reservation, in bytes, less weights that this choice of coders would not load."""
    bundle = random_bundle(name, device=device, dtype=DTYPES[running.precision])
    vae = cast(Ltx2VAE, bundle.vae)
    vae.choose(encoder=running.encoder, decoder=running.decoder)
    editor: StreamEditor | ClipEditor
    if bundle.config.sampler == "clip":
        editor, chunks = ClipEditor(bundle, device, running.precision, steps=1), 1
    else:
        editor, chunks = StreamEditor(bundle, device, running.formats), CHUNKS
    editor.set_prompt("a paper theatre")
    torch.cuda.reset_peak_memory_stats(device)
    noise = np.random.default_rng(0).integers(0, 256, (running.height, running.width, 3), dtype=np.uint8)
    for _ in range(chunks):
        editor.push([noise] * editor.frames_per_chunk)
    loaded = _bytes(vae) + _bytes(bundle.dit) - (running.packed.saved if running.packed is not None else 0)
    unused = loaded - get_model(name).memory.footprint(running).weights
    return torch.cuda.max_memory_allocated(device) - unused, torch.cuda.max_memory_reserved(device) - unused


def _bytes(network: nn.Module) -> int:
    return sum(weight.nbytes for weight in network.state_dict().values())


def ways(names: list[str], formats: str) -> Iterator[tuple[str, Running]]:
    """Models with sizes and coders; a clip has no ``context``, and no packed weights."""
    for name, (width, height), (encoder, decoder) in product(names, SIZES, CODERS):
        memory = get_model(name).memory
        assert isinstance(memory, HybridMemory)
        for_clips = not memory.window_latents
        if for_clips and (formats == "fp8" or decoder == "context"):
            continue
        packed, precision = (memory.fp8, "bf16") if formats == "fp8" else (None, formats)
        coders = cast(Encoder, encoder), cast(Decoder, decoder)
        yield name, Running(width, height, cast(Precision, precision), *coders, packed=packed)


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare memory estimates with peaks on a card.")
    parser.add_argument("--model", nargs="+", default=["sana-streaming-2b", "sana-bidirectional-2b"])
    parser.add_argument("--precision", default="bf16", choices=(*ITEM_SIZE, "fp8"))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    device, rows = torch.device(options.device), list[dict[str, Any]]()
    for name, running in ways(options.model, options.precision):
        estimate = get_model(name).memory.footprint(running)
        allocated, reserved = measure(name, running, device)
        gc.collect()
        torch.cuda.empty_cache()
        rows.append(
            {"model": name, **asdict(running), "estimate": estimate.total, "peak": allocated, "reserved": reserved}
        )
        shares = [f"{value / 1e9:6.2f}" for value in (estimate.total, allocated, reserved)]
        label = f"{name} {running.width}×{running.height} {running.encoder}+{running.decoder}"
        print(f"{label:50} estimate {shares[0]}  peak {shares[1]}  reserved {shares[2]} GB", flush=True)
        if options.json is not None:
            options.json.write_text(
                json.dumps({"card": torch.cuda.get_device_name(device), "rows": rows}, indent=1) + "\n"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
