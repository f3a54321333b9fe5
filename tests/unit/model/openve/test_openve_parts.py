"""Parts of the bench: categories by any spelling, scores from any chatter, the average as the paper takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.evaluation.openve.bench import CATEGORIES, PAPER_AVERAGE, Row, category_of
from sanacam.model.evaluation.openve.judge import Scores, UnreadableAnswerError, parse_scores
from sanacam.model.evaluation.openve.rubric import ASPECTS, system_prompt
from sanacam.model.evaluation.openve.run import Result
from sanacam.model.evaluation.openve.table import as_text, make_table


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("global_style", "style"),
        ("Background Change", "background"),
        ("local_change", "change"),
        ("Local-Remove", "remove"),
        ("local add", "add"),
        ("Subtitles Edit", "subtitles"),
        ("camera_multi_shot_edit", "camera"),
        ("creative_edit", "creative"),
        ("weather", "weather"),
    ],
)
def test_a_category_is_known_by_its_words(kind: str, key: str) -> None:
    assert category_of(kind).key == key


@pytest.mark.parametrize("which", ["streaming", "bidirectional"])
def test_the_papers_average_is_the_mean_of_its_five(which: str) -> None:
    values = [getattr(c, which) for c in CATEGORIES if getattr(c, which) is not None]
    assert len(values) == 5
    assert sum(values) / 5 == pytest.approx(PAPER_AVERAGE[which], abs=0.01)


@pytest.mark.parametrize("category", [*CATEGORIES, category_of("weather")], ids=lambda c: c.key)
def test_every_category_has_a_whole_question(category) -> None:
    text = system_prompt(category)
    assert all(f'"{aspect}"' in text for aspect in ASPECTS)
    assert '{"instruction": n' in text
    assert "{wanted}" not in text


@given(st.tuples(*[st.integers(1, 5)] * 3), st.text(max_size=30), st.text(max_size=30))
def test_scores_are_found_in_any_chatter(values: tuple[int, int, int], before: str, reason: str) -> None:
    answer = json.dumps({**dict(zip(ASPECTS, values, strict=True)), "reason": reason})
    assert parse_scores(f"{before}\n```json\n{answer}\n``` done {{}}") == Scores(*map(float, values), reason)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2, 3]",
        '{"instruction": 0, "quality": 3, "consistency": 3}',
        '{"instruction": 6, "quality": 3, "consistency": 3}',
        '{"instruction": true, "quality": 3, "consistency": 3}',
        '{"instruction": NaN, "quality": 3, "consistency": 3}',
        '{"instruction": 3, "quality": 3}',
        '{"a":' * 50_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_score_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        parse_scores(text)


def test_the_average_counts_categories_not_rows() -> None:
    def result(kind: str, value: float) -> Result:
        row = Row(1, category_of(kind), "x", Path("a.mp4"))
        return Result(row, Path("b.mp4"), None, Scores(value, value, value, ""))

    kinds = ["global_style", "background_change", "local_change", "local_remove", "local_add"]
    results = [result(kind, value) for kind, value in zip(kinds, (5, 1, 1, 1, 2), strict=True)]
    results += [result("global_style", 5)] * 9 + [result("creative_edit", 5)]
    lines = make_table(results)
    assert lines[-1].mean == pytest.approx(2.0)
    assert [line.scored for line in lines] == [10, 1, 1, 1, 1, 1, 14]
    text = as_text(lines)
    assert len({len(line) for line in text.splitlines()}) == 1
    assert "2.42" in text.splitlines()[-1]
