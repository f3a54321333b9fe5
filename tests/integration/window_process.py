"""A window of its own process for the kill tests: plays a test pattern, and sends it on, until it is ended.

python window_process.py SINKS [RECORDING]: SINKS as in the setting ``live.sink``. Prints "note …" for what it tells.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from sanacam.app.settings import Settings
from sanacam.ui.main_window import MainWindow
from sanacam.ui.passthrough import PassthroughEditor


def main() -> None:
    app = QApplication(sys.argv[:1])
    values = {"live.source": "pattern:64x48@25", "live.size": "64x48", "live.sink": sys.argv[1].split(",")}
    settings = Settings().with_values({**values, "output.codec": "x264", "output.linger": 20.0})
    window = MainWindow(settings, editor_factory=PassthroughEditor)
    window.control.noted.connect(lambda note: print("note", note.message, flush=True))
    for path in sys.argv[2:]:
        window.outputs.set_recording(Path(path))
    window.show()
    window.start()
    app.exec()


if __name__ == "__main__":
    main()
