"""Read gold cases with the language pipeline and tell how well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from spacy.language import Language

from pipeline.annotate import annotate, knowledge
from pipeline.errors import GoldError
from pipeline.evaluation.facts import FIELDS, FieldScore, Tally, score_facts, summarise
from pipeline.evaluation.gold import GoldCase, read_document_gold, read_gold
from pipeline.extract import extract
from pipeline.parse import documents
from pipeline.records import ConceptRow, Document, Extraction, Payload


def gold_cases(folder: Path) -> list[GoldCase]:
    """Every case of a folder: `.gold` files, and `gold/*.json` beside `texts/*.txt`.

    Raises:
        GoldError: there is none, or one can't be read strictly.
    """
    cases = [case for path in sorted(folder.rglob("*.gold")) for case in read_gold(path)]
    for path in sorted((folder / "gold").glob("*.json")):
        cases.append(read_document_gold(path, folder / "texts" / f"{path.stem}.txt"))
    if not cases:
        raise GoldError(f"no gold in {folder}: expected .gold files, or gold/*.json beside texts/*.txt")
    return cases


def case_document(case: GoldCase) -> Document:
    """The document that a case's text is, as the parser for plain text reads it."""
    payload = Payload(f"gold:{case.title}", case.text.encode("utf-8"), "text/plain")
    (document,) = (one for one in documents(payload) if isinstance(one, Document))
    return document


def extractions(read: Iterable[Document], nlp: Language | None = None) -> list[Extraction]:
    """The rows of each document, without a store."""
    return [
        extract(doc, document, concepts=_concept_row, extraction_key="evaluation", run_id="evaluation")
        for document, doc in annotate(read, nlp)
    ]


def _concept_row(concept_id: str) -> ConceptRow | None:
    concept = knowledge().concept(concept_id)
    return ConceptRow(
        concept.concept_id,
        concept.label,
        concept.name,
        concept.synonyms,
        concept.ontology,
        concept.ontology_version,
        concept.definition,
    )


def score_cases(cases: Sequence[GoldCase], nlp: Language | None = None) -> list[dict[str, Tally]]:
    """Score each case: fields as in `FIELDS`."""
    read = extractions((case_document(case) for case in cases), nlp)
    return [score_facts(extraction, case.facts) for extraction, case in zip(read, cases, strict=True)]


def score_table(scores: Mapping[str, FieldScore]) -> str:
    """Scores as a Markdown table with 95% intervals, and the macro mean of F1."""
    lines = ["| field | precision | recall | F1 | 95% | n |", "|---|---|---|---|---|---|"]
    for name in FIELDS:
        s = scores[name]
        lines.append(
            f"| {name} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} | {s.f1_low:.3f}–{s.f1_high:.3f} "
            f"| {s.n_right + s.n_missed} |"
        )
    macro = sum(scores[name].f1 for name in FIELDS) / len(FIELDS)
    return "\n".join([*lines, f"| macro mean | | | {macro:.3f} | | |"])


def misses(cases: Sequence[GoldCase], tallies: Sequence[Mapping[str, Tally]]) -> list[str]:
    """A line for every fact that was missed or is spurious."""
    return [
        f"{case.title} · {name} · {what} · {fact}"
        for case, fields in zip(cases, tallies, strict=True)
        for name in FIELDS
        for what, facts in (("missed", fields[name].missed), ("spurious", fields[name].spurious))
        for fact in facts
    ]


def evaluate(folder: Path) -> tuple[dict[str, FieldScore], list[str]]:
    """Scores of a gold folder, and every miss."""
    cases = gold_cases(folder)
    tallies = score_cases(cases)
    return summarise(tallies), misses(cases, tallies)
