"""How a count stands among the other counts of a randomised trial: the whole, an arm, or a few of many.

In a randomised trial the groups are all who were randomised and the arms that they went to: sizes that are
large, that halve each other or add up. A count that is a small share of the largest is mostly one of events.
This is a term of the sum of evidence (`cohort_evidence`), the only one whose weights were learned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pipeline.grammar.cohort_evidence import Candidate

#: Weights in points of the sum, fitted by `python -m models.recipe.cohort_standing` on randomised trials of
#: PICO-Corpus (table in models/EXPERIMENTS.md, "Group sizes").
WEIGHTS: Final[dict[str, float]] = {
    "bias": 0.94,
    "log_share": 4.16,
    "largest": 1.37,
    "second": 1.18,
    "half": 2.62,
    "summand": 2.52,
    "total": 2.5,
    "again": 1.0,
    "alone": 2.03,
}
#: The term may take so many points away, or add so many.
_LEAST: Final = -3.0
_MOST: Final = 2.0
#: A count without this much evidence of its own (a plan, a prevalence) is neither raised nor compared with.
_SOME_EVIDENCE: Final = 0.5
#: Counts within an abstract's length of each other, in characters, are of one study.
_REACH: Final = 2500
#: Smaller trials tell of each patient; there a small share is a group, too.
_SMALLEST_TRIAL: Final = 60
_POPULATION: Final = 20_000
_HALF: Final = (0.3, 0.7)


def standing_features(candidate: Candidate, candidates: Sequence[Candidate]) -> dict[str, float] | None:
    """What the sizes near a count say of it; None where no trial is told that is large enough.

    Args:
        candidate: the count.
        candidates: all counts of the document.

    Returns:
        Features after `WEIGHTS`: 0 or 1, and the logarithm (base 10) of its share of the largest.
    """
    near = [
        other.n
        for other in candidates
        if other is candidate
        or (
            other.score >= _SOME_EVIDENCE
            and other.n <= _POPULATION
            and abs(other.extent[0] - candidate.extent[0]) <= _REACH
        )
    ]
    n, sizes = candidate.n, sorted(set(near), reverse=True)
    if sizes[0] < _SMALLEST_TRIAL:
        return None
    known = set(sizes)
    low, high = (share * sizes[0] for share in _HALF)
    found = {
        "bias": True,
        "largest": n == sizes[0],
        "second": len(sizes) > 1 and n == sizes[1],
        "half": low < n < high,
        "summand": 2 * n in known or any(n + other in known for other in sizes if other != n),
        "total": any(n - other in known and (2 * other != n or near.count(other) > 1) for other in sizes),
        "again": near.count(n) > 1,
        "alone": len(sizes) == 1,
    }
    # One is added to both, so that none is a share, too.
    share = math.log10((n + 1) / (sizes[0] + 1))
    return {**{name: float(value) for name, value in found.items()}, "log_share": share}


def with_standing(
    candidates: Sequence[Candidate], weights: Mapping[str, float] = MappingProxyType(WEIGHTS)
) -> list[Candidate]:
    """The counts of a randomised trial with their standing added to their scores.

    Args:
        candidates: all counts of the document.
        weights: of the features, in points.
    """
    return [one._replace(score=one.score + _term(one, candidates, weights)) for one in candidates]


def _term(candidate: Candidate, candidates: Sequence[Candidate], weights: Mapping[str, float]) -> float:
    if candidate.form in ("case", "us"):
        return 0.0
    features = standing_features(candidate, candidates)
    if features is None:
        return 0.0
    term = sum(weights[name] * value for name, value in features.items())
    if term > 0 and candidate.score < _SOME_EVIDENCE:
        return 0.0
    if term < 0 and (candidate.predicate == "treated" or _is_share(candidate, candidates)):
        return 0.0  # whoever was treated is a group, however few; so is each part of a group that is split
    return max(_LEAST, min(_MOST, term))


def _is_share(candidate: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether a count and another one of its sentence add up to a third one: "157: 107 to A, 50 to B"."""
    beside = [o.n for o in candidates if o.sentence == candidate.sentence and o is not candidate]
    return any(candidate.n + n in beside for n in beside)
