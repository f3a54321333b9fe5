"""Compare the networks with golden vectors: ``python -m sanacam.model.parity [--fused] DIR``.

``DIR`` holds vectors of the diffusion transformer (pairs of ``.safetensors`` with weights, inputs and expected outputs,
fp32, and ``.json`` with the config; see :mod:`sanacam.model.parity_golden`), or is a case of the video autoencoder (see
:mod:`sanacam.model.parity_vae`), or holds folders with either. Names and sizes are free, and not every kind has to be
there: what a file holds says how it is compared. Each comparison prints the largest absolute error, its tolerance and a
verdict; the exit code is 1 if any fails. What is missing or cannot be used is told after all the rest, and the code is
2. ``--fused`` also compares the fused kernels on the CUDA card with the plain network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from sanacam.model.errors import UserError
from sanacam.model.parity_blocks import check_cross, check_ffn, check_gdn, check_rope, check_softmax
from sanacam.model.parity_fused import check_on_card
from sanacam.model.parity_golden import AGAIN, CONTRADICTIONS, Golden, golden_names
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


def cases_of(folder: Path) -> Iterator[tuple[Path, str]]:
    """What a folder holds, the folders within it included, hidden ones left alone: pairs of files as their folder and
    name; with an empty name, folders that are a case of the video autoencoder, or hold nothing at all."""
    within = sorted(path for path in folder.glob("[!.]*") if path.is_dir())
    names = [] if is_vae_case(folder) else golden_names(folder)
    yield from ((folder, name) for name in names)
    if not names and (is_vae_case(folder) or not within):
        yield folder, ""
        return
    for path in within:
        yield from cases_of(path)


def run_case(folder: Path, name: str) -> Iterator[Outcome]:
    """All comparisons of one of :func:`cases_of`, in fp32 on the CPU.

    Raises:
        UserError: there is nothing, files are missing or damaged, or contradict themselves.
    """
    if not name and not is_vae_case(folder):
        raise UserError(f"Golden vectors are missing in {folder}.", "Give the folder that holds them.")
    if not name:
        yield from run_vae_case(folder)
        return
    golden = Golden(folder, name)
    if golden.kind == "weights":
        return
    try:
        yield from CHECKS[golden.kind](golden)
    except CONTRADICTIONS as error:
        raise UserError(
            f"The golden vectors {golden.name} cannot be run ({type(error).__name__}: {error}).", AGAIN
        ) from error


@torch.inference_mode()
def run_folder(folder: Path) -> tuple[list[Outcome], list[UserError]]:
    """Everything that a folder holds: what was compared, and what could not be and so did not keep the rest from it."""
    outcomes: list[Outcome] = []
    troubles: list[UserError] = []
    for place, name in cases_of(folder):
        try:
            for outcome in run_case(place, name):
                outcomes.append(outcome)
        except UserError as error:
            troubles.append(error)
    return outcomes, troubles


def main(arguments: list[str]) -> int:
    """Print one line a comparison; 0 if all passed, 1 if one did not, 2 if something could not be compared."""
    folders = [argument for argument in arguments if not argument.startswith("-")]
    if len(folders) != 1 or {*arguments} - {*folders, "--fused"}:
        print("usage: python -m sanacam.model.parity [--fused] DIR", file=sys.stderr)
        return 2
    outcomes, troubles = run_folder(Path(folders[0]))
    if "--fused" in arguments:
        try:
            outcomes += check_on_card(torch.device("cuda:0" if torch.cuda.is_available() else "cpu"))
        except UserError as error:
            troubles.append(error)
    if not outcomes and not troubles:
        troubles.append(UserError(f"Nothing in {folders[0]} is there to be compared.", "Weights alone tell nothing."))
    if outcomes:
        print_table(outcomes)
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    if troubles:
        return 2
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
