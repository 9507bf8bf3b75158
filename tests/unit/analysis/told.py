"""Documents told in a few lines, as the extraction of what they say: for tables made by hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.records import (
    AdverseEventRow,
    CohortRow,
    ConceptRow,
    DocumentRow,
    Extraction,
    MentionRow,
    RelationRow,
    SectionRow,
    SentenceRow,
    StudyRow,
)
from pipeline.store import Snapshot, Store
from tests.unit.store.made import publish

_LABELS = {"ADVERSE_EVENT": "DOID", "DISEASE": "DOID", "ANTIGEN": "HGNC", "THERAPY": "cartographer"}
CRS = "cytokine release syndrome"
ICANS = "immune effector cell-associated neurotoxicity syndrome"


class Told:
    """A document, put together sentence by sentence; words are found in its text where they stand first."""

    def __init__(
        self, doc_id: str, text: str, *, kind: str = "paper", on: date | None = None, **facts: object
    ):
        self.doc_id, self.text = doc_id, text
        row = DocumentRow(
            doc_id=doc_id,
            source_uri=f"file:///in/{doc_id}.txt",
            media_type="text/plain",
            kind=kind,
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            n_chars=len(text),
            extraction_key=f"key-{doc_id}",
            run_id="r1",
            title=text.partition("\n")[0],
            publisher=None,
            published_on=on,
            url=None,
            doi=None,
            pmid=None,
            pmcid=None,
            trial_ids=(),
            language="en",
            is_machine_written=None,
            duplicate_of=None,
        )
        self.document = replace(row, **facts)  # type: ignore[arg-type]
        self.sections = [SectionRow(f"{doc_id}#x0", doc_id, 0, "body", 0, len(text), None, None)]
        self.sentences = [
            SentenceRow(f"{doc_id}#s{m.start()}", doc_id, f"{doc_id}#x0", m.start(), m.end(), m.group())
            for m in re.finditer(r"[^\n. ][^\n.]*\.?", text)
        ]
        self.concepts: dict[str, ConceptRow] = {}
        self.mentions: dict[str, MentionRow] = {}
        self.cohorts: list[CohortRow] = []
        self.events: list[AdverseEventRow] = []
        self.relations: list[RelationRow] = []
        self.studies: list[StudyRow] = []

    def concept(self, name: str, label: str) -> str:
        """The CURIE of a concept of that name."""
        curie = f"{_LABELS[label]}:{name.replace(' ', '-')}"
        self.concepts[curie] = ConceptRow(curie, label, name, (), _LABELS[label], "1", None)
        return curie

    def mention(
        self,
        words: str,
        label: str,
        name: str | None = None,
        *,
        assertion: str = "present",
        setting: str = "human",
        cue: str | None = None,
    ) -> str:
        """The id of the mention that those words are."""
        start = self.text.index(words)
        sentence = next(s for s in self.sentences if s.start_char <= start < s.end_char)
        cue_start = self.text.index(cue, sentence.start_char) if cue else None
        row = MentionRow(
            mention_id=f"{self.doc_id}#m{start}-{start + len(words)}",
            doc_id=self.doc_id,
            sentence_id=sentence.sentence_id,
            label=label,
            text=words,
            start_char=start,
            end_char=start + len(words),
            annotator="rule",
            assertion=assertion,
            setting=setting,
            score=0.9,
            concept_id=self.concept(name, label) if name else None,
            concept_score=1.0 if name else None,
            cue_start_char=cue_start,
            cue_end_char=None if cue_start is None else cue_start + len(cue or ""),
        )
        self.mentions[row.mention_id] = row
        return row.mention_id

    def cohort(
        self,
        words: str,
        n: int,
        role: str = "treated",
        *,
        comparator: str = "=",
        setting: str = "human",
        unit: str = "patients",
        therapy: str | None = None,
    ) -> str:
        """The id of the group that those words are."""
        mention = self.mentions[self.mention(words, "COHORT")]
        row = CohortRow(
            f"{self.doc_id}#c{len(self.cohorts)}",
            self.doc_id,
            mention.sentence_id,
            mention.mention_id,
            n,
            comparator,
            unit,
            role,
            setting,
            None,
            therapy,
        )
        self.cohorts.append(row)
        return row.cohort_id

    def event(
        self,
        words: str,
        term: str = CRS,
        *,
        assertion: str = "present",
        grades: tuple[int | None, int | None] = (None, None),
        figures: tuple[int | None, int | None] = (None, None),
        percent: float | None = None,
        cohort: str | None = None,
        therapy: str | None = None,
        setting: str = "human",
        cue: str | None = None,
    ) -> str:
        """The id of the statement that those words are in; `figures` are affected and at risk."""
        said = self.mention(words, "ADVERSE_EVENT", term, assertion=assertion, setting=setting, cue=cue)
        mention = self.mentions[said]
        row = AdverseEventRow(
            f"{self.doc_id}#a{len(self.events)}",
            self.doc_id,
            mention.sentence_id,
            said,
            term,
            assertion,
            setting,
            mention.concept_id,
            *grades,
            *figures,
            percent,
            therapy,
            cohort,
        )
        self.events.append(row)
        return row.adverse_event_id

    def uses(self, therapy: str, disease: str, status: str) -> str:
        """The id of a `treats` relation between two mentions."""
        subject, target = self.mentions[therapy], self.mentions[disease]
        row = RelationRow(
            f"{self.doc_id}#r{len(self.relations)}",
            self.doc_id,
            target.sentence_id,
            "treats",
            therapy,
            disease,
            "present",
            "human",
            0.8,
            status,
            subject.concept_id,
            target.concept_id,
        )
        self.relations.append(row)
        return row.relation_id

    def study(
        self,
        n: int | None = None,
        role: str | None = "treated",
        *,
        cohort: str | None = None,
        therapy: str | None = "CD19 CAR T cells",
        antigens: Sequence[str] = ("CD19",),
        diseases: Sequence[str] = ("lymphoma",),
        setting: str = "human",
        phase: str | None = None,
        trials: tuple[str, ...] = (),
        key: str | None = None,
    ) -> str:
        """The id of a study."""
        row = StudyRow(
            f"{self.doc_id}#t{len(self.studies)}",
            self.doc_id,
            setting,
            phase,
            trials,
            therapy,
            self.concept(therapy, "THERAPY") if therapy else None,
            tuple(self.concept(name, "ANTIGEN") for name in antigens),
            tuple(self.concept(name, "DISEASE") for name in diseases),
            n,
            role if n is not None else None,
            cohort,
            key,
        )
        self.studies.append(row)
        return row.study_id

    def extraction(self) -> Extraction:
        """All rows."""
        return Extraction(
            self.document,
            tuple(self.sections),
            tuple(self.sentences),
            tuple(self.mentions.values()),
            tuple(self.concepts.values()),
            tuple(self.relations),
            tuple(self.cohorts),
            tuple(self.events),
            tuple(self.studies),
        )


def published(output: Path, *documents: Told, run_id: str = "r1") -> Snapshot:
    """A snapshot of these documents."""
    extractions = [
        replace(one, document=replace(one.document, run_id=run_id))
        for one in (document.extraction() for document in documents)
    ]
    return publish(Store(output), run_id, [extractions])


def trial() -> Told:
    """A paper on 38 patients, 12 of them a subgroup: CRS in 12 of 38, no ICANS."""
    told = Told(
        "trial",
        "CD19 CAR T cells in lymphoma\n\nThirty-eight patients were treated, 12 of them after a transplant. "
        "Cytokine release syndrome was seen in 12 of 38. No ICANS was seen. All went home.",
        on=date(2024, 3, 1),
        url="https://journal.example.org/trial",
    )
    therapy = told.mention("CD19 CAR T cells", "THERAPY", "CD19 CAR T cells")
    told.uses(therapy, told.mention("lymphoma", "DISEASE", "lymphoma"), "tested")
    group = told.cohort("Thirty-eight patients", 38)
    told.cohort("12 of them", 12, "subgroup")
    told.event("Cytokine release syndrome", figures=(12, 38), cohort=group)
    told.event("ICANS", ICANS, assertion="absent", cohort=group, cue="No")
    told.study(38, cohort=group, phase="1", trials=("NCT00000001",), key="NCT00000001#human")
    return told


def news() -> Told:
    """A news item on the same trial."""
    told = Told(
        "news",
        "Cells against lymphoma\n\nThirty-eight patients were given CD19 CAR T cells. The field is watching.",
        kind="news",
        on=date(2024, 3, 5),
    )
    group = told.cohort("Thirty-eight patients", 38)
    told.study(38, cohort=group, trials=("NCT00000001",), key="NCT00000001#human")
    return told
