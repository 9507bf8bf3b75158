"""The words behind a row: its sentence in context, with mention, cue and cohort marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow.compute as pc

from pipeline.analysis.documents import DocumentRows, Documents, Values
from pipeline.analysis.frames import stored_table
from pipeline.analysis.marking import Mark, MarkKind, Piece, pieces
from pipeline.analysis.rows import Row
from pipeline.analysis.wording import says
from pipeline.store import Snapshot

#: Columns of a row that name a mention, and what the mention is to it.
_MENTION_COLUMNS: Mapping[str, MarkKind] = {
    "mention_id": "mention",
    "subject_mention_id": "mention",
    "object_mention_id": "mention",
    "therapy_mention_id": "term",
}


@dataclass(frozen=True)
class Passage:
    """A sentence with its neighbours in the same section; offsets are characters of the document's text.

    Attributes:
        text: the document's text.
        start_char: first character of the passage.
        sentence_start_char: first character of the sentence.
        sentence_end_char: character after the sentence.
        end_char: character after the passage.
        marks: what is marked in it.

    Example:
        >>> passage = snapshot.evidence("trial#a1").passage
        >>> passage.sentence_start_char, passage.sentence_end_char
        (145, 163)
    """

    text: str = field(repr=False)
    start_char: int
    sentence_start_char: int
    sentence_end_char: int
    end_char: int
    marks: tuple[Mark, ...]

    @property
    def before(self) -> str:
        """What precedes the sentence; "" where nothing does.

        Example:
            >>> snapshot.evidence("trial#a1").passage.before
            'Cytokine release syndrome was seen in 12 of 38. '
        """
        return self.text[self.start_char : self.sentence_start_char]

    @property
    def sentence(self) -> str:
        """The sentence, character for character.

        Example:
            >>> snapshot.evidence("trial#a1").passage.sentence
            'No ICANS was seen.'
        """
        return self.text[self.sentence_start_char : self.sentence_end_char]

    @property
    def after(self) -> str:
        """What follows the sentence; "" where nothing does.

        Example:
            >>> snapshot.evidence("trial#a1").passage.after
            ' All went home.'
        """
        return self.text[self.sentence_end_char : self.end_char]

    def pieces(self) -> Iterator[Piece]:
        """The sentence, cut at its marks.

        Example:
            >>> [piece.text for piece in snapshot.evidence("trial#a1").passage.pieces()]
            ['No', ' ', 'ICANS', ' was seen.']
        """
        return pieces(self.text, self.sentence_start_char, self.sentence_end_char, self.marks)


@dataclass(frozen=True)
class Source:
    """Where a document came from.

    Attributes:
        doc_id: id of the document.
        title: its title, or "".
        publisher: publisher or journal, or "".
        published_on: date of publication, or None.
        address: where to read it: its web address, DOI, PubMed or PubMed Central page, else its `source_uri`.

    Example:
        >>> source = snapshot.evidence("trial#a1").source
        >>> source.title, str(source.published_on)
        ('CD19 CAR T cells in lymphoma', '2024-03-01')
    """

    doc_id: str
    title: str
    publisher: str
    published_on: date | None
    address: str


@dataclass(frozen=True, repr=False)
class Evidence:
    """A row, and the words that it was read from. Shown marked in a notebook, and plain in a terminal.

    Attributes:
        row: the row: its table, id and values.
        says: what it says, in words.
        source: the document; None for a run, and for a concept that no sentence names.
        section: row of the section that the sentence stands in, or None.
        passage: the sentence in its context; None where there is none.
        mentions: rows of the mentions that the row speaks of.
        cohort: row of the cohort that it speaks of, or None.
        concepts: rows of `concepts` that it names, by CURIE.
        run: row of the run that read the document, or None.
        extraction_key: of the document: content hash × fingerprint, or "".
        snapshot_id: the snapshot that the row was looked up in.

    Example:
        >>> print(snapshot.evidence("trial#a1"))
        adverse_events  trial#a1
        immune effector cell-associated neurotoxicity syndrome, denied, human
        CD19 CAR T cells in lymphoma · 2024-03-01 · https://journal.example.org/trial
        <BLANKLINE>
          Cytokine release syndrome was seen in 12 of 38.
          {No} [ICANS] was seen.
          All went home.
        <BLANKLINE>
        [mention]  {cue}  <cohort>
    """

    row: Row
    says: str
    source: Source | None
    section: Values | None
    passage: Passage | None
    mentions: tuple[Values, ...]
    cohort: Values | None
    concepts: Mapping[str, Values]
    run: Values | None
    extraction_key: str
    snapshot_id: str

    def __str__(self) -> str:
        from pipeline.analysis.rendering import evidence_text  # noqa: PLC0415 - it knows this class

        return evidence_text(self)

    #: What a Python prompt shows is what is printed.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        from pipeline.analysis.rendering import evidence_html  # noqa: PLC0415 - as above

        return evidence_html(self)


class EvidenceReader:
    """Finds the words behind rows.

    Args:
        stored: the snapshot in its store.
        documents: its documents.
    """

    def __init__(self, stored: Snapshot, documents: Documents) -> None:
        self._stored = stored
        self._documents = documents

    @cached_property
    def concepts(self) -> dict[str, Values]:
        """Rows of `concepts` by CURIE."""
        return {row["concept_id"]: row for row in stored_table(self._stored, "concepts").to_pylist()}

    @cached_property
    def _runs(self) -> dict[str, Values]:
        return {row["run_id"]: row for row in stored_table(self._stored, "runs").to_pylist()}

    def read(self, row: Row) -> Evidence:
        """The evidence of a row."""
        values = row.values
        is_concept = row.table == "concepts"
        doc_id = self._first_to_name(row.row_id) if is_concept else values.get("doc_id")
        told = self._documents[doc_id] if doc_id is not None else None
        marked = _mentions_of(row, told) if told else []
        spoken = [mention for mention, kind in marked if kind == "mention"]
        passage, section = _passage(row, told, marked) if told else (None, None)
        return Evidence(
            row=row,
            says=says(row, told, self.concepts),
            source=source_of(told.document) if told else None,
            section=section,
            passage=passage,
            mentions=tuple(mention for mention, _ in marked),
            cohort=told.cohorts.get(values.get("cohort_id") or "") if told else None,
            concepts=self._named([*_concept_ids(values), *(m["concept_id"] for m in spoken)]),
            run=self._runs.get(told.document["run_id"]) if told else None,
            extraction_key=told.document["extraction_key"] if told else "",
            snapshot_id=self._stored.id,
        )

    def _named(self, concept_ids: Iterable[str | None]) -> dict[str, Values]:
        return {one: self.concepts[one] for one in dict.fromkeys(concept_ids) if one and one in self.concepts}

    def _first_to_name(self, concept_id: str) -> str | None:
        named = stored_table(self._stored, "mentions", ["concept_id", "doc_id"])
        place = pc.index(named["concept_id"], concept_id).as_py()
        return None if place < 0 else str(named["doc_id"][place].as_py())


def source_of(document: Values) -> Source:
    """Where a document came from, from its row of `documents`."""
    return Source(
        doc_id=document["doc_id"],
        title=document["title"] or "",
        publisher=document["publisher"] or "",
        published_on=document["published_on"],
        address=address_of(document),
    )


def address_of(document: Mapping[str, Any]) -> str:
    """Where a person finds a document: web address, DOI, PubMed, PubMed Central, else its `source_uri`.

    Example:
        >>> address_of({"url": None, "doi": "10.5555/12", "source_uri": "file:///a.xml"})
        'https://doi.org/10.5555/12'
    """
    if url := document.get("url"):
        return str(url)
    if doi := document.get("doi"):
        return f"https://doi.org/{doi}"
    if pmid := document.get("pmid"):
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    if pmcid := document.get("pmcid"):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"
    return str(document["source_uri"])


def _concept_ids(values: Values) -> list[str]:
    found: list[str] = []
    for name, value in values.items():
        if value and name.endswith("concept_id"):
            found.append(value)
        elif value and name.endswith("concept_ids"):
            found += value
    return found


def _mentions_of(row: Row, told: DocumentRows) -> list[tuple[Values, MarkKind]]:
    """The mentions that a row speaks of, and what each is to it."""
    values = row.values
    if row.table == "mentions":
        return [(values, _kind_of(values))]
    if row.table == "concepts":
        first = next(m for m in told.rows["mentions"] if m["concept_id"] == row.row_id)
        return [(first, "mention")]
    if row.table == "sentences":
        return [(m, _kind_of(m)) for m in told.rows["mentions"] if m["sentence_id"] == row.row_id]
    found: list[tuple[Values, MarkKind]] = []
    for column, kind in _MENTION_COLUMNS.items():
        if mention := told.mentions.get(values.get(column) or ""):
            found.append((mention, "cohort" if row.table == "cohorts" and column == "mention_id" else kind))
    cohort = told.cohorts.get(values.get("cohort_id") or "")
    if cohort is not None and row.table != "cohorts":
        found.append((told.mentions[cohort["mention_id"]], "cohort"))
    if row.table == "studies" and not found:
        named = {values["therapy_concept_id"]} - {None}
        spoken = (
            m
            for m in told.rows["mentions"]
            if m["concept_id"] in named or m["text"] == values["therapy_name"]
        )
        found += [(mention, "mention") for mention in list(spoken)[:1]]
    return found


def _kind_of(mention: Values) -> MarkKind:
    return "cohort" if mention["label"] == "COHORT" else "mention"


def _passage(
    row: Row, told: DocumentRows, marked: list[tuple[Values, MarkKind]]
) -> tuple[Passage | None, Values | None]:
    """The passage that a row was read from, and the section that it stands in."""
    sentence = told.sentences.get(_sentence_id(row, told, marked) or "")
    if sentence is None:
        return None, None
    section = next((s for s in told.rows["sections"] if s["section_id"] == sentence["section_id"]), None)
    ordered = list(told.sentences.values())
    place = ordered.index(sentence)
    around = [s for s in ordered[max(0, place - 1) : place + 2] if s["section_id"] == sentence["section_id"]]
    marks = [mark_of(mention, kind) for mention, kind in marked]
    for mention, kind in marked:
        if kind == "mention" and mention["cue_start_char"] is not None:
            marks.append(Mark(mention["cue_start_char"], mention["cue_end_char"], "cue"))
    passage = Passage(
        text=told.text,
        start_char=around[0]["start_char"],
        sentence_start_char=sentence["start_char"],
        sentence_end_char=sentence["end_char"],
        end_char=around[-1]["end_char"],
        marks=tuple(dict.fromkeys(marks)),
    )
    return passage, section


def _sentence_id(row: Row, told: DocumentRows, marked: list[tuple[Values, MarkKind]]) -> str | None:
    """The sentence of a row; of a section or document, the first one in it."""
    if (own := row.values.get("sentence_id")) or marked:
        return own or str(marked[0][0]["sentence_id"])
    start = row.values.get("start_char", 0)
    end = row.values.get("end_char", told.document["n_chars"])
    within = (s["sentence_id"] for s in told.sentences.values() if start <= s["start_char"] < end)
    return next(within, None)


def mark_of(mention: Values, kind: MarkKind) -> Mark:
    """A row of `mentions` as a mark."""
    return Mark(
        mention["start_char"],
        mention["end_char"],
        kind,
        mention["label"],
        mention["assertion"],
        mention["mention_id"],
    )
