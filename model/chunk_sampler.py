"""Sampling chunk by chunk behind one face, whichever way the network is run, and the choice of the way."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

from torch import Tensor

from sanacam.kernels.quantize_formats import Format
from sanacam.model.cache_folder import cache_dir
from sanacam.model.dit import DiTConfig, HybridDiT, StreamState, TextKV
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.errors import UserError
from sanacam.model.sampling import CacheCall, CacheMode, Schedule, sample_chunk, write_cache

Way = Literal["auto", "plain", "fused"]


class StreamPlace(Protocol):
    """What others may ask and tell a stream's memory; see :class:`sanacam.model.dit.positions.StreamPositions`."""

    config: DiTConfig
    frame_index: int
    chunk_index: int

    @property
    def sink_frame(self) -> int: ...

    @property
    def nbytes(self) -> int: ...

    def remembered(self) -> tuple[int, ...]: ...

    def skip_to(self, frame: int) -> None: ...

    def reset(self) -> None: ...


class ChunkSampler(Protocol):
    """A stream's network with its memory, batch size 1.

    Attributes:
        description: how it computes, for people.
    """

    description: str

    @property
    def state(self) -> StreamPlace:
        """The memory."""
        ...

    def sample(self, noise: Tensor, source: Tensor, text: TextKV, *, save: bool = True) -> tuple[Tensor, CacheCall]:
        """Edit one chunk; see :func:`sanacam.model.sampling.sample_chunk`."""
        ...

    def write_cache(self, call: CacheCall, text: TextKV) -> None:
        """Repeat a state-writing forward; see :func:`sanacam.model.sampling.write_cache`."""
        ...

    def warm_up(self, progress: Callable[[float], None] | None = None) -> None:
        """Do now what the first chunks would otherwise wait for; the stream starts anew.

        Args:
            progress: told the share that is done, 0…1.
        """
        ...


class PlainSampler:
    """:class:`HybridDiT` as it is written, on any device."""

    def __init__(
        self,
        dit: HybridDiT,
        state: StreamState,
        schedule: Schedule,
        cache: CacheMode,
        position_scale: float = 1.0,
        reason: str = "",
    ) -> None:
        self.dit, self.schedule, self.cache, self.position_scale = dit, schedule, cache, position_scale
        self.state = state
        self.description = f"plain PyTorch{f' ({reason})' if reason else ''}"

    def sample(self, noise: Tensor, source: Tensor, text: TextKV, *, save: bool = True) -> tuple[Tensor, CacheCall]:
        return sample_chunk(
            self.dit, noise, source, text, self.state, self.schedule, self.cache, save=save,
            position_scale=self.position_scale,
        )  # fmt: skip

    def write_cache(self, call: CacheCall, text: TextKV) -> None:
        write_cache(self.dit, call, text, self.state, self.position_scale)

    def warm_up(self, progress: Callable[[float], None] | None = None) -> None:
        if progress is not None:
            progress(1.0)


def fused_obstacle(dit: HybridDiT) -> str:
    """Why the fused kernels cannot run this network where it is, in a few words; empty if they can."""
    device = dit.x_embedder.proj.weight.device
    if device.type != "cuda":
        return "the fused kernels need a CUDA card"
    if importlib.util.find_spec("triton") is None:
        return "Triton is not installed"
    from sanacam.kernels.launch import unfit

    return unfit(device, dit.config.hidden_size, dit.config.self_heads, dit.config.cross_heads, dit.config.ffn_hidden)


def make_sampler(
    dit: HybridDiT,
    shape: StreamShape,
    schedule: Schedule,
    cache: CacheMode,
    *,
    position_scale: float = 1.0,
    sink_distance: int | None = None,
    way: Way = "auto",
    compile_cache: Path | None = None,
    formats: Mapping[str, Format] | None = None,
    input_scales: Mapping[str, Tensor] | None = None,
) -> ChunkSampler:
    """The sampler of one stream: fused on a CUDA card that has what it needs, else plain; its ``description`` says
    which and why.

    Args:
        dit: cast, moved, frozen. The fused way packs its weights in place (their values stay).
        way: ``plain`` or ``fused`` insist.
        compile_cache: folder for compiled kernels; default the user's cache folder.
        formats, input_scales: narrow formats of layers and fixed scales of what enters them, by layer name, see
            :class:`sanacam.model.quantisation.narrow.NarrowNetwork`. A network that has been packed in these formats is
            not packed again.

    Raises:
        UserError: ``fused`` is insisted on, or needed for narrow formats, and impossible.
    """
    obstacle = fused_obstacle(dit)
    narrow = sorted({form for form in (formats or {}).values() if form != "bf16"})
    if narrow and (obstacle or way == "plain"):
        raise UserError(
            f"The formats {', '.join(narrow)} need the fused transformer: {obstacle or 'the plain one was chosen'}.",
            "Use bf16 or fp32.",
        )
    if way == "fused" and obstacle:
        raise UserError(f"The fused transformer cannot run here: {obstacle}.", "Choose the plain one.")
    if way == "plain" or obstacle:
        state = dit.new_state(
            1, shape.height, shape.width, shape.chunk_latents, first_chunk_latents=shape.first_chunk_latents,
            sink_distance=sink_distance,
        )  # fmt: skip
        return PlainSampler(dit, state, schedule, cache, position_scale, obstacle if way == "auto" else "as chosen")
    from sanacam.kernels import triton_operations
    from sanacam.kernels.compile_cache import use_compile_cache
    from sanacam.model.dit.fused.graph import GraphRunner
    from sanacam.model.dit.fused.pack import pack
    from sanacam.model.quantisation.narrow import narrow_network

    device = dit.x_embedder.proj.weight.device
    use_compile_cache(compile_cache or cache_dir() / "kernels", device)
    packed = narrow_network(dit, formats or {}, input_scales).packed if narrow else pack(dit)
    return FusedSampler(
        dit, shape, schedule, cache, triton_operations, runner=GraphRunner(device), position_scale=position_scale,
        sink_distance=sink_distance, packed=packed,
        description="fused Triton kernels in CUDA graphs" + (f", products in {', '.join(narrow)}" if narrow else ""),
    )  # fmt: skip
