"""The custom attributes of Doc and Span, registered in one place.

Values are plain (numbers, strings, tuples of them), never Span objects: they survive pickling and
`nlp.pipe(n_process=...)`.

Doc:
    sections: list of `SectionSpan`, ordered, not overlapping. A Doc without any counts as one `body`.
    title: title of the document or "".
    kind: `DocumentKind` of the document.
    is_biomedical: False where the text gives no evidence of biology; nothing is read from such a text.
    sentence_settings: list of `(start_char, end_char, Setting)`, one per sentence, in order.
    study_settings: list of `StudySettings`, one per piece of the document, in order.
    size_odds: log-odds of numbers, by their first character, to be sizes of groups.
    abbreviations: list of `(short extent, long extent)`.
    cohorts, adverse_events, relations, studies: lists of the tuples in `pipeline.findings`.

Span (in `doc.spans["mentions"]`):
    annotator: who found it (`Annotator`).
    score: confidence in 0..1 or None.
    candidates: concept ids that the surface may stand for, best first (tuple of CURIEs).
    concept_score: confidence of `span.kb_id_` in 0..1 or None.
    assertion: `Assertion`.
    setting: `Setting`.
    cue: extent of the words that decided the assertion, or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from spacy.attrs import IDX, LENGTH, SENT_START, SPACY  # type: ignore[import-not-found]
from spacy.tokens import Doc, Span

from pipeline.findings import MENTIONS, Extent

__all__ = [
    "MENTIONS",
    "register",
    "sentences_of",
    "set_span_value",
    "span_value",
    "text_of",
    "token_borders",
]

#: First part of the keys by which spaCy keeps custom attributes in `doc.user_data`.
_KEPT: Final = "._."
_TEXT = "cartographer_text"
_TOKENS = "cartographer_tokens"
_SENTENCES = "cartographer_sentences"

_DOC_LISTS = (
    "sections",
    "sentence_settings",
    "study_settings",
    "abbreviations",
    "cohorts",
    "adverse_events",
    "relations",
    "studies",
)
_DOC_VALUES: dict[str, Any] = {"title": "", "kind": "other", "is_biomedical": True}
_SPAN_VALUES: dict[str, Any] = {
    "annotator": "model",
    "score": None,
    "candidates": (),
    "concept_score": None,
    "assertion": "present",
    "setting": "unknown",
    "cue": None,
}


def register() -> None:
    """Register every attribute. Repeating it is harmless."""
    for name in _DOC_LISTS:
        # spaCy copies a mutable default for each Doc.
        Doc.set_extension(name, default=[], force=True)
    Doc.set_extension("size_odds", default={}, force=True)
    for name, default in _DOC_VALUES.items():
        Doc.set_extension(name, default=default, force=True)
    for name, default in _SPAN_VALUES.items():
        Span.set_extension(name, default=default, force=True)


def text_of(doc: Doc) -> str:
    """The text of a Doc, put together once: spaCy joins all tokens at each call of `doc.text`."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text


def span_value(data: Mapping[Any, Any], name: str, start_char: int, end_char: int) -> Any:  # noqa: ANN401 - they are of many types
    """The custom attribute of the span between two characters, as `span._` gives it.

    For loops over all mentions: `span._` makes an object at each look and takes eight times as long (1.3 µs).

    Args:
        data: `doc.user_data`.
        name: name of the attribute.
        start_char: first character of the span.
        end_char: character after its last one.
    """
    return data.get((_KEPT, name, start_char, end_char), _SPAN_VALUES[name])


def set_span_value(data: dict[Any, Any], name: str, start_char: int, end_char: int, value: object) -> None:
    """Set the custom attribute of the span between two characters; the others as for `span_value`."""
    data[_KEPT, name, start_char, end_char] = value


def token_borders(doc: Doc) -> tuple[list[int], list[int]]:
    """First characters of the tokens of a Doc, and the characters after their last ones; read once."""
    found: tuple[list[int], list[int]] | None = doc.user_data.get(_TOKENS)
    if found is None:
        starts, sizes = doc.to_array([IDX, LENGTH]).astype("int64").T
        found = doc.user_data[_TOKENS] = starts.tolist(), (starts + sizes).tolist()
    return found


def sentences_of(doc: Doc) -> list[Extent]:
    """Extents of the sentences of a Doc whose borders are settled, in order.

    They are read once: spaCy makes a Span of each in every loop over `doc.sents`.
    """
    found: list[Extent] | None = doc.user_data.get(_SENTENCES)
    if found is None:
        starts, ends = token_borders(doc)
        later = (np.flatnonzero(doc.to_array([SENT_START])[1:] == 1) + 1).tolist()
        borders = [0, *later, len(starts)] if starts else []
        found = [(starts[first], ends[last - 1]) for first, last in pairwise(borders)]
        doc.user_data[_SENTENCES] = found
    return found


def keep_text(doc: Doc, text: str) -> None:
    """Let `text_of` give the text that a Doc was just made of, where the Doc is as long as it."""
    if int(doc.to_array([LENGTH]).sum() + (doc.to_array([SPACY]) != 0).sum()) == len(text):
        doc.user_data[_TEXT] = text


register()
