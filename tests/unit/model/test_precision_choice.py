"""Which number formats a wish means: on a processor, on cards of several kinds, with a policy kept or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from sanacam.kernels.gemm.problem import Machine
from sanacam.model import precision as module
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.precision import choose_device, choose_dtype, choose_precision, choose_whole, kept_policy
from sanacam.model.quantisation.policy import Policy, Rule
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_bundle

BIG, MINI = DiTConfig.sana_streaming_2b(), DiTConfig.mini()
CARD, CPU = torch.device("cuda:0"), torch.device("cpu")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANACAM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def card(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A card of the capability that the test names, with present software."""
    capability = request.param
    machine = Machine("cuda", capability, "linux", (2, 12), (13, 0), (3, 7))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(module.Machine, "here", classmethod(lambda cls, device: machine))
    return machine


def policy_file(path: Path, policy: Policy) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(policy.to_dict()), encoding="utf-8")
    return str(path)


def test_a_device_is_there_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_device("cpu") == CPU
    assert choose_device(CARD) == CARD, "one that was chosen before stays as it is"
    for wish in ("gpu", "", "cuda:x", "cuda:-1", "cpu:1", "meta"):
        with pytest.raises(UserError, match=f"“{wish}” is not a device"):
            choose_device(wish)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [str(choose_device(wish)) for wish in ("auto", "cuda", "cuda:1")] == ["cuda:0", "cuda", "cuda:1"]
    with pytest.raises(UserError, match="no device cuda:2"):
        choose_device("cuda:2")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="no device cuda that"):
        choose_device("cuda")
    assert choose_device("auto") == CPU


def test_a_processor_runs_fp32_and_says_what_it_lacks() -> None:
    chosen = choose_precision("auto", CPU, "mini", MINI)
    assert (chosen.name, chosen.dtype, chosen.narrow) == ("fp32", torch.float32, False)
    assert choose_precision("bf16", CPU, "mini", MINI).dtype == torch.bfloat16
    for wish in ("fp8", "mxfp8", "nvfp4"):
        with pytest.raises(UserError, match=r"blocks\.0\.attn\.q.* cannot be had here.*needs a CUDA card"):
            choose_precision(wish, CPU, "mini", MINI)
    # without Triton, as on most machines without a card, no back end knows int8 at all
    with pytest.raises(UserError, match=r"blocks\.0\.attn\.q.* cannot be had here.*(needs a CUDA card|is installed)"):
        choose_precision("int8", CPU, "mini", MINI)


def test_bf16_that_a_processor_imitates_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "processor_has_bf16", lambda: False)
    assert "imitate" in str(choose_precision("bf16", CPU, "mini", MINI))
    monkeypatch.setattr(module, "processor_has_bf16", lambda: True)
    assert "imitate" not in str(choose_precision("bf16", CPU, "mini", MINI))


@pytest.mark.parametrize(
    ("card", "can", "cannot"),
    [
        ((8, 0), (), ("fp8", "mxfp8", "nvfp4")),
        ((8, 6), (), ("fp8", "mxfp8", "nvfp4")),
        ((8, 9), ("fp8",), ("mxfp8", "nvfp4")),
        ((9, 0), ("fp8",), ("mxfp8", "nvfp4")),
        ((12, 0), ("fp8", "mxfp8", "nvfp4"), ()),
    ],
    indirect=["card"],
)
def test_what_a_card_can(card: Machine, can: tuple[str, ...], cannot: tuple[str, ...]) -> None:
    automatic = choose_precision("auto", CARD, "sana-streaming-2b", BIG)
    assert automatic.name == "bf16"
    assert ("--precision fp8" in automatic.why) == ("fp8" in can)
    assert "--precision fp8" not in choose_precision("auto", CARD, "mini", MINI).why, "it gains nothing there"
    for model, config in (("mini", MINI), ("sana-streaming-2b", BIG)):
        for wish in can:
            chosen = choose_precision(wish, CARD, model, config)
            assert chosen.narrow
            assert chosen.dtype == torch.bfloat16
        for wish in cannot:
            with pytest.raises(UserError, match=r"blocks\.0\..* cannot be had here"):
                choose_precision(wish, CARD, model, config)


