"""A precision policy: which layer runs in which format, as data.

A policy file is JSON::

    {"format": "sanacam.precision-policy", "version": 1,
     "name": "paper", "model": "sana-streaming-2b", "gpu": "sm_120",
     "default": "fp8",
     "rules": [{"layers": "blocks.*.attn.q", "format": "nvfp4"},
               {"layers": "blocks.6-19.mlp.point_conv.conv", "format": "nvfp4"}, …],
     "notes": "…", "evidence": {…}}

``layers`` is a layer's name in the network, in which a part may be ``*`` (anything) or ``a-b`` (numbers from a to b).
The first rule that fits a layer holds, ``default`` for the rest. Layers that always stay bf16 need no rule
(`sanacam.model.quantisation.layers`). ``gpu`` says for which card the policy was made (``sm_120``; ``any``).
``evidence`` is what its search measured; it decides nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import NoBackendError, choose
from sanacam.kernels.quantize_formats import FORMATS, WIDTH_MULTIPLE, Format, check_format
from sanacam.model.dit.config import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.precision_names import SHIPPED
from sanacam.model.quantisation.layers import Layer, fixed_layers, layers_of

KIND, VERSION = "sanacam.precision-policy", 1
SHOWN = 3
NUMBERS = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class Rule:
    """Layers that fit ``layers`` run in ``form``."""

    layers: str
    form: Format

    def fits(self, name: str) -> bool:
        wanted, parts = self.layers.split("."), name.split(".")
        return len(wanted) == len(parts) and all(map(_part_fits, wanted, parts))


@dataclass(frozen=True)
class Policy:
    """See the head of this module."""

    name: str
    default: Format
    rules: tuple[Rule, ...] = ()
    model: str = "any"
    gpu: str = "any"
    notes: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def format_of(self, name: str) -> Format:
        """Of a layer that a policy may decide about."""
        return next((rule.form for rule in self.rules if rule.fits(name)), self.default)

    def formats(self, config: DiTConfig) -> dict[str, Format]:
        """Format of every layer of a network, by name.

        Raises:
            UserError: a rule names no layer of this network or one that must stay bf16, or a layer's width does not
                suit its format.
        """
        layers = layers_of(config)
        for rule in self.rules:
            self._check_rule(rule, config, layers)
        found = {layer.name: self.format_of(layer.name) for layer in layers}
        for layer in layers:
            multiple = WIDTH_MULTIPLE[found[layer.name]]
            if layer.inner % multiple:
                raise UserError(
                    f"The policy {self.name} wants {layer.name} in {found[layer.name]}, but its width {layer.inner} is"
                    f" not divisible by {multiple}.",
                    "Give this layer another format.",
                )
        return found

    def _check_rule(self, rule: Rule, config: DiTConfig, layers: tuple[Layer, ...]) -> None:
        if any(rule.fits(layer.name) for layer in layers):
            return
        fixed = next((name for name in fixed_layers(config) if rule.fits(name)), None)
        if fixed is not None:
            if rule.form != "bf16":
                raise UserError(
                    f"The policy {self.name} wants {fixed} in {rule.form}; this layer always stays bf16.",
                    "Take the rule out.",
                )
            return
        kinds = sorted({layer.kind.name for layer in layers})
        raise UserError(
            f"The policy {self.name} names “{rule.layers}”, and this network has no such layer.",
            f"Layers are blocks.0-{config.depth - 1} with one of: {', '.join(kinds)}.",
        )

    def to_dict(self) -> dict[str, Any]:
        """As in a policy file."""
        return {
            "format": KIND, "version": VERSION, "name": self.name, "model": self.model, "gpu": self.gpu,
            "default": self.default, "rules": [{"layers": r.layers, "format": r.form} for r in self.rules],
            "notes": self.notes, "evidence": dict(self.evidence),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, values: object, origin: str = "this policy") -> Policy:
        """
        Raises:
            UserError: it is no policy, or of another version; ``origin`` is what the message calls it.
        """
        if not isinstance(values, dict) or values.get("format") != KIND:
            raise UserError(f"{origin} is no precision policy.", f'It should begin with "format": "{KIND}".')
        if values.get("version") != VERSION:
            raise UserError(
                f"{origin} is a precision policy of version {values.get('version')}; this program reads {VERSION}.",
                "Update the program, or search a policy again with `sanacam quantize`.",
            )
        known = {"format", "version", "name", "model", "gpu", "default", "rules", "notes", "evidence"}
        unknown = sorted(set(values) - known)
        if unknown:
            raise UserError(
                f"{origin} has unknown entries: {', '.join(unknown)}.", f"Known: {', '.join(sorted(known))}."
            )
        texts = {key: values.get(key, other) for key, other in (("model", "any"), ("gpu", "any"), ("notes", ""))}
        texts["name"] = values.get("name")
        for key, text in texts.items():
            if not isinstance(text, str):
                raise UserError(f"{origin}: “{key}” should be a text.", "Mend the file.")
        rules, evidence = values.get("rules", []), values.get("evidence", {})
        if not isinstance(rules, list) or not isinstance(evidence, dict):
            raise UserError(f"{origin}: “rules” should be a list and “evidence” an object.", "Mend the file.")
        return cls(
            default=_format(values.get("default"), origin),
            rules=tuple(_rule(rule, origin) for rule in rules),
            evidence=evidence,
            **texts,
        )


def load_policy(name_or_path: str | Path) -> Policy:
    """A shipped policy by name, or one from a file.

    Raises:
        UserError: there is none, or it is damaged.
    """
    if str(name_or_path) in SHIPPED:
        text = (files("sanacam.model") / "quantisation" / "policies" / f"{name_or_path}.json").read_text("utf-8")
        return Policy.from_dict(json.loads(text), f"The policy {name_or_path}")
    path = Path(name_or_path)
    try:
        return Policy.from_dict(json.loads(path.read_text(encoding="utf-8")), str(path))
    except FileNotFoundError as error:
        hint = f"Use one of: {', '.join(SHIPPED)}, or the path of a policy file."
        raise UserError(f"There is no precision policy “{name_or_path}”.", hint) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"The policy file {path} cannot be read ({error}).", "Check the file.") from error


def check_card(policy: Policy, config: DiTConfig, machine: Machine, rows: int = 2640) -> None:
    """Whether a machine multiplies every layer natively as the policy asks.

    Args:
        rows: tokens of a chunk.

    Raises:
        UserError: it lacks a format; the message names the first layers, the format and the reason.
    """
    lacking: dict[Format, list[Layer]] = {}
    reasons: dict[Format, str] = {}
    formats = policy.formats(config)
    for layer in layers_of(config):
        form = formats[layer.name]
        try:
            choose(Problem(form, rows, layer.columns, layer.inner, layer.name), machine)
        except NoBackendError as error:
            lacking.setdefault(form, []).append(layer)
            reasons.setdefault(form, str(error))
    for form, layers in lacking.items():
        names = ", ".join(layer.name for layer in layers[:SHOWN])
        more = f" and {len(layers) - SHOWN} more" if len(layers) > SHOWN else ""
        raise UserError(
            f"The policy {policy.name} wants {names}{more} in {form}, which cannot be had here: {reasons[form]}.",
            "Choose another policy (`sanacam doctor` lists the formats that this machine has).",
        )


def _rule(rule: object, origin: str) -> Rule:
    if not isinstance(rule, dict) or set(rule) != {"layers", "format"} or not isinstance(rule["layers"], str):
        raise UserError(
            f"{origin}: {json.dumps(rule)} is no rule.",
            'A rule looks like {"layers": "blocks.*.attn.q", "format": "fp8"}.',
        )
    return Rule(rule["layers"], _format(rule["format"], origin))


def _format(name: object, origin: str) -> Format:
    try:
        return check_format(str(name))
    except ValueError as error:
        raise UserError(
            f"{origin} asks for the format “{name}”, which does not exist.", f"Use one of: {', '.join(FORMATS)}."
        ) from error


def _part_fits(wanted: str, part: str) -> bool:
    if numbers := NUMBERS.fullmatch(wanted):
        return part.isdecimal() and int(numbers[1]) <= int(part) <= int(numbers[2])
    return wanted in ("*", part)
