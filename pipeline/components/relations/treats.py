r"""Therapy → disease, with how far the use has come: tested, proposed or approved.

Read sentence by sentence: words between a therapy and a disease join them ("X in Y", "patients with Y
received X"); enumerations share what one of their members has; a sentence on patients that names no therapy
speaks of the one before it; a therapy that is tried in a sentence without a disease is tried in what the
paragraph, or else the piece, is about. Drugs beside engineered cells need plainer words than the cells
themselves, and what is given to prepare for the cells or against their harms treats no disease.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import Final

from spacy.tokens import Span

from pipeline.components.relations.discourse import UMBRELLA, Discourse, Sentence, runs
from pipeline.components.relations.therapies import Therapy, begin, concept_key, extent_of
from pipeline.components.relations.treat_diseases import DiseaseReading
from pipeline.components.relations.treat_evidence import TreatsEvidence
from pipeline.components.relations.treat_links import STRONG, LinkReader, is_beside
from pipeline.components.relations.treat_status import StatusReader
from pipeline.findings import Extent
from pipeline.grammar.treat_cues import (
    ALLOCATED,
    APPROVED,
    ARMS,
    AWAITED,
    BACKGROUND,
    BORNE_AFTER,
    BORNE_BEFORE,
    COMPANION,
    COMPARED,
    CURRENT,
    DEFINED,
    GENERAL,
    HARM,
    NOT_STARTED,
    ONGOING,
    PRIOR,
    PROPOSED,
    REFERRED,
    STUDIED,
    TRANSPLANT,
)
from pipeline.stretches import between

#: How many characters may stand between two arms: "or to the physician's choice of one of".
_ARM_GAP: Final = 80
#: Characters beside a disease in which it may be said who has it.
_BEARER_REACH: Final = 60


class TreatsReading:
    """The uses of therapies in one document.

    Args:
        discourse: the document.
    """

    def __init__(self, discourse: Discourse) -> None:
        self.discourse = discourse
        self.text = discourse.text
        self.diseases = DiseaseReading(discourse)
        self.groups = self.diseases.groups
        self.status = StatusReader(self.text)
        self.links = LinkReader(discourse, self.status)
        self.used: set[str] = set()
        self.related: set[tuple[str, str]] = set()
        # Pairs of a main therapy and a disease that is named for the first time as a step to come.
        self.awaited: set[tuple[str, str]] = set()
        self._seen: set[str] = set()
        self.claimed: dict[Extent, set[str]] = defaultdict(set)
        self.told: list[TreatsEvidence] = []
        self._told_in: set[int] = set()  # first characters of sentences

    def evidence(self) -> Iterator[TreatsEvidence]:
        """All evidence, in order of the text; what a therapy owes to the disease around it comes last."""
        named = [
            (place, sentence)
            for place, sentence in enumerate(self.discourse.sentences)
            if self.groups[place] or sentence.labelled("THERAPY")
        ]
        for place, sentence in named:
            for found in chain(self._sentence(place, sentence), self._referred(place, sentence)):
                key = self.discourse.of[extent_of(found.subject)].key
                self.used.add(key)
                self.related.add((key, concept_key(found.object)))
                self.claimed[extent_of(found.object)].add(key)
                self.told.append(found)
                self._told_in.add(found.sentence.start)
                yield found
            self._seen.update(concept_key(span) for group in self.groups[place] for span in group)
        for place, sentence in named:
            for found in self._inherited(place, sentence):
                self.used.add(self.discourse.of[extent_of(found.subject)].key)
                yield found
        for piece in self.discourse.pieces:
            yield from self._remaining(piece)

    # --- a sentence that names diseases ---

    def _sentence(self, place: int, sentence: Sentence) -> Iterator[TreatsEvidence]:
        groups = self.groups[place]
        if not groups:
            return
        named = self.discourse.specific(sentence)
        if sentence.turns_to_others:  # "rival CAR products are being tried in Y" is not said of ours
            named = list(sentence.labelled("THERAPY"))
        therapies = runs(self.text, named)
        for group in groups:
            links = [
                (span, self.links.strength(sentence, run, span, group)) for run in therapies for span in run
            ]
            best = max((score for _, score in links), default=0.0)
            taken = {extent_of(span): score for span, score in links if score >= min(best, STRONG) > 0}
            self._add_arms(therapies, taken)
            for span, _ in links:
                if score := taken.get(extent_of(span)):
                    yield from self._treats(sentence, self._with_partners(span, sentence), group, score)
            if not best and not any(
                self.discourse.leads(self.discourse.of[extent_of(s)], s.start_char)
                for s in self._in_item(sentence, group, named)
            ):
                yield from self._unnamed(place, sentence, group, bool(therapies))

    def _in_item(self, sentence: Sentence, group: Sequence[Span], named: Sequence[Span]) -> list[Span]:
        """Those of some therapies that stand between the same semicolons as a group of diseases."""
        start = self.text.rfind(";", sentence.start, group[0].start_char)
        end = self.text.find(";", group[-1].end_char, sentence.end)
        return [s for s in named if start < s.start_char and (end < 0 or s.start_char < end)]

    def _referred(self, place: int, sentence: Sentence) -> Iterator[TreatsEvidence]:
        """Diseases that a word stands for: "A and B; X, tested in both", "Y is next. X was given for it"."""
        if not sentence.opens(REFERRED):
            return
        for span in self.discourse.specific(sentence):
            clause = sentence.clause(span.start_char)
            word = REFERRED.search(self.text, span.end_char, clause.end_char)
            between = self.text[span.end_char : word.start()] if word else ""
            if word is None:
                continue
            leads = self.discourse.leads(self.discourse.of[extent_of(span)], span.start_char)
            said = self.text[clause.start_char : word.end()]
            is_approved = self.status.approval(said) == "approved"
            if not (is_approved or (leads and STUDIED.search(said) and not PRIOR.search(between))):
                continue
            between_them = (m for m in sentence.mentions if span.end_char <= m.start_char < word.end())
            if any(other.label_ in ("THERAPY", "DISEASE") for other in between_them):
                continue
            if self.groups[place] and self.groups[place][0][0].start_char < span.start_char:
                group = [g for g in self.groups[place] if g[0].start_char < span.start_char][-1]
            else:
                group = self.diseases.before(place)
            yield from self._treats(sentence, [span], group, 0.6)

    def _add_arms(self, therapies: Sequence[Sequence[Span]], taken: dict[Extent, float]) -> None:
        """What a linked therapy is compared with or given together with is given for the same disease."""
        for first, second in pairwise(therapies):
            gap = self.text[first[-1].end_char : second[0].start_char]
            if len(gap) > _ARM_GAP or not ARMS.search(gap) or PRIOR.search(gap):
                continue
            for one, other in ((first, second), (second, first)):
                scores = [taken[extent_of(span)] for span in one if extent_of(span) in taken]
                if scores and not all(COMPANION.search(span.text) for span in other):
                    taken.update({extent_of(span): max(scores) for span in other})

    def _with_partners(self, span: Span, sentence: Sentence) -> list[Span]:
        """In a title, what is said of one of the main therapies is said of those that it is given with."""
        therapy = self.discourse.of[extent_of(span)]
        main = self.discourse.main(sentence.start)
        if sentence.kind != "title" or therapy not in main:
            return [span]
        return [span, *[other.first for other in main if other is not therapy]]

    def _unnamed(
        self, place: int, sentence: Sentence, group: Sequence[Span], names_drugs: bool
    ) -> Iterator[TreatsEvidence]:
        """A sentence that names no engineered cells speaks of those before it."""
        if self._is_awaited(sentence, group):
            for therapy in self.discourse.main_of_story(sentence.start):
                self.awaited.update((therapy.key, concept_key(disease)) for disease in group)
                for disease in group:
                    yield TreatsEvidence(therapy.first, disease, sentence, "proposed", 0.7)
        # A title speaks of what the text is about, and so does a registry's line of conditions.
        is_title = sentence.kind == "title" or place in self.diseases.listed
        if not is_title and (sentence.says(GENERAL) or not self._is_somebodys(sentence, group)):
            return
        for therapy in (
            self.discourse.main(sentence.start)
            if is_title
            else self.discourse.spoken_of(place, ahead=True, in_thread=False)
        ):
            # Patients are not spoken of for a companion, nor for a drug that is named only later.
            is_drug = not therapy.is_engineered and not is_title
            if is_drug and (
                COMPANION.search(therapy.first.text) or sentence.end <= therapy.mentions[0].start_char
            ):
                continue
            if self.discourse.leads(therapy, sentence.start) or not names_drugs:
                yield from self._treats(sentence, [therapy.first], group, 0.75 if is_title else 0.55)

    def _is_awaited(self, sentence: Sentence, group: Sequence[Span]) -> bool:
        """Whether a sentence names diseases for the first time, as what comes next."""
        return (
            sentence.kind != "title"
            and not any(concept_key(disease) in self._seen for disease in group)
            and not self._in_item(sentence, group, self.discourse.specific(sentence))
            and sentence.says(AWAITED)
            and not sentence.turns_to_others
        )

    def _is_somebodys(self, sentence: Sentence, group: Sequence[Span]) -> bool:
        """Whether a sentence counts or describes subjects with one of the diseases, or tells of a use."""
        if any(extent_of(disease) in self.diseases.of_cohorts for disease in group):
            return True
        counts = any(span.label_ == "COHORT" for span in sentence.mentions)
        if not counts and not any(sentence.says(cue) for cue in (STUDIED, PROPOSED, APPROVED)):
            return False
        for disease in group:
            before = self.text[max(sentence.start, disease.start_char - _BEARER_REACH) : disease.start_char]
            after = self.text[disease.end_char : min(sentence.end, disease.end_char + _BEARER_REACH)]
            if disease._.assertion == "possible":
                continue
            if BORNE_BEFORE.search(before) or BORNE_AFTER.match(after):
                return True
        return False

    # --- a sentence that names a therapy alone ---

    def _inherited(self, place: int, sentence: Sentence) -> Iterator[TreatsEvidence]:
        """A therapy without a disease of its own is tried in the one that the text is about."""
        specific = self.discourse.specific(sentence)
        if not specific:
            return
        # "the person's own tumour" names no disease of its own.
        unlinked = sentence.start not in self._told_in
        is_umbrella = all(UMBRELLA.match(span.text) for group in self.groups[place] for span in group)
        if not (unlinked and is_umbrella) or sentence.says(BACKGROUND):
            return
        for span in specific:
            therapy = self.discourse.of[extent_of(span)]
            main_diseases = self.diseases.about(sentence.start)
            if not main_diseases and not therapy.is_engineered:  # an arm beside the study's own therapy
                main_diseases = self._of_main(sentence.start)
            if not self._is_tried(sentence, span, therapy) and not self._is_tried_next(place, therapy):
                continue
            if therapy.key not in self.used:
                others = partial(self._is_of_others, therapy)
                context = self.diseases.before(place, others) or main_diseases or self.diseases.before(place)
                yield from self._treats(sentence, [span], context, 0.5)
            elif therapy in self.discourse.main(sentence.start) and not any(
                (therapy.key, concept_key(disease)) in self.related for disease in main_diseases
            ):
                yield from self._treats(sentence, [span], main_diseases, 0.5)

    def _is_of_others(self, therapy: Therapy, disease: Span) -> bool:
        """Whether a mention of a disease is told of other therapies alone."""
        keys = self.claimed.get(extent_of(disease))
        return keys is not None and therapy.key not in keys

    def _of_main(self, char: int) -> list[Span]:
        """What a piece that has no main disease says first of its main therapies: the frame of its study."""
        start, end = self.discourse.piece(char)
        main = [therapy.key for therapy in self.discourse.main(char)]
        told = [
            one
            for one in between(self.told, start, end, lambda one: one.sentence.start)
            if self.discourse.of[extent_of(one.subject)].key in main
            and one.status != "proposed"
            and not UMBRELLA.match(one.object.text)
        ]
        return [one.object for one in told if one.sentence is told[0].sentence]

    def _remaining(self, piece: Extent) -> Iterator[TreatsEvidence]:
        """The one disease that a piece names is what its main therapy is for, however far apart they stand.

        "Doctors offered her X … She has Y." Where two diseases are named, nothing says which is meant.
        """
        start, end = piece
        inside = [s for s in self.discourse.within(start, end) if s.label_ == "DISEASE"]
        fitting = list(between(self.diseases.topics, start, end, begin)) or [
            s for s in inside if s._.assertion == "present" and not self.diseases.is_harm(s)
        ]
        fitting = [s for s in fitting if not UMBRELLA.match(s.text)] or fitting
        if len({concept_key(span) for span in fitting}) > 1:
            fitting = self.discourse.main_diseases(start, fitting)
        # A post that names no disease speaks of its thread's.
        fitting = fitting or ([] if inside else self.diseases.about(start))
        if not fitting or set(self.discourse.settings(start)) == {"in_vitro"}:
            return
        fitting = list({concept_key(s): s for s in reversed(fitting)}.values())
        cohorts = between(self.discourse.doc._.cohorts, start, end, lambda cohort: cohort.mention[0])
        begun = any(cohort.role == "treated" for cohort in cohorts)
        main = self.discourse.main(start)
        named = self.discourse.named_in(piece)
        others = [t for t in named if t not in main and t.form != "generic"]
        for therapy in [*main, *(t for t in others if t.is_engineered)]:
            is_companion = COMPANION.search(therapy.first.text) is not None
            if therapy.key in self.used or is_companion or not self.discourse.leads(therapy, start):
                continue
            found: list[TreatsEvidence] = []
            for span in between(therapy.mentions, start, end, begin):
                place = self.discourse.place(span.start_char)
                if place is None or self.discourse.sentences[place].says(HARM):
                    continue
                sentence = self.discourse.sentences[place]
                is_told = DEFINED.match(self.text, span.end_char, sentence.end)
                if therapy in main or is_told or self._is_tried(sentence, span, therapy):
                    found += self._treats(self.discourse.sentences[place], [span], fitting, 0.4)
            is_awaited = found and not begun and NOT_STARTED.search(self.text, start, end) is not None
            if is_awaited:  # "No one has been treated so far."
                found = [
                    one if one.sentence.says(ONGOING) else one._replace(status="proposed")
                    for one in found
                    if one.status != "approved"
                ]
            best: dict[str, TreatsEvidence] = {}
            for one in sorted(found, key=lambda one: one.status == "proposed"):
                best.setdefault(concept_key(one.object), one)
            yield from best.values()

    def _is_tried_next(self, place: int, therapy: Therapy) -> bool:
        """Whether the next sentence tells of "its" patients, and of no other therapy's."""
        if therapy.form != "product" or not self.discourse.leads(
            therapy, self.discourse.sentences[place].start
        ):
            return False
        here, *following = self.discourse.sentences[place : place + 2]
        return any(
            sentence.paragraph == here.paragraph
            and re.match(r"\W*(?:it|its|they|this)\b", sentence.text, re.IGNORECASE) is not None
            and sentence.says(STUDIED)
            and not self.discourse.specific(sentence)
            for sentence in following
        )

    def _is_tried(self, sentence: Sentence, span: Span, therapy: Therapy) -> bool:
        clause = sentence.clause(span.start_char)
        # What stands before a colon governs what follows it.
        words = self.text[sentence.start if clause.opener == ":" else clause.start_char : clause.end_char]
        if sentence.opens(HARM) and HARM.search(words):
            return False
        lead = self.text[max(sentence.start, span.start_char - 40) : span.start_char]
        after = self.text[span.end_char : clause.end_char]
        if self.discourse.leads(therapy, sentence.start) and not COMPANION.search(span.text):
            is_main = therapy in self.discourse.main(sentence.start)
            is_prior = not is_main and is_beside(span, lead, after)
            cues = [cue for cue in (STUDIED, PROPOSED) if sentence.opens(cue)]
            return not is_prior and any(cue.search(words) for cue in cues)
        if is_beside(span, lead, after) or (TRANSPLANT.search(span.text) and not sentence.says(COMPARED)):
            return False
        if sentence.says(ALLOCATED):  # the arms of a trial may stand in several clauses
            words = sentence.text
        return (
            bool((sentence.opens(COMPARED) and COMPARED.search(words)) or CURRENT.search(lead))
            or self.status.approval(words) == "approved"
        )

    def _treats(
        self, sentence: Sentence, subjects: Sequence[Span], group: Sequence[Span], score: float
    ) -> Iterator[TreatsEvidence]:
        for subject in subjects:
            for disease in group:
                status = self.status.status(sentence, subject, disease)
                if status is not None:
                    yield TreatsEvidence(subject, disease, sentence, status, score)
