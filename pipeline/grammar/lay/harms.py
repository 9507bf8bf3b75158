"""Harms in everyday words: "threw up", "her hands shook", "could not shut his eye", "coffee tastes of tin".

Lists of terms hold the names of harms; people tell what happened to a part of them, what they could no longer
do, and how they felt. Each row of `words`, `senses`, `body` and `organs` says what of that is which term of
medicine. Pure functions on characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.caseless import caseless, lowered_document
from pipeline.grammar.lay.body import BODY
from pipeline.grammar.lay.organs import FAILED, FAILURES, INFLAMED, INFLAMMATIONS, ORGANS
from pipeline.grammar.lay.senses import SENSES
from pipeline.grammar.lay.words import PERSON
from pipeline.grammar.prefilter import Alternatives


class LayHarm(NamedTuple):
    """Everyday words for a harm, and its term."""

    extent: Extent
    term: str


_PATTERNS: Final = Alternatives(
    (term, caseless(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w-])"))
    for term, *patterns in (*PERSON, *SENSES, *BODY, *ORGANS)
)
_INFLAMED: Final = caseless(rf"(?<![\w-])(?:{INFLAMED})(?![\w-])")
_FAILED: Final = caseless(rf"(?<![\w-])(?:{FAILED})(?![\w-])")


def find_lay_harms(text: str) -> Iterator[LayHarm]:
    """Harms that a text tells in everyday words, in order; they may overlap.

    Example:
        >>> [harm.term for harm in find_lay_harms("Her hands shook, she threw up and her gut was inflamed.")]
        ['tremor', 'vomiting', 'enterocolitis']
    """
    low = lowered_document(text)
    found = [
        LayHarm(match.span(match.lastindex or 0), term) for term, match in _PATTERNS.everywhere(text, low)
    ]
    for match in _INFLAMED.everywhere(text, low):
        organ = match["of"] or match["before"] or match["after"] or match["is"]
        found.append(LayHarm(match.span(), INFLAMMATIONS[organ.removesuffix("s")]))
    found += [LayHarm(match.span(), FAILURES[match["organ"]]) for match in _FAILED.everywhere(text, low)]
    yield from sorted(found)


@lru_cache(maxsize=1024)
def lay_term(words: str) -> str | None:
    """The term for words that tell a harm; None where they tell none."""
    return next((harm.term for harm in find_lay_harms(words) if harm.extent == (0, len(words))), None)
