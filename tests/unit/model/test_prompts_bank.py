"""The bank returns what the encoder says, and drawing from it is fair, reproducible and vectorised."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import torch

from sanacam.model.errors import UserError
from sanacam.model.text import MiniLMEncoder
from sanacam.model.training.prompts.bank import INDEX_FILE, SPLITS, TOKENS_FILE, BankEntry, PromptBank
from sanacam.model.training.prompts.bank_builder import all_prompts, build_prompt_bank, quantise_tokens, shipped_encoder
from sanacam.model.training.prompts.wordings import edit_names, held_out_prompts, training_prompts

ENTRIES = [
    BankEntry("noir", "noir", 1.0, "train"),
    BankEntry("make it black and white", "noir", 1.0, "train"),
    BankEntry("slightly grey", "noir", 0.55, "train"),
    BankEntry("an old detective movie", "noir", 1.0, "held_out"),
    BankEntry("anime pls", "anime", 1.0, "train"),
    BankEntry("turn it into a japanese cartoon", "anime", 1.0, "held_out"),
]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return shipped_encoder()


@pytest.fixture(scope="module")
def folder(encoder: MiniLMEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bank")
    assert build_prompt_bank(out, ENTRIES, encoder).startswith("6 prompts of 2 edits")
    return out


@pytest.fixture(scope="module")
def bank(folder: Path) -> PromptBank:
    return PromptBank.load(folder)


def test_features_are_those_of_the_encoder(bank: PromptBank, encoder: MiniLMEncoder) -> None:
    features, mask = bank.batch(torch.arange(len(bank)))
    assert features.shape == (6, 32, 384)
    for index, entry in enumerate(bank.entries):
        expected, expected_mask = encoder.encode(entry.text)
        assert torch.equal(mask[index], expected_mask)
        assert torch.count_nonzero(features[index][~mask[index]]) == 0
        error = (features[index] - expected).norm() / expected.norm()
        assert error < 0.02, entry.text


def test_entries_survive(bank: PromptBank) -> None:
    assert bank.entries == ENTRIES
    assert bank.edits == ("noir", "anime")
    assert bank.indices("noir").tolist() == [0, 1, 2]
    assert bank.indices("anime", "held_out").tolist() == [5]
    with pytest.raises(KeyError):
        bank.indices("winter")


def test_sample_draws_from_the_edit_and_split_asked_for(bank: PromptBank) -> None:
    generator = torch.Generator().manual_seed(3)
    strengths = {bank.sample("noir", generator)[2] for _ in range(60)}
    assert sorted(strengths) == pytest.approx([0.55, 1.0])
    features, mask, strength = bank.sample("anime", generator, "held_out")
    expected, expected_mask = bank.batch(torch.tensor([5]))
    assert torch.equal(features, expected[0])
    assert torch.equal(mask, expected_mask[0])
    assert strength == 1.0


def test_drawing_a_batch_is_fair_and_reproducible(bank: PromptBank) -> None:
    edit_ids = torch.tensor([0, 1] * 1500)
    drawn = bank.draw(edit_ids, torch.Generator().manual_seed(5))
    assert torch.equal(drawn, bank.draw(edit_ids, torch.Generator().manual_seed(5)))
    assert {bank.entries[index].edit for index in drawn[::2].tolist()} == {"noir"}
    assert set(drawn[1::2].tolist()) == {4}
    counts = Counter(drawn[::2].tolist())
    assert set(counts) == {0, 1, 2}
    assert max(counts.values()) < 1.25 * min(counts.values())
    torch.testing.assert_close(bank.strength(torch.tensor([2, 0])), torch.tensor([0.55, 1.0]))


def test_lower_degrees_are_drawn_as_often_as_asked() -> None:
    strengths = {"noir": [1.0, 0.4, 1.0, 0.4, 0.4, 0.7, 1.0], "xray": [1.0, 1.0], "faint": [0.4], "oil": [0.7, 1.0]}
    entries = [
        BankEntry(f"{edit} {i}", edit, degree, "train")
        for edit, row in strengths.items()
        for i, degree in enumerate(row)
    ]
    count = len(entries)
    codes, offsets = torch.ones(count, 2, dtype=torch.int8), torch.arange(count + 1)
    bank = PromptBank(entries, codes, torch.ones(count), torch.ones(2), offsets, 4)
    ids = torch.arange(4).repeat(3000)
    drawn = bank.draw(ids, torch.Generator().manual_seed(2), graded=0.5)
    assert [bank.entries[i].edit for i in drawn[:4].tolist()] == list(bank.edits)
    shares: dict[str, Counter[float]] = {edit: Counter() for edit in strengths}
    for row in drawn.tolist():
        shares[bank.entries[row].edit][bank.entries[row].strength] += 1 / 3000
    assert shares["noir"] == pytest.approx({1.0: 0.5, 0.4: 0.25, 0.7: 0.25}, abs=0.04)
    assert shares["oil"] == pytest.approx({1.0: 0.5, 0.7: 0.5}, abs=0.04)
    assert shares["xray"] == pytest.approx({1.0: 1.0}), "an edit without lower degrees has none to draw"
    assert shares["faint"] == pytest.approx({0.4: 1.0})
    wordings = Counter(row for row in drawn.tolist() if entries[row].edit == "noir" and entries[row].strength == 0.4)
    assert len(wordings) == 3
    assert max(wordings.values()) < 1.3 * min(wordings.values())


def test_damaged_banks_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="missing"):
        PromptBank.load(tmp_path)
    (tmp_path / TOKENS_FILE).write_bytes((folder / TOKENS_FILE).read_bytes())
    index = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
    index["prompts"].pop()
    (tmp_path / INDEX_FILE).write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(UserError, match="cannot be read"):
        PromptBank.load(tmp_path)
    index["version"] = 99
    (tmp_path / INDEX_FILE).write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(UserError, match="version"):
        PromptBank.load(tmp_path)


def test_a_folder_that_cannot_be_written(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        build_prompt_bank(blocked, ENTRIES, encoder)


def test_large_channels_do_not_drown_small_ones() -> None:
    tokens = torch.randn(200, 16, generator=torch.Generator().manual_seed(0))
    tokens[:, 3] = tokens[:, 3] * 0.1 + 40
    codes, token_scale, channel_scale = quantise_tokens(tokens)
    restored = codes.float() * token_scale.float()[:, None] * channel_scale
    small = torch.arange(16) != 3
    assert (restored - tokens)[:, small].norm() / tokens[:, small].norm() < 0.03


def test_the_whole_bank_has_all_splits_of_every_edit() -> None:
    prompts = all_prompts()
    for split in SPLITS:
        assert {prompt.edit for prompt in prompts if prompt.split == split} == set(edit_names())


@pytest.mark.parametrize("language", ["en", "de"])
def test_held_out_wordings_lie_nearest_to_their_edit(encoder: MiniLMEncoder, language: str) -> None:
    """A quarter of the training wordings tells strangers' wordings apart by the nearest neighbour of mean features."""

    def pooled(texts: list[str]) -> torch.Tensor:
        means = torch.stack([features.mean(dim=0) for features in encoder.encode_many(texts)])
        return torch.nn.functional.normalize(means, dim=1)

    edits = edit_names()
    known = [(prompt.text, index) for index, edit in enumerate(edits) for prompt in training_prompts(edit)[::4]]
    asked = [(prompt.text, index) for index, edit in enumerate(edits) for prompt in held_out_prompts(edit, language)]
    nearest = (pooled([text for text, _ in asked]) @ pooled([text for text, _ in known]).T).argmax(dim=1)
    right = sum(known[int(place)][1] == index for place, (_, index) in zip(nearest, asked, strict=True))
    assert right / len(asked) >= 0.85
