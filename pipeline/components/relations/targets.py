r"""Therapy → antigen: what the receptor of an engineered-cell therapy binds.

Read from the therapy's own phrase ("CD19/BCMA CAR T cells"), from verbs of aiming ("goes after", "is directed
at", "recognises"), and from the knowledge base where it knows the product and the antigen is named near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.therapies import (
    BAIT,
    Therapy,
    TherapyReader,
    bound_in_phrase,
    concept_key,
    extent_of,
)

_AIMS: Final = re.compile(
    r"\b(?:target(?:s|ed|ing)?|aim(?:s|ed|ing)? (?:\w+ly )?(?:at|against)|"
    r"direct(?:s|ed) (?:at|against|to(?:wards?)?)|specific (?:for|to)|recogni[sz](?:e|es|ed|ing)|"
    r"bind(?:s|ing)?(?: to)?|bound|(?:go(?:es)?|going|went) (?:after|for)|hom(?:es?|ing) in on|"
    r"zero(?:es|ing)? in on|"
    r"hits?|hunts?(?: down)?|attacks?|seeks?(?: out)?|grips?|docks? on(?:to)?|latch(?:es)? on ?to|"
    r"locks? on ?to|sticks? to|fires? on|trained on|against|reactive (?:to|with)|"
    r"receptors? for|CARs? for|CARs? to|sees?|raised against|"
    r"tak(?:es?|ing) aim at|redirected (?:to|against|at))\s+(?:the |an? |both |its |their |all )?",
    re.IGNORECASE,
)
_TARGET_IS: Final = re.compile(
    r"\b(?:the |its |their )?targets?(?: antigen)?(?: here)?(?: is| are| was|:| –)\s+(?:the )?", re.IGNORECASE
)
_NOT_AIMED: Final = re.compile(
    r"\b(?:not|no|never|unlike|rather than|instead of|spar(?:es?|ed|ing)|ignor(?:es?|ed|ing)|without|nor|"
    r"neither|lacks?|leav(?:es?|ing)|avoid(?:s|ing)?|doesn['’]t|cannot)\b",
    re.IGNORECASE,
)
#: Between a verb of aiming and what it is aimed at: at most a few words in apposition, no other statement.
_TO_OBJECT: Final = re.compile(r"^[^.;:]{0,70}$")
_OTHER_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|which|that|who|and then|but|while|with)\b", re.IGNORECASE
)
_NEXT_OBJECT: Final = re.compile(
    r"^[\w+⁺)]*\s*(?:,|/|and|or|as well as|plus|&|along with|\()\s*"
    r"(?:also |the |wild[-‑ ]type |for |to |at |against |[\w'’-]+ ){0,3}\(?$"
)
#: What cells do at a second antigen that stops them.
_HELD_BACK: Final = re.compile(
    r"\b(?:(?:holds?|held|holding) (?:its |their )?fire|stops?|stands? down|inhibit\w+|"
    r"(?:is|are) (?:silenced|switched off|held back))\b[^.;]{0,30}$"
)
#: Kinds of T cells: what is aimed at them finds cells, no antigen of a disease.
_SUBSET: Final = re.compile(r"CD[348]")
_CARRIED: Final = re.compile(r"[⁺+]|[-‑ ]positive")
_FORMER: Final = re.compile(r"\bthe former\b", re.IGNORECASE)
#: Words that lead from one therapy to another one.
_CONTRAST: Final = re.compile(
    rf"{_NOT_AIMED.pattern}|\b(?:or|and|another|other|than|after|before|beside|besides|with)\b", re.IGNORECASE
)
#: "the CD4-binding site of gp120": what is bound there is gp120.
_BINDING_SITE: Final = re.compile(r"[-‑ ]binding (?:site|domain|pocket|region)")
#: Before a product that somebody aims, and between it and its antigen: "points its X at Y".
_POINTED: Final = re.compile(r"\b(?:point|aim|direct|train|turn|send|target)\w* (?:its |their |the |our )?$")
_POINTED_AT: Final = re.compile(r" (?:at|against|on|towards?|to) (?:the )?")
#: Between a product and its antigen in apposition: "X, another [CD19] autologous", "X (autologous; [CD7])",
#: "X, autologous T cells with an anti-[CD5] receptor". No verb, no other thing.
_DESCRIBED: Final = re.compile(
    r"(?:, (?:(?:another|an?|the|its|our|their)\b)?|,? ?\()\s?(?:(?:autologous|allogeneic|anti|fully|human|"
    r"humani[sz]ed|"
    r"second|third|fourth|generation|off-the-shelf|donor-derived|iPSC-derived|dual|single|universal|in|vivo|"
    r"lentiviral|regulatory|[Tt]|NK|cells?|with|an?|product)[ ,;-]{1,2}){0,8}",
    re.IGNORECASE,
)
#: A product aimed at what the text named last before it.
_AT_IT: Final = re.compile(
    r"\b(?:aimed|directed|targeted|trained|redirected) (?:at|against|on|to|towards?) "
    r"(?:it|(?:this|that) (?!cells?|disease|cancer|tumou?r|patient|group|population)\w+)\b"
)
#: What is no receptor's antigen though it stands there: "anti-X antibody", "X-positive", "X-deleted".
_NOT_DESCRIBED: Final = re.compile(
    r"[⁺+]|[-‑ ](?:positive|negative|deleted|knock|antibod|inhibit|expressing|mutant|low|high|cells? count)"
)
#: Between an antigen and what binds it, and the verb that follows.
_RELATIVE: Final = re.compile(
    r"\)?,? (?:(?:the|a|an) (?:[\w-]+ )?(?:antigens?|targets?|molecules?|proteins?|receptors?|markers?) )?"
    r"(?:that|which|to which|at which|on which|against which)? ?(?:the )?"
)
_BINDS: Final = re.compile(
    r" (?:binds?|targets?|recogni[sz]es?|sees?|hits?|attacks?|is (?:aimed|directed|targeted)|goes after|"
    r"homes)\b"
    r"(?=\s?[,.;)]| (?:is|are|was|were|in|on)\b)"
)
#: What follows an antigen where it tells what a construct is aimed at.
_BINDER: Final = re.compile(
    r"(?:/[\w-]+)?(?:[-‑ ](?:binder|binding (?:domain|fragment)|CAR\b|scFv|receptor|nanobody|product|"
    r"directed|specific))"
)
_LEADS_TO: Final = re.compile(
    r"^[-‑–]?(?:directed|targeted|targeting|specific|redirected|based)?[\s,]*(?:and|/|or|"
    r"\w+-derived,?)?\s*$"
)
_ANAPHOR: Final = re.compile(
    r"^\W*(?:it|its|they|their|these|this|both|the (?:product|cells?|CARs?|construct|receptor|therapy|"
    r"treatment|candidate|binder|engineered|modified|drug))\b",
    re.IGNORECASE,
)
#: Parts of an engineered cell: a sentence on one speaks of the therapy.
_PART: Final = re.compile(r"\b(?:CARs?|receptors?|T cells|scFv|binder|nanobody|product)\b")

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
        """All evidence, in order of the text; what the knowledge base adds comes last."""
        told: set[tuple[str, str]] = set()
        for place, sentence in enumerate(self.discourse.sentences):
            antigens = sentence.labelled("ANTIGEN")
            for subject, antigen, home in self._at_it(place, sentence):
                told.add((self.discourse.of[extent_of(subject)].key, concept_key(antigen)))
                yield subject, antigen, home, 0.8
            if not antigens:
                continue
            for subject, antigen, score in self._sentence(place, sentence, antigens):
                told.add((self.discourse.of[extent_of(subject)].key, concept_key(antigen)))
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
        for verb in _AIMS.finditer(self.text, sentence.start, sentence.end):
            if any(s.start_char < verb.start() < s.end_char for s in sentence.labelled("THERAPY")):
                continue
            objects = list(self._objects(verb.end(), sentence))
            for subject in self._aiming(place, sentence, verb, objects) if objects else ():
                for antigen in objects:
                    yield subject, antigen, 0.85
        yield from self._of_relative(sentence, antigens)
        for match in _TARGET_IS.finditer(self.text, sentence.start, sentence.end):
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
                and _RELATIVE.fullmatch(self.text, before[-1].end_char, span.start_char)
                and _BINDS.match(self.text, span.end_char)
            ):
                yield span, before[-1], 0.85

    def _before(self, span: Span, antigens: Sequence[Span]) -> Iterator[Span]:
        """Antigens right before a phrase, as in "BCMA- and [CD19-directed CAR T cells]"."""
        left = span.start_char
        for antigen in reversed(antigens):
            if antigen.end_char > span.start_char:
                continue
            gap = self.text[antigen.end_char : left]
            if not _LEADS_TO.match(gap) or not gap.strip(" "):
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
            head = _BINDER.match(self.text, antigen.end_char)
            if head is None or any(s.start_char <= antigen.start_char < s.end_char for s in therapies):
                continue
            first, second = sorted((extent_of(span), (antigen.start_char, head.end())))
            gap = self.text[first[1] : second[0]]
            if first == extent_of(span):
                near = second[0] < clause.end_char and len(gap) < 40 and not _CONTRAST.search(gap)
            else:
                near = re.match(r"^[^.;,]{0,30}[,(]\s*$", gap) is not None
            if near and not any(first[1] <= s.start_char < second[0] for s in therapies):
                yield antigen

    def _at_it(self, place: int, sentence: Sentence) -> Iterator[tuple[Span, Span, Sentence]]:
        """The antigen that was named last, as in "the reply is CD22. X, a product aimed at it, …"."""
        verb = _AT_IT.search(sentence.text)
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

    def _described(self, span: Span, antigens: Sequence[Span]) -> Iterator[Span]:
        """Antigens in apposition to a product, or at which somebody points it."""
        if self.discourse.of[extent_of(span)].form != "product":
            return
        end = span.end_char
        pointed = _POINTED.search(self.text[max(0, span.start_char - 30) : span.start_char]) is not None
        link = (_POINTED_AT if pointed else _DESCRIBED).match(self.text, end)
        first = next((place for place, a in enumerate(antigens) if a.start_char >= end), None)
        if link is None or first is None or antigens[first].start_char != link.end():
            return
        for place in range(first, len(antigens)):
            if place > first and not re.fullmatch(
                r"\s?[/×;]\s?|,? and (?:anti-)?",
                self.text[antigens[place - 1].end_char : antigens[place].start_char],
            ):
                return
            if not _NOT_DESCRIBED.match(self.text, antigens[place].end_char):
                yield antigens[place]

    def _objects(self, start: int, sentence: Sentence) -> Iterator[Span]:
        """The antigen that follows a verb, and those that are coordinated with it."""
        last: Span | None = None
        therapies = sentence.labelled("THERAPY")
        for antigen in sentence.labelled("ANTIGEN"):
            if antigen.start_char < start or _BINDING_SITE.match(self.text, antigen.end_char):
                continue
            if _SUBSET.fullmatch(antigen.text) and _CARRIED.match(self.text, antigen.end_char):
                continue
            gap = self.text[start if last is None else last.end_char : antigen.start_char]
            if last is None and (not _TO_OBJECT.match(gap) or _OTHER_VERB.search(gap)):
                return
            if last is not None and not _NEXT_OBJECT.match(gap):
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
        if _NOT_AIMED.search(self.text, left, verb.start()) or _HELD_BACK.search(
            self.text[sentence.start : verb.start()]
        ):
            return []
        if before:
            is_former = len(before) > 1 and _FORMER.search(self.text, left, verb.start())
            subject = before[-2 if is_former else -1]
            therapy = self.discourse.of[extent_of(subject)]
            if not therapy.is_engineered or _is_bait(therapy):
                return []
            return self._named(sentence, subject, objects)
        opening = self.text[clause.start_char : clause.end_char]
        if not _ANAPHOR.match(opening) and not _PART.search(self.text, sentence.start, verb.end()):
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
