"""How the sizes of a document's counts relate: what is the largest, what adds up, what is told again."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence, Set
from itertools import accumulate
from typing import Final

from pipeline.grammar.cohorts.evidence import Candidate

#: A count with this much evidence of its own (`evidence`) is one that others are compared with.
SOME_EVIDENCE: Final = 0.5
_NEAR: Final = 400  # characters: two or three sentences
_ROW: Final = 110  # characters between the members of a list
_LONGEST_ROW: Final = 8
_LARGE_TRIAL: Final = 60  # subjects
_LEAST_SUM: Final = 4  # smaller sums are chance


class Sizes:
    """How the sizes of a document's counts relate."""

    def __init__(self, counts: Sequence[Candidate], *, is_randomised: bool) -> None:
        """Read what is asked of every count.

        Args:
            counts: counts of the document, in order.
            is_randomised: whether the document tells of a randomised trial.
        """
        self.counts = counts
        self.alike = Counter((c.sentence, c.form) for c in counts)
        self.some = [c for c in counts if c.score >= SOME_EVIDENCE]
        self.starts = [c.extent[0] for c in self.some]
        self.reached = list(accumulate((c.n for c in self.some), max, initial=0))
        self.firsts = {c.n: c.extent[0] for c in reversed(self.some)}
        self.lasts = {c.n: c.extent[0] for c in self.some}
        self.is_one_size = len(self.firsts) <= 1
        self.largest = self.reached[-1]
        self.is_large = is_randomised and self.largest >= _LARGE_TRIAL
        self.summands, self.totals = _sums(counts)

    def _between(self, start: int, end: int) -> list[Candidate]:
        """Counts with some evidence that begin between two characters."""
        return self.some[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def told(self, place: int) -> dict[str, float]:
        """Features of the count at a place."""
        count = self.counts[place]
        n, start = count.n, count.extent[0]
        n_before = bisect_left(self.starts, start)
        near = self._between(start - 2 * _NEAR + 1, start + 2 * _NEAR)
        sizes = {c.n for c in near if c is not count}
        beside = [c for c in self._between(*count.sentence) if c is not count]
        alike = self.alike[count.sentence, count.form] - 1
        share = math.log10((n + 1) / (max(self.largest, n) + 1))
        found = {
            "share of the largest": share,
            "counts beside": min(len(beside), 4) / 2,
            "counts in the same form": min(alike, 3) / 2,
        }
        if n_before <= 1:
            found["second count" if n_before else "first count"] = 1.0
        if n >= self.largest:
            found["largest"] = 1.0
        if 0 < self.reached[n_before] < n:
            found["larger than all before"] = 1.0
        elif self.reached[n_before] > n:
            found["larger before"] = 1.0
            if any(c.n > n for c in self._between(start - _NEAR + 1, start)):
                found["larger near before"] = 1.0
        for other in beside:
            if other.n != n:
                where = (
                    "smaller" if other.n < n else f"larger {'before' if other.extent[0] < start else 'after'}"
                )
                found[f"{where} in sentence"] = 1.0
        if self.firsts.get(n, start) < start:
            found["told before"] = 1.0
        if self.lasts.get(n, start) > start:
            found["told again"] = 1.0
        if self.is_one_size and self.firsts.keys() <= {n}:
            found["only size"] = 1.0
        if any(n + m in sizes for m in sizes):
            found["two make a third"] = 1.0
        if place in self.summands:
            found["summand"] = 1.0
        if place in self.totals:
            found["total"] = 1.0
        if alike > 0 and count.form in ("equals", "listed"):
            found["listed beside another"] = 1.0
        return found | self._in_large(count, share, sizes) if self.is_large else found

    def _in_large(self, count: Candidate, share: float, sizes: Set[int]) -> dict[str, float]:
        """What is told besides in a large randomised trial; `sizes` are those near."""
        found = {
            "share in a large trial": share,
            "evidence in a large trial": max(-3.0, min(4.0, count.score)) / 2,
            "in a large trial": 1.0,
        }
        if 0.3 < count.n / self.largest < 0.7:
            found["half in a large trial"] = 1.0
        if count.n in sizes:
            found["again in a large trial"] = 1.0
        return found


def _sums(counts: Sequence[Candidate]) -> tuple[set[int], set[int]]:
    """Places of counts that stand beside each other and add up to another one near, and of those sums."""
    summands: set[int] = set()
    totals: set[int] = set()
    starts = [count.extent[0] for count in counts]
    for first in range(len(counts)):
        row = [first]
        for place in range(first + 1, min(first + _LONGEST_ROW, len(counts))):
            if starts[place] - counts[place - 1].extent[1] > _ROW:
                break
            row.append(place)
        if len(row) == 1:
            continue
        reached = list(accumulate(counts[place].n for place in row))[1:]
        low, high = bisect_left(starts, starts[first] - _NEAR), bisect_right(starts, starts[first] + _NEAR)
        for place in range(low, high):
            n = counts[place].n
            if n < _LEAST_SUM or n not in reached or place in row[:2]:
                continue
            parts = row[: reached.index(n) + 2]
            if place not in parts:
                summands.update(parts)
                totals.add(place)
    return summands, totals
