"""One frozen dataclass a table row, and the types that go down the stair: Payload, Document, Extraction.

A field's annotation says everything about a column: its Python type (hence the Arrow type and whether it
may be null) and, in `Column`, its description, closed word list and key. `tables` derives the Arrow schemas,
the checks and the data dictionary from here; nobody types a column twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar, Final

from pipeline import vocabulary as words
from pipeline.vocabulary import DocumentKind, SectionKind, Stage


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes:
        description: one line for the data dictionary, with unit and range.
        values: the closed word list, or None.
        key: "primary", or "table.column" that the value must be found in, or None.
        dictionary: whether Arrow stores it dictionary-encoded (few distinct values).
    """

    description: str
    values: tuple[str, ...] | None = None
    key: str | None = None
    dictionary: bool = False


def stable_id(doc_id: str, kind: str, *parts: object) -> str:
    """An id that depends on nothing but what it names: `doc_id#` + kind + 12 hex digits.

    Args:
        doc_id: the document.
        kind: one or two letters that tell the table (`r` relation, `c` cohort, …).
        parts: what makes the thing distinct within its document; their `repr` is hashed.

    Example:
        >>> stable_id("d1", "r", "targets", (0, 4)) == stable_id("d1", "r", "targets", (0, 4))
        True
    """
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()
    return f"{doc_id}#{kind}{digest}"


