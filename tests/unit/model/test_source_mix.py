"""Colour, motion and seams taken from the source (model/vae/source_mix.py)."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sanacam.model.training.pack import firm_seams
from sanacam.model.vae import MiniVAE, MiniVAEConfig
from sanacam.model.vae.source_mix import MAP_CHANNELS, SeamMemory, initial_map_bias, mix_source

GROUP, HEIGHT, WIDTH = 4, 24, 32
SHUT, OPEN = -40.0, 40.0


def clip(groups: int, seed: int = 0) -> Tensor:
    return torch.rand(1, groups * GROUP, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def standing(groups: int, seed: int = 0) -> Tensor:
    """One picture, shown all the time."""
    return clip(1, seed)[:, :1].expand(-1, groups * GROUP, -1, -1, -1).contiguous()


def maps(groups: int, *, gate: float = SHUT, motion: float = 0.0, seam: float = SHUT) -> Tensor:
    """(T, 23, H/4, W/4): M is the identity, b zero, N ``motion`` times the identity."""
    values = initial_map_bias()
    values[12], values[13:22], values[22] = gate, motion * torch.eye(3).flatten(), seam
    return values.view(1, MAP_CHANNELS, 1, 1).expand(groups * GROUP, -1, HEIGHT // 4, WIDTH // 4).contiguous()


def memory() -> SeamMemory:
    return SeamMemory(torch.zeros(1, 3, HEIGHT, WIDTH), torch.zeros(1, 3, HEIGHT, WIDTH), torch.zeros(()))


def test_the_gate_chooses_between_drawing_and_recoloured_source() -> None:
    drawn, source = clip(1, 1), clip(1, 2)
    torch.testing.assert_close(mix_source(drawn, maps(1), source, memory(), GROUP), drawn)
    torch.testing.assert_close(mix_source(drawn, maps(1, gate=OPEN), source, memory(), GROUP), source)
    grey = maps(1, gate=OPEN)
    grey[:, :9] = 0.0
    grey[:, 9:12] = 0.25
    torch.testing.assert_close(
        mix_source(drawn, grey, source, memory(), GROUP), torch.full_like(source, 0.25), atol=1e-6, rtol=0
    )


def test_colour_matrix_rows_are_output_channels() -> None:
    swapped = maps(1, gate=OPEN)
    swapped[:, :9] = torch.tensor([0.0, 1, 0, 1, 0, 0, 0, 0, 1]).view(1, 9, 1, 1)
    source = clip(1, 3)
    shown = mix_source(clip(1), swapped, source, memory(), GROUP)
    torch.testing.assert_close(shown, source[:, :, [1, 0, 2]])


def test_motion_of_the_source_moves_a_drawing_that_stands_still() -> None:
    drawn, source = standing(1, 4), clip(1, 5)
    shown = mix_source(drawn, maps(1, motion=0.5), source, memory(), GROUP)
    torch.testing.assert_close(shown, drawn + 0.5 * (source - source.mean(1, keepdim=True)), atol=1e-6, rtol=0)


def test_a_source_at_rest_gives_no_motion_so_it_cannot_replace_drawing() -> None:
    drawn = clip(1, 6)
    shown = mix_source(drawn, maps(1, motion=3.0), standing(1, 7), memory(), GROUP)
    torch.testing.assert_close(shown, drawn, atol=2e-6, rtol=0)


def test_the_seam_spreads_a_jump_evenly_over_the_group() -> None:
    """Two still groups drawn differently over a still source: four equal steps instead of one big one."""
    first, second = standing(1, 8), standing(1, 9)
    shown = mix_source(torch.cat([first, second], 1), maps(2, seam=OPEN), standing(2, 10), memory(), GROUP)
    torch.testing.assert_close(shown[:, :GROUP], first)
    steps = shown[:, GROUP - 1 :].diff(dim=1)
    torch.testing.assert_close(steps, ((second - first) / GROUP)[:, :1].expand_as(steps), atol=1e-5, rtol=0)


def test_the_seam_follows_moving_things() -> None:
    """A drawing that follows the source exactly has no jump to spread, however the source moves."""
    source = 0.1 * clip(2, 11)
    drawn = source.unflatten(1, (2, GROUP)).mean(2, keepdim=True).expand(-1, -1, GROUP, -1, -1, -1).flatten(1, 2)
    shown = mix_source(drawn, maps(2, motion=1.0, seam=OPEN), source, memory(), GROUP)
    torch.testing.assert_close(shown, source, atol=1e-5, rtol=0)


def test_a_cut_is_not_smeared() -> None:
    source = torch.cat([torch.full_like(clip(1), -0.9), torch.full_like(clip(1), 0.9)], 1)
    drawn = torch.cat([standing(1, 12), standing(1, 13)], 1)
    shown = mix_source(drawn, maps(2, seam=OPEN), source, memory(), GROUP)
    assert (shown - drawn).abs().max() < 1e-6


def test_the_first_group_of_a_stream_has_no_seam_and_later_calls_have_one() -> None:
    kept = memory()
    drawn, source = clip(1, 14), standing(1, 15)
    first = mix_source(drawn, maps(1, seam=OPEN), source, kept, GROUP)
    torch.testing.assert_close(first, drawn)
    kept.remember(first, source)
    again = mix_source(drawn, maps(1, seam=OPEN), source, kept, GROUP)
    assert (again[:, 0] - drawn[:, 0]).abs().max() > 0.1
    torch.testing.assert_close(again[:, -1], drawn[:, -1])


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_any_split_gives_the_same_picture(cut: int) -> None:
    drawn, source = clip(4, 16), 0.2 * clip(4, 17)
    weights = maps(4, gate=0.3, motion=0.4, seam=1.0)
    whole = mix_source(drawn, weights, source, memory(), GROUP)
    kept, parts = memory(), []
    for part in (slice(0, cut * GROUP), slice(cut * GROUP, None)):
        parts.append(mix_source(drawn[:, part], weights[part], source[:, part], kept, GROUP))
        kept.remember(parts[-1], source[:, part])
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=1e-6, rtol=1e-6)


def test_packing_closes_seams_and_touches_nothing_else() -> None:
    vae = MiniVAE(MiniVAEConfig())
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    firm_seams(vae, 2.0)
    changed = {n: v - before[n] for n, v in vae.state_dict().items() if not torch.equal(v, before[n])}
    assert list(changed) == ["decoder.head.bias"]
    difference = changed["decoder.head.bias"]
    assert difference.count_nonzero() == 1
    assert difference[48 + MAP_CHANNELS - 1] == 2.0
