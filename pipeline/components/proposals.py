"""Stretches of text that may be mentions, and which of them may stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args

from pipeline.findings import Extent
from pipeline.vocabulary import Annotator

Family = Literal["agent", "molecule", "condition"]

FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
_FAMILY: Final[dict[str, Family]] = {
    "DISEASE": "condition",
    "ADVERSE_EVENT": "condition",
    "CONDITION": "condition",
    "ANTIGEN": "molecule",
    "GENE": "molecule",
    "THERAPY": "agent",
    "CHEMICAL": "agent",
}
# Of proposals that are equally long the better informed one counts.
_TRUST: Final[dict[Annotator, int]] = {"lexicon": 3, "rule": 2, "abbreviation": 1, "model": 0}


class Proposal(NamedTuple):
    """A stretch that may be a mention."""

    start: int
    end: int
    label: str
    annotator: Annotator
    score: float | None
    candidates: tuple[str, ...] = ()

    @property
    def family(self) -> Family:
        """Which proposals it competes with."""
        return _FAMILY[self.label]


def longest(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Proposals that do not overlap: the longest first, then the most trusted."""
    ranked = sorted(
        proposals, key=lambda p: (p.start - p.end, -_TRUST[p.annotator], -len(p.candidates), p.start)
    )
    occupied: set[int] = set()
    kept = []
    for proposal in ranked:
        places = range(proposal.start, proposal.end)
        if occupied.isdisjoint(places):
            occupied.update(places)
            kept.append(proposal)
    return kept


def of_family(proposals: Sequence[Proposal], family: Family) -> list[Proposal]:
    """The longest proposals of one family."""
    return longest(p for p in proposals if p.family == family)


def without_crossings(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals of all families; of two that cross, or cover the same characters, the more trusted one."""
    ranked = sorted(
        proposals, key=lambda p: (-_TRUST[p.annotator], p.start - p.end, FAMILIES.index(p.family), p.start)
    )
    kept: dict[Extent, Proposal] = {}
    covering: dict[int, list[Extent]] = {}
    for proposal in ranked:
        extent = (proposal.start, proposal.end)
        others = {other for place in range(*extent) for other in covering.get(place, ())}
        if extent in kept or any(_cross(extent, other) for other in others):
            continue
        if proposal.annotator == "model" and any(
            kept[other].annotator == "rule" and proposal.family == "condition" for other in others
        ):
            continue  # part of a therapy's name
        kept[extent] = proposal
        for place in range(*extent):
            covering.setdefault(place, []).append(extent)
    return list(kept.values())


def _cross(one: Extent, other: Extent) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]
