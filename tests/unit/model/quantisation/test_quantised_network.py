"""Networks in narrow formats: exact emulation, the packed modules, the file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from sanacam.kernels.gemm.registry import NoBackendError
from sanacam.kernels.quantize_formats import FORMATS, Format
from sanacam.kernels.reference.quantize import quantise, rounded
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.quantisation.layers import Layer, fixed_layers, layers_of, matrices, matrix_of
from sanacam.model.quantisation.linear import EmulatedLinear, PackedLinear
from sanacam.model.quantisation.network import emulate, exchange, restore, run_natively
from sanacam.model.quantisation.observe import input_scales
from sanacam.model.quantisation.policy import Policy, Rule, load_policy
from sanacam.model.quantisation.weights import load_packed_dit, quantise_dit, read_packed, save_packed
from sanacam.model.zoo.tiny import TINY_DIT

CONFIG = replace(TINY_DIT, hidden_size=64, self_heads=4, cross_heads=4, depth=2, softmax_kernel=3)
MIXED = Policy(
    "mixed",
    "fp8",
    (
        Rule("blocks.0.attn.q", "nvfp4"),
        Rule("blocks.*.attn.output_gate", "bf16"),
        Rule("blocks.1.mlp.t_conv", "mxfp8"),
        Rule("blocks.0.mlp.point_conv.conv", "int8"),
        Rule("blocks.1.mlp.inverted_conv.conv", "bf16"),
        Rule("blocks.1.cross_attn.proj", "fp8_tensor"),
    ),
)


@pytest.fixture
def network() -> HybridDiT:
    torch.manual_seed(0)
    made = HybridDiT(CONFIG)
    for parameter in made.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
        parameter.data = parameter.data.bfloat16().float()
    return made.eval().requires_grad_(False)


def run(network: HybridDiT, chunks: tuple[int, ...] = (1, 2)) -> Tensor:
    random = torch.Generator().manual_seed(1)
    latents = (1, 4, sum(chunks), 4, 6)
    x, source, text = (torch.randn(shape, generator=random) for shape in (latents, latents, (1, 8, 16)))
    return network(x.to(network.dtype), source, torch.tensor([900.0]), text, torch.ones(1, 8), chunks=chunks).float()


def distance(a: Tensor, b: Tensor) -> float:
    return float((a - b).norm() / b.norm())


def test_every_layer_of_the_network_is_a_policy_s_or_fixed(network: HybridDiT) -> None:
    """No matrix is forgotten."""
    known = {layer.name for layer in layers_of(CONFIG)} | set(fixed_layers(CONFIG))
    owners = {
        name.rpartition(".")[0]
        for name, parameter in network.named_parameters()
        if parameter.ndim > 1 and not name.endswith("scale_shift_table")
    }
    assert owners <= known
    for layer, weight, _ in matrices(network):
        assert weight.shape == (layer.columns, layer.inner)


def test_bf16_changes_nothing_and_restore_brings_everything_back(network: HybridDiT) -> None:
    before, names = run(network), list(network.state_dict())
    emulate(network, load_policy("bf16").formats(CONFIG))
    assert torch.equal(run(network), before)
    emulate(network, MIXED.formats(CONFIG))
    changed = run(network)
    assert not torch.equal(changed, before)
    emulate(network, MIXED.formats(CONFIG))
    assert torch.equal(run(network), changed), "twice is once"
    restore(network)
    assert torch.equal(run(network), before)
    assert list(network.state_dict()) == names


@pytest.mark.parametrize(("name", "most"), [("fp8", 0.12), ("int8", 0.03)])
def test_narrow_formats_cost_what_their_steps_say(network: HybridDiT, name: str, most: float) -> None:
    before = run(network)
    emulate(network, load_policy(name).formats(CONFIG))
    assert 1e-4 < distance(run(network), before) < most


@pytest.mark.parametrize("name", [layer.name for layer in layers_of(CONFIG)])
def test_each_layer_has_an_effect_of_its_own(network: HybridDiT, name: str) -> None:
    before = run(network)
    emulate(network, Policy("one", "bf16", (Rule(name, "nvfp4"),)).formats(CONFIG))
    assert 1e-5 < distance(run(network), before) < 0.5


def test_emulation_equals_rounding_by_hand(network: HybridDiT) -> None:
    layer = network.get_submodule("blocks.0.attn.proj")
    weight, bias = matrix_of(layer)
    x = torch.randn(2, 3, 64)
    wanted = F.linear(rounded(x, "nvfp4"), rounded(weight, "nvfp4"), bias)
    torch.testing.assert_close(EmulatedLinear(weight, bias, "nvfp4")(x), wanted)
    onto = torch.ones(2, 3, 64)
    wanted = onto + F.linear(rounded(x, "fp8"), rounded(weight, "fp8"))
    torch.testing.assert_close(EmulatedLinear(weight, None, "fp8").accumulate(x, onto), wanted)


@pytest.mark.parametrize("form", FORMATS)
def test_packed_products_take_ordinary_and_packed_rows(form: Format) -> None:
    weight, bias, x = torch.randn(32, 64), torch.randn(32), torch.randn(5, 64)
    product = PackedLinear.of(weight, bias, form, "a layer", emulate=True)
    wanted = F.linear(rounded(x, form), rounded(weight, form), bias)
    tolerance = {"rtol": 2e-2, "atol": 5e-2} if form == "bf16" else {"rtol": 1e-5, "atol": 1e-4}
    torch.testing.assert_close(product(x), wanted, **tolerance)
    torch.testing.assert_close(product(quantise(x, form), torch.float32), wanted, **tolerance)
    onto = torch.ones(5, 32)
    torch.testing.assert_close(product.accumulate(x, onto), 1 + wanted, **tolerance)
    assert product.choice is not None


def test_without_leave_to_emulate_a_missing_format_raises(network: HybridDiT) -> None:
    run_natively(network, load_policy("fp8").formats(CONFIG))
    with pytest.raises(NoBackendError, match=r"blocks\.0\.\S+: fp8 \d+ × \d+ → \d+ on cpu"):
        run(network)


def test_the_file_gives_the_same_network_back(network: HybridDiT, tmp_path: Path) -> None:
    path = tmp_path / "packed.safetensors"
    peaks = {"blocks.1.cross_attn.proj": 3.0, "blocks.0.attn.q": 30.0}
    packed = quantise_dit(network, MIXED, input_scales(peaks, MIXED.formats(CONFIG)))
    plain_bytes = sum(t.nbytes // 2 for t in network.state_dict().values())
    save_packed(packed, path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["packed.safetensors"]
    loaded = load_packed_dit(path, "cpu", emulate=True)
    scales = {"blocks.1.cross_attn.proj": 3.75 / 448, "blocks.0.attn.q": 37.5 / 2688}
    assert {name: float(scale) for name, scale in packed.input_scales.items()} == pytest.approx(scales)

    def make(layer: Layer, module: nn.Module, form: Format) -> nn.Module:
        weight, bias = matrix_of(module)
        scale = packed.input_scales.get(layer.name)
        return PackedLinear(quantise(weight, form), bias, layer=layer.name, input_scale=scale, emulate=True)

    exchange(network.bfloat16(), MIXED.formats(CONFIG), make)
    assert loaded.dtype == torch.bfloat16
    torch.testing.assert_close(run(loaded), run(network), rtol=0, atol=0)
    again = read_packed(path)
    assert again.policy == MIXED
    assert again.config == CONFIG
    assert again.nbytes == packed.nbytes < plain_bytes


def test_damaged_files_are_refused(network: HybridDiT, tmp_path: Path) -> None:
    path = tmp_path / "packed.safetensors"
    with pytest.raises(UserError, match="no file"):
        read_packed(path)
    save_packed(quantise_dit(network, MIXED), path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(UserError, match="damaged"):
        read_packed(path)
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(UserError, match="no packed weights"):
        read_packed(path)


def test_files_that_do_not_fit_themselves_are_refused(network: HybridDiT, tmp_path: Path) -> None:
    path = tmp_path / "packed.safetensors"
    save_packed(quantise_dit(network, MIXED), path)
    tensors = load_file(path)
    weights = read_packed(path)
    metadata = {
        "format": "sanacam.packed-dit", "version": "2", "policy": json.dumps(MIXED.to_dict()),
        "formats": json.dumps({name: matrix.format for name, matrix in weights.matrices.items()}),
        "config": json.dumps(CONFIG.to_dict()),
    }  # fmt: skip
    name = "blocks.0.attn.k.codes"
    save_file({**tensors, name: tensors[name][:8].contiguous()}, path, metadata)
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.k is \(8, 64\), the network has \(64, 64\)"):
        read_packed(path)
    save_file({key: value for key, value in tensors.items() if key != name}, path, metadata)
    with pytest.raises(UserError, match=r"KeyError.*blocks\.0\.attn\.k"):
        read_packed(path)
    save_file({key: value for key, value in tensors.items() if key != "final_layer.linear.bias"}, path, metadata)
    with pytest.raises(UserError, match=r"missing: final_layer\.linear\.bias"):
        load_packed_dit(path, "cpu")


def test_an_unwritable_place_leaves_the_old_file(network: HybridDiT, tmp_path: Path) -> None:
    packed = quantise_dit(network, MIXED)
    folder = tmp_path / "file"
    folder.write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        save_packed(packed, folder / "x.safetensors")
    (tmp_path / "taken.safetensors").mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        save_packed(packed, tmp_path / "taken.safetensors")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken.safetensors"]


def test_the_2b_network_is_counted_right() -> None:
    """The paper: 2040 M parameters and 9840 GFLOP a chunk of 2640 tokens in the products that are quantised."""
    layers = layers_of(DiTConfig.sana_streaming_2b())
    total = sum(layer.columns * layer.inner for layer in layers)
    assert total / 1e6 == pytest.approx(2040, rel=0.06)
