"""Teaching the text encoder German: wordings of an edit go where its English wordings lie, and English stays put.

Three losses, against features of the encoder as it was before (Reimers & Gurevych 2020, arXiv 2004.09813, teach a
sentence encoder languages in the same spirit, from translated sentences):

* *anchor*: token features of English wordings keep their values, since the transformer was trained on them;
* *place*: a softmax over the cosine similarities of a wording's mean feature with those of all English wordings, summed
  over each class (an edit at one strength), is compared with the wording's own class;
* *lexicon*: the mean feature of a German word or sentence is the one of its translation.
"""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from sanacam.model.evaluation.wordings import german_held_out, graded_held_out, held_out_wordings
from sanacam.model.text.bert import BertEncoder
from sanacam.model.text.minilm import CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE, MiniLMEncoder, config_json
from sanacam.model.text.quantised import save_quantised
from sanacam.model.training.config import StageConfig
from sanacam.model.training.pairs import step_seed
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.classes import encoder_wordings, prompt_class
from sanacam.model.training.prompts.german_lexicon import lexicon
from sanacam.model.training.prompts.taxonomy import Prompt
from sanacam.model.training.prompts.wordings import edit_names
from sanacam.model.training.stage import Stage, load_average

_FRAMES = (("mach es {}", "make it {}"), ("wie {}", "like {}"), ("mit {}", "with {}"), ("{} bitte", "{} please"))
_BLOCK = 64
_COPIED = (TOKENIZER_FILE, "LICENSE", "LICENSE-packaging-MIT", "NOTICE.md")


