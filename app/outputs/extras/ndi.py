"""NDI, through cyndilib: other machines of the network see the output."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import cv2
import numpy as np

from sanacam.app.frames import Frame
from sanacam.model.errors import UserError


class NdiSink:
    """One NDI sender. Its library compresses in threads of its own.

    Args:
        name: under which it is listed, after the name of this computer.
    """

    exact = False

    def __init__(self, name: str) -> None:
        self.name = f"NDI {name}"
        self._label = name
        self._sender: Any = None

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Raises UserError: the NDI library does not start."""
        try:
            from cyndilib.sender import Sender
            from cyndilib.video_frame import VideoSendFrame
            from cyndilib.wrapper.ndi_structs import FourCC

            frame = VideoSendFrame()
            frame.set_resolution(width, height)
            frame.set_frame_rate(Fraction(fps).limit_denominator(1001))
            frame.set_fourcc(FourCC.RGBX)
            # Our output clock keeps the pace; a second one would make it wait.
            sender = Sender(self._label, clock_video=False, clock_audio=False)
            sender.set_video_frame(frame)
            sender.open()
        except (ImportError, RuntimeError, OSError) as error:
            raise UserError("NDI cannot be started.", f"Its library says: {error}") from error
        self._sender = sender

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``."""
        if self._sender is None:
            raise RuntimeError("write before open")
        # Copied by the library before this returns.
        self._sender.write_video(np.ravel(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2RGBA)))

    def close(self) -> None:
        """See ``Sink.close``."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