@pytest.mark.parametrize("card", [(8, 0), (8, 9), (12, 0)], indirect=True)
def test_int8_runs_on_every_card_since_8_0(card: Machine) -> None:
    pytest.importorskip("triton", reason="the int8 product is a Triton kernel")
    chosen = choose_precision("int8", CARD, "mini", MINI)
    assert (chosen.narrow, chosen.dtype) == (True, torch.bfloat16)


@pytest.mark.parametrize("card", [(7, 5)], indirect=True)
def test_an_old_card_runs_fp32(card: Machine) -> None:
    assert choose_precision("auto", CARD, "mini", MINI).dtype == torch.float32


@pytest.mark.parametrize("card", [(12, 0)], indirect=True)
def test_nvfp4_is_the_model_s_own_policy(card: Machine) -> None:
    assert choose_precision("nvfp4", CARD, "mini", MINI).name == "mini"
    assert choose_precision("nvfp4", CARD, "sana-streaming-2b", BIG).name == "paper"


@pytest.mark.parametrize("card", [(9, 0)], indirect=True)
def test_auto_takes_what_was_kept_for_this_model_and_card(card: Machine) -> None:
    kept = Policy("mine", "bf16", (Rule("blocks.*.attn.q", "fp8"),))
    policy_file(kept_policy("mini", card), kept)
    chosen = choose_precision("auto", CARD, "mini", MINI)
    assert (chosen.name, chosen.policy) == ("mine", kept)
    assert "quantize --use" in str(chosen)
    assert choose_precision("auto", CARD, "other", MINI).name == "bf16"
    assert choose_precision("bf16", CARD, "mini", MINI).policy is None


@pytest.mark.parametrize("card", [(9, 0)], indirect=True)
def test_a_model_of_one_format_knows_no_kept_policy(card: Machine) -> None:
    policy_file(kept_policy("clips", card), Policy("mine", "bf16", (Rule("blocks.*.attn.q", "fp8"),)))
    assert (choose_precision("auto", CARD, "clips", BIG).name, choose_whole("auto", CARD, "clips").name) == (
        "mine",
        "bf16",
    )
    assert choose_whole("fp32", CARD, "clips").dtype == torch.float32
    assert choose_whole("auto", CPU, "clips").dtype == torch.float32
    for narrow in ("fp8", "nvfp4", "own.json"):
        with pytest.raises(UserError, match="clips runs in bf16 or fp32 only"):
            choose_whole(narrow, CARD, "clips")


@pytest.mark.parametrize("card", [(9, 0)], indirect=True)
def test_a_policy_file_is_as_good_as_a_name_and_its_faults_are_named(card: Machine, tmp_path: Path) -> None:
    good = policy_file(tmp_path / "good.json", Policy("good", "fp8"))
    assert choose_precision(good, CARD, "mini", MINI).formats["blocks.0.attn.q"] == "fp8"
    unknown = policy_file(tmp_path / "unknown.json", Policy("odd", "fp8", (Rule("blocks.*.attn.w", "fp8"),)))
    with pytest.raises(UserError, match=r"names “blocks\.\*\.attn\.w”, and this network has no such layer"):
        choose_precision(unknown, CARD, "mini", MINI)
    with pytest.raises(UserError, match="There is no precision policy"):
        choose_precision(str(tmp_path / "nowhere.json"), CARD, "mini", MINI)
    for wish in ("int3", "FP8", ""):
        with pytest.raises(UserError, match="no precision policy"):
            choose_dtype(wish, CPU)


def test_an_editor_says_what_it_runs_in_and_refuses_what_it_cannot() -> None:
    editor = StreamEditor(tiny_bundle(), "cpu")
    assert "fp32" in str(editor.precision)
    with pytest.raises(UserError, match="cannot be had here"):
        StreamEditor(tiny_bundle(), "cpu", "fp8")
