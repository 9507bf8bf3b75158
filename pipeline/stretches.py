"""What stands where in a text, found by binary search, so that no reading grows faster than its text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def between(items: Sequence[T], start: int, end: int, begin: Callable[[T], int]) -> Sequence[T]:
    """Those of some items that begin between two characters.

    Args:
        items: any, in the order in which they begin.
        start: first character.
        end: character after the last one.
        begin: where an item begins.

    Example:
        >>> between([(0, 4), (6, 9), (7, 8), (12, 15)], 6, 12, lambda extent: extent[0])
        [(6, 9), (7, 8)]
    """
    first = bisect_left(items, start, key=begin)
    return items[first : bisect_left(items, end, first, key=begin)]


class Stretches:
    """Stretches of a text, half-open, of which no two overlap.

    Attributes:
        extents: first character and the one after the last of each, in order.

    Example:
        >>> posts = Stretches([(10, 20), (20, 35), (40, 50)])
        >>> posts.around(20), posts.around(37)
        ((20, 35), None)
    """

    def __init__(self, extents: Iterable[tuple[int, int]]) -> None:
        self.extents = sorted(extents)
        self._starts = [start for start, _ in self.extents]

    def __bool__(self) -> bool:
        return bool(self.extents)

    def place(self, char: int) -> int | None:
        """Which stretch holds a character, counted from 0; None where none does."""
        place = bisect_right(self._starts, char) - 1
        return place if place >= 0 and char < self.extents[place][1] else None

    def around(self, char: int) -> tuple[int, int] | None:
        """The stretch that holds a character; None where none does."""
        place = self.place(char)
        return None if place is None else self.extents[place]
