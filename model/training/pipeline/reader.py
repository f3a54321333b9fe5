"""Training from shards: the pairs of a folder, drawn as :class:`PairMaker` draws its own.

Any pair can be read at any time: a shard's table of contents is small, and contents are fetched from where they lie. So
a step's batch follows from (seed, shard of the step, step) alone, as with pairs made on the fly, and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.config import StageConfig
from sanacam.model.training.data.bank import Source, SourceBank
from sanacam.model.training.data.sampler import camera_noise
from sanacam.model.training.edits import EDITS
from sanacam.model.training.pairs import PairMaker, Pairs
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.pipeline.manifest import ShardRecord, damage, read_record, read_stage_manifest
from sanacam.model.training.pipeline.pictures import clip_of, decode_clip_field
from sanacam.model.training.pipeline.shards import Sample, Shard
from sanacam.model.training.prompts.bank import PromptBank
from sanacam.model.training.stages.context import Context

_KEPT_PAIRS = 64
"""Decoded pairs kept at hand."""
_SMALLEST_CROP = 0.62


class ShardFolder:
    """All samples of a finished stage, by number.

    Raises:
        UserError: there are none, or a shard is missing or damaged; it is named.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: list[tuple[Shard, str]] = []
        for number, row in enumerate(read_stage_manifest(folder)["shards"]):
            record = read_record(folder, number) or ShardRecord(**row)
            wrong = damage(folder, record)
            if wrong:
                raise UserError(
                    f"The shard {folder / record.name}.tar is {wrong}.", "Run 'sanacam train data' again: it mends it."
                )
            shard = Shard(folder / f"{record.name}.tar")
            self._places += [(shard, key) for key in shard.keys]
        if not self._places:
            raise UserError(f"The shards in {folder} hold no samples.", "Look at what was rejected: manifest.json.")

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Sample:
        shard, key = self._places[number]
        return shard.read(key)

    def dealt(self, rank: int, world: int) -> Iterator[Sample]:
        """The samples of one of ``world`` readers, in order: every ``world``-th."""
        return (self[number] for number in range(rank, len(self), world))


