"""How long Gemma 2B takes for a prompt on this machine, and what it holds meanwhile.

``python -m sanacam.model.text.bench_gemma [--device cuda] [--precision int8] [--folder GEMMA]``

Without ``--folder`` the weights are random, of the real shapes (5.2 GB, in a temporary folder): time and memory are
those of the real ones.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from sanacam.model.text.gemma_network import LayerwiseGemma, arithmetic, released_config, weight_shapes
from sanacam.model.text.gemma_weights import SINGLE_FILE, GemmaWeights, check_precision, weight_files

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
TOKENS = 140
"""Of the prefix and a sentence, about."""


def write_random(path: Path) -> None:
    """Random bf16 weights of the published shapes."""
    generator = torch.Generator().manual_seed(0)
    shapes = weight_shapes(released_config(SIZES))
    tensors = {
        f"model.{name}": torch.empty(shape, dtype=torch.bfloat16).uniform_(-0.05, 0.05, generator=generator)
        for name, shape in shapes.items()
    }
    save_file(tensors, path)


def measure(folder: Path, device: torch.device, precision: str, repeats: int) -> None:
    """Print times and memory of getting ready, of the first prompt and of later ones."""
    checked = check_precision(precision)
    config = released_config(SIZES)
    start = time.monotonic()
    weights = GemmaWeights(weight_files(folder), weight_shapes(config), checked, device)
    dtype = arithmetic(device, checked)
    network = LayerwiseGemma(config, weights, device, dtype)
    print(f"{device}, held as {precision}, arithmetic {dtype}, {TOKENS} tokens, {torch.get_num_threads()} threads")
    print(f"ready after     {time.monotonic() - start:7.2f} s")
    ids = torch.randint(0, SIZES["vocab_size"], (TOKENS,), generator=torch.Generator().manual_seed(1)).tolist()
    seconds = []
    for _ in range(1 + repeats):
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        start = time.monotonic()
        features = network(ids)
        seconds.append(time.monotonic() - start)
    if not bool(features.isfinite().all()):
        raise SystemExit("the features are not finite")
    print(f"first prompt    {seconds[0]:7.2f} s")
    print(f"later, median   {statistics.median(seconds[1:]):7.2f} s")
    if device.type == "cuda":
        print(f"card, peak      {torch.cuda.max_memory_allocated(device) / 1e6:7.0f} MB")
        print(f"card, afterwards{torch.cuda.memory_allocated(device) / 1e6:7.1f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description="Time Gemma 2B for one prompt.")
    parser.add_argument("--folder", type=Path, help="of the published model")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="bf16", choices=("bf16", "fp32", "int8"))
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        if arguments.folder is None:
            write_random(folder / SINGLE_FILE)
        measure(folder, torch.device(arguments.device), arguments.precision, arguments.repeats)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
