"""A network whose every product is in int4, without a card: stacked, stored, worn, streamed, and refused in words."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_dit import frozen, random_text
from torch import Tensor

from sanacam.kernels.gemm import comfy
from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.gemm.comfy import ComfyKitchen
from sanacam.kernels.gemm.problem import Machine
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference import operations as plain_operations
from sanacam.kernels.reference.quantize import quantise
from sanacam.model import precision as precision_module
from sanacam.model.chunk_sampler import PlainSampler
from sanacam.model.dit import DiTConfig
from sanacam.model.dit.fused.linear import NarrowLinear
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import Clip
from sanacam.model.precision import choose_precision
from sanacam.model.quantisation.calibration import Amount, Calibration
from sanacam.model.quantisation.layers import layers_of, matrices
from sanacam.model.quantisation.narrow import narrow_network
from sanacam.model.quantisation.network import emulate
from sanacam.model.quantisation.policy import load_policy
from sanacam.model.quantisation.stored import stored_network
from sanacam.model.sampling import flow_schedule
from sanacam.model.zoo.bundle import load_bundle
from sanacam.model.zoo.tiny import TINY_DIT

CONFIG = replace(TINY_DIT, hidden_size=64, self_heads=4, cross_heads=4, mlp_ratio=2.0)
INT4 = load_policy("int4")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def same(a: PackedMatrix, b: PackedMatrix) -> bool:
    assert a.scale is not None
    assert b.scale is not None
    return a.format == b.format and torch.equal(a.codes, b.codes) and torch.equal(a.scale, b.scale)


def test_what_reads_the_same_rows_is_one_product_and_packs_as_each_alone() -> None:
    network = frozen(CONFIG)
    wanted = {layer.name: quantise(weight, "int4") for layer, weight, _ in matrices(network)}
    narrow = narrow_network(network, INT4.formats(CONFIG), emulate=True)
    for block in narrow.packed.blocks:
        [product] = [linear for linear, outputs in block.project.parts if len(outputs) == 4]
        assert isinstance(product, NarrowLinear)
        assert product.form == "int4"
    [stack] = [stack for stack in narrow.stacks if stack.layers[0] == "blocks.1.attn.q"]
    assert stack.product.layer == "blocks.1.attn.q+k+v+output_gate"
    found = narrow.matrices()
    assert set(found) == {layer.name for layer in layers_of(CONFIG) if not layer.kind.per_prompt}
    assert all(same(matrix, wanted[name]) for name, matrix in found.items())


def test_stored_once_and_read_again_bit_for_bit(tmp_path: Path) -> None:
    first, told = stored_network(frozen(CONFIG), "tiny", INT4, tmp_path, emulate=True)
    assert "stored" in told
    second, told = stored_network(frozen(CONFIG), "tiny", INT4, tmp_path, emulate=True)
    assert "read from" in told
    one, other = first.matrices(), second.matrices()
    assert one.keys() == other.keys()
    assert all(same(one[name], other[name]) for name in one)
    bits = sum(8 * matrix.codes.nbytes for matrix in one.values())
    assert bits == 4 * sum(matrix.rows * matrix.inner for matrix in one.values())


def test_worn_additions_are_packed_as_if_they_had_been_there() -> None:
    network = frozen(CONFIG)
    narrow = narrow_network(network, INT4.formats(CONFIG), emulate=True)
    before = narrow.matrices()
    name = "blocks.1.attn.v"
    down, up = torch.randn(2, 64), torch.randn(64, 2)
    narrow.wear({name: (down, up)})
    weight = {layer.name: weight for layer, weight, _ in matrices(network)}[name]
    assert same(narrow.matrices()[name], quantise(weight + up @ down, "int4"))
    narrow.wear({})
    assert all(same(matrix, before[key]) for key, matrix in narrow.matrices().items())


@torch.no_grad()
def test_a_fused_stream_is_that_of_the_network_with_int4_s_numbers() -> None:
    formats: dict[str, Format] = {
        layer.name: "bf16" if layer.kind.per_prompt else "int4" for layer in layers_of(CONFIG)
    }
    schedule, shape = flow_schedule(2), StreamShape(2, 3, 2)
    packed = narrow_network(frozen(CONFIG), formats, emulate=True).packed
    narrow, exact, emulated = frozen(CONFIG), frozen(CONFIG), frozen(CONFIG)
    emulate(emulated, formats)
    samplers = (
        FusedSampler(narrow, shape, schedule, "denoise", plain_operations, packed=packed),
        PlainSampler(exact, exact.new_state(1, 2, 3, 2), schedule, "denoise"),
        PlainSampler(emulated, emulated.new_state(1, 2, 3, 2), schedule, "denoise"),
    )
    text = narrow.text_kv(random_text(0, CONFIG))
    random = torch.Generator().manual_seed(3)
    for _ in range(3):
        noise, source = (torch.randn(1, 4, 2, 2, 3, generator=random) for _ in range(2))
        got, unrounded, wanted = (sampler.sample(noise, source, text)[0] for sampler in samplers)
        away = float((got - unrounded).norm())
        assert 1e-2 * float(unrounded.norm()) < away < 0.6 * float(unrounded.norm()), "the format shows"
        # roundings to the other side of a tie; unrelated errors would differ by 1.4 times their size
        assert float((got - wanted).norm()) < 0.75 * away


@torch.no_grad()
def test_a_fused_stream_through_comfy_kitchen_s_plain_products_is_the_emulated_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The way it runs on a card, but for the card: the registry takes the adapter, and it our bytes."""
    eager = pytest.importorskip("comfy_kitchen.backends.eager.convrot_w4a4", reason="comfy-kitchen is not installed")
    formats, schedule, shape = INT4.formats(CONFIG), flow_schedule(1), StreamShape(2, 3, 2)

    def chunk(emulating: bool) -> tuple[Tensor, str]:
        network = frozen(CONFIG)
        narrow = narrow_network(network, formats, emulate=emulating)
        sampler = FusedSampler(network, shape, schedule, "denoise", plain_operations, packed=narrow.packed)
        random = torch.Generator().manual_seed(3)
        noise, source = (torch.randn(1, 4, 2, 2, 3, generator=random) for _ in range(2))
        found = sampler.sample(noise, source, network.text_kv(random_text(0, CONFIG)))[0]
        choice = narrow.stacks[0].product.choice
        assert choice is not None
        return found, choice.backend.name

    wanted, name = chunk(emulating=True)
    assert name == "emulated"
    monkeypatch.setattr(ComfyKitchen, "abilities", lambda self: {"int4": Ability(None, inner=64, columns=8)})
    monkeypatch.setattr(comfy, "_compiled", lambda: eager)
    got, name = chunk(emulating=False)
    assert name == "comfy_kitchen"
    # a rounding to the other side of a tie, here and there
    assert float((got - wanted).norm() / wanted.norm()) < 0.02


