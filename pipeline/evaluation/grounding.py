"""Accuracy of the grounding at rank 1, given gold mentions, against a corpus whose mentions have concept ids.

A mention is right when its concept, or where that has no id in the corpus' vocabulary the nearest one above
it, has one of the mention's ids. Mentions without an id are left out; one of several ids suffices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import pipeline.components.abbreviations
import pipeline.components.tokenizer
from pipeline.components.extensions import MENTIONS
from pipeline.components.grounder import Grounder
from pipeline.evaluation.corpora import Corpus, CorpusMention
from pipeline.evaluation.scores import Counts, FieldScore, score
from pipeline.lexicon import KnowledgeBase

#: Class → vocabularies in which its corpora name concepts; a local id without a prefix is of the first.
VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {"conditions": ("MESH", "OMIM")}
_LABELS: Final[dict[str, str]] = {"conditions": "DISEASE"}
_CURIE: Final = re.compile(r"([A-Za-z]+):(.+)")


class GroundingMiss(NamedTuple):
    """A mention that was grounded to another concept, or to none."""

    doc_id: str
    text: str
    wanted: tuple[str, ...]
    chosen: str

    def __str__(self) -> str:
        return f"{self.doc_id} · grounding · {self.text} · {'|'.join(self.wanted)} · {self.chosen or 'none'}"


@dataclass(frozen=True)
class _Gold:
    span: Span
    ids: frozenset[str]


def can_be_scored(corpus: Corpus, classes: Mapping[str, str]) -> bool:
    """Whether some mention of the corpus has a concept of a vocabulary that the knowledge base bridges to."""
    return any(_ids(mention, classes) for document in corpus.documents for mention in document.mentions)


def score_grounding(
    corpus: Corpus, classes: Mapping[str, str], grounder: Grounder, knowledge: KnowledgeBase
) -> tuple[FieldScore, list[GroundingMiss]]:
    """Grounding scores: recall is acc@1 over all gold mentions with an id, precision that over grounded ones.

    Args:
        corpus: texts whose mentions have concept ids.
        classes: label of the corpus → class; only classes of `VOCABULARIES` count.
        grounder: the component to score, apart from the finding of mentions.
        knowledge: the knowledge base that it grounds to.
    """
    nlp = _tokens_and_abbreviations()
    counts, misses = [], []
    for document in corpus.documents:
        doc = nlp(document.text)
        gold = list(_gold(doc, document.mentions, classes))
        doc.spans[MENTIONS] = [one.span for one in gold]
        told: Counter[str] = Counter()
        for span, one in zip(grounder(doc).spans[MENTIONS], gold, strict=True):
            right = bool(span.kb_id_) and not one.ids.isdisjoint(_bridged(knowledge, span.kb_id_))
            told["grounded"] += bool(span.kb_id_)
            told["right"] += right
            if not right:
                misses.append(GroundingMiss(document.doc_id, span.text, tuple(sorted(one.ids)), span.kb_id_))
        counts.append(Counts(len(gold), told["grounded"], told["right"], told["right"]))
    return score(counts), misses


def _tokens_and_abbreviations() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = pipeline.components.tokenizer.build_tokenizer(nlp)
    nlp.add_pipe("cartographer_abbreviations")
    return nlp


def _gold(doc: Doc, mentions: tuple[CorpusMention, ...], classes: Mapping[str, str]) -> Iterator[_Gold]:
    """Gold mentions with an id as spans, each extent once, sorted as the pipeline sorts mentions."""
    found: dict[tuple[int, int], _Gold] = {}
    for mention in mentions:
        if ids := _ids(mention, classes):
            span = doc.char_span(
                mention.start_char,
                mention.end_char,
                label=_LABELS[classes[mention.label]],
                alignment_mode="expand",
            )
            if span is not None:
                found[span.start, span.end] = _Gold(span, ids)
    return iter([found[key] for key in sorted(found, key=lambda extent: (extent[0], -extent[1]))])


def _ids(mention: CorpusMention, classes: Mapping[str, str]) -> frozenset[str]:
    """CURIEs of a mention's concepts, in the vocabularies of its class."""
    vocabularies = VOCABULARIES.get(classes.get(mention.label, ""), ())
    curies = set()
    for written in mention.concept_ids:
        prefixed = _CURIE.fullmatch(written.strip())
        prefix, local = prefixed.groups() if prefixed else (next(iter(vocabularies), ""), written.strip())
        if prefix.upper() in vocabularies:
            curies.add(f"{prefix.upper()}:{local}")
    return frozenset(curies)


def _bridged(knowledge: KnowledgeBase, concept_id: str) -> set[str]:
    return {
        curie
        for prefixes in VOCABULARIES.values()
        for prefix in prefixes
        for curie in knowledge.bridge(concept_id, prefix)
    }
