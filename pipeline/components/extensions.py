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

from typing import Any

from spacy.attrs import IDX, LENGTH, SENT_START, SPACY  # type: ignore[import-not-found]
from spacy.tokens import Doc, Span

from pipeline.findings import MENTIONS, Extent

__all__ = ["MENTIONS", "register", "sentences_of", "text_of"]

_TEXT = "cartographer_text"
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


def sentences_of(doc: Doc) -> list[Extent]:
    """Extents of the sentences of a Doc whose borders are settled, in order.

    They are read once: spaCy makes a Span of each in every loop over `doc.sents`.
    """
    found: list[Extent] | None = doc.user_data.get(_SENTENCES)
    if found is None:
        tokens = doc.to_array([IDX, LENGTH, SENT_START]).tolist()
        firsts = [0, *(place for place, token in enumerate(tokens) if place and token[2] == 1)]
        lasts = [place - 1 for place in (*firsts[1:], len(tokens))]
        found = [
            (tokens[first][0], tokens[last][0] + tokens[last][1])
            for first, last in zip(firsts, lasts, strict=True)
            if tokens
        ]
        doc.user_data[_SENTENCES] = found
    return found


def keep_text(doc: Doc, text: str) -> None:
    """Let `text_of` give the text that a Doc was just made of, where the Doc is as long as it."""
    if int(doc.to_array([LENGTH]).sum() + (doc.to_array([SPACY]) != 0).sum()) == len(text):
        doc.user_data[_TEXT] = text


register()
