"""The perceptual distance agrees with the published one and can be trained through."""

from __future__ import annotations

import io
import os
import pickle
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.evaluation.lpips_weights import convert


@pytest.fixture(scope="module")
def distance() -> LPIPS:
    return LPIPS("cpu")


def picture() -> Tensor:
    """(1, 3, 96, 128): waves and a disc."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 96), torch.linspace(-1, 1, 128), indexing="ij")
    disc = torch.where(x * x + y * y < 0.4, 0.8, -0.5)
    return torch.stack([torch.sin(5 * x + 3 * y), torch.cos(7 * y * x), disc])[None]


def checkered(a: Tensor) -> Tensor:
    y, x = torch.meshgrid(torch.linspace(-1, 1, 96), torch.linspace(-1, 1, 128), indexing="ij")
    return (a + 0.3 * torch.sign(torch.sin(40 * x) * torch.sin(40 * y))).clamp(-1, 1)


def blurred(a: Tensor, size: int) -> Tensor:
    return F.avg_pool2d(a, size, 1, size // 2)


def test_distances_are_those_of_the_lpips_package(distance: LPIPS) -> None:
    a = picture()
    changed = torch.cat([checkered(a), blurred(a, 9), -a])
    # Computed once with the lpips package 0.1.4 (net="alex").
    published = torch.tensor([0.42869, 0.13751, 0.48896])
    assert (distance(a.expand(3, -1, -1, -1), changed) - published).abs().max() < 2e-3


def test_the_same_is_at_no_distance_and_more_is_further(distance: LPIPS) -> None:
    a = picture()
    assert float(distance(a, a)) == 0
    steps = [float(distance(a, blurred(a, size))) for size in (3, 7, 13)]
    assert 0 < steps[0] < steps[1] < steps[2]
    # It judges texture, not brightness alone.
    assert float(distance(a, a * 0.8)) < float(distance(a, checkered(a)))
    assert torch.allclose(distance(a, checkered(a)), distance(checkered(a), a), atol=1e-6)


def test_every_picture_of_a_batch_counts_for_itself(distance: LPIPS) -> None:
    a = picture()
    both = distance(torch.cat([a, a]), torch.cat([blurred(a, 5), checkered(a)]))
    assert both.shape == (2,)
    assert both[0] == pytest.approx(float(distance(a, blurred(a, 5))), abs=1e-5)
    assert both[1] == pytest.approx(float(distance(a, checkered(a))), abs=1e-5)


@pytest.mark.parametrize("level", [-1.0, 0.0, 1.0])
def test_gradients_are_finite_even_on_flat_pictures(distance: LPIPS, level: float) -> None:
    flat = torch.full((1, 3, 64, 64), level, requires_grad=True)
    distance(flat, torch.zeros(1, 3, 64, 64) + 0.01).sum().backward()
    assert flat.grad is not None
    assert flat.grad.isfinite().all()
    same = torch.full((1, 3, 64, 64), level, requires_grad=True)
    distance(same, same.detach().clone()).sum().backward()
    assert same.grad is not None
    assert same.grad.isfinite().all()


def test_following_the_gradient_comes_closer(distance: LPIPS) -> None:
    a = picture()
    guess = blurred(a, 9).requires_grad_(True)
    before = distance(guess, a)
    (gradient,) = torch.autograd.grad(before.sum(), guess)
    after = distance(guess - 0.02 * gradient / gradient.abs().max(), a)
    assert float(after.detach()) < float(before.detach())
    assert not any(p.requires_grad for p in distance.parameters())


def test_half_precision_autocast_changes_little(distance: LPIPS) -> None:
    a = picture()
    with torch.autocast("cpu", torch.bfloat16):
        value = distance(a, checkered(a))
    assert value.dtype == torch.float32
    assert float(value) == pytest.approx(float(distance(a, checkered(a))), abs=5e-3)


def test_pictures_of_different_shapes_are_refused(distance: LPIPS) -> None:
    with pytest.raises(ValueError, match="pictures must both be"):
        distance(torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 64, 32))


def checkpoint(heads: Any = None) -> bytes:
    """A pickle shaped like the one that the weights came from, with tiny layers."""
    layers = {
        f"Conv_{i}": {"kernel": np.full((3, 3, 2, 4), i, np.float32), "bias": np.zeros(4, np.float32)} for i in range(5)
    }
    tree: dict[str, Any] = {"AlexNet_0": layers}
    for index in range(5):
        tree[f"NetLinLayer_{index}"] = {"Conv_0": {"kernel": np.ones((1, 1, 4, 1), np.float32)}}
    tree["more"] = heads
    buffer = io.BytesIO()
    pickle.dump(tree, buffer, protocol=4)
    return buffer.getvalue()


def test_conversion_reads_plain_arrays() -> None:
    weights = convert(checkpoint())
    assert weights["convs.3.weight"].shape == (4, 2, 3, 3)
    assert weights["convs.3.weight"].dtype == torch.float16
    assert float(weights["convs.3.weight"][0, 0, 0, 0]) == 3
    assert weights["heads.0"].shape == (4,)


class Harmful:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("must-never-exist",)


def test_conversion_runs_no_code_from_the_file() -> None:
    with pytest.raises(UserError, match="mkdir"):
        convert(checkpoint(Harmful()))
    assert not os.path.exists("must-never-exist")
