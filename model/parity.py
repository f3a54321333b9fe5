"""Compare the networks with golden vectors: ``python -m sanacam.model.parity [--fused] DIR``.

``DIR`` holds vectors of the diffusion transformer (pairs of ``.safetensors`` with weights, inputs and expected outputs,
fp32, and ``.json`` with the config; see :mod:`sanacam.model.parity_golden`), or is a case of the video autoencoder (see
:mod:`sanacam.model.parity_vae`), or holds folders with either. Names and sizes are free, and not every kind has to be
there: what a file holds says how it is compared. Each comparison prints the largest absolute error, its tolerance and a
verdict; the exit code is 1 if any fails, 2 if files are missing or cannot be used. ``--fused`` also compares the fused
kernels on the CUDA card with the plain network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from sanacam.model.errors import UserError
from sanacam.model.parity_blocks import check_cross, check_ffn, check_gdn, check_rope, check_softmax
from sanacam.model.parity_fused import check_on_card
from sanacam.model.parity_golden import AGAIN, Golden, find_goldens
from sanacam.model.parity_network import check_forward, check_streaming
from sanacam.model.parity_report import Outcome, print_table
from sanacam.model.parity_vae import is_vae_case, run_vae_case

CHECKS: dict[str, Callable[[Golden], Iterator[Outcome]]] = {
    "rope": check_rope,
    "gdn": check_gdn,
    "softmax": check_softmax,
    "ffn": check_ffn,
    "cross": check_cross,
    "forward": check_forward,
    "streaming": check_streaming,
}
"""By the kind of golden vectors; plain ``weights`` are there for the others."""


@torch.inference_mode()
def run_golden(golden: Golden) -> list[Outcome]:
    """All comparisons of one pair of files, in fp32 on the CPU.

    Raises:
        UserError: the files contradict themselves.
    """
    if golden.kind == "weights":
        return []
    try:
        return list(CHECKS[golden.kind](golden))
    except (ValueError, KeyError, TypeError, IndexError, RuntimeError) as error:
        # A foreign description and its tensors can disagree in every way; the layers find out.
        raise UserError(
            f"The golden vectors {golden.name} cannot be run ({type(error).__name__}: {error}).", AGAIN
        ) from error


def run_folder(folder: Path) -> list[Outcome]:
    """Everything that a folder holds, the folders within it included.

    Raises:
        UserError: it holds no golden vectors, or some of a set are missing.
    """
    if is_vae_case(folder):
        return run_vae_case(folder)
    within = sorted(path for path in folder.glob("*") if path.is_dir())
    outcomes: list[Outcome] = []
    if any(folder.glob("*.safetensors")) or not within:
        outcomes = [outcome for golden in find_goldens(folder) for outcome in run_golden(golden)]
    return outcomes + [outcome for path in within for outcome in run_folder(path)]


def main(arguments: list[str]) -> int:
    """Print one line a comparison; 0 if all passed, 1 if not, 2 if the folder cannot be used."""
    folders = [argument for argument in arguments if argument != "--fused"]
    if len(folders) != 1:
        print("usage: python -m sanacam.model.parity [--fused] DIR", file=sys.stderr)
        return 2
    try:
        outcomes = run_folder(Path(folders[0]))
        if "--fused" in arguments:
            outcomes += check_on_card(torch.device("cuda:0" if torch.cuda.is_available() else "cpu"))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print_table(outcomes)
    return 0 if outcomes and all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
