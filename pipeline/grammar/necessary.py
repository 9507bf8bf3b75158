r"""What every match of a pattern must hold: pieces of words, read from the pattern as Python parses it.

Method: the analysis of Cox ("Regular Expression Matching with a Trigram Index", 2012): of each part of the
pattern either all strings that it matches are known, or a set of pieces of which its matches hold one.
Case is ignored, and every digit counts as 0. Lookarounds are taken for what they say of a word's border, else
for nothing; what is not understood may match anything, so that the outcome is true of every pattern.

    >>> sorted(needs_of(r"\b(?:no|without) [a-z]+ (?:fever|ICANS)\b").atoms)
    [Atom(text='fever', starts=True, ends=True), Atom(text='icans', starts=True, ends=True)]
    >>> needs_of(r"no \w+|.*").atoms
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, Final, NamedTuple

with warnings.catch_warnings():
    # Deprecated under this name, and there under it in each version of Python that the project runs on.
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as ops
    import sre_parse

#: Stands for a border of a word: between two characters, or where a character is that belongs to no word.
_BORDER: Final = "\0"
#: So many strings are told one by one; more are told by pieces.
_MOST: Final = 300
#: Words and signs that are in most sentences: another piece of the pattern tells more.
_COMMON: Final = frozenset(
    "a an and are as at be been by for from had has have in is it of on or that the their this to was we "
    "were which who will with . , - ( )".split()
)
#: Words that are in every tenth sentence or so of a paper.
_FREQUENT: Final = frozenset(
    "0 cell cells clinical data effect experiment experiments group groups here human may model models no "
    "not other our patient patients report reported results studies study than these treated treatment "
    "tumors we year years".split()
)
_REPEATS: Final = (ops.MAX_REPEAT, ops.MIN_REPEAT, getattr(ops, "POSSESSIVE_REPEAT", None))


class Atom(NamedTuple):
    """A piece of a word in lower case, or a sign; whether the word starts and ends with it."""

    text: str
    starts: bool
    ends: bool


class Needs(NamedTuple):
    """What a pattern needs to match.

    Attributes:
        atoms: each match holds at least one of them; None where the pattern needs none.
        longest: characters of its longest match; very many where that has no bound.
        reads_end: whether it tells the end of a text or of a line.
    """

    atoms: frozenset[Atom] | None
    longest: int
    reads_end: bool


class _Known(NamedTuple):
    """What is known of the matches of a part: all strings, or atoms of which each match holds one."""

    strings: frozenset[str] | None = None
    atoms: frozenset[Atom] | None = None

    def holds(self) -> frozenset[Atom] | None:
        """Atoms of which each match holds one, None where there are none."""
        return self.atoms if self.strings is None else _atoms_of(self.strings)


_ANYTHING: Final = _Known()
_NOTHING: Final = _Known(frozenset([""]))
_PIECE: Final = re.compile(r"[a-z0]+|[^\w\s\0]")
#: So often a piece may be told in a text to be of use.
_OFTEN: Final = 1.0


def needs_of(pattern: str, flags: int = 0) -> Needs:
    """What each match of a pattern, with the flags of `re.compile`, needs."""
    parsed = sre_parse.parse(pattern, flags)
    atoms = _sequence(parsed.data).holds()
    is_telling = atoms is not None and _frequency(atoms) < _OFTEN
    return Needs(atoms if is_telling else None, int(parsed.getwidth()[1]), "AT_END" in repr(parsed))


def _sequence(parts: Sequence[tuple[Any, Any]], left: str = "", right: str = "") -> _Known:
    """One part after the other, between borders where the pattern has them around the sequence."""
    strings = frozenset([left])
    sets: list[frozenset[Atom]] = []
    is_whole = True
    place = 0
    while place < len(parts):
        # Letters in a row are one string: most of a pattern is words.
        letters = ""
        while place < len(parts) and parts[place][0] is ops.LITERAL:
            letters += _char(parts[place][1])
            place += 1
        if letters:
            strings = frozenset(string + letters for string in strings)
            continue
        place += 1
        before = _BORDER if all(map(_ends_word, strings)) else ""
        after = right if place == len(parts) else _BORDER if _opens_with_border(parts[place:]) else ""
        known = _part(parts[place - 1], before, after)
        if known.strings is not None and len(known.strings) * len(strings) <= _MOST:
            strings = frozenset(map("".join, product(strings, known.strings)))
            continue
        is_whole = False
        sets += [atoms for atoms in (_atoms_of(strings), known.atoms) if atoms]
        strings = known.strings or frozenset([""])
    strings = frozenset(string + right for string in strings)
    if is_whole:
        return _Known(strings)
    sets += [atoms for atoms in (_atoms_of(strings),) if atoms]
    return _Known(atoms=min(sets, key=_frequency, default=None))


def _opens_with_border(parts: Sequence[tuple[Any, Any]]) -> bool:
    """Whether every match of parts in a row begins at a border of a word, or with what is of no word."""
    for op, value in parts:
        if op is ops.BRANCH:
            return all(_opens_with_border(branch) for branch in value[1])
        if op is ops.SUBPATTERN:
            return _opens_with_border(value[-1])
        if op in _REPEATS:
            return value[0] > 0 and _opens_with_border(value[2])
        strings = _part((op, value)).strings
        if strings != _NOTHING.strings:
            return strings is not None and not any(map(_is_of_a_word, strings))
    return False


def _ends_word(string: str) -> bool:
    return string != "" and not _is_of_a_word(string[-1])


def _part(part: tuple[Any, Any], left: str = "", right: str = "") -> _Known:
    op, value = part
    if op is ops.LITERAL:
        return _Known(frozenset([_char(value)]))
    if op is ops.IN:
        return _chars(value)
    if op is ops.BRANCH:
        return _either([_sequence(list(branch), left, right) for branch in value[1]])
    if op is ops.SUBPATTERN:
        return _sequence(list(value[-1]), left, right)
    if op in _REPEATS:
        return _repeated(value[0], value[1], _sequence(list(value[2])))
    if op is ops.AT:
        return _Known(frozenset([_BORDER])) if value is ops.AT_BOUNDARY else _NOTHING
    if op is ops.ASSERT_NOT:
        return _Known(frozenset([_BORDER])) if _is_any_of_a_word(value[1]) else _NOTHING
    if op is ops.ASSERT:
        return _NOTHING
    return _ANYTHING


def _char(code: int) -> str:
    """A character as atoms have it: in lower case, a digit as 0, white space as a border."""
    char = chr(code).lower()
    if char.isspace():
        return _BORDER
    return "0" if char.isdecimal() else char


def _chars(items: list[tuple[Any, Any]]) -> _Known:
    """One of several characters."""
    found: set[str] = set()
    for op, value in items:
        if op is ops.LITERAL:
            found.add(_char(value))
        elif op is ops.RANGE and value[1] - value[0] < _MOST:
            found.update(_char(code) for code in range(value[0], value[1] + 1))
        elif op is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            found.add("0")
        elif op is ops.CATEGORY and value is ops.CATEGORY_SPACE:
            found.add(_BORDER)
        else:
            return _ANYTHING
    return _Known(frozenset(found))


def _either(branches: list[_Known]) -> _Known:
    strings: set[str] = set()
    for branch in branches:
        if branch.strings is None or len(strings) > _MOST:
            break
        strings |= branch.strings
    else:
        return _Known(frozenset(strings))
    atoms: set[Atom] = set()
    for branch in branches:
        needed = branch.holds()
        if needed is None:
            return _ANYTHING
        atoms |= needed
    return _Known(atoms=frozenset(atoms))


def _repeated(least: int, most: int, known: _Known) -> _Known:
    if least and known.strings == frozenset([_BORDER]):
        return known
    if least == 0:
        return _Known(known.strings | {""}) if known.strings is not None and most == 1 else _ANYTHING
    if least == most and known.strings is not None and len(known.strings) ** least <= _MOST:
        return _Known(frozenset(map("".join, product(known.strings, repeat=least))))
    return _Known(atoms=known.holds())


def _is_any_of_a_word(parts: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a negative lookaround rules out every character of words."""
    only = list(parts)
    return (
        len(only) == 1
        and only[0][0] is ops.IN
        and only[0][1][0][0] is not ops.NEGATE
        and (ops.CATEGORY, ops.CATEGORY_WORD) in only[0][1]
    )


