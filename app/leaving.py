"""How the program ends when a thread will not."""

from __future__ import annotations

import os
import sys
import threading
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """Ends the process with ``code``.

    A thread that hangs in a device or is still loading the model cannot be joined. The interpreter's own shutdown would
    then pull the ground from under native code and abort (exit code 134 instead of ``code``); so what was printed is
    flushed and the process ends at once. Files are closed by then: sinks are closed before a command returns.
    """
    hanging = [thread for thread in threading.enumerate() if thread.daemon and thread is not threading.current_thread()]
    if hanging:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise SystemExit(code)
