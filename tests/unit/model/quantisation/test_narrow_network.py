"""Narrow matrices of a fused network: they follow an adapter in place, and they are stored once and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference import operations as plain_operations
from sanacam.model.adapter.file import Adapter, AdapterAbout
from sanacam.model.adapter.low_rank import adaptable_layers, weight_of
from sanacam.model.adapter.shelf import fingerprint
from sanacam.model.checkpoint import cast_weights
from sanacam.model.dit import HybridDiT
from sanacam.model.dit.fused.pack import pack
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.quantisation.layers import first_row, layers_of, matrix_of
from sanacam.model.quantisation.narrow import NarrowNetwork, narrow_network, narrow_of, settled, widen
from sanacam.model.quantisation.policy import Policy, Rule
from sanacam.model.quantisation.stored import packed_file, store, stored_network
from sanacam.model.sampling import flow_schedule
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.tiny import TINY_DIT, tiny_bundle

WIDE = replace(TINY_DIT, hidden_size=32)

MIXED = Policy(
    "mixed",
    "fp8",
    (
        Rule("blocks.0.attn.q", "nvfp4"),
        Rule("blocks.0.attn.k", "mxfp8"),
        Rule("blocks.0.attn.v", "mxfp8"),
        Rule("blocks.*.attn.output_gate", "bf16"),
        Rule("blocks.*.mlp.point_conv.conv", "fp8_tensor"),
        Rule("blocks.1.attn.k", "int8"),
    ),
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def bundle() -> ModelBundle:
    return prepared()


def prepared() -> ModelBundle:
    made = tiny_bundle(dit=WIDE)
    cast_weights(made.dit, torch.bfloat16, "cpu")
    made.dit.eval().requires_grad_(False)
    return made


def make_adapter(bundle: ModelBundle, seed: int) -> Adapter:
    parts = {"dit": bundle.dit, "vae": bundle.vae}
    chance = torch.Generator().manual_seed(seed)
    factors = {}
    for name in adaptable_layers(parts):
        weight = weight_of(parts, name)
        down = torch.randn(2, weight[0].numel(), generator=chance) * 0.2
        factors[name] = down, torch.randn(len(weight), 2, generator=chance) * 0.2
    prints = {part: fingerprint(network) for part, network in parts.items()}
    return Adapter(AdapterAbout("a", "A", f"look {seed}", bundle.config.name, prints, 2), factors)


def matrices_of(network: HybridDiT, formats: dict[str, Format]) -> dict[str, PackedMatrix]:
    """Of a network whose own weights are packed afresh."""
    return NarrowNetwork(network, formats, emulate=True).matrices()


def same(a: dict[str, PackedMatrix], b: dict[str, PackedMatrix]) -> bool:
    def equal(x: Tensor | None, y: Tensor | None) -> bool:
        if x is None or y is None:
            return x is y
        return torch.equal(x.flatten().view(torch.uint8), y.flatten().view(torch.uint8))

    return a.keys() == b.keys() and all(a[k].format == b[k].format and all(map(equal, a[k][1:], b[k][1:])) for k in a)


def buffers(narrow: NarrowNetwork) -> list[int]:
    return [buffer.data_ptr() for stack in narrow.stacks for buffer in stack.product.buffers()]


@settings(max_examples=5, deadline=None)
@given(st.lists(st.sampled_from([None, 0, 1]), min_size=1, max_size=4))
def test_narrow_matrices_follow_an_adapter_in_their_own_buffers(changes: list[int | None]) -> None:
    bundle = prepared()
    adapters = [make_adapter(bundle, seed) for seed in (0, 1)]
    formats = MIXED.formats(bundle.dit.config)
    wanted = {}
    for change in (None, 0, 1):
        fresh = prepared()
        fresh.adapters.wear(None if change is None else adapters[change])
        wanted[change] = matrices_of(fresh.dit, formats)
    assert not same(wanted[None], wanted[0])
    narrow = narrow_network(bundle.dit, formats, emulate=True)
    places = buffers(narrow)
    for change in (*changes, None):
        bundle.adapters.wear(None if change is None else adapters[change])
        assert same(narrow.matrices(), wanted[change])
        assert buffers(narrow) == places, "captured graphs read there"


@torch.no_grad()
def test_an_adapter_under_a_narrow_format_acts_as_in_a_network_packed_with_it(bundle: ModelBundle) -> None:
    """What is not packed changes too: a chunk shows all of it."""
    adapter, other = make_adapter(bundle, 0), prepared()
    formats = MIXED.formats(bundle.dit.config)
    narrow = narrow_network(bundle.dit, formats, emulate=True)
    other.adapters.wear(adapter)
    fresh = narrow_network(other.dit, formats, emulate=True)

    def chunk(network: HybridDiT, held: NarrowNetwork) -> Tensor:
        shape = StreamShape(2, 3, 1)
        sampler = FusedSampler(network, shape, flow_schedule(1), "denoise", plain_operations, packed=held.packed)
        random = torch.Generator().manual_seed(1)
        config = network.config
        text = network.text_kv(torch.randn(1, 4, config.caption_channels, generator=random).bfloat16())
        sizes = [(1, channels, 1, 2, 3) for channels in (config.in_channels, config.source_channels)]
        noise, source = (torch.randn(size, generator=random) for size in sizes)
        return sampler.sample(noise, source, text)[0]

    before = chunk(bundle.dit, narrow)
    bundle.adapters.wear(adapter)
    worn = chunk(bundle.dit, narrow)
    assert torch.equal(worn, chunk(other.dit, fresh))
    assert not torch.equal(worn, before)
    bundle.adapters.wear(None)
    assert torch.equal(chunk(bundle.dit, narrow), before)


def test_weights_wait_unchanged_and_count_again_when_widened(bundle: ModelBundle) -> None:
    base = {name: value.clone() for name, value in bundle.dit.state_dict().items()}
    narrow = narrow_network(bundle.dit, MIXED.formats(bundle.dit.config), emulate=True)
    assert narrow_of(bundle.dit) is narrow
    assert narrow_network(bundle.dit, MIXED.formats(bundle.dit.config)) is narrow, "packed once"
    bundle.adapters.wear(make_adapter(bundle, 0))
    assert all(
        torch.equal(bundle.dit.get_parameter(f"{name}.weight"), base[f"{name}.weight"]) for name in narrow.formats
    )
    bundle.adapters.wear(None)
    widen(bundle.dit)
    assert narrow_of(bundle.dit) is None
    assert all(torch.equal(value, base[name]) for name, value in bundle.dit.state_dict().items())
    assert pack(bundle.dit).blocks[0].out.form == "bf16"


def test_what_is_once_a_prompt_stays_and_a_scale_for_all_needs_calibration(bundle: ModelBundle) -> None:
    config = bundle.dit.config
    wished = MIXED.formats(config)
    point, prompt = "blocks.1.mlp.point_conv.conv", "blocks.0.cross_attn.kv_linear"
    assert (wished[point], wished[prompt]) == ("fp8_tensor", "fp8")
    found = settled(config, wished, {})
    assert found[point] == "fp8"
    assert prompt not in found
    assert settled(config, wished, {point: torch.tensor(0.1)})[point] == "fp8_tensor"
    assert {layer.name for layer in layers_of(config)} >= set(found)


@pytest.mark.parametrize("stored", [False, True], ids=["packed", "read"])
def test_narrow_weights_never_stand_on_the_device_as_they_were(stored: bool, bundle: ModelBundle) -> None:
    """The device is one whose tensors have no values, so that nothing can have come from there."""
    formats = MIXED.formats(bundle.dit.config)
    matrices = matrices_of(prepared().dit, formats) if stored else None
    layers = settled(bundle.dit.config, formats, {})
    names = [f"{layer}.weight" for layer in layers]
    places = [bundle.dit.get_parameter(name).data_ptr() for name in names]
    cast_weights(bundle.dit, torch.bfloat16, "meta", waiting=layers)
    narrow = narrow_network(bundle.dit, formats, emulate=True, stored=matrices)
    assert {buffer.device.type for stack in narrow.stacks for buffer in stack.product.buffers()} == {"meta"}
    assert [bundle.dit.get_parameter(name).data_ptr() for name in names] == places, "not even copied"
    assert {value.device.type for name, value in bundle.dit.named_parameters() if name not in names} == {"meta"}


def test_waiting_weights_are_cast_and_come_back(bundle: ModelBundle) -> None:
    before = bundle.dit.blocks[0].attn.q.weight.clone()  # type: ignore[union-attr, operator]
    cast_weights(bundle.dit, torch.float64, "cpu", waiting=["blocks.0.attn.q"])
    weight = bundle.dit.get_parameter("blocks.0.attn.q.weight")
    assert torch.equal(weight, before.double())
    assert not weight.requires_grad
    with pytest.raises(AttributeError):
        cast_weights(bundle.dit, torch.float64, "cpu", waiting=["blocks.0.attn.w"])


def test_the_name_of_a_file_asks_for_first_rows_only(bundle: ModelBundle, tmp_path: Path) -> None:
    """The other rows may still lie in the file that they came from."""
    for layer in layers_of(bundle.dit.config):
        module = bundle.dit.get_submodule(layer.name)
        assert torch.equal(first_row(module), matrix_of(module)[0][:1])
    path = packed_file(bundle.dit, "tiny", MIXED, tmp_path)
    for layer in layers_of(bundle.dit.config):
        weight = bundle.dit.get_parameter(f"{layer.name}.weight")
        weight.data = weight[:1].expand(weight.shape)
    assert packed_file(bundle.dit, "tiny", MIXED, tmp_path) == path


def test_packed_once_stored_and_read_at_the_next_start(tmp_path: Path, bundle: ModelBundle) -> None:
    first, told = stored_network(bundle.dit, "some/tiny", MIXED, tmp_path, emulate=True)
    [file] = tmp_path.iterdir()
    assert str(file) in told
    assert "stored" in told
    written = file.stat().st_mtime_ns
    again = prepared()
    second, told = stored_network(again.dit, "some/tiny", MIXED, tmp_path, emulate=True)
    assert f"read from {file}" in told
    assert same(first.matrices(), second.matrices())
    assert second.formats == first.formats
    assert file.stat().st_mtime_ns == written
    assert torch.equal(matrix_of(again.dit.blocks[0].attn.q)[0], matrix_of(bundle.dit.blocks[0].attn.q)[0])  # type: ignore[union-attr, arg-type]


def test_a_calibrated_file_brings_its_scales(tmp_path: Path, bundle: ModelBundle) -> None:
    point = "blocks.0.mlp.point_conv.conv"
    scales = {point: torch.tensor(0.25)}
    path = packed_file(bundle.dit, "tiny", MIXED, tmp_path)
    store(bundle.dit, MIXED, NarrowNetwork(bundle.dit, MIXED.formats(bundle.dit.config), scales, emulate=True), path)
    again = prepared()
    narrow, _ = stored_network(again.dit, "tiny", MIXED, tmp_path, emulate=True)
    assert narrow.formats[point] == "fp8_tensor"
    assert float(narrow.packed.blocks[0].point.input_scale) == 0.25  # type: ignore[attr-defined]
    assert narrow.formats["blocks.1.mlp.point_conv.conv"] == "fp8"


def test_other_weights_or_formats_are_packed_anew_and_a_damaged_file_is_replaced(
    tmp_path: Path, bundle: ModelBundle, caplog: pytest.LogCaptureFixture
) -> None:
    stored_network(bundle.dit, "tiny", MIXED, tmp_path, emulate=True)
    [old] = tmp_path.iterdir()
    changed = prepared()
    changed.dit.blocks[1].attn.proj.weight[0, 0] += 1  # type: ignore[union-attr, index, operator]
    stored_network(changed.dit, "tiny", MIXED, tmp_path, emulate=True)
    [new] = tmp_path.iterdir()
    assert new != old, "the outdated one is gone"
    other = Policy("other", "int8")
    stored_network(prepared().dit, "tiny", other, tmp_path, emulate=True)
    assert len(list(tmp_path.iterdir())) == 2
    good = new.read_bytes()
    new.write_bytes(good[:100])
    again = prepared()
    again.dit.blocks[1].attn.proj.weight[0, 0] += 1  # type: ignore[union-attr, index, operator]
    narrow, told = stored_network(again.dit, "tiny", MIXED, tmp_path, emulate=True)
    assert "stored" in told
    assert "damaged" in caplog.text
    assert len(new.read_bytes()) == len(good)
    assert narrow.matrices()


def test_where_nothing_can_be_kept_the_model_runs_and_it_is_said(tmp_path: Path, bundle: ModelBundle) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    narrow, told = stored_network(bundle.dit, "tiny", MIXED, tmp_path / "taken", emulate=True)
    assert narrow.matrices()
    assert "not kept" in told
