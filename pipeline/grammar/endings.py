r"""Patterns for what stands right before a place: sought no further back than their longest match reaches.

`re` tries a pattern that ends in "$" at each character of a text. One of which a match has at most 20
characters needs to be tried at the last 20 of them only; words before those are still seen by its lookbehinds
and borders. And it needs to be tried only if the text ends as its matches do: in one of some letters, which
are read from the pattern as Python parses it.

    >>> labels = ending(r"\b(?:grade|day) $")
    >>> bool(labels.search("fever of grade ")), bool(labels.search("on day 3 after that "))
    (True, False)
    >>> sorted(last_letters(r"\b(?:grade|day) $"))
    ['ay ', 'de ']
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pipeline.grammar.necessary import needs_of
from pipeline.grammar.prefilter import gate_of

with warnings.catch_warnings():
    # Deprecated under this name, and there under it in each version of Python that the project runs on.
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as ops
    import sre_parse

#: A pattern whose matches may be longer is sought in the whole text.
_LONGEST: Final = 100_000
#: So many letters at the end are told, and so many characters of a set or endings of a pattern one by one.
_LETTERS: Final = 3
_MOST_OF_SET: Final = 40
#: Others than those of ASCII are not looked at.
_OF_CATEGORY: Final = {
    ops.CATEGORY_SPACE: frozenset(string.whitespace),
    ops.CATEGORY_DIGIT: frozenset(string.digits),
    ops.CATEGORY_WORD: frozenset(string.ascii_lowercase + string.digits + "_"),
}
#: Last letters of texts remembered; a bound on memory.
_REMEMBERED: Final = 10_000
_MOST: Final = 20_000
_REPEATS: Final = (ops.MAX_REPEAT, ops.MIN_REPEAT)
_OF_NO_WIDTH: Final = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)


class _May(dict[str, bool]):
    """Whether there may be a match where a text ends in some letters: found out once for each.

    Args:
        known: what `last_letters` gives.
    """

    def __init__(self, known: frozenset[str] | None) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, last: str) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        told = last.lower()
        may = self._known is None or any(told[place:] in self._known for place in range(_LETTERS))
        # "$" leaves room for a line break; letters beyond ASCII may match others where case is ignored.
        self[last] = may = may or told.endswith("\n") or not told.isascii()
        return may


class Ending:
    """A compiled pattern that matches only at the end of a text.

    Attributes:
        gate: bit of the pattern in what `prefilter.opened` gives of the text.
        pattern: its words, as they were compiled.
    """

    __slots__ = ("_find", "_may_end", "_reach", "_tail", "gate", "pattern")

    def __init__(self, head: str, tail: str = "", flags: int = 0) -> None:
        self.pattern = head + tail
        self._tail = Ending(tail, flags=flags) if tail else None
        self._find = re.compile(self.pattern, flags).search
        needs = needs_of(self.pattern, flags)
        self.gate = gate_of(needs)
        self._reach = min(needs.longest, _LONGEST) + 1  # "$" leaves room for a line break
        self._may_end = _May(last_letters(self.pattern, flags))

    def search(self, text: str) -> re.Match[str] | None:
        """The match at the end of a text, as `re.Pattern.search` finds it."""
        if not self._may_end[text[-_LETTERS:]]:
            return None
        if self._tail is not None and self._tail.search(text) is None:
            return None
        return self._find(text, len(text) - self._reach)

    def may_match(self, text: str) -> bool:
        """Whether a text ends in letters in which a match may end."""
        return self._may_end[text[-_LETTERS:]]


class Endings:
    """Patterns at the end of a text that are sought together: of most texts few may match.

    Args:
        patterns: what each of them stands for, and the pattern.
    """

    def __init__(self, patterns: Iterable[tuple[str, Ending]]) -> None:
        self._patterns = list(patterns)
        self._by_letters: dict[str, list[tuple[str, Ending]]] = {}

    def told(self, text: str) -> list[str]:
        """What those stand for that match."""
        last = text[-_LETTERS:]
        possible = self._by_letters.get(last)
        if possible is None:
            if len(self._by_letters) >= _REMEMBERED:
                self._by_letters.clear()
            possible = [(name, pattern) for name, pattern in self._patterns if pattern.may_match(last)]
            self._by_letters[last] = possible
        return [name for name, pattern in possible if pattern.search(text)]


def ending(head: str, tail: str = "", flags: int = 0) -> Ending:
    """Compile a pattern of which each branch ends in "$".

    Args:
        head: the pattern, or what it is without `tail`.
        tail: its short end, which is sought first, where the whole takes long to find that it doesn't match.
        flags: as those of `re.compile`.
    """
    return Ending(head, tail, flags)


def last_letters(pattern: str, flags: int = 0) -> frozenset[str] | None:
    """In lower case, up to three letters of which each match ends in some; None where nothing is known."""
    open_ends, closed = _before(sre_parse.parse(pattern, flags).data, {""}, set())
    found = open_ends | closed
    return None if "" in found or len(found) > _MOST else frozenset(one.lower() for one in found)


def _before(
    parts: Sequence[tuple[Any, Any]], ends: Iterable[str], closed: Iterable[str]
) -> tuple[set[str], set[str]]:
    """What stands before some endings, given a part of the pattern there.

    Returns: the longer endings to which more may be put, and those (with `closed`) before which anything may
        stand.
    """
    now, done = set(ends), set(closed)
    for op, value in reversed(parts):
        done |= {end for end in now if len(end) == _LETTERS}
        now -= done
        if not now or len(now) > _MOST:
            return set(), done | now
        if op is ops.LITERAL:
            now = {chr(value) + end for end in now}
        elif op is ops.SUBPATTERN:
            now, done = _before(value[-1], now, done)
        elif op is ops.BRANCH:
            told = [_before(branch, now, done) for branch in value[1]]
            now = set().union(*(one for one, _ in told))
            done = done.union(*(other for _, other in told))
        elif op in _REPEATS:
            once, done = _before(value[2], now, done)
            # Before what is there once, it may stand again.
            closing = set() if value[1] == 1 else once
            now = (now if value[0] == 0 else set()) | (once - closing)
            done |= closing
        elif op is ops.IN and (chars := _chars(value)):
            now = {char + end for char in chars for end in now}
        elif op not in _OF_NO_WIDTH:
            return set(), done | now
    return now, done


def _chars(items: list[tuple[Any, Any]]) -> set[str]:
    """The characters of a set, if they are few."""
    found: set[str] = set()
    for op, value in items:
        if op is ops.LITERAL:
            found.add(chr(value))
        elif op is ops.RANGE and value[1] - value[0] < _MOST_OF_SET:
            found |= {chr(code) for code in range(value[0], value[1] + 1)}
        elif op is ops.CATEGORY and value in _OF_CATEGORY:
            found |= _OF_CATEGORY[value]
        else:
            return set()
    return found
