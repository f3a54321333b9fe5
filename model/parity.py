"""Compare the networks with golden vectors: ``python -m sanacam.model.parity [--fused] DIR``.

``DIR`` holds vectors of the diffusion transformer (pairs of ``.safetensors`` with weights, inputs and expected outputs,
fp32, and ``.json`` with the config), or is a case of the video autoencoder (see :mod:`sanacam.model.parity_vae`), or
holds folders with either. Each comparison prints the largest absolute error, its tolerance and a verdict; the exit code
is 1 if any fails, 2 if files are missing. ``--fused`` also compares the fused kernels on the CUDA card with the plain
network."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sanacam.model.checkpoint import assign_weights, read_weights
from sanacam.model.dit import DiTConfig, HybridDiT, StreamState
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.cross import MASKED_BIAS, CrossAttention
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.rope import rotary_tables
from sanacam.model.dit.softmax import SoftmaxAttention
from sanacam.model.errors import UserError
from sanacam.model.parity_fused import check_on_card, golden_stream
from sanacam.model.parity_report import Outcome, largest_error, print_table
from sanacam.model.parity_vae import is_vae_case, run_vae_case
from sanacam.model.sampling import flow_schedule, sample_chunk

BLOCK_TOLERANCE = 1e-6
FORWARD_TOLERANCE = 1e-5
CPU = torch.device("cpu")


class Golden:
    """One pair of files."""

    def __init__(self, folder: Path, name: str) -> None:
        description = folder / f"{name}.json"
        if not description.is_file():
            raise UserError(f"The golden vectors {description} are missing.", "Give the folder that holds them.")
        self.tensors = read_weights(folder / f"{name}.safetensors")
        self.info: dict[str, Any] = json.loads(description.read_text(encoding="utf-8"))

    def __getitem__(self, key: str) -> Tensor:
        return self.tensors[key]

    def load_into(self, module: nn.Module) -> None:
        """The ``w.`` entries, strictly."""
        weights = {key.removeprefix("w."): value for key, value in self.tensors.items() if key.startswith("w.")}
        assign_weights(module, weights, origin="the golden vectors", dtype=torch.float32, device=CPU)


def network_config(values: dict[str, Any], *, streaming: bool) -> DiTConfig:
    """The network described in the golden files' vocabulary."""
    channels = values["in_channels"]
    return DiTConfig(
        hidden_size=values["hidden_size"],
        depth=values["depth"],
        self_heads=values["hidden_size"] // values["linear_head_dim"],
        cross_heads=values["num_heads"],
        mlp_ratio=values["mlp_ratio"],
        in_channels=channels,
        source_channels=values["additional_inchannels"],
        out_channels=channels,
        softmax_ratio=values["softmax_ratio"],
        caption_channels=values["caption_channels"],
        max_text_tokens=values["model_max_length"],
        sink=streaming,
        num_cached_blocks=2 if streaming else 0,
        softmax_kernel=values["t_kernel_size"] if streaming else 1,
    )


def load_network(folder: Path, *, streaming: bool) -> HybridDiT:
    """The tiny streaming or bidirectional network of the golden vectors."""
    golden = Golden(folder, "tiny_stream_weights" if streaming else "tiny_bidirectional_weights")
    with torch.device("meta"):
        network = HybridDiT(network_config(golden.info["config"], streaming=streaming))
    assign_weights(network, golden.tensors, origin="the golden vectors", dtype=torch.float32, device=CPU)
    return network.eval()


def block_config(golden: Golden, *, heads: int, cross_heads: int = 4, mlp_ratio: float = 3.0) -> DiTConfig:
    """Config of an isolated block."""
    return DiTConfig(
        hidden_size=golden.info["dim"],
        depth=1,
        self_heads=heads,
        cross_heads=cross_heads,
        mlp_ratio=mlp_ratio,
        in_channels=1,
        source_channels=1,
        out_channels=1,
        softmax_ratio=0.0,
        caption_channels=1,
        max_text_tokens=1,
        sink=True,
        num_cached_blocks=2,
        softmax_kernel=3,
    )


def as_frames(tokens: Tensor, frames: int) -> Tensor:
    """(B, N, C) -> (B, T, S, C)."""
    return tokens.unflatten(1, (frames, -1))


def check_rope(folder: Path) -> Iterator[Outcome]:
    """Rotary tables; entries with an explicit frame list test a path that streaming never takes and are left out."""
    golden = Golden(folder, "rope")
    errors = []
    for entry in golden.info["entries"]:
        if entry["frame_index"] is None:
            frames = entry["end_f"] - entry["start_f"]
            cos, sin = rotary_tables(entry["head_dim"], entry["start_f"], frames, entry["h"], entry["w"], 1.0, CPU)
            errors.append(largest_error((torch.stack((cos, sin), -1).flatten(0, 1), golden[entry["key"]][0, 0])))
    yield Outcome("rope", max(errors), BLOCK_TOLERANCE)


