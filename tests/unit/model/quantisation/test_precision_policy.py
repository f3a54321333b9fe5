"""Policies as data: which layer gets which format, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.kernels.gemm.problem import Machine
from sanacam.kernels.quantize_formats import FORMATS
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.precision_names import SHIPPED
from sanacam.model.quantisation.layers import fixed_layers, layers_of
from sanacam.model.quantisation.policy import Policy, Rule, check_card, load_policy

BIG, MINI = DiTConfig.sana_streaming_2b(), DiTConfig.mini()
HOPPER = Machine("cuda", (9, 0), "linux", (2, 11), (13, 0), (3, 6))
BLACKWELL = Machine("cuda", (12, 0), "linux", (2, 13), (13, 0), (3, 7))


def test_the_paper_policy_is_the_paper() -> None:
    """Table 4 of arXiv 2605.30409, last row: 1258 M parameters in FP4 (62 %), counted without biases."""
    formats = load_policy("paper").formats(BIG)
    by_kind: dict[str, list[str]] = {}
    for layer in layers_of(BIG):
        by_kind.setdefault(layer.kind.title, []).append(formats[layer.name])
    for title in ("SA-Q", "SA-K", "CA-O", "FFN-Temporal"):
        assert by_kind[title] == ["nvfp4"] * 20
    for title in ("SA-V", "SA-O", "CA-Q", "CA-KV"):
        assert by_kind[title] == ["fp8"] * 20
    for title in ("FFN-Input", "FFN-Output"):
        assert by_kind[title] == ["fp8"] * 6 + ["nvfp4"] * 14
    assert by_kind["SA-gate"] == ["bf16"] * 20
    narrow = sum(la.columns * la.inner for la in layers_of(BIG) if formats[la.name] == "nvfp4")
    assert narrow / 1e6 == pytest.approx(1258, rel=0.03)


@pytest.mark.parametrize("name", ["paper", "fp8"])
def test_what_the_paper_leaves_in_bf16_stays_so(name: str) -> None:
    """Attention gates, patch and timestep embedding, output layer, depth-wise convolution: its section on MPQ."""
    formats = load_policy(name).formats(BIG)
    wide = {*fixed_layers(BIG), *(layer for layer, form in formats.items() if form == "bf16")}
    assert {"x_embedder.proj", "t_embedder.mlp.0", "t_embedder.mlp.2", "t_block.1", "final_layer.linear"} <= wide
    for block in range(BIG.depth):
        assert {f"blocks.{block}.attn.output_gate", f"blocks.{block}.mlp.depth_conv.conv"} <= wide


def test_the_benchmark_measures_the_shipped_fp8_policy() -> None:
    bench = pytest.importorskip("sanacam.model.dit.fused.bench", reason="the benchmark of kernels needs Triton")
    for layer, form in load_policy("fp8").formats(BIG).items():
        kind = layer.split(".", 2)[2]
        assert bench.LARGE_IN_FP8.get(kind, "bf16") == form


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies_fit_their_models(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    config = MINI if policy.model == "mini" else BIG
    assert set(policy.formats(config)) == {layer.name for layer in layers_of(config)}
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


PATTERNS = st.sampled_from(["blocks.*.attn.q", "blocks.2-5.mlp.t_conv", "blocks.7.cross_attn.proj"])


@given(
    default=st.sampled_from(FORMATS),
    rules=st.lists(st.builds(Rule, PATTERNS, st.sampled_from(FORMATS)), max_size=4),
)
def test_the_first_rule_that_fits_holds(default: Any, rules: list[Rule]) -> None:
    policy = Policy("p", default, tuple(rules))
    assert Policy.from_dict(policy.to_dict()) == policy
    formats = policy.formats(MINI)
    for layer in layers_of(MINI):
        fitting = [
            rule.form
            for rule in rules
            if (rule.layers == "blocks.*.attn.q" and layer.kind.name == "attn.q")
            or (rule.layers == "blocks.2-5.mlp.t_conv" and layer.kind.name == "mlp.t_conv" and 2 <= layer.block <= 5)
            or (rule.layers == "blocks.7.cross_attn.proj" and layer.name == rule.layers)
        ]
        assert formats[layer.name] == (fitting[0] if fitting else default)


def test_rules_that_cannot_be_are_named() -> None:
    def formats(pattern: str, form: Any, config: DiTConfig = MINI) -> None:
        Policy("mine", "bf16", (Rule(pattern, form),)).formats(config)

    for pattern in (
        "blocks.8.attn.q", "blocks.*.attn.qq", "attn.q", "blocks.9-12.mlp.t_conv", "blocks.²-3.attn.q",
        f"blocks.0-{'9' * 5000}.attn.q",
    ):  # fmt: skip
        with pytest.raises(UserError, match="no such layer") as caught:
            formats(pattern, "fp8")
        assert pattern in caught.value.message
        assert "blocks.0-7" in caught.value.hint
    with pytest.raises(UserError, match=r"final_layer\.linear in fp8; this layer always stays bf16"):
        formats("final_layer.linear", "fp8")
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.beta_proj in nvfp4"):
        formats("blocks.*.attn.beta_proj", "nvfp4")
    formats("x_embedder.proj", "bf16")
    odd = DiTConfig.from_dict({**MINI.to_dict(), "hidden_size": 264})
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.q in nvfp4, but its width 264 is not divisible by 16"):
        formats("blocks.0.attn.q", "nvfp4", odd)


def test_a_card_without_a_format_is_told_so() -> None:
    with pytest.raises(UserError) as caught:
        check_card(load_policy("paper"), BIG, HOPPER)
    for part in ("paper", "blocks.0.attn.q", "and 105 more", "nvfp4", "the card has 9.0"):
        assert part in caught.value.message
    check_card(load_policy("paper"), BIG, BLACKWELL)
    check_card(load_policy("fp8"), BIG, HOPPER)
    check_card(load_policy("bf16"), MINI, Machine.here("cpu"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other"}, "no precision policy"),
        ({"version": 2}, "of version 2"),
        ({"default": "fp7"}, "the format “fp7”"),
        ({"rules": [{"layers": "blocks.*.attn.q", "format": "fp3"}]}, "the format “fp3”"),
        ({"rules": [{"layer": "blocks.*.attn.q", "format": "fp8"}]}, "is no rule"),
        ({"rules": {}}, "should be a list"),
        ({"evidence": []}, "an object"),
        ({"name": 3}, "“name” should be a text"),
        ({"ruels": []}, "unknown entries: ruels"),
    ],
)
def test_damaged_files_are_refused_in_words(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**load_policy("fp8").to_dict(), **change}), encoding="utf-8")
    with pytest.raises(UserError, match=words) as caught:
        load_policy(path)
    assert str(path) in caught.value.message


def test_missing_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no precision policy “nowhere”") as caught:
        load_policy("nowhere")
    assert "paper" in caught.value.hint
    for text in ("{", "[" * 100_000):
        (tmp_path / "x.json").write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match="cannot be read"):
            load_policy(tmp_path / "x.json")
