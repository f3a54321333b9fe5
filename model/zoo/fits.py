"""Whether a model fits on the card, and the nearest way of running that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import ModelEntry
from sanacam.model.zoo.vram import VAE_STRIDE, Footprint, HybridMemory, Running

MARGIN = 1.08
"""Of the estimate, which is up to 3 % below what was measured, and other programs draw too."""
GAPS = 600_000_000
"""Bytes on top, for gaps that PyTorch's allocator leaves between tensors, and for libraries and compiled kernels; with
them every setting in docs/benchmarks.md is given as much as it reserved where memory was plenty. A small model leaves
smaller ones: an eighth of its estimate at most."""
SCALES = (1.0, 0.85, 0.75, 0.65, 0.5, 0.4, 0.3, 0.25)
LEAST_SIDE = 128


def needed_bytes(entry: ModelEntry, running: Running) -> int:
    """Estimate with its margin and the allocator's gaps."""
    total = entry.memory.footprint(running).total
    return int(total * MARGIN + min(GAPS, total / 8))


def check_fits(entry: ModelEntry, running: Running, free_bytes: int | None) -> Footprint:
    """Compare the estimate with the memory that is free; to be called before anything is loaded.

    Args:
        free_bytes: on the device that will be used; None (unknown) lets everything pass.

    Returns:
        The estimate.

    Raises:
        UserError: too large; the hint names the nearest way that fits.
    """
    need = needed_bytes(entry, running)
    if free_bytes is None or need <= free_bytes:
        return entry.memory.footprint(running)
    nearest = nearest_fit(entry, running, free_bytes)
    if nearest is None:
        hint = f"No setting of {entry.name} fits there. Use --model mini, or a card with more memory."
    else:
        hint = f"The nearest that fits: {describe(nearest)} (about {needed_bytes(entry, nearest) / 1e9:.1f} GB)."
    raise UserError(
        f"{entry.name} at {describe(running)} needs about {need / 1e9:.1f} GB of memory and "
        f"{free_bytes / 1e9:.1f} GB are free.",
        hint,
    )


def nearest_fit(entry: ModelEntry, wish: Running, free_bytes: int) -> Running | None:
    """The way of running closest to ``wish`` that fits: first what costs no quality, then the tiny VAE halves, then
    smaller pictures. None when nothing fits."""
    return next((way for way in _ways(entry, wish) if needed_bytes(entry, way) <= free_bytes), None)


def describe(running: Running) -> str:
    """``1280×704 in bf16, tiny decoder, text encoder on the card``."""
    parts = [f"{running.width}×{running.height} in {running.formats}"]
    if running.encoder == "tiny":
        parts.append("tiny encoder")
    if running.decoder != "window":
        parts.append(f"{running.decoder} decoder")
    if running.text == "card-kept":
        parts.append("text encoder kept on the card")
    return ", ".join(parts)


def _ways(entry: ModelEntry, wish: Running) -> Iterator[Running]:
    visiting = {"text": "card"} if wish.text == "card-kept" else {}
    reliefs: list[dict[str, str]] = [{}, visiting]
    if wish.precision == "fp32":
        reliefs.append({**visiting, "precision": "bf16"})
    if isinstance(entry.memory, HybridMemory):
        reliefs += [{**reliefs[-1], "decoder": "tiny"}, {**reliefs[-1], "decoder": "tiny", "encoder": "tiny"}]
    for scale in SCALES:
        width, height = (int(side * scale) // VAE_STRIDE * VAE_STRIDE for side in (wish.width, wish.height))
        if scale == 1.0:
            width, height = wish.width, wish.height
        if scale == 1.0 or min(width, height) >= LEAST_SIDE:
            for relief in reliefs:
                yield replace(wish, width=width, height=height, **relief)  # type: ignore[arg-type]