class ShardPairs(PairMaker):
    """Draws :class:`Pairs` from a folder of verified pairs; each in a random stretch, crop and mirroring.

    Args:
        bank: the same folder's sources.

    Raises:
        UserError: a pair is shorter than the stage's clips, the prompt bank lacks its wordings, or all weigh nothing.
    """

    def __init__(
        self, folder: ShardFolder, bank: SourceBank, prompts: PromptBank, config: StageConfig, ranks: Ranks
    ) -> None:
        super().__init__(bank, prompts, config, ranks)
        self.folder = folder
        rows: dict[str, list[int]] = {}
        for index, entry in enumerate(prompts.entries):
            if entry.split == "train":
                rows.setdefault(f"{entry.edit} {entry.strength:g} {entry.text}", []).append(index)
        self._edits, self._rows, weights = [], [], []
        for sample in folder.dealt(0, 1):
            asked = sample.meta["instruction"]
            named = f"{asked['name']} {asked['strength']:g}"
            mine = [row for text in asked["forward"] for row in rows.get(f"{named} {text}", [])]
            if not mine:
                raise UserError(
                    f"The prompt bank has no wording of the pair {sample.key}.", "Run 'sanacam train data' again."
                )
            self._edits.append(asked["name"])
            self._rows.append(mine)
            known = asked["name"] in EDITS
            weights.append(self._weight(asked["name"]) if known else config.edit_weights.get(asked["name"], 1.0))
        if not any(weights):
            raise UserError(f"No pair of {folder.folder} is left to train on.", "See family_weights and edit_weights.")
        self._chances = torch.tensor(weights)
        self._pair = lru_cache(_KEPT_PAIRS)(self._read)

    def _has_pairs(self) -> bool:
        # They lie in the shards; none of them need be of an edit that a teacher can make.
        return True

    def _read(self, number: int) -> tuple[Tensor, Tensor]:
        """Source and target (T, 3, H, W) uint8."""
        sample = self.folder[number]
        if "edited.avif" not in sample.fields:
            raise UserError(
                f"{self.folder.folder} holds long sources, not pairs.", "Train this stage on the folder 'pairs'."
            )
        source, target = (decode_clip_field(sample.fields[f"{name}.avif"]) for name in ("source", "edited"))
        if len(source) < self.config.frames:
            raise UserError(
                f"The pair {sample.key} has {len(source)} frames, fewer than the {self.config.frames} of the stage.",
                "Lower 'frames' of the stage, or raise it in [clips] of the pipeline.",
            )
        both = [torch.from_numpy(pictures).permute(0, 3, 1, 2) for pictures in (source, target)]
        return both[0], both[1]

    @torch.no_grad()
    def draw(self, batch: int, groups: int) -> Pairs:
        """``batch`` pairs. They come one by one, so ``groups`` says nothing here."""
        chosen = torch.multinomial(self._chances, batch, replacement=True, generator=self.cpu).tolist()
        views = [self._view(*self._pair(number)) for number in chosen]
        clean, target = (torch.stack(pictures) for pictures in zip(*views, strict=True))
        texts = torch.rand(batch, generator=self.cpu).tolist()
        rows = [self._rows[n][int(u * len(self._rows[n]))] for n, u in zip(chosen, texts, strict=True)]
        source = camera_noise(clean, self.cpu)
        prompts = torch.tensor(rows, device=self.prompts.device)
        target = target * 2 - 1
        return Pairs(source * 2 - 1, target, target, prompts, [self._edits[n] for n in chosen], self._fall(batch))

    def _view(self, *clips: Tensor) -> list[Tensor]:
        """The same stretch, crop and mirroring of source and target: (T, 3, H, W) in 0…1 on the device."""
        config = self.config
        time, share, x, y, mirrored = torch.rand(5, generator=self.cpu).tolist()
        count, _, rows, columns = clips[0].shape
        start = int(time * (count - config.frames + 1))
        scale = min(rows / config.height, columns / config.width) * (_SMALLEST_CROP + (1 - _SMALLEST_CROP) * share)
        height, width = max(1, round(scale * config.height)), max(1, round(scale * config.width))
        top, left = int(y * (rows - height + 1)), int(x * (columns - width + 1))
        views = []
        for clip in clips:
            part = clip[start : start + config.frames, :, top : top + height, left : left + width]
            part = part.to(self.ranks.device, non_blocking=True).float() / 255
            part = F.interpolate(part, size=(config.height, config.width), mode="bilinear", antialias=True)
            views.append((part.flip(3) if mirrored < 0.5 else part).clamp(0, 1))
        return views


def shard_sources(folder: ShardFolder, device: torch.device) -> SourceBank:
    """The source clips in a folder of shards, once each."""
    found: dict[str, Source] = {}
    for sample in folder.dealt(0, 1):
        name = f"{sample.meta['origin']['name']}-{sample.meta.get('start', 0):05d}"
        if name in found:
            continue
        clip = clip_of(sample)
        frames = torch.from_numpy(clip.frames).permute(0, 3, 1, 2).contiguous()
        mask = None if clip.mask is None else F.avg_pool2d(torch.from_numpy(clip.mask)[:, None].float(), 2).byte()
        found[name] = Source(name, frames, mask, clip.fps, people=mask is not None)
    return SourceBank.of(found.values(), device)


def holds_shards(folder: Path) -> bool:
    """Whether a training stage's data folder is one of shards."""
    return any(folder.glob("[0-9]*.tar"))


def shard_context(config: StageConfig, ranks: Ranks, folder: Path, prompt_folder: Path | None = None) -> Context:
    """As ``make_context`` does for a prepared folder: everything a stage needs, from a folder of shards."""
    samples = ShardFolder(folder)
    bank = shard_sources(samples, ranks.device)
    prompts = PromptBank.load(prompt_folder or folder).to(ranks.device)
    perceptual = LPIPS(ranks.device)
    if config.compile:
        perceptual.compile()
    return Context(config, ranks, ShardPairs(samples, bank, prompts, config, ranks), prompts, perceptual, bank)
