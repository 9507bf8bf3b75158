"""Sentence boundaries that the layout settles: sections, blank lines, headings and items of lists."""

from __future__ import annotations

import re
from typing import Final, cast

import numpy as np
from spacy.attrs import IDX, IS_SPACE, SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc
from thinc.types import Ints2d

from pipeline.components import extensions as _extensions  # noqa: F401  registers doc._.sections
from pipeline.components.extensions import text_of

#: A line that begins like an item of a list.
_ITEM: Final = re.compile(r"(?:[-*•‣▪–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
#: A line without full stop that is not longer than this is a heading; a wrapped line of prose is longer.
_HEADING_CHARS: Final = 60
#: Tokens after which a sentence ends whatever its words are. The longest of prose have some 150; what goes on
#: is a flattened table or noise, and reading within a sentence costs the square of its length.
_LONGEST: Final = 400
_QUOTES: Final = frozenset("\"“„«‘'")
_SENTENCE_END: Final = (".", "!", "?", "…", ":", ";", ")", '"', "”", "’", "'")


def settled_starts(doc: Doc) -> set[int]:
    """Character offsets where a sentence starts whatever the words say."""
    text = text_of(doc)
    starts = {section.start_char for section in doc._.sections} | {
        section.end_char for section in doc._.sections
    }
    line_start = 0
    above = ""
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body and (not above or _ITEM.match(body) or _ends_paragraph(above)):
            starts.add(line_start + len(line) - len(line.lstrip()))
        above = body
        line_start += len(line)
    return starts


def _ends_paragraph(line: str) -> bool:
    """Whether the line break after a line ends a sentence: a full stop, a heading, a short list item."""
    return line.endswith(_SENTENCE_END) or len(line) <= _HEADING_CHARS


def _is_opening_quote(doc: Doc, place: int) -> bool:
    """Whether a token is a quote that stands against the next word and apart from the one before."""
    token = doc[place]
    stands_apart = place == 0 or bool(doc[place - 1].whitespace_) or doc[place - 1].is_space
    return token.text in _QUOTES and not token.whitespace_ and stands_apart


def _goes_on(doc: Doc, place: int) -> bool:
    """Whether a token follows a plain word or a comma on the same line: no sentence starts there."""
    if not place or doc[place - 1].is_space:
        return False
    last = doc[place - 1].text[-1]
    return last.isalnum() or last in ",(/-–"


class Sentences:
    """Corrects the trained sentence starts by the layout."""

    def __call__(self, doc: Doc) -> Doc:
        """Set the settled starts; white space belongs to the sentence before it."""
        if not len(doc):
            return doc
        settled = settled_starts(doc)
        # Set as one array: spaCy looks through the whole Doc each time that a single token is set.
        starts = doc.to_array([SENT_START]).astype(np.int64)
        # Lists of plain numbers: a Token object for each would cost three times as much.
        layout = zip(doc.to_array([IDX]).tolist(), doc.to_array([IS_SPACE]).tolist(), strict=True)
        is_pending, last = True, 0
        for place, (offset, is_space) in enumerate(layout):
            is_pending = is_pending or offset in settled or place - last >= _LONGEST
            if is_space:
                # A start that falls on white space is taken by the next word.
                is_pending = is_pending or starts[place] == 1
                starts[place] = -1
            elif is_pending or (starts[place] == 1 and not _goes_on(doc, place)):
                starts[place] = 1
                is_pending, last = False, place
                if place and _is_opening_quote(doc, place - 1):
                    starts[place - 1 : place + 1] = 1, -1
            else:
                starts[place] = -1
        return doc.from_array([SENT_START], cast(Ints2d, starts.astype(np.uint64)))


@Language.factory("cartographer_sentences")
def create_sentences(nlp: Language, name: str) -> Sentences:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry."""
    return Sentences()
