"""Long streams: what changes in a minute that the source did not change.

A clip is played to and fro, so the source of every round is the same. Colour, saturation and sharpness are compared
round by round (:mod:`sanacam.model.evaluation.drift`); features second by second with those of the first edited second,
less the distance that the source itself has from its first second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.ablation.held_out import HeldOut
from sanacam.model.ablation.plan import Measure
from sanacam.model.ablation.streams import Network, edit_stream
from sanacam.model.evaluation.drift import FEWEST_ROUNDS, relative_slopes
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.evaluation.metrics import look_of

_LAST = 1 / 3
"""Share of the stream, at its end, over which the feature distance is averaged: some rounds of the clip."""


@torch.no_grad()
def measure_long_streams(
    network: Network, held: HeldOut, measure: Measure, perceptual: LPIPS, seed: int
) -> list[dict[str, Any]]:
    """Streams of at least ``measure.drift_seconds``, all at once.

    Per stream: ``clip``, ``edit``, ``seconds``, ``slopes`` (change over the whole stream as a share of the mean, for
    each of ``LOOK_NAMES``), ``drift`` (the largest of them), ``feature`` (distance to the first second over the last
    third, less the source's), ``curve`` (that distance, second by second).
    """
    places = list(product(range(min(measure.drift_clips, len(held.teachers))), measure.drift_edits))
    sources = torch.stack([held.teachers[clip].source for clip, _ in places])
    text, mask = _texts(held, places)
    count = sources.shape[1]
    order = [*range(count), *range(count - 2, 0, -1)]
    rounds = max(FEWEST_ROUNDS, math.ceil(measure.drift_seconds * measure.rate / len(order)))
    total = rounds * len(order) // network.vae.frames_per_latent * network.vae.frames_per_latent
    size = measure.piece * network.vae.frames_per_latent

    def pieces() -> Iterator[Tensor]:
        for first in range(0, total, size):
            chosen = [order[i % len(order)] for i in range(first, min(first + size, total))]
            yield sources[:, torch.tensor(chosen, device=sources.device)].float() / 255

    looks, features = [], []
    done = 0
    for edited in edit_stream(network, pieces(), text, mask, seed):
        looks.append(look_of(edited.flatten(0, 1)).unflatten(0, edited.shape[:2]).cpu())
        seen = _chosen(done, edited.shape[1], measure.feature_every)
        if seen:
            features.append(pooled_features(perceptual, edited[:, seen]))
        done += edited.shape[1]
    own = pooled_features(perceptual, sources.float() / 255)
    of_source = own[:, [order[i % len(order)] for i in range(0, total, measure.feature_every)]]
    distance = _from_first_second(torch.cat(features, 1), measure) - _from_first_second(of_source, measure)
    series = torch.cat(looks, 1)
    whole = series.shape[1] // len(order)
    means = series[:, : whole * len(order)].unflatten(1, (whole, len(order))).mean(2)
    rows = []
    for (clip, edit), mean, curve in zip(places, means, distance.cpu(), strict=True):
        slopes = relative_slopes(mean)
        last = curve[len(curve) - max(1, int(len(curve) * _LAST)) :]
        rows.append(
            {
                "clip": held.teachers[clip].clip.name,
                "edit": edit,
                "seconds": total / measure.rate,
                "slopes": slopes,
                "drift": max(abs(value) for value in slopes.values()),
                "feature": float(last.mean()),
                "curve": [round(float(value), 5) for value in curve],
            }
        )
    return rows


def pooled_features(perceptual: LPIPS, frames: Tensor) -> Tensor:
    """What the perceptual network sees in whole pictures: (B, T, 3, H, W) in 0…1 → (B, T, D), the mean of each layer's
    maps, every layer brought to length 1."""
    maps = perceptual.features(frames.flatten(0, 1) * 2 - 1)
    layers = [F.normalize(layer.float().mean(dim=(2, 3)), dim=1) for layer in maps]
    return torch.cat(layers, 1).unflatten(0, frames.shape[:2])


def _texts(held: HeldOut, places: list[tuple[int, str]]) -> tuple[Tensor, Tensor]:
    pairs = [held.features([edit], clip) for clip, edit in places]
    return torch.cat([text for text, _ in pairs]), torch.cat([mask for _, mask in pairs])


def _chosen(first: int, count: int, every: int) -> list[int]:
    """Places within a piece of those frames whose number is a multiple of ``every``."""
    return [i for i in range(count) if (first + i) % every == 0]


def _from_first_second(features: Tensor, measure: Measure) -> Tensor:
    """(B, N, D) → (B, S): distance of each second's mean to the first one's."""
    second = max(1, round(measure.rate / measure.feature_every))
    whole = features.shape[1] // second
    means = features[:, : whole * second].unflatten(1, (whole, second)).mean(2)
    return torch.linalg.vector_norm(means - means[:, :1], dim=2)
