"""What a document as a whole says for each pair of a therapy and a disease: features for `treat_weights`.

Words between two mentions tell the use of one in the other for a part of the pairs only. Whose study it is,
what else the paragraph names, which disease stands nearest, and how often, tell it for the others.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import UMBRELLA, Discourse
from pipeline.components.relations.therapies import Therapy, concept_key, extent_of
from pipeline.components.relations.treat_diseases import DiseaseReading
from pipeline.components.relations.treat_evidence import TreatsEvidence, head_form
from pipeline.components.relations.treat_parties import Mention, Party, by_paragraph, nearest
from pipeline.components.relations.treat_taken import TakenReader
from pipeline.grammar.treat_cues import (
    COMPANION,
    COMPARED,
    CURRENT,
    DEFINED,
    FOR,
    LISTED_TREATMENTS,
    PRIOR,
)

#: Characters before a mention in which it may be said how it was given.
_LEAD: Final = 40
#: Beyond some twenty sentences one is as far as another (logarithm of sentences).
_FARTHEST: Final = 3.0
#: What a pair is told by where its mentions stand.
_OF_PLACES: Final = frozenset(
    {"distance", "told better elsewhere", "other diseases beside", "last cells before", "therapy once"}
)


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


class PairReading:
    """The pairs of one document.

    Args:
        discourse: the document.
        diseases: its diseases.
        found: what the rules found.
        awaited: pairs (keys) of a main therapy and a disease that is told as a step to come.
        name: the name of a concept, "" where it has none.
    """

    def __init__(
        self,
        discourse: Discourse,
        diseases: DiseaseReading,
        found: Sequence[TreatsEvidence],
        awaited: Collection[tuple[str, str]],
        name: Callable[[str], str],
    ) -> None:
        self.discourse = discourse
        self.text = discourse.text
        self.reading = diseases
        self.awaited = awaited
        self.name = name
        self.ranks: dict[tuple[str, str], float] = {}
        for one in found:
            key = discourse.of[extent_of(one.subject)].key, concept_key(one.object)
            self.ranks[key] = max(self.ranks.get(key, 0.0), one.score)
        self.best: dict[str, float] = defaultdict(float)
        for (therapy, _), rank in self.ranks.items():
            self.best[therapy] = max(self.best[therapy], rank)
        self.by_key = {therapy.key: therapy for therapy in discourse.therapies}
        self.therapies: dict[str, Party] = {}
        self.diseases: dict[str, Party] = {}
        self._read_mentions()

    def pairs(self) -> Iterator[Pair]:
        """Each pair that rules found, or whose therapy is more than "CAR T cells" and no companion of cells.

        A disease that only sums up others of the text is nowhere in it ("leukaemia" beside "B-cell
        leukaemia", "cancer" beside any of its kinds): of 184 such pairs in gold documents three were uses.
        Nor is, unless rules found it, what no sentence tells as something to be treated (signs, harms,
        earlier illnesses): of 223 such pairs three were.
        """
        if not self.therapies or not self.diseases:
            return
        self._describe_therapies()
        self._describe_diseases()
        self._read_order()
        reader = TakenReader(
            self.discourse, self.reading, [d for d in self.diseases.values() if "usable" in d.traits]
        )
        self.taken = {
            key: reader.taken(party)
            for key, party in self.therapies.items()
            if not self.by_key[key].is_engineered
        }
        sums = self._sums()
        for party in self.therapies.values():
            therapy = self.by_key[party.key]
            is_named = therapy.form != "generic" and not all(map(COMPANION.search, self._words(party)))
            closest = {key: nearest(party, disease) for key, disease in self.diseases.items()}
            least = min(distance for distance, *_ in closest.values())
            for key, (distance, mention, other) in closest.items():
                is_told = (party.key, key) in self.ranks
                disease = self.diseases[key]
                if key not in sums and (is_told or (is_named and "usable" in disease.traits)):
                    features = self._features(party, disease, distance, distance == least)
                    features |= self._apart(party, mention, other, features)
                    yield Pair(therapy, key, (mention, other), features)

    def _read_mentions(self) -> None:
        """Therapies and diseases of the sentences that facts are read from, by key."""
        for place, sentence in enumerate(self.discourse.sentences):
            for span in sentence.mentions:
                if span.label_ in ("THERAPY", "DISEASE"):
                    parties = self.therapies if span.label_ == "THERAPY" else self.diseases
                    key = self._key(span)
                    party = parties.setdefault(key, Party(key))
                    party.mentions.append(Mention(place, *extent_of(span), span))
                    party.paragraphs.add(sentence.paragraph)

    def _key(self, span: Span) -> str:
        therapy = self.discourse.of.get(extent_of(span))
        return therapy.key if therapy else concept_key(span)

    # --- what holds of a therapy or of a disease ---

    def _describe_therapies(self) -> None:
        cells = [key for key in self.therapies if self._is_named_cells(self.by_key[key])]
        for party in self.therapies.values():
            therapy, mentions = self.by_key[party.key], party.mentions
            n = len(mentions)
            sentences = [self.discourse.sentences[mention.place] for mention in mentions]
            leads = [
                self.text[max(sentence.start, mention.start - _LEAD) : mention.start]
                for sentence, mention in zip(sentences, mentions, strict=True)
            ]
            party.features = {
                "cells": party.key in cells,
                "drug": not therapy.is_engineered,
                "therapy once": n == 1,
                "therapy prior": sum(
                    mention.span._.assertion == "historical" or PRIOR.search(lead) is not None
                    for mention, lead in zip(mentions, leads, strict=True)
                )
                / n,
                "therapy denied": sum(m.span._.assertion in ("absent", "possible") for m in mentions) / n,
                "therapy current": any(CURRENT.search(lead) for lead in leads),
                "therapy defined": any(
                    DEFINED.match(self.text, mention.end, sentence.end)
                    for sentence, mention in zip(sentences, mentions, strict=True)
                ),
            }
            traits = {
                "cells": party.key in cells,
                "only cells": cells == [party.key],
                "compared": any(sentence.says(COMPARED) for sentence in sentences),
                "main": any(therapy in self.discourse.main(mention.start) for mention in mentions),
                "listed": any(s.kind == "title" or LISTED_TREATMENTS.match(s.text) for s in sentences),
            }
            party.traits = {name for name, holds in traits.items() if holds}

    def _words(self, party: Party) -> set[str]:
        """The different words of its mentions."""
        return {self.text[mention.start : mention.end] for mention in party.mentions}

    @staticmethod
    def _is_named_cells(therapy: Therapy) -> bool:
        return therapy.is_engineered and therapy.form != "generic"

    def _describe_diseases(self) -> None:
        of_cohorts = {cohort.beside for cohort in self.discourse.doc._.cohorts}
        usable = {extent_of(span) for place in self.reading.groups for group in place for span in group}
        counts = [len(party.mentions) for party in self.diseases.values()]
        for party in self.diseases.values():
            spans = [mention.span for mention in party.mentions]
            party.features = {
                "disease share": len(spans) / sum(counts),
                "disease known": bool(spans[0].kb_id_),
            }
            traits = {
                "usable": any(extent_of(span) in usable for span in spans),
                "most": len(spans) == max(counts),
                "in cohort": any(extent_of(span) in of_cohorts for span in spans),
                "listed": any(mention.place in self.reading.listed for mention in party.mentions),
            }
            party.traits = {name for name, holds in traits.items() if holds}

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

    def _read_order(self) -> None:
        """Which cells were named last before a disease, and who is named in which paragraph."""
        self.after_cells: set[tuple[str, str]] = set()
        cells: str | None = None
        for sentence in self.discourse.sentences:
            for span in sentence.mentions:
                if span.label_ == "THERAPY":
                    key = self._key(span)
                    cells = key if "cells" in self.therapies[key].traits else cells
                elif span.label_ == "DISEASE" and cells is not None:
                    self.after_cells.add((cells, concept_key(span)))
        self.therapies_in, self.diseases_in = by_paragraph(self.therapies), by_paragraph(self.diseases)
        self.named = sorted(
            mention.start
            for key, party in self.therapies.items()
            if self.by_key[key].form != "generic"
            for mention in party.mentions
        )

    # --- a pair ---

    def _features(self, party: Party, disease: Party, distance: int, is_near: bool) -> dict[str, float]:
        pair = party.key, disease.key
        one, two = party.traits, disease.traits
        rank = self.ranks.get(pair, 0.0)
        is_cells = "cells" in one
        shared = party.paragraphs & disease.paragraphs
        found = {
            **party.features,
            **disease.features,
            "told": rank > 0,
            "rank": rank,
            "told best": 0 < rank == self.best[party.key],
            "told better elsewhere": self.best[party.key] - rank,
            "kin told": rank == 0 and self._kin_told(party.key, disease.key),
            "distance": min(math.log1p(distance), _FARTHEST),
            "cells near": is_cells and is_near,
            "cells and most": is_cells and "most" in two,
            "cells and share": is_cells * disease.features["disease share"],
            "only cells and usable": "only cells" in one and "usable" in two,
            "main and cohort": "main" in one and "in cohort" in two,
            "compared and most": "compared" in one and "most" in two,
            "awaited": pair in self.awaited,
            "listed": "listed" in one and "listed" in two,
            "taken": disease.key in self.taken.get(party.key, ()),
            "last cells before": pair in self.after_cells,
            "other diseases beside": sum(
                disease.key not in self.diseases_in.get(paragraph, {disease.key})
                for paragraph in party.paragraphs
            )
            / len(party.paragraphs),
            "only therapy beside": any(self.therapies_in[paragraph] == {party.key} for paragraph in shared),
            **(self._in_sentence(party, disease) if distance == 0 else {}),
        }
        if pair in self.awaited:
            # Such a sentence names no therapy, so that how near the two stand says nothing.
            found = {name: value for name, value in found.items() if name not in _OF_PLACES}
        return {name: float(value) for name, value in found.items() if value}

    def _apart(
        self, party: Party, mention: Mention, other: Mention, features: dict[str, float]
    ) -> dict[str, float]:
        """What lies between two mentions, and how much the commonest disease counts amid others."""
        found: dict[str, float] = {}
        if features.get("cells and most") and (beside := features.get("other diseases beside")):
            found["most amid others"] = beside
        if better := features.get("told better elsewhere"):
            low, high = sorted((mention.start, other.start))
            own = sum(low < one.start < high for one in party.mentions)
            n_others = bisect_left(self.named, high) - bisect_right(self.named, low) - own
            if n_others > 0:
                found["told better, others between"] = better * math.log1p(n_others)
        piece = self.discourse.piece
        if features.get("distance") and piece(mention.start) != piece(other.start):
            found["other piece"] = 1.0
        return found

    def _kin_told(self, therapy: str, disease: str) -> bool:
        """Whether rules found the disease with a class of cells that bind the same."""
        bound = self.by_key[therapy].bound
        return any(
            other.form == "class"
            and other.is_engineered
            and not bound.isdisjoint(other.bound)
            and (other.key, disease) in self.ranks
            for other in self.discourse.therapies
        )

    def _in_sentence(self, party: Party, disease: Party) -> dict[str, float]:
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
