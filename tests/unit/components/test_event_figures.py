"""Grades and figures of adverse events: ceilings, spells of time, persons told in words, deaths."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.components.adverse_events import AdverseEventReader
from pipeline.components.assertion import AssertionReader
from tests.marked_docs import marked_doc

Row = tuple[Any, ...]


def rows(source: str, lead: str = "After the infusion: ") -> list[Row]:
    """(term, assertion, grade_min, grade_max, n, of, percent) of every finding."""
    doc = AdverseEventReader()(AssertionReader()(marked_doc(lead + source)))
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


def test_the_last_of_a_list_names_the_group_of_all() -> None:
    """A whole that ends the list is everybody's; one that names a smaller group is its own."""
    found = rows(
        "[rash](ADVERSE_EVENT) was seen in nine, [fever](ADVERSE_EVENT) in six and [cough](ADVERSE_EVENT) "
        "in two of the 31."
    )
    assert [row[4:6] for row in found] == [(9, 31), (6, 31), (2, 31)]
    found = rows("[rash](ADVERSE_EVENT) was seen in nine and [fever](ADVERSE_EVENT) in two of the 31 men.")
    assert found[0][4:6] == (9, None)


@pytest.mark.parametrize(
    "said",
    [
        "One [DLT](ADVERSE_EVENT) (G3 [colitis](ADVERSE_EVENT)) arose.",
        "[DLT](ADVERSE_EVENT) in one participant so far, at DL2 – grade 3 [colitis](ADVERSE_EVENT).",
        "1 [SAE](ADVERSE_EVENT), [colitis](ADVERSE_EVENT) G3.",
    ],
)
def test_what_a_single_class_event_was_is_one_case(said: str) -> None:
    """The class has the count alone, the event has grade and count."""
    first, second = rows(said)
    assert first[2:5] == (None, None, 1)
    assert second == ("colitis", "present", 3, 3, 1, None, None)


def test_all_that_a_single_class_event_was_was_had_by_one() -> None:
    """The list goes on; what comes after another verb does not belong to it."""
    found = rows(
        "One recipient had a [DLT](ADVERSE_EVENT), grade 3 [colitis](ADVERSE_EVENT), marked "
        "[rash](ADVERSE_EVENT) and [fatigue](ADVERSE_EVENT)."
    )
    assert [row[4] for row in found] == [1, 1, 1, 1]


def test_a_grade_in_the_name_of_an_event_is_not_that_of_the_next() -> None:
    """A grade that the sentence predicates goes on, one that modifies the event does not."""
    name = rows("[rash](ADVERSE_EVENT), grade 2, in 7 of 12, [fever](ADVERSE_EVENT) in 1.")
    assert [row[2:4] for row in name] == [(2, 2), (None, None)]
    told = rows("[rash](ADVERSE_EVENT) was grade 2 in 13% and [fever](ADVERSE_EVENT) in 28%.")
    assert [row[2:4] for row in told] == [(2, 2), (2, 2)]


@pytest.mark.parametrize("said", ["two days of [fever](ADVERSE_EVENT), one drip, home on day 9"])
def test_a_thing_in_a_row_of_remarks_counts_nobody(said: str) -> None:
    """A number of something that no person is."""
    assert rows(f"{said}.") == [("fever", "present", None, None, None, None, None)]


def test_rates_by_level_are_a_row_each() -> None:
    """Wholes that differ are those of groups, whatever stands between."""
    found = rows("[rash](ADVERSE_EVENT): 1/4 at level 1, 2/10 at level 2.")
    assert [row[4:6] for row in found] == [(1, 4), (2, 10)]


def test_neither_of_a_group_as_a_whole_has_its_size() -> None:
    """A denial whose subject is all of a group says of how many."""
    found = rows("Our nine patients had neither [rash](ADVERSE_EVENT) nor [fever](ADVERSE_EVENT).")
    assert [row[4:6] for row in found] == [(0, 9), (0, 9)]


def test_what_was_denied_is_not_gone_on_about() -> None:
    """Grades in a later sentence are those of something that was seen."""
    found = rows("No [ICANS](ADVERSE_EVENT). Three of the 20 had a thing of grade 1.")
    assert [row[1] for row in found] == ["absent"]


def test_the_course_that_a_death_came_in_was_no_cause() -> None:
    """What somebody died of has grade 5, what went before has not."""
    found = rows("One boy died of [sepsis](ADVERSE_EVENT) in the course of [hepatitis](ADVERSE_EVENT).")
    assert [row[2] for row in found] == [5, None]


def test_a_header_serves_all_items_behind_its_colon() -> None:
    """Semicolons part the items of a list that a colon opened; the grade of the class is everybody's."""
    found = rows(
        "Events of grade ≥3, number of men: [rash](ADVERSE_EVENT) 4; [cough](ADVERSE_EVENT) 2; "
        "[fever](ADVERSE_EVENT) 1."
    )
    assert [row[2:5] for row in found] == [(3, None, 4), (3, None, 2), (3, None, 1)]


