"""The window (PySide6). Shows what ``sanacam.app`` does; no tensor code."""
