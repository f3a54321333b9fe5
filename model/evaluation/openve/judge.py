"""Judges: whoever scores an edit. One speaks to an HTTP endpoint of the kind that most model servers offer."""

from __future__ import annotations

import json
import math
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.evaluation.openve.bench import Row
from sanacam.model.evaluation.openve.rubric import ASPECTS, system_prompt
from sanacam.model.evaluation.sheets import data_url

KEY_VARIABLE = "SANACAM_JUDGE_KEY"
"""Where the key of the endpoint is looked for; it is never written or printed."""
ENDPOINT = "/chat/completions"
WAITS_S = (1.0, 5.0, 20.0)
"""Pauses before the second, third and fourth attempt at an endpoint that is down or busy."""
ANSWERS = 3
"""Answers that are asked for before an edit stays without a score."""
_BUSY = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_ANSWER, _MOST_OBJECTS = 1 << 20, 1000
_AGAIN = "Edits and scores so far are kept; run the command again to go on."


@dataclass(frozen=True)
class Scores:
    """``instruction``, ``quality``, ``consistency``: 1…5. ``reason``: the judge's words."""

    instruction: float
    quality: float
    consistency: float
    reason: str

    @property
    def mean(self) -> float:
        return (self.instruction + self.quality + self.consistency) / 3


class UnreadableAnswerError(Exception):
    """The judge answered, but not with scores."""


class Judge(Protocol):
    """``name``: in reports; scores of different names are not comparable."""

    name: str

    def score(self, row: Row, pictures: Sequence[Image.Image]) -> Scores:
        """Scores of one edit.

        Args:
            pictures: original on the left, edit on the right, in order of time.

        Raises:
            UnreadableAnswerError: no answer had scores.
            UserError: the judge cannot be asked at all.
        """
        ...


class HttpJudge:
    """An OpenAI-style chat endpoint that takes pictures.

    Args:
        url: ``https://host/v1`` or the full address of its ``chat/completions``. Plain http only without a key, or on
            this machine.
        model: as the endpoint names it.
        key: of the endpoint; empty for none.
        sleep: for tests.

    Raises:
        UserError: an address that cannot be used, or one that would carry the key in the clear.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        *,
        timeout_s: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise UserError(f"“{url}” is not the address of a judge.", "Write https://HOST/v1, or none.")
        if parts.username or parts.password or parts.query:
            # Not repeated in the message: it may hold a secret.
            raise UserError(
                "The judge's address holds a name, a password or a query.", f"Put the key into {KEY_VARIABLE} instead."
            )
        key = key.strip()
        if not (key.isascii() and key.isprintable()):
            raise UserError(f"{KEY_VARIABLE} holds characters that no key has.", "Copy the key anew.")
        if key and parts.scheme == "http" and not _is_here(parts.hostname or ""):
            raise UserError(f"{parts.hostname} would get the key unencrypted.", "Use an https address.")
        if not model:
            raise UserError("The judge's model is not named.", "Add --judge-model NAME.")
        path = parts.path.rstrip("/")
        self.url = urlunsplit(
            (parts.scheme, parts.netloc, path if path.endswith(ENDPOINT) else path + ENDPOINT, "", "")
        )
        self.model, self.name = model, f"{model} at {parts.hostname}"
        self._key, self._timeout_s, self._sleep = key, timeout_s, sleep
        # A redirect would take the key to wherever it points.
        self._opener = urllib.request.build_opener(_NoRedirect)

    def score(self, row: Row, pictures: Sequence[Image.Image]) -> Scores:
        body = self._question(row, pictures)
        problem = UnreadableAnswerError("no answer")
        for _ in range(ANSWERS):
            try:
                return parse_scores(_content(self._post(body)))
            except UnreadableAnswerError as error:
                problem = error
        raise problem

    def _question(self, row: Row, pictures: Sequence[Image.Image]) -> bytes:
        seen = [{"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in pictures]
        text = {"type": "text", "text": f"Instruction: {row.prompt}"}
        messages = [
            {"role": "system", "content": system_prompt(row.category)},
            {"role": "user", "content": [text, *seen]},
        ]
        return json.dumps({"model": self.model, "temperature": 0, "messages": messages}).encode()

    def _post(self, body: bytes) -> bytes:
        """The answer's bytes; waits and asks again while the endpoint is down or busy.

        Raises:
            UserError: it stays so, or refuses.
        """
        problem = ""
        for wait in (*WAITS_S, None):
            request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
            if self._key:
                request.add_unredirected_header("Authorization", f"Bearer {self._key}")
            try:
                with self._opener.open(request, timeout=self._timeout_s) as answer:
                    return bytes(answer.read(_LONGEST_ANSWER))
            except urllib.error.HTTPError as error:
                error.close()
                if error.code in (401, 403):
                    raise UserError(
                        f"The judge {self.name} refuses the key (HTTP {error.code}).", f"Set {KEY_VARIABLE}. {_AGAIN}"
                    ) from None
                if error.code not in _BUSY:
                    raise UserError(
                        f"The judge {self.name} refuses the question (HTTP {error.code}).",
                        f"Check address and --judge-model. {_AGAIN}",
                    ) from None
                problem = f"HTTP {error.code}"
            except (urllib.error.URLError, HTTPException, OSError) as error:
                problem = str(getattr(error, "reason", error)) or type(error).__name__
            if wait is not None:
                self._sleep(wait)
        raise UserError(f"The judge {self.name} cannot be reached ({problem}).", _AGAIN)


def parse_scores(text: str) -> Scores:
    """Scores from a judge's words: the first JSON object in them that has all three, each a number from 1 to 5.

    Raises:
        UnreadableAnswerError: there is none.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if start < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and all(_is_score(found.get(aspect)) for aspect in ASPECTS):
            instruction, quality, consistency = (float(found[aspect]) for aspect in ASPECTS)
            return Scores(instruction, quality, consistency, str(found.get("reason", ""))[:500])
        start = text.find("{", start + 1)
    raise UnreadableAnswerError(f"no scores from 1 to 5 in “{' '.join(text.split())[:120]}”")


def _is_score(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 1 <= value <= 5


def _content(answer: bytes) -> str:
    """The text of an endpoint's answer."""
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise UnreadableAnswerError("the answer is not that of a chat endpoint") from error
    if not isinstance(content, str):
        raise UnreadableAnswerError("the answer holds no text")
    return content


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Makes a redirect an error with its code."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None
