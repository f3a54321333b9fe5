"""Memory estimates against the networks' own sizes and measured peaks; refusals name what fits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.dit import StreamState
from sanacam.model.errors import UserError
from sanacam.model.quantisation.layers import layers_of, saved_bytes
from sanacam.model.quantisation.policy import load_policy
from sanacam.model.vae.ltx2 import Ltx2Network, Ltx2VAE
from sanacam.model.vae.tiny import TinyConfig, TinyNetwork
from sanacam.model.zoo.fits import MARGIN, check_fits, nearest_fit, needed_bytes
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.released_models import LTX2, STREAMING_2B
from sanacam.model.zoo.vram import (
    TINY_DECODER_PARAMETERS,
    TINY_ENCODER_PARAMETERS,
    VAE_DECODER_PARAMETERS,
    VAE_ENCODER_PARAMETERS,
    HybridMemory,
    Running,
    TextPlace,
)

GIB = 2**30
STREAMING, BIDIRECTIONAL = get_model("sana-streaming-2b"), get_model("sana-bidirectional-2b")
NATIVE = Running(1280, 704)
MEASURED = Path(__file__).resolve().parents[4] / "docs" / "benchmarks"
ALL_CODERS = VAE_ENCODER_PARAMETERS + VAE_DECODER_PARAMETERS + TINY_ENCODER_PARAMETERS + TINY_DECODER_PARAMETERS


def paths() -> list[tuple[str, str, dict[str, Any]]]:
    """File, precision, and one choice of coders."""
    found = []
    for file in sorted(MEASURED.glob("h200-2b-*.json")):
        run = json.loads(file.read_text())
        found += [(file.stem, run.get("precision", "bf16"), path) for path in run["paths"]]
    return found


@pytest.mark.parametrize(
    ("file", "precision", "path"), paths(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_measured_peaks_are_met_within_three_percent(file: str, precision: str, path: dict[str, Any]) -> None:
    """The measurements have all coders loaded and chunks of three latent frames, the first chunk's five left out."""
    memory = STREAMING.memory
    assert isinstance(memory, HybridMemory)
    packed = memory.fp8 if precision.startswith("policy fp8") else None
    running = replace(NATIVE, encoder=path["encoder"], decoder=path["decoder"], packed=packed)
    steady = replace(memory, chunk_latents=3).footprint(running)
    estimate = 2 * (memory.parameters + ALL_CODERS) - (packed.saved if packed else 0) + steady.state + steady.work
    measured = max(stage["peak_bytes"] for stage in path["stages"])
    assert estimate == pytest.approx(measured, rel=0.03)
    assert MARGIN * estimate > measured


