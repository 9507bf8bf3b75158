r"""Patterns for what stands right before a place: sought no further back than their longest match reaches.

`re` tries a pattern that ends in "$" at each character of a text. One of which a match has at most 20
characters needs to be tried at the last 20 of them only; words before those are still seen by its lookbehinds
and borders.

    >>> labels = ending(r"\b(?:grade|day) $")
    >>> bool(labels.search("fever of grade ")), bool(labels.search("on day 3 after that "))
    (True, False)
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.necessary import needs_of
from pipeline.grammar.prefilter import gate_of

#: A pattern whose matches may be longer is sought in the whole text.
_LONGEST: Final = 100_000


class Ending:
    """A compiled pattern that matches only at the end of a text.

    Attributes:
        gate: bit of the pattern in what `prefilter.opened` gives of the text.
        pattern: its words, as they were compiled.
    """

    __slots__ = ("_find", "_reach", "_tail", "gate", "pattern")

    def __init__(self, head: str, tail: str = "") -> None:
        self.pattern = head + tail
        self._tail = Ending(tail) if tail else None
        self._find = re.compile(self.pattern).search
        needs = needs_of(self.pattern)
        self.gate = gate_of(needs)
        self._reach = min(needs.longest, _LONGEST) + 1  # "$" leaves room for a line break

    def search(self, text: str) -> re.Match[str] | None:
        """The match at the end of a text, as `re.Pattern.search` finds it."""
        if self._tail is not None and self._tail.search(text) is None:
            return None
        return self._find(text, len(text) - self._reach)


def ending(head: str, tail: str = "") -> Ending:
    """Compile a pattern of which each branch ends in "$".

    Args:
        head: the pattern, or what it is without `tail`; case is told apart.
        tail: its short end, which is sought first, where the whole takes long to find that it doesn't match.
    """
    return Ending(head, tail)
