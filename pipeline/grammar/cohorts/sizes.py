"""How the sizes of a document's counts relate: what is the largest, what adds up, what is told again."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
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
        around = [c for c in self._between(start - 2 * _NEAR + 1, start + 2 * _NEAR) if c is not count]
        sizes = {c.n for c in around}
        beside = [c for c in self._between(*count.sentence) if c is not count]
        alike = self.alike[count.sentence, count.form] - 1
        share = math.log10((n + 1) / (max(self.largest, n) + 1))
        found = {
            "share of the largest": share,
            "counts beside": min(len(beside), 4) / 2,
            "counts in the same form": min(alike, 3) / 2,
        }
        told = {
            "first count": n_before == 0,
            "second count": n_before == 1,
            "largest": n >= self.largest,
            "larger than all before": 0 < self.reached[n_before] < n,
            "larger before": self.reached[n_before] > n,
            "larger before in sentence": any(c.n > n and c.extent[0] < start for c in beside),
            "larger after in sentence": any(c.n > n and c.extent[0] > start for c in beside),
            "larger near before": any(c.n > n for c in self._between(start - _NEAR + 1, start)),
            "smaller in sentence": any(c.n < n for c in beside),
            "told before": self.firsts.get(n, start) < start,
            "told again": self.lasts.get(n, start) > start,
            "only size": self.firsts.keys() <= {n},
            "two make a third": any(n + m in sizes for m in sizes),
            "summand": place in self.summands,
            "total": place in self.totals,
            "listed beside another": count.form in ("equals", "listed") and alike > 0,
        }
        if self.is_large:
            found["share in a large trial"] = share
            found["evidence in a large trial"] = max(-3.0, min(4.0, count.score)) / 2
            told["in a large trial"] = True
            told["half in a large trial"] = 0.3 < n / self.largest < 0.7
            told["again in a large trial"] = n in sizes
        return found | {name: 1.0 for name, is_so in told.items() if is_so}


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
