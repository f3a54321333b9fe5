"""``python -m sanacam.model.quantisation.bench_policies [--out FILE]``: what each policy gives the 2B network's stream
on this card, as the program runs it.

sana-streaming-2b with random weights, 1280×704 (latent grid 22×40), chunks of 3 latent frames (24 pictures), 4 steps
and the cache pass, sink and window full. For every policy, as :func:`~sanacam.model.chunk_sampler.make_sampler` runs
it: milliseconds a chunk (CUDA events, median), peak memory with the weights, seconds until it is ready, and how far
what the network adds to the noise is from bf16's. ``fp8`` runs twice, the second time with calibrated scales. Then an
adapter of rank 16 on every layer that takes one is put on while the graphs stay: how long that takes, and whether the
next chunk is that of a network which was packed with it.

Exit code 0 when it is, 1 when not, 2 without a card.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format
from sanacam.model.adapter.file import Adapter, AdapterAbout
from sanacam.model.adapter.low_rank import adaptable_layers, weight_of
from sanacam.model.adapter.shelf import AdapterShelf, fingerprint
from sanacam.model.chunk_sampler import ChunkSampler, make_sampler
from sanacam.model.dit import DiTConfig, HybridDiT, TextKV
from sanacam.model.dit.fused.sampler import StreamShape
from sanacam.model.quantisation.narrow import narrow_of
from sanacam.model.quantisation.observe import input_scales, observe_peaks
from sanacam.model.quantisation.policy import Policy, load_policy
from sanacam.model.sampling import flow_schedule

CONFIG = DiTConfig.sana_streaming_2b()
GRID, CHUNK, PICTURES = (22, 40), 3, 24
STEPS, TOKENS, RANK = 4, 300, 16
WARM, TIMED, WATCHED = 5, 15, 2
SMALL_TOO = Policy("fp8_rows", "fp8")
"""Every product in FP8, one scale a row: with the small square products too."""
DEFAULT = "bf16,fp8,fp8 calibrated,fp8_rows,int8"
CALIBRATED = " calibrated"


class Stream:
    """One network with one way of running it."""

    def __init__(
        self, device: torch.device, formats: Mapping[str, Format], scales: Mapping[str, Tensor] | None = None,
        adapter: Adapter | None = None,
    ) -> None:  # fmt: skip
        self.device = device
        self.network = random_network(device)
        self.shelf = AdapterShelf({"dit": self.network}, "2b")
        self.shelf.wear(adapter)
        began = time.perf_counter()
        shape, schedule = StreamShape(*GRID, CHUNK, CHUNK), flow_schedule(STEPS)
        self.sampler: ChunkSampler = make_sampler(
            self.network, shape, schedule, "cache_pass", formats=formats, input_scales=scales, way="fused"
        )
        self.text = random_text(self.network)
        self.sampler.warm_up()
        torch.cuda.synchronize()
        self.ready_s = time.perf_counter() - began

    def chunk(self, number: int) -> Tensor:
        noise, source = chunk_inputs(number, self.device)
        return self.sampler.sample(noise, source, self.text)[0]


def random_network(device: torch.device) -> HybridDiT:
    """The same at every call."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), device:
        torch.manual_seed(0)
        torch.set_default_dtype(torch.bfloat16)
        try:
            network = HybridDiT(CONFIG)
            for parameter in network.parameters():
                if not parameter.any():
                    nn.init.normal_(parameter, std=0.02)
        finally:
            torch.set_default_dtype(torch.float32)
    for name, parameter in network.named_parameters():
        if name.endswith(("A_log", "dt_bias")):
            parameter.data = parameter.data.float()
    return network.eval().requires_grad_(False)


def random_text(network: HybridDiT) -> TextKV:
    """Of a prompt of :data:`TOKENS` tokens."""
    weight = network.x_embedder.proj.weight
    random = torch.Generator(weight.device).manual_seed(7)
    features = torch.randn(1, TOKENS, CONFIG.caption_channels, generator=random, device=weight.device)
    return network.text_kv(features.to(weight.dtype))


