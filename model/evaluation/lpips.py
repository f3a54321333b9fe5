"""LPIPS, the perceptual distance of Zhang et al. 2018 (arXiv 1801.03924), with AlexNet features.

Weights: ``assets/eval/lpips/alexnet_lpips.safetensors``, half precision (licences beside it). Against the ``lpips``
package 0.1.4 with the same AlexNet convolutions in full precision, on sixteen pairs of 192x256 (noise, blur, shift,
darkening; distances 0.06 to 0.63): largest difference 4.8e-5.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

LAYERS = ((3, 64, 11, 4, 2), (64, 192, 5, 1, 2), (192, 384, 3, 1, 1), (384, 256, 3, 1, 1), (256, 256, 3, 1, 1))
"""AlexNet's convolutions: channels in and out, kernel, stride, padding."""
POOLED = (1, 2)
"""Layers with a max-pool of 3, stride 2, before them."""


class LPIPS(nn.Module):
    """Perceptual distance between pictures; gradients flow to both, never to the weights.

    Runs under autocast: the convolutions follow it, the comparison is done in fp32.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, device: torch.device | str = "cpu") -> None:
        super().__init__()
        # What turns −1…1 into the ImageNet normalisation that AlexNet was trained with.
        self.register_buffer("mean", torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1), persistent=False)
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, s, p) for i, o, k, s, p in LAYERS)
        self.heads = nn.ParameterList(torch.empty(o) for _, o, _, _, _ in LAYERS)
        with as_file(files("sanacam.assets") / "eval" / "lpips" / "alexnet_lpips.safetensors") as path:
            weights = {name: tensor.float() for name, tensor in load_file(path).items()}
        self.load_state_dict(weights)
        self.requires_grad_(False)
        self.eval()
        for conv in self.convs:
            assert isinstance(conv, nn.Conv2d)
            conv.weight.data = conv.weight.data.contiguous(memory_format=torch.channels_last)
        self.to(device)

    def features(self, pictures: Tensor) -> list[Tensor]:
        """Rectified maps of the five convolutions, of pictures (N, 3, H, W) in −1…1, at least 32 pixels a side."""
        x = ((pictures - self.mean) / self.scale).contiguous(memory_format=torch.channels_last)
        maps = []
        for index, conv in enumerate(self.convs):
            if index in POOLED:
                x = F.max_pool2d(x, 3, 2)
            x = F.relu(conv(x))
            maps.append(x)
        return maps

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Distance (N,) in fp32 of pictures (N, 3, H, W) in −1…1; 0 means the same to these features."""
        if a.shape != b.shape or a.ndim != 4 or a.shape[1] != 3:
            raise ValueError(f"pictures must both be (N, 3, H, W), not {tuple(a.shape)} and {tuple(b.shape)}")
        total = a.new_zeros(a.shape[0], dtype=torch.float32)
        for map_a, map_b, head in zip(self.features(a), self.features(b), self.heads, strict=True):
            difference = (_unit(map_a) - _unit(map_b)).square()
            total = total + (difference * head.view(1, -1, 1, 1)).sum(dim=1).mean(dim=(1, 2))
        return total

    __call__: Callable[..., Tensor]


def _unit(x: Tensor) -> Tensor:
    """Feature vectors of length 1; the small constant keeps the gradient finite where all features are 0."""
    x = x.float()
    return x * torch.rsqrt(x.square().sum(dim=1, keepdim=True) + 1e-8)
