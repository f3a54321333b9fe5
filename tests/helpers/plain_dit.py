"""The reference's network and sampler written out again from their formulas, in float64 and frame by frame, and golden
vectors made with them: what tests compare to where the public vectors have only one configuration."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

Weights = dict[str, Tensor]


def rms(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return weight * x / (x.pow(2).mean(-1, keepdim=True) + eps).sqrt()


def layer_norm(x: Tensor) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-6).sqrt()


@cache
def turns(dim: int, frame: int, grid: tuple[int, int]) -> Tensor:
    """Complex (S, D / 2): time, rows, columns."""
    third, angles = dim // 6, []
    for token in range(grid[0] * grid[1]):
        places = ((frame, dim // 2 - 2 * third), (token // grid[1], third), (token % grid[1], third))
        angles.append(torch.cat([p * 10000.0 ** (-torch.arange(n, dtype=torch.float64) / n) for p, n in places]))
    angle = torch.stack(angles)
    return torch.polar(torch.ones_like(angle), angle)


def turned(x: Tensor, first: int, grid: tuple[int, int]) -> Tensor:
    """Rotary positions: (B, T, S, heads, D)."""
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    frames = torch.stack([turns(x.shape[-1], first + t, grid) for t in range(x.shape[1])])
    return torch.view_as_real(pairs * frames[:, :, None]).flatten(-2)


class PlainDiT:
    """One streaming network with its caches, which grow without end.

    Args:
        weights: with the released names.
        config: the description beside golden vectors.
    """

    def __init__(self, weights: Weights, config: dict[str, Any], softmax: list[int], grid: tuple[int, int]) -> None:
        self.w = {name: value.double() for name, value in weights.items()}
        self.config, self.softmax, self.grid = config, softmax, grid
        self.stored: list[list[dict[str, Tensor]]] = []

    def linear(self, x: Tensor, name: str) -> Tensor:
        weight = self.w[f"{name}.weight"]
        weight = weight[:, :, weight.shape[2] // 2] if weight.ndim == 3 else weight.flatten(1)
        return F.linear(x, weight, self.w.get(f"{name}.bias"))

    def __call__(
        self, x: Tensor, t: float, source: Tensor, text: Tensor, mask: Tensor, first: int, seen: list[int],
        save: bool = False,
    ) -> Tensor:  # fmt: skip
        """Velocity (B, C, T, h, w). ``seen``: numbers of the chunks that softmax blocks see."""
        rate = torch.exp((-math.log(10000.0) * torch.arange(128, dtype=torch.float32) / 128).double()).float()
        rate[13] = rate[13].nextafter(torch.tensor(1.0))  # as the reference's exp in fp32 rounds it
        angle = int(t) * rate.double()
        hidden = self.linear(torch.cat([angle.cos(), angle.sin()]), "t_embedder.mlp.0")
        t_emb = self.linear(F.silu(hidden), "t_embedder.mlp.2")
        t6 = self.linear(F.silu(t_emb), "t_block.1").view(6, -1)
        y = F.gelu(self.linear(text.double(), "y_embedder.y_proj.fc1"), approximate="tanh")
        y = rms(self.linear(y, "y_embedder.y_proj.fc2"), self.w["attention_y_norm.weight"], 1e-5)
        tokens = torch.cat([x.double(), source.double()], 1).permute(0, 2, 3, 4, 1).flatten(2, 3)
        h = self.linear(tokens, "x_embedder.proj")
        records: list[dict[str, Tensor]] = []
        for i in range(self.config["depth"]):
            m, name = self.w[f"blocks.{i}.scale_shift_table"] + t6, f"blocks.{i}"
            past = [self.stored[chunk][i] for chunk in seen]
            last = self.stored[-1][i] if self.stored else None
            a = layer_norm(h) * (1 + m[1]) + m[0]
            attention = self.softmax_attention if i in self.softmax else self.gdn
            attended, record = attention(f"{name}.attn", a, first, past if i in self.softmax else [last])
            h = h + m[2] * attended
            h = h + self.cross(f"{name}.cross_attn", h, y, mask)
            fed, record["slot5"] = self.ffn(f"{name}.mlp", layer_norm(h) * (1 + m[4]) + m[3], last)
            h = h + m[5] * fed
            records.append(record)
        if save:
            self.stored.append(records)
        shift, scale = self.w["final_layer.scale_shift_table"] + t_emb
        out = self.linear(layer_norm(h) * (1 + scale) + shift, "final_layer.linear")
        return out.unflatten(2, self.grid).permute(0, 4, 1, 2, 3)

    def heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (-1, self.config["linear_head_dim"]))

    def normed(self, a: Tensor, name: str, part: str) -> Tensor:
        return rms(self.linear(a, f"{name}.{part}"), self.w[f"{name}.{part}_norm.weight"], 1e-5)

    def gated(self, name: str, out: Tensor, a: Tensor) -> Tensor:
        return self.linear(out.flatten(-2) * F.silu(self.linear(a, f"{name}.output_gate")), f"{name}.proj")

    def gdn(self, name: str, a: Tensor, first: int, past: list[Any]) -> tuple[Tensor, dict[str, Tensor]]:
        q, k = (self.heads(F.relu(self.normed(a, name, part))) for part in "qk")
        v = self.heads(self.linear(a, f"{name}.v"))
        batch, frames, size, heads, dim = q.shape
        k = k / math.sqrt(dim) / math.sqrt(size)
        q_rot, k_rot = turned(q, first, self.grid), turned(k, first, self.grid)
        beta = self.linear(a, f"{name}.beta_proj").sigmoid()
        alpha = self.linear(a.mean(2), f"{name}.gate_proj") + self.w[f"{name}.dt_bias"]
        decay = torch.exp(-self.w[f"{name}.A_log"].exp() * F.softplus(alpha))
        state = past[0]["slot0"] if past[0] else torch.zeros(batch, heads, dim, dim, dtype=torch.float64)
        norm = past[0]["slot1"][..., 0] if past[0] else torch.zeros(batch, heads, dim, dtype=torch.float64)

        def absorb(m: Tensor, z: Tensor, f: int) -> tuple[Tensor, Tensor]:
            m, z = m * decay[:, f, :, None, None], z * decay[:, f, :, None]
            surprise = (v[:, f] - torch.einsum("bhvk,bshk->bshv", m, k_rot[:, f])) * beta[:, f, :, :, None]
            surprise_z = (1 - torch.einsum("bhk,bshk->bsh", z, k[:, f])) * beta[:, f]
            m = m + torch.einsum("bshv,bshk->bhvk", surprise, k_rot[:, f])
            return m, z + torch.einsum("bsh,bshk->bhk", surprise_z, k[:, f])

        outs: list[Tensor] = []
        for f in range(frames):
            state, norm = absorb(state, norm, f)
            later, later_z = torch.zeros_like(state), torch.zeros_like(norm)
            for j in range(frames - 1, f, -1):
                later, later_z = absorb(later, later_z, j)
            above = torch.einsum("bhvk,bshk->bshv", state + later, q_rot[:, f])
            below = torch.einsum("bhk,bshk->bsh", norm + later_z, q[:, f])
            outs.append(above / (below[..., None] + 1e-8))
        return self.gated(name, torch.stack(outs, 1), a), {"slot0": state, "slot1": norm[..., None]}

    def softmax_attention(
        self, name: str, a: Tensor, first: int, past: list[dict[str, Tensor]]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        q, k = (turned(self.heads(self.normed(a, name, part)), first, self.grid) for part in "qk")
        v = self.heads(self.linear(a, f"{name}.v"))
        q, k, v = (t.flatten(1, 2).permute(0, 2, 3, 1) for t in (q, k, v))
        keys, values = torch.cat([*(p["slot1"] for p in past), k], 3), torch.cat([*(p["slot2"] for p in past), v], 3)
        out = (q.mT @ keys / math.sqrt(q.shape[2])).softmax(-1) @ values.mT
        out = out.transpose(1, 2).unflatten(1, a.shape[1:3])
        return self.gated(name, out, a), {"slot1": k, "slot2": v}

    def cross(self, name: str, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        count = self.config["num_heads"]
        k, v = self.linear(y, f"{name}.kv_linear").chunk(2, -1)
        q = rms(self.linear(x, f"{name}.q_linear"), self.w[f"{name}.q_norm.weight"], 1e-6).flatten(1, 2)
        k = rms(k, self.w[f"{name}.k_norm.weight"], 1e-6)
        q, k, v = (t.unflatten(-1, (count, -1)).transpose(1, 2) for t in (q, k, v))
        scores = q @ k.mT / math.sqrt(q.shape[-1]) - 10000.0 * (1 - mask.double())[:, None, None]
        return self.linear((scores.softmax(-1) @ v).transpose(1, 2).flatten(2), f"{name}.proj").view_as(x)

    def ffn(self, name: str, x: Tensor, last: dict[str, Tensor] | None) -> tuple[Tensor, Tensor]:
        batch, frames = x.shape[:2]
        r = F.silu(self.linear(x, f"{name}.inverted_conv.conv")).flatten(0, 1).mT.unflatten(2, self.grid)
        depth = f"{name}.depth_conv.conv"
        r = F.conv2d(r, self.w[f"{depth}.weight"], self.w[f"{depth}.bias"], padding=1, groups=r.shape[1])
        value, gate = r.flatten(2).mT.chunk(2, -1)
        r = self.linear(value * F.silu(gate), f"{name}.point_conv.conv").unflatten(0, (batch, frames))
        taps = self.w[f"{name}.t_conv.weight"][..., 0]
        before = last["slot5"].permute(0, 2, 3, 1) if last else torch.zeros_like(r[:, :1])
        padded = torch.cat([before, r, torch.zeros_like(r[:, :1])], 1)
        mixed = sum(F.linear(padded[:, i : i + frames], taps[:, :, i]) for i in range(3))
        return r + mixed, r[:, -1:].permute(0, 3, 1, 2)


def visible(chunk: int, remembered: int, sink: bool) -> list[int]:
    """Chunks that softmax blocks of this one see besides it, oldest first."""
    if remembered <= 0:
        return list(range(chunk)) if remembered else []
    window = max(chunk - remembered + 1, 0)
    return [0, *range(window, chunk)] if sink and window > 0 else list(range(max(chunk - remembered, 0), chunk))


@torch.no_grad()
def write_stream(
    folder: Path, weights: Weights, config: dict[str, Any], softmax: list[int], *,
    bounds: list[int], grid: tuple[int, int], timesteps: list[float], remembered: int = 2, sink: bool = True,
    batch: int = 1, name: str = "stream",
) -> None:  # fmt: skip
    """Golden vectors of a clip, in the files' format: weights, inputs, first and last steps, caches, result."""

    def described(stem: str, tensors: Weights, **info: Any) -> None:
        listed = {key: ["float32", list(value.shape)] for key, value in tensors.items()}
        save_file({key: value.float().contiguous() for key, value in tensors.items()}, folder / f"{stem}.safetensors")
        (folder / f"{stem}.json").write_text(json.dumps({"config": config, **info, "tensors": listed}))

    described(f"{name}_weights", weights, softmax_layer_indices=softmax)
    generator = torch.Generator().manual_seed(len(bounds) + batch)
    size = (batch, config["in_channels"], bounds[-1], *grid)
    noise, source = (torch.randn(size, generator=generator) for _ in range(2))
    text = torch.randn(batch, 1, config["model_max_length"], config["caption_channels"], generator=generator)
    mask = torch.ones(batch, config["model_max_length"])
    mask[-1, 2:] = 0
    found = {"noise": noise, "source": source, "text": text, "mask": mask}
    network, sigmas, finals, schedule = PlainDiT(weights, config, softmax, grid), [*timesteps, 0.0], [], []
    for chunk, (start, end) in enumerate(pairwise(bounds)):
        given = (source[:, :, start:end], text[:, 0], mask, start, visible(chunk, remembered, sink))
        x = noise[:, :, start:end].double()
        for step, t in enumerate(timesteps):
            if step == len(timesteps) - 1:
                found[f"chunk{chunk}.last_step.in"] = x
            v = network(x, t, *given)
            if step == 0:
                found[f"chunk{chunk}.step0.out"] = v
            x = x + (sigmas[step + 1] - sigmas[step]) / 1000 * v
        last = end == bounds[-1]
        if not last:
            network(x, 0.0, *given, save=True)
            for index, record in enumerate(network.stored[-1]):
                found |= {f"cache_after_chunk{chunk}.block{index}.{slot}": value for slot, value in record.items()}
        calls = [{"t": [t], "save": False} for t in timesteps] + ([] if last else [{"t": [0.0], "save": True}])
        schedule.append({"chunk": chunk, "frames": [start, end], "calls": calls})
        finals.append(x)
    described(
        name, {**found, "final": torch.cat(finals, 2)}, weights=f"{name}_weights.safetensors", steps=len(timesteps),
        chunk_boundaries=bounds, base_chunk_frames=bounds[-1] - bounds[-2], num_cached_blocks=remembered,
        sink_token=sink, cfg_scale=1.0, flow_shift=8.0, schedule=schedule,
    )  # fmt: skip
