"""Compiles a kernel for a card that is not there and reads what the assembler says of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

WARP = 32


class Compiled(NamedTuple):
    """PTX text; bytes of shared memory a program needs; registers a thread; bytes a thread spills to memory."""

    ptx: str
    shared: int
    registers: int
    spilled: int


def assembler(capability: int) -> Path:
    """The ptxas that comes with Triton for this architecture."""
    folder = Path(triton.__file__).parent / "backends" / "nvidia" / "bin"
    blackwell = folder / "ptxas-blackwell"
    return blackwell if capability >= 100 and blackwell.exists() else folder / "ptxas"


def compile_for(
    capability: int, kernel: Any, types: Mapping[str, str], constants: Mapping[str, int], config: triton.Config,
    folder: Path,
) -> Compiled:  # fmt: skip
    """Compile for ``sm_<capability>``.

    Args:
        kernel: as decorated, with its tuning.
        types: Triton type of every argument that is no constant; ``i32:16`` is an integer divisible by 16. Pointers are
            taken to be aligned to 16 bytes.
        constants: compile-time arguments that the tuning does not choose.
    """
    function = kernel.fn if isinstance(kernel, triton.runtime.Autotuner) else kernel
    fixed = {**constants, **config.kwargs}
    signature = {name: "constexpr" if name in fixed else types[name] for name in function.arg_names}
    attributes = {
        (index,): [["tt.divisibility", 16]]
        for index, kind in enumerate(signature.values())
        if kind.startswith("*") or kind.endswith(":16")
    }
    signature = {name: kind.removesuffix(":16") for name, kind in signature.items()}
    source = ASTSource(function, signature, fixed, attributes)
    options = {"num_warps": config.num_warps, "num_stages": config.num_stages, "maxnreg": config.maxnreg}
    compiled = triton.compile(source, target=GPUTarget("cuda", capability, WARP), options=options)
    ptx = compiled.asm["ptx"]
    path = folder / f"{function.__name__}_{capability}.ptx"
    path.write_text(ptx)
    target = re.search(r"^\.target (sm_\w+)", ptx, re.MULTILINE)
    assert target is not None
    report = subprocess.run(
        [assembler(capability), "-v", f"--gpu-name={target[1]}", str(path), "-o", os.devnull],
        capture_output=True, text=True, check=True, timeout=120,
    ).stderr  # fmt: skip
    registers = max(map(int, re.findall(r"Used (\d+) registers", report)))
    spilled = sum(map(int, re.findall(r"(\d+) bytes spill stores", report)))
    return Compiled(ptx, compiled.metadata.shared, registers, spilled)
