"""Grades and figures of adverse events: ceilings, spells of time, persons told in words, deaths."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.components.adverse_events import AdverseEventReader
from pipeline.components.assertion import AssertionReader
from tests.marked_docs import marked_doc

Row = tuple[Any, ...]


def rows(source: str) -> list[Row]:
    """(term, assertion, grade_min, grade_max, n, of, percent) of every finding."""
    doc = AdverseEventReader()(AssertionReader()(marked_doc(f"After the infusion: {source}")))
    return [(f.term, f.assertion, *f[4:9]) for f in doc._.adverse_events]


@pytest.mark.parametrize(
    "said",
    [
        "no episode above grade 1",
        "and did not pass grade 1",
        "and in no case went beyond grade 1",
        "at no point worse than grade 1",
    ],
)
def test_a_denial_of_what_is_worse_is_a_ceiling_and_a_denial(said: str) -> None:
    """However the sentence words it, the event that was seen has the ceiling."""
    assert rows(f"[rash](ADVERSE_EVENT) was seen in 9 of 30, {said}.") == [
        ("rash", "present", None, 1, 9, 30, None),
        ("rash", "absent", 2, None, None, None, None),
    ]


def test_at_no_more_than_is_a_ceiling_alone() -> None:
    """A bound that denies nothing is no denial."""
    found = rows("[rash](ADVERSE_EVENT) was seen in 9 of 30, at no more than grade 1.")
    assert found == [("rash", "present", None, 1, 9, 30, None)]


@pytest.mark.parametrize("said", ["and in nobody worse than that", "never anything higher", "none worse"])
def test_worse_is_worse_than_the_last_grade(said: str) -> None:
    """The grade that is denied is the one above the grade told before."""
    found = rows(f"[tremor](ADVERSE_EVENT) arose in 8 (40%), grade 2 in three, {said}.")
    assert found[-1][:4] == ("tremor", "absent", 3, None)
    assert found[1][2:5] == (2, 2, 3)


@pytest.mark.parametrize(
    "spell",
    ["lasted beyond a year", "outlasted day 40", "for more than two weeks", "after the first two doses"],
)
def test_a_spell_of_time_counts_nobody_and_parts_nothing(spell: str) -> None:
    """What is said after how long it lasted is still told of the event."""
    assert rows(f"[tremor](ADVERSE_EVENT) {spell} in 6 patients.")[0][4] == 6


def test_a_grade_in_brackets_has_the_figure_after_it() -> None:
    """The first figure is of any grade, the one behind the grade has the grade."""
    found = rows("[rash](ADVERSE_EVENT) came in 20 of 40 (50%) and was severe (grade ≥3) in 4 (10%).")
    assert [row[2:] for row in found] == [(None, None, 20, 40, 50.0), (3, None, 4, 40, 10.0)]


def test_a_single_case_has_its_share() -> None:
    """A person told in words is joined to the percent behind."""
    found = rows("[rash](ADVERSE_EVENT) arose in 7 of 28 (25%), of grade 3 in a single patient (4%).")
    assert [row[2:] for row in found] == [(None, None, 7, 28, 25.0), (3, 3, 1, 28, 4.0)]


@pytest.mark.parametrize("said", ["once with grade 3", "once at grade 3"])
def test_once_counts_one(said: str) -> None:
    """An adverb counts a case where a grade follows."""
    found = rows(f"[rash](ADVERSE_EVENT) arose in 7/28, {said}.")
    assert [row[2:5] for row in found] == [(None, None, 7), (3, 3, 1)]


def test_both_are_two_of_what_they_are() -> None:
    """They are a count, and no group of which all had it."""
    found = rows("Two [DLTs](ADVERSE_EVENT) arose, both grade 3 [colitis](ADVERSE_EVENT).")
    assert found[-1] == ("colitis", "present", 3, 3, 2, None, None)


def test_the_second_of_two_deaths_is_told_in_short() -> None:
    """The verb is left out, the person is another one."""
    found = rows(
        "[septic shock](ADVERSE_EVENT) proved fatal for one man, and [hepatitis](ADVERSE_EVENT) for another."
    )
    assert [row[2:5] for row in found] == [(5, 5, 1), (5, 5, 1)]


@pytest.mark.parametrize("said", ["cost two lives", "claimed two lives", "killed two"])
def test_a_life_taken_is_grade_5(said: str) -> None:
    """Those who died are counted."""
    assert rows(f"[septic shock](ADVERSE_EVENT) {said}.")[0][2:5] == (5, 5, 2)


def test_a_fatal_outcome_is_that_of_the_event() -> None:
    """The words for the end are no event of their own."""
    found = rows("[colitis](ADVERSE_EVENT) arose in three, in one with a [fatal outcome](ADVERSE_EVENT).")
    assert [(row[0], *row[2:5]) for row in found] == [("colitis", None, None, 3), ("colitis", 5, 5, 1)]
