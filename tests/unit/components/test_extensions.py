"""Custom attributes of spans, read and set straight in the data of a Doc, are those of `span._`."""

from __future__ import annotations

import spacy

from pipeline.components.extensions import (
    register,
    sentences_of,
    set_span_value,
    span_value,
    token_borders,
)


def test_values_set_in_the_data_are_those_of_the_span() -> None:
    register()
    doc = spacy.blank("en")("No severe fever was seen.")
    span = doc[1:3]
    set_span_value(doc.user_data, "candidates", span.start_char, span.end_char, ("HP:0001945",))
    assert span._.candidates == ("HP:0001945",)
    span._.assertion = "absent"
    assert span_value(doc.user_data, "assertion", span.start_char, span.end_char) == "absent"


def test_a_value_that_nobody_set_is_the_default_of_the_span() -> None:
    register()
    doc = spacy.blank("en")("Fever was seen.")
    names = ("annotator", "score", "candidates", "concept_score", "assertion", "setting", "cue")
    assert [span_value(doc.user_data, name, 0, 5) for name in names] == [
        getattr(doc[0:1]._, name) for name in names
    ]


def test_borders_of_tokens_and_sentences_are_those_of_the_doc() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    for text in ("", "One.", "Fever was seen.  Two had none.\nNobody died."):
        doc = nlp(text)
        starts, ends = token_borders(doc)
        assert list(zip(starts, ends, strict=True)) == [(t.idx, t.idx + len(t)) for t in doc]
        assert sentences_of(doc) == [(sent.start_char, sent.end_char) for sent in doc.sents]
