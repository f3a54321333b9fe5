"""``python -m sanacam.model.dit.fused.bench [--out FILE] [--only SECTION …]``: the fused diffusion transformer on this
card, against the plain one.

sana-streaming-2b with random weights, bf16, 1280×704 (latent grid 22×40), chunks of 3 latent frames (24 video frames),
4 steps and the cache pass, sink and window full, a prompt of 300 real tokens. A chunk's clock holds everything between
noise and source latents on the card and the edited latents on the card: :meth:`ChunkSampler.sample`. CUDA events,
medians. Sections run one by one; one that fails prints its traceback and the others go on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.kernels.operations import Operations
from sanacam.kernels.quantize_formats import Format
from sanacam.model.dit import DiTConfig, HybridDiT, TextKV
from sanacam.model.dit.fused import bench_designs, bench_parts
from sanacam.model.dit.fused.bench_profile import profile_replays
from sanacam.model.dit.fused.pack import PackedNetwork

CARD = "cuda:0"
GRID, CHUNK = (22, 40), 3
MINI_GRIDS = {"1280x704": (88, 160), "320x176": (22, 40)}
REPEATS = 10
DRIFT_CHUNKS, EXACT_CHUNKS, CALIBRATION_CHUNKS = 40, 6, 2


def random_network(config: DiTConfig, dtype: torch.dtype, seed: int = 0) -> HybridDiT:
    """Random weights, none of them zero, made on the card."""
    from sanacam.model.checkpoint import cast_weights

    torch.manual_seed(seed)
    with torch.device(CARD):
        network = HybridDiT(config)
        for parameter in network.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.02)
    cast_weights(network, dtype, torch.device(CARD))
    return network.eval().requires_grad_(False)


def random_text(network: HybridDiT, seed: int = 1) -> TextKV:
    config = network.config
    generator = torch.Generator(CARD).manual_seed(seed)
    tokens = torch.randn(1, config.max_text_tokens, config.caption_channels, device=CARD, generator=generator)
    return network.text_kv(tokens)


def chunk_inputs(config: DiTConfig, grid: tuple[int, int], frames: int, number: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator(CARD).manual_seed(1000 + number)
    size = (1, config.in_channels + config.source_channels, frames, *grid)
    both = torch.randn(size, device=CARD, generator=generator)
    return both[:, : config.in_channels], both[:, config.in_channels :]


def event_ms(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median milliseconds by CUDA events, one call at a time."""
    times = []
    for _ in range(repeats):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        call()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times)


