"""The names under which number formats are asked for; without torch, since settings know them."""

from __future__ import annotations

SHIPPED = ("paper", "fp8", "mxfp8", "int8", "int4", "bf16", "mini")
"""Policies that come with the program."""
POLICIES: tuple[str, ...] = ("auto", "fp32", "bf16", "fp8", "mxfp8", "nvfp4", "int8", "int4")
"""What is offered by name."""
POLICY_SUFFIX = ".json"


def is_precision(name: str) -> bool:
    """Whether it is one of the names, of the shipped policies, or the path of a policy file."""
    return name in POLICIES or name in SHIPPED or name.endswith(POLICY_SUFFIX)


def precision_forms() -> str:
    """What may be written, for people."""
    return f"{', '.join(POLICIES)}, or the path of a policy file ({POLICY_SUFFIX})"
