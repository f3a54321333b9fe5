"""Spout, through SpoutGL: programs on the same Windows machine share the picture on the graphics card."""

from __future__ import annotations

from typing import Any

import cv2

from sanacam.app.frames import Frame
from sanacam.model.errors import UserError

_GL_RGBA = 0x1908


class SpoutSink:
    """One Spout sender. Its OpenGL context belongs to the thread that opens it, which is the one that writes.

    Args:
        name: under which receivers list it.
    """

    exact = False

    def __init__(self, name: str) -> None:
        self.name = f"Spout {name}"
        self._label = name
        self._size = (0, 0)
        self._sender: Any = None

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Raises UserError: no graphics card that can share."""
        try:
            import SpoutGL

            sender = SpoutGL.SpoutSender()
            if not sender.createOpenGL():
                raise RuntimeError("no OpenGL context")
        except (ImportError, RuntimeError, OSError) as error:
            raise UserError("Spout cannot be started.", f"Its library says: {error}") from error
        sender.setSenderName(self._label)
        self._sender, self._size = sender, (width, height)

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``. Raises UserError: the graphics card no longer takes pictures."""
        if self._sender is None:
            raise RuntimeError("write before open")
        rgba = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2RGBA)
        if not self._sender.sendImage(rgba, *self._size, _GL_RGBA, False, 0):
            raise UserError("Spout no longer takes pictures.", "Switch it off and on again.")

    def close(self) -> None:
        """See ``Sink.close``."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.releaseSender()
            sender.closeOpenGL()
