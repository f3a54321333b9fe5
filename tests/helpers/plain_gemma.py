"""Gemma 2's decoder stack written out again, without the soft cap on attention scores: what tests compare to."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional


def plain_features(folder: Path, ids: Tensor, mask: Tensor) -> Tensor:
    """(n,) token ids and their mask, padding included, to (n, D) float32 features after the final norm."""
    config = json.loads((folder / "config.json").read_text())
    weights = {
        name.removeprefix("model."): tensor.float()
        for path in folder.glob("*.safetensors")
        for name, tensor in load_file(path).items()
    }
    heads, groups, size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    positions = torch.arange(len(ids)).float()
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2).float() / size)
    cosine, sine = (part(torch.cat((angles, angles), dim=1)) for part in (torch.cos, torch.sin))
    seen = (positions[:, None] >= positions) & mask.bool()

    def norm(x: Tensor, name: str) -> Tensor:
        return functional.rms_norm(x, x.shape[-1:], 1.0 + weights[name], config["rms_norm_eps"])

    def rotated(x: Tensor) -> Tensor:
        left, right = x.chunk(2, dim=-1)
        return x * cosine + torch.cat((-right, left), dim=-1) * sine

    x = weights["embed_tokens.weight"][ids] * config["hidden_size"] ** 0.5
    for index in range(config["num_hidden_layers"]):
        at = f"layers.{index}"
        y = norm(x, f"{at}.input_layernorm.weight")
        query, key, value = (
            (y @ weights[f"{at}.self_attn.{part}_proj.weight"].T).view(len(ids), count, size).transpose(0, 1)
            for part, count in (("q", heads), ("k", groups), ("v", groups))
        )
        key, value = (rotated(key).repeat_interleave(heads // groups, 0), value.repeat_interleave(heads // groups, 0))
        scores = rotated(query) @ key.transpose(1, 2) * config["query_pre_attn_scalar"] ** -0.5
        mixed = scores.masked_fill(~seen, -1e30).softmax(dim=-1) @ value
        mixed = mixed.transpose(0, 1).reshape(len(ids), -1) @ weights[f"{at}.self_attn.o_proj.weight"].T
        x = x + norm(mixed, f"{at}.post_attention_layernorm.weight")
        y = norm(x, f"{at}.pre_feedforward_layernorm.weight")
        gate = functional.gelu(y @ weights[f"{at}.mlp.gate_proj.weight"].T, approximate="tanh")
        y = (gate * (y @ weights[f"{at}.mlp.up_proj.weight"].T)) @ weights[f"{at}.mlp.down_proj.weight"].T
        x = x + norm(y, f"{at}.post_feedforward_layernorm.weight")
    return norm(x, "norm.weight")
