"""Memory estimates against the arithmetic of the specification and measured peaks; refusals name what fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.errors import UserError
from sanacam.model.zoo.fits import check_fits, nearest_fit, needed_bytes
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.vram import HybridMemory, Running

GIB = 2**30
STREAMING, BIDIRECTIONAL = get_model("sana-streaming-2b"), get_model("sana-bidirectional-2b")
NATIVE = Running(1280, 704)
# GDN states 15,187,200 + keys and values of 8 frames 315,392,000 + tails 78,848,000 + text 53,760,000
DIT_STATE = 15_187_200 + 315_392_000 + 78_848_000 + 53_760_000


def test_state_is_the_sum_of_its_parts() -> None:
    tiny = STREAMING.memory.footprint(replace(NATIVE, encoder="tiny", decoder="tiny"))
    assert tiny.state == DIT_STATE
    full = STREAMING.memory.footprint(NATIVE)
    assert full.state - DIT_STATE == pytest.approx(941e6, rel=1e-3)
    causal = STREAMING.memory.footprint(replace(NATIVE, decoder="causal"))
    assert causal.state - full.state == pytest.approx(595e6, rel=1e-3)


def test_weights_are_two_bytes_a_parameter() -> None:
    assert STREAMING.memory.footprint(NATIVE).weights == 2 * (2_159_177_648 + 1_222_479_601)
    assert STREAMING.memory.footprint(replace(NATIVE, precision="fp32")).weights == 4 * (2_159_177_648 + 1_222_479_601)


def test_the_measured_peak_of_the_official_release_is_met() -> None:
    # the release also keeps the dead taps and the queries of its cache
    assert isinstance(STREAMING.memory, HybridMemory)
    official = replace(STREAMING.memory, parameters=2_259_529_648)
    queries = 157_696_000
    everything = official.footprint(replace(NATIVE, text="card")).total + queries
    assert everything == pytest.approx(15.1 * GIB, rel=0.03)
    alone = official.footprint(replace(NATIVE, encoder="tiny", decoder="tiny"))
    tiny_vae = 2 * (1_565_568 + 10_194_160)
    assert alone.total - tiny_vae + queries == pytest.approx(7.35 * GIB, rel=0.03)


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
        check_fits(STREAMING, replace(NATIVE, text="card"), 12_000_000_000)
    assert "17.0 GB" in refusal.value.message
    assert "12.0 GB are free" in refusal.value.message
    assert "1280×704 in bf16 (about 11.5 GB)" in refusal.value.hint
    with pytest.raises(UserError, match="mini"):
        check_fits(STREAMING, NATIVE, 2_000_000_000)


@given(st.integers(2_000_000_000, 60_000_000_000), st.sampled_from(["fp32", "bf16"]))
def test_the_nearest_fits_and_keeps_the_size_where_it_can(free, precision) -> None:
    wish = replace(NATIVE, precision=precision, text="card")
    nearest = nearest_fit(STREAMING, wish, free)
    if nearest is None:
        assert free < needed_bytes(STREAMING, Running(320, 192, encoder="tiny", decoder="tiny"))
        return
    assert needed_bytes(STREAMING, nearest) <= free
    if (nearest.width, nearest.height) != (1280, 704):
        assert needed_bytes(STREAMING, replace(NATIVE, encoder="tiny", decoder="tiny")) > free
        assert nearest.width % 32 == 0
        assert nearest.height % 32 == 0
    if needed_bytes(STREAMING, wish) <= free:
        assert nearest == wish
