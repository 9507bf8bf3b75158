"""A pure function from an annotated Doc to the rows of one document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from spacy.tokens import Doc, Span

from pipeline.components.extensions import sentences_of, span_value, text_of
from pipeline.errors import ModelError
from pipeline.findings import MENTIONS, Extent
from pipeline.records import (
    AdverseEventRow,
    CohortRow,
    ConceptRow,
    Document,
    DocumentRow,
    Extraction,
    MentionRow,
    RelationRow,
    Section,
    SectionRow,
    SentenceRow,
    StudyRow,
    stable_id,
)
from pipeline.study_keys import study_key

#: Looks a CURIE up in the knowledge base; None where it is unknown.
ConceptLookup = Callable[[str], ConceptRow | None]

_DOC_ATTRIBUTES = ("cohorts", "adverse_events", "relations", "studies")
#: Attributes of a span, five of which are columns of its row by the same name.
_SAID = ("annotator", "assertion", "setting", "score", "concept_score", "cue")


def extract(
    doc: Doc, document: Document, *, concepts: ConceptLookup, extraction_key: str, run_id: str
) -> Extraction:
    """All rows that an annotated document gives.

    Args:
        doc: the document's text with mentions, sentences and findings, as `annotate` leaves it.
        document: the document as parsed; `doc.text` must be its text.
        concepts: gives the row of a concept.
        extraction_key: goes into the document's row.
        run_id: goes into the document's row.

    Returns:
        Rows with deterministic ids; offsets point into `document.text`. A document without mentions still
        has its document, section and sentence rows.

    Raises:
        ModelError: the Doc was not annotated by the whole language pipeline, or it names a concept that
            the knowledge base does not have.
        ValueError: offsets or references that do not fit together (a bug in a component).
    """
    _check(doc, document)
    return _Reading(doc, document, concepts).extraction(extraction_key, run_id)


def _check(doc: Doc, document: Document) -> None:
    missing = [name for name in _DOC_ATTRIBUTES if not Doc.has_extension(name)]
    if missing:
        raise ModelError(
            f"the attributes {', '.join(missing)} are not registered: import pipeline.annotate "
            "(or pipeline.components.extensions) before extracting"
        )
    if len(doc) and not doc.has_annotation("SENT_START"):
        raise ModelError(
            "the language pipeline has set no sentence borders: its sentence component is missing"
        )
    if text_of(doc) != document.text:
        raise ValueError(f"{document.doc_id}: the annotated text is not the document's text")


def _covering_sections(document: Document) -> list[Section]:
    """The document's sections, with a `body` wherever text stands outside them."""
    text = document.text
    covering: list[Section] = []
    place = 0
    for section in document.sections:
        if text[place : section.start_char].strip():
            covering.append(Section("body", place, section.start_char))
        covering.append(section)
        place = section.end_char
    if text[place:].strip() or not covering:
        covering.append(Section("body", place, len(text)))
    return covering


def _trimmed(text: str, start: int, end: int) -> Extent:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())


def _sentence_extents(doc: Doc, text: str, sections: Sequence[Section]) -> Iterator[tuple[Extent, int]]:
    """Sentences trimmed of white space and cut at section borders, each with its section's ordinal."""
    ordinal = 0
    for sentence in sentences_of(doc):
        start, end = sentence
        while start < end:
            while ordinal + 1 < len(sections) and sections[ordinal].end_char <= start:
                ordinal += 1
            section = sections[ordinal]
            if section.start_char > start:  # white space between two sections
                start = section.start_char
                continue
            cut = min(end, section.end_char) if section.end_char > start else end
            first, last = _trimmed(text, start, cut)
            if first < last:
                yield (first, last), ordinal
            start = cut


