"""A session of its own process for the kill tests: shows an even picture through a host until it is ended.

python hosted_session.py VALUE [RECORDING]: prints "hosted PID" when the host has its sinks, "note …" for each note.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.link import HostLink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.panic import PanicSwitch

OUTPUT = OutputFormat(64, 32, 30.0)


def main() -> None:
    value = int(sys.argv[1])
    link = HostLink(PanicSwitch(), lambda note: print("note", note.message, flush=True), linger_s=20.0)
    link.start()
    link.begin(OUTPUT)
    wishes = [link.wishes.want(SinkSpec("obs"))]
    wishes += [link.wishes.want(SinkSpec("recording", path=path, codec="x264")) for path in sys.argv[2:]]
    told = False
    while True:
        pixels = np.full((OUTPUT.height, OUTPUT.width, 3), value, np.uint8)
        now = time.monotonic_ns()
        link.show(Frame(pixels, now, 0, 1), Frame(pixels // 2, now, 0))
        if not told and not any(wish.to_open for wish in wishes):
            told = True
            print("hosted", link.host_pid, *(wish.error.message for wish in wishes if wish.error), flush=True)
        time.sleep(1 / OUTPUT.fps)


if __name__ == "__main__":
    main()
