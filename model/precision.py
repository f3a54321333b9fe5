"""On which device, and in which number formats, a model runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from sanacam.kernels.gemm.problem import Machine
from sanacam.kernels.quantize_formats import Format
from sanacam.model.cache_folder import cache_dir
from sanacam.model.dit.config import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.precision_names import POLICIES, POLICY_SUFFIX, is_precision, precision_forms
from sanacam.model.quantisation.policy import Policy, check_card, load_policy

__all__ = ["POLICIES", "Precision", "choose_device", "choose_dtype", "choose_precision", "choose_whole"]

WHOLE: dict[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}
NATIVE_BF16 = 8
"""Compute capability from which a card computes in bf16."""
NATIVE_FP8 = (8, 9)
DEVICE_NAME = re.compile(r"cpu|cuda(:\d{1,3})?|mps", re.ASCII)
WIDE = 1024
"""Width of a network from which its products gain by FP8: the 2B's do, `mini`'s are too small (docs/precision.md)."""


@dataclass(frozen=True)
class Precision:
    """The number formats of a network on a device.

    Attributes:
        name: ``fp32``, ``bf16``, or the policy's.
        dtype: of everything that no policy packs.
        why: the reason of the choice, for people.
        policy: which layers run in which narrow format; ``None``: none does.
        formats: that policy's, by layer name.
    """

    name: str
    dtype: torch.dtype
    why: str
    policy: Policy | None = None
    formats: Mapping[str, Format] = field(default_factory=dict)

    @property
    def narrow(self) -> bool:
        return any(form != "bf16" for form in self.formats.values())

    def __str__(self) -> str:
        if self.policy is None:
            return f"{self.name} ({self.why})"
        counts: dict[str, int] = {}
        for form in self.formats.values():
            counts[form] = counts.get(form, 0) + 1
        held = ", ".join(f"{count} layers {form}" for form, count in counts.items())
        return f"policy {self.name}: {held} ({self.why})"


def choose_device(device: str | torch.device) -> torch.device:
    """``auto`` is the first CUDA card if PyTorch can use one, else the CPU.

    Args:
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``; one that was chosen before stays as it is.

    Raises:
        UserError: a name is no device, or none that PyTorch can use here. Another never takes its place.
    """
    if isinstance(device, torch.device):
        return device
    if device == "auto":
        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    if not DEVICE_NAME.fullmatch(device):
        raise UserError(f"“{device}” is not a device.", "Use auto, cpu, cuda, cuda:1 or mps.")
    kind, _, number = device.partition(":")
    there = kind == "cpu"
    if kind == "cuda":
        there = torch.cuda.is_available() and int(number or 0) < torch.cuda.device_count()
    elif kind == "mps":
        there = torch.backends.mps.is_available()
    if not there:
        raise UserError(
            f"There is no device {device} that PyTorch can use here.", "Use --device cpu, and see `sanacam doctor`."
        )
    return torch.device(device)


def check_name(wish: str) -> None:
    """
    Raises:
        UserError: no such precision, whatever the machine.
    """
    if not is_precision(wish):
        raise UserError(f"There is no precision policy “{wish}”.", f"Choose one of: {precision_forms()}.")


def choose_dtype(wish: str, device: torch.device) -> torch.dtype:
    """Number format of what no policy packs: fp32 where that is asked for; with ``auto`` bf16 on CUDA cards that
    compute in it (capability 8 and up), else fp32.

    Raises:
        UserError: for a precision that does not exist.
    """
    check_name(wish)
    if wish == "auto":
        return torch.bfloat16 if _computes_bf16(device) else torch.float32
    return WHOLE.get(wish, torch.bfloat16)


def choose_precision(wish: str, device: torch.device, model: str, config: DiTConfig) -> Precision:
    """What a wish means for a network on a device.

    ``auto`` takes the policy that `sanacam quantize --use` has kept for this model and card, else bf16 where the card
    computes in it, else fp32. ``nvfp4`` is the policy that was searched or published for the model.

    Args:
        wish: one of :data:`POLICIES`, another shipped policy, or the path of a policy file.
        model: its name.

    Raises:
        UserError: no such precision; the policy names an unknown layer; the device lacks a format. Names the layer.
    """
    dtype = choose_dtype(wish, device)
    if wish in WHOLE:
        return _as_asked(wish, device)
    if wish == "auto":
        return _automatic(dtype, device, model, config)
    return _by_policy(named_policy(wish, model), device, config, "as asked")


def choose_whole(wish: str, device: torch.device, model: str) -> Precision:
    """:func:`choose_precision` for a model that runs in one format only; a policy that was kept for it does not count.

    Raises:
        UserError: no such precision, or a narrow one.
    """
    dtype = choose_dtype(wish, device)
    if wish in WHOLE:
        return _as_asked(wish, device)
    if wish != "auto":
        raise UserError(f"{model} runs in bf16 or fp32 only.", "Use --precision bf16.")
    [name] = [name for name, whole in WHOLE.items() if whole == dtype]
    return Precision(name, dtype, "what this device is best at, and the model has no narrower formats")


def named_policy(wish: str, model: str) -> Policy:
    """
    Raises:
        UserError: there is no such policy, or its file is damaged.
    """
    if wish == "nvfp4":
        return load_policy("mini" if model == "mini" else "paper")
    return load_policy(wish)


def kept_policy(model: str, machine: Machine) -> Path:
    """Where the policy that ``auto`` takes for a model on a card is kept."""
    card = "cpu" if machine.capability is None else "sm_{}{}".format(*machine.capability)
    return cache_dir() / "policies" / f"{Path(model).name}-{card}{POLICY_SUFFIX}"


def _as_asked(wish: str, device: torch.device) -> Precision:
    slow = wish == "bf16" and device.type == "cpu" and not processor_has_bf16()
    why = "as asked" + ("; this processor has to imitate it, many times slower" if slow else "")
    return Precision(wish, WHOLE[wish], why)


def _automatic(dtype: torch.dtype, device: torch.device, model: str, config: DiTConfig) -> Precision:
    if device.type != "cuda":
        return Precision("fp32", dtype, "what a processor is fastest in" if device.type == "cpu" else "not a CUDA card")
    if not _computes_bf16(device):
        return Precision("fp32", dtype, "the card does not compute in bf16")
    kept = kept_policy(model, Machine.here(device))
    if kept.is_file():
        return _by_policy(load_policy(kept), device, config, "kept by `sanacam quantize --use` for this card")
    gains = torch.cuda.get_device_capability(device) >= NATIVE_FP8 and config.hidden_size >= WIDE
    faster = "; --precision fp8 is faster" if gains else ""
    return Precision("bf16", dtype, f"the card computes in it, and no policy was kept for this model{faster}")


def _by_policy(policy: Policy, device: torch.device, config: DiTConfig, why: str) -> Precision:
    formats = policy.formats(config)
    machine = Machine.here(device)
    check_card(policy, config, machine)
    if machine.capability is not None and not _computes_bf16(device):
        raise UserError(
            f"The policy {policy.name} wants the rest in bf16, which needs compute capability {NATIVE_BF16}.0; this is "
            f"{machine}.",
            "Choose fp32.",
        )
    return Precision(policy.name, torch.bfloat16, why, policy, formats)


def processor_has_bf16() -> bool:
    """Whether the processor multiplies bf16 by instructions of its own."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def _computes_bf16(device: torch.device) -> bool:
    return device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= NATIVE_BF16
