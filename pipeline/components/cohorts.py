"""Groups of subjects: how many, of what, and what the group is in its study.

Each count in the text is read (`grammar.cohorts.reading`) by its form ("12 patients", "n = 12", "SLE, 12",
"12 were infused"; `forms`) and by what is said of it (enrolled, treated, evaluable, a trait, an outcome;
`predicates`). What speaks for and against it (`features`, `evidence`) is weighed by a learned model
(`model`); what passes is told once for each distinct group, with the role that a second model thinks
likeliest.

Reads sentences, `doc._.sections`, `doc._.sentence_settings`, `doc._.size_odds` and mentions; writes COHORT
mentions and `doc._.cohorts` (list of `CohortFinding`).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, sentences_of, text_of
from pipeline.findings import CohortFinding, Extent
from pipeline.grammar.cohorts import cues, model
from pipeline.grammar.cohorts.belonging import told_in_course
from pipeline.grammar.cohorts.discourse import Discourse
from pipeline.grammar.cohorts.diseases import diseases_of
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.grammar.cohorts.features import Describer, Features, Reading
from pipeline.grammar.cohorts.flow import settled
from pipeline.grammar.cohorts.groups import Group, distinct
from pipeline.grammar.cohorts.reading import read_candidates
from pipeline.grammar.cohorts.roles import told_by_words
from pipeline.grammar.cohorts.sources import OwnStudy
from pipeline.grammar.numbers import find_fractions, find_numbers
from pipeline.stretches import between
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Setting

_SEXES: Final = frozenset({"men", "women", "boys", "girls"})


class Cohorts:
    """Component `cartographer_cohorts`."""

    def __call__(self, doc: Doc) -> Doc:
        """Add COHORT mentions and `doc._.cohorts`."""
        if doc._.is_biomedical:
            told = Counts(doc)
            _write(doc, told, told.passing())
        return doc


class Counts:
    """Every count of a document that may be one of subjects, with what is known of the document.

    Attributes:
        size_odds: as in `doc._`; whoever fits weights puts what another head hears in its place.
    """

    def __init__(self, doc: Doc) -> None:
        """Read the counts.

        Args:
            doc: a Doc with sentences, sections, settings and mentions.
        """
        text = text_of(doc)
        self.spans = spans = list(doc.spans.get(MENTIONS, ()))
        self.size_odds: Mapping[int, float] = doc._.size_odds
        self.shade = shade = cues.shadow(text, spans)
        numbers = find_numbers(text)
        fractions = find_fractions(text, numbers)
        self.all = list(read_candidates(text, shade, _sentences(doc), numbers, fractions))
        posts = [(s.start_char, s.end_char) for s in doc._.sections if s.kind == "post"]
        self.settings: list[tuple[int, int, Setting]] = list(doc._.sentence_settings)
        self.starts = [start for start, _, _ in self.settings]
        therapies = _named(spans, "THERAPY")
        animal = [(start, end) for start, end, setting in self.settings if setting == "animal"]
        self.describer = Describer(Reading(text, shade, doc._.kind, therapies, posts, animal, fractions))
        is_forum = doc._.kind == "forum"
        self.own = OwnStudy(
            text, shade, (posts or [(0, len(text))]) if is_forum else (), is_paper=doc._.kind == "paper"
        )
        antigens = _named(spans, "ANTIGEN", "GENE")
        self.discourse = Discourse(text, shade, numbers, antigens, kind=doc._.kind, posts=posts)

    def passing(self, weights: model.Weights | None = None) -> list[Candidate]:
        """The counts that are groups.

        Args:
            weights: of the features; by default the shipped ones.
        """
        heard = [self.size_odds.get(count.number.start_char, 0.0) for count in self.all]
        verdicts = model.groups(self.describer.parts(self.all), heard, weights)
        passing = [count for count, is_group in zip(self.all, verdicts, strict=True) if is_group]
        largest: dict[Extent, int] = {}
        for count in passing:
            largest[count.sentence] = max(count.n, largest.get(count.sentence, 0))
        return [count for count in passing if not _is_sex_of(count, largest[count.sentence])]

    def size_features(self) -> list[Features]:
        """Features of all counts for being groups; what the head for participants heard is among them."""
        described = zip(self.describer.describe(self.all), self.all, strict=True)
        return [
            model.with_odds(features, self.size_odds.get(count.number.start_char, 0.0))
            for features, count in described
        ]

    def role_features(self, counts: Sequence[Candidate]) -> list[Features]:
        """Features of groups for their role, in order; what the words beside them tell is among them."""
        told = told_by_words(counts, self.own, self.shade)
        described = zip(self.describer.describe(counts), self.discourse.describe(counts), told, strict=True)
        return [model.with_words(features | course, one) for features, course, one in described]

    def groups(self, counts: Sequence[Candidate], weights: model.Weights | None = None) -> list[Group]:
        """Each distinct group once, with its role.

        Args:
            counts: those that pass.
            weights: of the features; by default the shipped ones.
        """
        rows = [count.sentence if count.form == "equals" else count.extent for count in counts]
        described = self.role_features(counts)
        scores = told_in_course(
            model.role_scores(described, rows, weights),
            described,
            [count.sentence for count in counts],
            [self.discourse.paragraph(count) for count in counts],
        )
        roles = settled([count.n for count in counts], scores, [self.discourse.study(c) for c in counts])
        told = [Group(*one) for one in zip(counts, roles, self.units(counts), strict=True)]
        return distinct(told, self.describer.wholes)

    def units(self, counts: Sequence[Candidate]) -> list[str]:
        """Noun for the subjects of each: beside it, before it in its sentence, or of the group before."""
        found: list[str] = []
        for count in counts:
            nouns = cues.UNIT_WORD.findall(self.shade, count.sentence[0], count.extent[0])
            before = cues.UNITS[nouns[-1]] if nouns else None
            last = found[-1] if found else None
            found.append(count.unit or before or last or self._subjects_before(count))
        return found

    def _subjects_before(self, count: Candidate) -> str:
        """The noun for subjects that the text had last: animals, where it tells of such."""
        if self.setting(count, "") == "animal":
            place = bisect.bisect_left(self._animals, (count.extent[0], ""))
            if place:
                return self._animals[place - 1][1]
        return "patients"

    @cached_property
    def _animals(self) -> list[tuple[int, str]]:
        """Where the text has nouns for animals, and which."""
        nouns = ((noun.start(), cues.UNITS[noun.group()]) for noun in cues.UNIT_WORD.finditer(self.shade))
        return [(start, unit) for start, unit in nouns if unit in cues.ANIMAL_UNITS]

    def setting(self, count: Candidate, unit: str) -> Setting:
        """Setting of the sentence; a group of animals is animal whatever the sentence."""
        if unit in cues.ANIMAL_UNITS:
            return "animal"
        place = bisect.bisect_right(self.starts, count.extent[0]) - 1
        if place >= 0 and count.extent[0] < self.settings[place][1] and self.settings[place][2] != "unknown":
            return self.settings[place][2]
        return "human"


def _named(spans: Iterable[Span], *labels: str) -> list[tuple[int, str]]:
    """First character and concept id or name of the mentions of some labels, in order."""
    return sorted((s.start_char, s.kb_id_ or s.text.casefold()) for s in spans if s.label_ in labels)


def _is_sex_of(count: Candidate, largest: int) -> bool:
    """Whether it tells the sex of a group, the largest of the sentence: "41 patients, 27 men among them"."""
    return count.unit in _SEXES and not cues.OPTION_BEFORE.search(count.left) and count.n < largest


def _sentences(doc: Doc) -> list[Extent]:
    """Sentences outside of sections that repeat or frame the text."""
    sentences = sentences_of(doc) if doc.has_annotation("SENT_START") else [(0, len(text_of(doc)))]
    left_out = [s for s in doc._.sections if s.kind in SECTIONS_WITHOUT_FACTS]
    starts = [section.start_char for section in left_out]  # sections are ordered, and do not overlap
    ends = [0, *(section.end_char for section in left_out)]
    return [s for s in sentences if s[0] >= ends[bisect.bisect_right(starts, s[0])]]


class _Mentions:
    """Extents of the mentions of one label, in order of their beginning."""

    def __init__(self, spans: Iterable[Span], label: str) -> None:
        found = (s for s in spans if s.label_ == label)
        self.extents = sorted((s.start_char, s.end_char) for s in found)

    def nearest(self, candidate: Candidate) -> Extent | None:
        """The first one after the group in its sentence, else the last one before it."""
        start, end = candidate.sentence
        inside = [extent for extent in between(self.extents, start, end, itemgetter(0)) if extent[1] <= end]
        before = [extent for extent in inside if extent[1] <= candidate.extent[0]]
        after = [extent for extent in inside if extent[0] >= candidate.extent[0]]
        if candidate.form in ("listed", "equals") and before and before[-1][1] + 12 > candidate.extent[0]:
            return before[-1]  # "SLE, n = 8; myositis, n = 3"
        return after[0] if after else before[-1] if before else None


def _write(doc: Doc, told: Counts, passing: list[Candidate]) -> None:
    groups = told.groups(passing)
    diseases, therapies = _Mentions(told.spans, "DISEASE"), _Mentions(told.spans, "THERAPY")
    suffered = diseases_of([group.candidate for group in groups], passing, diseases.extents, text_of(doc))
    mentions = {(s.start_char, s.end_char): s for s in told.spans}
    findings = []
    for group, disease in zip(groups, suffered, strict=True):
        span = doc.char_span(*group.candidate.extent, label="COHORT", alignment_mode="expand")
        if span is None:
            continue
        extent = (span.start_char, span.end_char)
        if extent in mentions:
            if mentions[extent].label_ != "COHORT":
                continue
        else:
            span._.annotator = "rule"
            mentions[extent] = span
        findings.append(
            CohortFinding(
                extent,
                group.n,
                group.candidate.number.comparator,
                group.unit,
                group.role,
                told.setting(group.candidate, group.unit),
                disease.disease if disease else None,
                therapies.nearest(group.candidate),
                disease.rank if disease else None,
                diseases.nearest(group.candidate),
            )
        )
    doc.spans[MENTIONS] = sorted(mentions.values(), key=lambda s: (s.start_char, -s.end_char))
    doc._.cohorts = findings


@Language.factory("cartographer_cohorts", assigns=["doc._.cohorts"])
def create_cohorts(nlp: Language, name: str) -> Cohorts:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry."""
    return Cohorts()
