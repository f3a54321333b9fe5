"""Checks of what computes: Python, PyTorch, graphics cards, Triton, processor, memory."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sanacam.app.doctor.check import Check, Probe
from sanacam.app.memory import available_bytes
from sanacam.model.errors import UserError

_OLDEST_PYTHON = (3, 11)
_OLDEST_TORCH = (2, 10)
_GEMM_SIZE = 1024
_ENOUGH_MEMORY = 2e9


def compute_probes() -> list[Probe]:
    """In the order in which they are shown."""
    return [
        Probe("python", "Python", check_python, essential=True),
        Probe("torch", "PyTorch", check_torch, essential=True),
        Probe("card", "Graphics card", check_card),
        Probe("triton", "Triton", check_triton),
        Probe("formats", "Number formats", check_formats),
        Probe("precision", "Precision", check_precision),
        Probe("processor", "Processor", check_processor),
        Probe("memory", "Memory", check_memory),
    ]


def check_python() -> Check:
    """Version and system."""
    found = f"{platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()})"
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Check("python", "Python", "missing", found, "", "Install Python 3.11 or newer from python.org.", True)
    return Check("python", "Python", "ok", found, sys.executable, "", True)


def check_torch() -> Check:
    """Version and for what it was built."""
    import torch

    build = (
        f"CUDA {torch.version.cuda}"
        if torch.version.cuda
        else f"ROCm {torch.version.hip}"
        if torch.version.hip
        else "CPU only"
    )
    found = f"{torch.__version__.partition('+')[0]}, built for {build}"
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if version < _OLDEST_TORCH:
        return Check(
            "torch", "PyTorch", "missing", found, "", "Update it: `python start.py` installs the right one.", True
        )
    return Check("torch", "PyTorch", "ok", found, "", "", True)


def check_card() -> Check:
    """CUDA cards as PyTorch sees them, and cards that it does not see."""
    import torch

    driver = nvidia_driver()
    if torch.cuda.is_available():
        cards = []
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            free, total = torch.cuda.mem_get_info(index)
            ability = f"compute {properties.major}.{properties.minor}"
            cards.append(f"{properties.name} ({ability}, {free / 2**30:.0f} of {total / 2**30:.0f} GiB free)")
        return Check(
            "card", "Graphics card", "ok", f"{'; '.join(cards)}; driver {driver or 'unknown'}", "cuda:0 with bf16"
        )
    if torch.backends.mps.is_available():
        return Check("card", "Graphics card", "limited", "Metal (Apple)", "the processor; --device mps tries the card")
    if driver:
        advice = (
            "Run `python start.py` again: it installs the CUDA build."
            if not torch.version.cuda
            else "Update the NVIDIA driver."
        )
        return Check(
            "card",
            "Graphics card",
            "limited",
            f"NVIDIA driver {driver}, but this PyTorch cannot use it",
            "the processor",
            advice,
        )
    return Check(
        "card",
        "Graphics card",
        "limited",
        "no CUDA card found",
        "the processor",
        "An NVIDIA card makes editing many times faster.",
    )


def nvidia_driver() -> str:
    """Version of the NVIDIA driver, empty without one."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    command = [tool, "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip().splitlines()[0].strip() if answer.stdout.strip() else ""


def check_triton() -> Check:
    """Only fused kernels on a card need it."""
    import torch

    if importlib.util.find_spec("triton") is None:
        if not torch.cuda.is_available():
            return Check("triton", "Triton", "ok", "not installed; not needed on the processor")
        name = "triton-windows" if sys.platform == "win32" else "triton"
        return Check(
            "triton",
            "Triton",
            "limited",
            "not installed",
            "the transformer runs as plain PyTorch",
            f"`pip install {name}` makes the card faster.",
        )
    return Check(
        "triton",
        "Triton",
        "ok",
        triton_version() + ("" if torch.cuda.is_available() else "; not needed on the processor"),
        "in bf16 the transformer runs as fused kernels in CUDA graphs" if torch.cuda.is_available() else "",
    )


def check_formats() -> Check:
    """Which narrow number formats are multiplied natively here, and by which back end (see `sanacam quantize`)."""
    import torch

    from sanacam.kernels.gemm.problem import Machine
    from sanacam.kernels.gemm.registry import native_formats, overview

    machine = Machine.here("cuda" if torch.cuda.is_available() else "cpu")
    native, lines = native_formats(machine), overview(machine)
    taken = [line for line in lines if line.partition(":")[0] in native]
    lacking = [line for line in lines if line not in taken]
    if machine.capability is None:
        return Check("formats", "Number formats", "ok", f"without a card only {', '.join(native)} gains speed")
    found = f"native: {', '.join(native)}" + (f"; {'; '.join(lacking)}" if lacking else "")
    return Check("formats", "Number formats", "ok" if len(native) > 1 else "limited", found, "; ".join(taken))


def check_precision() -> Check:
    """What ``--precision`` can be here, what ``auto`` is, and which packed weights wait."""
    import torch

    from sanacam.model.dit.config import DiTConfig
    from sanacam.model.precision import POLICIES, choose_device, choose_precision
    from sanacam.model.quantisation.stored import packed_folder

    device, can, cannot = choose_device("auto"), [], []
    for name in POLICIES[1:]:
        try:
            choose_precision(name, device, "mini", DiTConfig.mini())
        except UserError:
            cannot.append(name)
        else:
            can.append(name)
    if device.type == "cuda" and importlib.util.find_spec("triton") is None:
        can, cannot = can[:2], [*can[2:], *cannot]
    stored = sorted(packed_folder().glob("*.safetensors"))
    found = f"can: {', '.join(can)}" + (f"; cannot: {', '.join(cannot)}" if cannot else "")
    if stored:
        found += f"; {len(stored)} packed in {packed_folder()}"
    chosen = choose_precision("auto", device, "mini", DiTConfig.mini())
    good = device.type != "cuda" or torch.cuda.get_device_capability(device) >= (8, 0)
    return Check("precision", "Precision", "ok" if good else "limited", found, f"auto is {chosen}")


def triton_version() -> str:
    """Version of the installed package, under either of its names."""
    for name in ("triton", "triton-windows", "pytorch-triton"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "unknown version"


def check_processor() -> Check:
    """Cores, threads, and a measured matrix product: what it really gives, whatever its name."""
    import torch

    speed = measured_gflops()
    found = f"{processor_name()}, {os.cpu_count()} threads, {speed:.0f} GFLOP/s in fp32 (measured)"
    used = torch.get_num_threads()
    return Check("processor", "Processor", "ok", found, "1 thread" if used == 1 else f"{used} threads")


def measured_gflops(size: int = _GEMM_SIZE, repeats: int = 5) -> float:
    """Best of ``repeats`` fp32 matrix products of ``size``³, in 10⁹ operations a second."""
    import torch

    left, right = torch.randn(size, size), torch.randn(size, size)
    seconds = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        torch.mm(left, right)
        seconds.append(time.perf_counter() - started)
    return 2 * size**3 / min(seconds[1:]) / 1e9


def processor_name() -> str:
    """As the system calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def check_memory() -> Check:
    """What can be taken without swapping."""
    free = available_bytes()
    if free is None:
        return Check("memory", "Memory", "ok", "the system does not say")
    found = f"{free / 2**30:.1f} GiB free"
    if free < _ENOUGH_MEMORY:
        return Check("memory", "Memory", "limited", found, "", "Close other programs, or edit at a smaller --size.")
    return Check("memory", "Memory", "ok", found)