class Bench:
    """The networks and what was found out."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.network: HybridDiT | None = None
        self.operations: Operations | None = None
        """Others than those in use."""

    def the_network(self) -> HybridDiT:
        if self.network is None:
            self.network = random_network(DiTConfig.sana_streaming_2b(), torch.bfloat16)
        return self.network

    def sampler(
        self, network: HybridDiT, grid: tuple[int, int], frames: int, kind: str, packed: PackedNetwork | None = None
    ) -> Any:
        """``plain``, ``direct`` (fused kernels, launched one by one) or ``graph``."""
        from sanacam.kernels import triton_operations
        from sanacam.model.chunk_sampler import PlainSampler
        from sanacam.model.dit.fused.graph import DirectRunner, GraphRunner
        from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
        from sanacam.model.sampling import CacheMode, flow_schedule

        large = network.config.sink
        schedule = flow_schedule(4 if large else 1)
        cache: CacheMode = "cache_pass" if large else "denoise"
        if kind == "plain":
            state = network.new_state(1, *grid, frames)
            return PlainSampler(network, state, schedule, cache)
        runner = GraphRunner(torch.device(CARD)) if kind == "graph" else DirectRunner()
        shape = StreamShape(*grid, frames)
        return FusedSampler(
            network,
            shape,
            schedule,
            cache,
            self.operations or triton_operations,
            runner=runner,
            packed=packed,
        )

    def steady(
        self, network: HybridDiT, grid: tuple[int, int], frames: int, kind: str, packed: PackedNetwork | None = None
    ) -> dict[str, float]:
        """Milliseconds a chunk in the steady state, and the time and memory that preparing took."""
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        began = time.monotonic()
        sampler = self.sampler(network, grid, frames, kind, packed)
        text = random_text(network)
        if kind != "plain":
            sampler.warm_up()
            torch.cuda.synchronize()
        ready = time.monotonic() - began
        if kind == "graph":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        noise, source = chunk_inputs(network.config, grid, frames, 0)
        for _ in range(network.config.num_cached_blocks + 3):
            sampler.sample(noise, source, text)
        ms = event_ms(lambda: sampler.sample(noise, source, text))
        found = {
            "chunk_ms": ms,
            "ready_s": ready,
            "peak_gib": torch.cuda.max_memory_allocated() / 2**30,
            "reserved_gib": torch.cuda.memory_reserved() / 2**30,
        }
        if kind != "plain":
            found["state_mib"] = sampler.state.nbytes / 2**20
        if kind == "graph":
            work = lambda: sampler.sample(noise, source, text)  # noqa: E731
            profile = profile_replays(work)
            forwards = len(sampler.schedule.timesteps) + (sampler.cache == "cache_pass")
            profile["kernels_per_forward"] = profile["kernels"] / forwards
            found["profile"] = profile  # type: ignore[assignment]
        return found

    def chunk(self) -> None:
        network = self.the_network()
        for kind in ("graph", "direct", "plain"):
            self.found[f"2b {kind}"] = found = self.steady(network, GRID, CHUNK, kind)
            print(
                f"2b {kind:7} {found['chunk_ms']:8.2f} ms a chunk = {24000 / found['chunk_ms']:6.1f} DiT FPS, ready "
                f"in {found['ready_s']:.1f} s, peak {found['peak_gib']:.2f} GiB, reserved "
                f"{found['reserved_gib']:.2f} GiB"
            )
            show_profile(found)

    def mini(self) -> None:
        network = random_network(DiTConfig.mini(), torch.bfloat16)
        for label, grid in MINI_GRIDS.items():
            for kind in ("graph", "plain"):
                found = self.steady(network, grid, 1, kind)
                self.found[f"mini {label} {kind}"] = found
                print(
                    f"mini {label} {kind:6} {found['chunk_ms']:8.3f} ms a chunk, ready in {found['ready_s']:.1f} s, "
                    f"peak {found['peak_gib']:.2f} GiB"
                )
                show_profile(found)

    def fp8(self) -> None:
        """The large products in fp8."""
        self._narrow("fp8", LARGE_IN_FP8)

    def designs(self) -> None:
        """The same, its operations composed in other ways."""
        bench_designs.compare(self, *self.packed(LARGE_IN_FP8))

    def fp8_all(self) -> None:
        """The small square ones too, but for the gates."""
        self._narrow("fp8_all", ALL_IN_FP8)

    def packed(self, kinds: dict[str, Format]) -> tuple[HybridDiT, PackedNetwork]:
        """The network with these layers of every block in a narrow format, weights held once."""
        from sanacam.model.dit.fused.pack import pack
        from sanacam.model.quantisation.observe import input_scales, observe_peaks

        self.network = None
        torch.cuda.empty_cache()
        network = random_network(DiTConfig.sana_streaming_2b(), torch.bfloat16)
        formats = {
            f"blocks.{block}.{kind}": form for block in range(network.config.depth) for kind, form in kinds.items()
        }

        def calibrate() -> None:
            sampler, text = self.sampler(network, GRID, CHUNK, "plain"), random_text(network)
            for number in range(CALIBRATION_CHUNKS):
                sampler.sample(*chunk_inputs(network.config, GRID, CHUNK, 500 + number), text)

        scales = input_scales(observe_peaks(network, calibrate), formats)
        packed = pack(network, formats, scales, release=True)
        torch.cuda.empty_cache()
        return network, packed

    def _narrow(self, label: str, kinds: dict[str, Format]) -> None:
        """Weights held once: time, memory, and the latents' distance from bf16 over a stream with the same noise and
        sources."""
        network, packed = self.packed(kinds)
        self.found[f"2b {label} graph"] = found = self.steady(network, GRID, CHUNK, "graph", packed)
        print(
            f"2b {label}  {found['chunk_ms']:8.2f} ms a chunk = {24000 / found['chunk_ms']:6.1f} DiT FPS, ready in "
            f"{found['ready_s']:.1f} s, peak {found['peak_gib']:.2f} GiB, reserved {found['reserved_gib']:.2f} GiB"
        )
        show_profile(found)
        plain = self.the_network()
        text = random_text(plain)
        samplers = [self.sampler(plain, GRID, CHUNK, "graph"), self.sampler(network, GRID, CHUNK, "graph", packed)]
        errors, added = [], []
        for sampler in samplers:
            sampler.warm_up()
        for number in range(DRIFT_CHUNKS):
            noise, source = chunk_inputs(plain.config, GRID, CHUNK, number)
            wanted, got = (sampler.sample(noise, source, text)[0] for sampler in samplers)
            errors.append(float((got - wanted).norm() / wanted.norm()))
            added.append(float((got - wanted).norm() / (wanted - noise).norm()))
        self.found[f"{label} drift"], self.found[f"{label} drift of what is added"] = errors, added
        print(
            f"as a share of what the network adds to the noise: first {added[0]:.4f}, last {added[-1]:.4f}, "
            f"worst {max(added):.4f}"
        )
        shown = ", ".join(f"{errors[i]:.4f}" for i in (0, 1, 2, 3, 9, 19, 39))
        print(
            f"latent relative RMSE {label} against bf16, chunks 1, 2, 3, 4, 10, 20, 40: {shown}; "
            f"worst {max(errors):.4f}"
        )

    def kernels(self) -> None:
        self.found["kernels"] = bench_parts.check_and_time()

    def products(self) -> None:
        self.found["products"] = bench_parts.products()

    def blocks(self) -> None:
        """One-block networks, a stream of chunks: fused bf16 and plain bf16 against plain fp32 of the same weights."""
        from dataclasses import replace

        errors = {}
        for label, ratio in (("gdn", 0.0), ("softmax", 1.0)):
            config = replace(DiTConfig.sana_streaming_2b(), depth=1, softmax_ratio=ratio)
            errors[label] = self._against_fp32(random_network(config, torch.bfloat16), 4, 1)
            print(f"block {label}: relative error of the velocity against fp32, worst of 4 chunks: {errors[label]}")
        self.found["block_error"] = errors

    def _against_fp32(self, network: HybridDiT, chunks: int, steps: int) -> dict[str, float]:
        import copy

        from sanacam.model.sampling import flow_schedule

        exact_network = copy.deepcopy(network).float()
        samplers = {
            "exact": self.sampler(exact_network, GRID, CHUNK, "plain"),
            "plain": self.sampler(network, GRID, CHUNK, "plain"),
            "fused": self.sampler(network, GRID, CHUNK, "direct"),
        }
        texts = {name: random_text(exact_network if name == "exact" else network) for name in samplers}
        worst = dict.fromkeys(("plain", "fused"), 0.0)
        for sampler in samplers.values():
            sampler.schedule = flow_schedule(steps)
        for number in range(chunks):
            noise, source = chunk_inputs(network.config, GRID, CHUNK, number)
            # what the chunk adds to the noise is the velocity
            outs = {n: s.sample(noise, source, texts[n])[0] - noise for n, s in samplers.items()}
            for name in worst:
                error = float((outs[name] - outs["exact"]).norm() / outs["exact"].norm())
                worst[name] = max(worst[name], error)
        return worst

    def exact(self) -> None:
        """The whole network, 4 steps, a few chunks against fp32."""
        self.found["network_error"] = self._against_fp32(self.the_network(), EXACT_CHUNKS, 4)
        print(f"20 blocks, 4 steps, worst of {EXACT_CHUNKS} chunks against fp32: {self.found['network_error']}")

    def drift(self) -> None:
        """Latent relative RMSE, fused against plain, both bf16, same noise and source."""
        network = self.the_network()
        text = random_text(network)
        plain, fused = (self.sampler(network, GRID, CHUNK, kind) for kind in ("plain", "graph"))
        fused.warm_up()
        errors = []
        for number in range(DRIFT_CHUNKS):
            noise, source = chunk_inputs(network.config, GRID, CHUNK, number)
            wanted, got = plain.sample(noise, source, text)[0], fused.sample(noise, source, text)[0]
            errors.append(float((got - wanted).norm() / wanted.norm()))
        self.found["drift"] = errors
        shown = ", ".join(f"{errors[i]:.4f}" for i in (0, 1, 2, 3, 9, 19, 39))
        print(
            f"latent relative RMSE fused against plain, chunks 1, 2, 3, 4, 10, 20, 40: {shown}; worst {max(errors):.4f}"
        )


LARGE_IN_FP8: dict[str, Format] = {
    **dict.fromkeys(("attn.q", "attn.k", "attn.v", "mlp.inverted_conv.conv", "mlp.t_conv"), "fp8"),
    "mlp.point_conv.conv": "fp8_tensor",
}
"""Products of a block that make up most of the arithmetic: operands that whole rows are at hand for get a scale a row,
what the gated convolution stores one fixed scale. The attention gates stay bf16, as the paper has them."""
ALL_IN_FP8: dict[str, Format] = LARGE_IN_FP8 | {
    "attn.proj": "fp8_tensor", "cross_attn.q_linear": "fp8", "cross_attn.proj": "fp8_tensor",
}  # fmt: skip


def show_profile(found: dict[str, Any]) -> None:
    if "profile" not in found:
        return
    profile = found["profile"]
    print(
        f"   {profile['kernels']:.0f} kernels a chunk, {profile['kernels_per_forward']:.1f} a forward; busy "
        f"{profile['busy_ms']:.2f} ms of {profile['span_ms']:.2f} ms in the profiler: idle {profile['idle']:.1%}"
    )
    for kind, row in profile["kinds"].items():
        print(f"   {kind:16} {row['ms']:8.3f} ms {row['count']:7.0f}")
    print("   a GDN block in order, µs after a pause of µs: " + profile["sequence"])
    for name, row in list(profile["names"].items())[:28]:
        print(f"      {row['ms']:8.3f} ms {row['count']:6.0f} × {1000 * row['ms'] / row['count']:7.1f} µs  {name[:90]}")


SECTIONS = ("kernels", "fp8", "designs", "fp8_all", "chunk", "products", "blocks", "drift", "exact", "mini")


def main(arguments: list[str] | None = None) -> int:
    """Prints the findings; 2 without a card, 1 if a section failed."""
    parser = argparse.ArgumentParser(prog="sanacam.model.dit.fused.bench", description="Time the fused transformer.")
    parser.add_argument("--out", type=Path, help="also write everything as JSON")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--cache", type=Path, help="folder for compiled kernels and tuned settings")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("PyTorch finds no CUDA card here. Run this on the machine that has the card.", file=sys.stderr)
        return 2
    from sanacam.kernels.blas_workspace import go_without_workspace
    from sanacam.kernels.compile_cache import use_compile_cache

    go_without_workspace()  # As StreamEditor does; the plain network, timed beside, is slower by it.
    if options.cache is not None:
        print("cache:", use_compile_cache(options.cache, torch.device(CARD)))
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    bench = Bench()
    bench.found["card"], bench.found["torch"] = torch.cuda.get_device_name(), torch.__version__
    failed = False
    for section in SECTIONS:
        if section not in options.only:
            continue
        began = time.monotonic()
        print(f"── {section}", flush=True)
        try:
            with torch.no_grad():
                getattr(bench, section)()
        except Exception:
            failed = True
            bench.found[f"{section} failed"] = traceback.format_exc()
            traceback.print_exc(file=sys.stdout)
        print(f"── {section}: {time.monotonic() - began:.1f} s", flush=True)
        if options.out is not None:
            options.out.write_text(json.dumps(bench.found, indent=1))
        torch.cuda.empty_cache()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
