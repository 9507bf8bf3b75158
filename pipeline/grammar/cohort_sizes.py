"""How the sizes of a document's counts relate: what is the largest, what adds up, what is told again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from pipeline.grammar.cohort_evidence import Candidate

#: A count with this much evidence of its own (`cohort_evidence`) is one that others are compared with.
SOME_EVIDENCE: Final = 0.5
_NEAR: Final = 400  # characters: two or three sentences
_ROW: Final = 110  # characters between the members of a list
_LONGEST_ROW: Final = 8
_LARGE_TRIAL: Final = 60  # subjects


class Sizes:
    """How the sizes of a document's counts relate."""

    def __init__(self, counts: Sequence[Candidate]) -> None:
        self.counts = counts
        self.some = [c for c in counts if c.score >= SOME_EVIDENCE]
        self.largest = max((c.n for c in self.some), default=0)
        self.summands, self.totals = _sums(counts)

    def told(self, place: int, *, is_randomised: bool) -> Iterator[tuple[str, float]]:
        """Features of the count at a place."""
        count = self.counts[place]
        n, start, sentence = count.n, count.extent[0], count.sentence
        others = [c for c in self.some if c is not count]
        beside = [c for c in others if c.sentence == sentence]
        near = [c.n for c in others if abs(c.extent[0] - start) < 2 * _NEAR]
        before = [c for c in others if c.extent[0] < start]
        known = set(near)
        alike = [c for c in self.counts if c is not count and c.sentence == sentence and c.form == count.form]
        share = math.log10((n + 1) / (max(self.largest, n) + 1))
        is_large = is_randomised and self.largest >= _LARGE_TRIAL
        yield "share of the largest", share
        yield "counts beside", min(len(beside), 4) / 2
        yield "counts in the same form", min(len(alike), 3) / 2
        for name, is_so in (
            ("first count", not before),
            ("second count", len(before) == 1),
            ("largest", n >= self.largest),
            ("larger than all before", bool(before) and all(c.n < n for c in before)),
            ("larger before", any(c.n > n for c in before)),
            ("larger before in sentence", any(c.n > n and c.extent[0] < start for c in beside)),
            ("larger after in sentence", any(c.n > n and c.extent[0] > start for c in beside)),
            ("larger near before", any(c.n > n and start - c.extent[0] < _NEAR for c in before)),
            ("smaller in sentence", any(c.n < n for c in beside)),
            ("told before", any(c.n == n for c in before)),
            ("told again", any(c.n == n and c.extent[0] > start for c in others)),
            ("only size", all(c.n == n for c in others)),
            ("two make a third", any(n + m in known and (m != n or near.count(n)) for m in known)),
            ("summand", place in self.summands),
            ("total", place in self.totals),
            ("listed beside another", count.form in ("equals", "listed") and bool(alike)),
            ("in a large trial", is_large),
            ("half in a large trial", is_large and 0.3 < n / self.largest < 0.7),
            ("again in a large trial", is_large and n in known),
        ):
            if is_so:
                yield name, 1.0
        if is_large:
            yield "share in a large trial", share
            yield "evidence in a large trial", max(-3.0, min(4.0, count.score)) / 2


def _sums(counts: Sequence[Candidate]) -> tuple[set[int], set[int]]:
    """Places of counts that stand beside each other and add up to another one near, and of those sums."""
    summands: set[int] = set()
    totals: set[int] = set()
    for first in range(len(counts)):
        row = [first]
        for place in range(first + 1, min(first + _LONGEST_ROW, len(counts))):
            if counts[place].extent[0] - counts[place - 1].extent[1] > _ROW:
                break
            row.append(place)
        reached = list(accumulate(counts[place].n for place in row))
        low = counts[first].extent[0] - _NEAR
        for place, total in enumerate(counts):
            if total.extent[0] < low or place in row[:2] or total.n < 4:
                continue
            if total.extent[0] > counts[first].extent[0] + _NEAR:
                break
            if total.n in reached[1:]:
                length = reached.index(total.n) + 1
                if place not in row[:length]:
                    summands.update(row[:length])
                    totals.add(place)
    return summands, totals
