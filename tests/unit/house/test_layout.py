"""The shape of the source tree: what a reviewer would otherwise have to look for by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("kernels", "model", "app", "ui")
LONGEST_MODULE = 400
SAYS_NOTHING = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py", "manager.py"}

MODULES = sorted(module for floor in FLOORS for module in (ROOT / floor).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_folder_with_code_is_a_package() -> None:
    missing = {name_of(module.parent) for module in MODULES if not (module.parent / "__init__.py").exists()}
    assert not missing, f"no __init__.py in {sorted(missing)}"


def test_modules_can_be_read_at_a_sitting() -> None:
    lengths = {name_of(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}


def test_modules_are_named_for_their_idea() -> None:
    assert not [name_of(module) for module in MODULES if module.name in SAYS_NOTHING]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    # a package without code of its own has nothing to say
    assert ast.get_docstring(tree) or not tree.body


def test_test_files_have_names_of_their_own() -> None:
    places: dict[str, list[str]] = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        places.setdefault(file.name, []).append(name_of(file))
    assert not [where for where in places.values() if len(where) > 1]
