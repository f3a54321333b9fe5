"""Isolated parts of the diffusion transformer against golden vectors: rotary tables, attention of three kinds, FFN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

import torch
from torch import Tensor

from sanacam.model.dit import DiTConfig
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.config import GDN_DENOMINATOR_EPS, SELF_NORM_EPS
from sanacam.model.dit.cross import CrossAttention, key_bias
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.rope import rotary_tables
from sanacam.model.dit.softmax import SoftmaxAttention
from sanacam.model.parity_golden import CPU, Golden
from sanacam.model.parity_report import Outcome, close_all, largest_error

BLOCK_TOLERANCE = 1e-6
BLOCK_RTOL = 2.0**-22
"""Beyond it, of values above 1: the last bit of fp32 on both sides."""
TABLE = re.compile(r"rope_(\d+)_(\d+)")
"""Rotary tables of frames A to B that come with isolated blocks."""


def compare(golden: Golden, label: str, got: dict[str, Tensor]) -> Outcome:
    """Results by the names under which the golden file holds what is expected; those it lacks are left out, but the
    first."""
    first = next(iter(got))
    pairs = [(result, golden[key]) for key, result in got.items() if key == first or key in golden]
    return close_all(f"{golden.name}{label}", pairs, BLOCK_TOLERANCE, BLOCK_RTOL)


def block_config(golden: Golden, *, heads: int, cross_heads: int = 1, mlp_ratio: float = 3.0) -> DiTConfig:
    """Config of an isolated block."""
    query = golden.tensors.get("w.q.weight")
    return DiTConfig(
        hidden_size=golden.stated("dim"),
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
        softmax_kernel=3 if query is not None and query.ndim == 3 else 1,
    )


def as_frames(golden: Golden, key: str) -> Tensor:
    """(B, N, C) → (B, T, S, C)."""
    return golden[key].unflatten(1, (-1, prod(golden.stated("HW")[1:])))


def tables(golden: Golden, first: int, frames: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines for the frames from ``first`` on."""
    _, height, width = golden.stated("HW")
    head_dim = golden.stated("dim") // golden.stated("heads")
    return rotary_tables(head_dim, first, frames, height, width, 1.0, CPU)


def set_norm_eps(golden: Golden, attention: GatedDeltaAttention | SoftmaxAttention) -> None:
    """As the description states."""
    attention.q_norm.eps = attention.k_norm.eps = float(golden.info.get("norm_eps", SELF_NORM_EPS))


def check_rope(golden: Golden) -> Iterator[Outcome]:
    """Rotary tables of frames in a row, and of frames that are listed."""
    pairs = []
    for entry in golden.info["entries"]:
        listed, (height, width) = entry.get("frame_index"), (entry["h"], entry["w"])
        runs = [(entry["start_f"], entry["end_f"] - entry["start_f"])] if listed is None else [(f, 1) for f in listed]
        made = (rotary_tables(entry["head_dim"], first, count, height, width, 1.0, CPU) for first, count in runs)
        pairs.append((torch.cat([torch.stack(run, -1) for run in made]).flatten(0, 1), golden[entry["key"]][0, 0]))
    if pairs:
        yield Outcome(golden.name, largest_error(*pairs), BLOCK_TOLERANCE)


def check_gdn(golden: Golden) -> Iterator[Outcome]:
    """GDN attention: without state, continued from it, and a single frame continued from it."""
    if golden.info.get("eps", GDN_DENOMINATOR_EPS) != GDN_DENOMINATOR_EPS:
        raise ValueError(f"eps {golden.info['eps']!r} instead of {GDN_DENOMINATOR_EPS}")
    attention = GatedDeltaAttention(block_config(golden, heads=golden.stated("heads")))
    golden.load_into(attention)
    set_norm_eps(golden, attention)
    given = sorted((int(m[1]), int(m[2]), m[0]) for m in map(TABLE.fullmatch, golden.tensors) if m)
    made = (torch.stack(tables(golden, first, end - first), -1).flatten(0, 1) for first, end, _ in given)
    pairs = [(table, golden[key][0, 0]) for table, (_, _, key) in zip(made, given, strict=True)]
    if pairs:
        yield Outcome(f"{golden.name} rotary tables", largest_error(*pairs), BLOCK_TOLERANCE)

    def run(x: Tensor, first: int, m: Tensor | None, z: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        cos, sin = tables(golden, first, x.shape[1])
        out, m_new, z_new = attention(x, cos, sin, (x.shape[1],), m, z)
        return out.flatten(1, 2), m_new, z_new

    x = as_frames(golden, "x")
    frames = x.shape[1]
    start = given[0][0] if given else 0
    out, m, z = run(x, start, None, None)
    beta, decay = attention.gates(x)
    results = {"out": out, "S_new": m, "z_new": z, "beta": beta.mT, "decay": decay.mT}
    yield compare(golden, " without state", {f"nostate.{key}": result for key, result in results.items()})
    if "x2" not in golden:
        return
    m0, z0 = golden["nostate.S_new"], golden["nostate.z_new"]
    second = as_frames(golden, "x2")
    start += frames
    out, m, z = run(second, start, m0, z0)
    yield compare(golden, " with state", {"state.out": out, "state.S_new": m, "state.z_new": z})
    if "single_frame.out" in golden:
        yield compare(golden, " single frame", {"single_frame.out": run(second[:, :1], start, m0, z0)[0]})


def check_softmax(golden: Golden) -> Iterator[Outcome]:
    """Softmax attention alone and with the first call's keys and values."""
    _, height, width = golden.stated("HW")
    attention = SoftmaxAttention(block_config(golden, heads=golden.stated("heads")))
    golden.load_into(attention)
    set_norm_eps(golden, attention)
    past: tuple[tuple[Tensor, Tensor], ...] = ()
    first = 0
    for name, key in (("nocache", "x"), ("cache", "x2")):
        if key not in golden:
            return
        x = as_frames(golden, key)
        frames = x.shape[1]
        cos, sin = tables(golden, first, frames)
        layout = ChunkLayout((frames,), (tuple(range(len(past))),), height, width)
        out, k, v = attention(x, cos, sin, layout, past)
        results = {f"{name}.out": out.flatten(1, 2), f"{name}.saved_k": k.mT, f"{name}.saved_v": v.mT}
        yield compare(golden, f" {name}", results)
        past, first = ((k, v),), first + frames


def check_ffn(golden: Golden) -> Iterator[Outcome]:
    """FFN alone and with the first call's tail."""
    _, height, width = golden.stated("HW")
    ratio = (golden.stated("hidden") + 0.5) / golden.stated("dim")  # the width is rounded down
    ffn = GatedConvFFN(block_config(golden, heads=1, mlp_ratio=ratio))
    golden.load_into(ffn)
    tail: Tensor | None = None
    for name, key in (("nocache", "x"), ("cache", "x2")):
        if key not in golden:
            return
        x = as_frames(golden, key)
        out, tail = ffn(x, ChunkLayout((x.shape[1],), ((),), height, width), tail)
        yield compare(golden, f" {name}", {f"{name}.out": out.flatten(1, 2), f"{name}.tail": tail.permute(0, 3, 1, 2)})


def check_cross(golden: Golden) -> Iterator[Outcome]:
    """Cross-attention with a key mask."""
    attention = CrossAttention(block_config(golden, heads=1, cross_heads=golden.stated("heads")))
    golden.load_into(attention)
    k, v = attention.text_kv(golden["cond"][:, 0])
    bias = key_bias(golden["mask"], k)
    yield compare(golden, "", {"out": attention(golden["x"][:, None], k, v, bias)[:, 0]})
