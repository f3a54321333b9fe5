"""From single cases to one line for each edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sanacam.model.evaluation.teacher_match import Case
from sanacam.model.training.edits import EDITS


def mean(values: Iterable[float]) -> float | None:
    """Mean, or None of nothing."""
    values = list(values)
    return sum(values) / len(values) if values else None


def _mean(values: Iterable[float]) -> float:
    result = mean(values)
    assert result is not None
    return result


@dataclass(frozen=True)
class EditSummary:
    """One edit over all its cases; every case counts the same.

    Attributes:
        psnr, ssim, lpips: closeness to the teacher, means.
        probes, hits, hits_doubled: frames of the nearest-teacher test and how many were nearest to the right one, with
            L1 of pictures in 0…1 and with L1 twice as heavy.
        change, change_worst: frame-to-frame change over the teacher's, mean over cases and the worst case.
        profile: the same for the steps at each place in a chunk; place 0 is the border.
        border, border_worst: change at chunk borders over that inside chunks.
        wordings: share of hits for each wording.
        taken_for: wrong nearest teachers with their number of frames.
    """

    name: str
    title: str
    family: str
    cases: int
    psnr: float
    ssim: float
    lpips: float
    probes: int
    hits: int
    hits_doubled: int
    change: float
    change_worst: float
    profile: list[float]
    border: float
    border_worst: float
    wordings: dict[str, float]
    taken_for: dict[str, int]

    @property
    def recognised(self) -> float:
        """Share of probed frames nearest to the right teacher."""
        return self.hits / self.probes

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "recognised": self.recognised, "recognised_l1_doubled": self.hits_doubled / self.probes}


def summarise(cases: list[Case]) -> list[EditSummary]:
    """One summary for each edit, in the order of the edits' registry."""
    return [_summary(name, mine) for name in EDITS if (mine := [c for c in cases if c.edit == name])]


def _summary(name: str, cases: list[Case]) -> EditSummary:
    hits = [hit for case in cases for hit in case.hits]
    by_wording: dict[str, list[bool]] = {}
    for case in cases:
        by_wording.setdefault(case.wording, []).extend(case.hits)
    wrong = Counter(other for case in cases for other in case.nearest.unit if other != name)
    return EditSummary(
        name=name,
        title=EDITS[name].title,
        family=EDITS[name].family,
        cases=len(cases),
        psnr=_mean(c.psnr for c in cases),
        ssim=_mean(c.ssim for c in cases),
        lpips=_mean(c.lpips for c in cases),
        probes=len(hits),
        hits=sum(hits),
        hits_doubled=sum(other == name for c in cases for other in c.nearest.doubled),
        change=_mean(c.change.ratio for c in cases),
        change_worst=max(c.change.ratio for c in cases),
        profile=[_mean(step) for step in zip(*(c.change.profile for c in cases), strict=True)],
        border=_mean(c.change.border_ratio for c in cases),
        border_worst=max(c.change.border_ratio for c in cases),
        wordings={wording: sum(shots) / len(shots) for wording, shots in by_wording.items()},
        taken_for=dict(wrong.most_common()),
    )
