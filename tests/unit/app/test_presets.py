"""Presets: the shipped list is sound, the user's own can be kept and forgotten, near names are offered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sanacam.app.presets import add_preset, all_presets, builtin_presets, find_preset, remove_preset, user_presets
from sanacam.app.prompt_text import checked_prompt, longest_prompt
from sanacam.model.errors import UserError
from sanacam.model.text.gemma_prompt import MAX_CHARACTERS as GEMMA_CHARACTERS
from sanacam.model.text.prompt_cleaning import MAX_CHARACTERS


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path))
    return tmp_path


CHANGE = (0.6, 1.1)
"""Least and most change from frame to frame over the teacher's, which passes on more of the camera's noise."""


def test_the_shipped_presets_are_complete() -> None:
    presets = builtin_presets()
    assert len(presets) >= 12
    for values in ([p.name for p in presets], [p.title for p in presets], [p.prompt for p in presets]):
        assert len(set(values)) == len(values)
    for preset in presets:
        assert re.fullmatch(r"[a-z0-9_]+", preset.name)
        assert checked_prompt(preset.prompt) == preset.prompt
        assert preset.thumbnail_file() is not None


def test_every_look_on_offer_is_drawn_within_its_bars() -> None:
    report = Path(__file__).parents[3] / "docs" / "eval" / "mini-v1.1-processor.json"
    measured = json.loads(report.read_text(encoding="utf-8"))["edits"]
    for preset in builtin_presets():
        # Which wordings are understood is another matter: a preset comes with one that is.
        look = measured[preset.name]
        assert look["lpips"] <= 0.25, preset.name
        assert CHANGE[0] <= look["change"] <= CHANGE[1], preset.name


def test_presets_of_a_family_stand_together() -> None:
    families = [preset.family for preset in builtin_presets()]
    runs = [family for index, family in enumerate(families) if index == 0 or families[index - 1] != family]
    assert len(runs) == len(set(runs))


def test_names_are_forgiving_about_case_and_blanks() -> None:
    assert find_preset(" Golden Hour ").name == "golden_hour"
    assert find_preset("golden-hour").name == "golden_hour"


@pytest.mark.parametrize(
    ("typed", "meant"), [("noirr", "noir"), ("watercolour", "watercolor"), ("goldenhour", "golden_hour")]
)
def test_a_near_name_is_offered(typed: str, meant: str) -> None:
    with pytest.raises(UserError, match=f'no preset called "{typed}"') as caught:
        find_preset(typed)
    assert meant in caught.value.hint


def test_far_names_point_to_the_list() -> None:
    with pytest.raises(UserError) as caught:
        find_preset("zzzzzz")
    assert "sanacam presets" in caught.value.hint


def test_own_presets_are_kept_and_forgotten(config: Path) -> None:
    add_preset("my-look", "", 'A "quoted" look\nwith snow ❄')
    assert find_preset("my_look").prompt == 'A "quoted" look with snow ❄'
    assert all_presets()[-1].name == "my-look"
    assert all_presets()[: len(builtin_presets())] == builtin_presets()
    remove_preset("my-look")
    assert user_presets() == ()
    assert [path.name for path in config.iterdir()] == ["presets.json"]


def test_refusals() -> None:
    add_preset("mine", "Mine", "a snowy day")
    for name in ("noir", "mine"):
        with pytest.raises(UserError, match="already"):
            add_preset(name, "", "a snowy day")
    with pytest.raises(UserError, match="cannot be the name"):
        add_preset("No Good!", "", "a snowy day")
    with pytest.raises(UserError, match="no words"):
        add_preset("emoji", "", "🎨🎨")
    with pytest.raises(UserError, match="built in"):
        remove_preset("noir")
    assert [preset.name for preset in user_presets()] == ["mine"]


@pytest.mark.parametrize("content", ["{", "[]", '{"presets": 3}', '{"presets": [{"name": "x"}]}', '{"presets": [4]}'])
def test_a_damaged_file_of_ones_own_is_named(config: Path, content: str) -> None:
    (config / "presets.json").write_text(content)
    with pytest.raises(UserError) as caught:
        user_presets()
    assert "presets.json" in caught.value.message


def test_prompts_that_cannot_be_used() -> None:
    assert longest_prompt("mini") == longest_prompt("a/folder") == MAX_CHARACTERS
    for name in ("sana-streaming-2b", "sana-bidirectional-2b"):
        assert longest_prompt(name) == GEMMA_CHARACTERS
        thousands = " ".join(["watercolour"] * 5000)
        assert checked_prompt(thousands, name) == thousands
        with pytest.raises(UserError, match="characters"):
            checked_prompt("x" * (GEMMA_CHARACTERS + 1), name)
    assert checked_prompt("  oil\tpainting \n 🎨 ") == "oil painting 🎨"
    assert checked_prompt("雪景") == "雪景"
    for prompt, sentence in (
        ("", "empty"),
        (" \n\t\x00 ", "empty"),
        ("🎨🔥🎨", "no words"),
        ("?!…", "no words"),
        ("x" * 10_000, "10,000 characters"),
        ("snow \udcff", "not text"),
    ):
        with pytest.raises(UserError, match=sentence) as caught:
            checked_prompt(prompt)
        assert caught.value.hint
        assert len(str(caught.value)) < 300
