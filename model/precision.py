"""On which device, and in which number format, a model runs."""

from __future__ import annotations

import torch

from sanacam.model.errors import UserError

POLICIES: tuple[str, ...] = ("auto", "fp32", "bf16")


def choose_device(device: str | torch.device) -> torch.device:
    """``auto`` is the first CUDA card if PyTorch can use one, else the CPU."""
    if str(device) == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def choose_dtype(policy: str, device: torch.device) -> torch.dtype:
    """Number format of a precision policy; ``auto`` is bf16 on CUDA cards that compute in it (capability 8 and up),
    else fp32.

    Raises:
        UserError: for a policy that does not exist.
    """
    if policy not in POLICIES:
        raise UserError(f"There is no precision policy “{policy}”.", f"Choose one of: {', '.join(POLICIES)}.")
    if policy == "auto":
        native = device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= 8
        return torch.bfloat16 if native else torch.float32
    return torch.bfloat16 if policy == "bf16" else torch.float32
