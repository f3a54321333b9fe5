"""Mask clean-up: edges follow the picture, flicker goes, steady masks stay."""

from __future__ import annotations

import numpy as np
import torch

from sanacam.model.training.data.masks import box_mean, guided_filter, smooth_in_time


def test_box_mean_equals_the_plain_window() -> None:
    x = torch.rand(1, 1, 9, 11, generator=torch.Generator().manual_seed(0))
    fast = box_mean(x, 2)
    for row, column in ((0, 0), (4, 5), (8, 10), (1, 9)):
        window = x[0, 0, max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        assert torch.isclose(fast[0, 0, row, column], window.mean(), atol=1e-6)


def test_a_blurred_mask_finds_the_edge_again() -> None:
    guide = torch.zeros(1, 1, 48, 64)
    guide[..., 30:] = 0.8
    truth = (guide > 0.4).float()
    blurred = box_mean(truth, 5)
    sharper = guided_filter(blurred, guide, 6, 1e-3)
    # The step at the edge, from column 29 to 30, is steep again, and there is no other.
    across, before = sharper[0, 0, 20].diff(), blurred[0, 0, 20].diff()
    assert across.argmax() == 29
    assert across[29] > 4 * before[29]
    assert across[:29].max() < before[29]
    assert sharper.min() >= 0
    assert sharper.max() <= 1


def test_one_frame_of_flicker_is_removed() -> None:
    masks = torch.zeros(9, 1, 4, 4)
    masks[4] = 1
    assert smooth_in_time(masks).abs().max() == 0


def test_a_steady_mask_and_a_lasting_change_are_kept() -> None:
    steady = torch.rand(1, 1, 4, 4, generator=torch.Generator().manual_seed(0)).expand(6, -1, -1, -1)
    assert torch.allclose(smooth_in_time(steady), steady)
    step = torch.zeros(10, 1, 2, 2)
    step[5:] = 1
    smooth = smooth_in_time(step)[:, 0, 0, 0].numpy()
    assert np.all(np.diff(smooth) >= -1e-6)
    assert smooth[3] < 0.05
    assert smooth[6] > 0.95


def test_very_short_clips_are_left_alone() -> None:
    masks = torch.rand(2, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(smooth_in_time(masks), masks)
