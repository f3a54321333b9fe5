"""Cycle-reverse regularisation: the generator itself, run backwards on its own edit.

The conditioning video is the detached edit it has just made, the prompt asks for the edit's undoing, the target is the
source it began with. The reverse stream has caches of its own and moves along with the forward one, on turns without
gradient too. Its caches take the model's own prediction, never the true source, as they would at inference.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sanacam.model.training.noise import at_level, stream_noise
from sanacam.model.training.rollout import CachedStream, Rollout


def reverse_window(
    rollout: Rollout,
    stream: CachedStream,
    edited: Tensor,
    source: Tensor,
    text: Tensor,
    mask: Tensor,
    chunks: Sequence[int],
    level: int,
    chance: torch.Generator,
    *,
    position_scale: float = 1.0,
    train: bool = True,
) -> tuple[Tensor, Tensor]:
    """One window backwards.

    Args:
        edited: the edit of these frames (B, C, T, h, w), detached: what the generator sees.
        source: what it has to give back (B, C, T, h, w).
        text, mask: the inverse prompt.
        level: index into the few-step schedule, the same for all chunks of the window.
        chance: for noise, of the latents' device.

    Returns:
        The flow-matching loss ``mean (v − (ε − source))²`` over the window, and the predicted source, detached.
    """
    if edited.requires_grad:
        raise ValueError("the edit that the reverse pass sees must be detached")
    sigma, timestep = rollout.schedule.sigmas[level], rollout.schedule.timesteps[level]
    if not train and rollout.kind.cache == "denoise":
        noises = [stream_noise(rollout.kind, w.shape, chance, w.device) for w in source.split(list(chunks), 2)]
        noise = torch.cat(noises, 2)
        x = at_level(source, noise, sigma)
        velocity = rollout.whole_window(stream, x, edited, text, mask, chunks, level, position_scale)
        return (velocity - (noise - source)).square().mean(), x - sigma * velocity
    errors, predicted = [], []
    for seen, wanted in zip(edited.split(list(chunks), 2), source.split(list(chunks), 2), strict=True):
        noise = stream_noise(rollout.kind, wanted.shape, chance, wanted.device)
        x = at_level(wanted, noise, sigma)
        times = torch.full((len(x),), timestep, device=x.device)
        with torch.set_grad_enabled(train):
            velocity = rollout.dit(
                x, seen, times, text, mask, state=stream.state, save=rollout.kind.cache == "denoise",
                position_scale=position_scale,
            ).float()  # fmt: skip
            errors.append((velocity - (noise - wanted)).square())
        clean = (x - sigma * velocity).detach()
        if rollout.kind.cache == "cache_pass":
            rollout.cache_pass(stream, clean, seen, text, mask, chance, position_scale)
        stream.stored(seen.shape[2])
        predicted.append(clean)
    return torch.cat(errors, 2).mean(), torch.cat(predicted, 2)
