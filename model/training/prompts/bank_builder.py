"""Encode wordings with MiniLM and store them as a :class:`PromptBank`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.text.minilm import MiniLMEncoder
from sanacam.model.training.prompts.bank import FORMAT, INDEX_FILE, TOKENS_FILE, VERSION, BankEntry
from sanacam.model.training.prompts.inverse import inverse_prompts
from sanacam.model.training.prompts.sentences import LANGUAGES
from sanacam.model.training.prompts.taxonomy import Prompt
from sanacam.model.training.prompts.unknown import unknown_training
from sanacam.model.training.prompts.wordings import TEMPLATE_WORDINGS, edit_names, held_out_prompts, training_prompts


def all_prompts(templates: int = TEMPLATE_WORDINGS, sayings: int | None = None) -> list[BankEntry]:
    """Training and held-out wordings of every edit in all languages, its inverse wordings, and unknown prompts (under
    the edits that answer them).

    Args:
        templates, sayings: of an edit and language, as in :func:`training_prompts`.
    """
    entries: list[BankEntry] = []
    for edit in edit_names():
        for language in LANGUAGES:
            entries += [_entry(prompt, "train") for prompt in training_prompts(edit, templates, language, sayings)]
            entries += [_entry(prompt, "held_out") for prompt in held_out_prompts(edit, language)]
        entries += [_entry(prompt, "inverse") for prompt in inverse_prompts(edit)]
    return entries + [_entry(prompt, "train") for prompt in unknown_training()]


def build_prompt_bank(out_dir: str | Path, prompts: Sequence[BankEntry], encoder: MiniLMEncoder | None = None) -> str:
    """Encode prompts and write ``prompts.json`` and ``prompts.safetensors``.

    Args:
        out_dir: created if missing.
        prompts: at least one.
        encoder: the encoder that ships with ``mini`` if None.

    Returns:
        One line that says what was written.

    Raises:
        UserError: the folder cannot be written, or a prompt holds no word.
        ValueError: no prompts.
    """
    if not prompts:
        raise ValueError("a prompt bank needs at least one prompt")
    encoder = encoder or shipped_encoder()
    features = encoder.encode_many([prompt.text for prompt in prompts])
    lengths = torch.tensor([0, *(len(tokens) for tokens in features)])
    offsets = torch.cumsum(lengths, 0)
    tokens = torch.cat(features)
    codes, token_scale, channel_scale = quantise_tokens(tokens)
    out = Path(out_dir)
    index = {
        "format": FORMAT,
        "version": VERSION,
        "width": encoder.width,
        "max_tokens": encoder.max_tokens,
        "prompts": [
            {
                "text": prompt.text,
                "edit": prompt.edit,
                "strength": prompt.strength,
                "split": prompt.split,
                "start": int(start),
            }
            for prompt, start in zip(prompts, offsets[:-1], strict=True)
        ],
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        # Written beside and moved into place: a broken run leaves the old bank, not half a new one.
        parts = {name: out / f"{name}.part" for name in (TOKENS_FILE, INDEX_FILE)}
        save_file(
            {"codes": codes, "token_scale": token_scale, "channel_scale": channel_scale, "offsets": offsets},
            str(parts[TOKENS_FILE]),
        )
        parts[INDEX_FILE].write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        for name, part in parts.items():
            part.chmod(0o644)
            os.replace(part, out / name)
    except OSError as error:
        raise UserError(
            f"The prompt bank cannot be written to {out}: {error.strerror}.", "Choose another folder."
        ) from error
    size = sum((out / name).stat().st_size for name in parts) / 1e6
    edits = len({prompt.edit for prompt in prompts})
    return f"{len(prompts)} prompts of {edits} edits, {len(tokens)} tokens, {size:.1f} MB in {out}"


def quantise_tokens(tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(N, D) features to int8 codes, a float16 scale a token and a float32 scale a channel, as in the bank's layout."""
    channel_scale = tokens.pow(2).mean(dim=0).sqrt().clamp(min=1e-6)
    level = tokens / channel_scale
    token_scale = (level.abs().amax(dim=1) / 127).clamp(min=1e-4).half()
    codes = torch.round(level / token_scale.float()[:, None]).clamp(-127, 127).to(torch.int8)
    return codes, token_scale, channel_scale


def shipped_encoder() -> MiniLMEncoder:
    """The text encoder in the program's assets."""
    with as_file(files("sanacam.assets") / "models" / "mini" / "text") as folder:
        return MiniLMEncoder.load(folder)


def _entry(prompt: Prompt, split: str) -> BankEntry:
    return BankEntry(prompt.text, prompt.edit, prompt.strength, split)
