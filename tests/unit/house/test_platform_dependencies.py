"""A machine installs what its own system needs, and nothing of the others."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LINES = [*PROJECT["dependencies"], *EXTRAS["ndi"], *EXTRAS["spout"], *EXTRAS["syphon"]]
EVERYWHERE = {"pyvirtualcam", "av", "PySide6-Essentials", "PySide6-Addons", "keyring", "cyndilib"}
OWN = {
    "linux": {"mss", "python-xlib", "opencv-python-headless"},
    "win32": {"mss", "windows-capture", "dxcam", "opencv-python", "SpoutGL"},
    "darwin": {"opencv-python-headless", "syphon-python"},
}


@pytest.mark.parametrize("platform", OWN)
def test_each_system_has_its_own(platform: str) -> None:
    wanted = [Requirement(line) for line in LINES]
    here = {one.name for one in wanted if one.marker is None or one.marker.evaluate({"sys_platform": platform})}
    assert here >= EVERYWHERE | OWN[platform]
    assert not here & (set().union(*OWN.values()) - OWN[platform])
