"""What single edits promise: masks are respected, blocks are blocks, screens repeat, the contact sheet is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from sanacam.model.training.edits import EDITS, apply_edit
from sanacam.model.training.edits.filters import edge_strength, gaussian, ink_lines, kuwahara
from sanacam.model.training.edits.sheet import main
from sanacam.model.training.edits.tone import luma

MASKED = [name for name, edit in EDITS.items() if edit.needs_mask]


def coloured_noise(height: int, width: int, seed: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    rough = torch.rand(1, 1, 3, height // 8, width // 8, generator=generator)
    return rough.repeat_interleave(8, -1).repeat_interleave(8, -2)


@pytest.mark.parametrize("name", MASKED)
def test_mask_edits_change_the_person_or_the_background_and_keep_the_other(name: str) -> None:
    picture = coloured_noise(96, 128)
    mask = torch.zeros(1, 1, 1, 96, 128)
    mask[..., 24:72, 32:96] = 1
    change = (apply_edit(name, picture, mask) - picture).abs()
    person, background = change[..., 28:68, 36:92].mean(), change[..., :, :26].mean()
    kept, changed = (background, person) if name.startswith("person_") else (person, background)
    assert kept < 0.04
    assert changed > 0.08


@pytest.mark.parametrize("name", MASKED)
def test_mask_edits_need_a_fitting_mask(name: str) -> None:
    picture = coloured_noise(32, 32)
    with pytest.raises(ValueError, match="needs a person mask"):
        apply_edit(name, picture)
    with pytest.raises(ValueError, match="does not fit"):
        apply_edit(name, picture, torch.zeros(1, 1, 1, 32, 40))


def test_blurred_background_carries_no_halo_of_the_person() -> None:
    picture = torch.zeros(1, 1, 3, 96, 96)
    picture[:, :, 0, 32:64, 32:64] = 1.0
    mask = torch.zeros(1, 1, 1, 96, 96)
    mask[..., 30:66, 30:66] = 1.0
    blurred = apply_edit("bg_blur", picture, mask)
    assert blurred[..., :26, :].max() < 0.02


def test_green_screen_is_one_flat_green() -> None:
    edited = apply_edit("green_screen", coloured_noise(32, 32), torch.zeros(1, 1, 1, 32, 32))
    assert edited.flatten(-2).std(dim=-1).max() < 1e-6
    assert edited[0, 0, 1].mean() > edited[0, 0, 0].mean() + 0.4


def test_pixel_art_is_made_of_4_px_blocks() -> None:
    edited = apply_edit("pixel", torch.rand(1, 1, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
    blocks = edited.view(3, 16, 4, 16, 4)
    assert (blocks.amax((2, 4)) - blocks.amin((2, 4))).max() < 1e-6
    assert blocks.std() > 0.05


@pytest.mark.parametrize(("name", "period"), [(n, 16) for n, e in EDITS.items() if e.family == "structural"])
def test_screens_repeat_every_16_px_on_a_flat_picture(name: str, period: int) -> None:
    flat = torch.full((1, 1, 3, 96, 96), 0.45)
    edited = apply_edit(name, flat)[..., 16:-16, 16:-16]
    torch.testing.assert_close(edited[..., period:, :], edited[..., :-period, :], atol=1e-3, rtol=0)
    torch.testing.assert_close(edited[..., period:], edited[..., :-period], atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    "name",
    ["noir", "sepia", "night_vision", "thermal", "pop_duotone", "xray", "pencil", "halftone", "linocut", "posterize"],
)
def test_toned_edits_ignore_the_hue_of_the_source(name: str) -> None:
    grey = apply_edit(name, torch.full((1, 1, 3, 32, 32), 0.5))
    tinted = torch.full((1, 1, 3, 32, 32), 0.5)
    tinted[:, :, 0] += 0.05
    tinted[:, :, 2] -= 0.05 * 0.2126 / 0.0722
    assert (apply_edit(name, tinted) - grey).abs().mean() < 0.06


def test_vegetation_turns_white_in_winter_and_orange_in_autumn() -> None:
    lawn = torch.tensor([0.25, 0.50, 0.15]).view(1, 1, 3, 1, 1).expand(1, 1, 3, 32, 32)
    red, _, blue = apply_edit("winter", lawn)[0, 0].mean((-2, -1))
    assert min(red, blue) > 0.55
    red, green, blue = apply_edit("autumn", lawn)[0, 0].mean((-2, -1))
    assert red > green + 0.15
    assert green > blue


def test_gaussian_keeps_the_mean_and_has_the_asked_width() -> None:
    for sigma in (1.0, 2.5, 5.0, 8.0, 14.0):
        point = torch.zeros(1, 1, 129, 129)
        point[..., 64, 64] = 1.0
        spread = gaussian(point, sigma)
        assert float(spread.sum()) == pytest.approx(1.0, abs=0.02)
        at = torch.arange(129.0)
        row = spread.sum((0, 1, 2))
        centre = float((row * at).sum() / row.sum())
        measured = float((row * (at - centre) ** 2).sum() / row.sum()) ** 0.5
        assert measured == pytest.approx(sigma, rel=0.12)


def test_kuwahara_flattens_texture_and_keeps_the_edge() -> None:
    generator = torch.Generator().manual_seed(1)
    clean = torch.full((1, 3, 64, 64), 0.2)
    clean[..., 32:] = 0.8
    noisy = clean + 0.05 * torch.randn(1, 3, 64, 64, generator=generator)
    smooth = kuwahara(noisy, 3, rounds=2)
    assert smooth[..., 8:28].std() < 0.3 * noisy[..., 8:28].std()
    assert (smooth - clean)[..., 24:40].abs().mean() < 0.05


def test_lines_follow_contours_and_leave_flat_noise_alone() -> None:
    generator = torch.Generator().manual_seed(2)
    light = torch.full((1, 1, 64, 64), 0.7)
    light[..., 30:33] = 0.2
    light = light + 0.01 * torch.randn(1, 1, 64, 64, generator=generator)
    lines = ink_lines(light)
    assert lines[..., 8:-8, 31].min() > 0.8
    assert lines[..., :20].mean() < 0.03
    assert edge_strength(light, 1.2, 0.05)[..., :20].mean() < 0.05


def test_luma_weights_sum_to_one() -> None:
    assert float(luma(torch.ones(1, 3, 2, 2)).mean()) == pytest.approx(1.0)


def test_contact_sheet_is_written_and_bad_input_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "in.png"
    Image.new("RGB", (64, 48), (120, 90, 60)).save(picture)
    out = tmp_path / "sheet.png"
    assert (
        main([str(picture), "--out", str(out), "--size", "32x32", "--edits", "noir,sepia,bg_blur", "--columns", "2"])
        == 0
    )
    assert Image.open(out).size == (64, 2 * (32 + 16))
    for arguments in (
        [str(tmp_path / "absent.mp4"), "--out", str(out)],
        [str(picture), "--out", str(out), "--edits", "nothing"],
        [str(picture), "--out", str(out), "--size", "big"],
        [str(picture), "--out", str(tmp_path / "no" / "such" / "x.png"), "--size", "32x32", "--edits", "noir"],
    ):
        assert main(arguments) == 2
        assert len(capsys.readouterr().err.strip()) > 10
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video")
    assert main([str(broken), "--out", str(out)]) == 2
