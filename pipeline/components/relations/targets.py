r"""Therapy → antigen: what the receptor of an engineered-cell therapy binds.

Read from the therapy's own phrase ("CD19/BCMA CAR T cells"), from verbs of aiming ("goes after", "is directed
at", "recognises"), and from the knowledge base where it knows the product and the antigen is named near it.
A product of which nothing is told so binds what the document as a whole makes likely (`target_pairs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.target_pairs import target_pairs
from pipeline.components.relations.target_weights import THRESHOLD, WEIGHTS
from pipeline.components.relations.therapies import (
    BAIT,
    Therapy,
    TherapyReader,
    bound_in_phrase,
    concept_key,
    extent_of,
)
from pipeline.grammar.logistic import probability
from pipeline.grammar.target_cues import (
    AIMS,
    ANAPHOR,
    AT_IT,
    BINDER,
    BINDING_SITE,
    BINDS,
    CARRIED,
    CONTRAST,
    DESCRIBED,
    FORMER,
    HELD_BACK,
    LEADS_TO,
    NEXT_OBJECT,
    NOT_AIMED,
    NOT_DESCRIBED,
    OTHER_VERB,
    PART,
    POINTED,
    POINTED_AT,
    RELATIVE,
    SAME,
    SUBSET,
    TARGET_IS,
    TO_OBJECT,
)

#: What no words tell ranks below what they do.
_BELOW_WORDS: Final = 0.74
#: One piece of evidence: subject, object, sentence, score.
TargetEvidence = tuple[Span, Span, Sentence, float]


class TargetReading:
    """The targets of one document.

    Args:
        discourse: the document.
        reader: knows what products bind.
    """

    def __init__(self, discourse: Discourse, reader: TherapyReader) -> None:
        self.discourse = discourse
        self.reader = reader
        self.text = discourse.text

    def evidence(self) -> Iterator[TargetEvidence]:
        """All evidence: what words tell, then what is likely of products of which they tell nothing."""
        told = set()
        for subject, antigen, sentence, score in self.told():
            told.add((self.discourse.of[extent_of(subject)].key, concept_key(antigen)))
            yield subject, antigen, sentence, score
        for pair in target_pairs(self.discourse, told, self.reader.targets):
            likely = probability(pair.features, WEIGHTS)
            place = self.discourse.place(pair.antigen.start_char)
            if likely >= THRESHOLD and place is not None:
                rank = min(likely, _BELOW_WORDS)
                yield pair.product, pair.antigen, self.discourse.sentences[place], rank

    def told(self) -> Iterator[TargetEvidence]:
        """What words tell, in order of the text; what the knowledge base adds to them comes last."""
        told: set[tuple[str, str]] = set()
        last: Span | None = None
        for place, sentence in enumerate(self.discourse.sentences):
            antigens = sentence.labelled("ANTIGEN")
            for subject, antigen, home in self._at_it(place, sentence):
                told.add((self.discourse.of[extent_of(subject)].key, concept_key(antigen)))
                yield subject, antigen, home, 0.8
            if last is not None:
                for subject in self._at_same(sentence):
                    told.add((self.discourse.of[extent_of(subject)].key, concept_key(last)))
                    yield subject, last, sentence, 0.8
            if not antigens:
                continue
            for subject, antigen, score in self._sentence(place, sentence, antigens):
                told.add((self.discourse.of[extent_of(subject)].key, concept_key(antigen)))
                last = antigen
                yield subject, antigen, sentence, score
        yield from self._known(told)

    def _sentence(
        self, place: int, sentence: Sentence, antigens: Sequence[Span]
    ) -> Iterator[tuple[Span, Span, float]]:
        for span in sentence.labelled("THERAPY"):
            if self.discourse.of[extent_of(span)].is_engineered and not BAIT.search(span.text):
                for antigen in bound_in_phrase(span, antigens):
                    yield span, antigen, 0.95
                for antigen in self._before(span, antigens):
                    for subject in self._named(sentence, span, [antigen]):
                        yield subject, antigen, 0.9
                for antigen in self._carried(sentence, span, antigens):
                    yield span, antigen, 0.75
                for antigen in self._described(span, antigens):
                    yield span, antigen, 0.85
        for verb in AIMS.finditer(self.text, sentence.start, sentence.end):
            if any(s.start_char < verb.start() < s.end_char for s in sentence.labelled("THERAPY")):
                continue
            objects = list(self._objects(verb.end(), sentence))
            for subject in self._aiming(place, sentence, verb, objects) if objects else ():
                for antigen in objects:
                    yield subject, antigen, 0.85
        yield from self._of_relative(sentence, antigens)
        for match in TARGET_IS.finditer(self.text, sentence.start, sentence.end):
            for antigen in self._objects(match.end(), sentence):
                for therapy in self.discourse.spoken_of(place):
                    if therapy.is_engineered:
                        yield therapy.first, antigen, 0.8

    def _of_relative(
        self, sentence: Sentence, antigens: Sequence[Span]
    ) -> Iterator[tuple[Span, Span, float]]:
        """The antigen that a relative clause is about, as in "B7-H3, the antigen that X binds, is …"."""
        for span in sentence.labelled("THERAPY"):
            before = [antigen for antigen in antigens if antigen.end_char <= span.start_char]
            if (
                before
                and self.discourse.of[extent_of(span)].is_engineered
                and RELATIVE.fullmatch(self.text, before[-1].end_char, span.start_char)
                and BINDS.match(self.text, span.end_char)
            ):
                yield span, before[-1], 0.85

    def _before(self, span: Span, antigens: Sequence[Span]) -> Iterator[Span]:
        """Antigens right before a phrase, as in "BCMA- and [CD19-directed CAR T cells]"."""
        left = span.start_char
        for antigen in reversed(antigens):
            if antigen.end_char > span.start_char:
                continue
            gap = self.text[antigen.end_char : left]
            if not LEADS_TO.match(gap) or not gap.strip(" "):
                break
            yield antigen
            left = antigen.start_char

    def _carried(self, sentence: Sentence, span: Span, antigens: Sequence[Span]) -> Iterator[Span]:
        """Antigens of what a product carries: "X plugs a mesothelin binder …", "a MUC16 product (X)"."""
        if self.discourse.of[extent_of(span)].form != "product":
            return
        clause = sentence.clause(span.start_char)
        therapies = sentence.labelled("THERAPY")
        for antigen in antigens:
            head = BINDER.match(self.text, antigen.end_char)
            if head is None or any(s.start_char <= antigen.start_char < s.end_char for s in therapies):
                continue
            first, second = sorted((extent_of(span), (antigen.start_char, head.end())))
            gap = self.text[first[1] : second[0]]
            if first == extent_of(span):
                near = second[0] < clause.end_char and len(gap) < 40 and not CONTRAST.search(gap)
            else:
                near = re.match(r"^[^.;,]{0,30}[,(]\s*$", gap) is not None
            if near and not any(first[1] <= s.start_char < second[0] for s in therapies):
                yield antigen

    def _at_it(self, place: int, sentence: Sentence) -> Iterator[tuple[Span, Span, Sentence]]:
        """The antigen that was named last, as in "the reply is CD22. X, a product aimed at it, …"."""
        verb = AT_IT.search(sentence.text) if sentence.opens(AT_IT) else None
        if verb is None:
            return
        char = sentence.start + verb.start()
        named = [s for s in sentence.labelled("THERAPY") if s.end_char <= char]
        subjects = [s for s in named if self.discourse.of[extent_of(s)].is_engineered][:1]
        for home in reversed(self.discourse.sentences[max(0, place - 2) : place + 1]):
            before = [a for a in home.labelled("ANTIGEN") if a.end_char <= char]
            if before and home.paragraph == sentence.paragraph:
                for subject in subjects:
                    yield subject, before[-1], home
                return

    def _at_same(self, sentence: Sentence) -> Iterator[Span]:
        """The cells that bind what was told last: "MB-2, with the same target, was given to nine"."""
        match = SAME.search(sentence.text) if "the same " in sentence.text else None
        if match is None:
            return
        char = sentence.start + match.start()
        before = [span for span in sentence.labelled("THERAPY") if span.end_char <= char]
        for span in before[-1:]:
            therapy = self.discourse.of[extent_of(span)]
            if therapy.is_engineered and therapy.form == "product" and not _is_bait(therapy):
                yield span

    def _described(self, span: Span, antigens: Sequence[Span]) -> Iterator[Span]:
        """Antigens in apposition to a product, or at which somebody points it."""
        if self.discourse.of[extent_of(span)].form != "product":
            return
        end = span.end_char
        pointed = POINTED.search(self.text[max(0, span.start_char - 30) : span.start_char]) is not None
        link = (POINTED_AT if pointed else DESCRIBED).match(self.text, end)
        first = next((place for place, a in enumerate(antigens) if a.start_char >= end), None)
        if link is None or first is None or antigens[first].start_char != link.end():
            return
        for place in range(first, len(antigens)):
            if place > first and not re.fullmatch(
                r"\s?[/×;]\s?|,? and (?:anti-)?",
                self.text[antigens[place - 1].end_char : antigens[place].start_char],
            ):
                return
            if not NOT_DESCRIBED.match(self.text, antigens[place].end_char):
                yield antigens[place]

    def _objects(self, start: int, sentence: Sentence) -> Iterator[Span]:
        """The antigen that follows a verb, and those that are coordinated with it."""
        last: Span | None = None
        therapies = sentence.labelled("THERAPY")
        for antigen in sentence.labelled("ANTIGEN"):
            if antigen.start_char < start or BINDING_SITE.match(self.text, antigen.end_char):
                continue
            if SUBSET.fullmatch(antigen.text) and CARRIED.match(self.text, antigen.end_char):
                continue
            gap = self.text[start if last is None else last.end_char : antigen.start_char]
            if last is None and (not TO_OBJECT.match(gap) or OTHER_VERB.search(gap)):
                return
            if last is not None and not NEXT_OBJECT.match(gap):
                return
            # "unlike CD19 CAR T cells": the antigen belongs to another therapy's name
            if any(
                s.start_char < antigen.end_char and start <= s.start_char and antigen.start_char < s.end_char
                for s in therapies
            ):
                return
            last = antigen
            yield antigen

    def _aiming(
        self, place: int, sentence: Sentence, verb: re.Match[str], objects: Sequence[Span]
    ) -> list[Span]:
        """Who aims: the nearest therapy before the verb, or the one that "it" stands for."""
        before = [span for span in sentence.labelled("THERAPY") if span.end_char <= verb.start() + 1]
        clause = sentence.clause(verb.start())
        left = max(before[-1].end_char, clause.start_char) if before else clause.start_char
        if NOT_AIMED.search(self.text, left, verb.start()) or HELD_BACK.search(
            self.text[sentence.start : verb.start()]
        ):
            return []
        if before:
            is_former = len(before) > 1 and FORMER.search(self.text, left, verb.start())
            subject = before[-2 if is_former else -1]
            therapy = self.discourse.of[extent_of(subject)]
            if not therapy.is_engineered or _is_bait(therapy):
                return []
            return self._named(sentence, subject, objects)
        opening = self.text[clause.start_char : clause.end_char]
        if not ANAPHOR.match(opening) and not PART.search(self.text, sentence.start, verb.end()):
            return []
        return [
            therapy.first
            for therapy in self.discourse.spoken_of(place)
            if therapy.is_engineered and not _is_bait(therapy)
        ]

    def _named(self, sentence: Sentence, span: Span, objects: Sequence[Span]) -> list[Span]:
        """The therapy itself, or, for "CAR T cells", the one of the document that binds these antigens."""
        therapy = self.discourse.of[extent_of(span)]
        if therapy.form != "generic":
            return [span]
        keys = {concept_key(antigen) for antigen in objects}
        main = self.discourse.main(sentence.start)
        fitting: list[Therapy] = [other for other in main if other.bound & keys]
        fitting += [other for other in self.discourse.therapies if other.is_engineered and other.bound & keys]
        fitting += [other for other in main if other.is_engineered and not other.bound]
        return [fitting[0].first] if fitting else [span]

    def _known(self, told: set[tuple[str, str]]) -> Iterator[TargetEvidence]:
        """What the knowledge base says a therapy binds, where the antigen is named near it."""
        for therapy in self.discourse.therapies:
            if not therapy.is_engineered or not therapy.first.kb_id_ or _is_bait(therapy):
                continue
            known = {
                curie
                for curie in self.reader.targets(therapy.first.kb_id_)
                if (therapy.key, curie) not in told
            }
            if not known:
                continue
            is_main = therapy in self.discourse.main(therapy.first.start_char)
            extents = {extent_of(span) for span in therapy.mentions}
            paragraphs = {
                s.paragraph
                for s in self.discourse.sentences
                for span in s.mentions
                if extent_of(span) in extents
            }
            for sentence in self.discourse.sentences:
                if is_main or sentence.paragraph in paragraphs:
                    for antigen in sentence.labelled("ANTIGEN"):
                        if concept_key(antigen) in known:
                            yield therapy.first, antigen, sentence, 0.8


def _is_bait(therapy: Therapy) -> bool:
    """Whether the cells display an antigen as bait, and so bind none."""
    return any(BAIT.search(span.text) for span in therapy.mentions)
