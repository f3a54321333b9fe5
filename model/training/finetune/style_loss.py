"""A loss that wants the statistics of some pictures: sliced Wasserstein distance of features (Heitz et al., "A Sliced
Wasserstein Loss for Neural Texture Synthesis", 2021) over AlexNet's first maps and over small colour patches."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.evaluation.lpips import LPIPS

DIRECTIONS = 64
"""Random projections a layer."""
SAMPLES = 4096
"""Places of a map that are compared."""
POINTS = 8192
"""Places that are kept of each of the style's pictures."""
PATCH = 5
"""Side of the colour patches, in pixels of each scale."""
SCALES = (1, 2, 4)
STYLE_MAPS, CONTENT_MAP = 3, 3
"""The first maps carry the style, the fourth the content."""


def sliced_distance(a: Tensor, b: Tensor, chance: torch.Generator) -> Tensor:
    """Squared 2-Wasserstein distance of two clouds (N, C), averaged over random directions and scaled by ``b``'s
    variance: 0 for equal clouds, about 1 for ones a standard deviation apart.

    Args:
        chance: CPU generator of directions and of which points are compared.
    """
    directions = F.normalize(torch.randn(a.shape[1], DIRECTIONS, generator=chance), dim=0).to(a.device)
    count = min(len(a), len(b), SAMPLES)
    first, second = ((_thinned(cloud, count, chance).float() @ directions).sort(dim=0).values for cloud in (a, b))
    return (first - second).square().mean() / second.var(dim=0).mean().clamp_min(1e-6)


def _thinned(cloud: Tensor, count: int, chance: torch.Generator) -> Tensor:
    """At most ``count`` points of a cloud (N, C), drawn at random."""
    if len(cloud) <= count:
        return cloud
    return cloud[torch.randperm(len(cloud), generator=chance)[:count].to(cloud.device)]


class StyleLoss:
    """Style, content and motion of an edit.

    Args:
        pictures: of the style, each (3, H, W) in −1…1.
        content: weight of what the source shows; more keeps more of it.
        motion: weight of moving as the source moves.
    """

    def __init__(self, pictures: list[Tensor], perceptual: LPIPS, *, content: float = 0.4, motion: float = 2.0) -> None:
        self.perceptual, self.content, self.motion = perceptual, content, motion
        chance = torch.Generator().manual_seed(0)
        clouds = [self._clouds(p[None].to(perceptual.mean.device)) for p in pictures]
        # One cloud of all pictures: a single one, drawn anew each step, would pull another way each time.
        self._style = [torch.cat([_thinned(c, POINTS, chance) for c in of_all]) for of_all in zip(*clouds, strict=True)]

    def _clouds(self, pictures: Tensor, maps: list[Tensor] | None = None) -> list[Tensor]:
        """Point clouds (N, C), one a map and scale."""
        maps = self.perceptual.features(pictures) if maps is None else maps
        clouds = [m.permute(0, 2, 3, 1).flatten(0, 2) for m in maps[:STYLE_MAPS]]
        for scale in SCALES:
            small = F.avg_pool2d(pictures.float(), scale)
            clouds.append(F.unfold(small, PATCH, stride=2).mT.flatten(0, 1))
        return clouds

    def style(self, pictures: Tensor, chance: torch.Generator) -> Tensor:
        """Distance of pictures (N, 3, H, W), taken together, to the style's, taken together."""
        return self._style_of(self._clouds(pictures), chance)

    def _style_of(self, clouds: list[Tensor], chance: torch.Generator) -> Tensor:
        return torch.stack([sliced_distance(a, b, chance) for a, b in zip(clouds, self._style, strict=True)]).mean()

    def __call__(
        self, shown: Tensor, source: Tensor, target: Tensor | None, chance: torch.Generator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Loss and its parts of an edit (B, T, 3, H, W) of ``source``, both −1…1; there is no ``target``. Every fourth
        frame is compared."""
        pictures, sources = (clip[:, ::4].flatten(0, 1).float() for clip in (shown, source))
        maps = self.perceptual.features(pictures)
        with torch.no_grad():
            source_maps = self.perceptual.features(sources)
        style = self._style_of(self._clouds(pictures, maps), chance)
        content = _structure_distance(maps[CONTENT_MAP], source_maps[CONTENT_MAP])
        motion = (
            (shown.float().diff(dim=1).abs().mean(2) - source.float().diff(dim=1).abs().mean(2)).clamp_min(0).mean()
        )
        total = style + self.content * content + self.motion * motion
        return total, {"style": style.detach(), "content": content.detach(), "motion": motion.detach()}


def _structure_distance(a: Tensor, b: Tensor) -> Tensor:
    """1 − cosine between feature vectors of the same place, after each channel's mean is taken off: blind to overall
    colour and contrast, which the style may change."""
    a, b = (m.float() - m.float().mean(dim=(2, 3), keepdim=True) for m in (a, b))
    return (1 - F.cosine_similarity(a, b, dim=1, eps=1e-4)).mean()