class TextStage(Stage):
    """Trains a MiniLM encoder from the folder it ships in.

    A batch is one third English wordings, one third German and unknown ones, one third pairs of the lexicon.
    """

    def __init__(self, config: StageConfig, ranks: Ranks, folder: Path) -> None:
        self.config, self.ranks, self.folder = config, ranks, folder
        self.encoder = MiniLMEncoder.load(folder)
        network = self.encoder.network
        self.teacher = copy.deepcopy(network).to(ranks.device)
        self.network = copy.deepcopy(network).to(ranks.device).requires_grad_(True)
        self.trained: dict[str, nn.Module] = {"text": self.network}
        wordings = encoder_wordings(config.text.templates)
        classes = wordings.classes()
        self.english, self.foreign = wordings.english, [p for p in wordings.foreign if prompt_class(p) in classes]
        self.lexicon = [
            (german.format(de), english.format(en))
            for german, english in (("{}", "{}"), *_FRAMES)
            for de, en in lexicon()
        ]
        texts = [p.text for p in self.english], [p.text for p in self.foreign], [german for german, _ in self.lexicon]
        self._ids = tuple([self._token_ids(text) for text in kind] for kind in texts)
        self._english_class = self._numbers(classes, self.english)
        self._foreign_class = self._numbers(classes, self.foreign)
        self.chance = torch.Generator()

    def _numbers(self, classes: dict[tuple[str, float], int], prompts: list[Prompt]) -> Tensor:
        return torch.tensor([classes[prompt_class(p)] for p in prompts], device=self.ranks.device)

    def prepare(self, step: int) -> None:
        """Encode what stays as it is; the scale of the anchor loss is each channel's variance."""
        self._anchors = self._encode(self.teacher, [p.text for p in self.english])
        self._places = torch.stack([functional.normalize(f.mean(dim=0), dim=0) for f in self._anchors])
        # A few channels of the published encoder are constant.
        self._variance = torch.cat(self._anchors).var(dim=0).clamp(min=1e-3)
        translations = self._encode(self.teacher, [english for _, english in self.lexicon])
        self._translations = torch.stack([functional.normalize(f.mean(dim=0), dim=0) for f in translations])

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        self.chance.manual_seed(step_seed(self.config.seed, self.ranks.shard(part), step))
        share, weights = self.config.batch // 3, self.config.text
        english, foreign, pairs = (
            torch.randint(len(kind), (share,), generator=self.chance).tolist()
            for kind in (self.english, self.foreign, self.lexicon)
        )
        chosen = zip(self._ids, (english, foreign, pairs), strict=True)
        features, means = self._features([ids[i] for ids, indices in chosen for i in indices])
        anchor = torch.stack(
            [((features[row] - self._anchors[i]).square() / self._variance).mean() for row, i in enumerate(english)]
        ).mean()
        place = self._place_loss(means[share : 2 * share], self._foreign_class[foreign])
        # A wording must not be told its class by its own stored feature.
        english_place = self._place_loss(means[:share], self._english_class[english], english)
        translated = (1 - (means[2 * share :] * self._translations[pairs]).sum(dim=1)).mean()
        loss = weights.anchor * anchor + weights.place * (place + weights.english * english_place)
        loss = loss + weights.lexicon * translated
        parts = {"anchor": anchor, "place": place, "english_place": english_place, "lexicon": translated}
        return loss, {name: value.detach() for name, value in parts.items()}

    def _place_loss(self, means: Tensor, classes: Tensor, own: list[int] | None = None) -> Tensor:
        similar = means @ self._places.T / self.config.text.temperature
        if own is not None:
            similar = similar.scatter(1, torch.tensor(own, device=similar.device)[:, None], -torch.inf)
        same = self._english_class[None] == classes[:, None]
        right = similar.masked_fill(~same, -torch.inf).logsumexp(dim=1)
        return (similar.logsumexp(dim=1) - right).mean()

    def _token_ids(self, text: str) -> Tensor:
        return torch.tensor(self.encoder.token_ids(text))

    def _features(self, ids: list[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Token features of each text, and their normalised means (B, D). The longer half is padded apart."""
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        found: dict[int, Tensor] = {}
        for half in (order[: len(order) // 2], order[len(order) // 2 :]):
            padded, mask = _padded([ids[i] for i in half])
            out = self.network(padded.to(self.ranks.device), mask.to(self.ranks.device))
            found.update({i: out[row, : len(ids[i])] for row, i in enumerate(half)})
        features = [found[i] for i in range(len(ids))]
        return features, functional.normalize(torch.stack([f.mean(dim=0) for f in features]), dim=1)

    @torch.no_grad()
    def _encode(self, network: BertEncoder, texts: list[str]) -> list[Tensor]:
        """Token features (n, D) of each text, without gradient."""
        ids = [self._token_ids(text) for text in texts]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        found: dict[int, Tensor] = {}
        for start in range(0, len(order), _BLOCK):
            block = order[start : start + _BLOCK]
            padded, mask = _padded([ids[i] for i in block])
            out = network(padded.to(self.ranks.device), mask.to(self.ranks.device))
            found.update({i: out[row, : len(ids[i])].clone() for row, i in enumerate(block)})
        return [found[i] for i in range(len(ids))]

    def sheet(self, path: Path, step: int) -> None:
        """Not a picture but ``sheet_STEP.json``: share of unseen wordings that lie nearest to an English training
        wording of their edit (and strength), before and after training."""
        edits = list(edit_names())
        asked = {
            "english": held_out_wordings(edits),
            "german": german_held_out(edits),
            "graded": graded_held_out(edits),
        }
        rows: dict[str, dict[str, float]] = {}
        for name, network in (("before", self.teacher), ("after", self.network)):
            stored = self._means(network, [p.text for p in self.english])
            rows[name] = {}
            for kind, wordings in asked.items():
                prompts = [p for found in wordings.values() for p in found]
                nearest = (self._means(network, [p.text for p in prompts]) @ stored.T).argmax(dim=1).tolist()
                answers = [self.english[place] for place in nearest]
                rows[name][kind] = _share(a.edit == p.edit for a, p in zip(answers, prompts, strict=True))
                if kind == "graded":
                    exact = (prompt_class(a) == prompt_class(p) for a, p in zip(answers, prompts, strict=True))
                    rows[name]["graded_strength"] = _share(exact)
        path.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")

    def _means(self, network: BertEncoder, texts: list[str]) -> Tensor:
        return torch.stack([functional.normalize(f.mean(dim=0), dim=0) for f in self._encode(network, texts)])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)

    def results(self) -> dict[str, nn.Module]:
        """Nothing of the usual kind: :meth:`export` writes the encoder as the program reads it."""
        return {}

    def export(self, out: Path) -> None:
        """``out/text``: int8 weights, and tokenizer and licences as they were."""
        folder = out / "text"
        folder.mkdir(parents=True, exist_ok=True)
        save_quantised({k: t.cpu() for k, t in self.network.state_dict().items()}, folder / WEIGHTS_FILE)
        (folder / WEIGHTS_FILE).chmod(0o644)
        for name in _COPIED:
            if (self.folder / name).is_file():
                shutil.copyfile(self.folder / name, folder / name)
        (folder / CONFIG_FILE).write_text(config_json(self.network.config), encoding="utf-8")


def _padded(ids: list[Tensor]) -> tuple[Tensor, Tensor]:
    """(B, n) ids and which of them are real."""
    lengths = torch.tensor([len(i) for i in ids])
    padded = pad_sequence(ids, batch_first=True)
    return padded, torch.arange(padded.shape[1])[None] < lengths[:, None]


def _share(hits: object) -> float:
    found = list(hits)  # type: ignore[call-overload]
    return round(sum(found) / len(found), 4)
