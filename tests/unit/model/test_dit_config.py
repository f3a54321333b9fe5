"""Shapes of the network and its checkpoint."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from sanacam.model.dit import DiTConfig, HybridDiT

# Entries and parameters of the released 2B checkpoint (its vestigial `pos_embed` buffer left out).
RELEASED_ENTRIES = 587
RELEASED_PARAMETERS = 2_259_529_648
DEAD_TAPS = 100_352_000


def build(config: DiTConfig) -> HybridDiT:
    with torch.device("meta"):
        return HybridDiT(config)


def count(network: HybridDiT) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_released_streaming_model() -> None:
    config = DiTConfig.sana_streaming_2b()
    assert config.softmax_indices == (3, 7, 11, 15, 19)
    assert (config.self_head_dim, config.cross_head_dim, config.ffn_hidden) == (112, 112, 6720)
    network = build(config)
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    assert len(shapes) == RELEASED_ENTRIES
    assert count(network) == RELEASED_PARAMETERS
    assert shapes["x_embedder.proj.weight"] == (2240, 256, 1, 1, 1)
    assert shapes["blocks.0.attn.q.weight"] == (2240, 2240, 1)
    assert shapes["blocks.0.attn.v.weight"] == (2240, 2240)
    assert shapes["blocks.0.attn.A_log"] == (20,)
    assert shapes["blocks.3.attn.k.weight"] == (2240, 2240, 3)
    assert "blocks.3.attn.beta_proj.weight" not in shapes
    assert shapes["blocks.19.mlp.inverted_conv.conv.weight"] == (13440, 2240, 1, 1)
    assert shapes["blocks.19.mlp.depth_conv.conv.weight"] == (13440, 1, 3, 3)
    assert shapes["blocks.19.mlp.point_conv.conv.weight"] == (2240, 6720, 1, 1)
    assert shapes["blocks.19.mlp.t_conv.weight"] == (2240, 2240, 3, 1)
    assert shapes["blocks.5.cross_attn.kv_linear.weight"] == (4480, 2240)
    assert shapes["y_embedder.y_embedding"] == (300, 2304)
    assert shapes["final_layer.scale_shift_table"] == (2, 2240)


def test_bidirectional_model_has_no_dead_taps() -> None:
    network = build(DiTConfig.sana_bidirectional_2b())
    assert count(network) == RELEASED_PARAMETERS - DEAD_TAPS
    assert network.state_dict()["blocks.3.attn.q.weight"].shape == (2240, 2240)


def test_mini_is_small() -> None:
    config = DiTConfig.mini()
    assert config.softmax_indices == (7,)
    assert 10e6 < count(build(config)) < 13e6


@pytest.mark.parametrize(
    ("depth", "ratio", "indices"),
    [
        (20, 0.25, (3, 7, 11, 15, 19)),
        (8, 0.25, (3, 7)),
        (8, 0.125, (7,)),
        (8, 0.0, ()),
        (4, 0.1, (3,)),
        (3, 1.0, (0, 1, 2)),
    ],
)
def test_softmax_blocks_are_spread(depth: int, ratio: float, indices: tuple[int, ...]) -> None:
    assert replace(DiTConfig.mini(), depth=depth, softmax_ratio=ratio).softmax_indices == indices


def test_round_trip_through_json() -> None:
    stated = replace(DiTConfig.mini(), softmax_blocks=(0, 5))
    assert stated.softmax_indices == (0, 5)
    assert "softmax_blocks" not in DiTConfig.mini().to_dict()
    for config in (DiTConfig.mini(), DiTConfig.sana_streaming_2b(), stated):
        assert DiTConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_size": 250}, "does not divide"),
        ({"cross_heads": 3}, "does not divide"),
        ({"depth": 0}, "depth must be positive"),
        ({"softmax_ratio": 1.5}, "softmax_ratio"),
        ({"softmax_kernel": 2}, "softmax_kernel"),
        ({"self_heads": 64}, "head dimension"),
        ({"gdn_dt_bias": (1.0,)}, "two numbers"),
        ({"softmax_blocks": (5, 2)}, "softmax_blocks"),
        ({"softmax_blocks": (7, 8)}, "softmax_blocks"),
        ({"colour": 1}, "unknown DiT settings: colour"),
    ],
)
def test_contradictions_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DiTConfig.from_dict(DiTConfig.mini().to_dict() | change)


def test_missing_settings_are_named() -> None:
    values = DiTConfig.mini().to_dict()
    del values["depth"]
    with pytest.raises(ValueError, match="missing DiT settings: depth"):
        DiTConfig.from_dict(values)
