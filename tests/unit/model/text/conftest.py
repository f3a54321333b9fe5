"""A Gemma 2 of 30 thousand random weights, in the files of a published one, and a tokenizer made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from sanacam.model.cache_folder import CACHE_DIR_VARIABLE
from sanacam.model.text.gemma_prompt import PREFIX

WORDS = ["make it a watercolor painting of the sea at night", "turn the room into a forest, soft morning light"]


def write_tokenizer(path: Path) -> None:
    """Gemma's kind of tokenizer: spaces become ▁ and belong to the word behind, unknown characters become bytes."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>", byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = BpeTrainer(vocab_size=500, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([PREFIX, *WORDS], trainer)
    tokenizer.save(str(path))


@pytest.fixture(scope="session")
def gemma_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``config.json``, ``tokenizer.json`` and the weights in shards, bf16 as published."""
    from transformers import Gemma2Config, Gemma2ForCausalLM

    folder = tmp_path_factory.mktemp("gemma")
    torch.manual_seed(3)
    config = Gemma2Config(
        vocab_size=500,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        query_pre_attn_scalar=8,
        attn_logit_softcapping=2.0,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0},
    )
    network = Gemma2ForCausalLM(config)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            weight.normal_(0.0, 0.3 if "norm" in name else 0.35)
    network.to(torch.bfloat16).save_pretrained(folder, max_shard_size="60KB")
    write_tokenizer(folder / "tokenizer.json")
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or fills the cache of whoever runs the tests."""
    monkeypatch.setenv(CACHE_DIR_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"
