"""The command line from the outside: exit codes, messages, JSON, and what is not imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import types
from pathlib import Path

import av
import numpy as np
import pytest

from sanacam.app.cli import main
from sanacam.app.settings import Settings
from sanacam.app.settings_file import save_settings
from sanacam.model.zoo.toy_text import ToyTextEncoder

CLIP = Path(__file__).parents[2] / "data" / "clips" / "cli_city_night.mp4"


class PassingEditor:
    """Hands pictures on, two at a time."""

    frames_per_chunk = 2
    bundle = types.SimpleNamespace(text_encoder=ToyTextEncoder(32, 4))

    def __init__(self) -> None:
        self.held: list[np.ndarray] = []

    def push(self, frames: list[np.ndarray]) -> list[np.ndarray]:
        self.held += frames
        return self.flush() if len(self.held) >= 2 else []

    def flush(self) -> list[np.ndarray]:
        done, self.held = self.held, []
        return done

    def reset(self) -> None:
        self.held = []

    def set_prompt(self, text: str, transition: float = 0.0) -> None:
        pass

    def set_strength(self, strength: float) -> None:
        pass


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(folder))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def passing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.app.editor_loading.load_editor", lambda *settings: PassingEditor())
    monkeypatch.setattr("sanacam.app.editor_loading.load_file_editor", lambda *settings: PassingEditor())
    monkeypatch.setattr("sanacam.app.editor_loading.check_room", lambda settings, width, height: None)


def last_json(text: str) -> dict[str, object]:
    return json.loads(text.strip().splitlines()[-1])


def test_presets_are_listed_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    assert "noir" in capsys.readouterr().out
    assert main(["presets", "--add", "mine", "a snowy day", "--title", "Mine", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["presets"]
    assert entries[-1] == {"name": "mine", "title": "Mine", "prompt": "a snowy day", "family": "mine"}
    assert main(["presets", "--remove", "mine"]) == 0
    assert "mine" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["edti"], "Did you mean edit?"),
        (["edit"], "required"),
        (["edit", "nothing.mp4", "-p", "snow", "-o", "out.mp4"], "There is no file nothing.mp4"),
        (["edit", str(CLIP), "-o", "out.mp4"], "without a prompt"),
        (["edit", str(CLIP), "-p", "x" * 10_000, "-o", "out.mp4"], "10,000 characters"),
        (["edit", str(CLIP), "-p", "🎨🎨", "-o", "out.mp4"], "no words"),
        (["edit", str(CLIP), "--preset", "noirr", "-o", "out.mp4"], "Did you mean noir"),
        (["edit", str(CLIP), "-p", "snow", "-o", "no/where/out.mp4"], "There is no folder"),
        (["edit", str(CLIP), "-p", "snow", "-o", "out.docx"], '".docx" is not a format'),
        (["edit", str(CLIP), "-p", "snow", "-o", str(CLIP)], "the input itself"),
        (["edit", str(CLIP), "-p", "snow", "-o", "out.mp4", "--size", "big"], "not a picture size"),
        (["edit", str(CLIP), "-p", "snow", "-o", "out.mp4", "--settings", "gone.toml"], "no settings file"),
        (["live", "--source", "pattern", "-p", "snow"], "no display"),
        (["live", "--source", "nonsense", "-p", "snow", "--sink", "virtualcam"], "not a source"),
        (["live", "-p", "snow", "--sink", "teletext"], "not a sink"),
        (["live", "-p", "snow", "--sink", "file:a.mp4,file:a.mp4"], "named twice"),
        (["live", "-p", "snow", "--sink", ""], "no sink"),
        (["live", "-p", "snow", "--sink", "window,teletext"], "not a sink"),
        (["live", "-p", "snow", "--sink", "window,mjpeg"], "window cannot feed"),
        (["live", "-p", "snow", "--overwrite"], "never replaces a recording"),
        (["live", "-p", "snow", "--sink", "file:no/where/a.mp4"], "no folder"),
        (["presets", "--remove", "noir"], "built in"),
    ],
)
def test_bad_use_is_a_sentence_and_exit_code_2(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert len(shown.err) < 400
    assert main([*words, "--json"]) == 2
    error = last_json(capsys.readouterr().out)["error"]
    assert sentence in f"{error['message']} {error['hint']}"
    assert error["hint"]
    assert list(tmp_path.iterdir()) == []


def test_an_edit_reports_in_words_and_in_json(
    tmp_path: Path, passing_model: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["edit", str(CLIP), "--preset", "noir", "-o", str(tmp_path / "a.mp4"), "--size", "160x160"]) == 0
    shown = capsys.readouterr()
    assert "25 frames, 160×90, sound copied" in shown.out
    assert "25/25 frames" in shown.err or "frames ·" in shown.err
    assert main(["edit", str(CLIP), "-p", "snow", "-o", str(tmp_path / "b.mp4"), "--json"]) == 0
    result = last_json(capsys.readouterr().out)
    assert (result["frames"], result["width"], result["sound"], result["complete"]) == (25, 320, "copied", True)
    assert Path(str(result["output"])).is_file()


def test_a_bug_keeps_its_traceback_and_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(settings: object, width: int, height: int) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("sanacam.app.editor_loading.check_room", broken)
    assert main(["edit", str(CLIP), "-p", "snow", "-o", str(tmp_path / "a.mp4"), "--json"]) == 1
    shown = capsys.readouterr()
    assert "Traceback" in shown.err
    assert "ZeroDivisionError" in last_json(shown.out)["error"]["message"]
    assert not (tmp_path / "a.mp4").exists()


def test_ctrl_c_claims_nothing_about_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt  # a download or a training keeps what it has

    monkeypatch.setattr("sanacam.app.commands.models.run", interrupted)
    assert main(["models", "list"]) == 130
    assert capsys.readouterr().err.split() == ["Stopped."]


def test_a_damaged_input_exits_with_1_and_keeps_what_could_be_done(
    tmp_path: Path, passing_model: None, capsys: pytest.CaptureFixture[str]
) -> None:
    content = CLIP.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) * 2 // 3])
    assert main(["edit", str(tmp_path / "cut.mp4"), "-p", "snow", "-o", str(tmp_path / "a.mp4")]) == 1
    assert "breaks off" in capsys.readouterr().out
    with av.open(tmp_path / "a.mp4") as container:
        assert 3 < len(list(container.decode(video=0))) < 25


def test_live_runs_for_its_duration_and_reports_lines_of_json(
    tmp_path: Path, passing_model: None, capsys: pytest.CaptureFixture[str]
) -> None:
    words: list[str] = []

    def live(attempt: int) -> bool:
        """Whether as much came as on a machine that has nothing else to do."""
        output = tmp_path / f"live{attempt}.mp4"
        sink = ["--sink", f"file:{output}"]
        words[:] = ["live", "--source", "pattern:64x48@25", "--size", "64x48", "-p", "snow", *sink]
        started = time.monotonic()
        assert main([*words, "--duration", "1.2", "--json"]) == 0
        took_s = time.monotonic() - started
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {line["type"] for line in lines} >= {"status", "event", "end"}
        assert lines[-1]["type"] == "end"
        assert lines[-1]["failed"] is False
        with av.open(output) as container:
            pictures = len(list(container.decode(video=0)))
        return took_s < 15 and lines[-1]["edited"] >= 10 and pictures >= 15

    assert any(live(attempt) for attempt in range(3))
    assert main(words) == 2  # the recording exists now
    assert "exists already" in capsys.readouterr().err


def test_live_plays_a_file_to_its_end_and_records_every_frame(
    tmp_path: Path, passing_model: None, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "all.mp4"
    words = ["live", "--source", f"file:{CLIP}", "--size", "source", "--sink", f"file:{output}", "-p", "snow"]
    assert main(words) == 0
    assert "25 edited frames" in capsys.readouterr().out
    with av.open(output) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert len(times) == 25
    assert times == sorted(set(times))
    assert times[-1] >= 0.95  # in real time, or slower on a busy machine


def test_live_with_a_source_that_is_not_there_says_so(tmp_path: Path, passing_model: None, capsys) -> None:
    words = ["live", "--source", f"file:{tmp_path / 'gone.mp4'}", "--sink", f"file:{tmp_path / 'a.mp4'}", "-p", "snow"]
    assert main(words) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("There is no file"), shown.err.count("Check the path")) == ("", 1, 1)
    assert main([*words, "--json"]) == 2
    assert "There is no file" in last_json(capsys.readouterr().out)["error"]["message"]
    assert list(tmp_path.glob("*.mp4")) == []


def test_the_window_gets_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr("sanacam.app.window_entry.find_window", lambda: lambda settings: seen.append(settings) or 0)
    assert main(["live", "--source", "pattern", "--sink", "window,virtualcam", "-p", "snow"]) == 0
    assert seen[0].look.prompt == "snow"
    assert seen[0].live.sink == ("window", "virtualcam")


def test_without_a_window_installed_live_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr("sanacam.app.window_entry.find_window", lambda: None)
    assert main(["live", "--source", "pattern", "-p", "snow"]) == 2
    assert "--sink virtualcam" in capsys.readouterr().err


def test_who_has_not_set_obs_up_is_told(passing_model: None, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["live", "--source", "pattern:64x48@25", "--size", "64x48", "-p", "snow", "--sink", "obs", "--no-control"]
    assert main([*words, "--duration", "0.1"]) == 0
    assert "obs setup`" in capsys.readouterr().err


class TestWithoutACommand:
    """`sanacam` alone shows something that works."""

    @pytest.fixture(autouse=True)
    def sample(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sanacam.app.commands.start.sample_clip", lambda: CLIP)
        monkeypatch.chdir(tmp_path)

    def test_it_edits_the_sample_where_there_is_no_display(self, tmp_path: Path, passing_model: None, capsys) -> None:
        for _ in range(2):  # the second time replaces the first result
            assert main([]) == 0
            out = capsys.readouterr().out
            assert str(tmp_path / "sanacam-sample-edited.mp4") in out
        with av.open(tmp_path / "sanacam-sample-edited.mp4") as container:
            assert len(list(container.decode(video=0))) == 25

    def test_it_opens_the_window_on_the_sample_where_there_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []
        monkeypatch.setenv("DISPLAY", ":7")
        monkeypatch.setattr("sanacam.app.commands.start.find_window", lambda: lambda s: seen.append(s) or 5)
        assert main([]) == 5
        assert seen[0].live.source == f"file:{CLIP}"
        assert seen[0].live.loop
        assert seen[0].look.preset

    def test_it_opens_the_window_on_what_was_chosen_there_last(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []
        monkeypatch.setenv("DISPLAY", ":7")
        monkeypatch.setattr("sanacam.app.commands.start.find_window", lambda: lambda s: seen.append(s) or 0)
        save_settings(Settings().with_values({"live.source": "camera:Face cam"}))
        assert main([]) == 0
        assert seen[0].live.source == "camera:Face cam"

    def test_it_goes_to_the_video_folder_when_the_current_one_is_read_only(
        self, tmp_path: Path, passing_model: None, monkeypatch: pytest.MonkeyPatch, capsys
    ) -> None:
        videos = tmp_path / "home" / "Videos"
        monkeypatch.setattr("platformdirs.user_videos_dir", lambda: str(videos))
        real = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and real(path, mode))
        assert main([]) == 0
        assert (videos / "sanacam-sample-edited.mp4").is_file()
        assert str(videos) in capsys.readouterr().out

    def test_a_missing_sample_is_said(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys) -> None:
        monkeypatch.setattr("sanacam.app.commands.start.sample_clip", lambda: tmp_path / "gone.mp4")
        assert main([]) == 2
        assert "sample clip is missing" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "module"), [("train", "training"), ("eval", "evaluation")])
def test_train_and_eval_get_the_rest_of_the_line(command: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = types.ModuleType(f"sanacam.model.{module}.cli")
    target.main = lambda words: 7 if words == ["mini", "--json", "-o", "x"] else 0
    monkeypatch.setitem(sys.modules, target.__name__, target)
    assert main([command, "mini", "--json", "-o", "x"]) == 7


def test_a_missing_package_of_train_is_named(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("sanacam.app.cli.PASSED_ON", {"train": ("train", "sanacam.model.no_such_room.cli")})
    assert main(["train"]) == 2
    assert "not part of this installation" in capsys.readouterr().err


def test_help_and_listings_need_neither_torch_nor_av() -> None:
    script = (
        "import sys\n"
        "from sanacam.app.cli import main\n"
        "main(['presets'])\n"
        "try: main(['edit', '--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "main(['edti'])\n"
        "heavy = {'torch', 'av', 'cv2', 'PySide6', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "sanacam.app", "presets"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(30)
    assert errors == ""
