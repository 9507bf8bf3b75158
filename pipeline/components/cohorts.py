"""Groups of subjects: how many, of what, and what the group is in its study.

Each count in the text is read by its form ("12 patients", "n = 12", "SLE, 12", "12 were infused") and by what
is said of it (enrolled, treated, evaluable, a trait, an outcome; `cohort_reading`). Evidence for and against
(a plan, a prevalence, a response count) adds up to a score (`cohort_evidence`), in a randomised trial with
that of the other sizes (`cohort_standing`); what passes is told once for each distinct group, with a role
that depends on the groups told before it.

Reads sentences, `doc._.sections`, `doc._.sentence_settings` and mentions; writes COHORT mentions and
`doc._.cohorts` (list of `CohortFinding`).
"""

from __future__ import annotations

import bisect
import re
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.findings import CohortFinding, Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_evidence import THRESHOLD, Candidate
from pipeline.grammar.cohort_reading import read_candidates
from pipeline.grammar.cohort_roles import Group, Study, is_same, parts_of_sums, role_of
from pipeline.grammar.cohort_sources import OwnStudy
from pipeline.grammar.cohort_standing import with_standing
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Setting

_SEXES: Final = frozenset({"men", "women", "boys", "girls"})
_RANDOMISATION: Final = re.compile(
    r"(?:were|was|been|and|patients|women|participants) (?:\w+ )?random|randomi[sz]ed \d|randomly|"
    r"underwent random"
)


class Cohorts:
    """Component `cartographer_cohorts`."""

    def __call__(self, doc: Doc) -> Doc:
        """Add COHORT mentions and `doc._.cohorts`."""
        if not doc._.is_biomedical:
            return doc
        shade = cues.shadow(text_of(doc), doc.spans.get(MENTIONS, ()))
        groups: list[Group] = []
        context = _Context(doc, shade)
        candidates = counts(doc, shade)
        if context.study.is_randomised:
            candidates = with_standing(candidates)
        candidates = [candidate for candidate in candidates if candidate.score >= THRESHOLD]
        context.study = context.study._replace(parts=parts_of_sums(candidates))
        for candidate in candidates:
            _add(groups, candidate, context)
        _write(doc, groups, context)
        return doc


def counts(doc: Doc, shade: str) -> list[Candidate]:
    """Every count that may be one of subjects, scored by itself.

    Args:
        doc: a Doc with mentions.
        shade: the shadow of its text.
    """
    return list(read_candidates(text_of(doc), shade, _sentences(doc)))


def is_randomised(shade: str) -> bool:
    """Whether a text, given as its shadow, tells of a randomised trial."""
    return _RANDOMISATION.search(shade) is not None


def _sentences(doc: Doc) -> list[Extent]:
    """Sentences outside of sections that repeat or frame the text."""
    sections = [s for s in doc._.sections if s.kind in SECTIONS_WITHOUT_FACTS]
    sentences = (
        [(sent.start_char, sent.end_char) for sent in doc.sents]
        if doc.has_annotation("SENT_START")
        else [(0, len(text_of(doc)))]
    )
    return [s for s in sentences if not any(x.start_char <= s[0] < x.end_char for x in sections)]


class _Context:
    """What the whole document says about whose study is told."""

    def __init__(self, doc: Doc, shade: str) -> None:
        text = text_of(doc)
        self.text = text
        self.shade = shade
        self.study = Study(shade, is_randomised(shade))
        posts = [(s.start_char, s.end_char) for s in doc._.sections if s.kind == "post"]
        is_forum = doc._.kind == "forum"
        self.own = OwnStudy(
            text, shade, (posts or [(0, len(text))]) if is_forum else (), is_paper=doc._.kind == "paper"
        )
        self.settings: list[tuple[int, int, Setting]] = list(doc._.sentence_settings)
        self.starts = [start for start, _, _ in self.settings]
        self.default_unit = "patients"

    def unit_before(self, candidate: Candidate) -> str | None:
        """The noun for subjects that stands last before the count in its sentence."""
        before = self.shade[candidate.sentence[0] : candidate.extent[0]]
        nouns = cues.UNIT_WORD.findall(before)
        return cues.UNITS[nouns[-1]] if nouns else None

    def subjects_before(self, candidate: Candidate) -> str:
        """The noun for subjects that the text had last: animals, where it tells of such."""
        if self.setting(candidate, "") == "animal":
            nouns = cues.UNIT_WORD.findall(self.shade, 0, candidate.extent[0])
            animals = [unit for noun in nouns if (unit := cues.UNITS[noun]) in cues.ANIMAL_UNITS]
            if animals:
                return animals[-1]
        return self.default_unit

    def setting(self, candidate: Candidate, unit: str) -> Setting:
        """Setting of the sentence; a group of animals is animal whatever the sentence."""
        if unit in cues.ANIMAL_UNITS:
            return "animal"
        place = bisect.bisect_right(self.starts, candidate.extent[0]) - 1
        if (
            place >= 0
            and candidate.extent[0] < self.settings[place][1]
            and self.settings[place][2] != "unknown"
        ):
            return self.settings[place][2]
        return "human"


