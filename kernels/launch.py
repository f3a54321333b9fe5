"""What every Triton kernel here shares: checks of its arguments in plain words, and the choice of launch settings.

Needs the package ``triton`` (Linux). Tensors are on a CUDA card of compute capability 8.0 or newer; with
``TRITON_INTERPRET=1`` set before the first import, Triton's interpreter runs the same kernels on CPU tensors, slowly,
to prove their arithmetic.
"""
# mypy: allow-untyped-decorators, disable-error-code="no-untyped-def"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

DTYPES = (torch.bfloat16, torch.float32)
ALIGNMENT = 16
"""Elements. Rows that start at multiples of it are read in 16-byte pieces; Triton tells 16-divisible strides apart."""
HEAD_SIZES = tuple(range(16, 129, 16))
MIN_CAPABILITY = (8, 0)
EARLY_START_CAPABILITY = (9, 0)
EARLY_START = 2
"""1: a kernel waits on the card for the one before; 2: it also lets the next one in to wait."""
INDEX_LIMIT = 2**31
"""Offsets inside a kernel are 32-bit."""
TUNING_WARM_UP_MS, TUNING_MS = 5, 20


def interpreting() -> bool:
    """Whether kernels run in Triton's interpreter; fixed when they are first imported."""
    return bool(triton.knobs.runtime.interpret)


def tuned(configs: Sequence[triton.Config], key: Sequence[str], restore: Sequence[str] = ()) -> Callable[[Any], Any]:
    """Time each of a few launch settings at the first call of a shape and keep the fastest; the interpreter has no time
    to measure and takes the first. The first call must therefore come before a CUDA graph is captured. Winners are kept
    on disk beside the compiled kernels (see :mod:`sanacam.kernels.compile_cache`). Arguments that the kernel both reads
    and writes are named in ``restore``: timing repeats a call."""
    chosen: Callable[[Any], Any] = triton.autotune(
        list(configs[:1] if interpreting() else configs), key=list(key), restore_value=list(restore) or None,
        do_bench=_time, cache_results=True,
    )  # fmt: skip
    return chosen


def _time(call: Callable[[], Any], quantiles: Sequence[float]) -> Any:
    return triton.testing.do_bench(call, warmup=TUNING_WARM_UP_MS, rep=TUNING_MS, quantiles=quantiles)


@triton.jit
def await_inputs(EARLY: tl.constexpr):
    """First statement of every kernel that is launched by :func:`early_start`: all that earlier kernels write is
    written from here on. The next kernel may be put on the card once every program of this one has come here, so it
    takes no room from any of them, and waits for all that this one writes."""
    if EARLY:
        tl.extra.cuda.gdc_wait()
    if EARLY == 2:
        tl.extra.cuda.gdc_launch_dependents()


def early_start(device: torch.device) -> dict[str, int]:
    """Launch options of a kernel that begins with :func:`await_inputs`. From Hopper on it may be put on the card while
    the kernel before it runs out, and waits there instead of before its launch. Plain products and the packing by parts
    of rows are launched without: they begin when the kernel before has ended."""
    if interpreting() or torch.cuda.get_device_capability(device) < EARLY_START_CAPABILITY:
        return {"EARLY": 0}
    return {"EARLY": EARLY_START, "launch_pdl": True}


def check_device(**tensors: Tensor) -> None:
    """All on one CUDA card that can run the kernels (CPU only inside the interpreter).

    Raises:
        ValueError: otherwise, naming the argument.
    """
    first_name, first = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if tensor.device != first.device:
            raise ValueError(f"{name} is on {tensor.device}, {first_name} on {first.device}; all must be on one device")
        if tensor.numel() >= INDEX_LIMIT:
            raise ValueError(f"{name} has {tensor.numel()} elements; this kernel counts to {INDEX_LIMIT - 1}")
    if interpreting():
        return
    if first.device.type != "cuda":
        raise ValueError(f"{first_name} is on {first.device}; this kernel needs a CUDA card")
    capability = torch.cuda.get_device_capability(first.device)
    if capability < MIN_CAPABILITY:
        needed = ".".join(map(str, MIN_CAPABILITY))
        raise ValueError(f"this kernel needs compute capability {needed}, the card has {capability[0]}.{capability[1]}")


