"""Where the words that tell of one adverse event end and those of the next begin; on characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.events import wording
from pipeline.grammar.events.figures import Figure
from pipeline.grammar.grades import Grade

_SEPARATOR: Final = re.compile(
    r"[;,…]|[.!?][\"”’)]*\s+(?=[\"“]?(?:[A-Z]|$))|:(?=\s)|\.\.\.|\band\b|\bn?or\b|\bbut\b|\bwhile\b|"
    r"\s[–—-]\s|\bthough\b|\bplus\b"
)

_WORDS: Final = re.compile(r"\s(?:(?!in|of|by|at|and|to)[\w-]+\s){0,2}")


def border(
    text: str,
    start: int,
    end: int,
    *,
    figures: Sequence[Figure],
    brackets: Sequence[Extent],
    grades: Sequence[Grade],
) -> int:
    """The place between two events up to which everything is told of the first.

    Args:
        text: text of the document.
        start: end of the first event.
        end: start of the next one.
        figures: figures of the sentence.
        brackets: extents of what stands in brackets.
        grades: grades of the sentence.
    """
    taken = [(i.start_char, i.end_char) for i in figures]
    taken += [(a, b) for a, b in brackets if not (a <= start and end <= b)]
    taken += [(g.start_char, g.end_char) for g in grades]
    separators = [
        match.end()
        for match in _SEPARATOR.finditer(text[start:end])
        if not any(a <= start + match.start() < b for a, b in taken)
    ]
    if separators:
        return start + separators[-1]
    # "Infections in 5 (pneumonia in 2 …": the bracket opens what comes next.
    opening = text.rfind("(", start, end)
    if opening > start and ")" not in text[opening:end]:
        return opening
    # "CRS | 49 (89) | 13 (24) Anaemia | 3 (5)", "fever in 3 rash in 2": what follows an event is its own.
    if not wording.OWN.match(text, start):
        return start
    # "DLT in one: grade 4 neutropenia": a grade right before the next event is that event's.
    return next(
        (g.start_char for g in grades if start <= g.start_char and is_right_before(text, g, end)), end
    )


def is_right_before(text: str, grade: Grade, place: int) -> bool:
    """Whether nothing but a word or two stands between a grade and a place ("grade 4 febrile …")."""
    return grade.end_char <= place and _WORDS.fullmatch(text, grade.end_char, place) is not None
