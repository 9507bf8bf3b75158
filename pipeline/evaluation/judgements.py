"""Judgements: relations that the pipeline told, and whether a reader who saw the text thought them right.

They serve predicates that no gold marks. A file is a table with tabs, one relation a row: the title of the
gold case, the predicate, the words and the first character of subject and object, and the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import GoldError
from pipeline.evaluation.gold import GoldCase
from pipeline.findings import Extent
from pipeline.vocabulary import PREDICATES

COLUMNS: Final = ("title", "predicate", "subject", "subject_start", "object", "object_start", "verdict")
VERDICTS: Final[Mapping[str, bool]] = {"right": True, "wrong": False}


class Told(NamedTuple):
    """A relation that was told: the case by its title, subject and object by their extents in its text."""

    title: str
    predicate: str
    subject: Extent
    object: Extent


def read_judgements(path: Path, cases: Iterable[GoldCase]) -> dict[Told, bool]:
    """Whether each relation that was judged is right.

    Args:
        path: the table.
        cases: what the titles refer to.

    Raises:
        GoldError: a row is not understood, is there twice, or refers to words that its case does not have.
    """
    texts = {case.title: case.text for case in cases}
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    if tuple(head.split("\t")) != COLUMNS:
        raise GoldError(f"{path.name}: the first line must name the columns {', '.join(COLUMNS)}")
    judged: dict[Told, bool] = {}
    for number, line in enumerate(lines, start=2):
        try:
            told, is_right = _row(line, texts)
            if told in judged:
                raise GoldError("the relation was judged before")
        except GoldError as error:
            raise GoldError(f"{path.name}, line {number}: {error}") from error
        judged[told] = is_right
    return judged


def _row(line: str, texts: Mapping[str, str]) -> tuple[Told, bool]:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise GoldError(f"{len(cells)} columns instead of {len(COLUMNS)}")
    title, predicate, subject, subject_start, target, target_start, verdict = cells
    if title not in texts:
        raise GoldError(f"no case has the title {title!r}")
    if predicate not in PREDICATES or verdict not in VERDICTS:
        raise GoldError(f"predicate {predicate!r} with verdict {verdict!r}; a verdict is right or wrong")
    told = Told(
        title,
        predicate,
        _extent(texts[title], subject, subject_start),
        _extent(texts[title], target, target_start),
    )
    return told, VERDICTS[verdict]


def _extent(text: str, words: str, start: str) -> Extent:
    if not words or not start.isdecimal() or not text.startswith(words, int(start)):
        raise GoldError(f"the text has no {words!r} at character {start}; judge the relation again")
    return int(start), int(start) + len(words)
