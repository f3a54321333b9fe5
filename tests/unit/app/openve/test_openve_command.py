"""OpenVE-Bench from end to end on three rows, a tiny model and a judge on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch

from sanacam.app.cli import main
from sanacam.model.evaluation.openve.judge import ANSWERS, KEY_VARIABLE, WAITS_S
from sanacam.model.zoo.bundle import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle

KEY = "secret-key-of-the-test"
ROWS = [
    ("Global Style", "Make it a pencil drawing", "a.mp4"),
    ("local_remove", "Remove the ball, please", "b.mp4"),
    ("Local Add", "Add a red hat", "a.mp4"),
]


def chat(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()


def good(instruction: int = 4) -> tuple[int, bytes]:
    scores = {"instruction": instruction, "quality": 3, "consistency": 2, "reason": "it is <there>"}
    return 200, chat(f"Here it is:\n```json\n{json.dumps(scores)}\n```")


@dataclass
class FakeJudge:
    """A judge in a thread. ``answer`` makes (code, body) from the question."""

    url: str
    answer: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda question: good()
    questions: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def judge() -> Iterator[FakeJudge]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.questions.append({**question, "path": self.path})
            fake.keys.append(self.headers["Authorization"])
            code, body = fake.answer(question)
            self.send_response(code)
            if code == 302:
                self.send_header("Location", f"{fake.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeJudge(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def save_clip(path: Path, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shift in range(10):
            frame = av.VideoFrame.from_ndarray(np.roll(pixels, shift, 1), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


@dataclass
class Bench:
    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def run(self, *more: str) -> int:
        words = ["eval", "openve", "--csv", str(self.folder / "bench.csv"), "--videos", str(self.folder / "videos")]
        words += ["--out", str(self.out), "--model", str(self.folder / "tiny"), "--device", "cpu"]
        return main([*words, *more])

    def report(self) -> dict[str, Any]:
        return json.loads((self.out / "report.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    def write(self, rows: list[tuple[str, str, str]], head: str = "edited_type,prompt,original_video") -> None:
        lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
        (self.folder / "bench.csv").write_text("\ufeff" + "\n".join([head, *lines]) + "\n", encoding="utf-8")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    torch.set_num_threads(1)
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setattr("sanacam.model.evaluation.openve.judge.WAITS_S", (0.0,) * len(WAITS_S))
    (tmp_path / "videos").mkdir()
    for seed, name in enumerate(("a.mp4", "b.mp4")):
        save_clip(tmp_path / "videos" / name, seed)
    save_bundle(tiny_bundle(), tmp_path / "tiny", dtype=torch.float32)
    made = Bench(tmp_path)
    made.write(ROWS)
    return made


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Prompts of the edits that were really made."""
    import sanacam.app.edit as editing

    made: list[str] = []
    plain = editing.edit_file

    def counted(job: editing.EditJob, *rest: Any) -> editing.EditResult:
        made.append(job.prompt)
        return plain(job, *rest)

    monkeypatch.setattr(editing, "edit_file", counted)
    return made


def with_judge(judge: FakeJudge) -> tuple[str, ...]:
    return "--judge", judge.url, "--judge-model", "seer"


