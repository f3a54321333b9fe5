"""The PySide6 that is installed keeps count of None: where it does not, Python 3.11 ends after minutes in a window."""

from __future__ import annotations

import sys

import PySide6
import pytest
from PySide6.QtCore import QPoint, QRect

CALLS = 5000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None lives for ever there")
def test_calls_that_return_nothing_cost_no_reference_to_none() -> None:
    rect = QRect(0, 0, 4, 4)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        rect.moveCenter(QPoint(1, 1))
    lost = before - sys.getrefcount(None)
    assert lost < CALLS // 2, f"PySide6 {PySide6.__version__} loses them; see pyproject.toml"