def check_dtype(**tensors: Tensor) -> None:
    """All bfloat16, or all float32.

    Raises:
        ValueError: otherwise, naming the argument.
    """
    first_name, first = next(iter(tensors.items()))
    if first.dtype not in DTYPES:
        raise ValueError(f"{first_name} is {first.dtype}; this kernel takes bfloat16 or float32")
    for name, tensor in tensors.items():
        if tensor.dtype != first.dtype:
            raise ValueError(f"{name} is {tensor.dtype}, {first_name} is {first.dtype}; they must agree")


def check_float32(**tensors: Tensor) -> None:
    """Raises ValueError, naming the argument, unless all are contiguous float32."""
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float32 or not tensor.is_contiguous():
            raise ValueError(f"{name} must be contiguous float32, is {tensor.dtype} with strides {tensor.stride()}")


def check_shape(name: str, tensor: Tensor, shape: Sequence[int]) -> None:
    """Raises ValueError, naming the argument, unless it has this shape."""
    if tuple(tensor.shape) != tuple(shape):
        raise ValueError(f"{name} has shape {tuple(tensor.shape)}, expected {tuple(shape)}")


def check_vector(name: str, tensor: Tensor, length: int) -> None:
    """Raises ValueError, naming the argument, unless it is ``length`` numbers one behind the other in memory."""
    check_shape(name, tensor, (length,))
    if not tensor.is_contiguous():
        raise ValueError(f"{name} must be contiguous, its stride is {tensor.stride(0)}")


def row_stride(name: str, tensor: Tensor, aligned: bool = True) -> int:
    """Elements from one row (last axis) to the next of a tensor whose leading axes form one even sequence of rows, so
    that a slice of the columns of a wider GEMM output passes without a copy.

    Args:
        aligned: rows must start at multiples of 16 bytes and be :data:`ALIGNMENT` elements apart, or a multiple of it.

    Raises:
        ValueError: otherwise, naming the argument.
    """
    strides, sizes = tensor.stride(), tensor.shape
    step = strides[-2]
    expected = step
    for axis in range(tensor.ndim - 2, -1, -1):
        if sizes[axis] > 1 and strides[axis] != expected:
            raise ValueError(f"{name}: rows must follow each other evenly, strides are {strides}")
        expected *= sizes[axis]
    if strides[-1] != 1 and sizes[-1] > 1:
        raise ValueError(f"{name}: channels must be innermost in memory, strides are {strides}")
    if aligned and (step % ALIGNMENT or tensor.data_ptr() % 16):
        raise ValueError(
            f"{name}: rows must start at 16-byte boundaries, a multiple of {ALIGNMENT} elements apart; pad the width "
            f"(row stride {step}, offset {tensor.storage_offset()})"
        )
    return step


def check_heads(width: int, heads: int) -> int:
    """Head size of ``heads`` in ``width`` channels.

    Raises:
        ValueError: if it is none of :data:`HEAD_SIZES`.
    """
    if heads < 1 or width % heads or width // heads not in HEAD_SIZES:
        raise ValueError(
            f"{heads} heads in {width} channels: this kernel takes head sizes {HEAD_SIZES[0]} to {HEAD_SIZES[-1]} in "
            f"steps of {HEAD_SIZES[1] - HEAD_SIZES[0]}"
        )
    return width // heads


def unfit(device: torch.device, width: int, self_heads: int, cross_heads: int, hidden: int) -> str:
    """Why the kernels cannot run a network of these sizes on a CUDA card, in a few words; empty if they can."""
    capability = torch.cuda.get_device_capability(device)
    if capability < MIN_CAPABILITY:
        return f"compute capability {'.'.join(map(str, MIN_CAPABILITY))} or newer is needed, the card has " + ".".join(
            map(str, capability)
        )
    for heads in (self_heads, cross_heads):
        if width % heads or width // heads not in HEAD_SIZES:
            return f"a head of {width // heads} channels is not a multiple of {HEAD_SIZES[0]} up to {HEAD_SIZES[-1]}"
    for name, size in (("width", width), ("hidden width", hidden)):
        if size % ALIGNMENT:
            return f"the {name} {size} is not divisible by {ALIGNMENT}"
    return ""
