"""All steps of a chunk over static buffers: what a CUDA graph records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.kernels.operations import Operations
from sanacam.model.dit.fused.graph import DirectRunner, Runner
from sanacam.model.dit.fused.memory import FusedMemory, Window
from sanacam.model.dit.fused.modulation import Modulation
from sanacam.model.dit.fused.network import FusedForward
from sanacam.model.dit.fused.pack import PackedNetwork, pack
from sanacam.model.dit.fused.text import TextBuffers
from sanacam.model.dit.network import HybridDiT
from sanacam.model.dit.text_kv import TextKV
from sanacam.model.prompt_change import MAX_BLENDED
from sanacam.model.sampling import CacheCall, CacheMode, Schedule

CACHE_TIMESTEP = 0.0


@dataclass(frozen=True)
class StreamShape:
    """One stream's sizes: latent grid, latent frames a chunk and of the first one."""

    height: int
    width: int
    chunk_latents: int
    first_chunk_latents: int | None = None


class FusedSampler:
    """A :class:`sanacam.model.chunk_sampler.ChunkSampler` over packed weights, for one stream.

    Args:
        network: cast, moved and frozen; packing makes its parameters views of the packed ones.
        ops: the operations to use on the network's device.
        runner: :class:`GraphRunner` on a CUDA card.
        sink_distance, rebase_every: see :class:`StreamPositions`.
        packed: of the same network, where several streams share it.
    """

    def __init__(
        self,
        network: HybridDiT,
        shape: StreamShape,
        schedule: Schedule,
        cache: CacheMode,
        ops: Operations,
        *,
        runner: Runner | None = None,
        position_scale: float = 1.0,
        sink_distance: int | None = None,
        rebase_every: int = 1024,
        packed: PackedNetwork | None = None,
        description: str = "fused",
    ) -> None:
        self.description = description
        self.schedule, self.cache = schedule, cache
        self._runner = runner or DirectRunner()
        config, dtype, device = network.config, network.dtype, network.x_embedder.proj.weight.device
        # Buffers made while inference mode is on could not be written outside it.
        with torch.inference_mode(False), torch.no_grad():
            self.packed = packed or pack(network)
            self.state = FusedMemory(
                config, shape.height, shape.width, shape.chunk_latents, first_chunk_latents=shape.first_chunk_latents,
                position_scale=position_scale, device=device, dtype=dtype, sink_distance=sink_distance,
                rebase_every=rebase_every,
            )  # fmt: skip
            self.text = TextBuffers(config, MAX_BLENDED, dtype, device)
            self.modulation = Modulation(network, tuple(dict.fromkeys((*schedule.timesteps, CACHE_TIMESTEP))))
            rows = self.state.max_chunk * self.state.tokens
            self._x = torch.zeros(rows, config.in_channels, device=device)
            self._last_input = torch.zeros_like(self._x)
            self._tokens = torch.zeros(rows, config.in_channels + config.source_channels, dtype=dtype, device=device)
        self._forward = FusedForward(config, self.packed, ops, self.state, self.text)
        self._ops = ops

    def sample(self, noise: Tensor, source: Tensor, text: TextKV, *, save: bool = True) -> tuple[Tensor, CacheCall]:
        """Edit one chunk; see :func:`sanacam.model.sampling.sample_chunk`.

        Raises:
            ValueError: another batch size than 1, another grid or chunk length than this stream's.
        """
        frames = self._load(noise, source, text)
        window = self.state.prepare(frames)
        save_last = save and self.cache == "denoise"
        with torch.no_grad():
            self._runner.run(("steps", frames, window, save_last), lambda: self._steps(frames, window, save_last))
            if save and self.cache == "cache_pass":
                self._runner.run(("cache", frames, window), lambda: self._forward_once(CACHE_TIMESTEP, frames, window))
        if save:
            self.state.advance(frames)
        clean = self._picture(self._x, frames)
        if self.cache == "cache_pass":
            return clean, CacheCall(clean, source, CACHE_TIMESTEP)
        return clean, CacheCall(self._picture(self._last_input, frames), source, self.schedule.timesteps[-1])

    def write_cache(self, call: CacheCall, text: TextKV) -> None:
        """Repeat a state-writing forward; see :func:`sanacam.model.sampling.write_cache`."""
        frames = self._load(call.x, call.source, text)
        window = self.state.prepare(frames)
        with torch.no_grad():
            self._forward_once(call.timestep, frames, window)
        self.state.advance(frames)

    @torch.inference_mode()
    def warm_up(self, progress: Callable[[float], None] | None = None) -> None:
        """Compile, choose settings and record graphs for every stage of a stream's beginning and for its steady state;
        the stream starts anew.

        Args:
            progress: told the share that is done, 0…1.
        """
        state, config = self.state, self.state.config
        lengths = [state.max_chunk] + [state.chunk_latents] * (config.num_cached_blocks + 2)
        text = self._dummy_text()
        generator = torch.Generator().manual_seed(0)
        done = 0
        for _ in range(2):
            state.reset()
            for frames in lengths:
                size = (1, config.in_channels + config.source_channels, frames, state.height, state.width)
                both = torch.randn(size, generator=generator).to(self._x.device)
                self.sample(both[:, : config.in_channels], both[:, config.in_channels :], text)
                done += 1
                if progress is not None:
                    progress(done / (2 * len(lengths)))
        state.reset()
        if self._x.device.type == "cuda":
            torch.cuda.empty_cache()  # what only the first, unrecorded calls needed

    def _dummy_text(self) -> TextKV:
        config = self.state.config
        shape = (1, config.cross_heads, config.max_text_tokens, config.cross_head_dim)
        zeros = torch.zeros(shape, dtype=self._tokens.dtype, device=self._x.device)
        bias = torch.zeros(1, 1, 1, config.max_text_tokens, device=self._x.device)
        return TextKV((zeros,) * config.depth, (zeros,) * config.depth, bias)

    def _load(self, x: Tensor, source: Tensor, text: TextKV) -> int:
        """Put inputs into their buffers; returns the number of latent frames."""
        state, config = self.state, self.state.config
        frames = x.shape[2]
        for name, given, channels in (("x", x, config.in_channels), ("source", source, config.source_channels)):
            wanted = (1, channels, frames, state.height, state.width)
            if tuple(given.shape) != wanted:
                raise ValueError(f"{name} has shape {tuple(given.shape)}, this stream takes {wanted}")
        if frames > state.max_chunk:
            raise ValueError(f"a chunk of {frames} latent frames does not fit a stream made for {state.max_chunk}")
        count = frames * state.tokens
        self.text.load(text, self.packed)
        grid = (frames, state.height, state.width, -1)
        tokens = self._tokens[:count].view(grid)
        self._x[:count].view(grid).copy_(x[0].permute(1, 2, 3, 0))
        tokens[..., : config.in_channels].copy_(x[0].permute(1, 2, 3, 0))
        tokens[..., config.in_channels :].copy_(source[0].permute(1, 2, 3, 0))
        return frames

    def _picture(self, x: Tensor, frames: int) -> Tensor:
        """Tokens (rows, C) -> a new (1, C, T, h, w)."""
        state = self.state
        grid = x[: frames * state.tokens].view(frames, state.height, state.width, -1)
        return grid.permute(3, 0, 1, 2).contiguous()[None]

    def _steps(self, frames: int, window: Window, save_last: bool) -> None:
        count = frames * self.state.tokens
        x, tokens = self._x[:count], self._tokens[:count]
        for step, timestep in enumerate(self.schedule.timesteps):
            last = step + 1 == len(self.schedule.timesteps)
            if last and self.cache == "denoise":
                self._last_input[:count].copy_(x)
            velocity = self._forward(
                tokens, *self.modulation.of(timestep), frames, window, save=save_last and last, velocity=True
            )
            assert velocity is not None
            delta = self.schedule.sigmas[step + 1] - self.schedule.sigmas[step]
            self._ops.euler_step(x, velocity, delta, tokens[:, : x.shape[1]])

    def _forward_once(self, timestep: float, frames: int, window: Window) -> None:
        """The state-writing forward alone."""
        tokens = self._tokens[: frames * self.state.tokens]
        self._forward(tokens, *self.modulation.of(timestep), frames, window, save=True, velocity=False)
