"""Read gold cases with the language pipeline and tell how well, with every fact missed or spurious."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language

from pipeline.annotate import annotate, concept_row
from pipeline.errors import GoldError
from pipeline.evaluation import scores
from pipeline.evaluation.facts import FIELDS, Fact, Tally, score_facts, summarise
from pipeline.evaluation.gold import GoldCase, read_document_gold, read_gold
from pipeline.evaluation.scores import FieldScore
from pipeline.extract import extract
from pipeline.parse import documents
from pipeline.records import Document, Extraction, Payload


class Miss(NamedTuple):
    """A fact that was missed, or is spurious, and the sentence that it should be in, or was read in."""

    case: str
    field: str
    what: str
    fact: str
    sentence: str

    def __str__(self) -> str:
        said = f" · {self.sentence}" if self.sentence else ""
        return f"{self.case} · {self.field} · {self.what} · {self.fact}{said}"


def gold_files(path: Path) -> list[Path]:
    """Files of gold facts in a folder, with their texts; the file itself if it is one."""
    if path.is_file():
        return [path] if path.suffix == ".gold" else []
    facts = sorted((path / "gold").glob("*.json"))
    texts = [path / "texts" / f"{one.stem}.txt" for one in facts]
    return [*sorted(path.rglob("*.gold")), *facts, *texts]


def gold_cases(path: Path) -> list[GoldCase]:
    """Every case of a `.gold` file, or of a folder: `.gold` files, and `gold/*.json` beside `texts/*.txt`.

    Raises:
        GoldError: there is none, or one can't be read strictly.
    """
    cases = []
    for file in gold_files(path):
        if file.suffix == ".gold":
            cases += read_gold(file)
        elif file.suffix == ".json":
            cases.append(read_document_gold(file, path / "texts" / f"{file.stem}.txt"))
    if not cases:
        raise GoldError(f"no gold in {path}: expected .gold files, or gold/*.json beside texts/*.txt")
    return cases


def case_document(case: GoldCase) -> Document:
    """The document that a case's text is, as the parser for plain text reads it."""
    payload = Payload(f"gold:{case.title}", case.text.encode("utf-8"), "text/plain")
    (document,) = (one for one in documents(payload) if isinstance(one, Document))
    return document


def extractions(read: Iterable[Document], nlp: Language | None = None) -> list[Extraction]:
    """The rows of each document, without a store."""
    return [
        extract(doc, document, concepts=concept_row, extraction_key="evaluation", run_id="evaluation")
        for document, doc in annotate(read, nlp)
    ]


def score_table(found: Mapping[str, FieldScore]) -> str:
    """Scores as a Markdown table with 95% intervals, and the macro mean of F1."""
    return scores.table("field", dict(found), macro=True)


def misses(
    cases: Sequence[GoldCase], read: Sequence[Extraction], tallies: Sequence[Mapping[str, Tally]]
) -> list[Miss]:
    """Every fact that was missed or is spurious, with its sentence."""
    return [
        Miss(case.title, name, what, fact.told, _sentence(extraction, fact))
        for case, extraction, fields in zip(cases, read, tallies, strict=True)
        for name in FIELDS
        for what, facts in (("missed", fields[name].missed), ("spurious", fields[name].spurious))
        for fact in facts
    ]


def _sentence(extraction: Extraction, fact: Fact) -> str:
    """The sentence that holds the fact's character, on one line."""
    if fact.char is None or not extraction.sentences:
        return ""
    place = bisect_right([sentence.start_char for sentence in extraction.sentences], fact.char) - 1
    return " ".join(extraction.sentences[max(place, 0)].text.split())


def evaluate(path: Path, nlp: Language | None = None) -> tuple[dict[str, FieldScore], list[Miss]]:
    """Scores of gold facts by field (`FIELDS`), and every miss.

    Raises:
        GoldError: there is no gold at the path, or it can't be read strictly.
    """
    cases = gold_cases(path)
    read = extractions((case_document(case) for case in cases), nlp)
    tallies = [score_facts(extraction, case.facts) for extraction, case in zip(read, cases, strict=True)]
    return summarise(tallies), misses(cases, read, tallies)
