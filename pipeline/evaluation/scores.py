"""Precision, recall and F1 from counts per document, each with a 95% bootstrap interval over documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Fixed, so that two runs print the same.
_SEED: Final = 11
_RESAMPLES: Final = 1000
_QUANTILES: Final = (0.025, 0.975)
Interval = tuple[float, float]
_Sums = NDArray[np.int64]
_Values = NDArray[np.float64]


class Counts(NamedTuple):
    """What a comparison of one document counts.

    `n_hit` of the gold were found and `n_right` of the found are gold: the same number where a thing matches
    one other, not where extents merely overlap.
    """

    n_gold: int
    n_found: int
    n_hit: int
    n_right: int


@dataclass(frozen=True)
class FieldScore:
    """Micro-averaged scores of a field or label, in 0..1.

    Where nothing was read, precision is 1; where there is nothing to find, recall is 1.
    """

    n_documents: int
    counts: Counts
    precision: float
    recall: float
    f1: float
    precision_95: Interval
    recall_95: Interval
    f1_95: Interval

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        measures = ("precision", "recall", "f1", "precision_95", "recall_95", "f1_95")
        rounded = {name: _rounded(getattr(self, name)) for name in measures}
        return {"n_documents": self.n_documents, **self.counts._asdict(), **rounded}


def _rounded(value: float | Interval) -> float | list[float]:
    return [round(one, 4) for one in value] if isinstance(value, tuple) else round(value, 4)


def score(documents: Sequence[Counts]) -> FieldScore:
    """Score counts per document.

    Example:
        >>> found = score([Counts(n_gold=3, n_found=2, n_hit=2, n_right=2)])
        >>> found.precision, round(found.recall, 3), round(found.f1, 3)
        (1.0, 0.667, 0.8)
    """
    table = np.array([tuple(counts) for counts in documents], dtype=np.int64).reshape(-1, 4)
    total = table.sum(axis=0)
    precision, recall, f1 = (float(values[0]) for values in _measures(total[np.newaxis]))
    if len(table):
        draws = np.random.default_rng(_SEED).integers(0, len(table), (_RESAMPLES, len(table)))
        measures = _measures(table[draws].sum(axis=1))
    else:
        measures = _measures(total[np.newaxis])
    precision_95, recall_95, f1_95 = (
        (float(low), float(high)) for low, high in (np.quantile(values, _QUANTILES) for values in measures)
    )
    counts = Counts(*(int(n) for n in total))
    return FieldScore(len(table), counts, precision, recall, f1, precision_95, recall_95, f1_95)


def _measures(sums: _Sums) -> tuple[_Values, _Values, _Values]:
    """Precision, recall and F1 of rows of summed counts."""
    n_gold, n_found, n_hit, n_right = sums.astype(float).T
    precision = np.where(n_found > 0, n_right / np.maximum(n_found, 1), 1.0)
    recall = np.where(n_gold > 0, n_hit / np.maximum(n_gold, 1), 1.0)
    both = precision + recall
    return precision, recall, np.where(both > 0, 2 * precision * recall / np.maximum(both, 1e-12), 0.0)


def table(title: str, scores: dict[str, FieldScore], macro: bool = False) -> str:
    """Scores as a Markdown table, intervals in brackets; `macro` adds the mean of F1."""
    lines = [f"| {title} | precision | recall | F1 | gold | found |", "|---|---|---|---|---:|---:|"]
    for name, one in scores.items():
        cells = [
            f"{value:.3f} ({low:.3f}–{high:.3f})"
            for value, (low, high) in (
                (one.precision, one.precision_95),
                (one.recall, one.recall_95),
                (one.f1, one.f1_95),
            )
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {one.counts.n_gold} | {one.counts.n_found} |")
    if macro:
        lines.append(f"| macro mean | | | {macro_mean(scores):.3f} | | |")
    return "\n".join(lines)


def macro_mean(scores: dict[str, FieldScore]) -> float:
    """Mean of F1 over fields."""
    return sum(one.f1 for one in scores.values()) / len(scores)
