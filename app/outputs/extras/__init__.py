"""Sinks for those who need them: NDI, Spout, Syphon, and MJPEG over HTTP.

Each is one entry of ``EXTRA_SINKS``; a new one (WHEP, say) is a module with a ``Sink`` and a line here. The first three
need a package that is installed on request: ``pip install sanacam[ndi]``.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass

from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

OUR_NAME = "Sanacam"
"""Under which other programs see the output, unless another is given."""


@dataclass(frozen=True, slots=True)
class ExtraSink:
    """A kind of sink that is not always there.

    Attributes:
        kind: as on the command line; what follows a colon goes to ``make``.
        title: for people.
        module: what must be importable; empty when nothing is needed.
        extra: the extra of our package that installs it.
        platforms: values of ``sys.platform`` that it works on; empty: all.
        make: from the text after the colon, empty when there is none. Nothing is opened yet.
    """

    kind: str
    title: str
    module: str
    extra: str
    platforms: tuple[str, ...]
    make: Callable[[str], Sink]

    def missing(self) -> UserError | None:
        """Why it cannot be used here; None when it can. Imports nothing of it."""
        if self.platforms and sys.platform not in self.platforms:
            system = {"win32": "Windows", "darwin": "macOS"}[self.platforms[0]]
            return UserError(f"{self.title} exists on {system} only.", "Use virtualcam, mjpeg or ndi.")
        if self.module and importlib.util.find_spec(self.module) is None:
            return UserError(
                f"{self.title} needs a package that is not installed.", f"Install it: pip install sanacam[{self.extra}]"
            )
        return None


def installed_extras() -> list[ExtraSink]:
    """Those that can be used here."""
    return [extra for extra in EXTRA_SINKS if extra.missing() is None]


def find_extra(kind: str) -> ExtraSink | None:
    """The extra of this name, installed or not."""
    return next((extra for extra in EXTRA_SINKS if extra.kind == kind), None)


def make_extra(name: str) -> Sink:
    """The sink that ``name`` stands for: ``ndi``, ``ndi:Stage left``, ``mjpeg:8090``.

    Raises:
        UserError: no extra of this name, or not here.
    """
    kind, _, rest = name.partition(":")
    extra = find_extra(kind)
    if extra is None:
        raise UserError(f'"{kind}" is not an extra sink.', f"There are: {', '.join(e.kind for e in EXTRA_SINKS)}.")
    missing = extra.missing()
    if missing is not None:
        raise missing
    return extra.make(rest)


def _ndi(name: str) -> Sink:
    from sanacam.app.outputs.extras.ndi import NdiSink

    return NdiSink(name or OUR_NAME)


def _spout(name: str) -> Sink:
    from sanacam.app.outputs.extras.spout import SpoutSink

    return SpoutSink(name or OUR_NAME)


def _syphon(name: str) -> Sink:
    from sanacam.app.outputs.extras.syphon import SyphonSink

    return SyphonSink(name or OUR_NAME)


def _mjpeg(port: str) -> Sink:
    from sanacam.app.outputs.extras.mjpeg import DEFAULT_PORT, MjpegSink

    if port and not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        raise UserError(f'"{port}" is not a port.', "Write mjpeg or, for example, mjpeg:8090.")
    return MjpegSink(int(port) if port else DEFAULT_PORT)


EXTRA_SINKS = (
    ExtraSink("mjpeg", "MJPEG over HTTP", "", "", (), _mjpeg),
    ExtraSink("ndi", "NDI", "cyndilib", "ndi", (), _ndi),
    ExtraSink("spout", "Spout", "SpoutGL", "spout", ("win32",), _spout),
    ExtraSink("syphon", "Syphon", "syphon", "syphon", ("darwin",), _syphon),
)
