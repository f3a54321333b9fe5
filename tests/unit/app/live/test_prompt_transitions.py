"""The way to a new prompt, from the control port through the session to a real editor."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sanacam.app.control.requests import RefusedError, answer
from sanacam.app.control.session_target import SessionTarget
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session
from sanacam.app.settings import LookSettings
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_streaming_bundle

Make = Callable[..., Session]
Wait = Callable[[Callable[[], bool]], None]


def post(target: SessionTarget, path: str, **values: object) -> dict[str, Any]:
    return answer(target, "POST", path, json.dumps(values).encode())


def test_prompts_come_in_as_the_session_was_told(make_session: Make, fakes: Any, eventually: Wait) -> None:
    model = fakes.Model()
    session = make_session(fakes.Camera(), [], lambda: model, fps=100.0, prompt="zero", transition="blend:4")
    session.start()
    target = SessionTarget(session, LookSettings(prompt="zero"), exact=False)

    def told(*prompt: str) -> None:
        eventually(lambda: prompt in model.prompts)

    session.set_prompt("one")
    told("one", "blend:4")
    assert post(target, "/transition", value="recache+blend:2") == {"transition": "recache+blend:2"}
    post(target, "/prompt", text="two")
    told("two", "recache+blend:2")
    post(target, "/preset", name="noir")
    eventually(lambda: model.prompts[-1][1] == "recache+blend:2" and len(model.prompts) == 4)
    session.set_prompt("three", "reset")
    told("three", "reset")


@pytest.mark.parametrize("values", [{"value": "slowly"}, {"value": 3}, {}, {"value": "keep", "more": 1}])
def test_a_transition_that_is_none_is_refused(make_session: Make, fakes: Any, values: dict[str, object]) -> None:
    session = make_session(fakes.Camera(), [], fakes.Model)
    target = SessionTarget(session, LookSettings(prompt="zero"), exact=False)
    with pytest.raises(RefusedError) as refusal:
        post(target, "/transition", **values)
    assert refusal.value.status == 400


@pytest.mark.parametrize(("model", "fits"), [("mini", False), ("sana-streaming-2b", True)])
def test_how_long_a_prompt_may_be_depends_on_the_model(
    make_session: Make, fakes: Any, eventually: Wait, model: str, fits: bool
) -> None:
    editor = fakes.Model()
    session = make_session(fakes.Camera(), [], lambda: editor, prompt="zero")
    session.start()
    target = SessionTarget(session, LookSettings(prompt="zero"), exact=False, model=model)
    text = "a snowy day " * 60 + "it is"
    if fits:
        post(target, "/prompt", text=text)
        eventually(lambda: editor.prompts[-1][0] == text)
    else:
        with pytest.raises(RefusedError, match="may have 600"):
            post(target, "/prompt", text=text)


def test_a_real_editor_blends_in_a_running_session(make_session: Make, fakes: Any, eventually: Wait) -> None:
    made: list[StreamEditor] = []

    def load() -> StreamEditor:
        editor = StreamEditor(tiny_streaming_bundle(1), "cpu")
        editor.choose_vae("tiny", "tiny")
        made.append(editor)
        return editor

    sink = CollectSink(exact=True)
    session = make_session(fakes.Camera(), [sink], load, fps=100.0, prompt="oil", transition="blend:3")
    session.start()
    eventually(lambda: len(sink.frames) > 0)
    epoch = session.set_prompt("neon city")
    eventually(lambda: any(frame.epoch == epoch for frame in sink.frames))
    assert session.stats().state == "running"
    assert made[0].stream_state is not None