def chunk_inputs(number: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Noise and source latents of a chunk."""
    random = torch.Generator(device).manual_seed(number)
    size = (CHUNK, *GRID)
    noise, source = (
        torch.randn(1, channels, *size, generator=random, device=device)
        for channels in (CONFIG.in_channels, CONFIG.source_channels)
    )
    return noise, source.bfloat16()


def calibrated(device: torch.device, formats: Mapping[str, Format]) -> dict[str, Tensor]:
    """Fixed activation scales from a few chunks of the plain network."""
    network = random_network(device)
    shape, schedule = StreamShape(*GRID, CHUNK, CHUNK), flow_schedule(STEPS)
    sampler, text = make_sampler(network, shape, schedule, "cache_pass", way="plain"), random_text(network)

    def run() -> None:
        for number in range(WATCHED):
            sampler.sample(*chunk_inputs(1000 + number, device), text)

    return input_scales(observe_peaks(network, run), formats)


def measure(stream: Stream, reference: list[Tensor] | None) -> tuple[dict[str, Any], list[Tensor]]:
    """Times and distances of one stream, and its chunks."""
    free_memory()
    torch.cuda.reset_peak_memory_stats()
    chunks, times = [], []
    for number in range(WARM + TIMED):
        noise, source = chunk_inputs(number, stream.device)
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        edited, _ = stream.sampler.sample(noise, source, stream.text)
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
        chunks.append((edited - noise).to("cpu"))  # what the network adds
    found: dict[str, Any] = {
        "chunk_ms": statistics.median(times[WARM:]), "ready_s": stream.ready_s,
        "peak_gib": torch.cuda.max_memory_allocated() / 2**30, "how": stream.sampler.description,
    }  # fmt: skip
    if reference is not None:
        errors = [float((a - b).norm() / b.norm()) for a, b in zip(chunks, reference, strict=True)]
        found["distance"] = {"first": errors[0], "last": errors[-1], "worst": max(errors)}
    found["finite"] = all(bool(chunk.isfinite().all()) for chunk in chunks)
    return found, chunks


def adapter_of(network: HybridDiT) -> Adapter:
    """A random one on every layer that takes one."""
    parts = {"dit": network}
    random = torch.Generator().manual_seed(3)
    factors = {}
    for name in adaptable_layers(parts):
        weight = weight_of(parts, name)
        inner = weight[0].numel()
        down = torch.randn(RANK, inner, generator=random) * inner**-0.5
        factors[name] = down, torch.randn(len(weight), RANK, generator=random) * 0.1 * RANK**-0.5
    about = AdapterAbout("bench", "Bench", "bench", "2b", {"dit": fingerprint(network)}, RANK)
    return Adapter(about, factors)


def change_adapter(device: torch.device, formats: Mapping[str, Format]) -> dict[str, Any]:
    """Put an adapter on a running stream and compare with a stream that was packed with it."""
    stream = Stream(device, formats)
    before, adapter = stream.chunk(0), adapter_of(stream.network)
    found: dict[str, Any] = {"layers": len(adapter.factors)}
    narrow = narrow_of(stream.network)
    assert narrow is not None
    places = [buffer.data_ptr() for stack in narrow.stacks for buffer in stack.product.buffers()]
    for name, wanted in (("on", adapter), ("off", None), ("on again", adapter)):
        torch.cuda.synchronize()
        began = time.perf_counter()
        stream.shelf.wear(wanted)
        torch.cuda.synchronize()
        found[f"{name}_ms"] = 1e3 * (time.perf_counter() - began)
    found["same_buffers"] = places == [b.data_ptr() for stack in narrow.stacks for b in stack.product.buffers()]
    stream.sampler.state.reset()
    stream.text = random_text(stream.network)  # keys and values of a prompt change too
    worn = stream.chunk(0)
    fresh = Stream(device, formats, adapter=adapter)
    wanted_chunk = fresh.chunk(0)
    scale = (wanted_chunk - before).norm()
    again = [_timed(stream, number) for number in range(1, WARM + 1)]
    found["chunk_ms_after"] = statistics.median(again)
    found["effect"] = float(scale / before.norm())
    found["against_freshly_packed"] = float((worn - wanted_chunk).norm() / scale)
    return found


def _timed(stream: Stream, number: int) -> float:
    """Milliseconds of one more chunk."""
    noise, source = chunk_inputs(number, stream.device)
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    stream.sampler.sample(noise, source, stream.text)
    end.record()
    end.synchronize()
    return float(begin.elapsed_time(end))


def free_memory() -> None:
    gc.collect()
    torch.cuda.empty_cache()


def main(words: list[str] | None = None) -> int:
    """See the head of this module."""
    parser = argparse.ArgumentParser(prog="sanacam.model.quantisation.bench_policies", description=__doc__)
    parser.add_argument("--out", type=Path, help="also write everything as JSON")
    parser.add_argument("--policies", default=DEFAULT, help=f"with commas between; may be empty (default {DEFAULT})")
    options = parser.parse_args(words)
    if not torch.cuda.is_available():
        print("PyTorch finds no CUDA card here. Run this on the machine that has the card.", file=sys.stderr)
        return 2
    device = torch.device("cuda", torch.cuda.current_device())
    found: dict[str, Any] = {"card": torch.cuda.get_device_name(device), "torch": torch.__version__}
    print(found["card"], found["torch"])
    print(
        f"{'policy':16} {'ms a chunk':>10} {'DiT fps':>8} {'peak GiB':>9} {'ready s':>8}   distance first, last, worst"
    )
    reference: list[Tensor] | None = None
    with torch.no_grad():
        for name in filter(None, options.policies.split(",")):
            policy = SMALL_TOO if name == SMALL_TOO.name else load_policy(name.removesuffix(CALIBRATED))
            formats = policy.formats(CONFIG)
            scales = calibrated(device, formats) if name.endswith(CALIBRATED) else None
            free_memory()
            result, chunks = measure(Stream(device, formats, scales), reference)
            reference = chunks if name == "bf16" else reference
            found[name] = result
            _write(options.out, found)
            apart = result.get("distance", {})
            print(
                f"{name:16} {result['chunk_ms']:10.2f} {1e3 * PICTURES / result['chunk_ms']:8.1f} "
                f"{result['peak_gib']:9.2f} {result['ready_s']:8.1f}   "
                + ", ".join(f"{value:.4f}" for value in apart.values())
                + ("" if result["finite"] else "  NOT FINITE"),
                flush=True,
            )
            free_memory()
        found["adapter"] = adapter = change_adapter(device, load_policy("fp8").formats(CONFIG))
    print("an adapter under fp8, graphs as they were: " + json.dumps(adapter))
    _write(options.out, found)
    return 0 if adapter["same_buffers"] and adapter["against_freshly_packed"] < 1e-3 else 1


def _write(path: Path | None, found: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
