"""The bench's table: ``edited_type, prompt, original_video``, a row for each edit."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from sanacam.model.errors import UserError

COLUMNS = ("edited_type", "prompt", "original_video")
_NAMED = 3
"""Missing things that a message names before it counts the rest."""


@dataclass(frozen=True)
class Category:
    """A kind of edit.

    Attributes:
        key: as results name it. ``title``: for people. ``words``: all of them stand in ``edited_type``.
        streaming, bidirectional: what SANA-Streaming (arXiv 2605.30409, table 1) reports for its streaming model of 4
            steps and its offline model of 50; ``None`` where it reports nothing.
    """

    key: str
    title: str
    words: tuple[str, ...]
    streaming: float | None = None
    bidirectional: float | None = None


CATEGORIES = (
    Category("style", "Global style", ("style",), 3.60, 3.48),
    Category("background", "Background change", ("background",), 1.82, 2.29),
    Category("change", "Local change", ("local", "change"), 3.10, 3.20),
    Category("remove", "Local remove", ("remove",), 1.78, 2.27),
    Category("add", "Local add", ("add",), 1.82, 1.88),
    Category("subtitles", "Subtitles edit", ("subtitle",)),
    Category("camera", "Camera multi-shot edit", ("camera",)),
    Category("creative", "Creative edit", ("creative",)),
)
PAPER_AVERAGE = {"streaming": 2.42, "bidirectional": 2.62}
"""Mean over the five categories that the paper reports."""


@dataclass(frozen=True)
class Row:
    """One edit of the bench. ``number`` counts from 1, as the table's lines do below its head."""

    number: int
    category: Category
    prompt: str
    video: Path


def category_of(kind: str) -> Category:
    """The category whose words are in ``kind``, whatever its case and separators; else one named as it is."""
    plain = re.sub(r"[^a-z]+", " ", kind.lower()).strip()
    found = (c for c in CATEGORIES if all(re.search(rf"\b{word}", plain) for word in c.words))
    return next(found, Category(plain.replace(" ", "_") or "unnamed", kind.strip() or "Unnamed", ()))


def read_bench(table: Path, videos: Path, *, skip_missing: bool = False, per_category: int | None = None) -> list[Row]:
    """
    Args:
        videos: folder of the clips; ``original_video`` is a path in it, or a file name anywhere directly in it.
        skip_missing: leave rows out whose clip is not there.
        per_category: only the first so many rows of each category.

    Raises:
        UserError: no such file or folder, not a table with the three columns, a row without prompt or clip, missing
            clips, or no row at all.
    """
    if not videos.is_dir():
        raise UserError(f"There is no folder {videos}.", "Give the folder with the bench's clips: --videos DIR.")
    rows = []
    missing = []
    counts: dict[str, int] = {}
    for number, values in enumerate(_records(table), 1):
        kind, prompt, name = ((values.get(column) or "").strip() for column in COLUMNS)
        if not prompt or not name:
            raise UserError(
                f"Row {number} of {table} lacks its {'prompt' if name else 'original_video'}.", "Correct the table."
            )
        category = category_of(kind)
        counts[category.key] = counts.get(category.key, 0) + 1
        if per_category is not None and counts[category.key] > per_category:
            continue
        video = _find(videos, name)
        if video is None:
            missing.append(name)
        else:
            rows.append(Row(number, category, prompt, video))
    if missing and not skip_missing:
        named = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else "")
        raise UserError(
            f"{len(missing)} of {len(missing) + len(rows)} clips are not in {videos}: {named}.",
            "Fetch them, or leave those rows out with --skip-missing.",
        )
    if not rows:
        raise UserError(f"{table} has no row to edit.", "Give the table that comes with the bench.")
    return rows


def _records(table: Path) -> list[dict[str, str | None]]:
    try:
        # The byte order mark that spreadsheets write would become a part of the first column's name.
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = [name.strip() for name in reader.fieldnames or ()]
            lacking = [name for name in COLUMNS if name not in found]
            if lacking:
                raise UserError(
                    f"{table} has no column {' and no column '.join(lacking)}.",
                    f"It has {', '.join(found) or 'none'}; the bench's are {', '.join(COLUMNS)}.",
                )
            reader.fieldnames = found
            return list(reader)
    except OSError as error:
        raise UserError(f"{table} cannot be read ({error.strerror}).", "Give the bench's table: --csv FILE.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{table} is not a table of comma-separated text.", "Save it as CSV in UTF-8.") from error


def _find(videos: Path, name: str) -> Path | None:
    """The clip, never outside the folder."""
    inside = videos.resolve()
    for place in (videos / name, videos / Path(name).name):
        if place.is_file() and place.resolve().is_relative_to(inside):
            return place
    return None
