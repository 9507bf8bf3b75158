"""Agreement of two annotators."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation.agreement import agreement
from pipeline.evaluation.gold import GoldCase, read_gold

CASE = """=== {title}
setting: human
relation: targets | {therapy} | CD19
---
{text}
"""


def _reading(
    folder: Path, marked: str, therapy: str = "CD19 CAR T cells", title: str = "one"
) -> list[GoldCase]:
    path = folder / f"{title}.gold"
    path.write_text(CASE.format(title=title, therapy=therapy, text=marked), encoding="utf-8")
    return read_gold(path)


FIRST = (
    "[[CD19](ANTIGEN) CAR T cells](THERAPY) caused no [CRS](ADVERSE_EVENT assertion=absent) "
    "in [12](COHORT n=12 role=treated)."
)
SECOND = (
    "[[CD19](ANTIGEN) CAR T cells](THERAPY) caused no [CRS](ADVERSE_EVENT) in [12](COHORT n=12 role=arm)."
)


def test_a_reading_agrees_with_itself(tmp_path: Path) -> None:
    """Every field that holds a fact has F1 1."""
    case = _reading(tmp_path, FIRST)
    scores = agreement(case, case)
    assert {name for name, s in scores.items() if s.f1 == 1.0 and s.counts.n_gold} == {
        "antigens",
        "therapies",
        "cohorts",
        "cohorts+role",
        "adverse_events",
        "adverse_events+assertion",
        "adverse_events+figures",
        "targets",
        "setting",
    }


def test_disagreement_shows_where_it_is(tmp_path: Path) -> None:
    """Another role and another assertion count there, and not in the size or the term."""
    scores = agreement(_reading(tmp_path, FIRST), _reading(tmp_path, SECOND, title="two"))
    assert scores["cohorts"].f1 == scores["adverse_events"].f1 == 1.0
    assert scores["cohorts+role"].f1 == scores["adverse_events+assertion"].f1 == 0.0


def test_passages_that_only_one_has_read_are_left_out(tmp_path: Path) -> None:
    """Nothing is paired, so nothing is counted."""
    other = _reading(tmp_path, FIRST + " More.", title="two")
    assert agreement(_reading(tmp_path, FIRST), other)["cohorts"].counts.n_gold == 0