class _Reading:
    """The rows of one document while they are put together."""

    def __init__(self, doc: Doc, document: Document, concepts: ConceptLookup) -> None:
        self.doc = doc
        self.document = document
        self.doc_id = document.doc_id
        self.lookup = concepts
        self.concepts: dict[str, ConceptRow] = {}
        sections = _covering_sections(document)
        self.sections = tuple(
            SectionRow(
                section_id=f"{self.doc_id}#x{ordinal}",
                doc_id=self.doc_id,
                ordinal=ordinal,
                kind=section.kind,
                start_char=section.start_char,
                end_char=section.end_char,
                heading=section.heading,
                source_ref=section.source_ref,
            )
            for ordinal, section in enumerate(sections)
        )
        self.sentences = tuple(
            SentenceRow(
                sentence_id=f"{self.doc_id}#s{start}-{end}",
                doc_id=self.doc_id,
                section_id=self.sections[ordinal].section_id,
                start_char=start,
                end_char=end,
                text=document.text[start:end],
            )
            for (start, end), ordinal in _sentence_extents(doc, document.text, sections)
        )
        self.sentence_starts = [sentence.start_char for sentence in self.sentences]
        self.spans: dict[Extent, Span] = {
            (span.start_char, span.end_char): span for span in doc.spans.get(MENTIONS, ())
        }

    def extraction(self, extraction_key: str, run_id: str) -> Extraction:
        """Everything that was read; concepts last, since every other table may name some."""
        cohorts = self.cohorts()
        rows = Extraction(
            document=self.document_row(extraction_key, run_id),
            sections=self.sections,
            sentences=self.sentences,
            mentions=tuple(self.mention(extent, span) for extent, span in self.spans.items()),
            relations=tuple(self.relations()),
            cohorts=tuple(cohorts.values()),
            adverse_events=tuple(self.adverse_events(cohorts)),
            studies=tuple(self.studies(cohorts)),
            concepts=(),
        )
        concepts = tuple(self.concepts[curie] for curie in sorted(self.concepts))
        return Extraction(**{**vars(rows), "concepts": concepts})

    def document_row(self, extraction_key: str, run_id: str) -> DocumentRow:
        """The row of the document itself; whether it repeats another is decided across documents."""
        told = self.document
        return DocumentRow(
            doc_id=told.doc_id,
            source_uri=told.source_uri,
            media_type=told.media_type,
            kind=told.kind,
            text=told.text,
            text_sha256=told.text_sha256,
            n_chars=len(told.text),
            extraction_key=extraction_key,
            run_id=run_id,
            title=told.title,
            publisher=told.publisher,
            published_on=told.published_on,
            url=told.url,
            doi=told.doi,
            pmid=told.pmid,
            pmcid=told.pmcid,
            trial_ids=told.trial_ids,
            language=told.language,
            is_machine_written=told.is_machine_written,
            duplicate_of=None,
        )

    def sentence_id(self, char: int) -> str:
        """The sentence that a character stands in; white space belongs to the sentence before it."""
        place = bisect_right(self.sentence_starts, char) - 1
        if place < 0:
            raise ValueError(f"{self.doc_id}: no sentence holds character {char}")
        return self.sentences[place].sentence_id

    def mention_id(self, extent: Extent) -> str:
        """The id of the mention at an extent."""
        if extent not in self.spans:
            raise ValueError(f"{self.doc_id}: a finding refers to {extent}, where there is no mention")
        return f"{self.doc_id}#m{extent[0]}-{extent[1]}"

    def concept_of(self, extent: Extent | None) -> str | None:
        """The concept that a mention was grounded to."""
        return self.concept(self.spans[extent].kb_id_) if extent in self.spans else None

    def concept(self, curie: str) -> str | None:
        """The CURIE itself, once its row is there to be referred to."""
        if not curie:
            return None
        if curie not in self.concepts:
            row = self.lookup(curie)
            if row is None:
                raise ModelError(
                    f"the knowledge base has no concept {curie}: it is of another version than the model"
                )
            self.concepts[curie] = row
        return curie

    def mention(self, extent: Extent, span: Span) -> MentionRow:
        """One mention."""
        start, end = extent
        text = span.text
        if self.document.text[start:end] != text:
            raise ValueError(f"{self.doc_id}: the text at {extent} is not the mention {text!r}")
        said = {name: span_value(self.doc.user_data, name, start, end) for name in _SAID}
        cue_start, cue_end = said.pop("cue") or (None, None)
        return MentionRow(
            mention_id=self.mention_id(extent),
            doc_id=self.doc_id,
            sentence_id=self.sentence_id(start),
            label=span.label_,
            text=text,
            start_char=start,
            end_char=end,
            concept_id=self.concept(span.kb_id_),
            cue_start_char=cue_start,
            cue_end_char=cue_end,
            **said,
        )

    def relations(self) -> Iterator[RelationRow]:
        """Relations, each once."""
        seen: set[str] = set()
        for found in self.doc._.relations:
            subject, target = found.subject, found.object
            relation_id = stable_id(
                self.doc_id, "r", found.predicate, subject, target, found.status, found.assertion
            )
            if relation_id in seen:
                continue
            seen.add(relation_id)
            yield RelationRow(
                relation_id=relation_id,
                doc_id=self.doc_id,
                sentence_id=self.sentence_id(found.sentence_char),
                predicate=found.predicate,
                subject_mention_id=self.mention_id(subject),
                object_mention_id=self.mention_id(target),
                assertion=found.assertion,
                setting=found.setting,
                score=found.score,
                status=found.status,
                subject_concept_id=self.concept_of(subject),
                object_concept_id=self.concept_of(target),
            )

    def cohorts(self) -> dict[Extent, CohortRow]:
        """Cohorts by the extent of their mention."""
        rows: dict[Extent, CohortRow] = {}
        for found in self.doc._.cohorts:
            rows[found.mention] = CohortRow(
                cohort_id=stable_id(self.doc_id, "c", found.mention),
                doc_id=self.doc_id,
                sentence_id=self.sentence_id(found.mention[0]),
                mention_id=self.mention_id(found.mention),
                n=found.n,
                comparator=found.comparator,
                unit=found.unit,
                role=found.role,
                setting=found.setting,
                disease_concept_id=self.concept_of(found.disease),
                therapy_mention_id=self.mention_id(found.therapy) if found.therapy else None,
            )
        return rows

    def adverse_events(self, cohorts: dict[Extent, CohortRow]) -> Iterator[AdverseEventRow]:
        """Statements on adverse events, each once."""
        seen: set[str] = set()
        for found in self.doc._.adverse_events:
            event_id = stable_id(
                self.doc_id,
                "a",
                *(found.mention, found.term, found.assertion, found.grade_min, found.grade_max),
                *(found.n_affected, found.n_at_risk, found.percent),
            )
            if event_id in seen:
                continue
            seen.add(event_id)
            yield AdverseEventRow(
                adverse_event_id=event_id,
                doc_id=self.doc_id,
                sentence_id=self.sentence_id(found.mention[0]),
                mention_id=self.mention_id(found.mention),
                term=found.term,
                assertion=found.assertion,
                setting=found.setting,
                concept_id=self.concept_of(found.mention),
                grade_min=found.grade_min,
                grade_max=found.grade_max,
                n_affected=found.n_affected,
                n_at_risk=found.n_at_risk,
                percent=found.percent,
                therapy_mention_id=self.mention_id(found.therapy) if found.therapy else None,
                cohort_id=self.cohort_row(cohorts, found.cohort).cohort_id if found.cohort else None,
            )

    def cohort_row(self, cohorts: dict[Extent, CohortRow], extent: Extent) -> CohortRow:
        """The cohort that a finding refers to."""
        if extent not in cohorts:
            raise ValueError(f"{self.doc_id}: a finding refers to a cohort at {extent} that is not there")
        return cohorts[extent]

    def studies(self, cohorts: dict[Extent, CohortRow]) -> Iterator[StudyRow]:
        """Studies, in the order in which they were found."""
        for ordinal, found in enumerate(self.doc._.studies):
            headline = self.cohort_row(cohorts, found.cohort) if found.cohort else None
            therapy_id = self.concept_of(found.therapy)
            therapy_name = None
            if found.therapy:
                self.mention_id(found.therapy)
                therapy_name = (
                    self.concepts[therapy_id].name if therapy_id else self.spans[found.therapy].text
                )
            diseases = tuple(filter(None, map(self.concept, found.disease_concept_ids)))
            yield StudyRow(
                study_id=stable_id(self.doc_id, "t", ordinal, found.setting, found.trial_ids, found.therapy),
                doc_id=self.doc_id,
                setting=found.setting,
                phase=found.phase,
                trial_ids=found.trial_ids,
                therapy_name=therapy_name,
                therapy_concept_id=therapy_id,
                antigen_concept_ids=tuple(filter(None, map(self.concept, found.antigen_concept_ids))),
                disease_concept_ids=diseases,
                n_subjects=headline.n if headline else None,
                n_role=headline.role if headline else None,
                cohort_id=headline.cohort_id if headline else None,
                study_key=study_key(
                    found.setting,
                    trial_ids=found.trial_ids,
                    doi=self.document.doi,
                    therapy=therapy_id or therapy_name,
                    diseases=diseases,
                    n_subjects=headline.n if headline else None,
                ),
            )
