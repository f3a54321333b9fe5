"""What a benchmark found, on which machine, and how it is printed."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass

import torch

from sanacam.model.evaluation.speed import device_name

CLOCK = (
    "Inside the clock: 8-bit RGB pictures in main memory → device → VAE encode → DiT → VAE decode → 8-bit RGB in main "
    "memory, batch 1. Outside: capture, files, the text encoder, display, warm-up. Stages: CUDA events where there is "
    "a card, else the processor's clock; end to end: the monotonic clock. Medians over chunks in steady state (sink "
    "and window full)."
)
GIB = 1024**3
READY_SHOWN_S = 0.1
END_TO_END = "end to end"
STAGE_TITLES = {
    "pictures in": "pictures to the device",
    "encode": "VAE encode",
    "dit": "DiT",
    "decode": "VAE decode",
    "pictures out": "pictures back",
    END_TO_END: "end to end",
}


@dataclass(frozen=True)
class StageResult:
    """``median_ms`` and ``slowest_ms`` of a chunk of ``frames`` pictures; ``peak_bytes``: largest allocation on the
    card while it ran, weights and stream memory included."""

    name: str
    median_ms: float
    slowest_ms: float
    frames: int
    peak_bytes: int | None

    @property
    def fps(self) -> float:
        return 1e3 * self.frames / self.median_ms


@dataclass(frozen=True)
class PathResult:
    """One choice of VAE encoder and decoder (empty: the model has one of each).

    Attributes:
        way: how the DiT was run.
        ready_s: seconds until the stream was ready: kernels compiled or read from the disk, graphs recorded.
        finite: no picture of the last chunk is one flat colour, as numbers that are not finite make it.
    """

    encoder: str
    decoder: str
    way: str
    ready_s: float
    stages: tuple[StageResult, ...]
    finite: bool

    @property
    def title(self) -> str:
        return f"{self.encoder} encoder, {self.decoder} decoder" if self.encoder else "the model's own VAE"


@dataclass(frozen=True)
class Machine:
    """``clocks``: what nvidia-smi said right after the last chunk, empty without it."""

    device: str
    torch: str
    cuda: str
    cudnn: str
    triton: str
    python: str
    threads: int
    clocks: str


@dataclass(frozen=True)
class Benchmark:
    """All numbers and what they hold for. ``precision``: number formats and why; ``packed``: where packed weights came
    from, empty without any. ``cache``: what writes the stream's memory, ``none`` for whole clips. ``text_ms``: of a new
    prompt, None without a text encoder."""

    model: str
    weights: str
    width: int
    height: int
    dtype: str
    precision: str
    packed: str
    steps: int
    cache: str
    chunk_latents: int
    chunks: int
    warm_up: int
    text_ms: float | None
    paths: tuple[PathResult, ...]
    machine: Machine
    clock: str = CLOCK


def table(result: Benchmark) -> str:
    """One table for people."""
    machine = result.machine
    # A step of a model for whole clips runs the network for the prompt and for what to avoid.
    forwards = 2 * result.steps if result.cache == "none" else result.steps + (result.cache == "cache_pass")
    cache = " + cache pass" if result.cache == "cache_pass" else ""
    versions = [f"PyTorch {machine.torch}", f"Python {machine.python}", f"{machine.threads} threads"]
    versions += [
        f"{name} {version}" for name, version in (("cuDNN", machine.cudnn), ("Triton", machine.triton)) if version
    ]
    lines = [
        f"{result.model}, {result.weights} weights, {result.width}×{result.height}, "
        f"{result.steps} steps{cache}, {result.chunk_latents} latent frames a chunk",
        f"precision: {result.precision}" + (f"; {result.packed}" if result.packed else ""),
        f"{machine.device} · " + " · ".join(versions),
        *([f"card: {machine.clocks}"] if machine.clocks else []),
        result.clock,
        f"{result.chunks} chunks after {result.warm_up} of warm-up.",
    ]
    if result.text_ms is not None:
        lines.append(f"A new prompt, outside the clock: {result.text_ms:.0f} ms.")
    for path in result.paths:
        lines += ["", f"{path.title}; DiT: {path.way}{'' if path.finite else '  – NOT FINITE'}"]
        if path.ready_s >= READY_SHOWN_S:
            lines.append(f"  ready after {path.ready_s:.1f} s")
        lines.append(f"  {'stage':34} {'ms a chunk':>10} {'slowest':>9} {'fps':>8} {'peak GiB':>9}")
        for stage in path.stages:
            title = STAGE_TITLES[stage.name]
            if stage.name == "dit":
                title += f", {result.steps} steps{cache}"
            peak = f"{stage.peak_bytes / GIB:9.2f}" if stage.peak_bytes is not None else f"{'–':>9}"
            lines.append(f"  {title:34} {stage.median_ms:10.2f} {stage.slowest_ms:9.2f} {stage.fps:8.1f} {peak}")
            if stage.name == "dit" and forwards > 1:
                lines.append(f"  {'  one forward':34} {stage.median_ms / forwards:10.2f}")
    return "\n".join(lines)


def machine(device: torch.device) -> Machine:
    """This machine, as far as it bears on speed."""
    cuda = device.type == "cuda"
    try:
        import triton

        triton_version = triton.__version__
    except ModuleNotFoundError:
        triton_version = ""
    return Machine(
        device=device_name(device),
        torch=torch.__version__,
        cuda=torch.version.cuda or "",
        cudnn=str(torch.backends.cudnn.version() or "") if cuda else "",
        triton=triton_version,
        python=platform.python_version(),
        threads=torch.get_num_threads(),
        clocks=_clocks(device) if cuda else "",
    )


def _clocks(device: torch.device) -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    identity = torch.cuda.get_device_properties(device).uuid
    fields = "clocks.sm,clocks.max.sm,clocks.mem,power.draw,temperature.gpu"
    command = [program, f"--id=GPU-{identity}", f"--query-gpu={fields}", "--format=csv,noheader"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        return f"nvidia-smi: {(done.stdout + done.stderr).strip()[:200]}"
    values = [value.strip() for value in done.stdout.strip().split(",")]
    return ", ".join(f"{name} {value}" for name, value in zip(fields.split(","), values, strict=False))
