"""What the control port does when asked properly, and what it says to values that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from control_calls import Target, ask


def test_the_buttons(open_port: Callable[..., int], target: Target) -> None:
    port = open_port()
    assert ask(port, "GET", "/state") == (
        200,
        {"state": "running", "prompt": "snow", "panic": None, "panic_preferred": "raw"},
    )
    assert ask(port, "POST", "/prompt", {"text": " an  oil painting "}) == (200, {"prompt": "an oil painting"})
    assert ask(port, "POST", "/preset", {"name": "noir"})[1]["preset"] == "noir"
    assert ask(port, "POST", "/strength", {"value": 0.25}) == (200, {"strength": 0.25})
    assert ask(port, "POST", "/strength", {"value": 1}) == (200, {"strength": 1.0})
    assert ask(port, "POST", "/transition", {"value": "recache+blend:4"}) == (200, {"transition": "recache+blend:4"})
    assert ask(port, "POST", "/record", {"on": True}) == (200, {"recording": True})
    assert ask(port, "POST", "/snapshot") == (200, {"snapshot": str(Path("/pictures/one.png"))})
    assert target.told == [
        ("prompt", "an oil painting"),
        ("preset", "noir"),
        ("strength", 0.25),
        ("strength", 1.0),
        ("transition", "recache+blend:4"),
        ("record", True),
        ("snapshot", None),
    ]


def test_the_panic_button(open_port: Callable[..., int], target: Target, tmp_path: Path) -> None:
    port = open_port()
    assert ask(port, "POST", "/panic") == (200, {"panic": "raw", "shown_after_ms": None}), "a press without a body"
    assert ask(port, "POST", "/panic") == (200, {"panic": None, "shown_after_ms": None})
    assert ask(port, "POST", "/panic", {"mode": "black"})[1]["panic"] == "black"
    assert ask(port, "POST", "/panic", {"mode": "black"})[1]["panic"] == "black", "a mode is on, however often"
    assert ask(port, "GET", "/state")[1]["panic"] == "black"
    assert ask(port, "POST", "/panic", {"on": False})[1]["panic"] is None
    status, answer = ask(port, "POST", "/panic", {"mode": "image", "image": str(tmp_path / "none.png")})
    assert status == 400
    assert "Black is shown instead." in answer["error"]["message"]
    assert target.panic.mode == "black"


def test_the_answer_tells_when_the_sinks_had_it(open_port: Callable[..., int], target: Target) -> None:
    target.plays = True
    target.panic.listen(lambda: target.panic.shown(target.panic._order, target.panic._order.asked_ns + 7_000_000))
    assert ask(open_port(), "POST", "/panic", {"on": True}) == (200, {"panic": "raw", "shown_after_ms": 7.0})


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("/prompt", {"text": ""}, "empty"),
        ("/prompt", {"text": "x" * 5000}, "5,000 characters"),
        ("/prompt", {"text": 5}, "must be like"),
        ("/prompt", {"text": "snow", "more": 1}, "must be like"),
        ("/prompt", {}, "must be like"),
        ("/preset", {"name": "noirr"}, "no preset"),
        ("/strength", {"value": 1.01}, "0 to 1"),
        ("/strength", {"value": float("nan")}, "0 to 1"),
        ("/strength", {"value": 10**400}, "0 to 1"),
        ("/strength", {"value": True}, "must be like"),
        ("/strength", {"value": "1"}, "must be like"),
        ("/transition", {"value": "loud"}, "not a prompt transition"),
        ("/transition", {"value": 8}, "must be like"),
        ("/record", {"on": "yes"}, "must be like"),
        ("/record", {"on": False}, "Nothing is recorded"),
        ("/snapshot", {"path": "/etc/x.png"}, "leave the body empty"),
        ("/panic", {"mode": "pink"}, "must be one of"),
        ("/panic", {"mode": ["raw"]}, "must be one of"),
        ("/panic", {"on": 1}, "must be like"),
        ("/panic", {"on": False, "mode": "raw"}, "cannot be switched off"),
        ("/panic", {"image": "/x.png"}, "full path"),
        ("/panic", {"mode": "image", "image": "x.png"}, "full path"),
        ("/panic", {"mode": "image", "image": "/no\0where"}, "Black is shown"),
        ("/panic", [1], "not a JSON object"),
    ],
)
def test_values_that_make_no_sense(path: str, values: Any, words: str, open_port: Callable[..., int]) -> None:
    status, answer = ask(open_port(), "POST", path, values)
    assert status == 400
    assert words in answer["error"]["message"] + answer["error"]["hint"]


def test_a_bug_is_told_and_the_port_goes_on(open_port: Callable[..., int]) -> None:
    port = open_port()
    status, answer = ask(port, "POST", "/prompt", {"text": "bug"})
    assert status == 500
    assert "KeyError" in answer["error"]["message"]
    assert ask(port, "GET", "/state")[0] == 200
