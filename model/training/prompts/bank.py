"""The prompt bank: every wording already encoded, so that training needs neither the text encoder nor its tokenizer.

Layout contract (version 1), P prompts, N tokens in all, D features:

* ``prompts.json``: ``{"format", "version", "width": D, "max_tokens": L, "prompts": [{"text", "edit", "strength",
  "split", "start"}, …]}``; ``start`` is the prompt's first token row; ``split`` is ``train``, ``held_out`` or
  ``inverse`` (asks for the undoing of the edit);
* ``prompts.safetensors``: ``codes`` int8 (N, D), ``token_scale`` float16 (N,), ``channel_scale`` float32 (D,),
  ``offsets`` int64 (P + 1,); prompt i owns rows ``offsets[i] … offsets[i + 1] − 1``;
  feature[n, d] = codes[n, d] · token_scale[n] · channel_scale[d].
  Only real tokens are stored, ``[CLS]`` and ``[SEP]`` among them.

The channel scale keeps the encoder's few very large channels from taking all eight bits of a token.

``python -m sanacam.model.training.prompts.bank OUT_DIR`` writes both files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from sanacam.model.errors import UserError

FORMAT = "sanacam.prompt-bank"
VERSION = 1
INDEX_FILE = "prompts.json"
TOKENS_FILE = "prompts.safetensors"
SPLITS = ("train", "held_out", "inverse")


@dataclass(frozen=True)
class BankEntry:
    """One encoded wording: what it says, which edit it means, how much of it (0…1), and one of :data:`SPLITS`."""

    text: str
    edit: str
    strength: float
    split: str


class PromptBank:
    """Encoded prompts as one padded int8 tensor; a batch is a gather and a multiplication, on any device.

    Attributes:
        entries: the wordings, indexed by prompt index.
        edits: names of the edits; their positions are the edit ids.
        width: D.
        max_tokens: L.
    """

    def __init__(
        self,
        entries: list[BankEntry],
        codes: Tensor,
        token_scale: Tensor,
        channel_scale: Tensor,
        offsets: Tensor,
        max_tokens: int,
    ) -> None:
        lengths = offsets[1:] - offsets[:-1]
        count, width = len(entries), codes.shape[1]
        if lengths.numel() != count or int(offsets[-1]) != codes.shape[0] or int(lengths.max()) > max_tokens:
            raise ValueError("token offsets do not fit the prompts")
        self.entries = entries
        self.edits: tuple[str, ...] = tuple(dict.fromkeys(entry.edit for entry in entries))
        self.width = width
        self.max_tokens = max_tokens
        place = torch.arange(max_tokens)
        mask = place[None] < lengths[:, None]
        rows = (offsets[:-1, None] + place[None])[mask]
        padded = torch.zeros(count, max_tokens, width, dtype=torch.int8)
        scale = torch.zeros(count, max_tokens)
        padded[mask] = codes[rows]
        scale[mask] = token_scale.float()[rows]
        self._codes, self._scale, self._mask, self._channels = padded, scale, mask, channel_scale.float()
        self._strength = torch.tensor([entry.strength for entry in entries])
        # Prompts of an (edit, split) as runs in one permutation, so that drawing for a whole batch needs no loop.
        self._order: dict[str, Tensor] = {}
        self._first: dict[str, Tensor] = {}
        self._count: dict[str, Tensor] = {}
        for split in SPLITS:
            runs = [
                [index for index, entry in enumerate(entries) if entry.edit == edit and entry.split == split]
                for edit in self.edits
            ]
            self._count[split] = torch.tensor([len(run) for run in runs])
            self._first[split] = torch.cumsum(self._count[split], 0) - self._count[split]
            self._order[split] = torch.tensor([index for run in runs for index in run], dtype=torch.int64)

    @classmethod
    def load(cls, folder: str | Path) -> PromptBank:
        """Read a bank, to the CPU; :meth:`to` moves it.

        Raises:
            UserError: a file is missing or is not a prompt bank of this version.
        """
        folder = Path(folder)
        hint = "Write the bank again with: python -m sanacam.model.training.prompts.bank OUT_DIR"
        for name in (INDEX_FILE, TOKENS_FILE):
            if not (folder / name).is_file():
                raise UserError(f"The prompt bank's file {folder / name} is missing.", hint)
        try:
            index = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
            if index["format"] != FORMAT or index["version"] != VERSION:
                raise ValueError("another format or version")
            tensors = load_file(str(folder / TOKENS_FILE))
            entries = [
                BankEntry(row["text"], row["edit"], float(row["strength"]), row["split"]) for row in index["prompts"]
            ]
            return cls(
                entries,
                tensors["codes"],
                tensors["token_scale"],
                tensors["channel_scale"],
                tensors["offsets"],
                int(index["max_tokens"]),
            )
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise UserError(f"The prompt bank in {folder} cannot be read: {error}.", hint) from error

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def device(self) -> torch.device:
        return self._codes.device

    def to(self, device: torch.device | str) -> PromptBank:
        """Move all tensors to a device, in place; returns itself."""
        for name in ("_codes", "_scale", "_mask", "_channels", "_strength"):
            setattr(self, name, getattr(self, name).to(device))
        for table in (self._order, self._first, self._count):
            table.update({split: tensor.to(device) for split, tensor in table.items()})
        return self

    def indices(self, edit: str, split: str = "train") -> Tensor:
        """Prompt indices (n,) int64 of an edit in a split.

        Raises:
            KeyError: the bank has no such edit or split.
        """
        position = self._edit_id(edit)
        first, count = int(self._first[split][position]), int(self._count[split][position])
        return self._order[split][first : first + count]

    def draw(self, edit_ids: Tensor, generator: torch.Generator | None = None, split: str = "train") -> Tensor:
        """One prompt index for each edit id, uniformly among the wordings of that edit.

        Args:
            edit_ids: (B,) int64 positions in ``edits``, on the bank's device.
            generator: of the bank's device.
        """
        chance = torch.rand(edit_ids.shape, generator=generator, device=self.device)
        count = self._count[split][edit_ids]
        # float32 below 1 times a count may still round up to the count itself.
        step = torch.minimum((chance * count).long(), count - 1)
        return self._order[split][self._first[split][edit_ids] + step]

    def require_inverse(self, edits: Iterable[str]) -> None:
        """
        Raises:
            UserError: one of these edits has no inverse wording; it is named.
        """
        without = [edit for edit in edits if not len(self.indices(edit, "inverse"))]
        if without:
            raise UserError(
                f"The prompt bank has no inverse wording for {', '.join(without)}.",
                "Write it again with: python -m sanacam.model.training.prompts.bank OUT_DIR",
            )

    def batch(self, indices: Tensor, device: torch.device | str | None = None) -> tuple[Tensor, Tensor]:
        """Features and mask of some prompts.

        Args:
            indices: (B,) int64 prompt indices.
            device: where the result goes; the bank's own device if None. Fast when the bank lives there.

        Returns:
            ``(features, mask)``: (B, L, D) float32, zero on padding, and (B, L) bool.
        """
        indices = indices.to(self.device)
        features = self._codes[indices].float() * (self._scale[indices][..., None] * self._channels)
        mask = self._mask[indices]
        return (features, mask) if device is None else (features.to(device), mask.to(device))

    def strength(self, indices: Tensor) -> Tensor:
        """(B,) float32 blend strengths of some prompts."""
        return self._strength[indices.to(self.device)]

    def sample(
        self, edit: str, generator: torch.Generator | None = None, split: str = "train"
    ) -> tuple[Tensor, Tensor, float]:
        """One random wording of an edit.

        Returns:
            ``(features, mask, strength)``: (L, D) float32, (L,) bool, 0…1.

        Raises:
            KeyError: the bank has no such edit.
        """
        index = self.draw(torch.tensor([self._edit_id(edit)], device=self.device), generator, split)
        features, mask = self.batch(index)
        return features[0], mask[0], float(self.strength(index))

    def _edit_id(self, edit: str) -> int:
        if edit not in self.edits:
            raise KeyError(f"the prompt bank has no edit {edit!r}")
        return self.edits.index(edit)


def main() -> int:
    # Here, not above: whoever only reads a bank needs no tokenizer library.
    from sanacam.model.text.minilm import MiniLMEncoder
    from sanacam.model.training.prompts.bank_builder import all_prompts, build_prompt_bank

    parser = argparse.ArgumentParser(description="Encode all training and held-out wordings.")
    parser.add_argument("out", type=Path, help="folder for prompts.json and prompts.safetensors")
    parser.add_argument("--text", type=Path, help="folder with the text encoder (default: the shipped one)")
    parser.add_argument(
        "--splits",
        nargs="+",
        choices=SPLITS,
        default=SPLITS,
        help="what to encode (default: all)",
    )
    parser.add_argument("--templates", type=int, default=30, help="template wordings an edit and language")
    parser.add_argument("--sayings", type=int, help="at most so many sayings an edit and language (default: all)")
    arguments = parser.parse_args()
    try:
        encoder = MiniLMEncoder.load(arguments.text) if arguments.text else None
        prompts = [
            prompt for prompt in all_prompts(arguments.templates, arguments.sayings) if prompt.split in arguments.splits
        ]
        summary = build_prompt_bank(arguments.out, prompts, encoder)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(summary)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
