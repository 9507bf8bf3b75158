r"""Relations between mentions: targets, treats, causes, enrolled, expressed_in.

Method: `targets` and `treats` are read as their modules tell; `causes` and `enrolled` follow from statements
on adverse events and from cohorts; `expressed_in` from the words between an antigen and a disease. No public
corpus annotates these relations on cell therapies, so they are written, not learned; each pattern has a rank
that says how plain its words are, and `relation_confidence` knows how often it is right. Each pair is told
once per status, by its best evidence; a denial is told on its own.

Attributes set: `doc._.relations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.relations.confidence import confidence
from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.expressed import expressions
from pipeline.components.relations.targets import TargetReading
from pipeline.components.relations.therapies import TargetLookup, TherapyReader, concept_key, extent_of
from pipeline.components.relations.treat_judgement import UseReading
from pipeline.components.relations.treat_weights import likely_use
from pipeline.findings import RelationFinding
from pipeline.lexicon import load_knowledge
from pipeline.settings import settings
from pipeline.vocabulary import Assertion, Predicate, TreatsStatus


class _Best:
    """Keeps one finding per predicate, subject, object and status: the one with the highest score."""

    def __init__(self) -> None:
        self.found: dict[tuple[Predicate, str, str, TreatsStatus | None, Assertion], RelationFinding] = {}

    def add(self, subject: str, target: str, finding: RelationFinding) -> None:
        """Keep a finding if it is better than what is there; the first wins a draw."""
        key = (finding.predicate, subject, target, finding.status, finding.assertion)
        known = self.found.get(key)
        if known is None or (finding.score or 0.0) > (known.score or 0.0):
            self.found[key] = finding


class RelationReader:
    """Reads the relations of documents.

    Args:
        targets: CURIEs of what the knowledge base knows a therapy to bind.
        concept_name: the knowledge base's name of a concept, "" where it has none.
    """

    def __init__(self, targets: TargetLookup, concept_name: Callable[[str], str] = lambda _: "") -> None:
        self.therapies = TherapyReader(targets)
        self.concept_name = concept_name
        # What recipes put in other functions for.
        self.confidence: Callable[[Predicate, float], float] = confidence
        self.judge: Callable[[Mapping[str, float]], float] = likely_use

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        discourse = Discourse(doc, self.therapies)
        best = _Best()
        for subject, antigen, sentence, score in TargetReading(discourse, self.therapies).evidence():
            _take(best, discourse, "targets", subject, antigen, sentence=sentence, score=score)
        labels = {span.label_ for span in discourse.mentions}
        has_both = {"THERAPY", "DISEASE"} <= labels
        for use in UseReading(discourse, self.concept_name, self.judge).uses() if has_both else ():
            _take(
                best,
                discourse,
                "treats",
                use.subject,
                use.object,
                sentence=use.sentence,
                score=use.score,
                status=use.status,
            )
        _read_causes(discourse, best)
        _read_enrolled(discourse, best)
        for told in expressions(discourse):
            _take(
                best,
                discourse,
                "expressed_in",
                told.antigen,
                told.disease,
                sentence=told.sentence,
                score=told.rank,
            )
        doc._.relations = sorted(
            (
                found._replace(score=self.confidence(found.predicate, found.score or 0.0))
                for found in best.found.values()
            ),
            key=lambda f: (f.sentence_char, f.predicate, f.subject, f.object, f.status or ""),
        )
        return doc


def _take(
    best: _Best,
    discourse: Discourse,
    predicate: Predicate,
    subject: Span,
    target: Span,
    *,
    sentence: Sentence,
    score: float,
    status: TreatsStatus | None = None,
    assertion: Assertion = "present",
) -> None:
    """Take down one piece of evidence."""
    therapy = discourse.of.get(extent_of(subject))
    best.add(
        therapy.key if therapy else concept_key(subject),
        concept_key(target),
        RelationFinding(
            predicate,
            extent_of(therapy.naming(subject) if therapy else subject),
            extent_of(target),
            assertion,
            sentence.setting,
            sentence.start,
            status,
            score,
        ),
    )


def _read_causes(discourse: Discourse, best: _Best) -> None:
    """Therapy → adverse event, from the statements on adverse events; what they leave out, the text tells."""
    by_extent = {extent_of(span): span for span in discourse.mentions}
    for event in discourse.doc._.adverse_events:
        place = discourse.place(event.mention[0])
        target = by_extent.get(event.mention)
        if place is None or target is None:
            continue
        if event.therapy is not None:
            subjects, score = [by_extent[event.therapy]], 0.8
        else:
            subjects, score = [t.first for t in discourse.spoken_of(place) if t.is_engineered], 0.5
        for subject in subjects:
            sentence = discourse.sentences[place]
            _take(
                best,
                discourse,
                "causes",
                subject,
                target,
                sentence=sentence,
                score=score,
                assertion=event.assertion,
            )


def _read_enrolled(discourse: Discourse, best: _Best) -> None:
    """Cohort → disease, from the cohorts."""
    by_extent = {extent_of(span): span for span in discourse.mentions}
    for cohort in discourse.doc._.cohorts:
        place = discourse.place(cohort.mention[0])
        disease = by_extent.get(cohort.disease) if cohort.disease else None
        if place is None or disease is None:
            continue
        finding = RelationFinding(
            "enrolled",
            cohort.mention,
            cohort.disease,
            "present",
            cohort.setting,
            discourse.sentences[place].start,
            None,
            cohort.disease_rank,
        )
        best.add(f"cohort at {cohort.mention}", concept_key(disease), finding)


class _KnownTargets:
    """What the knowledge base knows, loaded at the first question and never pickled."""

    def __call__(self, concept_id: str) -> Sequence[str]:
        knowledge = load_knowledge(settings().knowledge)
        return knowledge.targets(concept_id) if concept_id in knowledge else ()


class _KnownNames:
    """The same for the names of concepts."""

    def __call__(self, concept_id: str) -> str:
        knowledge = load_knowledge(settings().knowledge)
        return knowledge.concept(concept_id).name if concept_id in knowledge else ""


@Language.factory("cartographer_relations", assigns=["doc._.relations"])
def make_relations(nlp: Language, name: str) -> RelationReader:  # noqa: ARG001 - spaCy's signature
    """Create the component; what products bind comes from the knowledge base."""
    return RelationReader(_KnownTargets(), _KnownNames())