def test_what_is_demanded_covers_what_a_card_with_room_reserved() -> None:
    rows = json.loads((MEASURED / "h200-memory-fp8.json").read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 8
    for row in rows:
        running = Running(
            row["width"], row["height"], "bf16", row["encoder"], row["decoder"], packed=STREAMING.memory.fp8
        )
        assert needed_bytes(STREAMING, running) > row["reserved"] + row["outside"], row


def test_packed_weights_are_what_the_policy_says() -> None:
    packed, config = STREAMING.memory.fp8, STREAMING_2B.dit
    assert packed is not None
    formats = load_policy("fp8").formats(config)
    assert packed.saved == saved_bytes(config, formats)
    prompt = 20 * 2 * 2240 * 2240  # keys and values of the prompt stay as they are
    halved = saved_bytes(config, dict.fromkeys(formats, "fp8"))
    assert halved == sum(layer.columns * layer.inner for layer in layers_of(config)) - prompt
    assert saved_bytes(config, dict.fromkeys(formats, "int4")) == halved * 3 // 2
    assert saved_bytes(config, dict.fromkeys(formats, "bf16")) == 0
    bf16, fp8 = (STREAMING.memory.footprint(replace(NATIVE, packed=held)) for held in (None, packed))
    assert bf16.weights - fp8.weights == packed.saved
    assert (bf16.state, bf16.work) == (fp8.state, fp8.work)


def test_state_is_what_a_stream_holds() -> None:
    config = STREAMING_2B.dit
    with torch.device("meta"):
        held = StreamState(config, 1, 22, 40, 3, first_chunk_latents=5, dtype=torch.bfloat16, device="meta").nbytes
        vae = Ltx2VAE(Ltx2Network(LTX2), TinyNetwork(TinyConfig()))
    text = 20 * 300 * 2 * 2240 * 2
    for encoder, decoder in (("full", "window"), ("full", "causal"), ("full", "tiny"), ("tiny", "tiny")):
        vae.choose(encoder=encoder, decoder=decoder)
        coders = vae.new_state(1, 704, 1280, "meta", torch.bfloat16).nbytes
        choice = replace(NATIVE, encoder=encoder, decoder=decoder)  # type: ignore[arg-type]
        assert STREAMING.memory.footprint(choice).state == pytest.approx(held + text + coders, rel=0.03)


def test_a_kept_text_encoder_counts_and_a_visiting_one_hardly_does() -> None:
    need = {text: STREAMING.memory.footprint(replace(NATIVE, text=text)).total for text in get_args(TextPlace)}
    assert need["card"] == need["card-8bit"] == need["cpu"]
    assert need["card-kept"] - need["cpu"] == pytest.approx(4.05e9, rel=0.01)


def test_weights_are_two_bytes_a_parameter() -> None:
    assert STREAMING.memory.footprint(NATIVE).weights == 2 * (2_159_177_648 + 1_222_479_601)
    assert STREAMING.memory.footprint(replace(NATIVE, precision="fp32")).weights == 4 * (2_159_177_648 + 1_222_479_601)


def test_a_stream_of_any_length_needs_the_same_but_a_clip_at_once_needs_more() -> None:
    assert BIDIRECTIONAL.memory.footprint(NATIVE).total > 1.2 * STREAMING.memory.footprint(NATIVE).total


@given(
    st.sampled_from([STREAMING, BIDIRECTIONAL, get_model("mini")]),
    st.integers(128, 1920),
    st.integers(128, 1088),
    st.sampled_from(["fp32", "bf16"]),
)
def test_estimates_grow_with_size_and_precision(entry, width, height, precision) -> None:
    need = entry.memory.footprint(Running(width, height, precision)).total
    assert need <= entry.memory.footprint(Running(width + 64, height, precision)).total
    assert need < entry.memory.footprint(Running(width + 64, height + 64, "fp32")).total
    assert entry.memory.footprint(Running(width, height, "bf16")).total <= need


def test_what_fits_passes_and_unknown_memory_passes() -> None:
    assert check_fits(STREAMING, NATIVE, 24 * GIB) == STREAMING.memory.footprint(NATIVE)
    check_fits(STREAMING, NATIVE, None)


def test_too_large_a_choice_names_the_nearest_that_fits() -> None:
    with pytest.raises(UserError) as refusal:
        check_fits(STREAMING, replace(NATIVE, text="card-kept"), 13_500_000_000)
    assert "17.5 GB" in refusal.value.message
    assert "13.5 GB are free" in refusal.value.message
    assert "1280×704 in bf16 (about 13.1 GB)" in refusal.value.hint
    with pytest.raises(UserError, match="mini"):
        check_fits(STREAMING, NATIVE, 2_000_000_000)
    packed = replace(NATIVE, packed=STREAMING.memory.fp8)
    check_fits(STREAMING, packed, 11_600_000_000)
    with pytest.raises(UserError, match=r"1280×704 in fp8 needs about 11\.5 GB") as refusal:
        check_fits(STREAMING, packed, 10_000_000_000)
    assert "1280×704 in fp8, tiny decoder" in refusal.value.hint


@given(st.integers(2_000_000_000, 60_000_000_000), st.sampled_from(["fp32", "bf16"]))
def test_the_nearest_fits_and_keeps_the_size_where_it_can(free, precision) -> None:
    wish = replace(NATIVE, precision=precision, text="card-kept")
    nearest = nearest_fit(STREAMING, wish, free)
    if nearest is None:
        assert free < needed_bytes(STREAMING, Running(320, 192, encoder="tiny", decoder="tiny", text="card"))
        return
    assert needed_bytes(STREAMING, nearest) <= free
    if (nearest.width, nearest.height) != (1280, 704):
        assert needed_bytes(STREAMING, replace(NATIVE, encoder="tiny", decoder="tiny")) > free
        assert nearest.width % 32 == 0
        assert nearest.height % 32 == 0
    if needed_bytes(STREAMING, wish) <= free:
        assert nearest == wish