@dataclass(frozen=True)
class Payload:
    """Bytes as they came, before anybody read them.

    Attributes:
        source_uri: where they came from; a file is an absolute `file://` URI.
        body: the bytes.
        media_type: as far as the source knows it (from the file's name or the HTTP header), else "".
        modified_at: UTC time of the last change, if the source tells.
        first_line: number of its first line, if it is some lines of a large file.
    """

    source_uri: str
    body: bytes
    media_type: str = ""
    modified_at: datetime | None = None
    first_line: int | None = None

    @property
    def sha256(self) -> str:
        """Hash of the bytes, in hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Section:
    """A stretch of a document's text. Sections of a document are ordered and never overlap."""

    kind: SectionKind
    start_char: int
    end_char: int
    heading: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class Document:
    """A document as read from a payload: text, sections, bibliographic facts."""

    doc_id: str
    source_uri: str
    media_type: str
    kind: DocumentKind
    text: str
    sections: tuple[Section, ...]
    title: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    url: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    trial_ids: tuple[str, ...] = ()
    language: str | None = None
    is_machine_written: bool | None = None

    @property
    def text_sha256(self) -> str:
        """Hash of the text (UTF-8), in hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def _word(description: str, values: tuple[str, ...]) -> Column:
    return Column(description, values=values, dictionary=True)


DocId = Annotated[str, Column("document that the row was read from", key="documents.doc_id", dictionary=True)]
SentenceId = Annotated[str, Column("sentence that says so", key="sentences.sentence_id")]
StartChar = Annotated[int, Column("first character in documents.text (0-based, Unicode code points)")]
EndChar = Annotated[int, Column("character after the last one in documents.text")]
SettingWord = Annotated[str, _word("who or what was studied", words.SETTINGS)]
AssertionWord = Annotated[str, _word("whether the text says that it is so", words.ASSERTIONS)]


@dataclass(frozen=True)
class DocumentRow:
    """`documents`: one row per document."""

    TABLE: ClassVar[str] = "documents"
    doc_id: Annotated[str, Column("id of the document; the caller's own id for JSONL input", key="primary")]
    source_uri: Annotated[str, Column("where the document was read")]
    media_type: Annotated[str, Column("media type of the source", dictionary=True)]
    kind: Annotated[str, _word("genre", words.DOCUMENT_KINDS)]
    text: Annotated[str, Column("text that every offset points into")]
    text_sha256: Annotated[str, Column("SHA-256 of the text in UTF-8, hex")]
    n_chars: Annotated[int, Column("length of the text in Unicode code points")]
    extraction_key: Annotated[str, Column("content hash × fingerprint: equal keys have equal rows")]
    run_id: Annotated[str, Column("run that extracted the document", key="runs.run_id", dictionary=True)]
    title: Annotated[str | None, Column("title")]
    publisher: Annotated[str | None, Column("publisher or journal")]
    published_on: Annotated[date | None, Column("date of publication")]
    url: Annotated[str | None, Column("web address")]
    doi: Annotated[str | None, Column("DOI, lower case, without a resolver's address")]
    pmid: Annotated[str | None, Column("PubMed id")]
    pmcid: Annotated[str | None, Column("PubMed Central id, with PMC")]
    trial_ids: Annotated[tuple[str, ...], Column("registry ids in the text (NCT…)")]
    language: Annotated[str | None, Column("ISO 639-1 code")]
    is_machine_written: Annotated[bool | None, Column("the source says that a machine wrote it")]
    duplicate_of: Annotated[
        str | None,
        Column("document that this one repeats: the same publication or text", key="documents.doc_id"),
    ]


@dataclass(frozen=True)
class SectionRow:
    """`sections`: one row per section."""

    TABLE: ClassVar[str] = "sections"
    section_id: Annotated[str, Column("id of the section", key="primary")]
    doc_id: DocId
    ordinal: Annotated[int, Column("position in the document, from 0")]
    kind: Annotated[str, _word("role of the section", words.SECTION_KINDS)]
    start_char: StartChar
    end_char: EndChar
    heading: Annotated[str | None, Column("heading as printed")]
    source_ref: Annotated[str | None, Column("where in the source the section stands (XPath, line …)")]


@dataclass(frozen=True)
class SentenceRow:
    """`sentences`: one row per sentence."""

    TABLE: ClassVar[str] = "sentences"
    sentence_id: Annotated[str, Column("id of the sentence", key="primary")]
    doc_id: DocId
    section_id: Annotated[str, Column("section that it stands in", key="sections.section_id")]
    start_char: StartChar
    end_char: EndChar
    text: Annotated[str, Column("the sentence, equal to documents.text[start_char:end_char]")]


@dataclass(frozen=True)
class MentionRow:
    """`mentions`: one row per mention."""

    TABLE: ClassVar[str] = "mentions"
    mention_id: Annotated[str, Column("id of the mention", key="primary")]
    doc_id: DocId
    sentence_id: SentenceId
    label: Annotated[str, _word("what kind of thing is named", words.MENTION_LABELS)]
    text: Annotated[str, Column("the words, equal to documents.text[start_char:end_char]")]
    start_char: StartChar
    end_char: EndChar
    annotator: Annotated[str, _word("who found it", words.ANNOTATORS)]
    assertion: AssertionWord
    setting: SettingWord
    score: Annotated[float | None, Column("confidence of the mention, 0..1")]
    concept_id: Annotated[str | None, Column("concept that it names (CURIE)", key="concepts.concept_id")]
    concept_score: Annotated[float | None, Column("confidence of the concept, 0..1")]
    cue_start_char: Annotated[
        int | None,
        Column("first character of the words that decided the assertion; null where no words beside it did"),
    ]
    cue_end_char: Annotated[int | None, Column("character after those words")]


@dataclass(frozen=True)
class ConceptRow:
    """`concepts`: one row per concept used."""

    TABLE: ClassVar[str] = "concepts"
    concept_id: Annotated[str, Column("CURIE", key="primary")]
    label: Annotated[str, _word("what kind of thing it is", words.MENTION_LABELS)]
    name: Annotated[str, Column("preferred name")]
    synonyms: Annotated[tuple[str, ...], Column("other names")]
    ontology: Annotated[str, Column("where the concept is defined", dictionary=True)]
    ontology_version: Annotated[str, Column("version of that ontology", dictionary=True)]
    definition: Annotated[str | None, Column("definition")]


@dataclass(frozen=True)
class RelationRow:
    """`relations`: one row per relation."""

    TABLE: ClassVar[str] = "relations"
    relation_id: Annotated[str, Column("id of the relation", key="primary")]
    doc_id: DocId
    sentence_id: SentenceId
    predicate: Annotated[str, _word("how subject and object are related", words.PREDICATES)]
    subject_mention_id: Annotated[str, Column("subject", key="mentions.mention_id")]
    object_mention_id: Annotated[str, Column("object", key="mentions.mention_id")]
    assertion: AssertionWord
    setting: SettingWord
    score: Annotated[float | None, Column("confidence, 0..1")]
    status: Annotated[str | None, _word("for treats: how far the use has come", words.TREATS_STATUSES)]
    subject_concept_id: Annotated[str | None, Column("concept of the subject", key="concepts.concept_id")]
    object_concept_id: Annotated[str | None, Column("concept of the object", key="concepts.concept_id")]


@dataclass(frozen=True)
class CohortRow:
    """`cohorts`: one row per group of subjects."""

    TABLE: ClassVar[str] = "cohorts"
    cohort_id: Annotated[str, Column("id of the cohort", key="primary")]
    doc_id: DocId
    sentence_id: SentenceId
    mention_id: Annotated[str, Column("words that state the size", key="mentions.mention_id")]
    n: Annotated[int, Column("number of subjects")]
    comparator: Annotated[str, _word("how n is meant", words.COMPARATORS)]
    unit: Annotated[str, Column("what is counted (patients, children, mice …)", dictionary=True)]
    role: Annotated[str, _word("what the group is in its study", words.COHORT_ROLES)]
    setting: SettingWord
    disease_concept_id: Annotated[str | None, Column("disease of the group", key="concepts.concept_id")]
    therapy_mention_id: Annotated[str | None, Column("what it was given", key="mentions.mention_id")]


@dataclass(frozen=True)
class AdverseEventRow:
    """`adverse_events`: one row per statement on an adverse event."""

    TABLE: ClassVar[str] = "adverse_events"
    adverse_event_id: Annotated[str, Column("id of the statement", key="primary")]
    doc_id: DocId
    sentence_id: SentenceId
    mention_id: Annotated[str, Column("words that name the event", key="mentions.mention_id")]
    term: Annotated[str, Column("plain medical name, lower case, abbreviations spelled out")]
    assertion: Annotated[
        str,
        _word(
            "whether it was seen, denied or feared: what the mention says (hypothetical is possible here), "
            "but for rows on some grades or subjects, and on what was feared besides",
            words.EVENT_ASSERTIONS,
        ),
    ]
    setting: SettingWord
    concept_id: Annotated[str | None, Column("concept of the event", key="concepts.concept_id")]
    grade_min: Annotated[int | None, Column("lowest CTCAE grade meant, 1..5")]
    grade_max: Annotated[int | None, Column("highest CTCAE grade meant, 1..5")]
    n_affected: Annotated[int | None, Column("subjects with the event, as stated")]
    n_at_risk: Annotated[int | None, Column("subjects at risk, as stated in the same sentence")]
    percent: Annotated[float | None, Column("share of subjects with the event, as stated, 0..100")]
    therapy_mention_id: Annotated[str | None, Column("what it followed", key="mentions.mention_id")]
    cohort_id: Annotated[str | None, Column("group it was seen in", key="cohorts.cohort_id")]


@dataclass(frozen=True)
class StudyRow:
    """`studies`: one row per study told in a document."""

    TABLE: ClassVar[str] = "studies"
    study_id: Annotated[str, Column("id of the study in its document", key="primary")]
    doc_id: DocId
    setting: SettingWord
    phase: Annotated[str | None, Column("phase of the trial: 1, 1/2, 2, 2/3, 3, 4", dictionary=True)]
    trial_ids: Annotated[tuple[str, ...], Column("registry ids (NCT…)")]
    therapy_name: Annotated[str | None, Column("therapy under study")]
    therapy_concept_id: Annotated[str | None, Column("its concept", key="concepts.concept_id")]
    antigen_concept_ids: Annotated[tuple[str, ...], Column("antigens aimed at", key="concepts.concept_id")]
    disease_concept_ids: Annotated[tuple[str, ...], Column("diseases treated", key="concepts.concept_id")]
    n_subjects: Annotated[int | None, Column("headline number of subjects")]
    n_role: Annotated[str | None, _word("what that number counts", words.COHORT_ROLES)]
    cohort_id: Annotated[str | None, Column("cohort that states it", key="cohorts.cohort_id")]
    study_key: Annotated[
        str | None,
        Column(
            "same for the same study in other documents: registry id, else DOI, else therapy, diseases and "
            "size, then the setting; null where too little is known"
        ),
    ] = None


@dataclass(frozen=True)
class FailureRow:
    """`failures`: one row per document or part that could not be read."""

    TABLE: ClassVar[str] = "failures"
    source_uri: Annotated[str, Column("what could not be read")]
    stage: Annotated[str, _word("where it failed", words.STAGES)]
    error: Annotated[str, Column("kind of error", dictionary=True)]
    message: Annotated[str, Column("what happened and what to do")]
    run_id: Annotated[str, Column("run that met it", key="runs.run_id", dictionary=True)]
    payload_sha256: Annotated[str | None, Column("SHA-256 of the bytes, hex")]


@dataclass(frozen=True)
class RunRow:
    """`runs`: one row per run."""

    TABLE: ClassVar[str] = "runs"
    run_id: Annotated[str, Column("id of the run", key="primary")]
    started_at: Annotated[datetime, Column("start, UTC")]
    finished_at: Annotated[datetime, Column("end, UTC")]
    version: Annotated[str, Column("version of Cartographer")]
    fingerprint: Annotated[str, Column("hash of all that shapes an extraction")]
    n_seen: Annotated[int, Column("documents met")]
    n_new: Annotated[int, Column("documents read for the first time")]
    n_changed: Annotated[int, Column("documents read again: text, model or knowledge had changed")]
    n_unchanged: Annotated[int, Column("documents taken over from the snapshot before")]
    n_failed: Annotated[int, Column("documents that could not be read")]
    n_removed: Annotated[int, Column("documents withdrawn because their source is gone")]
    seconds: Annotated[float, Column("wall time, s")]


Row = (
    DocumentRow
    | SectionRow
    | SentenceRow
    | MentionRow
    | ConceptRow
    | RelationRow
    | CohortRow
    | AdverseEventRow
    | StudyRow
    | FailureRow
    | RunRow
)

#: Every table of the contract, in the order in which foreign keys point back.
ROW_TYPES: Final[tuple[type[Row], ...]] = (
    RunRow,
    DocumentRow,
    SectionRow,
    SentenceRow,
    ConceptRow,
    MentionRow,
    RelationRow,
    CohortRow,
    AdverseEventRow,
    StudyRow,
    FailureRow,
)


@dataclass(frozen=True)
class Extraction:
    """All rows that one document gave. Offsets point into `document.text`."""

    document: DocumentRow
    sections: tuple[SectionRow, ...] = ()
    sentences: tuple[SentenceRow, ...] = ()
    mentions: tuple[MentionRow, ...] = ()
    concepts: tuple[ConceptRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()
    cohorts: tuple[CohortRow, ...] = ()
    adverse_events: tuple[AdverseEventRow, ...] = ()
    studies: tuple[StudyRow, ...] = ()


@dataclass(frozen=True)
class Failure:
    """A document, or a part of one, that could not be read, and where it failed."""

    source_uri: str
    stage: Stage
    error: str
    message: str
    payload_sha256: str | None = None
