"""Lint, format and types, with the tools of `.venv` (`python start.py test` puts them there).

    python .ci/check.py             checks
    python .ci/check.py --fix       lets ruff mend what it can, then checks

Exit code 0 when all is well, 1 otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("kernels", "model", "app", "ui", "assets")


def python() -> str:
    """The python of `.venv`, or the one that runs this where there is none (a checker's own environment)."""
    inside = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return str(inside) if inside.exists() else sys.executable


def link_packages(types: Path) -> None:
    """Lays `types`/sanacam/<folder> as links to the folders: mypy names a module after its path and can't follow
    setuptools' `package-dir`."""
    parent = types / "sanacam"
    parent.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        link, target = parent / folder, ROOT / folder
        if link.exists() and link.samefile(target):
            continue
        if link.is_symlink():
            link.unlink()
        if sys.platform == "win32":
            # a junction, unlike a symbolic link, needs no special right
            import _winapi

            _winapi.CreateJunction(str(target), str(link))
        else:
            link.symlink_to(target, target_is_directory=True)


def main(argv: list[str]) -> int:
    """Runs the checks one after the other, all of them even when one fails."""
    link_packages(ROOT / "build" / "types")
    module = [python(), "-m"]
    checks = [
        [*module, "ruff", "check", *(["--fix"] if "--fix" in argv else []), "."],
        [*module, "ruff", "format", *([] if "--fix" in argv else ["--check"]), "."],
        [*module, "mypy"],
    ]
    failed = []
    for command in checks:
        name = " ".join(command[2:4])
        print(f"── {name}", flush=True)
        if subprocess.call(command, cwd=ROOT) != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "lint, format and types: all well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
