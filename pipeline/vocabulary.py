"""Closed word lists: the values that a cell of a table may hold."""

from __future__ import annotations

from typing import Final, Literal, get_args

DocumentKind = Literal["news", "paper", "abstract", "preprint", "registry", "forum", "other"]
SectionKind = Literal[
    "title",
    "abstract",
    "background",
    "methods",
    "results",
    "conclusions",
    "body",
    "caption",
    "table",
    "reference",
    "post",
    "quote",
    "boilerplate",
]
MentionLabel = Literal["ANTIGEN", "GENE", "DISEASE", "ADVERSE_EVENT", "THERAPY", "CHEMICAL", "COHORT"]
Annotator = Literal["model", "lexicon", "rule", "abbreviation"]
Assertion = Literal["present", "absent", "possible", "hypothetical", "historical"]
Setting = Literal["human", "animal", "in_vitro", "unknown"]
Predicate = Literal["targets", "treats", "causes", "enrolled", "expressed_in"]
TreatsStatus = Literal["tested", "proposed", "approved"]
Comparator = Literal["=", "~", ">=", "<="]
CohortRole = Literal["enrolled", "treated", "evaluable", "subgroup", "screened", "arm", "external"]
Stage = Literal["fetch", "parse", "annotate", "extract", "store"]

DOCUMENT_KINDS: Final[tuple[str, ...]] = get_args(DocumentKind)
SECTION_KINDS: Final[tuple[str, ...]] = get_args(SectionKind)
MENTION_LABELS: Final[tuple[str, ...]] = get_args(MentionLabel)
ANNOTATORS: Final[tuple[str, ...]] = get_args(Annotator)
ASSERTIONS: Final[tuple[str, ...]] = get_args(Assertion)
#: What is told of adverse events; what is planned or conditional is possible of them.
EVENT_ASSERTIONS: Final[tuple[str, ...]] = ("present", "absent", "possible")
SETTINGS: Final[tuple[str, ...]] = get_args(Setting)
PREDICATES: Final[tuple[str, ...]] = get_args(Predicate)
TREATS_STATUSES: Final[tuple[str, ...]] = get_args(TreatsStatus)
COMPARATORS: Final[tuple[str, ...]] = get_args(Comparator)
COHORT_ROLES: Final[tuple[str, ...]] = get_args(CohortRole)
STAGES: Final[tuple[str, ...]] = get_args(Stage)

#: Sections that repeat, cite or frame the text. Their mentions are kept; facts are not read from them.
SECTIONS_WITHOUT_FACTS: Final[frozenset[str]] = frozenset({"quote", "reference", "boilerplate"})

#: File name endings that are read, with their media types. A folder is searched for these and no others.
MEDIA_TYPE_BY_SUFFIX: Final[dict[str, str]] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".xml": "application/xml",
    ".nxml": "application/xml",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".pdf": "application/pdf",
}
