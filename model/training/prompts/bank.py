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
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.prompts.taxonomy import FULL

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
        self._lines: dict[tuple[str, float], Tensor] = {}

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
        self._lines.clear()
        return self

    def indices(self, edit: str, split: str = "train") -> Tensor:
        """Prompt indices (n,) int64 of an edit in a split.

        Raises:
            KeyError: the bank has no such edit or split.
        """
        position = self._edit_id(edit)
        first, count = int(self._first[split][position]), int(self._count[split][position])
        return self._order[split][first : first + count]

    def draw(
        self, edit_ids: Tensor, generator: torch.Generator | None = None, split: str = "train", graded: float = 0.0
    ) -> Tensor:
        """One prompt index for each edit id.

        Args:
            edit_ids: (B,) int64 positions in ``edits``, on the bank's device; each edit has wordings in the split.
            generator: of the bank's device.
            graded: share of the draws that ask for less than all of an edit which has such wordings, each of its
                lower degrees as often as the others. 0: every wording of the edit is as likely as any other.
        """
        chance = torch.rand(edit_ids.shape, generator=generator, device=self.device, dtype=torch.float64)
        bounds = self._bounds(split, graded)
        first, count = self._first[split][edit_ids], self._count[split][edit_ids]
        place = torch.searchsorted(bounds, edit_ids + chance, right=True)
        return self._order[split][torch.minimum(torch.maximum(place, first), first + count - 1)]

    def _bounds(self, split: str, graded: float) -> Tensor:
        """Where each wording in the order of a split ends on a line on which edit number e has e … e + 1."""
        if (split, graded) not in self._lines:
            order, strength = self._order[split].tolist(), self._strength.tolist()
            first, count = self._first[split].tolist(), self._count[split].tolist()
            ends: list[float] = []
            for edit, (begin, size) in enumerate(zip(first, count, strict=True)):
                degrees = [strength[index] for index in order[begin : begin + size]]
                shares = _degree_shares(degrees, graded)
                ends += (edit + end for end in accumulate(shares))
            self._lines[split, graded] = torch.tensor(ends, dtype=torch.float64, device=self.device)
        return self._lines[split, graded]

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


def _degree_shares(degrees: list[float], graded: float) -> list[float]:
    """How likely each of an edit's wordings is, given the strengths they ask for."""
    kinds = Counter(degrees)
    lower = [degree for degree in kinds if degree < FULL]
    if not graded or not lower or FULL not in kinds:
        return [1 / len(degrees)] * len(degrees)
    share = dict.fromkeys(lower, graded / len(lower)) | {FULL: 1 - graded}
    return [share[degree] / kinds[degree] for degree in degrees]


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
