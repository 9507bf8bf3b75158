"""Abbreviations that a document defines, by scispaCy's detector (Schwartz & Hearst 2003).

scispaCy's component looks at every stretch from any "(" to any later ")", which is quadratic in the length of
a document, and takes no short form in several tokens ("B-ALL", "IL-2"). Here the brackets are matched first,
and scispaCy's `find_abbreviation` is asked about the stretches that may be a definition, in words between
spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scispacy.abbreviation import find_abbreviation
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from pipeline.components import extensions as _extensions  # noqa: F401  registers doc._.abbreviations
from pipeline.components.extensions import text_of

Extent = tuple[int, int]

#: A bracket without brackets inside. Longer ones define nothing.
_BRACKET: Final = re.compile(r"[(\[]([^()\[\]\n]{2,80})[)\]]")
#: In "(CRS; grade 2)" or "(OS, 12 months)" the short form ends at the first separator.
_SEPARATOR: Final = re.compile(r"[;,:=]\s")
_SHORT_FORM_CHARS: Final = (2, 14)
_SHORT_FORM_WORDS: Final = 2
_LONG_FORM_WORDS: Final = 8
#: The words before a bracket that belong to the same sentence.
_SENTENCE_BREAK: Final = re.compile(r"[.;:?!]\s|\n|[()\[\]]")
_SIGN_OF_BRACKET: Final = re.compile(r"[()\[\]]")
_WORD: Final = re.compile(r"\S+")


def _is_short_form(text: str) -> bool:
    """Whether a text may be a short form: few characters, a capital, more letters than other signs."""
    low, high = _SHORT_FORM_CHARS
    return (
        low <= len(text) <= high
        and text[0].isalnum()
        and any(map(str.isupper, text))
        and len(text.split()) <= _SHORT_FORM_WORDS
        and sum(map(str.isalpha, text)) * 2 >= len(text)
    )


def _candidates(text: str) -> Iterator[tuple[Extent, Extent]]:
    """Pairs of extents, short form and stretch that may hold its long form, in both orders."""
    for bracket in _BRACKET.finditer(text):
        start = bracket.start(1)
        inside = _SEPARATOR.split(bracket.group(1), maxsplit=1)[0].rstrip()
        is_short = _is_short_form(inside)
        if not is_short and not 1 < len(inside.split()) <= _LONG_FORM_WORDS:
            continue  # a figure, a reference
        # Enough to look back: a long form has at most twice as many words as its short form letters.
        before = text[max(0, bracket.start() - 300) : bracket.start()].rstrip()
        if not is_short and not _is_short_form(
            _SIGN_OF_BRACKET.split(before.split()[-1])[-1] if before else ""
        ):
            continue
        breaks = list(_SENTENCE_BREAK.finditer(before))
        words = list(_WORD.finditer(before, breaks[-1].end() if breaks else 0))
        if not words:
            continue
        offset = max(0, bracket.start() - 300)
        if is_short:
            n_words = min(len(inside) + 5, 2 * len(inside))
            first = words[-n_words:][0]
            yield (start, start + len(inside)), (offset + first.start(), offset + len(before))
        else:
            short = words[-1]
            if _is_short_form(short.group()):
                yield (offset + short.start(), offset + short.end()), (start, start + len(inside))


def _spaced(vocab: Vocab, text: str) -> tuple[Span, list[int]]:
    """The words between spaces as a span, and the offset of each."""
    words = list(_WORD.finditer(text))
    return Doc(vocab, words=[word.group() for word in words])[:], [word.start() for word in words]


def _long_form(vocab: Vocab, short: str, stretch: str) -> Extent | None:
    """Extent of the long form inside of the stretch, as scispaCy finds it."""
    candidate, offsets = _spaced(vocab, stretch)
    _, found = find_abbreviation(candidate, _spaced(vocab, short)[0])
    if found is None or not len(found):
        return None
    start = offsets[found.start]
    words = re.split(r"[\s\u2010\u2011-]", stretch[start:])
    # A long form is longer than its short form and does not hold it; the algorithm alone accepts both.
    if len(stretch) - start <= len(short) or short in words:
        return None
    return start, len(stretch)


def definitions(vocab: Vocab, text: str) -> dict[str, Extent]:
    """Short form → extent of its long form, the first definition of each.

    >>> import spacy
    >>> definitions(spacy.blank("en").vocab, "cytokine release syndrome (CRS)")
    {'CRS': (0, 25)}
    """
    found: dict[str, Extent] = {}
    for (short_start, short_end), (start, end) in _candidates(text):
        short = text[short_start:short_end]
        extent = None if short in found else _long_form(vocab, short, text[start:end])
        if extent is not None:
            found[short] = (start + extent[0], start + extent[1])
    return found


class Abbreviations:
    """Writes every occurrence of the document's own short forms to `doc._.abbreviations`."""

    def __call__(self, doc: Doc) -> Doc:
        """Add pairs (extent of a short form, extent of its long form), in the order of the short forms."""
        found = definitions(doc.vocab, text_of(doc))
        pairs: list[tuple[Extent, Extent]] = []
        if found:
            forms = "|".join(re.escape(short) for short in sorted(found, key=len, reverse=True))
            # A plural "s" may follow; a letter or a figure may not.
            pattern = re.compile(rf"(?<![^\W_])(?:{forms})(?=s?(?![^\W_]))")
            pairs = [(match.span(), found[match.group()]) for match in pattern.finditer(text_of(doc))]
        doc._.abbreviations = pairs
        return doc


@Language.factory("cartographer_abbreviations")
def create_abbreviations(nlp: Language, name: str) -> Abbreviations:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry."""
    return Abbreviations()
