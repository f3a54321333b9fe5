"""Adapters: exact restore, the right one for a prompt, refusal of strangers, and files that are whole or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor

from sanacam.model.adapter.file import Adapter, AdapterAbout, read_about, read_adapter, write_adapter
from sanacam.model.adapter.low_rank import AdapterFactors, adaptable_layers, weight_of
from sanacam.model.adapter.shelf import fingerprint
from sanacam.model.checkpoint import cast_weights
from sanacam.model.dit.fused.pack import pack
from sanacam.model.errors import UserError
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.tiny import tiny_bundle, tiny_streaming_bundle

PROMPT = "make it strange"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def networks(bundle: ModelBundle) -> dict[str, torch.nn.Module]:
    return {"dit": bundle.dit, "vae": bundle.vae}


def make_adapter(bundle: ModelBundle, prompt: str = PROMPT, seed: int = 0, rank: int = 2) -> Adapter:
    """One that changes every layer visibly."""
    chance = torch.Generator().manual_seed(seed)
    factors = {}
    for name in adaptable_layers(networks(bundle)):
        weight = weight_of(networks(bundle), name)
        down = torch.randn(rank, weight[0].numel(), generator=chance) * 0.2
        factors[name] = down, torch.randn(weight.shape[0], rank, generator=chance) * 0.2
    prints = {part: fingerprint(network) for part, network in networks(bundle).items()}
    return Adapter(AdapterAbout("strange", "Strange", prompt, bundle.config.name, prints, rank), factors)


def state(bundle: ModelBundle) -> dict[str, Tensor]:
    return {
        f"{p}.{n}": t.detach().clone()
        for p, network in networks(bundle).items()
        for n, t in network.state_dict().items()
    }


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def clip(frames: int = 8) -> list[np.ndarray]:
    chance = np.random.default_rng(1)
    return [chance.integers(0, 255, (32, 48, 3), dtype=np.uint8) for _ in range(frames)]


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from([None, 0, 1]), min_size=1, max_size=5), st.sampled_from([torch.float32, torch.bfloat16])
)
def test_however_adapters_are_changed_the_base_comes_back_bit_by_bit(
    changes: list[int | None], dtype: torch.dtype
) -> None:
    bundle = tiny_bundle()
    for network in networks(bundle).values():
        cast_weights(network, dtype, "cpu")
    adapters = [make_adapter(bundle, seed=s) for s in (0, 1)]
    base = state(bundle)
    worn: dict[int, dict[str, Tensor]] = {}
    for change in changes:
        bundle.adapters.wear(None if change is None else adapters[change])
        now = state(bundle)
        if change is None:
            assert same(now, base)
        else:
            assert not same(now, base)
            assert same(now, worn.setdefault(change, now))
    bundle.adapters.wear(None)
    assert same(state(bundle), base)


def test_an_adapter_acts_for_its_prompt_and_for_no_other() -> None:
    editor = StreamEditor(tiny_bundle(), "cpu")

    def edited(prompt: str) -> np.ndarray:
        editor.reset()
        editor.set_prompt(prompt)
        return np.stack([*editor.push(clip()), *editor.flush()])

    plain, other = edited(PROMPT), edited("an oil painting")
    editor.bundle.adapters.add(make_adapter(editor.bundle))
    assert not np.array_equal(edited("Make  it strange"), plain)
    assert np.array_equal(edited("an oil painting"), other)
    assert editor.bundle.adapters.worn is None


def test_a_change_within_a_stream_takes_effect_and_goes_back() -> None:
    editor = StreamEditor(tiny_bundle(), "cpu")
    editor.bundle.adapters.add(make_adapter(editor.bundle))
    base = state(editor.bundle)
    for prompt in ("an oil painting", PROMPT, "an oil painting"):
        editor.set_prompt(prompt, "recache")
        assert len(editor.push(clip())) == 8
    assert same(state(editor.bundle), base)


def test_packed_weights_follow_since_they_are_the_same_storage() -> None:
    bundle = tiny_bundle()
    packed = pack(bundle.dit).blocks[0].out
    before = packed.weight.clone()
    bundle.adapters.wear(make_adapter(bundle))
    assert not torch.equal(packed.weight, before)
    bundle.adapters.wear(None)
    assert torch.equal(packed.weight, before)


def test_one_made_for_other_weights_is_refused_and_changes_nothing() -> None:
    editor = StreamEditor(tiny_bundle(seed=0), "cpu")
    stranger = tiny_bundle(seed=1)
    with torch.no_grad():
        stranger.dit.blocks[0].attn.proj.bias.add_(1)  # random bundles begin with equal vectors
    editor.set_prompt("an oil painting")
    base = state(editor.bundle)
    for adapter in (make_adapter(stranger), make_adapter(tiny_streaming_bundle())):
        editor.bundle.adapters.add(adapter)
        with pytest.raises(UserError, match="other weights"):
            editor.set_prompt(PROMPT)
    assert same(state(editor.bundle), base)
    assert editor.push(clip())


def test_a_factor_of_the_wrong_shape_is_refused_before_anything_changes() -> None:
    bundle = tiny_bundle()
    good = make_adapter(bundle)
    base = state(bundle)
    name = sorted(good.factors)[-1]
    down, up = good.factors[name]
    for wrong in ((down[:, :-1], up), (down, up[:-1]), (down[:1], up)):
        with pytest.raises(UserError, match=r"fit this model|damaged"):
            bundle.adapters.wear(replace(good, factors={**good.factors, name: wrong}))
    with pytest.raises(UserError, match="fit this model"):
        bundle.adapters.wear(replace(good, factors={**good.factors, "dit.x_embedder.proj": (down, up)}))
    assert same(state(bundle), base)


def test_a_fingerprint_survives_casts_and_adapters_but_not_training() -> None:
    bundle = tiny_bundle()
    print_before = fingerprint(bundle.dit)
    bundle.adapters.wear(make_adapter(bundle))
    cast_weights(bundle.dit, torch.bfloat16, "cpu")
    assert fingerprint(bundle.dit) == print_before
    with torch.no_grad():
        bundle.dit.blocks[0].attn.proj.bias.add_(0.1)
    assert fingerprint(bundle.dit) != print_before


def test_trained_factors_come_off_exactly_and_do_what_the_file_does(tmp_path: Path) -> None:
    bundle = tiny_bundle()
    base = state(bundle)
    factors = AdapterFactors(networks(bundle), adaptable_layers(networks(bundle)), 2)
    assert same(
        {k: v for k, v in state(bundle).items() if k in base}, {k: v for k, v in base.items() if k in state(bundle)}
    )
    with torch.no_grad():
        for low in factors.low_rank.values():
            low.up.normal_(std=0.1)
    attached = weight_of(networks(bundle), "dit.blocks.0.attn.proj").detach().clone()
    learnt = factors.factors()
    factors.detach()
    assert same(state(bundle), base)
    adapter = replace(make_adapter(bundle), factors=learnt)
    write_adapter(tmp_path / "a.safetensors", adapter)
    bundle.adapters.wear(read_adapter(tmp_path / "a.safetensors"))
    now = weight_of(networks(bundle), "dit.blocks.0.attn.proj")
    assert torch.allclose(now, attached, atol=1e-3)
    assert not torch.equal(now, base["dit.blocks.0.attn.proj.weight"])


def test_a_file_says_what_it_is_for(tmp_path: Path) -> None:
    adapter = make_adapter(tiny_bundle())
    path = tmp_path / "new" / "a.safetensors"
    write_adapter(path, adapter)
    assert read_about(path) == adapter.about
    back = read_adapter(path)
    assert back.factors.keys() == adapter.factors.keys()
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_adapter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    with pytest.raises(UserError, match="no adapter at"):
        read_about(path)
    path.write_bytes(b"not weights at all")
    with pytest.raises(UserError, match="damaged"):
        read_about(path)
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(UserError, match="not an adapter"):
        read_about(path)
    adapter = make_adapter(tiny_bundle())
    write_adapter(path, adapter)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="damaged"):
        read_adapter(path)


def test_a_file_is_read_when_it_is_wanted_and_its_loss_spares_the_others(tmp_path: Path) -> None:
    bundle = tiny_bundle()
    write_adapter(tmp_path / "a.safetensors", make_adapter(bundle))
    bundle.adapters.add_file(PROMPT, tmp_path / "a.safetensors")
    bundle.adapters.add_file("gone", tmp_path / "gone.safetensors")
    with pytest.raises(UserError, match="no adapter at"):
        bundle.adapters.wear_for("gone")
    bundle.adapters.wear_for(PROMPT)
    assert bundle.adapters.worn is not None
