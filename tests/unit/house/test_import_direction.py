"""Imports run one way, ui → app → model → kernels, under full names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# from the ground up: each may import itself and what stands before it
FLOORS = ("kernels", "model", "app", "ui")
# libraries that belong to one part of the house
QT = "PySide6"
CAPTURE = {"mss", "pyvirtualcam", "Xlib", "windows_capture", "dxcam"}
# QtMultimedia lists cameras and captures where nothing else can: docs/decisions/0006-sources.md
QT_IN_APP = ROOT / "app" / "capture" / "qt"


def imported_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import; a relative one is given as ".", one by string with its string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "."
            elif node.module == "sanacam":
                yield from ((node.lineno, f"sanacam.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def complaints(source: str, floor: str, *, qt: bool = False) -> list[str]:
    """What is wrong with the imports of a module on `floor`, one sentence a line. `qt`: it may know Qt."""
    allowed = {*FLOORS[: FLOORS.index(floor) + 1], "assets"}
    found = []
    for line, name in imported_names(ast.parse(source)):
        top, _, rest = name.partition(".")
        if name == ".":
            found.append(f"{line}: relative import; use the full name")
        elif top in FLOORS:
            found.append(f"{line}: {name} lacks its first name, sanacam")
        elif top == "sanacam" and rest.split(".")[0] not in allowed:
            found.append(f"{line}: {floor} may not import {name}")
        elif top == QT and floor != "ui" and not qt:
            found.append(f"{line}: Qt belongs to ui and app/capture/qt")
        elif top in CAPTURE and floor != "app":
            found.append(f"{line}: {top} belongs to app")
        elif top == "torch" and floor == "ui":
            found.append(f"{line}: ui has no tensor code")
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_down_the_house(floor: str) -> None:
    modules = sorted((ROOT / floor).rglob("*.py"))
    assert modules, f"no modules in {floor}"
    wrong = [
        f"{module.relative_to(ROOT)}:{complaint}"
        for module in modules
        for complaint in complaints(module.read_text(encoding="utf-8"), floor, qt=module.parent == QT_IN_APP)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("floor", "line"),
    [
        ("kernels", "from sanacam.model.dit import HybridDiT"),
        ("model", "import sanacam.app.engine"),
        ("model", "from sanacam import app"),
        ("app", "from sanacam.ui.main_window import MainWindow"),
        ("app", "import importlib\nimportlib.import_module('sanacam.ui.main_window')"),
        ("app", "import importlib\nname = 'x'\nimportlib.import_module(f'sanacam.ui.{name}')"),
        ("app", "def later():\n    from sanacam.ui import preview"),
        ("model", "from . import dit"),
        ("model", "from kernels.gdn import gdn"),
        ("app", "from PySide6.QtCore import QObject"),
        ("model", "import mss"),
        ("ui", "import torch.nn"),
    ],
)
def test_a_wrong_import_is_seen(floor: str, line: str) -> None:
    assert len(complaints(line, floor)) == 1


@pytest.mark.parametrize(
    ("floor", "line"),
    [
        ("ui", "from sanacam.app.session import Session"),
        ("app", "from sanacam.model.stream import StreamEditor"),
        ("model", "from sanacam.kernels.reference.gdn import gdn"),
        ("kernels", "import torch"),
        ("model", "from importlib.resources import files\nfiles('sanacam.assets')"),
    ],
)
def test_a_right_import_is_let_through(floor: str, line: str) -> None:
    assert complaints(line, floor) == []
