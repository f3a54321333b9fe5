"""The memory check builds a model once, measures each way of running by itself, and goes on where it was cut off. The
card is played by a processor whose memory is a number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from sanacam.model.errors import UserError
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo import memory_check
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.fits import needed_bytes
from sanacam.model.zoo.registry import get_model
from sanacam.model.zoo.tiny import tiny_clip_bundle, tiny_streaming_bundle
from sanacam.model.zoo.vram import Running

STREAMING, CLIP = "sana-streaming-2b", "sana-bidirectional-2b"
TOTAL = 100_000_000_000
CPU = ("--device", "cpu", "--precision", "fp32")


class PlayedCard:
    """What the check asks of a card. Attributes: ``events`` in order, ``allowed`` bytes; ``peak``."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.allowed = TOTAL
        self.peak = 60_000_000_000

    def confine(self, share: float, index: int) -> None:
        self.allowed = round(share * TOTAL)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> PlayedCard:
    card = PlayedCard()

    def built(name: str, **rest: object) -> ModelBundle:
        card.events.append(name)
        return tiny_streaming_bundle(1) if name == STREAMING else tiny_clip_bundle(1)

    answers: dict[str, Callable[..., Any]] = {
        "mem_get_info": lambda device: (TOTAL - 7_000_000_000, TOTAL),
        "get_device_name": lambda device: "played card",
        "reset_peak_memory_stats": lambda device: card.events.append("reset"),
        "max_memory_allocated": lambda device: card.peak,
        "max_memory_reserved": lambda device: card.peak + 2_000_000_000,
        "memory_reserved": lambda device: 0,
        "set_per_process_memory_fraction": card.confine,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(torch.cuda, name, answer)
    monkeypatch.setattr(memory_check, "random_bundle", built)
    monkeypatch.setattr(memory_check, "SIZES", ((64, 64),))
    return card


def test_each_model_is_built_once_and_every_way_is_measured(card: PlayedCard, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "rows.json"
    assert memory_check.main([*CPU, "--json", str(file)]) == 0
    assert card.events == [STREAMING, *["reset"] * 4, CLIP, *["reset"] * 3]
    rows = json.loads(file.read_text())["rows"]
    assert [(row["model"], row["encoder"], row["decoder"]) for row in rows] == [
        *((STREAMING, *coders) for coders in memory_check.CODERS),
        *((CLIP, *coders) for coders in memory_check.CODERS if "context" not in coders),
    ]
    assert all(row["demanded"] > row["estimate"] and row["enough"] for row in rows)
    assert all(row["reserved"] - row["peak"] == 2_000_000_000 for row in rows)
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 7
    assert "outside   0.00 GB" in shown[0]


def test_a_way_leaves_nothing_for_the_next(card: PlayedCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor of one way, with its memory, is gone before the next begins."""
    alive, seen = [0], []
    plain = StreamEditor.__init__

    def opened(self: StreamEditor, *rest: Any, **named: Any) -> None:
        alive[0] += 1
        seen.append(alive[0])
        plain(self, *rest, **named)

    def closed(self: StreamEditor) -> None:
        alive[0] -= 1

    monkeypatch.setattr(StreamEditor, "__init__", opened)
    monkeypatch.setattr(StreamEditor, "__del__", closed, raising=False)
    assert memory_check.main([*CPU, "--model", STREAMING]) == 0
    assert seen == [1, 1, 1, 1]


def test_weights_that_a_choice_would_not_load_do_not_count(card: PlayedCard) -> None:
    bundle, running = tiny_streaming_bundle(1), Running(64, 64, "fp32", "tiny", "tiny")
    held = sum(value.nbytes for network in (bundle.dit, bundle.vae) for value in network.state_dict().values())
    peak = memory_check.measure(bundle, STREAMING, running, torch.device("cpu"), 0)
    unused = held - get_model(STREAMING).memory.footprint(running).weights
    assert peak.allocated == card.peak - unused
    assert peak.outside == 7_000_000_000


def test_a_run_that_was_cut_off_goes_on(card: PlayedCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*CPU, "--model", STREAMING, "--json", str(tmp_path / "rows.json"), "--resume"]
    plain = memory_check.measure

    def cut_off(*rest: Any, **named: Any) -> memory_check.Peak:
        if card.events.count("reset") == 2:
            raise KeyboardInterrupt
        return plain(*rest, **named)

    monkeypatch.setattr(memory_check, "measure", cut_off)
    with pytest.raises(KeyboardInterrupt):
        memory_check.main(words)
    monkeypatch.setattr(memory_check, "measure", plain)
    card.events.clear()
    assert memory_check.main(words) == 0
    assert card.events == [STREAMING, "reset", "reset"]
    card.events.clear()
    assert memory_check.main(words) == 0
    assert not card.events, "a model whose rows are all there is not even built"
    assert memory_check.main([*words, "--confined"]) == 0
    assert card.events == [STREAMING, *["reset"] * 4], "rows measured otherwise do not stand for these"


@pytest.mark.parametrize("content", ["{}", "no JSON", '{"card": "another card", "rows": []}'])
def test_another_file_is_not_gone_on_with(content: str, card: PlayedCard, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text(content)
    with pytest.raises(UserError, match=r"not of a memory check|measured on a another card"):
        memory_check.main([*CPU, "--json", str(file), "--resume"])
    assert file.read_text() == content


@pytest.mark.parametrize("while_recording", [False, True])
def test_who_runs_out_of_what_is_demanded_is_named(
    while_recording: bool, card: PlayedCard, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    limits = []

    def push(self: StreamEditor, frames: object) -> None:
        limits.append(card.allowed)
        try:
            raise torch.OutOfMemoryError("no more")
        except torch.OutOfMemoryError:
            if while_recording:
                raise RuntimeError("the recording ended in an error")  # noqa: B904 (as PyTorch does it)
            raise

    monkeypatch.setattr(StreamEditor, "push", push)
    words = [*CPU, "--model", STREAMING]
    with pytest.raises(RuntimeError):
        memory_check.main(words)
    assert limits == [TOTAL]
    assert memory_check.main([*words, "--confined", "0.25"]) == 1
    assert capsys.readouterr().out.count("RAN OUT") == 4
    entry = get_model(STREAMING)
    running = Running(64, 64, "fp32")
    bundle = tiny_streaming_bundle(1)
    held = sum(value.nbytes for network in (bundle.dit, bundle.vae) for value in network.state_dict().values())
    unused = held - entry.memory.footprint(running).weights
    assert limits[1] == pytest.approx(needed_bytes(entry, running) - 250_000_000 + unused, abs=100)
    assert card.allowed == TOTAL, "and the limit is lifted"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_without_a_card_it_says_so() -> None:
    with pytest.raises(UserError, match="no CUDA card"):
        memory_check.main([])
