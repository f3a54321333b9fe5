"""Falling noise: the last latent channels of the initial noise move, so that one-step models can draw moving particles.

A model that takes one step from noise is a function of what it sees: from noise that stands still it can only draw
particles that stand still. So :data:`CHANNELS` channels of the noise hold random fields that fall through the picture
by whole latent cells, row after row, without end; where a field has a peak there is a flake or a drop (see
:mod:`sanacam.model.training.edits.weather`). Each value stays N(0, 1), so nothing else has to know.

Layout, counted from the first falling channel:

* :data:`NEAR`, :data:`FAR` (3 each): presence, place across and place down of one particle a cell; the near ones fall
  by two cells a latent frame, the far ones by one.
* :data:`RAIN` (4): one field seen four times, as it is in each of the four pictures of a latent frame: drops are too
  fast to be followed, three cells down and one to the right from picture to picture.
* :data:`GUST` (2): √2 · (cos, sin) of one angle for the whole picture, that goes round in :data:`GUST_PERIOD` latent
  frames: the wind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

CELL, FRAMES = 8, 4
"""Pixels a side and pictures of one latent value: the geometry that particles are drawn for."""
NEAR, FAR, RAIN, GUST = slice(0, 3), slice(3, 6), slice(6, 10), slice(10, 12)
CHANNELS = 12
NEAR_DOWN, FAR_DOWN = 2, 1
RAIN_DOWN, RAIN_RIGHT = 3, 1
"""Cells from picture to picture, of rain; from latent frame to latent frame, of the others."""
GUST_PERIOD = 32


@dataclass(frozen=True)
class _Layer:
    """Fields that fall together.

    Attributes:
        channels: where they are seen. fields: how many fields there are.
        down, right: cells they move in a latent frame.
        leads: (down, right) for each view of the fields within a latent frame.
    """

    channels: slice
    fields: int
    down: int
    right: int = 0
    leads: tuple[tuple[int, int], ...] = ((0, 0),)

    @property
    def most(self) -> tuple[int, int]:
        """The last view's lead."""
        return self.leads[-1]


_LAYERS = (
    _Layer(NEAR, 3, NEAR_DOWN),
    _Layer(FAR, 3, FAR_DOWN),
    _Layer(
        RAIN, 1, RAIN_DOWN * FRAMES, RAIN_RIGHT * FRAMES,
        tuple((RAIN_DOWN * frame, RAIN_RIGHT * frame) for frame in range(FRAMES)),
    ),
)  # fmt: skip


def falling_clips(
    batch: int, frames: int, height: int, width: int, generator: torch.Generator, device: torch.device
) -> Tensor:
    """(B, 12, T, h, w) falling fields of ``batch`` streams at a random moment, ``frames`` latent frames each."""
    made = torch.empty(batch, CHANNELS, frames, height, width, device=device)
    for layer in _LAYERS:
        tall = height + layer.down * (frames - 1) + layer.most[0]
        wide = width + layer.right * (frames - 1) + layer.most[1]
        band = torch.randn(batch, layer.fields, tall, wide, generator=generator, device=device)
        views = made[:, layer.channels].unflatten(1, (len(layer.leads), layer.fields))
        for frame in range(frames):
            for view, (down, right) in enumerate(layer.leads):
                top, left = tall - height - down - layer.down * frame, wide - width - right - layer.right * frame
                views[:, view, :, frame] = band[..., top : top + height, left : left + width]
    angle = torch.rand(batch, 1, generator=generator, device=device) * (2 * math.pi)
    angle = angle + torch.arange(frames, device=device) * (2 * math.pi / GUST_PERIOD)
    made[:, GUST] = math.sqrt(2) * torch.stack([angle.cos(), angle.sin()], 1)[..., None, None]
    return made


def with_falling(noise: Tensor, falling: Tensor) -> Tensor:
    """Noise (B, C, T, h, w) with ``falling`` (B, 12, T, h, w) in its last channels.

    Raises:
        ValueError: the noise has no room for it, or another size.
    """
    if noise.shape[1] <= CHANNELS or noise.shape[2:] != falling.shape[2:]:
        raise ValueError(f"falling noise {tuple(falling.shape)} does not fit noise {tuple(noise.shape)}")
    return torch.cat([noise[:, :-CHANNELS], falling.to(noise)], dim=1)


class FallingNoise:
    """The falling fields of one endless stream. Where they stand follows from the seed and the latent frame alone:
    rows are drawn in blocks, each from a generator of its own, so memory does not grow and nothing repeats. Columns
    wrap around.

    Values are drawn on the CPU, so that a seed means the same on every device.
    """

    def __init__(self, seed: int, height: int, width: int, device: torch.device) -> None:
        self.seed, self.height, self.width, self.device = seed, height, width, device
        # A window of a latent frame, with all its leads, has to lie within two blocks.
        self._rows = height + max(layer.most[0] for layer in _LAYERS)
        self._bands: list[tuple[int, Tensor] | None] = [None] * len(_LAYERS)

    def write(self, frame: int, out: Tensor) -> None:
        """Latent frame number ``frame`` (0, 1, …) into ``out`` (12, h, w)."""
        for index, layer in enumerate(_LAYERS):
            views = out[layer.channels].unflatten(0, (len(layer.leads), layer.fields))
            fallen = layer.down * frame + layer.most[0]
            newest = fallen // self._rows
            band = self._band(index, newest)
            for view, (down, right) in enumerate(layer.leads):
                top = (newest + 1) * self._rows - layer.down * frame - down
                left = -(layer.right * frame + right) % self.width
                views[view] = band[:, top : top + self.height, left : left + self.width]
        angle = 2 * math.pi * (frame % GUST_PERIOD) / GUST_PERIOD
        out[GUST][0], out[GUST][1] = math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)

    def clip(self, frames: int) -> Tensor:
        """(1, 12, T, h, w): the stream's first ``frames`` latent frames."""
        out = torch.empty(CHANNELS, frames, self.height, self.width, device=self.device)
        for frame in range(frames):
            self.write(frame, out[:, frame])
        return out.unsqueeze(0)

    def _band(self, index: int, newest: int) -> Tensor:
        """Blocks ``newest`` and the one below it, (fields, 2 rows, 2 w): columns twice, so that any turn is a slice."""
        held = self._bands[index]
        if held is None or held[0] != newest:
            band = torch.cat([self._block(index, newest), self._block(index, newest - 1)], dim=1)
            held = self._bands[index] = newest, torch.cat([band, band], dim=2).to(self.device)
        return held[1]

    def _block(self, index: int, number: int) -> Tensor:
        key = ((self.seed * 1_000_003 + index) * 1_000_003 + number) % 2**63
        generator = torch.Generator().manual_seed(key)
        return torch.randn(_LAYERS[index].fields, self._rows, self.width, generator=generator)
