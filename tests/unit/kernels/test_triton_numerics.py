"""Arithmetic of the Triton kernels without a card: Triton's interpreter, in a process of its own.

The interpreter is chosen when a kernel is first imported and would then hold for every other test of this process.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = Path(__file__).parent / "interpreted"
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="Triton is not installed (pip install --no-deps triton==3.7.1)"
)


@pytest.mark.timeout(600)  # the interpreter is slow, and slower on a busy machine
@pytest.mark.parametrize("name", ["gdn", "glu_conv", "modulate", "small", "stream"])
def test_under_the_interpreter(name: str) -> None:
    environment = {**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(CHECKS / f"check_{name}.py")]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout


def test_says_what_it_needs_without_the_interpreter() -> None:
    """Tensors that are not on a card are refused in words, not computed some other way."""
    import torch

    from sanacam.kernels.glu_conv import glu_conv
    from sanacam.kernels.launch import interpreting
    from sanacam.kernels.modulate import modulate

    if interpreting():
        pytest.skip("this session was started with Triton's interpreter")
    with pytest.raises(ValueError, match="needs a CUDA card"):
        glu_conv(torch.zeros(1, 2, 2, 32), torch.zeros(32, 1, 3, 3), torch.zeros(32))
    with pytest.raises(ValueError, match="needs a CUDA card"):
        modulate(torch.zeros(1, 1, 1, 16), torch.zeros(1, 1, 1, 16), torch.zeros(1, 1, 1, 16))


def test_networks_that_the_kernels_cannot_run_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from sanacam.kernels.launch import unfit

    card, capability = torch.device("cuda:0"), (9, 0)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert unfit(card, 2240, 20, 20, 6720) == unfit(card, 256, 4, 4, 640) == ""
    for sizes, words in (
        ((2240, 10, 20, 6720), "a head of 224 channels is not a multiple of 16 up to 128"),
        ((2240, 20, 56, 6720), "a head of 40 channels"),
        ((24, 2, 2, 64), "a head of 12 channels"),
        ((256, 4, 4, 648), "the hidden width 648 is not divisible by 16"),
    ):
        assert words in unfit(card, *sizes)
    capability = (7, 5)
    assert unfit(card, 2240, 20, 20, 6720) == "compute capability 8.0 or newer is needed, the card has 7.5"
