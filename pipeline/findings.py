"""What the components read in a Doc beyond mentions: plain values that refer to mentions by extent."""

from __future__ import annotations

from typing import Final, NamedTuple

from pipeline.vocabulary import (
    Assertion,
    CohortRole,
    Comparator,
    Predicate,
    SectionKind,
    Setting,
    TreatsStatus,
)

#: Key of the span group of a Doc that holds the mentions, sorted by position, extents distinct.
MENTIONS: Final = "mentions"

#: `(start_char, end_char)` of a mention in `Doc.text`, half-open. Mentions of a Doc have distinct extents.
Extent = tuple[int, int]


class SectionSpan(NamedTuple):
    """A section of the document, in characters of `Doc.text`."""

    kind: SectionKind
    start_char: int
    end_char: int
    heading: str | None = None


class CohortFinding(NamedTuple):
    """A distinct group of subjects. `mention` is the extent of its COHORT mention.

    `disease_rank` says how plainly the text gives the group its disease (`grammar.cohorts.diseases`);
    `beside` is the disease that stands nearest to it in its sentence, whether it is the group's or not.
    """

    mention: Extent
    n: int
    comparator: Comparator
    unit: str
    role: CohortRole
    setting: Setting
    disease: Extent | None = None
    therapy: Extent | None = None
    disease_rank: float | None = None
    beside: Extent | None = None


class AdverseEventFinding(NamedTuple):
    """One statement on an adverse event. Grades are CTCAE 1–5, `percent` is 0–100."""

    mention: Extent
    term: str
    assertion: Assertion
    setting: Setting
    grade_min: int | None = None
    grade_max: int | None = None
    n_affected: int | None = None
    n_at_risk: int | None = None
    percent: float | None = None
    therapy: Extent | None = None
    cohort: Extent | None = None


class RelationFinding(NamedTuple):
    """Subject and object are extents of mentions; `sentence_char` lies in the sentence that says so."""

    predicate: Predicate
    subject: Extent
    object: Extent
    assertion: Assertion
    setting: Setting
    sentence_char: int
    status: TreatsStatus | None = None
    score: float | None = None


class StudySettings(NamedTuple):
    """What was studied in one piece of a document (the whole of it, mostly), the main setting first."""

    start_char: int
    end_char: int
    settings: tuple[Setting, ...]


class StudyFinding(NamedTuple):
    """A study told in the document."""

    setting: Setting
    phase: str | None
    trial_ids: tuple[str, ...]
    therapy: Extent | None
    antigen_concept_ids: tuple[str, ...]
    disease_concept_ids: tuple[str, ...]
    cohort: Extent | None