def test_mini_holds_its_pictures_in_int4() -> None:
    """Measured: relative RMSE of the latents 0.12 and LPIPS 0.003 on two seconds of 192×112 (docs/precision.md)."""
    bundle = load_bundle("mini", "cpu", torch.float32)
    moving = torch.arange(16)[:, None, None, None] * 5 + torch.arange(64)[:, None] + 2 * torch.arange(96)
    frames = (moving.expand(16, 3, 64, 96) + torch.tensor([0, 60, 120])[:, None, None]) % 256
    clip = Clip("slopes", frames.byte(), None)
    amount = Amount(clips=1, prompts=1, seconds=0.3, size=(96, 64))
    streams = Calibration(bundle, torch.device("cpu"), [clip], ["an oil painting"], amount)
    found = streams.evaluate(INT4.formats(bundle.config.dit), emulate)
    assert 0.01 < found.rmse < 0.13
    assert found.lpips < 0.005


MINI, BIG, CARD = DiTConfig.mini(), DiTConfig.sana_streaming_2b(), torch.device("cuda:0")


def a_card(capability: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine("cuda", capability, "linux", (2, 12), (13, 0), (3, 7))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(precision_module.Machine, "here", classmethod(lambda cls, device: machine))


@pytest.mark.parametrize(("model", "config"), [("mini", MINI), ("sana-streaming-2b", BIG)])
def test_cards_of_the_30_and_40_series_take_it_with_comfy_kitchen(
    model: str, config: DiTConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = {"int4": Ability((7, 5), families=(7, 8), inner=64, columns=8)}
    monkeypatch.setattr(ComfyKitchen, "abilities", lambda self: has)
    for capability in ((8, 0), (8, 6), (8, 9)):
        a_card(capability, monkeypatch)
        chosen = choose_precision("int4", CARD, model, config)
        assert (chosen.name, chosen.dtype) == ("int4", torch.bfloat16)
        assert set(chosen.formats.values()) == {"int4"}
    a_card((9, 0), monkeypatch)
    with pytest.raises(UserError, match=r"comfy_kitchen needs compute capability 7\.x or 8\.x, the card has 9\.0"):
        choose_precision("int4", CARD, model, config)
    a_card((7, 5), monkeypatch)
    with pytest.raises(UserError, match=r"the rest in bf16, which needs compute capability 8\.0; this is .* 7\.5"):
        choose_precision("int4", CARD, model, config)


def test_without_comfy_kitchen_it_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "comfy_kitchen" else find(name))
    a_card((8, 6), monkeypatch)
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.q.* in int4, .*pip install comfy-kitchen"):
        choose_precision("int4", CARD, "mini", MINI)
    monkeypatch.undo()
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.q.* in int4, which cannot be had here: .* on cpu.*comfy-k"):
        choose_precision("int4", torch.device("cpu"), "mini", MINI)
