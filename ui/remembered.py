"""What the user changed in the window, kept for the next start."""

from __future__ import annotations

import logging
from typing import Any

from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)


class Remembered:
    """Settings as the window uses them, and which of them the user changed there.

    Only those go into the settings file: an option given once on the command line does not stay for ever.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._changed: dict[str, Any] = {}

    def change(self, values: dict[str, Any]) -> None:
        """``{"group.name": value}``. Raises UserError for a value that the setting refuses."""
        self.settings = self.settings.with_values(values)
        self._changed.update(values)

    def save(self) -> None:
        """Write the changes over the user's settings file. A file that is damaged is left alone, and the log says
        so.
        """
        if not self._changed:
            return
        try:
            save_settings(load_settings().with_values(self._changed))
        except UserError as error:
            log.warning("the settings were not saved: %s", error)
