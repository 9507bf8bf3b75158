"""Which statements make the figures of a study: the rules of docs/analysis.md, case by case."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline import open_snapshot
from tests.unit.analysis.told import CRS, ICANS, Told, published

TEXT = (
    "A trial of CD19 CAR T cells in lymphoma\n\nWe treated twelve patients, five at level one and seven at "
    "level two. In another trial twenty patients were treated. CRS came first. CRS came second. "
    "CRS came third. We also gave GD2 CAR T cells."
)
#: Affected, at risk, percent (one digit), denominator, count: of a figure, or None where there is none.
Cells = tuple[int | None, int | None, float | None, str | None, str | None] | None


@pytest.fixture
def told() -> Told:
    """A document on one study of twelve; statements are added by each test."""
    told = Told("d", TEXT)
    told.cohort("twelve patients", 12)
    told.study(12, cohort="d#c0")
    return told


def figures(told: Told, output: Path, term: str = CRS) -> dict[str, Cells]:
    """The figures of the first study, by scope."""
    frame = open_snapshot(published(output, told).path).event_figures()
    rows = frame[(frame.term == term) & (frame.study_id == "d#t0")].to_dict("records")
    names = ("affected", "at_risk", "percent", "denominator", "count")
    cells = {row["grades"]: [None if pd.isna(row[name]) else row[name] for name in names] for row in rows}
    return {
        scope: (affected, at_risk, percent if percent is None else round(percent, 1), *words)
        for scope, (affected, at_risk, percent, *words) in cells.items()
    }


def test_what_is_stated_is_taken(told: Told, tmp_path: Path) -> None:
    """Count and denominator of one sentence; nothing is said of grade 3 and more."""
    told.event("CRS came first", figures=(5, 12), cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (5, 12, 41.7, "stated", "stated")}


def test_a_denial_is_a_nought_with_the_size_of_its_group(told: Told, tmp_path: Path) -> None:
    """For all grades, and hence for grade 3 and more."""
    told.event("CRS came first", assertion="absent", cohort="d#c0")
    nought = (0, 12, 0.0, "cohort", "denial")
    assert figures(told, tmp_path) == {"any": nought, ">=3": nought}


def test_a_denial_from_a_grade_on_says_nothing_of_lower_grades(told: Told, tmp_path: Path) -> None:
    """No CRS of grade 3 and more; a denial above grade 3 alone says nothing of grade 3."""
    told.event("CRS came first", assertion="absent", grades=(3, None), figures=(0, 12), cohort="d#c0")
    told.event("CRS came second", ICANS, assertion="absent", grades=(4, None), cohort="d#c0")
    assert figures(told, tmp_path) == {">=3": (0, 12, 0.0, "stated", "stated")}
    assert figures(told, tmp_path / "again", ICANS) == {}


def test_a_statement_without_a_group_is_on_the_study(told: Told, tmp_path: Path) -> None:
    """Its denominator is the headline number."""
    told.event("CRS came first", figures=(3, None))
    assert figures(told, tmp_path) == {"any": (3, 12, 25.0, "study", "stated")}


@pytest.mark.parametrize("comparator", ["~", ">=", "<="])
def test_a_size_that_is_not_exact_is_no_denominator(comparator: str, tmp_path: Path) -> None:
    """More than 300 patients are not 300."""
    told = Told("d", TEXT)
    told.cohort("twelve patients", 12, comparator=comparator)
    told.study(12, cohort="d#c0")
    told.event("CRS came first", figures=(3, None), cohort="d#c0")
    told.event("CRS came second", ICANS, figures=(2, None))
    assert figures(told, tmp_path) == {"any": (3, None, None, None, "stated")}
    assert figures(told, tmp_path / "again", ICANS) == {"any": (2, None, None, None, "stated")}


def test_a_percentage_gives_the_count(told: Told, tmp_path: Path) -> None:
    """41.7% of twelve are five."""
    told.event("CRS came first", percent=41.7, cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (5, 12, 41.7, "cohort", "percent")}


def test_a_percentage_that_no_count_gives_has_another_denominator(told: Told, tmp_path: Path) -> None:
    """No number of twelve is 45.0%: the share stays, count and denominator are unknown."""
    told.event("CRS came first", percent=45.2, cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (None, None, 45.2, None, None)}


def test_more_than_all_is_no_figure_of_this_group(told: Told, tmp_path: Path) -> None:
    """A column of percentages that was read as counts is passed over: what is left is that it was seen."""
    told.event("CRS came first", figures=(97, None), cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (None, None, None, None, None)}


def test_grades_that_are_listed_are_added_up(told: Told, tmp_path: Path) -> None:
    """Grade 1 in four, grade 2 in two, grade 3 in one: seven, and one."""
    for words, grade, n in (("CRS came first", 1, 4), ("CRS came second", 2, 2), ("CRS came third", 3, 1)):
        told.event(words, grades=(grade, grade), figures=(n, None), cohort="d#c0")
    assert figures(told, tmp_path) == {
        "any": (7, 12, 58.3, "cohort", "sum"),
        ">=3": (1, 12, 8.3, "cohort", "stated"),
    }


def test_a_high_grade_alone_is_not_any_grade(told: Told, tmp_path: Path) -> None:
    """Grade 3 in one: how many had any is unknown, but somebody had."""
    told.event("CRS came first", grades=(3, 3), figures=(1, None), cohort="d#c0")
    assert figures(told, tmp_path) == {
        "any": (None, None, None, None, None),
        ">=3": (1, 12, 8.3, "cohort", "stated"),
    }


def test_grade_nought_counts_those_without_the_event(told: Told, tmp_path: Path) -> None:
    """'Grade 0-2' in eleven tells nothing of how many had any."""
    told.event("CRS came first", grades=(0, 2), figures=(11, None), cohort="d#c0")
    assert figures(told, tmp_path) == {}


def test_a_ceiling_is_any_grade(told: Told, tmp_path: Path) -> None:
    """CRS in five, never above grade 2."""
    told.event("CRS came first", grades=(None, 2), figures=(5, None), cohort="d#c0")
    told.event("CRS came second", assertion="absent", grades=(3, None), cohort="d#c0")
    assert figures(told, tmp_path) == {
        "any": (5, 12, 41.7, "cohort", "stated"),
        ">=3": (0, 12, 0.0, "cohort", "denial"),
    }


def test_a_part_is_never_added_to_its_whole(told: Told, tmp_path: Path) -> None:
    """Six of twelve, of whom two of the five at the first level: six."""
    told.cohort("five", 5, "subgroup")
    told.event("CRS came first", figures=(2, 5), cohort="d#c1")
    told.event("CRS came second", figures=(6, 12), cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (6, 12, 50.0, "stated", "stated")}


def test_parts_that_make_the_whole_are_added_up(told: Told, tmp_path: Path) -> None:
    """Two of five and three of seven are five of twelve."""
    told.cohort("five", 5, "subgroup")
    told.cohort("seven", 7, "subgroup")
    told.event("CRS came first", figures=(2, 5), cohort="d#c1")
    told.event("CRS came second", figures=(3, 7), cohort="d#c2")
    assert figures(told, tmp_path) == {"any": (5, 12, 41.7, "parts", "sum")}


def test_parts_that_leave_somebody_out_are_not(told: Told, tmp_path: Path) -> None:
    """Two of five alone say nothing of the twelve but that it was seen."""
    told.cohort("five", 5, "subgroup")
    told.event("CRS came first", figures=(2, 5), cohort="d#c1")
    assert figures(told, tmp_path) == {"any": (None, None, None, None, None)}


def test_two_whole_groups_are_not_added_up(told: Told, tmp_path: Path) -> None:
    """Of those treated and those evaluable, who are largely the same, the headline group speaks."""
    told.cohort("seven", 7, "evaluable")
    told.event("CRS came first", figures=(4, 7), cohort="d#c1")
    told.event("CRS came second", figures=(5, 12), cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (5, 12, 41.7, "stated", "stated")}


def test_another_study_s_group_does_not_count(told: Told, tmp_path: Path) -> None:
    """Nor does what is feared, planned or told of animals."""
    told.cohort("twenty patients", 20, "external")
    told.event("CRS came first", figures=(20, 20), cohort="d#c1")
    told.event("CRS came second", assertion="possible", figures=(1, 12), cohort="d#c0")
    told.event("CRS came third", setting="animal", figures=(2, 12), cohort="d#c0")
    assert figures(told, tmp_path) == {}


def test_an_observation_wins_over_a_denial(told: Told, tmp_path: Path) -> None:
    """'No CRS' of the first week does not undo the five who had it; nor one without figures."""
    told.event("CRS came first", assertion="absent", cohort="d#c0")
    told.event("CRS came second", figures=(5, 12))
    told.event("CRS came third", ICANS, cohort="d#c0")
    assert figures(told, tmp_path)["any"] == (5, 12, 41.7, "stated", "stated")
    assert figures(told, tmp_path / "again", ICANS) == {"any": (None, None, None, None, None)}


def test_of_competing_figures_the_larger_denominator_is_taken(told: Told, tmp_path: Path) -> None:
    """An interim look and the final one."""
    told.event("CRS came first", figures=(2, 6))
    told.event("CRS came second", figures=(4, 12))
    assert figures(told, tmp_path)["any"] == (4, 12, 33.3, "stated", "stated")


def test_a_statement_counts_for_the_study_whose_therapy_it_names(told: Told, tmp_path: Path) -> None:
    """Where a page tells two studies in people, one that names neither counts for none."""
    other = told.mention("GD2 CAR T cells", "THERAPY", "GD2 CAR T cells")
    told.study(None, therapy="GD2 CAR T cells", antigens=("GD2",))
    told.event("CRS came first", figures=(3, 9), therapy=other)
    told.event("CRS came second", figures=(5, 12), cohort="d#c0")
    told.event("CRS came third", figures=(7, 7))
    frame = open_snapshot(published(tmp_path, told).path).event_figures()
    assert frame[["study_id", "affected", "at_risk"]].values.tolist() == [["d#t0", 5, 12], ["d#t1", 3, 9]]


def test_an_arm_speaks_for_a_study_of_its_therapy(tmp_path: Path) -> None:
    """The arm of the cells; not the arm of another treatment."""
    told = Told("d", TEXT)
    cells = told.mention("CD19 CAR T cells", "THERAPY", "CD19 CAR T cells")
    other = told.mention("GD2 CAR T cells", "THERAPY", "GD2 CAR T cells")
    told.cohort("twelve patients", 12, "enrolled")
    told.cohort("five", 5, "arm", therapy=cells)
    told.cohort("seven", 7, "arm", therapy=other)
    told.study(12, "enrolled", cohort="d#c0")
    told.event("CRS came first", figures=(4, 5), cohort="d#c1")
    told.event("CRS came second", figures=(1, 7), cohort="d#c2")
    assert figures(told, tmp_path) == {"any": (4, 5, 80.0, "stated", "stated")}


def test_an_arm_is_no_denominator_of_statements_on_all(tmp_path: Path) -> None:
    """Ten mice of one arm: what is said without a group may be of both arms."""
    told = Told("d", TEXT)
    told.cohort("twelve patients", 12, "arm")
    told.study(12, "arm", cohort="d#c0")
    told.event("CRS came first", assertion="absent")
    assert figures(told, tmp_path)["any"] == (0, None, None, None, "denial")


def test_a_percentage_of_another_group_has_no_count(told: Told, tmp_path: Path) -> None:
    """Five are 13% of 38 and not of the twelve: what is stated stays, the denominator is unknown."""
    told.event("CRS came first", figures=(5, None), percent=13.0, cohort="d#c0")
    assert figures(told, tmp_path) == {"any": (5, None, 13.0, None, "stated")}
