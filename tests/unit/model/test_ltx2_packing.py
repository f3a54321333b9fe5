"""The order of channels in packed tensors, element by element."""

from __future__ import annotations

from itertools import product

import pytest
import torch
import torch.nn.functional as F

from sanacam.model.vae.ltx2.config import Stride
from sanacam.model.vae.ltx2.layers import CausalConv3d, rms_norm
from sanacam.model.vae.ltx2.resampling import depth_to_space, patchify, space_to_depth, unpatchify
from sanacam.model.vae.ltx2.time_edges import WholeClip


def test_patches_have_the_horizontal_offset_slow() -> None:
    frames = torch.randn(2, 3, 3, 8, 12)
    packed = patchify(frames, 4)
    assert packed.shape == (2, 48, 3, 2, 3)
    for colour, across, down in product(range(3), range(4), range(4)):
        channel = colour * 16 + across * 4 + down
        assert torch.equal(packed[:, channel], frames[:, :, colour, down::4, across::4])
    assert torch.equal(unpatchify(packed, 4), frames)


@pytest.mark.parametrize("stride", [(1, 2, 2), (2, 1, 1), (2, 2, 2)])
def test_resampled_channels_go_channel_time_row_column(stride: Stride) -> None:
    x = torch.randn(2, 3, 4, 4, 6)
    packed = space_to_depth(x, stride)
    st, sh, sw = stride
    for c, it, ih, iw in product(range(3), range(st), range(sh), range(sw)):
        channel = ((c * st + it) * sh + ih) * sw + iw
        assert torch.equal(packed[:, channel], x[:, c, it::st, ih::sh, iw::sw])
    assert torch.equal(depth_to_space(packed, stride), x)


def test_rms_norm_divides_by_the_root_of_the_mean_square_of_the_channels() -> None:
    x = torch.randn(2, 5, 3, 4, 4)
    assert torch.allclose(rms_norm(x), x / torch.sqrt(x.square().mean(1, keepdim=True) + 1e-8), atol=1e-6)


@pytest.mark.parametrize("padding", ["zeros", "reflect"])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("size", [(2, 2), (4, 3)])
def test_convolution_pads_space_and_time(padding: str, causal: bool, size: tuple[int, int]) -> None:
    conv = CausalConv3d(3, 5, 4, padding)
    x = torch.randn(2, 3, 4, *size)
    ends = [x[:, :, :1], x[:, :, :1], x] if causal else [x[:, :, :1], x, x[:, :, -1:]]
    mode = "constant" if padding == "zeros" else "reflect"
    padded = F.pad(torch.cat(ends, dim=2), (1, 1, 1, 1, 0, 0), mode=mode)
    expected = F.conv3d(padded, conv.conv.weight, conv.conv.bias)
    assert torch.allclose(conv(x, WholeClip(causal=causal)), expected, atol=1e-6)


def test_reflection_of_a_single_row_is_refused() -> None:
    with pytest.raises(ValueError, match="2×2"):
        CausalConv3d(3, 5, 4, "reflect")(torch.zeros(1, 3, 1, 1, 4), WholeClip(causal=True))
