"""What a search found, as a policy with its evidence and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sanacam.kernels.quantize_formats import BITS
from sanacam.model.dit.config import DiTConfig
from sanacam.model.quantisation.calibration import Quality
from sanacam.model.quantisation.layers import layers_of
from sanacam.model.quantisation.policy import Policy
from sanacam.model.quantisation.search import Budget, Move, Result, rules_of
from sanacam.model.quantisation.timing import Timing

NOT_TIMED = "not timed: ideal ratios by bits (8 bits 2×, 4 bits 4×)"


def searched_policy(
    name: str, model: str, gpu: str, budget: Budget, result: Result, check: Quality,
    moves: Sequence[Move], timing: Timing, settings: dict[str, Any],
) -> Policy:  # fmt: skip
    """The policy with everything that was measured for it; ``check`` is the result over the long streams."""
    times = f"measured on {settings['card']}" if timing.on_target else NOT_TIMED
    evidence = {
        "budget": f"{budget.kind}={budget.value:g}",
        "streams": settings,
        "result": {**result.quality.to_dict(), "speedup_of_products": result.speedup},
        "check": check.to_dict(),
        "times": times,
        "moves": [
            {
                "layers": move.group.pattern, "format": move.form, "taken": move in result.moves, "gain_ms": move.gain,
                "backend": timing.of(move.group.layers[0], move.form).backend or "not timed", **move.quality.to_dict(),
            }
            for move in moves
        ],
    }  # fmt: skip
    notes = "Found by `sanacam quantize`; evidence.moves has each group of layers alone, best gain per damage first."
    return Policy(name, "bf16", rules_of(result.moves), model, gpu, notes, evidence)


def policy_bytes(policy: Policy, config: DiTConfig) -> tuple[int, int]:
    """Bytes of the layers that a policy decides about: under it, and in bf16."""
    formats = policy.formats(config)
    layers = layers_of(config)
    bits = sum(layer.columns * layer.inner * BITS[formats[layer.name]] for layer in layers)
    return round(bits / 8), 2 * sum(layer.columns * layer.inner for layer in layers)


def table(policy: Policy, config: DiTConfig) -> str:
    """Of a searched policy, for people."""
    evidence = policy.evidence
    result = evidence["result"]
    small, large = policy_bytes(policy, config)
    lines = [f"{'layers':40}{'format':11}{'taken':>6}{'RMSE':>9}{'LPIPS':>9}{'gain ms':>10}  back end"]
    lines += [
        f"{move['layers']:40}{move['format']:11}{'yes' if move['taken'] else '':>6}{move['rmse']:9.4f}"
        f"{move['lpips']:9.4f}{move['gain_ms']:10.4f}  {move['backend']}"
        for move in evidence["moves"]
    ]
    check, seconds = evidence["check"], evidence["streams"]["check_seconds"]
    lines += [
        "",
        f"together: relative RMSE {result['rmse']:.4f}, LPIPS {result['lpips']:.4f}; products "
        f"{result['speedup_of_products']:.2f}× as fast as bf16 ({evidence['times']}); {small / 2**20:.1f} of "
        f"{large / 2**20:.1f} MiB",
        f"over {seconds:g} s: relative RMSE {check['rmse']:.4f} (first quarter {check['rmse_first']:.4f}, last quarter "
        f"{check['rmse_last']:.4f}), LPIPS {check['lpips']:.4f}",
    ]
    limit = over_budget(evidence)
    if limit:
        lines.append(f"note: {limit}")
    return "\n".join(lines)


def over_budget(evidence: Mapping[str, Any]) -> str:
    """A sentence if the long streams miss the budget that the search kept on short ones, else empty."""
    kind, _, value = evidence["budget"].partition("=")
    if kind == "speed" or evidence["check"][kind] <= float(value):
        return ""
    return f"over the long streams {kind} is above the budget of {value}; search longer streams with --search-seconds"
