r"""Patterns that are tried only where they can match: where a word stands that every match must hold.

Almost all patterns for cues match almost nowhere, and a regular expression needs some 20 µs to find nothing
in a sentence. So each pattern is asked once, when it is compiled, for the words of which a match must hold at
least one (the prefilter of Cox, "Regular Expression Matching with a Trigram Index", 2012, over words), and
each word form once for the patterns that it opens. What a stretch of text opens is then the union over its
words: one number, of which each pattern is a bit. On full papers this took 4 µs a word for what had taken 30.

    >>> cue = compiled(r"\b(?:no|without) (?:\w+ )?(?:CRS|fever)\b", re.IGNORECASE)
    >>> text = "Six were infused. There was no severe CRS."
    >>> bool(opened(text, 0, 17) & cue.gate), bool(opened(text, 18, 42) & cue.gate)
    (False, True)
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache, reduce
from itertools import accumulate, chain, compress, pairwise
from operator import or_
from typing import Final, Generic, TypeVar

from pipeline.findings import Extent
from pipeline.grammar.necessary import Atom, Needs, needs_of

T = TypeVar("T")

#: A word, or a sign that is none; in a group, so that `split` gives them with what stands between.
_WORD: Final = re.compile(r"(\w+|[^\w\s])")
_DIGIT: Final = re.compile(r"\d")
#: Letters that match another one when case is ignored, though their lower case is not that one.
_LOOKALIKES: Final = str.maketrans("ſıİK", "siik")
#: Word forms remembered; a bound on memory (some 10 MB), not on what can be read.
_REMEMBERED: Final = 50_000
#: Matches no longer than this are sought around the words that open their pattern.
_LONGEST: Final = 500
#: Characters that a lookahead may reach beyond a match.
_AHEAD: Final = 100
#: Letters by which pieces of words are looked up.
_KEY: Final = 3
#: What a text opens at which nobody has looked.
EVERYTHING: Final = -1
#: The bit of patterns that any text opens.
_ALWAYS: Final = 1


class Filtered:
    """A compiled pattern with the bit that tells where it can match.

    Attributes:
        gate: bit of the pattern in what `opened` gives.
        pattern: the compiled pattern; its methods are there under their own names.
    """

    __slots__ = ("_width", "finditer", "fullmatch", "gate", "match", "pattern", "search")

    def __init__(self, pattern: re.Pattern[str], gate: int, width: int | None) -> None:
        self.gate = gate
        self.pattern = pattern
        self.search = pattern.search
        self.match = pattern.match
        self.fullmatch = pattern.fullmatch
        self.finditer = pattern.finditer
        self._width = None if gate == _ALWAYS else width

    def everywhere(self, text: str, read: str = "") -> Iterator[re.Match[str]]:
        """All matches in a text, in order, sought around the words that open the pattern.

        For patterns whose lookaheads are short. One without a longest match is sought in the whole text, if
        that opens it.

        Args:
            text: the text.
            read: what the pattern is for in its place, character for character (`caseless.lowered`).
        """
        found = openings(text)
        if found.within(0, len(text)) & self.gate:
            yield from self.around(read or text, found.words(self.gate))

    def around(self, text: str, words: Iterable[Extent]) -> Iterator[re.Match[str]]:
        """The same, where the words are known that open the pattern."""
        width = self._width
        if width is None:
            yield from self.finditer(text)
            return
        start = end = 0
        for first, last in words:
            if first - width > end:
                yield from self.finditer(text, start, end)
                start = first - width
            end = last + width + _AHEAD
        yield from self.finditer(text, start, end)

    def in_lines(self, text: str, spelled: str = "") -> Iterator[re.Match[str]]:
        """All matches in a text, in order, sought in the lines that open the pattern.

        For patterns that never match a line break.

        Args:
            text: the text.
            spelled: the text, character for character, as it was before signs took the place of some words,
                which do not open the pattern.
        """
        found = openings(spelled or text)
        if found.within(0, len(text)) & self.gate:
            for start, end in found.lines(self.gate):
                yield from self.finditer(text, start, end)


class _Pieces:
    """Pieces of words by the letters that they begin (or end) with, each with the patterns that it opens."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[str, int]]] = {}
        self._lengths: set[int] = set()

    def add(self, piece: str, key: str, gate: int) -> None:
        """Let a piece open a pattern; `key` is what it is looked up by."""
        self._found.setdefault(key, []).append((piece, gate))
        self._lengths.add(len(key))

    def at(self, place: str) -> Iterator[tuple[str, int]]:
        """Pieces that may begin where these letters stand."""
        for length in self._lengths:
            yield from self._found.get(place[:length], ())

    def before(self, place: str) -> Iterator[tuple[str, int]]:
        """Pieces that may end where these letters end."""
        for length in self._lengths:
            yield from self._found.get(place[-length:], ())


