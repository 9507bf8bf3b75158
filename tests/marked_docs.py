"""Docs made from marked-up text, so that a component can be tested without the components before it."""

from __future__ import annotations

from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.markup import parse_marked
from pipeline.findings import SectionSpan


@cache
def blank() -> Language:
    """English with the project's tokenizer once it exists, and a sentence splitter at full stops."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def marked_doc(
    source: str, sections: list[tuple[str, str]] | None = None, nlp: Language | None = None
) -> Doc:
    """A Doc whose `spans["mentions"]` are the tagged spans; `concept` and other attributes are set.

    `sections` lists `(kind, first words)` of each section; without it the text is one body.
    """
    marked = parse_marked(source)
    doc = (nlp or blank())(marked.text)
    spans = []
    for tagged in marked.spans:
        span = doc.char_span(tagged.start_char, tagged.end_char, label=tagged.label, alignment_mode="expand")
        assert isinstance(span, Span)
        if concept := tagged.attributes.get("concept"):
            span = Span(doc, span.start, span.end, label=tagged.label, kb_id=concept)
        for name in ("assertion", "setting"):
            if value := tagged.attributes.get(name):
                span._.set(name, value)
        spans.append(span)
    doc.spans[MENTIONS] = spans
    starts = [(kind, marked.text.index(words)) for kind, words in sections or [("body", "")]]
    ends = [start for _, start in starts[1:]] + [len(marked.text)]
    doc._.sections = [SectionSpan(kind, start, end) for (kind, start), end in zip(starts, ends, strict=True)]
    return doc
