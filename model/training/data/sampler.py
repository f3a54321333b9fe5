"""Training clips drawn from the source bank: crops, camera paths, people before other backgrounds, changed light.

Every parameter comes from the CPU generator; pictures never leave the device and nothing waits for it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.data.bank import Source, SourceBank
from sanacam.model.training.data.camera_paths import Point, View, moving_view, still_view

CLIP_SHARE = 0.5
PEOPLE_SHARE = 0.4
COMPOSITE_SHARE = 0.4
STILL_SHARE = 0.3
"""Of the photos: seen by a camera at rest, like a room behind a webcam. What flickers shows there and nowhere else."""
_DRAWS = 96
"""Random numbers set aside for one sample; fixed, so that samples do not shift each other's draws."""


@dataclass(frozen=True)
class _Layer:
    """One source, the frames taken from it and the camera on it."""

    pictures: Tensor
    """(T or 1, 3 or 4, H, W) uint8; the fourth channel is the person mask."""
    view: View


class _Pool:
    """Sources of one sort, drawn by weight."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = list(sources)
        self._bounds = list(accumulate(s.weight for s in self.sources))

    def __bool__(self) -> bool:
        return bool(self.sources)

    def draw(self, u: float) -> Source:
        return self.sources[min(bisect(self._bounds, u * self._bounds[-1]), len(self.sources) - 1)]


class ClipSampler:
    """Draws batches of source clips.

    Args:
        generator: CPU generator; the only source of chance.
        size: height and width of the frames.
        frames: length of the clips.

    Raises:
        UserError: the bank is empty.
    """

    def __init__(
        self,
        bank: SourceBank,
        generator: torch.Generator,
        device: torch.device | str,
        size: tuple[int, int],
        frames: int,
    ) -> None:
        if not bank.sources:
            raise UserError("There are no clips to train on.", "Make them: sanacam train prepare")
        self.generator, self.device = generator, torch.device(device)
        self.size, self.frames = size, frames
        self._stacks = {s.name: _with_mask(s) for s in bank.sources}
        self._focus = {s.name: _person_centre(s) for s in bank.sources if s.mask is not None}
        self._any = _Pool(bank.sources)
        self._people = _by_kind([s for s in bank.sources if s.people])
        self._others = _by_kind([s for s in bank.sources if not s.people])
        self._masked = _by_kind([s for s in bank.sources if s.mask is not None])

    def sample(self, batch: int, people_only: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """A batch of clips on the device.

        Args:
            people_only: only clips with a person mask.

        Returns:
            Frames (B, T, 3, H, W) float32 in 0…1; person masks (B, T, 1, H, W) in 0…1, zero where there is none; which
            clips have a mask (B,) bool.

        Raises:
            UserError: ``people_only``, but the bank has no masks.
        """
        numbers = torch.rand(batch, _DRAWS, generator=self.generator, dtype=torch.float64).tolist()
        layers: list[_Layer] = []
        ground_layers: list[_Layer] = []
        grounds: dict[int, int] = {}
        masked = []
        for index, row in enumerate(numbers):
            draws = iter(row)
            source = self._draw_source(draws, people_only)
            layers.append(self._layer(source, draws))
            masked.append(source.mask is not None)
            wants_ground = next(draws) < COMPOSITE_SHARE
            if masked[-1] and wants_ground and (ground := self._draw_from(self._others, draws)) is not None:
                grounds[index] = batch + len(ground_layers)
                ground_layers.append(self._layer(ground, draws))
        rendered = self._render(layers + ground_layers)
        frames = torch.stack([r[:, :3] for r in rendered[:batch]])
        nothing = torch.zeros(self.frames, 1, *self.size, device=self.device)
        masks = torch.stack([r[:, 3:] if m else nothing for r, m in zip(rendered[:batch], masked, strict=True)])
        for index, place in grounds.items():
            # The rim of a mask carries colours of the old background: keep its inner part.
            alpha = ((masks[index] - 0.3) / 0.6).clamp(0, 1)
            frames[index] = torch.lerp(rendered[place][:, :3], frames[index], alpha)
            masks[index] = alpha
        has_mask = torch.tensor(masked).to(self.device, non_blocking=True)
        return self._relight(frames), masks, has_mask

    def _draw_source(self, draws: Iterator[float], people_only: bool) -> Source:
        if people_only:
            source = self._draw_from(self._masked, draws)
            next(draws)
            if source is None:
                raise UserError("The training data has no person masks.", "Run 'sanacam train prepare' again.")
            return source
        people = next(draws) < PEOPLE_SHARE
        source = self._draw_from(self._people if people else self._others, draws)
        return self._any.draw(next(draws)) if source is None else source

    @staticmethod
    def _draw_from(pools: dict[bool, _Pool], draws: Iterator[float]) -> Source | None:
        """A clip or, as often, a photo; the other sort if one is empty; None if both are."""
        clip, u = next(draws) < CLIP_SHARE, next(draws)
        pool = pools[clip] or pools[not clip]
        return pool.draw(u) if pool else None

    def _layer(self, source: Source, draws: Iterator[float]) -> _Layer:
        pictures = self._stacks[source.name]
        shape = (pictures.shape[2], pictures.shape[3])
        focus = self._focus.get(source.name)
        if source.is_clip:
            return _Layer(_take(pictures, self.frames, draws), still_view(draws, self.frames, shape, self.size, focus))
        view = still_view if next(draws) < STILL_SHARE else moving_view
        return _Layer(pictures, view(draws, self.frames, shape, self.size, focus))

    def _render(self, layers: list[_Layer]) -> list[Tensor]:
        """(T, 3 or 4, H, W) in 0…1 for each layer."""
        thetas = torch.tensor([layer.view.thetas for layer in layers], dtype=torch.float32)
        thetas = thetas.to(self.device, non_blocking=True)
        grids = F.affine_grid(thetas.flatten(0, 1), [thetas.shape[0] * self.frames, 1, *self.size], align_corners=False)
        grids = grids.unflatten(0, (len(layers), self.frames))
        out = []
        for layer, grid in zip(layers, grids, strict=True):
            pictures = _soften(layer.pictures.float().mul_(1 / 255), layer.view.reduction)
            pictures = pictures.expand(self.frames, -1, -1, -1)
            out.append(F.grid_sample(pictures, grid, mode="bilinear", padding_mode="reflection", align_corners=False))
        return out

    def _relight(self, frames: Tensor) -> Tensor:
        """Gamma, contrast, saturation and white balance, each fixed for a clip."""
        u = torch.rand(frames.shape[0], 8, generator=self.generator) * 2 - 1
        u = u.to(self.device, non_blocking=True)[:, :, None, None, None, None]
        frames = frames.clamp(1e-4, 1).pow(torch.exp(0.25 * u[:, 0]))
        gains = torch.exp(torch.cat([0.10 * u[:, 1], 0.04 * u[:, 2], 0.10 * u[:, 3]], dim=2) + 0.08 * u[:, 4])
        frames = frames * gains
        grey = frames.mean(dim=2, keepdim=True)
        frames = torch.lerp(grey, frames, 1 + 0.35 * u[:, 5])
        level = frames.mean(dim=(1, 2, 3, 4), keepdim=True)
        frames = torch.lerp(level, frames, 1 + 0.2 * u[:, 6])
        return frames.clamp_(0, 1)


def _by_kind(sources: Sequence[Source]) -> dict[bool, _Pool]:
    """Clips under True, photos under False."""
    return {kind: _Pool([s for s in sources if s.is_clip == kind]) for kind in (True, False)}


def _with_mask(source: Source) -> Tensor:
    """Frames with the mask, enlarged to their size, as a fourth channel."""
    if source.mask is None:
        return source.frames
    mask = F.interpolate(source.mask.float(), size=source.frames.shape[-2:], mode="bilinear", align_corners=False)
    return torch.cat([source.frames, mask.round().to(torch.uint8)], dim=1)


def _person_centre(source: Source) -> Point:
    """Where a camera would aim at the person of a clip: (x, y) in pixels of the frames, a third down the body."""
    assert source.mask is not None
    mean = source.mask.float().mean(dim=(0, 1)).cpu() + 1e-6
    height, width = mean.shape
    columns, rows = mean.sum(dim=0), mean.sum(dim=1)
    x = (columns * (torch.arange(width) + 0.5)).sum() / columns.sum() / width
    y = (rows.cumsum(0) < rows.sum() / 3).sum() / height
    return x.item() * source.frames.shape[3], y.item() * source.frames.shape[2]


def _take(pictures: Tensor, frames: int, draws: Iterator[float]) -> Tensor:
    """``frames`` consecutive pictures at stride 1 or 2, backwards half the time; a short clip is played to and fro."""
    stride = 2 if next(draws) < 0.35 and pictures.shape[0] >= 2 * frames else 1
    place, backwards = next(draws), next(draws) < 0.5
    need = (frames - 1) * stride + 1
    while pictures.shape[0] < need:
        pictures = torch.cat([pictures, pictures.flip(0)[1:]])
    start = int(place * (pictures.shape[0] - need + 1))
    part = pictures[start : start + need : stride]
    return part.flip(0) if backwards else part


def _soften(pictures: Tensor, reduction: float) -> Tensor:
    """A small blur before pictures are made smaller, so that fine texture does not shimmer. ``reduction`` = source /
    output pixels.
    """
    variance = 0.25 * (reduction * reduction - 1)
    if variance < 0.05:
        return pictures
    # Three taps (a, 1 − 2a, a) have variance 2a; more is spread over several passes.
    passes = max(1, round(variance / 0.5))
    a = min(variance / passes / 2, 0.33)
    for _ in range(passes):
        across = F.pad(pictures, (1, 1, 0, 0), mode="replicate")
        pictures = (1 - 2 * a) * pictures + a * (across[..., :-2] + across[..., 2:])
        down = F.pad(pictures, (0, 0, 1, 1), mode="replicate")
        pictures = (1 - 2 * a) * pictures + a * (down[..., :-2, :] + down[..., 2:, :])
    return pictures


def camera_noise(frames: Tensor, generator: torch.Generator, share: float = 0.35, strongest: float = 0.035) -> Tensor:
    """Sensor noise on a share of the clips: new in every frame, mostly in brightness.

    For the input of the network only; targets are made from clean frames.

    Args:
        frames: (B, T, 3, H, W) in 0…1.
        generator: CPU generator; decides which clips, how strong, and seeds the noise itself.
    """
    u = torch.rand(frames.shape[0], 2, generator=generator)
    seed = int(torch.randint(2**62, (1,), generator=generator))
    sigma = torch.where(u[:, 0] < share, u[:, 1] * strongest, 0.0)
    sigma = sigma.to(frames.device, non_blocking=True).view(-1, 1, 1, 1, 1)
    on_device = torch.Generator(frames.device)
    on_device.manual_seed(seed)
    shape = list(frames.shape)
    colour = torch.randn(shape, generator=on_device, device=frames.device, dtype=frames.dtype)
    shape[2] = 1
    brightness = torch.randn(shape, generator=on_device, device=frames.device, dtype=frames.dtype)
    return (frames + sigma * (0.8 * brightness + 0.6 * colour)).clamp_(0, 1)
