"""Footage of a fine-tuning: pairs by name, windows that are the same on both sides, a style as statistics."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.finetune.footage import (
    Footage,
    FootageSampler,
    hold_out,
    read_footage,
    read_pairs,
    read_style,
)
from sanacam.model.training.finetune.style_loss import StyleLoss, sliced_distance

CPU = torch.device("cpu")
SIZE = (64, 64)


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def save_clip(path: Path, seed: int, frames: int = 10) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, frames=noise(seed, frames, 64, 64, 3))


def save_still(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(seed, 64, 64, 3)).save(path)


def test_pairs_are_joined_by_name_whatever_their_kind(tmp_path: Path) -> None:
    save_clip(tmp_path / "source" / "a.npz", 0)
    save_clip(tmp_path / "target" / "a.npz", 1)
    save_still(tmp_path / "source" / "b.png", 2)
    save_still(tmp_path / "target" / "b.webp", 3)
    (tmp_path / "source" / "notes.txt").write_text("not footage")
    pairs = read_pairs(tmp_path, SIZE)
    assert [p.name for p in pairs] == ["a", "b"]
    assert [tuple(p.source.shape) for p in pairs] == [(10, 3, 64, 64), (1, 3, 64, 64)]
    assert all(p.target is not None and p.target.shape == p.source.shape for p in pairs)


def test_what_is_wrong_with_pairs_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no folder .*source"):
        read_pairs(tmp_path, SIZE)
    (tmp_path / "source").mkdir()
    (tmp_path / "target").mkdir()
    with pytest.raises(UserError, match="no pairs"):
        read_pairs(tmp_path, SIZE)
    save_clip(tmp_path / "source" / "a.npz", 0)
    with pytest.raises(UserError, match=r"a in .* without a partner"):
        read_pairs(tmp_path, SIZE)
    save_clip(tmp_path / "target" / "a.npz", 1, frames=9)
    with pytest.raises(UserError, match="10 pictures, its target 9"):
        read_pairs(tmp_path, SIZE)
    save_still(tmp_path / "target" / "a.png", 1)
    with pytest.raises(UserError, match="one name"):
        read_pairs(tmp_path, SIZE)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match="cannot be read"):
        read_footage(tmp_path / "bad.png", SIZE)
    huge = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", huge), (b"IDAT", zlib.compress(b"0")), (b"IEND", b""))
    )
    (tmp_path / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    with pytest.raises(UserError, match=r"huge\.png cannot be read"):
        read_footage(tmp_path / "huge.png", SIZE)


def test_style_folders_need_pictures_of_some_size(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no folder"):
        read_style(tmp_path / "none", 64)
    with pytest.raises(UserError, match="no picture"):
        read_style(tmp_path, 64)
    Image.fromarray(noise(0, 20, 80, 3)).save(tmp_path / "a.png")
    with pytest.raises(UserError, match="80×20"):
        read_style(tmp_path, 64)
    (tmp_path / "a.png").unlink()
    Image.fromarray(noise(0, 200, 400, 3)).save(tmp_path / "b.png")
    assert [tuple(p.shape) for p in read_style(tmp_path, 100)] == [(3, 100, 200)]


@settings(max_examples=20, deadline=None)
@given(length=st.sampled_from([1, 8, 9, 30]), frames=st.integers(1, 20), step=st.integers(0, 1000))
def test_both_sides_of_a_window_show_the_same_place_and_time(length: int, frames: int, step: int) -> None:
    source = torch.from_numpy(noise(length, length, 3, 32, 48))
    sampler = FootageSampler([Footage("a", source, 255 - source)], CPU, (32, 48), frames, seed=1)
    sampler.seed(step, 0)
    first, target = sampler.draw(2)
    assert first.shape == (2, frames, 3, 32, 48)
    assert target is not None
    assert torch.allclose(first, -target, atol=1e-5)
    sampler.seed(step, 0)
    assert torch.equal(sampler.draw(2)[0], first)


def test_a_pair_of_clips_is_shown_as_it_is() -> None:
    source = torch.from_numpy(noise(0, 12, 3, 32, 48))
    sampler = FootageSampler([Footage("a", source, source)], CPU, (32, 48), 5, seed=1)
    sampler.seed(0, 0)
    window = ((sampler.draw(1)[0][0] + 1) * 127.5).round().byte()
    assert any(torch.equal(window, source[i : i + 5]) for i in range(8))


def test_some_footage_is_kept_out_of_training_if_there_is_enough() -> None:
    footage = [Footage(str(i), torch.zeros(1, 3, 8, 8)) for i in range(20)]
    trained, held = hold_out(footage)
    assert [f.name for f in held] == ["18", "19"]
    assert trained == footage[:18]
    assert hold_out(footage[:3]) == (footage[:3], footage[:3])


def test_the_sliced_distance_is_zero_for_equal_clouds_and_grows_with_a_shift() -> None:
    cloud = torch.randn(500, 6, generator=torch.Generator().manual_seed(0))

    def distance(shift: float) -> float:
        order = torch.randperm(500, generator=torch.Generator().manual_seed(1))
        return float(sliced_distance(cloud[order] + shift, cloud, torch.Generator().manual_seed(2)))

    assert distance(0.0) == pytest.approx(0.0, abs=1e-9)
    assert 0 < distance(0.1) < distance(0.5) < distance(2.0)


def test_the_style_loss_prefers_the_style_and_pulls_towards_it() -> None:
    torch.set_num_threads(1)
    chance = torch.Generator().manual_seed(0)
    style = torch.rand(3, 64, 64, generator=chance) * torch.tensor([2.0, 0.4, 0.2])[:, None, None] - 1
    loss = StyleLoss([style], LPIPS("cpu"), content=0.0, motion=0.0)
    near = style.flip(2)[None]
    far = torch.rand(1, 3, 64, 64, generator=chance) * 2 - 1
    assert float(loss.style(near, torch.Generator().manual_seed(1))) < 0.3 * float(
        loss.style(far, torch.Generator().manual_seed(1))
    )
    source = far[:, None].expand(-1, 2, -1, -1, -1)
    shown = source.clone().requires_grad_()
    value, parts = loss(shown, source, None, torch.Generator().manual_seed(1))
    value.backward()
    assert shown.grad is not None
    better = (shown - 0.05 * shown.grad.sign()).detach()
    assert loss(better, source, None, torch.Generator().manual_seed(1))[0] < value
    assert float(parts["content"]) == pytest.approx(0.0, abs=1e-4)
