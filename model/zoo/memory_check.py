"""The memory estimate beside what a card's allocator really held: ``python -m sanacam.model.zoo.memory_check``.

Random weights of the real shapes, drawn once a model; then, for each size and choice of coders, a stream's first chunk
and two more, or one window of a clip with a single step. Of the peak, weights are counted that the choice of coders
would load, since the estimate is for them. What is reserved may exceed what is needed, since PyTorch keeps freed memory
until there is no other: ``--confined`` gives it no more than the check before loading demands, less what libraries and
compiled kernels take outside of PyTorch, and shows who runs out.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from sanacam.model.clip_editor import ClipEditor
from sanacam.model.errors import UserError
from sanacam.model.placement import place
from sanacam.model.precision import choose_precision
from sanacam.model.stream import StreamEditor
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.fits import needed_bytes
from sanacam.model.zoo.random_weights import random_bundle
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.vram import ITEM_SIZE, Decoder, Encoder, HybridMemory, Precision, Running

SIZES = ((1280, 704), (640, 352))
CODERS = (("full", "window"), ("full", "causal"), ("full", "context"), ("tiny", "tiny"))
CHUNKS = 3
LEFT_OUTSIDE = 0.2
"""GB of what is demanded that a confined run leaves to libraries, compiled kernels and graphs: an H200 had 0.11."""
DTYPES: dict[Precision, torch.dtype] = {"bf16": torch.bfloat16, "fp32": torch.float32}


@dataclass(frozen=True)
class Peak:
    """Bytes on the card, without weights that this choice of coders would not load.

    Attributes:
        allocated, reserved: the largest of tensors, and of what PyTorch held for them.
        outside: what is held besides, by libraries, compiled kernels and graphs; of all ways measured so far.
        enough: whether the memory that was allowed was enough.
    """

    allocated: int
    reserved: int
    outside: int
    enough: bool


def load(name: str, formats: str, device: torch.device) -> ModelBundle:
    """A model with random weights as it runs; nothing is left of how it came there."""
    bundle = random_bundle(name, device=device, dtype=DTYPES.get(cast(Precision, formats), torch.bfloat16))
    if formats not in DTYPES:
        bundle.dit.to("cpu")  # from where they are packed, as in the program
        torch.cuda.empty_cache()
        place(bundle, device, choose_precision(formats, device, name, bundle.config.dit))
    torch.cuda.empty_cache()
    return bundle


def measure(
    bundle: ModelBundle, name: str, running: Running, device: torch.device, used_before: int,
    *, confined: float | None = None,
) -> Peak:  # fmt: skip
    """The peak of one way of running. Another one may follow: nothing of this one stays on the card but the networks
    and what libraries keep.

    Args:
        bundle: from :func:`load`, in the formats of ``running``.
        used_before: bytes used on the card before the model was loaded.
        confined: allow PyTorch no more than :func:`~sanacam.model.zoo.fits.needed_bytes` less so many GB, and the
            unused weights.
    """
    vae, entry = cast(Ltx2VAE, bundle.vae), get_model(name)
    loaded = _bytes(vae) + _bytes(bundle.dit) - (running.packed.saved if running.packed is not None else 0)
    unused = loaded - entry.memory.footprint(running).weights
    total = torch.cuda.mem_get_info(device)[1]
    allowed = total
    if confined is not None:
        allowed = min(needed_bytes(entry, running) - int(1e9 * confined) + unused, total)
    torch.cuda.set_per_process_memory_fraction(allowed / total, device.index or 0)
    torch.cuda.reset_peak_memory_stats(device)
    enough = True
    try:
        _run(bundle, running, device)
    except RuntimeError as error:
        if confined is None or not _ran_out(error):
            raise
        enough = False
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, device.index or 0)
    gc.collect()  # the editor and its graphs
    torch.cuda.empty_cache()
    free, total = torch.cuda.mem_get_info(device)
    return Peak(
        torch.cuda.max_memory_allocated(device) - unused,
        torch.cuda.max_memory_reserved(device) - unused,
        total - free - torch.cuda.memory_reserved(device) - used_before,
        enough,
    )


def _run(bundle: ModelBundle, running: Running, device: torch.device) -> None:
    cast(Ltx2VAE, bundle.vae).choose(encoder=running.encoder, decoder=running.decoder)
    editor: StreamEditor | ClipEditor
    if bundle.config.sampler == "clip":
        editor, chunks = ClipEditor(bundle, device, running.precision, steps=1), 1
    else:
        editor, chunks = StreamEditor(bundle, device, running.formats), CHUNKS
    editor.set_prompt("a paper theatre")
    noise = np.random.default_rng(0).integers(0, 256, (running.height, running.width, 3), dtype=np.uint8)
    for _ in range(chunks):
        editor.push([noise] * editor.frames_per_chunk)


def _ran_out(error: BaseException | None) -> bool:
    """Whether memory ran out; where a graph is recorded, that is the cause of another error."""
    while error is not None and not isinstance(error, torch.OutOfMemoryError):
        error = error.__context__
    return error is not None


def _bytes(network: nn.Module) -> int:
    return sum(weight.nbytes for weight in network.state_dict().values())


def ways(name: str, formats: str) -> Iterator[Running]:
    """Sizes and coders of a model; a clip has no ``context``, and no packed weights."""
    memory = get_model(name).memory
    assert isinstance(memory, HybridMemory)
    for_clips = not memory.window_latents
    for (width, height), (encoder, decoder) in product(SIZES, CODERS):
        if for_clips and (formats == "fp8" or decoder == "context"):
            continue
        packed, precision = (memory.fp8, "bf16") if formats == "fp8" else (None, formats)
        coders = cast(Encoder, encoder), cast(Decoder, decoder)
        yield Running(width, height, cast(Precision, precision), *coders, packed=packed)


class Rows:
    """What was measured, in a file if there is one, written after every row.

    Args:
        resume: go on with what the file holds.

    Raises:
        UserError: it holds something else, or another card's numbers.
    """

    def __init__(self, file: Path | None, card: str, *, resume: bool) -> None:
        self._file, self._card = file, card
        self.rows: list[dict[str, Any]] = []
        if resume and file is not None and file.exists():
            try:
                held = json.loads(file.read_text(encoding="utf-8"))
                self.rows, before = held["rows"], held["card"]
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(f"{file} is not of a memory check.", "Leave --resume away to begin anew.") from error
            if before != card:
                raise UserError(f"{file} was measured on a {before}, not a {card}.", "Name another file.")

    def find(self, key: dict[str, Any]) -> dict[str, Any] | None:
        """The row that has these values."""
        return next((row for row in self.rows if key.items() <= row.items()), None)

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        if self._file is not None:
            text = json.dumps({"card": self._card, "rows": self.rows}, indent=1) + "\n"
            self._file.write_text(text, encoding="utf-8")


def line(row: dict[str, Any]) -> str:
    """One row for people."""
    label = f"{row['model']} {row['width']}×{row['height']} {row['encoder']}+{row['decoder']}"
    names = ("estimate", "demanded", "peak", "reserved", "outside")
    values = "  ".join(f"{name} {row[name] / 1e9:6.2f}" for name in names)
    return f"{label:50} {values} GB" + ("" if row["enough"] else "  – RAN OUT of what is demanded")


def main(words: list[str] | None = None) -> int:
    """0 when all was measured, 1 when a way of running did not get along with what is demanded for it.

    Raises:
        UserError: there is no card, or see :class:`Rows`.
    """
    parser = argparse.ArgumentParser(description="Compare memory estimates with peaks on a card.")
    parser.add_argument("--model", nargs="+", default=["sana-streaming-2b", "sana-bidirectional-2b"])
    parser.add_argument("--precision", default="bf16", choices=(*ITEM_SIZE, "fp8"))
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument(
        "--confined",
        type=float,
        nargs="?",
        const=LEFT_OUTSIDE,
        metavar="GB",
        help=f"allow PyTorch no more than what the program demands, less GB for others (default {LEFT_OUTSIDE})",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, one by one")
    parser.add_argument("--resume", action="store_true", help="measure only what FILE does not hold yet")
    options = parser.parse_args(words)
    device = torch.device(options.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise UserError("PyTorch finds no CUDA card here.", "Run this on the machine that has the card.")
    free, total = torch.cuda.mem_get_info(device)
    rows = Rows(options.json, torch.cuda.get_device_name(device), resume=options.resume)
    shown = []
    for name in options.model:
        bundle: ModelBundle | None = None
        for running in ways(name, options.precision):
            key = {"model": name, "confined": options.confined, **json.loads(json.dumps(asdict(running)))}
            row = rows.find(key)
            if row is None:
                bundle = bundle or load(name, options.precision, device)
                entry = get_model(name)
                need = {"estimate": entry.memory.footprint(running).total, "demanded": needed_bytes(entry, running)}
                peak = measure(bundle, name, running, device, total - free, confined=options.confined)
                held = {"peak": peak.allocated, "reserved": peak.reserved, "outside": peak.outside}
                row = {**key, **need, **held, "enough": peak.enough}
                rows.add(row)
            shown.append(row)
            print(line(row), flush=True)
        del bundle
        gc.collect()
        torch.cuda.empty_cache()
    return 0 if all(row["enough"] for row in shown) else 1


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except UserError as error:
        print(f"memory_check: {error}", file=sys.stderr)
        raise SystemExit(2) from None
