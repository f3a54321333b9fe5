"""start.py itself: it has to be readable for any Python, so that it can say that this one won't do."""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

import pytest

from first_start import launch

ROOT = Path(__file__).resolve().parents[3]
START = ROOT / "start.py"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ((2, 7), "3.11 or newer, and this is Python 2.7"),
        ((3, 9), "3.11 or newer, and this is Python 3.9"),
        ((3, 10), "3.11 or newer, and this is Python 3.10"),
        ((3, 15), "does not run on Python 3.15 yet"),
    ],
)
def test_other_pythons_are_refused_in_a_sentence(version: tuple[int, int], words: str) -> None:
    assert words in runpy.run_path(str(START))["refusal"](version)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_the_promised_pythons_are_let_in(minor: int) -> None:
    assert runpy.run_path(str(START))["refusal"]((3, minor)) == ""


def test_start_py_uses_nothing_that_an_old_python_can_not_parse() -> None:
    source = START.read_text(encoding="utf-8")
    assert source.isascii(), "Python 2 reads a file as ASCII unless told otherwise"
    tree = ast.parse(source, feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal, ast.Match, ast.Starred)
    for node in ast.walk(tree):
        assert not isinstance(node, newer), f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}"
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not any(argument.annotation for argument in node.args.args)
            assert not node.args.kwonlyargs
        if isinstance(node, ast.Call):
            assert getattr(node.func, "id", "") != "print"
        if isinstance(node, ast.Raise):
            assert node.cause is None


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    for module in (START, *sorted((ROOT / "installers" / "first_start").glob("*.py"))):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names or top == "first_start", f"{module.name} imports {name}"


def test_exit_code_of_the_program_passes_through_where_it_is_waited_for() -> None:
    assert launch.wait_for([sys.executable, "-c", "raise SystemExit(7)"]) == 7
