"""Tells when cameras or screens come and go."""

from __future__ import annotations

import logging

from PySide6.QtCore import QLoggingCategory, QObject, Signal
from PySide6.QtGui import QGuiApplication

from sanacam.app.capture.qt.application import QUIET

log = logging.getLogger(__name__)


class SourceWatch(QObject):
    """Watches the machine for as long as it lives.

    Signals:
        changed(): a camera or a screen was plugged in or out.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = self._media_devices()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication), "a window has one"
        app.screenAdded.connect(self._note)
        app.screenRemoved.connect(self._note)

    def _media_devices(self) -> QObject | None:
        QLoggingCategory.setFilterRules(QUIET)
        try:
            from PySide6.QtMultimedia import QMediaDevices
        except ImportError as error:
            # A bare Linux may lack libpulse, which it is linked with.
            log.warning("cameras are looked for only when the list is opened: %s", error)
            return None
        devices = QMediaDevices(self)
        devices.videoInputsChanged.connect(self.changed)
        return devices

    def _note(self, _: object) -> None:
        self.changed.emit()