def check_gdn(folder: Path) -> Iterator[Outcome]:
    """GDN attention: without state, continued from it, and a single frame continued from it."""
    golden = Golden(folder, "gdn_block")
    frames, height, width = golden.info["HW"]
    attention = GatedDeltaAttention(block_config(golden, heads=golden.info["heads"]))
    golden.load_into(attention)

    def run(x: Tensor, first: int, count: int, m: Tensor | None, z: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        cos, sin = rotary_tables(golden.info["dim"] // golden.info["heads"], first, count, height, width, 1.0, CPU)
        out, m_new, z_new = attention(as_frames(x, count), cos, sin, (count,), m, z)
        return out.flatten(1, 2), m_new, z_new

    out, m, z = run(golden["x"], 0, frames, None, None)
    beta, decay = attention.gates(as_frames(golden["x"], frames))
    error = largest_error(
        (out, golden["nostate.out"]),
        (m, golden["nostate.S_new"]),
        (z, golden["nostate.z_new"]),
        (beta.mT, golden["nostate.beta"]),
        (decay.mT, golden["nostate.decay"]),
    )
    yield Outcome("gdn_block without state", error, BLOCK_TOLERANCE)
    m0, z0 = golden["nostate.S_new"], golden["nostate.z_new"]
    out, m, z = run(golden["x2"], frames, frames, m0, z0)
    error = largest_error((out, golden["state.out"]), (m, golden["state.S_new"]), (z, golden["state.z_new"]))
    yield Outcome("gdn_block with state", error, BLOCK_TOLERANCE)
    out, _, _ = run(golden["x2"][:, : height * width], frames, 1, m0, z0)
    yield Outcome("gdn_block single frame", largest_error((out, golden["single_frame.out"])), BLOCK_TOLERANCE)


def check_softmax(folder: Path) -> Iterator[Outcome]:
    """Softmax attention alone and with the first call's keys and values."""
    golden = Golden(folder, "softmax_block")
    frames, height, width = golden.info["HW"]
    attention = SoftmaxAttention(block_config(golden, heads=golden.info["heads"]))
    golden.load_into(attention)
    past: tuple[tuple[Tensor, Tensor], ...] = ()
    for call, (name, key) in enumerate((("nocache", "x"), ("cache", "x2"))):
        cos, sin = rotary_tables(
            golden.info["dim"] // golden.info["heads"], call * frames, frames, height, width, 1.0, CPU
        )
        layout = ChunkLayout((frames,), (tuple(range(call)),), height, width)
        out, k, v = attention(as_frames(golden[key], frames), cos, sin, layout, past)
        error = largest_error(
            (out.flatten(1, 2), golden[f"{name}.out"]),
            (k.mT, golden[f"{name}.saved_k"]),
            (v.mT, golden[f"{name}.saved_v"]),
        )
        yield Outcome(f"softmax_block {name}", error, BLOCK_TOLERANCE)
        past = ((k, v),)


def check_ffn(folder: Path) -> Iterator[Outcome]:
    """FFN alone and with the first call's tail."""
    golden = Golden(folder, "ffn_block")
    frames, height, width = golden.info["HW"]
    ffn = GatedConvFFN(block_config(golden, heads=2, mlp_ratio=golden.info["hidden"] / golden.info["dim"]))
    golden.load_into(ffn)
    layout = ChunkLayout((frames,), ((),), height, width)
    tail: Tensor | None = None
    for name, key in (("nocache", "x"), ("cache", "x2")):
        out, tail = ffn(as_frames(golden[key], frames), layout, tail)
        saved = tail.permute(0, 3, 1, 2)
        error = largest_error((out.flatten(1, 2), golden[f"{name}.out"]), (saved, golden[f"{name}.tail"]))
        yield Outcome(f"ffn_block {name}", error, BLOCK_TOLERANCE)


def check_cross(folder: Path) -> Iterator[Outcome]:
    """Cross-attention with a key mask."""
    golden = Golden(folder, "cross_attn")
    attention = CrossAttention(block_config(golden, heads=2, cross_heads=golden.info["heads"]))
    golden.load_into(attention)
    k, v = attention.text_kv(golden["cond"][:, 0])
    bias = (golden["mask"] == 0).float()[:, None, None] * MASKED_BIAS
    out = attention(golden["x"][:, None], k, v, bias)[:, 0]
    yield Outcome("cross_attn", largest_error((out, golden["out"])), BLOCK_TOLERANCE)


def check_forward(folder: Path) -> Iterator[Outcome]:
    """Whole forwards of both networks without caches."""
    for name, streaming in (("single_forward", True), ("bidirectional_forward", False)):
        golden, network = Golden(folder, name), load_network(folder, streaming=streaming)
        out = network(golden["x"], golden["source"], golden["timestep"], golden["text"], golden["mask"])
        yield Outcome(name, largest_error((out, golden["out"])), FORWARD_TOLERANCE)


def check_state(state: StreamState, golden: Golden, name: str) -> float:
    """Largest error of what was stored for the chunk before the next one."""
    errors = []
    slots = {key for key in golden.tensors if key.startswith(f"{name}.")}
    for index, block in enumerate(state.blocks):
        prefix = f"{name}.block{index}"
        if f"{prefix}.slot5" not in slots:
            continue
        pairs = [(block.tail.permute(0, 3, 1, 2), golden[f"{prefix}.slot5"])]
        if index in state.config.softmax_indices:
            k, v = state.stored_chunk(index, state.chunk_index - 1)
            pairs += [(k.mT, golden[f"{prefix}.slot1"]), (v.mT, golden[f"{prefix}.slot2"])]
        else:
            pairs += [(block.first, golden[f"{prefix}.slot0"]), (block.second, golden[f"{prefix}.slot1"])]
        errors.append(largest_error(*pairs))
    return max(errors)


def check_streaming(folder: Path) -> Iterator[Outcome]:
    """Six chunks of four steps with sink and window, each cached by a pass at t = 0."""
    golden, network = Golden(folder, "streaming"), load_network(folder, streaming=True)
    text = network.text_kv(golden["text"], golden["mask"])
    bounds = golden.info["chunk_boundaries"]
    schedule = flow_schedule(golden.info["steps"], golden.info["flow_shift"])
    height, width = golden["noise"].shape[3:]
    state = network.new_state(1, height, width, golden.info["base_chunk_frames"])
    finals, first_steps, caches = [], [], []
    for chunk, (start, end) in enumerate(pairwise(bounds)):
        noise, source = golden["noise"][:, :, start:end], golden["source"][:, :, start:end]
        velocity = network(noise, source, torch.tensor([schedule.timesteps[0]]), text, state=state)
        first_steps.append(largest_error((velocity, golden[f"chunk{chunk}.step0.out"])))
        final, _ = sample_chunk(network, noise, source, text, state, schedule, save=end != bounds[-1])
        finals.append(final)
        if f"cache_after_chunk{chunk}.block0.slot0" in golden.tensors:
            caches.append(check_state(state, golden, f"cache_after_chunk{chunk}"))
    yield Outcome("streaming first steps", max(first_steps), FORWARD_TOLERANCE)
    yield Outcome("streaming caches", max(caches), FORWARD_TOLERANCE)
    yield Outcome("streaming final latents", largest_error((torch.cat(finals, 2), golden["final"])), FORWARD_TOLERANCE)


def check_fused(folder: Path) -> Iterator[Outcome]:
    """The same six chunks through the fused forward, its operations in plain PyTorch."""
    golden, network = Golden(folder, "streaming"), load_network(folder, streaming=True)
    text = network.text_kv(golden["text"], golden["mask"])
    schedule = flow_schedule(golden.info["steps"], golden.info["flow_shift"])
    final = golden_stream(network, golden["noise"], golden["source"], text, golden.info["chunk_boundaries"], schedule)
    yield Outcome("fused streaming final latents", largest_error((final, golden["final"])), FORWARD_TOLERANCE)


CASES: dict[str, Callable[[Path], Iterator[Outcome]]] = {
    "rope": check_rope,
    "gdn": check_gdn,
    "softmax": check_softmax,
    "ffn": check_ffn,
    "cross": check_cross,
    "forward": check_forward,
    "streaming": check_streaming,
    "fused": check_fused,
}


@torch.inference_mode()
def run_case(case: str, folder: Path) -> list[Outcome]:
    """All comparisons of one case, in fp32 on the CPU."""
    return list(CASES[case](folder))


def run_folder(folder: Path) -> list[Outcome]:
    """Everything that a folder holds, the folders within it included.

    Raises:
        UserError: it holds no golden vectors, or some of a set are missing.
    """
    if is_vae_case(folder):
        return run_vae_case(folder)
    within = sorted(path for path in folder.glob("*") if path.is_dir())
    if any(folder.glob("*.json")) or not within:
        return [outcome for case in CASES for outcome in run_case(case, folder)]
    return [outcome for path in within for outcome in run_folder(path)]


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
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
