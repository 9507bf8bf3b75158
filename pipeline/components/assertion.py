"""Assertion of every mention: present, absent, possible, hypothetical or historical; and the cue for it.

Each sentence is judged by `grammar.assertion.rules`; what it takes back in itself or in the sentence before,
by `refutations` beside them.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("sentencizer"), nlp.add_pipe("cartographer_assertion")

Reads `doc.spans["mentions"]`; sets `span._.assertion` and `span._.cue` (extent of the cue, or None).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, sentences_of, set_span_value, text_of
from pipeline.findings import Extent
from pipeline.grammar.assertion.refutations import HEADER, answered_before, refuted
from pipeline.grammar.assertion.rules import PRESENT, Judgement, Mention, judge_sentence


def _mentions_by_sentence(doc: Doc, spans: Sequence[Span]) -> Iterator[tuple[Extent, list[Mention]]]:
    """Each sentence with its mentions; both are in the order of the text."""
    mentions = [Mention(span.start_char, span.end_char, span.label_) for span in spans]
    place = 0
    for sentence in sentences_of(doc):
        first, end = place, sentence[1]
        while place < len(mentions) and mentions[place].start_char < end:
            place += 1
        yield sentence, mentions[first:place]


@Language.factory("cartographer_assertion", assigns=["span._.assertion", "span._.cue"])
def make_assertion(nlp: Language, name: str) -> AssertionReader:  # noqa: ARG001
    """The component, for a config or `nlp.add_pipe("cartographer_assertion")`."""
    return AssertionReader()


class AssertionReader:
    """Sets `span._.assertion` and `span._.cue` of every mention."""

    def __call__(self, doc: Doc) -> Doc:
        """Judge each sentence, and let a sentence that only answers judge the one before it."""
        text = text_of(doc)
        spans = list(doc.spans.get(MENTIONS, ()))
        judged: dict[Extent, Judgement] = {}
        before: list[Mention] = []
        for (start, end), mentions in _mentions_by_sentence(doc, spans):
            if mentions or before:
                judged |= judge_sentence(text, start, end, mentions)
                judged |= answered_before(text, start, end, before)
                judged |= refuted(text, start, end, mentions, before)
            if mentions or end - start > HEADER:
                before = mentions  # the header of a post parts no answer from its question
        for span in spans:
            extent = span.start_char, span.end_char
            judgement = judged.get(extent, PRESENT)
            set_span_value(doc.user_data, "assertion", *extent, judgement.assertion)
            set_span_value(doc.user_data, "cue", *extent, judgement.cue)
        return doc
