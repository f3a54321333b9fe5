"""What a request means: path and JSON in, a call of the target and JSON out. Knows nothing of sockets."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sanacam.app.control.target import ControlTarget
from sanacam.app.panic import PanicOrder
from sanacam.app.panic_mode import PANIC_MODES
from sanacam.app.presets import find_preset
from sanacam.app.prompt_text import checked_prompt
from sanacam.model.errors import UserError
from sanacam.model.transition import parse_transition

CONFIRM_S = 0.25

Body = dict[str, Any]


class RefusedError(Exception):
    """An answer other than 200: ``status``, and words for people."""

    def __init__(self, status: HTTPStatus, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint


def answer(target: ControlTarget, method: str, path: str, body: bytes) -> Body:
    """Carry out one request and return what to send back.

    Raises:
        RefusedError: no such path or method, a body that is not what the path takes, or the target declines.
    """
    actions = _PATHS.get(path)
    if actions is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"There is nothing at {path[:80]}.", f"Paths: {', '.join(_PATHS)}.")
    if method not in actions:
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"{path} takes {' or '.join(actions)}, not {method}.")
    values = _values(body) if method == "POST" else {}
    try:
        return actions[method](target, values)
    except UserError as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, error.message, error.hint) from error


def _values(body: bytes) -> Body:
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"The body is not valid JSON: {error}.") from error
    if not isinstance(values, dict):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is not a JSON object.", 'For example {"text": "snow"}.')
    return values


def _only(values: Body, name: str, kind: type[Any] | tuple[type[Any], ...], example: str) -> Any:
    """The one value of a body."""
    value = values.get(name)
    if set(values) != {name} or not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"The body must be like {example}.")
    return value


def _state(target: ControlTarget, values: Body) -> Body:
    panic = target.panic
    return {**target.state(), "panic": panic.mode, "panic_preferred": panic.preferred}


def _prompt(target: ControlTarget, values: Body) -> Body:
    text = checked_prompt(_only(values, "text", str, '{"text": "a snowy day"}'), target.model)
    target.set_prompt(text)
    return {"prompt": text}


def _preset(target: ControlTarget, values: Body) -> Body:
    preset = find_preset(_only(values, "name", str, '{"name": "noir"}'))
    target.set_preset(preset)
    return {"preset": preset.name, "prompt": preset.prompt}


def _strength(target: ControlTarget, values: Body) -> Body:
    value = _only(values, "value", (int, float), '{"value": 0.5}')
    if not 0 <= value <= 1:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The strength takes 0 to 1.")
    target.set_strength(float(value))
    return {"strength": float(value)}


def _transition(target: ControlTarget, values: Body) -> Body:
    value = _only(values, "value", str, '{"value": "blend:8"}')
    parse_transition(value)
    target.set_transition(value)
    return {"transition": value}


def _panic(target: ControlTarget, values: Body) -> Body:
    order = _press(target, values)
    shown_ms = target.panic.wait_shown(order, CONFIRM_S) if target.playing() else None
    return {"panic": order.mode, "shown_after_ms": None if shown_ms is None else round(shown_ms, 1)}


def _press(target: ControlTarget, values: Body) -> PanicOrder:
    on, mode, image = values.get("on"), values.get("mode"), values.get("image")
    if set(values) - {"on", "mode", "image"} or not isinstance(on, bool | None):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 'The body must be like {}, {"on": false} or {"mode": "black"}.')
    if mode is not None and mode not in PANIC_MODES:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"The mode must be one of {', '.join(PANIC_MODES)}.")
    if image is not None and (mode != "image" or not isinstance(image, str) or not Path(image).is_absolute()):
        raise RefusedError(HTTPStatus.BAD_REQUEST, 'An image is a full path and comes with {"mode": "image"}.')
    if on is False and mode is not None:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "A mode cannot be switched off; leave it out.")
    if on is False:
        return target.panic.release()
    if on is None and mode is None:
        return target.panic.toggle()
    return target.panic.engage(mode, Path(image) if image else None)


def _record(target: ControlTarget, values: Body) -> Body:
    on = _only(values, "on", bool, '{"on": true}')
    target.set_recording(on)
    return {"recording": on}


def _snapshot(target: ControlTarget, values: Body) -> Body:
    if values:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "A snapshot takes no values: leave the body empty.")
    return {"snapshot": str(target.snapshot())}


_PATHS: dict[str, dict[str, Callable[[ControlTarget, Body], Body]]] = {
    "/state": {"GET": _state},
    "/prompt": {"POST": _prompt},
    "/preset": {"POST": _preset},
    "/strength": {"POST": _strength},
    "/transition": {"POST": _transition},
    "/panic": {"POST": _panic},
    "/record": {"POST": _record},
    "/snapshot": {"POST": _snapshot},
}
