"""The panic key at every host, pressed from a command: it works while the session behind a host hangs. Loads next to
nothing.
"""

from __future__ import annotations

import socket
import threading
from typing import Any

from sanacam.app.host.channel import Lines, Message, error_in
from sanacam.app.host.state import VERSION, HostState, lives, written_states

ANSWER_S = 1.0


def ask_hosts(do: str, **values: Any) -> list[Message]:
    """Ask every host of this user at the same time; the answers of those that carry it out."""
    answers: list[Message] = []
    threads = [
        threading.Thread(target=_ask, args=(state, do, values, answers), daemon=True)
        for state in written_states()
        if lives(state.pid)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * ANSWER_S)
    return list(answers)


def _ask(state: HostState, do: str, values: dict[str, Any], answers: list[Message]) -> None:
    try:
        with socket.create_connection(("127.0.0.1", state.port), ANSWER_S) as channel:
            channel.settimeout(ANSWER_S)
            lines = Lines(channel)
            lines.send({"token": state.token, "version": VERSION})
            lines.send({"id": 1, "do": do, **values})
            hello, answer = lines.receive(), lines.receive()
    except (OSError, ValueError):
        return  # gone or hanging: its session, which is asked too, says what there is to say
    if hello is not None and answer is not None and error_in(answer) is None:
        answers.append(answer.get("ok") or {})
