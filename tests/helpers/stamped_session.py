"""A whole Sanacam without a model: stamped pictures go in at a source and through a session into an output host.

    python stamped_session.py WIDTHxHEIGHT FPS SINK …

SINK as in ``--sink``. Prints "feeding" when the host has opened all of them, or "failed: …"; ends with its standard
input, and the host with it.
"""

from __future__ import annotations

import sys
import time

from stamped_source import StampedSource

from sanacam.app.host import link as host_link
from sanacam.app.host.hosted_sink import HostedSink
from sanacam.app.host.link import HostLink
from sanacam.app.panic import PanicSwitch
from sanacam.app.session import Session
from sanacam.app.sink_choice import make_sinks
from sanacam.ui.passthrough import PassthroughEditor


def main(size: str, fps: str, *names: str) -> None:
    # Hosts are killed on purpose here, and one that dies again and again would be given up.
    host_link.MOST_DEATHS = 1000
    width, height = (int(side) for side in size.split("x"))
    link = HostLink(PanicSwitch(), lambda note: print("note:", note.message, file=sys.stderr, flush=True))
    sinks = make_sinks(names, exact=False, link=link)
    source = StampedSource((width, height), float(fps))
    session = Session(source, sinks, PassthroughEditor, fps=float(fps), outlet=link)
    link.start()
    session.start()
    hosted = [sink for sink in sinks if isinstance(sink, HostedSink)]
    while any(sink.waiting for sink in hosted):
        time.sleep(0.01)
    troubles = [str(wish.error) for wish in link.wishes if wish.error is not None]
    print(f"failed: {troubles}" if troubles else "feeding", flush=True)
    sys.stdin.read()
    session.stop()
    link.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
