"""What a document mentions, as the grounder asks for it again and again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Final

from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, span_value, text_of
from pipeline.components.lexicon_matcher import LEXICON
from pipeline.lexicon import cased_units

#: Names are met again and again; a bound on memory (some 10 MB).
_REMEMBERED: Final = 50_000
_SPEAKS_OF_CARS: Final = re.compile(r"\bCAR\b|\bCAR-?T|chimeric antigen receptor", re.IGNORECASE)


class Mentioned:
    """What the grounder asks of a document again and again, read once: spaCy builds `doc.text` at each call.

    Args:
        doc: a Doc with mentions.
    """

    def __init__(self, doc: Doc) -> None:
        self.text: Final = text_of(doc)
        self._values: Final = doc.user_data
        self.mentions: Final = list(doc.spans[MENTIONS])
        self.long_forms: Final = {
            self.text[slice(*short)]: self.text[slice(*long)] for short, long in doc._.abbreviations
        }
        self.named: frozenset[str] = frozenset()
        self._groups: Final = [_sorted(self.mentions), _sorted(doc.spans.get(LEXICON, ()))]

    @cached_property
    def speaks_of_cars(self) -> bool:
        """Whether chimeric antigen receptors are a matter of the document."""
        return _SPEAKS_OF_CARS.search(self.text) is not None

    @cached_property
    def by_initials(self) -> dict[str, list[Span]]:
        """Mentions of several words by the initials of these."""
        found: dict[str, list[Span]] = defaultdict(list)
        for span in self.mentions:
            initials = _initials(self.words(span))
            if len(initials) > 1:
                found[initials].append(span)
        return found

    def words(self, span: Span) -> str:
        """The text of a span; `span.text` is put together from its tokens at each call."""
        return self.text[span.start_char : span.end_char]

    def candidates(self, span: Span) -> tuple[str, ...]:
        """What the finder of a mention took it for."""
        found: tuple[str, ...] = span_value(self._values, "candidates", span.start_char, span.end_char)
        return found

    def full(self, text: str) -> str:
        """The long form of an abbreviation, also of its plural; another text as it is."""
        return self.long_forms.get(text) or self.long_forms.get(text.removesuffix("s"), text)

    def within(self, outer: Span, *, lexicon_only: bool = False) -> list[Span]:
        """Mentions and names of the lexicon that lie in a span and are smaller than it."""
        return [
            span
            for starts, spans in self._groups[lexicon_only:]
            for span in spans[bisect_left(starts, outer.start) : bisect_left(starts, outer.end)]
            if span.end <= outer.end and len(span) < len(outer)
        ]


@lru_cache(maxsize=_REMEMBERED)
def _initials(text: str) -> str:
    return "".join(unit[0] for unit in cased_units(text)).upper()


def _sorted(spans: Iterable[Span]) -> tuple[list[int], list[Span]]:
    ordered = sorted(spans, key=lambda span: span.start)
    return [span.start for span in ordered], ordered
