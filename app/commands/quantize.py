"""``sanacam quantize``: find out which layers of a model may run in which narrow number format on a card, and store its
weights so."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanacam.app.atomic_file import write_atomically
from sanacam.app.exit_codes import OK
from sanacam.app.printing import print_json
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    import torch

    from sanacam.kernels.gemm.problem import Machine
    from sanacam.kernels.quantize_formats import Format
    from sanacam.model.quantisation.calibration import Amount, Calibration
    from sanacam.model.quantisation.policy import Policy
    from sanacam.model.quantisation.search import Budget
    from sanacam.model.zoo.bundle import ModelBundle
    from sanacam.model.zoo.config import BundleConfig

_LEAST_SIDE = 64
_WATCHED_SECONDS = 2.0
_MOST_SECONDS = 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam quantize``."""
    add = parser.add_argument
    add("--model", default="mini", metavar="NAME", help="model name or folder (default: mini)")
    add("--gpu", default="auto", metavar="CARD", help="auto: the card here; or sm_89, sm_90, sm_100, sm_120, …")
    add("--budget", default="lpips=0.05", help="lpips=X, rmse=X (most) or speed=X (least); default lpips=0.05")
    add("--policy", metavar="NAME", help="do not search: take this policy (paper, fp8, int8, int4, or a file)")
    add("--out", type=Path, metavar="FILE", help="where the policy goes (default of a search: MODEL-CARD.json here)")
    add("--weights", type=Path, metavar="FILE", help="also store the packed weights there (.safetensors)")
    add("--use", action="store_true", help="keep policy and packed weights for this card: --precision auto takes them")
    add("--formats", metavar="LIST", help="formats to try, with commas between (default: all that the card has)")
    add("--device", default="auto", help="where the streams run: cuda, cuda:1, cpu (default: what is there)")
    add("--size", default="320x176", help="WIDTHxHEIGHT of the calibration streams (default: 320x176)")
    add("--seconds", type=float, default=30.0, help="length of the streams that check the result (default: 30)")
    add("--search-seconds", type=float, default=5.0, help="length of the streams of the search (default: 5)")
    add("--clips", type=int, default=2, help="shipped clips to stream (default: 2)")
    add("--prompts", type=int, default=1, help="prompts for each clip (default: 1)")
    add("--random-weights", action="store_true", help="a released model's shapes with random weights")
    add("--json", action="store_true", help="print the policy as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Search or take a policy, write it, and the weights if asked."""
    from sanacam.kernels.gemm.problem import Machine
    from sanacam.model.benchmark import find_bundle
    from sanacam.model.precision import choose_device, choose_dtype
    from sanacam.model.quantisation.policy import check_card, load_policy
    from sanacam.model.quantisation.report import table
    from sanacam.model.quantisation.search import Budget

    device = choose_device(arguments.device)
    target = _target(arguments.gpu, Machine.here(device))
    amount, budget = _amount(arguments), Budget.parse(arguments.budget)
    candidates = _candidates(arguments.formats, target)
    chosen = load_policy(arguments.policy) if arguments.policy is not None else None
    _check_results(arguments, target, searching=chosen is None)
    config = _config(arguments)
    if chosen is not None:
        chosen.formats(config.dit)
        if arguments.use:
            check_card(chosen, config.dit, Machine.here(device))
    bundle, _ = find_bundle(arguments.model, device, choose_dtype("auto", device), arguments.random_weights)
    policy = chosen
    if policy is None:
        policy = _search(arguments, bundle, device, target, amount, budget, candidates)
        if not arguments.json:
            print(table(policy, config.dit), end="\n\n")
    if chosen is None or arguments.out is not None:
        out = _out(arguments)
        write_atomically(out, json.dumps(policy.to_dict(), indent=2, ensure_ascii=False) + "\n")
        if not arguments.json:
            print(f"Policy: {out}")
    if arguments.weights is not None or arguments.use:
        scales = _input_scales(bundle, device, policy, amount)
        if arguments.weights is not None:
            _store(arguments.weights, bundle, policy, scales)
        if arguments.use:
            _keep(bundle, device, policy, scales)
    if arguments.json:
        print_json(policy.to_dict())
    return OK


def _check_results(arguments: argparse.Namespace, target: Machine, *, searching: bool) -> None:
    """
    Raises:
        UserError: what is asked for would have no effect, or a file cannot be where it is wished.
    """
    if not searching and arguments.weights is None and not arguments.use:
        raise UserError(
            "A policy alone changes nothing.",
            "Add --use to keep it for this card, or say with --weights where the packed weights should go.",
        )
    if arguments.use and arguments.gpu != "auto":
        raise UserError("--use is for the card at hand.", "Leave out --gpu, or --use.")
    if arguments.use and searching and target.capability is None:
        raise UserError("--use is for a graphics card; a processor runs in fp32.", "Leave out --use.")
    for option, path in (("--out", arguments.out), ("--weights", arguments.weights)):
        if path is not None and (not path.name or path.is_dir()):
            raise UserError(f"{path} is a folder.", f"Write the name of a file after {option}.")


def _config(arguments: argparse.Namespace) -> BundleConfig:
    """What the model is, known before its weights are read.

    Raises:
        UserError: there is no such model, it is not here, or it has no narrow formats.
    """
    from sanacam.model.benchmark import find_config
    from sanacam.model.zoo.model_files import find_files
    from sanacam.model.zoo.released_models import RELEASED_MODELS

    config = find_config(arguments.model)
    if config.sampler == "clip":
        raise UserError(f"{config.name} runs in bf16 or fp32 only.", "Choose another model with --model.")
    if arguments.model in RELEASED_MODELS and not arguments.random_weights:
        find_files(arguments.model)  # raises unless it is downloaded: random weights have to be asked for
    return config


def _search(
    arguments: argparse.Namespace, bundle: ModelBundle, device: torch.device, target: Machine, amount: Amount,
    budget: Budget, candidates: list[Format],
) -> Policy:  # fmt: skip
    from sanacam.kernels.gemm.problem import Machine
    from sanacam.model.evaluation.progress import Progress
    from sanacam.model.quantisation.calibration import Quality
    from sanacam.model.quantisation.network import emulate
    from sanacam.model.quantisation.report import searched_policy
    from sanacam.model.quantisation.search import Evidence, Search
    from sanacam.model.quantisation.timing import Timing
    from sanacam.model.vae.codec import stream_size

    searched = replace(amount, seconds=min(arguments.search_seconds, amount.seconds))
    streams = _streams(bundle, device, searched)
    settings = _settings(arguments, bundle, device, searched)
    stride = bundle.vae.spatial_stride
    tall, wide = stream_size(bundle.vae, bundle.config.native_height, bundle.config.native_width)
    timing = Timing(device, target, tall * wide // stride**2 * bundle.config.chunk_latents)
    progress = Progress(quiet=arguments.json)

    def measure(formats: Mapping[str, Format]) -> Quality:
        return streams.evaluate(formats, emulate, progress.step)

    out = _out(arguments)
    evidence = Evidence(out.with_suffix(".evidence.jsonl"), settings)
    search = Search(bundle.config.dit, candidates, timing, measure, evidence, budget)
    left = search.unknown_runs()
    progress.begin(f"About {left} runs of {streams.chunks} chunks", (left + bool(left)) * streams.chunks)
    result, moves = search.run()
    progress.end()
    streams = _streams(bundle, device, amount)
    progress.begin(f"The result over {amount.seconds:g} seconds", 2 * streams.chunks)
    check = streams.evaluate(search.formats(result.moves), emulate, progress.step)
    progress.end()
    gpu = _card_name(Machine.here(device)) if arguments.gpu == "auto" else arguments.gpu
    settings |= {"check_seconds": amount.seconds}
    return searched_policy(out.stem, bundle.config.name, gpu, budget, result, check, moves, timing, settings)


def _streams(bundle: ModelBundle, device: torch.device, amount: Amount) -> Calibration:
    """The shipped clips and prompts."""
    from sanacam.model.evaluation.clips import shipped_clips_folder
    from sanacam.model.quantisation.calibration import Calibration, calibration_clips, shipped_prompts

    with ExitStack() as stack:
        clips = calibration_clips(shipped_clips_folder(stack), amount)
    return Calibration(bundle, device, clips, shipped_prompts(), amount)


def _settings(
    arguments: argparse.Namespace, bundle: ModelBundle, device: torch.device, amount: Amount
) -> dict[str, Any]:
    """Whatever a measured quality depends on besides the formats."""
    import torch

    with torch.no_grad():
        weights = sum(float(parameter.double().abs().sum()) for parameter in bundle.dit.parameters())
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else "a processor"
    return {
        "model": bundle.config.name, "weights": f"{weights:.6e}", "random_weights": arguments.random_weights,
        "dtype": str(bundle.dit.dtype).removeprefix("torch."), "card": card, "clips": amount.clips,
        "prompts_per_clip": amount.prompts, "seconds": amount.seconds, "size": list(amount.size), "seed": 0,
        "formats": "emulated exactly",
    }  # fmt: skip


def _input_scales(
    bundle: ModelBundle, device: torch.device, policy: Policy, amount: Amount
) -> dict[str, torch.Tensor]:  # fmt: skip
    """Fixed activation scales, from short streams, for the formats that have one."""
    from sanacam.model.quantisation.observe import input_scales

    formats = policy.formats(bundle.config.dit)
    if not (fixed := {"fp8_tensor", "nvfp4"} & set(formats.values())):
        return {}
    print(f"Watching the values that enter {', '.join(sorted(fixed))} layers …", file=sys.stderr, flush=True)
    streams = _streams(bundle, device, replace(amount, seconds=min(amount.seconds, _WATCHED_SECONDS)))
    return input_scales(streams.peaks(), formats)


def _store(path: Path, bundle: ModelBundle, policy: Policy, scales: Mapping[str, torch.Tensor]) -> None:
    """Pack the weights and write them."""
    from sanacam.model.quantisation.weights import quantise_dit, save_packed

    packed = quantise_dit(bundle.dit, policy, scales)
    save_packed(packed, path)
    print(f"Weights: {path}, {packed.nbytes / 2**20:.1f} MiB", file=sys.stderr)


def _keep(bundle: ModelBundle, device: torch.device, policy: Policy, scales: Mapping[str, torch.Tensor]) -> None:
    """Policy and packed weights where ``--precision auto`` looks for them."""
    from sanacam.kernels.gemm.problem import Machine
    from sanacam.model.precision import kept_policy
    from sanacam.model.quantisation.narrow import narrow_network
    from sanacam.model.quantisation.stored import packed_file, store

    name, formats = bundle.config.name, policy.formats(bundle.config.dit)
    weights = packed_file(bundle.dit, name, policy)
    store(bundle.dit, policy, narrow_network(bundle.dit, formats, scales), weights)
    kept = kept_policy(name, Machine.here(device))
    write_atomically(kept, json.dumps(policy.to_dict(), indent=2, ensure_ascii=False) + "\n")
    print(f"Kept for {name} on this card: {kept}, {weights}", file=sys.stderr)


def _out(arguments: argparse.Namespace) -> Path:
    if arguments.out is not None:
        return arguments.out  # type: ignore[no-any-return]
    return Path(f"{Path(arguments.model).name}-{arguments.gpu}.json")


def _card_name(machine: Machine) -> str:
    return "any" if machine.capability is None else f"sm_{machine.capability[0]}{machine.capability[1]}"


def _target(name: str, here: Machine) -> Machine:
    from sanacam.model.quantisation.timing import card_machine

    try:
        return card_machine(name, here)
    except ValueError as error:
        raise UserError(f"“{name}” is no card.", "Write auto, or a compute capability like sm_89 or sm_120.") from error


def _candidates(names: str | None, target: Machine) -> list[Format]:
    """Formats to try: those named, or all that the target multiplies natively; on a processor all, for the quality."""
    from sanacam.kernels.gemm.registry import native_formats
    from sanacam.kernels.quantize_formats import FORMATS, check_format

    native = native_formats(target)
    if names is None:
        return [form for form in (native if target.capability else FORMATS) if form not in ("bf16", "fp8_tensor")]
    try:
        wanted = [check_format(name.strip()) for name in names.split(",")]
    except ValueError as error:
        message = str(error)
        raise UserError(f"{message[:1].upper()}{message[1:]}.", "Name some of them after --formats.") from error
    lacking = [form for form in wanted if target.capability and form not in native]
    if lacking:
        raise UserError(f"{target} does not multiply {', '.join(lacking)}.", f"It has: {', '.join(native)}.")
    return [form for form in wanted if form != "bf16"]


def _amount(arguments: argparse.Namespace) -> Amount:
    from sanacam.model.quantisation.calibration import Amount

    try:
        width, height = (int(side) for side in arguments.size.lower().replace("×", "x").split("x"))
    except ValueError as error:
        raise UserError(f"“{arguments.size}” is not a picture size.", "Write WIDTHxHEIGHT, like 320x176.") from error
    if min(width, height) < _LEAST_SIDE or width % 8 or height % 8:
        raise UserError(f"{width}×{height} can not be streamed.", f"Use multiples of 8 from {_LEAST_SIDE} up.")
    if min(arguments.clips, arguments.prompts) < 1:
        raise UserError("A number after --clips or --prompts is too small.", "Give 1 or more.")
    for option, seconds in (("--seconds", arguments.seconds), ("--search-seconds", arguments.search_seconds)):
        if not 0 < seconds <= _MOST_SECONDS:
            raise UserError(
                f"Streams of {seconds:g} seconds are not possible.", f"Give {option} up to {_MOST_SECONDS}."
            )
    return Amount(arguments.clips, arguments.prompts, arguments.seconds, (width, height))
