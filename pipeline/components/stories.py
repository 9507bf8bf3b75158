"""The stories that a page strings together, so that no study is given the patients of another.

Method: a title after the first text opens a story, as does a post. Where a page has lost its titles, what is
spoken of tells the border: a line after which nothing specific is named that was named before it (no therapy,
no antigen, no disease), while each side has a disease, a therapy or antigen, and subjects that were studied.
A page that comes back to its first product is one story.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final

from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.findings import Extent
from pipeline.lexicon import composed_id, therapy_kind
from pipeline.stretches import between

_AGENTS: Final = frozenset({"THERAPY", "ANTIGEN"})
#: Where the layout says what belongs together, as it does in papers and registry entries, it is believed.
_ONE_STUDY: Final = frozenset({"methods", "results", "conclusions"})
_ONE_STUDY_KINDS: Final = frozenset({"registry", "paper", "abstract"})
#: Diseases so wide that two stories share them by chance.
_UMBRELLA: Final = re.compile(
    r"(?:(?:solid|blood|advanced|haematologic\w*|hematologic\w*|malignant|autoimmune) )*"
    r"(?:cancer|tumou?r|malignanc|neoplasm|disease|disorder)\w*",
    re.IGNORECASE,
)
#: A line as short as this without a full stop leads to the text under it; as for headings in `parse`.
_MAX_HEADING: Final = 110


def stories(doc: Doc, studied: Sequence[int]) -> list[Extent]:
    """Extents of the stories of a document, in order; together they cover its text.

    Args:
        doc: with sections and mentions.
        studied: where sentences begin that tell of counted or kept subjects, ascending.
    """
    text = text_of(doc)
    titles = [section.start_char for section in doc._.sections if section.kind == "title"]
    borders = [0, *[start for start in titles[1:] if start > 0], len(text)]
    told = [(start, end) for start, end in pairwise(borders) if start < end]
    kinds = {section.kind for section in doc._.sections}
    if len(told) > 1 or doc._.kind in _ONE_STUDY_KINDS or kinds & _ONE_STUDY or len(studied) < 2:
        return told
    return [piece for story in told for piece in _parted(doc, story, studied)]


def _parted(doc: Doc, story: Extent, studied: Sequence[int]) -> Iterator[Extent]:
    """A story, parted where what is spoken of changes altogether."""
    text = text_of(doc)
    mentions = [
        s for s in doc.spans.get(MENTIONS, ()) if story[0] <= s.start_char < story[1] and _is_specific(s)
    ]
    last = {_name(span): span.start_char for span in mentions}
    start, reach = story[0], -1
    for before, span in pairwise(mentions):
        reach = max(reach, last[_name(before)])
        if reach >= span.start_char:
            continue
        border = _line(text, span.start_char)
        if (
            border > before.end_char
            and _is_whole(mentions, studied, (start, border))
            and _is_whole(mentions, studied, (border, story[1]))
        ):
            yield start, border
            start = border
    yield start, story[1]


def _concept(span: Span) -> str:
    return span.kb_id_ or next(iter(span._.candidates), "")


def _name(span: Span) -> str:
    return _concept(span) or span.text.casefold()


def _is_specific(span: Span) -> bool:
    if span.label_ == "DISEASE":
        return _UMBRELLA.fullmatch(span.text) is None
    if span.label_ == "THERAPY":
        kind = therapy_kind(span.text)
        return kind is None or _concept(span) not in ("", composed_id(kind, ()))
    return span.label_ == "ANTIGEN"


def _is_whole(mentions: Sequence[Span], studied: Sequence[int], extent: Extent) -> bool:
    """Whether a stretch could stand alone: a disease, what is used against it, and subjects."""
    labels = {span.label_ for span in between(mentions, *extent, attrgetter("start_char"))}
    return (
        "DISEASE" in labels
        and bool(labels & _AGENTS)
        and bisect_left(studied, extent[0]) < bisect_left(studied, extent[1])
    )


def _line(text: str, char: int) -> int:
    """Start of the line that holds a character, or of the headings that lead to it."""
    start = text.rfind("\n", 0, char) + 1
    while start > 1:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above : start - 1].strip()
        if line and (len(line) > _MAX_HEADING or line[-1] in '.!?…”"'):
            break
        start = above
    return start
