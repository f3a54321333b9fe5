"""``python -m sanacam.app.host``: run an output host until it is told to end or nobody wants it any more."""

from __future__ import annotations

import argparse
import contextlib
import logging
import logging.handlers
import os
import signal
import sys

import cv2

from sanacam.app.host.folder import output_ring, runtime_folder
from sanacam.app.host.server import ChannelServer
from sanacam.app.host.stage import LINGER_S, Stage
from sanacam.app.host.state import HostState, new_token, sweep_rings, take_number
from sanacam.model.errors import UserError

log = logging.getLogger("sanacam.app.host")

LOG_BYTES = 1 << 20


def main() -> int:
    """0 when it has ended as it should, 2 when it cannot run."""
    parser = argparse.ArgumentParser(prog="sanacam.app.host")
    parser.add_argument("--mark", default="", help="by which the starter recognises it")
    parser.add_argument("--linger", type=float, default=LINGER_S, help="seconds to stay without an owner")
    arguments = parser.parse_args()
    try:
        return run(arguments.mark, arguments.linger)
    except UserError as error:
        print(f"sanacam: {error.message} {error.hint}", file=sys.stderr)
        return 2


def run(mark: str, linger_s: float) -> int:
    """Host until it is over. Raises UserError: no folder, no number, no port."""
    # Whole pictures are converted in several sink threads at a time; more threads for each would only get in the way.
    cv2.setNumThreads(1)
    instance, lock = take_number()
    _log_to_file(instance)
    sweep_rings()
    stage = Stage(instance, linger_s)
    for number in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, number):
            signal.signal(getattr(signal, number), lambda *_: stage.ask_to_end())
    # Ctrl-C in the terminal of the session means the session.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    token = new_token()
    server = ChannelServer(stage, token)
    state = HostState(instance, os.getpid(), server.port, token, mark)
    stage.start()
    server.start()
    state.write()
    log.info("host %d, process %d, port %d", instance, state.pid, server.port)
    try:
        log.info("ends: %s", stage.wait_until_unwanted())
    finally:
        state.remove()
        stage.stop()
        server.stop()
        # Left by a host of this number that was killed, if this one had no use for it; on Windows a reader may hold it.
        with contextlib.suppress(OSError):
            output_ring(instance).unlink(missing_ok=True)
        lock.release()
    return 0


def _log_to_file(instance: int) -> None:
    path = runtime_folder() / f"host-{instance}.log"
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


if __name__ == "__main__":
    sys.exit(main())
