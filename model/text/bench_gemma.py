"""How long Gemma 2B takes for a prompt on this machine, and what it holds meanwhile.

``python -m sanacam.model.text.bench_gemma [--device cuda] [--way visiting kept int8] [--tokens 140 300]``

Without ``--folder GEMMA`` the weights are random, of the real shapes (5.2 GB, in a temporary folder): time and memory
are those of the real ones. ``forward`` is a prompt with all weights in place, ``upload`` the moving of them
there without computing; a visiting prompt does both, overlapped as far as the device does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from sanacam.model.text.gemma_network import (
    GemmaStack,
    LayerwiseGemma,
    ResidentGemma,
    arithmetic,
    released_config,
    weight_shapes,
)
from sanacam.model.text.gemma_weights import EMBEDDING, SINGLE_FILE, GemmaWeights, Precision, weight_files

SIZES: dict[str, Any] = {
    "model_type": "gemma2",
    "head_dim": 256,
    "hidden_size": 2304,
    "intermediate_size": 9216,
    "num_attention_heads": 8,
    "num_hidden_layers": 26,
    "num_key_value_heads": 4,
    "pad_token_id": 0,
    "query_pre_attn_scalar": 256,
    "vocab_size": 256000,
}
TOKENS = (140, 300)
"""Of the prefix and a sentence, about; and the length at which the official release was measured."""
WAYS: dict[str, tuple[type[GemmaStack], Precision]] = {
    "visiting": (LayerwiseGemma, "bf16"),
    "kept": (ResidentGemma, "bf16"),
    "int8": (LayerwiseGemma, "int8"),
    "fp32": (LayerwiseGemma, "fp32"),
}


def write_random(path: Path) -> None:
    """Random bf16 weights of the published shapes."""
    generator = torch.Generator().manual_seed(0)
    shapes = weight_shapes(released_config(SIZES))
    tensors = {
        f"model.{name}": torch.empty(shape, dtype=torch.bfloat16).uniform_(-0.05, 0.05, generator=generator)
        for name, shape in shapes.items()
    }
    save_file(tensors, path)


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    """Until the device has done it too."""
    start = time.monotonic()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.monotonic() - start


def upload_once(weights: GemmaWeights, device: torch.device, dtype: torch.dtype) -> None:
    """Every tensor of the layers to the device, one after the other into the same places."""
    places: dict[torch.Size, torch.Tensor] = {}
    for name, shape in weight_shapes(released_config(SIZES)).items():
        if name != EMBEDDING:
            weights.put(name, places.setdefault(shape, torch.empty(shape, device=device, dtype=dtype)))


def measure(folder: Path, device: torch.device, way: str, tokens: list[int], repeats: int) -> None:
    """Print times and memory of getting ready, of the first prompt and of later ones."""
    stack, precision = WAYS[way]
    config, dtype = released_config(SIZES), arithmetic(device, precision)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    before = time.monotonic()
    weights = GemmaWeights(weight_files(folder), weight_shapes(config), precision, device)
    network = stack(config, weights, device, dtype)
    print(f"{way}: {device}, held as {precision}, arithmetic {dtype}, {torch.get_num_threads()} threads")
    print(f"  ready after          {time.monotonic() - before:8.3f} s")
    for count in tokens:
        ids = torch.randint(0, SIZES["vocab_size"], (count,), generator=torch.Generator().manual_seed(1)).tolist()
        seconds = [seconds_of(partial(network, ids), device) for _ in range(1 + repeats)]
        if not bool(network(ids).isfinite().all()):
            raise SystemExit("the features are not finite")
        label = "forward" if stack is ResidentGemma else "prompt"
        print(f"  {label}, {count:3} tokens: first {seconds[0]:8.3f} s, later {statistics.median(seconds[1:]):8.4f} s")
    if stack is LayerwiseGemma:
        moved = [seconds_of(partial(upload_once, weights, device, dtype), device) for _ in range(repeats)]
        print(f"  upload alone         {statistics.median(moved):8.3f} s")
    if device.type == "cuda":
        print(f"  card, peak           {torch.cuda.max_memory_allocated(device) / 1e6:8.0f} MB")
        print(f"  card, afterwards     {torch.cuda.memory_allocated(device) / 1e6:8.1f} MB", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Time Gemma 2B for one prompt.")
    parser.add_argument("--folder", type=Path, help="of the published model")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--way", nargs="+", default=["visiting"], choices=tuple(WAYS))
    parser.add_argument("--tokens", nargs="+", type=int, default=list(TOKENS))
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        if arguments.folder is None:
            write_random(folder / SINGLE_FILE)
        for way in arguments.way:
            measure(folder, torch.device(arguments.device), way, arguments.tokens, arguments.repeats)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
