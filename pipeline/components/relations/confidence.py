"""How often each pattern of a relation is right: the score that a relation carries.

The readers rank their patterns by how plain the words are, on a scale that means nothing outside them; here
each rank becomes the share of relations that were right where such a pattern was the best evidence.

The constants were fitted by `models/recipe/relation_confidence.py` on the development passages and the
development documents: the share of each rank, drawn towards the predicate's mean by as much as two relations
weigh, then made monotone by isotonic regression. A `treats` counts as right only with its status. `causes`,
`enrolled` and `expressed_in` are in no gold and keep their ranks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.vocabulary import Predicate


class Step(NamedTuple):
    """From this rank on, relations are right with this confidence (0..1)."""

    rank: float
    confidence: float


#: From 212 `targets` and 271 `treats`. The rules were written on the same documents, so that unseen ones may
#: fall short of it; by constants fitted on other documents the Brier score of `treats` is 0.130.
CONFIDENCE: Final[Mapping[Predicate, Sequence[Step]]] = {
    "targets": (Step(0.75, 0.81), Step(0.85, 0.93)),
    "treats": (Step(0.4, 0.69), Step(0.55, 0.85), Step(0.65, 0.89)),
}


def confidence(predicate: Predicate, rank: float) -> float:
    """The confidence that belongs to a rank; the rank itself where the predicate was never measured."""
    steps = CONFIDENCE.get(predicate)
    if not steps:
        return rank
    place = bisect_right([step.rank for step in steps], rank) - 1
    return steps[max(place, 0)].confidence