def test_a_grade_after_two_arms_is_that_of_both() -> None:
    """Shares that are set beside each other have one grade, before or behind them."""
    found = rows("[rash](ADVERSE_EVENT): 57% v 27% for all grades and 26% v 7% for grade 3.")
    assert [(row[2], row[6]) for row in found] == [(None, 57.0), (None, 27.0), (3, 26.0), (3, 7.0)]


def test_a_second_column_in_brackets_has_the_grade_of_the_header() -> None:
    """The first column is of any grade although a grade stands in the header."""
    header = "Any grade (grade 3 or worse): [rash](ADVERSE_EVENT) 60% (20%), [cough](ADVERSE_EVENT) 13% (4%)."
    assert [(row[2], row[6]) for row in rows(header)] == [(None, 60.0), (3, 20.0), (None, 13.0), (3, 4.0)]


@pytest.mark.parametrize("verb", ["proved to be", "turned out to be", "was eventually read as"])
def test_what_a_single_case_was_after_all_is_one_case(verb: str) -> None:
    """The event that took the place of another has the other's bearer."""
    found = rows(f"A supposed [ICANS](ADVERSE_EVENT) in one man {verb} [meningitis](ADVERSE_EVENT).")
    assert found[-1] == ("meningitis", "present", None, None, 1, None, None)


def test_a_grade_goes_back_over_no_count() -> None:
    """An event with a bearer of its own keeps its grade to itself."""
    found = rows("Two got [rash](ADVERSE_EVENT), one a [cough](ADVERSE_EVENT) of grade 3.")
    assert [row[2:5] for row in found] == [(None, None, 2), (3, 3, 1)]


def test_a_new_place_ends_what_a_count_leads_to() -> None:
    """Those who died are told of one event, what lasted in others is another statement."""
    found = rows(
        "Three died of [sepsis](ADVERSE_EVENT), and in some [neutropenia](ADVERSE_EVENT) went on for weeks."
    )
    assert [row[2:5] for row in found] == [(5, 5, 3), (None, None, None)]


def test_kin_after_an_event_are_told_of_something_else() -> None:
    """A friend who is the subject of what follows is no figure of what came before."""
    found = rows("I had a [rash](ADVERSE_EVENT), and my friend the same.")
    assert [row[4] for row in found] == [None]


def test_all_of_a_group_is_the_group() -> None:
    """Those of whom all had it are affected and at risk, and stay the group of what follows."""
    source = "Of 16 treated, all had [cytopenia](ADVERSE_EVENT) and three had [rash](ADVERSE_EVENT)."
    found = rows(source, lead="")
    assert [row[4:6] for row in found] == [(16, 16), (3, 16)]


@pytest.mark.parametrize("who", ["A 58-year-old", "One toddler", "An infant at the second dose level"])
def test_a_person_told_by_age_is_one(who: str) -> None:
    """Who is called by an age or a stage of life is a single case."""
    assert rows(f"{who} had [fever](ADVERSE_EVENT).", "Infusion. ") == [
        ("fever", "present", None, None, 1, None, None)
    ]


def test_verbs_of_killing_count_the_dead() -> None:
    """What a second cause is told of without a verb of its own died, too; spells of time are no dead."""
    found = rows("[sepsis](ADVERSE_EVENT) killed nine, [colitis](ADVERSE_EVENT) three.")
    assert found == [("sepsis", "present", 5, 5, 9, None, None), ("colitis", "present", 5, 5, 3, None, None)]
    assert rows("[sepsis](ADVERSE_EVENT) took four.") == [("sepsis", "present", 5, 5, 4, None, None)]
    assert not any(5 in row for row in rows("[rash](ADVERSE_EVENT) took four weeks to clear."))


def test_shares_stand_behind_those_whom_a_rate_counts() -> None:
    """Whoever they are, the share that the rate comes to is theirs."""
    found = rows("[rash](ADVERSE_EVENT) struck 9/36 smokers (25%) against 4/40 others (10%).")
    assert found == [
        ("rash", "present", None, None, 9, 36, 25.0),
        ("rash", "present", None, None, 4, 40, 10.0),
    ]


def test_pairs_of_any_and_of_high_grade_are_four_rows() -> None:
    """A grade behind a pair of shares belongs to the pair behind it."""
    found = rows("[rash](ADVERSE_EVENT): any grade 55% v 74%, grade 3 or higher 4% v 9%.", "Infusion. ")
    assert [(row[2], row[6]) for row in found] == [(None, 55.0), (None, 74.0), (3, 4.0), (3, 9.0)]


def test_the_top_grade_is_a_ceiling() -> None:
    """As is the maximum."""
    found = rows("[rash](ADVERSE_EVENT) in 9 of 30 (top grade 2).")
    assert found == [("rash", "present", None, 2, 9, 30, None)]
