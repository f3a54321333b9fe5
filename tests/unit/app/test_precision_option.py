"""``--precision`` from the command line: what is chosen is said, what cannot be is one sentence and 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanacam.app.cli import main
from sanacam.app.editor_loading import precision_of
from sanacam.app.settings import ModelSettings, find_option
from sanacam.model.errors import UserError
from sanacam.model.precision_names import POLICIES
from sanacam.model.quantisation.policy import Policy, Rule

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


def test_the_setting_is_a_name_or_a_file_and_the_choice_says_why() -> None:
    option = find_option("model.precision")
    for value in (*POLICIES, "paper", "/home/me/card.json"):
        assert option.validate(value) == value
    with pytest.raises(UserError, match="not a possible value"):
        option.validate("card.txt")
    assert str(precision_of(ModelSettings(device="cpu"))) == "fp32 (what a processor is fastest in)"
    assert precision_of(ModelSettings(name="sana-streaming-2b", device="cpu", precision="fp32")).name == "fp32"
