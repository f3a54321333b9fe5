"""The memory page's arithmetic against tensors that can be counted; shipped configurations; the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
import torch
from tiny_training import ALONE, stage_config, tiny_origins, tiny_stage
from torch import Tensor

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.dit.rope import rotary_tables
from sanacam.model.errors import UserError
from sanacam.model.training.cli import STARTS, main, shipped_config
from sanacam.model.training.config import STAGES, load_config
from sanacam.model.training.edits import EDITS
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.memory_plan import BF16, FP32, INNER, INNER_PER_RATIO, Sizes, memory_plan
from sanacam.model.training.prompts import edit_names, training_prompts
from sanacam.model.training.prompts.sentences import LANGUAGES
from sanacam.model.training.prompts.unknown import unknown_training
from sanacam.model.training.sharding import checkpoint_activations

CONFIGS = Path(str(files("sanacam.model.training") / "configs"))
BLOCK = DiTConfig(
    hidden_size=32, depth=3, self_heads=2, cross_heads=2, mlp_ratio=3.0, in_channels=4, source_channels=4,
    out_channels=4, softmax_ratio=0.0, caption_channels=8, max_text_tokens=4, sink=False, num_cached_blocks=2,
)  # fmt: skip


def kept_bytes(run: Callable[[], object], weights: set[int]) -> int:
    """What autograd keeps of a forward pass, weights left out."""
    seen: dict[int, int] = {}
    held: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            seen[storage.data_ptr()] = storage.nbytes()
        held.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = run()
    del out
    return sum(seen.values())


@pytest.mark.parametrize("low", [False, True])
def test_what_a_block_keeps_is_what_the_plan_says(low: bool) -> None:
    torch.manual_seed(0)
    dit = HybridDiT(BLOCK)
    block, (frames, height, width) = dit.hybrid_blocks[0], (2, 24, 24)
    x = torch.randn(1, frames, height * width, 32, requires_grad=True)
    cos, sin = rotary_tables(16, 0, frames, height, width, 1.0, x.device)
    kv = dit.text_kv(torch.randn(1, 4, 8))
    layout = dit._layout((frames,), height, width, None)
    weights = {p.untyped_storage().data_ptr() for p in dit.parameters()}

    def run() -> object:
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            return block(x, torch.randn(1, 1, 6, 32), cos, sin, kv.keys[0], kv.values[0], kv.bias, layout)

    work = BF16 if low else FP32
    planned = x.numel() * work * (INNER[work] + INNER_PER_RATIO * BLOCK.mlp_ratio)
    assert kept_bytes(run, weights) == pytest.approx(planned, rel=0.15)


def test_recomputing_keeps_one_input_for_each_block() -> None:
    torch.manual_seed(0)
    dit = HybridDiT(BLOCK)
    checkpoint_activations(dit)
    x, text = torch.randn(1, 4, 2, 16, 16), torch.randn(1, 4, 8)
    weights = {p.untyped_storage().data_ptr() for p in dit.parameters()}
    kept = kept_bytes(lambda: dit(x, x, torch.tensor([500.0]), text), weights)
    inputs = BLOCK.depth * 2 * 16 * 16 * 32 * FP32
    # Besides them: what lies outside of the blocks (patches, the final layer) and the rotary tables.
    assert inputs <= kept <= 3 * inputs
    plain = HybridDiT(BLOCK)
    assert kept_bytes(lambda: plain(x, x, torch.tensor([500.0]), text), set()) > 8 * kept


def test_recomputing_does_not_change_the_gradient() -> None:
    gradients = []
    for recompute in (False, True):
        torch.manual_seed(0)
        dit = HybridDiT(BLOCK)
        torch.nn.init.normal_(dit.final_layer.linear.weight, std=0.1)
        if recompute:
            checkpoint_activations(dit)
        generator = torch.Generator().manual_seed(1)
        x, text = torch.randn(1, 4, 2, 4, 4, generator=generator), torch.randn(1, 4, 8, generator=generator)
        dit(x, x, torch.tensor([500.0]), text).square().sum().backward()
        gradients.append([p.grad for p in dit.parameters()])
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs)


def test_weights_moments_average_and_caches_are_counted_to_the_byte(tmp_path: Path) -> None:
    config = stage_config("cycle_reverse")
    stage = tiny_stage(config, tiny_origins(tmp_path / "o"), None)
    loop = TrainingLoop(stage, ALONE, tmp_path)
    loop.run(stop_at=1)
    plan = memory_plan(config, 1, (2, 4, 6), low_precision=False)
    trained = sum(p.numel() for learner in loop.learners.values() for p in learner.parameters.values())
    moments = sum(
        t.nbytes for learner in loop.learners.values() for name, t in learner.moments().items() if "exp" in name
    )
    assert plan["trained weights, gradients, moments"] == 2 * FP32 * trained + moments
    averaged = {f"dit.{name}" for name, _ in stage.trained["dit"].named_parameters()}
    assert plan["moving average"] == sum(t.nbytes for name, t in loop.ema.items() if name in averaged)
    caches = sum(t.nbytes for k, t in stage.memory().items() if ".forward." in k or ".reverse." in k)
    assert plan["caches"] == caches * (1 + len(config.stream.chunks(0)))


def test_shards_divide_what_is_sharded_and_nothing_else() -> None:
    config = load_config(CONFIGS / "cycle_reverse_2b.toml")
    alone, eight = (memory_plan(config, ranks, (11, 22, 40)) for ranks in (1, 8))
    many = memory_plan(replace(config, shard=64), 64, (11, 22, 40))
    for name in ("trained weights, gradients, moments", "moving average", "frozen weights"):
        assert eight[name] == pytest.approx(alone[name] / 8, rel=1e-6)
        assert many[name] == pytest.approx(alone[name] / 64, rel=1e-6)
    for name in ("activations", "caches", "source latents"):
        assert eight[name] == many[name] == alone[name]
    # The paper's 2B, not counting the two unused taps of the streaming weights.
    assert 2.1e9 < Sizes.of(DiTConfig.from_dict(config.dit)).all < 2.3e9
    # 64 ranks as 8 copies of 8 shards
    assert memory_plan(config, 64, (11, 22, 40)) == eight
    apart = memory_plan(replace(config, shard=0), 8, (11, 22, 40))
    assert apart["moving average"] == alone["moving average"]


def test_every_shipped_configuration_loads_and_every_stage_has_one() -> None:
    for path in CONFIGS.glob("*.toml"):
        config = load_config(path)
        if config.dit:
            DiTConfig.from_dict(config.dit)
    assert {shipped_config(stage).stage for stage in STAGES} == set(STAGES) == set(STARTS)


def test_the_wordings_of_every_edit_get_their_share_of_the_joint_stage() -> None:
    config = shipped_config("joint")
    wordings = Counter(prompt.edit for prompt in unknown_training())
    for edit in edit_names():
        wordings[edit] += sum(len(training_prompts(edit, language=language)) for language in LANGUAGES)
    seen = {
        name: config.family_weights[edit.family] * config.edit_weights.get(name, 1.0) / wordings[name]
        for name, edit in EDITS.items()
    }
    middle = sorted(seen.values())[len(seen) // 2]
    assert {name for name, often in seen.items() if often < 0.6 * middle} == set()


def test_the_memory_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CONFIGS / "cycle_reverse_2b.toml")
    assert main(["memory", "--config", path, "--gpus", "8"]) == 0
    assert "in all" in capsys.readouterr().out
    with pytest.raises(UserError, match="grid"):
        main(["memory", "--config", path, "--grid", "11x22"])


def test_memory_of_a_stage_without_a_transformer_is_refused() -> None:
    with pytest.raises(UserError, match="The vae stage has no table"):
        memory_plan(load_config(CONFIGS / "vae.toml"), 8, (11, 22, 40))
