"""NDI for real, where cyndilib is installed (``pip install sanacam[ndi]``): stamped pictures go out and come back in.

In a process of its own: the library reads its settings when it is loaded, and here they say to look on this machine,
so that no service for names has to run.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import frame_stamp
import numpy as np
import pytest

from sanacam.app.frames import Frame
from sanacam.app.outputs.extras import make_extra

WIDTH, HEIGHT, FPS = 640, 352, 30.0
STAMPS = 30
OLDEST_MS = 150
MOST_STAMPS = 6 * STAMPS
PATIENCE_S = 30.0

needs_ndi = pytest.mark.skipif(importlib.util.find_spec("cyndilib") is None, reason="needs cyndilib: the extra ndi")


def age_ms(seen: list[tuple[int, int]]) -> float:
    """Median of the newest. Other work makes pictures older, never younger: one young stretch is the truth."""
    return statistics.median(now - number for number, now in seen[-STAMPS:])


def send_and_receive() -> list[tuple[int, int]]:
    """(stamp, when it came) of each picture that a receiver of the library gets from our sink."""
    from cyndilib.finder import Finder
    from cyndilib.receiver import Receiver
    from cyndilib.video_frame import VideoFrameSync
    from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat

    sink = make_extra("ndi:Loop")
    sink.open(WIDTH, HEIGHT, FPS)
    finder, frame = Finder(), VideoFrameSync()
    receiver = Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest)
    receiver.frame_sync.set_video_frame(frame)
    finder.open()
    name, seen = None, []
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and len(seen) < MOST_STAMPS:
        if len(seen) >= STAMPS and age_ms(seen) <= OLDEST_MS:
            break
        pixels = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        frame_stamp.draw(pixels, frame_stamp.milliseconds())
        sink.write(Frame(pixels, time.monotonic_ns(), 0))
        time.sleep(1 / FPS)
        if name is None:
            name = next((one for one in finder.get_source_names() if "Loop" in one), None)
            if name is not None:
                receiver.set_source(finder.get_source(name))
        elif receiver.is_connected():
            receiver.frame_sync.capture_video()
            if min(frame.get_resolution()) > 0:
                picture = np.array(frame.get_array()).reshape(HEIGHT, WIDTH, 4)
                number = frame_stamp.read(np.ascontiguousarray(picture[..., 0]))
                if number is not None:
                    seen.append((number, frame_stamp.milliseconds()))
    finder.close()
    sink.close()
    return seen


@needs_ndi
def test_stamps_go_out_over_ndi_and_come_back_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"ndi": {"networks": {"ips": "127.0.0.1", "discovery": ""}, "machinename": "here"}}
    (tmp_path / "ndi-config.v1.json").write_text(json.dumps(settings), encoding="utf-8")
    places = [str(Path(frame_stamp.__file__).parent), *sys.path]
    environment = {**os.environ, "NDI_CONFIG_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, places))}
    done = subprocess.run(
        [sys.executable, __file__], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert len(seen) >= STAMPS
    stamps = [number for number, _ in seen]
    assert stamps == sorted(stamps)
    with capsys.disabled():
        print(f" median age over NDI: {age_ms(seen):.0f} ms")
    assert age_ms(seen) <= OLDEST_MS


if __name__ == "__main__":
    print(json.dumps(send_and_receive()))
