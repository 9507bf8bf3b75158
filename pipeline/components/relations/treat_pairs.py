"""What a document as a whole says for each pair of a therapy and a disease: features for `treat_weights`.

Words between two mentions tell the use of one in the other for a part of the pairs only. Whose study it is,
what else the paragraph names, which disease stands nearest, and how often, tell it for the others.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import UMBRELLA, Discourse
from pipeline.components.relations.therapies import Therapy, concept_key, extent_of
from pipeline.components.relations.treat_diseases import DiseaseReading
from pipeline.components.relations.treat_evidence import TreatsEvidence, head_form
from pipeline.grammar.treat_cues import (
    BORNE_AFTER,
    COMPANION,
    COMPARED,
    CURRENT,
    DEFINED,
    FOR,
    LISTED_CONDITIONS,
    LISTED_TREATMENTS,
    PRIOR,
)

#: Characters before a mention in which it may be said how it was given.
_LEAD: Final = 40
#: Characters after a disease in which it may be said who has it.
_BEARER_REACH: Final = 60
#: Ranks of the rules from here on are for words that join the two plainly.
_STRONG: Final = 0.8


class Mention(NamedTuple):
    """A mention, its characters, and the position of its sentence."""

    place: int
    start: int
    end: int
    span: Span


class Pair(NamedTuple):
    """A therapy and a disease of one document.

    Attributes:
        nearest: their two mentions that stand nearest to each other, the therapy's first.
        features: name → value; one that is left out is 0.
    """

    therapy: Therapy
    disease: str
    nearest: tuple[Mention, Mention]
    features: dict[str, float]


@dataclass
class _Party:
    """A therapy or a disease with its mentions and what holds of it in every pair."""

    key: str
    mentions: list[Mention]
    features: dict[str, float] = field(default_factory=dict)
    paragraphs: set[int] = field(default_factory=set)


class PairReading:
    """The pairs of one document.

    Args:
        discourse: the document.
        diseases: its diseases.
        found: what the rules found.
        name: the name of a concept, "" where it has none.
    """

    def __init__(
        self,
        discourse: Discourse,
        diseases: DiseaseReading,
        found: Sequence[TreatsEvidence],
        name: Callable[[str], str],
    ) -> None:
        self.discourse = discourse
        self.text = discourse.text
        self.reading = diseases
        self.name = name
        self.ranks: dict[tuple[str, str], float] = {}
        for one in found:
            key = discourse.of[extent_of(one.subject)].key, concept_key(one.object)
            self.ranks[key] = max(self.ranks.get(key, 0.0), one.score)
        self.best: dict[str, float] = defaultdict(float)
        for (therapy, _), rank in self.ranks.items():
            self.best[therapy] = max(self.best[therapy], rank)
        self.by_therapy = {therapy.key: therapy for therapy in discourse.therapies}
        by_party = self._mentions()
        self.therapies = by_party["THERAPY"]
        self.diseases = by_party["DISEASE"]

    def _mentions(self) -> dict[str, dict[str, _Party]]:
        """Therapies and diseases of sentences that facts are read from, by key."""
        found: dict[str, dict[str, _Party]] = {"THERAPY": {}, "DISEASE": {}}
        for place, sentence in enumerate(self.discourse.sentences):
            for span in sentence.mentions:
                if span.label_ in found:
                    key = self._key(span)
                    party = found[span.label_].setdefault(key, _Party(key, []))
                    party.mentions.append(Mention(place, span.start_char, span.end_char, span))
                    party.paragraphs.add(sentence.paragraph)
        return found

    def _key(self, span: Span) -> str:
        therapy = self.discourse.of.get(extent_of(span))
        return therapy.key if therapy else concept_key(span)

    def pairs(self) -> Iterator[Pair]:
        """Each pair that rules found, or whose therapy is more than "CAR T cells" and no companion.

        A disease that only sums up others of the text is nowhere in it ("leukaemia" beside "B-cell
        leukaemia", "cancer" beside any of its kinds): of 184 such pairs in gold documents three were uses.
        """
        if not self.therapies or not self.diseases:
            return
        self._describe_therapies()
        self._describe_diseases()
        self._read_order()
        self.sums = self._sums()
        for party in self.therapies.values():
            therapy = self.by_therapy[party.key]
            is_open = therapy.form != "generic" and not party.features.get("companion")
            distances = {key: _nearest(party, disease) for key, disease in self.diseases.items()}
            least = min(distance for distance, *_ in distances.values())
            for key, (distance, *nearest) in distances.items():
                if key not in self.sums and (is_open or (party.key, key) in self.ranks):
                    features = self._features(party, self.diseases[key], distance, least)
                    yield Pair(therapy, key, (nearest[0], nearest[1]), features)

    # --- what holds of a therapy or of a disease ---

    def _describe_therapies(self) -> None:
        named = [t for key, t in self.by_therapy.items() if key in self.therapies and t.form != "generic"]
        n_cells = sum(therapy.is_engineered for therapy in named)
        for party in self.therapies.values():
            therapy = self.by_therapy[party.key]
            spans = [mention.span for mention in party.mentions]
            sentences = [self.discourse.sentences[mention.place] for mention in party.mentions]
            leads = [
                self.text[max(sentence.start, mention.start - _LEAD) : mention.start]
                for sentence, mention in zip(sentences, party.mentions, strict=True)
            ]
            is_cells = therapy.is_engineered and therapy.form != "generic"
            is_compared = any(COMPARED.search(sentence.text) for sentence in sentences)
            party.features = {
                "cells": is_cells,
                "only cells": is_cells and n_cells == 1,
                "drug": not therapy.is_engineered,
                "companion": all(COMPANION.search(span.text) for span in spans),
                "therapy once": len(spans) == 1,
                "therapy prior": sum(PRIOR.search(lead) is not None for lead in leads) / len(spans),
                "therapy denied": sum(s._.assertion in ("absent", "possible") for s in spans) / len(spans),
                "therapy current": any(CURRENT.search(lead) for lead in leads),
                "therapy defined": any(
                    DEFINED.match(self.text, mention.end, sentence.end)
                    for sentence, mention in zip(sentences, party.mentions, strict=True)
                ),
                "compared": is_compared,
                "drug compared": is_compared and not therapy.is_engineered,
                "main": any(therapy in self.discourse.main(mention.start) for mention in party.mentions),
                "listed": any(
                    sentence.kind == "title" or LISTED_TREATMENTS.match(sentence.text)
                    for sentence in sentences
                ),
            }

    def _describe_diseases(self) -> None:
        of_cohorts = {c.disease for c in self.discourse.doc._.cohorts if c.disease}
        usable = {extent_of(span) for place in self.reading.groups for group in place for span in group}
        n_all = sum(len(party.mentions) for party in self.diseases.values())
        most = max(len(party.mentions) for party in self.diseases.values())
        for party in self.diseases.values():
            spans = [mention.span for mention in party.mentions]
            party.features = {
                "disease share": len(spans) / n_all,
                "disease most": len(spans) == most,
                "disease once": len(spans) == 1,
                "disease known": bool(spans[0].kb_id_),
                "usable": any(extent_of(span) in usable for span in spans),
                "in cohort": any(extent_of(span) in of_cohorts for span in spans),
                "borne": any(
                    BORNE_AFTER.match(self.text, m.end, min(m.end + _BEARER_REACH, self._end(m.place)))
                    for m in party.mentions
                ),
                "condition": any(
                    LISTED_CONDITIONS.match(self.discourse.sentences[mention.place].text)
                    for mention in party.mentions
                ),
            }

    def _sums(self) -> set[str]:
        """The diseases that only sum up others of the text."""
        names = {
            key: {head_form(m.span.text) for m in party.mentions} for key, party in self.diseases.items()
        }
        # A text may have short forms alone.
        full = {
            key: {*names[key], head_form(self.name(party.mentions[0].span.kb_id_))}
            for key, party in self.diseases.items()
        }
        found = set()
        for key, own in names.items():
            others = [other for one, known in full.items() if one != key for other in known]
            if others and all(
                UMBRELLA.match(known)
                or (" " not in known and any(other.endswith(f" {known}") for other in others))
                for known in own
            ):
                found.add(key)
        return found

    def _end(self, place: int) -> int:
        return self.discourse.sentences[place].end

    # --- who stands before whom ---

    def _read_order(self) -> None:
        """Which therapy was named last before a disease in its paragraph, and which cells anywhere before."""
        self.after: Counter[tuple[str, str]] = Counter()
        self.after_cells: set[tuple[str, str]] = set()
        last: str | None = None
        cells: str | None = None
        paragraph = -1
        for sentence in self.discourse.sentences:
            if sentence.paragraph != paragraph:
                paragraph, last = sentence.paragraph, None
            for span in sentence.mentions:
                if span.label_ == "THERAPY":
                    last = self._key(span)
                    cells = last if self.therapies[last].features["cells"] else cells
                elif span.label_ == "DISEASE":
                    if last is not None:
                        self.after[last, concept_key(span)] += 1
                    if cells is not None:
                        self.after_cells.add((cells, concept_key(span)))
        self.named_in: dict[str, dict[int, set[str]]] = {}
        for label, parties in (("THERAPY", self.therapies), ("DISEASE", self.diseases)):
            inside: dict[int, set[str]] = defaultdict(set)
            for key, party in parties.items():
                for number in party.paragraphs:
                    inside[number].add(key)
            self.named_in[label] = inside
        self.of_cohorts = {
            (self._key_at(cohort.therapy), self._key_at(cohort.disease))
            for cohort in self.discourse.doc._.cohorts
            if cohort.therapy and cohort.disease
        }

    def _key_at(self, extent: tuple[int, int]) -> str | None:
        return next((self._key(s) for s in self.discourse.mentions if extent_of(s) == extent), None)

    # --- a pair ---

    def _features(self, party: _Party, disease: _Party, distance: int, least: int) -> dict[str, float]:
        pair = party.key, disease.key
        one, two = party.features, disease.features
        rank = self.ranks.get(pair, 0.0)
        shared = party.paragraphs & disease.paragraphs
        is_near = distance == least
        told = self.named_in["DISEASE"]
        elsewhere = sum(bool(told[p]) and disease.key not in told[p] for p in party.paragraphs)
        found = {
            **one,
            **two,
            "told": rank > 0,
            "plainly told": rank >= _STRONG,
            "rank": rank,
            "told best": rank > 0 and rank >= self.best[party.key],
            "told better elsewhere": self.best[party.key] - rank,
            "distance": min(math.log1p(distance), 3.0),
            "near": is_near,
            "cells near": is_near and one["cells"],
            "cells in paragraph": bool(shared) and one["cells"],
            "cells and most": two["disease most"] and one["cells"],
            "cells and share": two["disease share"] * one["cells"],
            "only cells and usable": one["only cells"] and two["usable"],
            "main and cohort": one["main"] and two["in cohort"],
            "compared and most": one["compared"] and two["disease most"],
            "registered": two["condition"] and one["listed"],
            "last cells before": pair in self.after_cells,
            "last before": math.log1p(self.after[pair]),
            "other diseases beside": elsewhere / len(party.paragraphs),
            "only therapy beside": any(self.named_in["THERAPY"][p] == {party.key} for p in shared),
            "cohort": pair in self.of_cohorts,
            **(self._in_sentence(party, disease) if distance == 0 else {}),
        }
        return {name: float(value) for name, value in found.items() if value}

    def _in_sentence(self, party: _Party, disease: _Party) -> dict[str, float]:
        """What the sentences say that name both."""
        same_clause = led = False
        n_together = 0
        here: dict[int, list[Mention]] = defaultdict(list)
        for mention in disease.mentions:
            here[mention.place].append(mention)
        for mention in party.mentions:
            for other in here.get(mention.place, ()):
                n_together += 1
                sentence = self.discourse.sentences[mention.place]
                same_clause |= sentence.clause(mention.start) == sentence.clause(other.start)
                if mention.end <= other.start and not led:
                    between = any(
                        mention.end <= span.start_char < other.start
                        for span in sentence.mentions
                        if span.label_ in ("THERAPY", "DISEASE")
                    )
                    led = not between and FOR.search(self.text, mention.end, other.start) is not None
        return {"same clause": same_clause, "led to": led, "together": math.log1p(n_together)}


def _nearest(party: _Party, disease: _Party) -> tuple[int, Mention, Mention]:
    """Sentences between two parties, and the mentions of both that stand nearest to each other."""
    starts = [mention.start for mention in disease.mentions]
    found = []
    for mention in party.mentions:
        after = bisect_right(starts, mention.start)
        found += [(mention, other) for other in disease.mentions[max(after - 1, 0) : after + 1]]
    one, two = min(found, key=lambda m: (abs(m[0].place - m[1].place), abs(m[0].start - m[1].start)))
    return abs(one.place - two.place), one, two
