"""Convert a published all-MiniLM-L6-v2 to the stored form.

The source folder holds ``model.safetensors``, ``config.json`` and ``tokenizer.json``.

``python -m sanacam.model.text.convert SOURCE_FOLDER OUT_FOLDER``
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.text.bert import BertConfig
from sanacam.model.text.minilm import CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE, config_json
from sanacam.model.text.quantised import save_quantised

STORED_POSITIONS = 64
_LAYER_NAMES = {
    "out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "output_norm": "output.LayerNorm",
}


def renamed_weights(published: dict[str, Tensor], depth: int, positions: int = STORED_POSITIONS) -> dict[str, Tensor]:
    """Published BERT tensors under the names of :class:`BertEncoder`.

    Query, key and value are stacked in this order; the embedding of segment 0 is added to the first ``positions`` rows
    of the position table; the pooler is dropped.

    Raises:
        KeyError: a tensor is missing.
    """
    table = published["embeddings.position_embeddings.weight"][:positions]
    weights = {
        "tokens.weight": published["embeddings.word_embeddings.weight"],
        "positions.weight": table + published["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        weights[f"norm.{kind}"] = published[f"embeddings.LayerNorm.{kind}"]
        for layer in range(depth):
            source, target = f"encoder.layer.{layer}", f"layers.{layer}"
            parts = [published[f"{source}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            weights[f"{target}.qkv.{kind}"] = torch.cat(parts)
            for name, published_name in _LAYER_NAMES.items():
                weights[f"{target}.{name}.{kind}"] = published[f"{source}.{published_name}.{kind}"]
    return weights


def bert_config(published: dict[str, object], positions: int = STORED_POSITIONS) -> BertConfig:
    """Our sizes from a published ``config.json``.

    Raises:
        ValueError: another activation or position scheme than this encoder has.
    """
    if published.get("hidden_act") != "gelu" or published.get("position_embedding_type", "absolute") != "absolute":
        raise ValueError("only BERT with exact GELU and absolute positions can be converted")
    return BertConfig(
        vocabulary=int(str(published["vocab_size"])),
        width=int(str(published["hidden_size"])),
        depth=int(str(published["num_hidden_layers"])),
        heads=int(str(published["num_attention_heads"])),
        hidden=int(str(published["intermediate_size"])),
        positions=positions,
        norm_epsilon=float(str(published["layer_norm_eps"])),
    )


def convert(source: Path, out: Path) -> None:
    """Write ``text.safetensors``, ``tokenizer.json`` and ``config.json`` to ``out``.

    Raises:
        UserError: the source folder lacks a file.
    """
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        if not (source / name).is_file():
            raise UserError(f"{source} has no {name}.", "Give the folder of a published all-MiniLM-L6-v2.")
    config = bert_config(json.loads((source / "config.json").read_text(encoding="utf-8")))
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    out.mkdir(parents=True, exist_ok=True)
    save_quantised(renamed_weights(load_file(str(source / "model.safetensors")), config.depth), out / WEIGHTS_FILE)
    tokenizer.save(str(out / TOKENIZER_FILE), pretty=False)
    (out / CONFIG_FILE).write_text(config_json(config), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Convert all-MiniLM-L6-v2 to the int8 form that ships with mini.")
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    try:
        convert(arguments.source, arguments.out)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
