"""``python -m sanacam.app`` is the same as ``sanacam``."""

from sanacam.app.cli import program

program()
