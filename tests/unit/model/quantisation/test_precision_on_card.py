"""On a card: the user's way to FP8, packed weights stored and read again, and an adapter while graphs stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sanacam.model.adapter.file import Adapter, AdapterAbout
from sanacam.model.adapter.low_rank import adaptable_layers, weight_of
from sanacam.model.adapter.shelf import fingerprint
from sanacam.model.placement import place
from sanacam.model.precision import choose_precision
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.tiny import TINY_DIT, tiny_bundle

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")]
CARD = torch.device("cuda:0")
PROMPT = "make it strange"


def editor_of(folder: Path) -> tuple[StreamEditor, str]:
    bundle = tiny_bundle(dit=replace(TINY_DIT, hidden_size=64, self_heads=4, cross_heads=4))
    precision = choose_precision("fp8", CARD, bundle.config.name, bundle.config.dit)
    told = place(bundle, CARD, precision, keep=True, folder=folder)
    return StreamEditor(bundle, CARD, precision), told


def adapter_for(bundle: ModelBundle) -> Adapter:
    parts = {"dit": bundle.dit}
    chance = torch.Generator().manual_seed(0)
    factors = {}
    for name in adaptable_layers(parts):
        weight = weight_of(parts, name)
        down = torch.randn(2, weight[0].numel(), generator=chance) * 0.2
        factors[name] = down, torch.randn(len(weight), 2, generator=chance) * 0.2
    prints = {"dit": fingerprint(bundle.dit)}
    return Adapter(AdapterAbout("strange", "Strange", PROMPT, bundle.config.name, prints, 2), factors)


def edited(editor: StreamEditor, prompt: str) -> np.ndarray:
    chance = np.random.default_rng(1)
    editor.reset()
    editor.set_prompt(prompt)
    frames = [chance.integers(0, 255, (32, 48, 3), dtype=np.uint8) for _ in range(16)]
    return np.stack([*editor.push(frames), *editor.flush()]).astype(np.int16)


def test_stored_read_again_and_worn_while_graphs_stay(tmp_path: Path) -> None:
    first, told = editor_of(tmp_path)
    assert "stored" in told
    second, told = editor_of(tmp_path)
    assert "read from" in told
    shares: list[float] = []
    first.prepare(48, 32, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    plain = edited(first, "an oil painting")
    assert "fp8" in first.way
    assert np.abs(edited(second, "an oil painting") - plain).max() <= 1
    for editor in (first, second):
        editor.bundle.adapters.add(adapter_for(editor.bundle))
    late = edited(first, PROMPT)
    fresh, _ = editor_of(tmp_path)
    fresh.bundle.adapters.add(adapter_for(fresh.bundle))
    assert np.abs(late - plain).max() > 3, "the adapter shows"
    assert np.abs(edited(fresh, PROMPT) - late).max() <= 1, "as in an editor that has worn nothing else"
    assert np.abs(edited(first, "an oil painting") - plain).max() <= 1, "and it goes back"
