"""Products of cuBLAS without counters to clear."""

from __future__ import annotations

import os

_WORKSPACE = {"CUBLASLT_WORKSPACE_SIZE": "0", "CUBLAS_WORKSPACE_CONFIG": ":0:0"}


def go_without_workspace() -> None:
    """Take cuBLAS's workspace from this process, unless the environment says something else.

    With a workspace cuBLAS takes kernels that count tiles in it, and clears the counter before each: two thirds of the
    pauses in a fused chunk. Without one it takes the same kernels with a fixed order of tiles, as fast at the fused
    network's shapes. Not so at those of the plain network, which took 429 ms a chunk instead of 296
    (docs/benchmarks.md): call this only where the fused one will run.

    It must come before the process's first product on a card; later it changes nothing.
    """
    for name, value in _WORKSPACE.items():
        os.environ.setdefault(name, value)
