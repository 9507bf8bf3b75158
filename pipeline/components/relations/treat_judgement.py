"""Which pairs of a therapy and a disease are uses: what rules found, weighed with the document as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.components.relations.treat_evidence import TreatsEvidence, settle
from pipeline.components.relations.treat_pairs import Pair, PairReading
from pipeline.components.relations.treat_weights import THRESHOLD, likely_use
from pipeline.components.relations.treats import TreatsReading
from pipeline.grammar.treat_cues import NOT_BEGUN


class UseReading:
    """The uses of therapies in diseases of one document.

    Args:
        discourse: the document.
        name: the name of a concept, "" where it has none.
        judge: how likely a pair with some features is a use (0..1).
    """

    def __init__(
        self,
        discourse: Discourse,
        name: Callable[[str], str],
        judge: Callable[[Mapping[str, float]], float] = likely_use,
    ) -> None:
        self.discourse = discourse
        self.judge = judge
        self.rules = TreatsReading(discourse)
        self.found = settle(list(self.rules.evidence()), discourse)
        self.reading = PairReading(discourse, self.rules.diseases, self.found, self.rules.awaited, name)

    def uses(self) -> Iterator[TreatsEvidence]:
        """The pairs that are likely enough, each with its evidence; the score is how likely."""
        told: dict[tuple[str, str], list[TreatsEvidence]] = defaultdict(list)
        for one in sorted(self.found, key=lambda one: -one.score):
            told[self.discourse.of[extent_of(one.subject)].key, concept_key(one.object)].append(one)
        is_plan = self._is_plan()
        for pair in self.reading.pairs():
            score = self.judge(pair.features)
            if score >= THRESHOLD:
                for one in told.get((pair.therapy.key, pair.disease)) or self._nearest(pair):
                    found = one._replace(score=score)
                    if is_plan and one.status == "tested" and self._is_own(pair):
                        found = found._replace(status="proposed")
                    yield found

    def _is_plan(self) -> bool:
        """Whether the document is a registry entry of a study that nobody has entered."""
        doc = self.discourse.doc
        return (
            doc._.kind == "registry"
            and NOT_BEGUN.search(self.discourse.text) is not None
            and all(cohort.role == "external" for cohort in doc._.cohorts)
        )

    def _is_own(self, pair: Pair) -> bool:
        """Whether a therapy is one of those that the document is about."""
        return any(pair.therapy in self.discourse.main(span.start_char) for span in pair.therapy.mentions)

    def _nearest(self, pair: Pair) -> Iterator[TreatsEvidence]:
        """The sentence with the disease that stands nearest; none where it denies the use or the disease."""
        therapy, disease = pair.nearest
        if disease.span._.assertion == "absent":
            return
        sentence = self.discourse.sentences[disease.place]
        status = self.rules.status.status(sentence, therapy.span, disease.span)
        if status is not None:
            yield TreatsEvidence(therapy.span, disease.span, sentence, status, 0.0)
