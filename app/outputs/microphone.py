"""A microphone beside a recorded picture, read through FFmpeg's own devices in a thread of its own.

Sound is heard when it happens, the edited picture is seen later. So a sample is placed where the picture of its moment
is: at its time plus the picture's delay. Samples are counted, not stamped one by one; when the count and the clock are
more than ``TOLERANCE_S`` apart – lost samples, a device whose clock drifts, a picture that now comes later – silence is
put in or samples are left out.
"""

from __future__ import annotations

import logging
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer
from numpy.typing import NDArray

from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

RATE = 48_000
TOLERANCE_S = 0.08
_BLOCKS_KEPT = 512
_JOIN_S = 2.0

Samples = NDArray[np.int16]
"""Stereo, interleaved: shape (1, 2 × samples)."""

# The ALSA in PyAV's wheels looks where it was built, in a temporary folder that anybody may fill. This system's own:
# the settings, and the plug-ins through which "default" is PipeWire or PulseAudio (Debian, Fedora, Arch).
_SYSTEM_ALSA = {
    "ALSA_CONFIG_DIR": ("/usr/share/alsa",),
    "ALSA_PLUGIN_DIR": (
        f"/usr/lib/{platform.machine()}-linux-gnu/alsa-lib",
        "/usr/lib64/alsa-lib",
        "/usr/lib/alsa-lib",
    ),
}


def device(name: str, platform: str = sys.platform) -> tuple[str, str]:
    """FFmpeg's input format and file for the microphone ``name``; "default" is the system's own choice.

    Raises:
        UserError: there is no such choice on this system.
    """
    if platform == "darwin":
        return "avfoundation", f":{name}"
    if platform != "win32":
        return "alsa", name
    if name == "default":
        raise UserError(
            "On Windows the microphone must be named.", "Its name stands in Settings > System > Sound > Input."
        )
    return "dshow", f"audio={name}"


class Microphone:
    """Adds one track of sound to ``output``; call it before the first packet is muxed. All but the reading happens in
    the caller's thread.

    Args:
        name: see ``device``.
        output: the container of the recording.
        place: seconds in the recording for a monotonic time (ns); None while the recording has no picture yet.

    Raises:
        UserError: the microphone cannot be opened.
    """

    def __init__(self, name: str, output: OutputContainer, place: Callable[[int], float | None]) -> None:
        self._input = _open(name)
        self._output = output
        self._place = place
        self._stream = output.add_stream("libopus" if output.format.name == "webm" else "aac", rate=RATE)
        self._stream.layout = "stereo"
        self._blocks: queue.Queue[tuple[Samples, int]] = queue.Queue(_BLOCKS_KEPT)
        self._placed = 0
        self._stop_asked = threading.Event()
        self._thread = threading.Thread(target=self._read, name="microphone", daemon=True)
        self._thread.start()

    def advance(self) -> None:
        """Encode what has come so far. Raises OSError: what the disk says."""
        while not self._blocks.empty():
            samples, captured_ns = self._blocks.get()
            where_s = self._place(captured_ns)
            if where_s is None:
                continue
            ahead = round(where_s * RATE) - self._placed
            if abs(ahead) > TOLERANCE_S * RATE:
                samples = _moved(samples, ahead)
            if samples.size:
                self._encode(samples)

    def finish(self) -> None:
        """Let the encoder give out what it holds. Raises OSError: what the disk says."""
        self.advance()
        self._output.mux(self._stream.encode(None))

    def close(self) -> None:
        """Let go of the microphone."""
        self._stop_asked.set()
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            log.warning("the microphone does not answer")
            return
        self._input.close()

    def _encode(self, samples: Samples) -> None:
        frame = AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._placed, Fraction(1, RATE)
        self._placed += frame.samples
        self._output.mux(self._stream.encode(frame))

    def _read(self) -> None:
        resampler = AudioResampler(format="s16", layout="stereo", rate=RATE)
        try:
            for frame in self._input.decode(audio=0):
                if self._stop_asked.is_set():
                    return
                captured_ns = time.monotonic_ns() - round(frame.samples * 1e9 / frame.sample_rate)
                for block in resampler.resample(frame):
                    self._keep(np.asarray(block.to_ndarray(), np.int16), captured_ns)
        except (av.error.FFmpegError, OSError) as error:
            # The picture is recorded on; silence says that the microphone has gone.
            log.warning("the microphone has stopped: %s", error)

    def _keep(self, samples: Samples, captured_ns: int) -> None:
        try:
            self._blocks.put_nowait((samples, captured_ns))
        except queue.Full:
            log.warning("sound is lost: the recording takes none")


def _open(name: str) -> InputContainer:
    kind, file = device(name)
    if kind == "alsa":
        _use_system_alsa()
    try:
        return av.open(file, format=kind)
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise UserError(
            f"The microphone {name} cannot be opened: {error.strerror if isinstance(error, OSError) else error}.",
            f"Check its name{' (`arecord -L` lists them)' if kind == 'alsa' else ''} and that no program holds it, "
            "or record without --microphone.",
        ) from error


def _use_system_alsa() -> None:
    """Before the first device is opened; what somebody has set in the environment stays."""
    for variable, folders in _SYSTEM_ALSA.items():
        there = next((folder for folder in folders if Path(folder).is_dir()), None)
        if there is not None:
            os.environ.setdefault(variable, there)


def _moved(samples: Samples, ahead: int) -> Samples:
    """``samples`` with ``ahead`` silent ones before them, or without their first ``-ahead``."""
    if ahead > 0:
        return np.concatenate([np.zeros((1, 2 * ahead), np.int16), samples], axis=1)
    return samples[:, min(samples.shape[1], -2 * ahead) :]
