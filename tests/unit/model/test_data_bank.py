"""The bank gives back what the data folder holds, and says plainly what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sanacam.model.errors import UserError
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.data.carrier import write_clip, write_mask, write_photo
from sanacam.model.training.data.manifest import read_manifest, write_manifest


def picture(level: int, height: int = 64, width: int = 96) -> np.ndarray[Any, np.dtype[np.uint8]]:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x + level, y + level, 0 * x + level], axis=-1).clip(0, 255).astype(np.uint8)


def item(name: str, file: str, frames: int, mask: str | None = None) -> dict[str, Any]:
    fps = 24.0 if frames > 1 else 0.0
    return {
        "name": name,
        "file": file,
        "mask": mask,
        "frames": frames,
        "fps": fps,
        "weight": 2.0,
        "people": mask is not None,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("clips", "photos", "masks"):
        (tmp_path / name).mkdir()
    write_clip(tmp_path / "clips/a.avif", [picture(30 * i) for i in range(5)], 24.0)
    half = [np.full((32, 48), 60 * i, np.uint8) for i in range(5)]
    write_mask(tmp_path / "masks/a.avif", half, 24.0)
    write_photo(tmp_path / "photos/b.webp", picture(30, 80, 120))
    write_manifest(tmp_path, [item("a", "clips/a.avif", 5, "masks/a.avif"), item("b", "photos/b.webp", 1)])
    return tmp_path


def test_everything_is_loaded(folder: Path) -> None:
    bank = SourceBank.load(folder, "cpu")
    clip, photo = bank.sources
    assert (clip.name, photo.name) == ("a", "b")
    assert clip.frames.shape == (5, 3, 64, 96)
    assert clip.frames.dtype == torch.uint8
    assert clip.mask is not None
    assert clip.mask.shape == (5, 1, 32, 48)
    assert clip.is_clip
    assert not photo.is_clip
    assert clip.people
    assert not photo.people
    assert clip.weight == 2.0
    assert photo.frames.shape == (1, 3, 80, 120)
    assert photo.mask is None
    # The order of frames and the order of channels survive.
    means = clip.frames.float().mean(dim=(2, 3))
    expected = torch.from_numpy(np.stack([picture(30 * i).reshape(-1, 3).mean(0) for i in range(5)]))
    assert (means - expected).abs().max() < 9
    assert clip.mask.float().mean(dim=(1, 2, 3)).sub(torch.arange(5) * 60.0).abs().max() < 4
    assert bank.bytes() == 5 * 3 * 64 * 96 + 5 * 32 * 48 + 3 * 80 * 120


def test_large_pictures_are_shrunk(folder: Path) -> None:
    clip, photo = SourceBank.load(folder, "cpu", max_short_side=40).sources
    assert clip.frames.shape == (5, 3, 40, 60)
    assert clip.mask is not None
    assert clip.mask.shape == (5, 1, 20, 30)
    assert photo.frames.shape == (1, 3, 40, 60)


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "photos/b.webp").unlink()
    with pytest.raises(UserError, match=r"b\.webp is missing"):
        SourceBank.load(folder, "cpu")


@pytest.mark.parametrize("text", ['{"items": "x"}', '{"items": [{"name": "a"}]}'])
def test_a_manifest_that_lacks_something_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match="cannot be used"):
        SourceBank.load(tmp_path, "cpu")


def test_a_file_cut_short_is_named(folder: Path) -> None:
    for name in ("clips/a.avif", "masks/a.avif", "photos/b.webp"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UserError, match=f"{Path(name).stem}.* is damaged"):
            SourceBank.load(folder, "cpu")
        (folder / name).write_bytes(whole)
    SourceBank.load(folder, "cpu")


def test_mask_of_another_length_is_refused(folder: Path) -> None:
    write_mask(folder / "masks/a.avif", [np.zeros((32, 48), np.uint8)] * 4, 24.0)
    with pytest.raises(UserError, match="4 pictures for 5 frames"):
        SourceBank.load(folder, "cpu")


def test_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="train prepare"):
        SourceBank.load(tmp_path, "cpu")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}'])
def test_broken_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match="cannot be read"):
        read_manifest(tmp_path)