class _Registry(dict[str, int]):
    """Which words open which patterns: found out once for each word."""

    def __init__(self) -> None:
        super().__init__()
        self._n_gates = 1
        self._whole: dict[str, int] = {}
        self._first, self._last, self._inner = _Pieces(), _Pieces(), _Pieces()

    def gate(self, atoms: Iterable[Atom] | None) -> int:
        """A new bit, opened by words that hold one of the atoms; that of every text where there are none."""
        if atoms is None:
            return _ALWAYS
        gate = 1 << self._n_gates
        self._n_gates += 1
        for piece, starts, ends in atoms:
            if starts and ends:
                self._whole[piece] = self._whole.get(piece, 0) | gate
            elif starts:
                self._first.add(piece, piece[:_KEY], gate)
            elif ends:
                self._last.add(piece, piece[-_KEY:], gate)
            else:
                self._inner.add(piece, piece[:_KEY], gate)
        self.clear()
        return gate

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        gates = self[word] = self._found_out(_DIGIT.sub("0", word.translate(_LOOKALIKES).lower()))
        return gates

    def _found_out(self, form: str) -> int:
        gates = self._whole.get(form, 0)
        for piece, gate in self._first.at(form[:_KEY]):
            if form.startswith(piece):
                gates |= gate
        for piece, gate in self._last.before(form[-_KEY:]):
            if form.endswith(piece):
                gates |= gate
        for place in range(len(form)):
            for piece, gate in self._inner.at(form[place : place + _KEY]):
                if form.startswith(piece, place):
                    gates |= gate
        return gates


_REGISTRY: Final = _Registry()


