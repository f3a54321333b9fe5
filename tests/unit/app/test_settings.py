"""One schema, three ways in: defaults, file, command line."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.arguments import CommandParser, add_setting_arguments, settings_from
from sanacam.app.option import Option
from sanacam.app.settings import Settings, find_option, schema
from sanacam.app.settings_file import load_settings, save_settings, settings_path
from sanacam.model.errors import UserError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path))
    return tmp_path / "settings.toml"


def parse(command: str, *words: str) -> Settings:
    parser = CommandParser(prog=f"sanacam {command}")
    add_setting_arguments(parser, command)
    return settings_from(parser.parse_args(words))


def values_of(option: Option) -> st.SearchStrategy[object]:
    if option.choices:
        return st.sampled_from(option.choices)
    if option.check.endswith("size"):
        sides = st.integers(16, 16384)
        return st.one_of(st.just("source"), st.builds("{}x{}".format, sides, sides))
    if option.check == "transition":
        return st.sampled_from(["keep", "recache", "blend:8", "reset+blend:1000"])
    if option.check == "precision":
        return st.sampled_from(["auto", "fp32", "fp8", "nvfp4", "paper", "my card.json"])
    if option.check == "device":
        return st.sampled_from(["auto", "cpu", "mps", "cuda", "cuda:7"])
    if option.kind is list:
        return st.lists(text()).map(tuple)
    if option.kind is bool:
        return st.booleans()
    if option.kind is str:
        return text()
    low, high = option.minimum or 0, option.maximum if option.maximum is not None else 1e6
    return st.integers(int(low), int(high)) if option.kind is int else st.floats(low, high)


def text() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.fixed_dictionaries({option.key: values_of(option) for option in schema()}))
def test_whatever_is_saved_is_loaded_again(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    settings = Settings().with_values(values)
    place = save_settings(settings, tmp_path_factory.mktemp("settings") / "s.toml")
    assert load_settings(place) == settings
    assert tomllib.loads(place.read_text(encoding="utf-8")) == settings.as_tables()


def test_every_default_is_valid_and_described() -> None:
    for option in schema():
        assert option.validate(option.default) == option.default
        assert option.help
        assert option.flags
        assert set(option.commands) <= {"live", "edit", "obs"}
    for command in ("live", "edit", "obs"):
        flags = [flag for option in schema() if command in option.commands for flag in option.flags]
        assert len(flags) == len(set(flags))


def test_the_command_line_beats_the_file_and_the_file_beats_the_defaults(config: Path) -> None:
    config.write_text('[look]\nstrength = 0.25\n[live]\nfps = 12\nsink = ["virtualcam"]\n[file]\nsize = "320x180"\n')
    settings = parse("live", "--fps", "30", "-p", "snow")
    assert settings.look.strength == 0.25
    assert settings.live.fps == 30.0
    assert settings.live.sink == ("virtualcam",)
    assert settings.model == Settings().model
    assert parse("edit", "--size", "64x64").file.size == "64x64"
    assert parse("edit").file.size == "320x180"
    assert parse("live", "--sink", "window, file:a.mp4").live.sink == ("window", "file:a.mp4")


def test_a_prompt_on_the_command_line_replaces_a_preset_from_the_file_and_the_other_way_round(config: Path) -> None:
    config.write_text('[look]\npreset = "noir"\n')
    assert parse("edit", "-p", "snow").look == Settings().with_values({"look.prompt": "snow"}).look
    config.write_text('[look]\nprompt = "snow"\n')
    assert parse("edit", "--preset", "noir").look == Settings().with_values({"look.preset": "noir"}).look
    with pytest.raises(UserError, match="Both a prompt and a preset"):
        parse("edit", "--preset", "noir", "-p", "snow")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[live]\nfsp = 3\n", 'no setting called "live.fsp"'),
        ("fps = 3\n", 'no setting called "fps"'),
        ("[sound]\nvolume = 3\n", 'no setting called "sound.volume"'),
        ('[live]\nfps = "fast"\n', "live.fps must be a number"),
        ("[live]\nfps = true\n", "live.fps must be a number"),
        ("[live]\nfps = inf\n", "live.fps is inf"),
        ("[live]\nfps = nan\n", "live.fps is nan"),
        ("[live]\nsink = [1]\n", "live.sink must be a list of texts"),
        ("[model]\nseed = 1.5\n", "model.seed must be a whole number"),
        ("[look]\nstrength = 2\n", "out of range"),
        ('[model]\nprecision = "int3"\n', "not a possible value"),
        ('[model]\ndevice = "gpu"\n', "not a device"),
        ('[file]\nsize = "large"\n', "not a picture size"),
        ("[live\n", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
    ],
)
def test_a_bad_settings_file_names_the_file_and_the_key(config: Path, content: str | bytes, sentence: str) -> None:
    config.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError, match=sentence) as caught:
        load_settings()
    assert str(config) in caught.value.message
    assert caught.value.hint


def test_a_typing_slip_is_answered_with_the_near_name() -> None:
    with pytest.raises(UserError) as caught:
        find_option("live.sorce")
    assert "live.source" in caught.value.hint


def test_no_file_means_defaults_but_a_named_one_must_exist(config: Path) -> None:
    assert load_settings() == Settings()
    assert settings_path() == config
    with pytest.raises(UserError, match="no settings file"):
        load_settings(config)


@pytest.mark.parametrize(
    "words", [["--fps", "fast"], ["--fps", "-1"], ["--strength", "1.5"], ["--size", "0x0"], ["--nope"]]
)
def test_bad_options_are_user_errors(config: Path, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        parse("live", *words)
    assert caught.value.hint


def test_an_option_out_of_range_is_named_as_it_was_typed(config: Path) -> None:
    with pytest.raises(UserError, match=r"^--strength is 1\.5, which is out of range"):
        parse("live", "--strength", "1.5")


def test_saving_to_an_impossible_place_is_a_sentence_and_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file, not a folder")
    with pytest.raises(UserError, match="cannot be written"):
        save_settings(Settings(), tmp_path / "blocked" / "settings.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["blocked"]


def test_help_lists_every_option_of_the_command() -> None:
    for command in ("live", "edit"):
        parser = argparse.ArgumentParser()
        add_setting_arguments(parser, command)
        shown = parser.format_help()
        assert all(option.flags[-1] in shown for option in schema() if command in option.commands)
