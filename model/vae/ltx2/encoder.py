"""The LTX-2 encoder: 8k + 1 frames become k + 1 latents, causally."""

from __future__ import annotations

from torch import Tensor, nn

from sanacam.model.vae.ltx2.config import Ltx2Config, Stride
from sanacam.model.vae.ltx2.layers import CausalConv3d, ResidualBlocks, conv_histories, norm_silu, number_convolutions
from sanacam.model.vae.ltx2.resampling import Downsampler, patchify
from sanacam.model.vae.ltx2.time_edges import ConvHistories, TimeEdges
from sanacam.model.vae.streams import StreamShape


class DownBlock(ResidualBlocks):
    """Residual blocks, then at most one downsampler."""

    def __init__(
        self, in_channels: int, out_channels: int, count: int, stride: Stride | None, scale: int, config: Ltx2Config
    ) -> None:
        padding = config.encoder_spatial_padding_mode
        super().__init__(in_channels, count, scale, padding, config.resnet_norm_eps)
        self.downsamplers: nn.ModuleList | None = None
        if stride is not None:
            self.downsamplers = nn.ModuleList([Downsampler(in_channels, out_channels, stride, scale, padding)])

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        x = super().forward(x, edges)
        return x if self.downsamplers is None else self.downsamplers[0](x, edges)


class Encoder(nn.Module):
    """(B, T, 3, H, W) in −1…1 → (B, latent_channels + 1, t, h, w): means and one log-variance, not normalised.

    The first call of a stream takes T = 8m + 1 frames (m ≥ 0) and gives m + 1 latents, the others T = 8m and give m.
    """

    def __init__(self, config: Ltx2Config) -> None:
        super().__init__()
        self.config = config
        padding = config.encoder_spatial_padding_mode
        scale, width = config.patch_size, config.latent_channels
        self.conv_in = CausalConv3d(config.in_channels * config.patch_size**2, width, scale, padding)
        self.down_blocks = nn.ModuleList()
        for out, count, stride in zip(
            config.block_out_channels, config.layers_per_block[:-1], config.down_strides, strict=True
        ):
            self.down_blocks.append(DownBlock(width, out, count, stride, scale, config))
            if stride is not None:
                scale, width = scale * stride[1], out
        self.mid_block = ResidualBlocks(width, config.layers_per_block[-1], scale, padding, config.resnet_norm_eps)
        self.conv_out = CausalConv3d(width, config.latent_channels + 1, scale, padding)
        self.convolutions = number_convolutions(self)

    def forward(self, frames: Tensor, edges: TimeEdges) -> Tensor:
        x = self.conv_in(patchify(frames, self.config.patch_size), edges)
        for block in self.down_blocks:
            x = block(x, edges)
        x = self.mid_block(x, edges)
        return self.conv_out(norm_silu(x), edges)

    def new_histories(self, shape: StreamShape) -> ConvHistories:
        """Memory for a stream of this shape."""
        return conv_histories(self.convolutions, shape)