class Openings:
    """The words of a text that open patterns, in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._asked: dict[Extent, int] = {}
        self._words: dict[int, list[Extent]] = {}
        self._line_borders: list[int] = []
        # What stands before a word and the word, by turns; a loop of our own took four times as long.
        parts = _WORD.split(text)
        borders = list(accumulate(map(len, parts)))
        gates = list(map(_REGISTRY.__getitem__, parts[1::2]))
        self._starts = list(compress(borders[::2], gates))
        self._ends = list(compress(borders[1::2], gates))
        self._gates = list(compress(gates, gates))

    def within(self, start: int, end: int) -> int:
        """Bits of the patterns that words between two characters open."""
        gates = self._asked.get((start, end))
        if gates is None:
            first, last = bisect_left(self._ends, start + 1), bisect_left(self._starts, end)
            gates = reduce(or_, self._gates[first:last], _ALWAYS)
            for place in (start, end):
                beside = self._text[max(place - 1, 0) : place + 1]
                if beside.isalnum() or "_" in beside:
                    gates |= self._cut(place, start, end)
            self._asked[start, end] = gates
        return gates

    def _cut(self, place: int, start: int, end: int) -> int:
        """What the rest of a word opens that a border of the stretch cuts."""
        text = self._text
        if not 0 < place < len(text) or not (_is_of_a_word(text[place - 1]) and _is_of_a_word(text[place])):
            return 0
        first = last = place
        while first > start and _is_of_a_word(text[first - 1]):
            first -= 1
        while last < end and _is_of_a_word(text[last]):
            last += 1
        return _REGISTRY[text[first:last]]

    def words(self, gate: int, start: int = 0, end: int | None = None) -> list[Extent]:
        """Extents of the words that open a pattern, of those that begin between two characters."""
        found = self._words.get(gate)
        if found is None:
            places = chain.from_iterable(at for gates, at in self._alike.items() if gates & gate)
            found = self._words[gate] = self._extents(places)
        if start == 0 and end is None:
            return found
        first = bisect_left(found, (start,))
        return found[first : len(found) if end is None else bisect_left(found, (end,), first)]

    def by_gate(self, gates: int) -> dict[int, list[Extent]]:
        """Extents of the words that open some patterns, by the bit of the pattern."""
        found: dict[int, list[int]] = {}
        for opened_there, places in self._alike.items():
            for gate in _bits(opened_there & gates):
                found.setdefault(gate, []).extend(places)
        return {gate: self._extents(places) for gate, places in found.items()}

    @cached_property
    def _alike(self) -> dict[int, list[int]]:
        """Places of the words that open the same patterns: some hundred kinds of words, of which many ask."""
        alike: dict[int, list[int]] = defaultdict(list)
        for place, gates in enumerate(self._gates):
            alike[gates].append(place)
        return alike

    def _extents(self, places: Iterable[int]) -> list[Extent]:
        return [(self._starts[place], self._ends[place]) for place in sorted(places)]

    def lines(self, gate: int) -> Iterator[Extent]:
        """Extents of the lines, with their breaks, that open a pattern; all lines where it is always open."""
        if not self._line_borders:
            lines = self._text.splitlines(keepends=True)
            self._line_borders = list(accumulate(map(len, lines), initial=0))
        borders = self._line_borders
        if gate == _ALWAYS:
            yield from pairwise(borders)
            return
        last = 0
        for start, _ in self.words(gate):
            if start >= last:
                line = bisect_right(borders, start)
                last = borders[line]
                yield borders[line - 1], last


def _bits(gates: int) -> Iterator[int]:
    """The single bits of a number, lowest first."""
    while gates:
        lowest = gates & -gates
        yield lowest
        gates ^= lowest


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def gate_of(needs: Needs) -> int:
    """A new bit for a pattern of which it is known what each match needs."""
    openings.cache_clear()
    return _REGISTRY.gate(needs.atoms)


def compiled(pattern: str, flags: int = 0) -> Filtered:
    """Compile a pattern, to be tried where `opened` has its bit."""
    needs = needs_of(pattern, flags)
    width = needs.longest if needs.longest <= _LONGEST and not needs.reads_end else None
    return Filtered(re.compile(pattern, flags), gate_of(needs), width)


class Alternatives(Generic[T]):
    """Many patterns that are sought together, each where it can match.

    On the cues of assertion, 227 of them, this took a third of the time of fourteen long alternations.

    Args:
        patterns: compiled patterns, each with what it stands for, which may repeat.
    """

    def __init__(self, patterns: Iterable[tuple[T, Filtered]]) -> None:
        self._by_gate: dict[int, list[tuple[T, Filtered]]] = {}
        for meaning, one in patterns:
            self._by_gate.setdefault(one.gate, []).append((meaning, one))
        self._gates = 0
        for gate in self._by_gate:
            self._gates |= gate

    def opened(self, text: str, start: int, end: int) -> Iterator[tuple[T, Filtered]]:
        """Those that may match between two characters of a text, with what they stand for."""
        for gate in _bits(opened(text, start, end) & self._gates):
            yield from self._by_gate[gate]

    def everywhere(self, text: str, read: str = "") -> Iterator[tuple[T, re.Match[str]]]:
        """All matches of each in a text (see `Filtered.everywhere`), with what they stand for."""
        found = openings(text)
        gates = found.within(0, len(text)) & self._gates
        words = found.by_gate(gates) if gates & ~_ALWAYS else {}
        for gate in _bits(gates):
            for meaning, pattern in self._by_gate[gate]:
                for match in pattern.around(read or text, words.get(gate, ())):
                    yield meaning, match


@lru_cache(maxsize=32)
def openings(text: str) -> Openings:
    """The openings of a text; those of the texts asked for last are kept."""
    return Openings(text)


def opened(text: str, start: int, end: int) -> int:
    """Bits of the patterns that may match between two characters of a text.

    A pattern whose bit is not there has no match in that stretch; one whose bit is there may have none.
    """
    return openings(text).within(start, end)
