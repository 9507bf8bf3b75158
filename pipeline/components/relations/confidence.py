"""How often each pattern of a relation is right: the score that a relation carries.

The readers rank their patterns by how plain the words are, on a scale that means nothing outside them; here
each rank becomes the share of relations that were right where such a pattern was the best evidence.

The constants were fitted by `models/recipe/relation_confidence.py`: the share of each rank, drawn towards the
predicate's mean by as much as two relations weigh, then made monotone by isotonic regression. `targets` is
judged by the development passages and documents; `causes` by PHEE's case reports of drugs and their harms,
for no gold on cell therapies has it; `enrolled` and `expressed_in` by a reader's verdicts on what was told in
the development documents and in registry entries (`tests/gold/judged`). The score of `treats` is a
probability as it is (`treat_weights`).
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


#: From 518 `targets`, 2042 `causes`, 387 `enrolled` and 152 `expressed_in`. Most rules were extended on the
#: misses of these documents, so that unseen ones may fall short of it; by constants fitted on other documents
#: the Brier scores are 0.052, 0.158, 0.094 and 0.020. Of `causes` only the plainest rank was met often enough
#: to be measured.
CONFIDENCE: Final[Mapping[Predicate, Sequence[Step]]] = {
    "causes": (Step(0.8, 0.8),),
    "enrolled": (Step(0.6, 0.58), Step(0.7, 0.82), Step(0.8, 0.93)),
    "expressed_in": (Step(0.6, 0.96), Step(0.9, 0.99)),
    "targets": (
        Step(0.42, 0.76),
        Step(0.54, 0.81),
        Step(0.56, 0.83),
        Step(0.74, 0.91),
        Step(0.75, 0.94),
        Step(0.85, 0.95),
    ),
}


def confidence(predicate: Predicate, rank: float) -> float:
    """The confidence that belongs to a rank; what was never measured keeps its rank."""
    steps = CONFIDENCE.get(predicate, ())
    place = bisect_right([step.rank for step in steps], rank) - 1
    return steps[place].confidence if place >= 0 else rank
