"""The LTX-2 decoder: k latents become 8(k − 1) + 1 frames at the start of a stream, 8k later."""

from __future__ import annotations

from torch import Tensor, nn

from sanacam.model.vae.ltx2.config import Ltx2Config, Stride
from sanacam.model.vae.ltx2.layers import (
    CausalConv3d,
    ResidualBlock,
    ResidualBlocks,
    conv_histories,
    norm_silu,
    number_convolutions,
)
from sanacam.model.vae.ltx2.resampling import Upsampler, unpatchify
from sanacam.model.vae.ltx2.time_edges import ConvHistories, TimeEdges
from sanacam.model.vae.streams import StreamShape


class UpBlock(ResidualBlocks):
    """At most one upsampler, then residual blocks; a residual block before them where the config changes the width
    there.

    Args:
        in_channels, out_channels: of the residual blocks before and after; the upsampler itself divides the width by
            ``factor``.
        scale: picture pixels a position at the block's input.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        count: int,
        stride: Stride | None,
        factor: int,
        scale: int,
        config: Ltx2Config,
        *,
        residual: bool,
    ) -> None:
        padding, eps = config.decoder_spatial_padding_mode, config.resnet_norm_eps
        super().__init__(out_channels, count, scale if stride is None else scale // stride[1], padding, eps)
        self.conv_in: ResidualBlock | None = None
        if in_channels != out_channels:
            self.conv_in = ResidualBlock(in_channels, out_channels, scale, padding, eps)
        self.upsamplers: nn.ModuleList | None = None
        if stride is not None:
            upsampler = Upsampler(out_channels * factor, out_channels, stride, scale, padding, residual=residual)
            self.upsamplers = nn.ModuleList([upsampler])

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        if self.conv_in is not None:
            x = self.conv_in(x, edges)
        if self.upsamplers is not None:
            x = self.upsamplers[0](x, edges)
        return super().forward(x, edges)


class Decoder(nn.Module):
    """(B, latent_channels, t, h, w), un-normalised → (B, T, 3, H, W), about −1…1, not clamped.

    T = 8(t − 1) + 1 where ``edges.first``, else 8t.
    """

    def __init__(self, config: Ltx2Config) -> None:
        super().__init__()
        self.config = config
        padding, eps = config.decoder_spatial_padding_mode, config.resnet_norm_eps
        widths, counts = config.decoder_block_out_channels[::-1], config.decoder_layers_per_block[::-1]
        scale, width = config.spatial_stride, widths[0]
        self.conv_in = CausalConv3d(config.latent_channels, width, scale, padding)
        self.mid_block = ResidualBlocks(width, counts[0], scale, padding, eps)
        self.up_blocks = nn.ModuleList()
        for out, count, stride, factor, residual in zip(
            widths,
            counts[1:],
            config.up_strides,
            config.upsample_factor[::-1],
            config.upsample_residual[::-1],
            strict=True,
        ):
            into, width = width // factor, out // factor
            self.up_blocks.append(UpBlock(into, width, count, stride, factor, scale, config, residual=residual))
            if stride is not None:
                scale //= stride[1]
        self.conv_out = CausalConv3d(width, config.out_channels * config.patch_size**2, scale, padding)
        self.convolutions = number_convolutions(self)

    def forward(self, latents: Tensor, edges: TimeEdges) -> Tensor:
        x = self.mid_block(self.conv_in(latents, edges), edges)
        for block in self.up_blocks:
            x = block(x, edges)
        return unpatchify(self.conv_out(norm_silu(x), edges), self.config.patch_size)

    def new_histories(self, shape: StreamShape) -> ConvHistories:
        """Memory for a causal stream of this shape."""
        return conv_histories(self.convolutions, shape)
