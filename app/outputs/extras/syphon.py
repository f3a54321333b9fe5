"""Syphon, through syphon-python: programs on the same Mac share the picture on the graphics card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2

from sanacam.app.frames import Frame
from sanacam.model.errors import UserError


class SyphonSink:
    """One Syphon server on Metal.

    Args:
        name: under which clients list it.
    """

    exact = False

    def __init__(self, name: str) -> None:
        self.name = f"Syphon {name}"
        self._label = name
        self._server: Any = None
        self._texture: Any = None
        self._copy: Callable[[bytes, Any], None] | None = None

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Raises UserError: no Metal."""
        try:
            import syphon
            from syphon.utils.raw import copy_bytes_to_mtl_texture, create_mtl_texture

            server = syphon.SyphonMetalServer(self._label)
            self._texture = create_mtl_texture(server.device, width, height)
        except (ImportError, RuntimeError, OSError, AttributeError) as error:
            raise UserError("Syphon cannot be started.", f"Its library says: {error}") from error
        self._server, self._copy = server, copy_bytes_to_mtl_texture

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``."""
        if self._server is None or self._copy is None:
            raise RuntimeError("write before open")
        self._copy(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2RGBA).tobytes(), self._texture)
        # Syphon counts rows from below.
        self._server.publish_frame_texture(self._texture, is_flipped=True)

    def close(self) -> None:
        """See ``Sink.close``."""
        server, self._server = self._server, None
        self._texture = None
        if server is not None:
            server.stop()
