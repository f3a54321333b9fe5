"""Training logs become charts; a line cut short is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanacam.model.errors import UserError
from sanacam.model.training.cli import main
from sanacam.model.training.plot import read_log, smoothed


def test_a_log_becomes_a_page_with_a_chart_for_each_number(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    rows = [{"step": s, "seconds": s / 2, "progress": s / 100, "loss": 1 / (s + 1), "psnr": 20 + s} for s in range(30)]
    log.write_text("\n".join(json.dumps(r) for r in rows) + '\n{"step": 31, "lo', encoding="utf-8")
    assert len(read_log(log)) == 30
    assert main(["plot", str(log), "--out", str(tmp_path / "p.html")]) == 0
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert page.count("<polyline") == 4
    assert "loss" in page
    assert "psnr" in page


def test_smoothing_keeps_a_constant_and_has_no_pull_to_zero() -> None:
    assert smoothed([3.0] * 5) == pytest.approx([3.0] * 5)
    assert smoothed([0.0, 10.0])[1] > 5


def test_missing_and_empty_logs_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no training log"):
        read_log(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(UserError, match="empty"):
        read_log(tmp_path / "empty.jsonl")


@pytest.mark.parametrize("content", [b"5\n", b"[1]\n", b"{}\n", b'{"step": 1, "loss": "low"}\n', b"\xff\xfe"])
def test_what_is_no_log_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(content)
    with pytest.raises(UserError, match="not a training log"):
        main(["plot", str(tmp_path / "log.jsonl"), "--out", str(tmp_path / "p.html")])


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 1, "loss": 2.0}\n')
    with pytest.raises(UserError, match="cannot be written"):
        main(["plot", str(tmp_path / "log.jsonl"), "--out", str(tmp_path / "none" / "p.html")])
