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
        spoilt: what of the last chunk held numbers that are not finite, before it was rounded to 8 bits: ``latents``,
            ``pictures``.
    """

    encoder: str
    decoder: str
    way: str
    ready_s: float
    stages: tuple[StageResult, ...]
    spoilt: tuple[str, ...]

    @property
    def trouble(self) -> str:
        """For people: what numbers that are not finite mean, and what to do; empty without any."""
        if not self.spoilt:
            return ""
        network = "transformer" if "latents" in self.spoilt else "video decoder"
        return (
            f"numbers that are not finite in the {' and '.join(self.spoilt)}, so the {network} does not work and its "
            "times say nothing. Check its files with `sanacam models verify`, or use --precision bf16 or fp32."
        )

    @property
    def title(self) -> str:
        return f"{self.encoder} encoder, {self.decoder} decoder" if self.encoder else "the model's own VAE"


@dataclass(frozen=True)
class Machine:
    """``clocks``: what nvidia-smi said right after the last chunk, empty before and without it."""

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
    from, empty without any. ``start_peak_bytes``: largest allocation on the card until the networks were in place, None
    without a card. ``cache``: what writes the stream's memory, ``none`` for whole clips. ``text_ms``: of a new
    prompt, None without a text encoder."""

    model: str
    weights: str
    width: int
    height: int
    dtype: str
    precision: str
    packed: str
    start_peak_bytes: int | None
    steps: int
    cache: str
    chunk_latents: int
    chunks: int
    warm_up: int
    text_ms: float | None
    paths: tuple[PathResult, ...]
    machine: Machine
    clock: str = CLOCK


def heading(result: Benchmark) -> list[str]:
    """Lines for people: what is known before anything is measured."""
    machine = result.machine
    versions = [f"PyTorch {machine.torch}", f"Python {machine.python}", f"{machine.threads} threads"]
    versions += [
        f"{name} {version}" for name, version in (("cuDNN", machine.cudnn), ("Triton", machine.triton)) if version
    ]
    lines = [
        f"{result.model}, {result.weights} weights, {result.width}×{result.height}, "
        f"{result.steps} steps{_cache(result)}, {result.chunk_latents} latent frames a chunk",
        f"precision: {result.precision}" + (f"; {result.packed}" if result.packed else ""),
        f"{machine.device} · " + " · ".join(versions),
        result.clock,
        f"{result.chunks} chunks after {result.warm_up} of warm-up.",
    ]
    if result.start_peak_bytes is not None:
        lines.append(f"Peak until the networks were in place: {result.start_peak_bytes / GIB:.2f} GiB.")
    return lines


def path_lines(result: Benchmark, path: PathResult) -> list[str]:
    """One choice of encoder and decoder as a table for people."""
    # A step of a model for whole clips runs the network for the prompt and for what to avoid.
    forwards = 2 * result.steps if result.cache == "none" else result.steps + (result.cache == "cache_pass")
    lines = ["", f"{path.title}; DiT: {path.way}{'  – NOT FINITE' if path.spoilt else ''}"]
    if path.ready_s >= READY_SHOWN_S:
        lines.append(f"  ready after {path.ready_s:.1f} s")
    lines.append(f"  {'stage':34} {'ms a chunk':>10} {'slowest':>9} {'fps':>8} {'peak GiB':>9}")
    for stage in path.stages:
        title = STAGE_TITLES[stage.name]
        if stage.name == "dit":
            title += f", {result.steps} steps{_cache(result)}"
        peak = f"{stage.peak_bytes / GIB:9.2f}" if stage.peak_bytes is not None else f"{'–':>9}"
        lines.append(f"  {title:34} {stage.median_ms:10.2f} {stage.slowest_ms:9.2f} {stage.fps:8.1f} {peak}")
        if stage.name == "dit" and forwards > 1:
            lines.append(f"  {'  one forward':34} {stage.median_ms / forwards:10.2f}")
    return lines


def closing(result: Benchmark) -> list[str]:
    """What is known at the end: the card's state after the last chunk, and the time of a prompt."""
    lines = [f"Card after the last chunk: {result.machine.clocks}"] if result.machine.clocks else []
    if result.text_ms is not None:
        lines.append(f"A new prompt, outside the clock: {result.text_ms:.0f} ms.")
    return ["", *lines] if lines else []


def _cache(result: Benchmark) -> str:
    return " + cache pass" if result.cache == "cache_pass" else ""


def machine(device: torch.device) -> Machine:
    """This machine, as far as it bears on speed; its clocks are read later, by :func:`clocks_of`."""
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
        clocks="",
    )


def clocks_of(device: torch.device) -> str:
    """What nvidia-smi says of a card now; empty for other devices and without it."""
    program = shutil.which("nvidia-smi")
    if device.type != "cuda" or program is None:
        return ""
    identity = torch.cuda.get_device_properties(device).uuid
    fields = "clocks.sm,clocks.max.sm,clocks.mem,power.draw,temperature.gpu"
    command = [program, f"--id=GPU-{identity}", f"--query-gpu={fields}", "--format=csv,noheader"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        return f"nvidia-smi: {(done.stdout + done.stderr).strip()[:200]}"
    values = [value.strip() for value in done.stdout.strip().split(",")]
    return ", ".join(f"{name} {value}" for name, value in zip(fields.split(","), values, strict=False))
