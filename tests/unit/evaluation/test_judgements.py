"""Judgements of relations: read strictly, and true to the texts that they speak of."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import GoldError
from pipeline.evaluation.gold import GoldCase, GoldFacts
from pipeline.evaluation.judgements import COLUMNS, Told, read_judgements
from pipeline.evaluation.scoring import gold_cases
from tests.conftest import ROOT

TEXT = "Twelve patients with lupus were treated."
CASES = [GoldCase("A case", TEXT, GoldFacts())]
ROW = "A case\tenrolled\tTwelve patients\t0\tlupus\t21\tright"


def written(path: Path, *rows: str, head: str = "\t".join(COLUMNS)) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_judgement_is_found_by_what_was_told(tmp_path: Path) -> None:
    """Title, predicate and extents are the key; the verdict is the value."""
    judged = read_judgements(written(tmp_path / "a.tsv", ROW), CASES)
    assert judged == {Told("A case", "enrolled", (0, 15), (21, 26)): True}


@pytest.mark.parametrize(
    "row",
    [
        ROW.replace("A case", "Another case"),
        ROW.replace("enrolled", "admires"),
        ROW.replace("right", "perhaps"),
        ROW.replace("21", "20"),
        ROW.replace("21", "-5"),
        ROW.replace("lupus", ""),
        ROW + "\t",
    ],
)
def test_a_row_that_is_not_understood_is_an_error_with_its_line(tmp_path: Path, row: str) -> None:
    """A judgement that no longer fits its text is never silently lost."""
    with pytest.raises(GoldError, match="line 2"):
        read_judgements(written(tmp_path / "a.tsv", row), CASES)


def test_a_relation_is_judged_once(tmp_path: Path) -> None:
    """Two verdicts on one relation would contradict each other one day."""
    with pytest.raises(GoldError, match="line 3: the relation was judged before"):
        read_judgements(written(tmp_path / "a.tsv", ROW, ROW), CASES)


def test_the_columns_must_be_named(tmp_path: Path) -> None:
    """A table of another form is not read by chance."""
    with pytest.raises(GoldError, match="columns"):
        read_judgements(written(tmp_path / "a.tsv", ROW, head="title\tverdict"), CASES)


def test_every_judgement_of_the_project_refers_to_text_that_is_there() -> None:
    """The judged relations are of the development documents and the samples, and of both predicates."""
    cases = [case for part in ("tests/gold/development", "seeds/gold") for case in gold_cases(ROOT / part)]
    judged = read_judgements(ROOT / "tests" / "gold" / "judged" / "relations.tsv", cases)
    assert {told.predicate for told in judged} == {"enrolled", "expressed_in"}
    assert set(judged.values()) == {True, False}