def _atoms_of(strings: Iterable[str]) -> frozenset[Atom] | None:
    """Few and rare atoms of which each string has one; None where one of them has none."""
    pieces = [frozenset(_pieces(string)) for string in strings]
    if not all(pieces):
        return None
    # An atom that many strings share is told once for all of them.
    shared = Counter(atom for atoms in pieces for atom in atoms)
    chosen = {min(atoms, key=lambda a: (_frequency([a]) / shared[a], a)) for atoms in pieces}
    for atom in sorted(chosen, key=lambda a: (shared[a], a)):
        if all(atom not in atoms or len(atoms & chosen) > 1 for atoms in pieces):
            chosen.remove(atom)
    return frozenset(chosen)


def _pieces(string: str) -> Iterator[Atom]:
    for match in _PIECE.finditer(string):
        start, end, text = match.start(), match.end(), match.group()
        if not text.isalnum():
            yield Atom(text, True, True)
            continue
        yield Atom(
            text,
            start > 0 and not _is_of_a_word(string[start - 1]),
            end < len(string) and not _is_of_a_word(string[end]),
        )


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _frequency(atoms: Iterable[Atom]) -> float:
    """How often, roughly, a text holds one of them: only to choose between sets."""
    return sum(
        0.1 if text in _COMMON else 0.02 if text in _FREQUENT else 4.0 ** -(len(text) + starts + ends)
        for text, starts, ends in atoms
    )
