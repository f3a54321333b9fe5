"""What loading the embedded model must not import."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from sanacam.app.editor_loading import load_editor
from sanacam.app.settings import Settings
load_editor(Settings().model)
print("torch._dynamo" in sys.modules)
"""


def test_mini_loads_without_the_compiler() -> None:
    """Importing torch._dynamo takes longer than all the rest of loading."""
    answer = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=True)
    assert answer.stdout.strip() == "False"
