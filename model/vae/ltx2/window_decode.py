"""Decode mode ``window``: the release's overlapping bidirectional windows, as a stream.

Windows of ``M`` frames start every ``S`` frames (``m = M/8``, ``s = S/8`` latents, overlap ``O = M − S`` frames):

1. window ``i = 0, s, 2s, …`` decodes latents ``i … i + m`` on their own (fewer at the stream's end); for ``i > 0`` its
   first frame is dropped, so it begins with the frames of latent ``i + 1``;
2. its first ``e = min(O, len(previous), len(current))`` frames are cross-faded with the last ``e`` of the previous,
   already cross-faded window: frame ``x`` is ``(1 − x/e) · previous + (x/e) · current``;
3. its first ``S`` frames (``S + 1`` of window 0) are then final.

So the network carries nothing over: the memory is the last latents and one window's tail. With the release's
``M = 24``, ``S = 8`` every latent is decoded four times and its frames are final two latents later (the first latent's
together with the second's).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.vae.ltx2.network import Ltx2Network
from sanacam.model.vae.streams import StreamShape

RELEASE_WINDOW, RELEASE_STRIDE = 24, 8
"""M and S in frames, fixed in the release whatever its settings file says."""


class WindowDecodeStream:
    """Equal to the release's decode of the whole clip, for any split into whole latents.

    Args:
        window, stride: M and S in frames; multiples of the frames a latent, S ≤ M.
    """

    def __init__(
        self,
        network: Ltx2Network,
        shape: StreamShape,
        *,
        window: int = RELEASE_WINDOW,
        stride: int = RELEASE_STRIDE,
    ) -> None:
        if network.decoder is None:
            raise ValueError("the network was built without its decoder")
        config = network.config
        per_latent = config.frames_per_latent
        if window % per_latent or stride % per_latent or not 0 < stride <= window:
            raise ValueError(f"window {window} and stride {stride} must be multiples of {per_latent}, 0 < S ≤ M")
        self._network = network
        self._stride = stride
        self._shift = stride // per_latent
        grid = (shape.height // config.spatial_stride, shape.width // config.spatial_stride)
        # (B, C, m + 1, h, w): the next window's latents, oldest first.
        self._latents = shape.zeros(config.latent_channels, window // per_latent + 1, *grid)
        # (B, O, 3, H, W): the last frames of the window before, ending at its end; only the last _tail_frames count.
        self._tail = shape.zeros(window - stride, config.out_channels, shape.height, shape.width)
        self._held = self._tail_frames = 0
        self._first = True

    @property
    def lookahead_latents(self) -> int:
        """At most; with ``S = 8`` always."""
        return self._latents.shape[2] - 2

    def push(self, latents: Tensor) -> Tensor:
        final = [self._tail[:, :0]]
        for latent in latents.split(1, dim=2):
            self._latents[:, :, self._held : self._held + 1] = latent.detach()
            self._held += 1
            if self._held == self._latents.shape[2]:
                final.append(self._window())
        return torch.cat(final, dim=1)

    def finish(self) -> Tensor:
        final = [self._tail[:, :0]]
        # A later window of a single latent has no frame left after the drop.
        while self._held > (0 if self._first else 1):
            final.append(self._window())
        self.reset()
        return torch.cat(final, dim=1)

    def tensors(self) -> Iterator[Tensor]:
        yield self._latents
        yield self._tail

    def reset(self) -> None:
        self._held = self._tail_frames = 0
        self._first = True

    def _window(self) -> Tensor:
        """Decode what is held as one window, fade it in, keep its tail, drop ``s`` latents; gives the final frames."""
        frames = self._network.decode_clip(self._latents[:, :, : self._held])
        keep = self._stride
        if self._first:
            keep += 1
        else:
            frames = frames[:, 1:]
            self._fade_in(frames)
        self._tail_frames = min(self._tail.shape[1], frames.shape[1])
        if self._tail_frames:
            self._tail[:, -self._tail_frames :].copy_(frames[:, -self._tail_frames :].detach())
        left = max(self._held - self._shift, 0)
        self._latents[:, :, :left] = self._latents[:, :, self._held - left : self._held].clone()
        self._held = left
        self._first = False
        return frames[:, :keep]

    def _fade_in(self, frames: Tensor) -> None:
        """Step 2, in place."""
        count = min(self._tail_frames, frames.shape[1])
        if not count:
            return
        weight = torch.arange(count, device=frames.device, dtype=torch.float32) / count
        weight = weight.to(frames.dtype).view(1, -1, 1, 1, 1)
        frames[:, :count].mul_(weight).add_((1 - weight) * self._tail[:, self._tail.shape[1] - count :])
