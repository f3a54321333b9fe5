"""Finds the packages that pyproject.toml cannot name: each top-level folder is a package `sanacam.<folder>`.

Everything else about the project stands in pyproject.toml. A new folder with Python files in it is picked up here
without an edit.
"""

from setuptools import find_namespace_packages, setup

FOLDERS = ("kernels", "model", "app", "ui", "assets")


def packages_in(folder: str) -> list[str]:
    """Full names of the package in `folder` and of everything below it (assets: the folders there are data)."""
    below = [] if folder == "assets" else find_namespace_packages(folder, exclude=["*__pycache__*"])
    return [f"sanacam.{folder}", *(f"sanacam.{folder}.{name}" for name in below)]


setup(
    packages=[name for folder in FOLDERS for name in packages_in(folder)],
    package_dir={f"sanacam.{folder}": folder for folder in FOLDERS},
)