def _add(groups: list[Group], candidate: Candidate, context: _Context) -> None:
    is_external = context.own.is_external(candidate, groups)
    is_assigned = bool(cues.OPTION_BEFORE.search(candidate.left))
    if (
        candidate.unit in _SEXES
        and not is_assigned
        and any(g.n > candidate.n and g.candidate.sentence == candidate.sentence for g in groups)
    ):
        return  # "41 patients, 27 men among them"
    same = [g for g in groups if g.n == candidate.n]
    unit = (
        candidate.unit
        or context.unit_before(candidate)
        or (groups[-1].unit if groups else context.subjects_before(candidate))
    )
    role = role_of(candidate, [g for g in groups if not g.is_external], unit, context.study)
    if is_external:
        role = "external"
    for old in same:
        if is_same(old, candidate, role):
            if role == "treated" and old.role == "enrolled" and candidate.predicate == "treated":
                groups[groups.index(old)] = old._replace(role="treated")
            return
    last = groups[-1] if groups else None
    # "Eleven patients, nine children and two adults, were infused": the verb is told of the eleven.
    is_part = last and last.role == "subgroup" and last.candidate.sentence == candidate.sentence
    if role == "subgroup" and candidate.predicate == "treated" and not is_external and not is_part:
        guessed = [g for g in groups if g.role == "treated" and not g.is_external]
        if guessed and all(g.candidate.predicate is None and g.n > candidate.n for g in guessed):
            # The larger group was only guessed to be treated; this one is said to be.
            groups[:] = [g._replace(role="enrolled") if g in guessed else g for g in groups]
            role = "treated"
    groups.append(Group(candidate, role, unit, is_external))


class _Mentions:
    """Extents of the mentions of one label, in order of their beginning."""

    def __init__(self, doc: Doc, label: str) -> None:
        found = (s for s in doc.spans.get(MENTIONS, ()) if s.label_ == label)
        self.extents = sorted((s.start_char, s.end_char) for s in found)

    def nearest(self, candidate: Candidate) -> Extent | None:
        """The first one after the group in its sentence, else the last one before it."""
        start, end = candidate.sentence
        first = bisect.bisect_left(self.extents, (start, start))
        inside = []
        for extent in self.extents[first:]:
            if extent[0] >= end:
                break
            if extent[1] <= end:
                inside.append(extent)
        before = [extent for extent in inside if extent[1] <= candidate.extent[0]]
        after = [extent for extent in inside if extent[0] >= candidate.extent[0]]
        if candidate.form in ("listed", "equals") and before and before[-1][1] + 12 > candidate.extent[0]:
            return before[-1]  # "SLE, n = 8; myositis, n = 3"
        return after[0] if after else before[-1] if before else None


def _write(doc: Doc, groups: list[Group], context: _Context) -> None:
    diseases, therapies = _Mentions(doc, "DISEASE"), _Mentions(doc, "THERAPY")
    mentions = {(s.start_char, s.end_char): s for s in doc.spans.get(MENTIONS, ())}
    findings = []
    for group in groups:
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
                context.setting(group.candidate, group.unit),
                diseases.nearest(group.candidate),
                therapies.nearest(group.candidate),
            )
        )
    doc.spans[MENTIONS] = sorted(mentions.values(), key=lambda s: (s.start_char, -s.end_char))
    doc._.cohorts = findings


@Language.factory("cartographer_cohorts", assigns=["doc._.cohorts"])
def create_cohorts(nlp: Language, name: str) -> Cohorts:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry."""
    return Cohorts()
