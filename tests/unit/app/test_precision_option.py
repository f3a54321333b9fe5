"""``--precision`` from the command line: what is chosen is said, what cannot be is one sentence and 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from sanacam.app import editor_loading
from sanacam.app.cli import main
from sanacam.app.editor_loading import precision_of
from sanacam.app.settings import ModelSettings, find_option
from sanacam.model.errors import UserError
from sanacam.model.precision import Precision
from sanacam.model.precision_names import POLICIES
from sanacam.model.quantisation.policy import Policy, Rule, load_policy
from sanacam.model.zoo.fits import needed_bytes
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.released_models import RELEASED_MODELS

STREAMING = "sana-streaming-2b"

CLIP = Path(__file__).parents[2] / "data" / "clips" / "cli_city_night.mp4"


def command(name: str, folder: Path) -> list[str]:
    return {
        "edit": ["edit", str(CLIP), "-p", "snow", "-o", str(folder / "out.mp4")],
        "live": ["live", "--source", "pattern", "--prompt", "snow", "--sink", f"file:{folder / 'out.mp4'}"],
        "bench": ["bench", "--model", "mini", "--chunks", "1"],
    }[name]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SANACAM_CACHE_DIR", "SANACAM_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


@pytest.mark.parametrize("name", ["edit", "live", "bench"])
@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy("odd", "bf16", (Rule("blocks.*.attn.w", "fp8"),)), ("blocks.*.attn.w", "no such layer")),
        (Policy("narrow", "bf16", (Rule("blocks.1.attn.q", "nvfp4"),)), ("blocks.1.attn.q", "nvfp4", "cannot be had")),
    ],
)
def test_an_unknown_layer_or_a_format_that_lacks_is_named_and_ends_with_2(
    name: str, policy: Policy, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy.to_dict()), encoding="utf-8")
    assert main([*command(name, tmp_path), "--device", "cpu", "--precision", str(file)]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words)
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("name", ["edit", "live", "bench"])
def test_a_word_that_is_none(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command(name, tmp_path), "--device", "cpu", "--precision", "int3"]) == 2
    shown = capsys.readouterr().err
    assert "int3" in shown
    assert all(known in shown for known in POLICIES)


def test_a_model_for_whole_clips_refuses_narrow_formats_before_it_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path / "models"))  # it is not here at all
    words = [*command("edit", tmp_path), "--device", "cpu", "--model", "sana-bidirectional-2b", "--precision"]
    assert main([*words, "fp8"]) == 2
    assert "sana-bidirectional-2b runs in bf16 or fp32 only" in capsys.readouterr().err
    assert precision_of(ModelSettings(name="sana-bidirectional-2b", device="cpu")).name == "fp32"


@pytest.fixture
def fp8(monkeypatch: pytest.MonkeyPatch) -> Precision:
    """What `--precision fp8` means on a card that has it, for the streaming 2B."""
    policy = load_policy("fp8")
    formats = policy.formats(RELEASED_MODELS[STREAMING].dit)
    chosen = Precision("fp8", torch.bfloat16, "as asked", policy, formats)
    monkeypatch.setattr(editor_loading, "precision_of", lambda settings: chosen)
    return chosen


def test_packed_weights_count_as_what_they_are_when_the_memory_is_compared(
    fp8: Precision, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ModelSettings(name=STREAMING, device="cpu", precision="fp8", text="card-kept")
    running = editor_loading.running_of(settings, fp8, 1280, 704)
    assert running.packed == get_model(STREAMING).memory.fp8  # type: ignore[union-attr]
    assert running.text == "card-kept"
    whole = editor_loading.running_of(settings, Precision("bf16", torch.bfloat16, ""), 1280, 704)
    assert whole.packed is None
    need, more = (needed_bytes(get_model(STREAMING), way) for way in (running, whole))
    monkeypatch.setattr(editor_loading, "available_bytes", lambda: (need + more) // 2)
    editor_loading.check_room(settings, 1280, 704)
    monkeypatch.setattr(editor_loading, "available_bytes", lambda: need - 1)
    with pytest.raises(UserError, match="1280×704 in fp8, text encoder kept on the card needs about"):
        editor_loading.check_room(settings, 1280, 704)


def test_weights_that_will_be_packed_are_not_loaded_onto_the_card(
    fp8: Precision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay in their file, in main memory; what is run whole goes where it runs."""

    class LoadedError(Exception):
        pass

    def load(name: str, device: object, dtype: torch.dtype, **rest: object) -> object:
        raise LoadedError(str(device), dtype)

    monkeypatch.setattr(editor_loading, "choose_device", lambda wish: torch.device("cuda:0"))
    monkeypatch.setattr(editor_loading, "check_room", lambda *size: None)
    monkeypatch.setattr("sanacam.model.zoo.load_bundle", load)
    settings = ModelSettings(name=STREAMING, precision="fp8")
    with pytest.raises(LoadedError) as loaded:
        editor_loading.load_editor(settings)
    assert loaded.value.args == ("cpu", torch.bfloat16)
    whole = Precision("bf16", torch.bfloat16, "")
    monkeypatch.setattr(editor_loading, "precision_of", lambda settings: whole)
    with pytest.raises(LoadedError) as loaded:
        editor_loading.load_editor(settings)
    assert loaded.value.args == ("cuda:0", torch.bfloat16)


def test_the_setting_is_a_name_or_a_file_and_the_choice_says_why() -> None:
    option = find_option("model.precision")
    for value in (*POLICIES, "paper", "/home/me/card.json"):
        assert option.validate(value) == value
    with pytest.raises(UserError, match="not a possible value"):
        option.validate("card.txt")
    assert str(precision_of(ModelSettings(device="cpu"))) == "fp32 (what a processor is fastest in)"
    assert precision_of(ModelSettings(name="sana-streaming-2b", device="cpu", precision="fp32")).name == "fp32"