def test_without_a_judge_all_is_edited_and_nothing_scored(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run() == 0
    said = capsys.readouterr().out
    assert "No judge was asked" in said
    assert "3.60" in said
    assert "2.42" in said
    rows = bench.report()["rows"]
    assert [row["edited"]["frames"] for row in rows] == [10, 10, 10]
    for row in rows:
        with av.open(str(bench.out / "edits" / row["edit"])) as clip:
            assert sum(1 for _ in clip.decode(video=0)) == 10
    assert "<img" in (bench.out / "report.html").read_text(encoding="utf-8")


def test_the_table_has_the_scores_and_the_paper_beside_them(
    bench: Bench, judge: FakeJudge, capsys: pytest.CaptureFixture[str]
) -> None:
    judge.answer = lambda question: good(5 if "pencil" in json.dumps(question) else 4)
    assert bench.run(*with_judge(judge)) == 0
    said = capsys.readouterr()
    assert "Scores of different judges cannot be compared" in said.out
    lines = {line["title"]: line for line in bench.report()["table"]}
    assert lines["Global style"]["mean"] == pytest.approx((5 + 3 + 2) / 3)
    assert lines["Local remove"]["mean"] == pytest.approx(3.0)
    assert (lines["Local add"]["streaming"], lines["Local add"]["bidirectional"]) == (1.82, 1.88)
    assert lines["Average of the five"]["mean"] is None  # two of the five have no rows here
    assert "it is &lt;there&gt;" in (bench.out / "report.html").read_text(encoding="utf-8")
    question = judge.questions[0]
    assert question["path"] == "/v1/chat/completions"
    assert question["model"] == "seer"
    assert "style" in question["messages"][0]["content"]
    parts = question["messages"][1]["content"]
    assert parts[0]["text"] == "Instruction: Make it a pencil drawing"
    assert [part["type"] for part in parts[1:]] == ["image_url"] * 8
    assert set(judge.keys) == {f"Bearer {KEY}"}
    written = b"".join(p.read_bytes() for p in bench.out.rglob("*") if p.is_file())
    assert KEY.encode() not in written
    assert KEY not in said.out + said.err


def test_a_second_run_asks_nobody_and_edits_nothing(bench: Bench, judge: FakeJudge, edits: list[str]) -> None:
    assert bench.run(*with_judge(judge)) == 0
    assert (len(edits), len(judge.questions)) == (3, 3)
    first = bench.report()
    assert bench.run(*with_judge(judge)) == 0
    assert (len(edits), len(judge.questions)) == (3, 3)
    assert bench.report() == first


def test_only_what_changed_is_done_again(bench: Bench, judge: FakeJudge, edits: list[str]) -> None:
    assert bench.run(*with_judge(judge)) == 0
    bench.write([*ROWS[:2], ("Local Add", "Add a blue hat", "a.mp4")])
    assert bench.run(*with_judge(judge)) == 0
    assert (len(edits), len(judge.questions)) == (4, 4)
    assert bench.run("--judge", judge.url, "--judge-model", "another") == 0
    assert (len(edits), len(judge.questions)) == (4, 7)


def test_an_edit_that_was_broken_off_is_made_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sanacam.model.stream import StreamEditor

    plain, pushed = StreamEditor.push, []

    def push(self: StreamEditor, frames: list[Any]) -> list[Any]:
        pushed.append(len(frames))
        if len(pushed) == 16:  # within the second clip, with a chunk of it written
            raise KeyboardInterrupt
        return plain(self, frames)

    monkeypatch.setattr(StreamEditor, "push", push)
    assert bench.run() == 130
    assert "goes on" in capsys.readouterr().err
    assert [path.name[:4] for path in sorted((bench.out / "edits").glob("*.mp4"))] == ["0001"]
    assert bench.run() == 0
    assert [row["edited"]["frames"] for row in bench.report()["rows"]] == [10, 10, 10]


def test_a_judge_that_is_down_is_said_and_the_edits_are_kept(
    bench: Bench, judge: FakeJudge, edits: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.run("--judge", "http://127.0.0.1:9/v1", "--judge-model", "seer") == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert KEY not in said
    assert len(edits) == 3
    assert bench.run(*with_judge(judge)) == 0
    assert len(edits) == 3


def test_a_busy_judge_is_asked_again(bench: Bench, judge: FakeJudge) -> None:
    judge.answer = lambda question: (503, b"busy") if len(judge.questions) % 2 else good()
    assert bench.run(*with_judge(judge)) == 0
    assert len(judge.questions) == 6


@pytest.mark.parametrize(
    ("code", "complaint"), [(401, "refuses the key"), (404, "refuses the question"), (302, "refuses the question")]
)
def test_a_judge_that_refuses_is_asked_once(
    code: int, complaint: str, bench: Bench, judge: FakeJudge, capsys: pytest.CaptureFixture[str]
) -> None:
    judge.answer = lambda question: (code, KEY.encode())
    assert bench.run(*with_judge(judge)) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert KEY not in said
    assert len(judge.questions) == 1


def test_a_malformed_answer_is_asked_for_again_then_left_without_a_score(
    bench: Bench, judge: FakeJudge, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = iter(['{"instruction": 7, "quality": 3, "consistency": 2}', "five stars!", '{"instruction": "4"}'])

    def answer(question: dict[str, Any]) -> tuple[int, bytes]:
        return (200, chat(next(bad))) if "ball" in json.dumps(question) else good()

    judge.answer = answer
    assert bench.run(*with_judge(judge)) == 1
    assert len(judge.questions) == 2 + ANSWERS
    assert "Row 2: not scored: no scores from 1 to 5" in capsys.readouterr().out
    assert [row["scores"] is None for row in bench.report()["rows"]] == [False, True, False]
    judge.answer = lambda question: good()
    assert bench.run(*with_judge(judge)) == 0
    assert len(judge.questions) == 2 + ANSWERS + 1


def test_a_judge_that_never_makes_sense_is_given_up(
    bench: Bench, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sanacam.model.evaluation.openve.run.UNREADABLE_IN_A_ROW", 2)
    judge.answer = lambda question: (200, b"<html>")
    assert bench.run(*with_judge(judge)) == 2
    assert "no readable answer for 2 edits in a row" in capsys.readouterr().err


def test_missing_clips_are_named_before_any_work(
    bench: Bench, edits: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    bench.write([*ROWS, ("style", "x y", "gone.mp4"), ("style", "x y", "../tiny/config.json")])
    assert bench.run() == 2
    said = capsys.readouterr().err
    assert "2 of 5 clips are not in" in said
    assert "gone.mp4" in said
    assert not edits
    assert not bench.out.exists()
    assert bench.run("--skip-missing", "--per-category", "1") == 0
    assert len(edits) == 3


def test_a_clip_that_cannot_be_read_costs_its_own_row(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    (bench.folder / "videos" / "b.mp4").write_bytes(b"no video at all")
    assert bench.run() == 1
    assert "Row 2: not edited" in capsys.readouterr().out
    assert [row["edit"] is None for row in bench.report()["rows"]] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("type,prompt,video\nstyle,x,a.mp4\n", "no column edited_type and no column original_video"),
        ("edited_type,prompt,original_video\n", "no row to edit"),
        ("edited_type,prompt,original_video\nstyle,,a.mp4\n", "Row 1 .* lacks its prompt"),
        ("", "no column"),
        ("\udcff\udcfe", "not a table"),
    ],
)
def test_a_bad_table_is_one_sentence(
    text: str, complaint: str, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    (bench.folder / "bench.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert bench.run() == 2
    assert re.search(complaint, capsys.readouterr().err)
    assert not bench.out.exists()


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--judge", "http://example.org/v1", "--judge-model", "x"], "unencrypted"),
        (["--judge", "https://user:pass@example.org/v1", "--judge-model", "x"], "holds a name"),
        (["--judge", "https://example.org/v1"], "not named"),
        (["--judge", "gemini"], "not the address"),
        (["--judge", "http://[::1", "--judge-model", "x"], "not the address"),
        (["--judge", "https://example.org:99999/v1", "--judge-model", "x"], "not the address"),
        (["--per-category", "0"], "1 or more"),
        (["--model", "no-such-model"], "no-such-model"),
    ],
)
def test_bad_options_are_one_sentence(
    more: list[str], complaint: str, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.run(*more) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert "pass@" not in said


@pytest.mark.parametrize("key", ["two\nlines", "schl\u00fcssel\u2013"])
def test_a_key_that_cannot_be_sent_is_said_and_not_shown(
    key: str, bench: Bench, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)
    assert bench.run(*with_judge(judge)) == 2
    said = capsys.readouterr().err
    assert f"{KEY_VARIABLE} holds characters" in said
    assert key not in said


def test_a_key_may_end_with_a_line_break(bench: Bench, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, f"{KEY}\n")
    assert bench.run(*with_judge(judge)) == 0
    assert set(judge.keys) == {f"Bearer {KEY}"}


def test_answers_that_nest_without_end_leave_an_edit_without_a_score(bench: Bench, judge: FakeJudge) -> None:
    judge.answer = lambda _: (200, b"[" * 200_000)
    assert bench.run(*with_judge(judge)) == 1
    assert all(row["scores"] is None and row["edit"] for row in bench.report()["rows"])


def test_stored_results_of_another_shape_are_made_again(bench: Bench, judge: FakeJudge, edits: list[str]) -> None:
    assert bench.run(*with_judge(judge)) == 0
    next((bench.out / "edits").glob("*.json")).write_text('{"pictures": 3}', encoding="utf-8")
    next((bench.out / "scores").glob("*.json")).write_text('{"instruction": 3}', encoding="utf-8")
    assert bench.run(*with_judge(judge)) == 0
    assert (len(edits), len(judge.questions)) == (4, 4)
