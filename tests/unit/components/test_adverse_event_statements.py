"""Adverse events in sentences as papers, registries and news write them: each figure finds its event."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.components.adverse_events import AdverseEventReader
from pipeline.components.assertion import AssertionReader
from tests.marked_docs import marked_doc

Row = tuple[Any, ...]


def rows(source: str) -> list[Row]:
    """(term, assertion, grade_min, grade_max, n, of, percent) of every finding."""
    doc = AdverseEventReader()(AssertionReader()(marked_doc(source)))
    return [(f.term, f.assertion, *f[4:9]) for f in doc._.adverse_events]


def test_rates_of_two_arms_are_two_rows() -> None:
    found = rows(
        "After infusion, [rash](ADVERSE_EVENT) arose in 18% v 0% and [cough](ADVERSE_EVENT) in 7% v 3%."
    )
    assert found == [
        ("rash", "present", None, None, None, None, 18.0),
        ("rash", "absent", None, None, None, None, 0.0),
        ("cough", "present", None, None, None, None, 7.0),
        ("cough", "present", None, None, None, None, 3.0),
    ]


def test_a_count_before_the_event_and_its_comparison_are_two_rows() -> None:
    found = rows("At the high dose 5 of 9 had [fever](ADVERSE_EVENT) compared with 2 of 8 at the low one.")
    assert [row[4:6] for row in found] == [(5, 9), (2, 8)]


def test_one_sign_serves_a_list_of_shares() -> None:
    found = rows(
        "[Fever](ADVERSE_EVENT), [rash](ADVERSE_EVENT) and [cough](ADVERSE_EVENT) after the infusion were "
        "noted in 52, 14 and 9 per cent, respectively."
    )
    assert [(row[0], row[6]) for row in found] == [("fever", 52.0), ("rash", 14.0), ("cough", 9.0)]


@pytest.mark.parametrize(
    "source",
    [
        "Treated mice ran a [fever](ADVERSE_EVENT) on three mornings.",
        "After the dose [hepatitis](ADVERSE_EVENT) was seen in the first four groups.",
        "On treatment [neutropenia](ADVERSE_EVENT) lasted until a count of 0.4 × 109/L.",
    ],
)
def test_mornings_groups_and_cells_are_no_subjects(source: str) -> None:
    assert [row[2:] for row in rows(source)] == [(None,) * 5]


def test_what_an_event_was_classed_as_shares_its_figures() -> None:
    found = rows(
        "After infusion all four had [chills](ADVERSE_EVENT), which the ward classed as grade 2 "
        "[infusion-related reaction](ADVERSE_EVENT)."
    )
    assert found[1] == ("infusion-related reaction", "present", 2, 2, 4, 4, None)


def test_a_class_with_a_grade_only_heads_its_list() -> None:
    found = rows(
        "[Adverse events](ADVERSE_EVENT) of grade 3 or higher included [anaemia](ADVERSE_EVENT) in six "
        "patients and [sepsis](ADVERSE_EVENT) in one."
    )
    assert found == [
        ("anemia", "present", 3, None, 6, None, None),
        ("sepsis", "present", 3, None, 1, None, None),
    ]


def test_bare_events_are_those_told_of_before() -> None:
    found = rows(
        "[Neurotoxicity](ADVERSE_EVENT) hit seven (35%), with grade 4 [events](ADVERSE_EVENT) in one (5%)."
    )
    assert found == [
        ("neurotoxicity", "present", None, None, 7, None, 35.0),
        ("neurotoxicity", "present", 4, 4, 1, None, 5.0),
    ]


def test_a_group_at_risk_is_the_denominator_of_a_list() -> None:
    found = rows(
        "Serious harms of treatment (41 at risk): [ileus](ADVERSE_EVENT) 3 (7.3%); [gout](ADVERSE_EVENT) 2."
    )
    assert [row[4:] for row in found] == [(3, 41, 7.3), (2, 41, None)]


def test_who_dies_after_an_earlier_event_does_not_die_of_it() -> None:
    found = rows(
        "Of 17 treated, one died with [sepsis](ADVERSE_EVENT) after [hepatitis](ADVERSE_EVENT) of grade 4."
    )
    assert [(row[0], *row[2:4]) for row in found] == [("sepsis", 5, 5), ("hepatitis", 4, 4)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "On treatment [gout](ADVERSE_EVENT) and [ileus](ADVERSE_EVENT), known from others, were absent.",
            ["absent", "absent"],
        ),
        (
            "In treated rats no [ileus](ADVERSE_EVENT) was seen; so was [gout](ADVERSE_EVENT).",
            ["absent", "absent"],
        ),
        ("Infused in May: [Gout](ADVERSE_EVENT) is what nurses are most afraid of.", ["possible"]),
        ("We had feared [ileus](ADVERSE_EVENT) after infusion, but it never came.", ["absent"]),
        (
            "After treatment [gout](ADVERSE_EVENT) did not occur, nor did [ileus](ADVERSE_EVENT).",
            ["absent"] * 2,
        ),
        ("Nobody in either treated arm has had [gout](ADVERSE_EVENT).", ["absent"]),
        (
            "A fall prompted a scan for [stroke](ADVERSE_EVENT) after infusion, with a negative result.",
            ["absent"],
        ),
        ("After infusion [gout](ADVERSE_EVENT) has yet to be seen.", ["absent"]),
        ("After infusion I didn't get any [gout](ADVERSE_EVENT).", ["absent"]),
        ("The informed consent of the trial mentions [gout](ADVERSE_EVENT).", ["possible"]),
        ("Primary: [toxicity](ADVERSE_EVENT) of treatment.", ["possible"]),
    ],
)
def test_denials_and_fears_reach_their_event(source: str, expected: list[str]) -> None:
    assert [row[1] for row in rows(source)] == expected


def test_the_commonest_of_a_class_is_one_event_and_the_next_sentence_goes_on_about_it() -> None:
    found = rows(
        "After it [rash](ADVERSE_EVENT) was the most common [side effect](ADVERSE_EVENT) (12 patients). "
        "Most cases were grade 1, but two reached grade 3."
    )
    assert found == [
        ("rash", "present", None, None, 12, None, None),
        ("rash", "present", 3, 3, 2, None, None),
    ]


def test_a_lower_number_after_and_counts_what_comes_next() -> None:
    found = rows(
        "After infusion [infections](ADVERSE_EVENT) hit 14, of which 5 were grade 4 and 2 (9%) grade 5."
    )
    assert [row[2:5] for row in found] == [(None, None, 14), (4, 4, 5), (5, 5, 2)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "After infusion [rash](ADVERSE_EVENT) any grade/grade ≥3: 61%/8%.",
            [(None, None, None, None, 61.0), (3, None, None, None, 8.0)],
        ),
        ("After infusion seven (of 31) developed [rash](ADVERSE_EVENT).", [(None, None, 7, 31, None)]),
        (
            "After infusion [rash](ADVERSE_EVENT) did not exceed grade 1 in any of the 31 patients.",
            [(None, 1, None, None, None), (2, None, None, None, None)],
        ),
    ],
)
def test_headers_and_groups_are_no_counts(source: str, expected: list[Row]) -> None:
    assert [row[2:] for row in rows(source)] == expected


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("After the cells, a single grade 2 [colitis](ADVERSE_EVENT) was noted.", [(1, None, None)]),
        ("On treatment [colitis](ADVERSE_EVENT) was mild, a single grade 1 event.", [(1, None, None)]),
        ("On treatment [colitis](ADVERSE_EVENT) was observed once.", [(1, None, None)]),
        ("Once treated, they had no more than [colitis](ADVERSE_EVENT).", [(None, None, None)]),
        ("Treated at dose 2: [colitis](ADVERSE_EVENT) x4, grade 1 each.", [(4, None, None)]),
        ("Half the treated patients had [colitis](ADVERSE_EVENT).", [(None, None, 50.0)]),
    ],
)
def test_cases_are_counted_without_a_number_of_patients(source: str, counts: list[Row]) -> None:
    assert [row[4:] for row in rows(source)] == counts


def test_rates_in_brackets_are_compared_by_than() -> None:
    found = rows("With treatment [rash](ADVERSE_EVENT) was rarer after drug A (14%) than after drug B (33%).")
    assert [row[6] for row in found] == [14.0, 33.0]


def test_an_interval_in_brackets_leaves_what_follows_to_the_event() -> None:
    found = rows("[Rash](ADVERSE_EVENT) after infusion: 41% (30–52); grade 3 or higher: 6% (2–11).")
    assert [(row[2], row[6]) for row in found] == [(None, 41.0), (3, 6.0)]


def test_a_whole_fits_the_share_that_is_told_with_its_part() -> None:
    found = rows("[Rash](ADVERSE_EVENT) followed treatment in 12 (24%), namely in 9 of 20 and in 3 of 30.")
    assert [row[4:] for row in found] == [(12, None, 24.0), (9, 20, None), (3, 30, None)]


def test_the_group_of_what_is_told_next_is_not_that_of_a_denial() -> None:
    found = rows(
        "Nobody had [rash](ADVERSE_EVENT) on treatment, and of 31 patients at the top dose seven had "
        "[fever](ADVERSE_EVENT)."
    )
    assert [(row[0], row[1]) for row in found] == [("rash", "absent"), ("fever", "present")]
    assert found[1][4:6] == (7, 31)


def test_a_denied_grade_ends_before_an_item_with_a_figure_of_its_own() -> None:
    found = rows(
        "[Fever](ADVERSE_EVENT) after infusion came in 8, without any grade 3 case, and "
        "[rash](ADVERSE_EVENT) of grade 2 in one."
    )
    assert ("rash", "present", 2, 2, 1, None, None) in found


def test_what_a_grade_fell_to_is_no_statement() -> None:
    found = rows("A grade 3 [fever](ADVERSE_EVENT) after infusion that does not fall to grade 1 counts.")
    assert [row[1] for row in found] == ["present"]


def test_a_bracket_keeps_what_is_told_outside_of_it_from_its_event() -> None:
    found = rows(
        "One [DLT](ADVERSE_EVENT) (grade 4 [colitis](ADVERSE_EVENT)) after infusion made the group nine."
    )
    assert [row[4] for row in found if row[0] == "colitis"] != [9]


def test_the_only_dose_limiting_toxicity_is_one() -> None:
    found = rows("The only [DLT](ADVERSE_EVENT), a grade 3 [colitis](ADVERSE_EVENT), followed the top dose.")
    assert [row[4] for row in found] == [1, 1]


def test_a_group_that_was_given_the_cells_is_that_of_the_denial() -> None:
    found = rows("When the cells were given to seventeen people, there was no [colitis](ADVERSE_EVENT).")
    assert found == [("colitis", "absent", None, None, 0, 17, None)]


def test_a_group_smaller_than_those_affected_is_no_whole() -> None:
    found = rows("Treated: lung n = 3; [colitis](ADVERSE_EVENT) in seven patients (35%), fatal in one.")
    assert [row[5] for row in found] == [None, None]


def test_a_part_of_the_deaths_has_its_cause() -> None:
    found = rows(
        "Nine [deaths](ADVERSE_EVENT) were reported, four of which were due to [sepsis](ADVERSE_EVENT)."
    )
    assert ("sepsis", "present", 5, 5, 4, None, None) in found


def test_no_event_above_a_grade_is_a_ceiling() -> None:
    found = rows("[Fever](ADVERSE_EVENT) after infusion: 6/20 (30%); no event was greater than grade 2.")
    assert found == [
        ("fever", "present", None, 2, 6, 20, 30.0),
        ("fever", "absent", 3, None, None, None, None),
    ]


def test_days_between_are_no_subjects() -> None:
    found = rows("[Fever](ADVERSE_EVENT) followed the dose in five between days 3 and 12, twice with chills.")
    assert [row[4] for row in found] == [5]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("After infusion [ileus](ADVERSE_EVENT) killed two of 31.", [(5, 5, 2, 31, None)]),
        (
            "After infusion [ileus](ADVERSE_EVENT) broke out in six and killed one.",
            [(None, None, 6, None, None), (5, 5, 1, None, None)],
        ),
        (
            "Treated: [gout](ADVERSE_EVENT) of grade ≥3 came to 12% and 17%, respectively.",
            [(3, None, None, None, 12.0), (3, None, None, None, 17.0)],
        ),
        (
            "[Gout](ADVERSE_EVENT) of grade 4 affected 9% after cells against 3% on tablets.",
            [(4, 4, None, None, 9.0), (4, 4, None, None, 3.0)],
        ),
        (
            "[Gout](ADVERSE_EVENT) of any grade: treated arm 31%, standard care 2%.",
            [(None, None, None, None, 31.0), (None, None, None, None, 2.0)],
        ),
        (
            "Rates of [gout](ADVERSE_EVENT) on treatment fell from 40% in spring to 11% in autumn.",
            [(None, None, None, None, 40.0), (None, None, None, None, 11.0)],
        ),
        (
            "In three of 14 treated rats, however, [gout](ADVERSE_EVENT) was noted.",
            [(None, None, 3, 14, None)],
        ),
        (
            "They dosed a dozen adults, every one of whom had [gout](ADVERSE_EVENT).",
            [(None, None, 12, 12, None)],
        ),
        (
            "Five people on the drug and three controls died of [ileus](ADVERSE_EVENT).",
            [(5, 5, 3, None, None)],
        ),
        (
            "In 31 treated adults, 12 of whom were frail, not one [ileus](ADVERSE_EVENT) arose.",
            [(None, None, 0, 31, None)],
        ),
        ("[Gout](ADVERSE_EVENT) did not arise in any of the 23 treated.", [(None, None, 0, 23, None)]),
        ("She got [gout](ADVERSE_EVENT) in cycle 5 of treatment.", [(None,) * 5]),
        (
            "[Gout](ADVERSE_EVENT) hit 14 of 20 treated adults, and was of grade 3 in two of them.",
            [(None, None, 14, 20, None), (3, 3, 2, 20, None)],
        ),
        (
            "Among 90 treated adults [gout](ADVERSE_EVENT) was seen in 27% with the pill and in 16% without.",
            [(None, None, None, None, 27.0), (None, None, None, None, 16.0)],
        ),
        (
            "Rates of [gout](ADVERSE_EVENT) on treatment were 64% in Vienna, 21% in Graz and 30% in Linz.",
            [(None, None, None, None, 64.0), (None, None, None, None, 21.0), (None, None, None, None, 30.0)],
        ),
        (
            "At level 2 (n=6) of the drug nobody fell, and one had [gout](ADVERSE_EVENT).",
            [(None, None, 1, 6, None)],
        ),
        (
            "Treated: [gout](ADVERSE_EVENT) hit 26 of 30 (87%; 95% CI, 69 to 96), including 2 with grade 3.",
            [(None, None, 26, 30, 87.0), (3, 3, 2, 30, None)],
        ),
        (
            "One adult died on day 24 after infusion of [ileus](ADVERSE_EVENT).",
            [(5, 5, 1, None, None)],
        ),
        ("[Gout](ADVERSE_EVENT) on treatment, grade 2 upwards, was rare.", [(2, None, None, None, None)]),
        ("[Gout](ADVERSE_EVENT), at most of grade 2, hit six of 19 treated.", [(None, 2, 6, 19, None)]),
    ],
)
def test_figures_find_their_event_around_verbs_and_arms(source: str, expected: list[Row]) -> None:
    """Deaths told by verbs, rates of two arms, groups that open a clause, counts beside each other."""
    assert [row[2:] for row in rows(source)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "[Gout](ADVERSE_EVENT) came after infusion. Eight of 39 had the syndrome.",
            ("present", None, 8, 39),
        ),
        ("[Gout](ADVERSE_EVENT) came after infusion. Two died of it.", ("present", 5, 2, None)),
        ("[Gout](ADVERSE_EVENT) came after infusion. Nobody died of it.", ("absent", 5, None, None)),
    ],
)
def test_a_word_that_takes_up_an_event_adds_figures_to_it(source: str, expected: Row) -> None:
    """The next sentence counts and denies by a pronoun what it does not name again."""
    told = rows(source)[-1]
    assert (told[1], told[2], told[4], told[5]) == expected


def test_a_word_that_takes_up_a_denied_event_adds_nothing() -> None:
    """There is nothing to take up."""
    source = "No [gout](ADVERSE_EVENT) came after infusion. Three of 12 had the condition of twins."
    assert [row[1] for row in rows(source)] == ["absent"]


@pytest.mark.parametrize(
    "source",
    [
        "Adults with [gout](ADVERSE_EVENT) were excluded from treatment.",
        "Before the infusion she had had [gout](ADVERSE_EVENT).",
        "Do not administer the drug to patients with [gout](ADVERSE_EVENT).",
    ],
)
def test_what_keeps_people_out_or_came_before_is_no_harm(source: str) -> None:
    """Nobody got it from the treatment."""
    assert rows(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "The drug was given. Any [rash](ADVERSE_EVENT)? None of the seven.",
            [("rash", "absent", None, None, 0, 7, None)],
        ),
        (
            "After the dose [rash](ADVERSE_EVENT) was described in 3 of those 9.",
            [("rash", "present", None, None, 3, 9, None)],
        ),
        (
            "After the dose [rash](ADVERSE_EVENT) in 3/9, max grade 2.",
            [("rash", "present", None, 2, 3, 9, None)],
        ),
        (
            "Of the 40 with lupus given the dose, 3 (7.5%) had [rash](ADVERSE_EVENT).",
            [("rash", "present", None, None, 3, 40, 7.5)],
        ),
        (
            "After the dose [rash](ADVERSE_EVENT) was seen in 4 of 10 treated and 3 of 8 controls.",
            [
                ("rash", "present", None, None, 4, 10, None),
                ("rash", "present", None, None, 3, 8, None),
            ],
        ),
        (
            "After the dose [rash](ADVERSE_EVENT) had a worst grade of 1 in five, 2 in three and 3 in one.",
            [
                ("rash", "present", 1, 1, 5, None, None),
                ("rash", "present", 2, 2, 3, None, None),
                ("rash", "present", 3, 3, 1, None, None),
            ],
        ),
        (
            "After the dose [rash](ADVERSE_EVENT) came up in 2 of the 9; there was one "
            "[cough](ADVERSE_EVENT).",
            [
                ("rash", "present", None, None, 2, 9, None),
                ("cough", "present", None, None, 1, None, None),
            ],
        ),
    ],
)
def test_how_people_count_those_affected(source: str, expected: list[Row]) -> None:
    assert rows(source) == expected


def test_an_item_of_any_grade_ends_the_grade_of_a_list() -> None:
    found = rows(
        "A dose would stop for grade ≥3 [rash](ADVERSE_EVENT), any [fit](ADVERSE_EVENT), or "
        "[sepsis](ADVERSE_EVENT)."
    )
    assert [row[2] for row in found] == [3, None, None]


@pytest.mark.parametrize(
    "source",
    [
        "[Rash](ADVERSE_EVENT) is the one that frightens me after the infusion.",
        "After the infusion [rash](ADVERSE_EVENT) is what our doctor warned of.",
        "Before the infusion ask them about [rash](ADVERSE_EVENT).",
    ],
)
def test_what_people_fear_or_ask_about_is_possible(source: str) -> None:
    assert [row[1] for row in rows(source)] == ["possible"]


def test_what_a_name_itself_denies_is_there() -> None:
    found = rows("After the infusion one man [could not write](ADVERSE_EVENT) for a month.")
    assert [(row[1], row[4]) for row in found] == [("present", 1)]


def test_an_age_counts_nobody() -> None:
    found = rows("I'm 29, had the infusion and got a [rash](ADVERSE_EVENT).")
    assert [row[4] for row in found] == [None]


def test_a_count_of_events_is_told_by_what_they_were() -> None:
    found = rows(
        "The infusion had its price. One was grade 4 [sepsis](ADVERSE_EVENT), the other grade 3 "
        "[rash](ADVERSE_EVENT)."
    )
    assert [(row[0], *row[2:5]) for row in found] == [("sepsis", 4, 4, 1), ("rash", 3, 3, 1)]


def test_how_much_was_lost_is_no_share_of_those_who_lost_it() -> None:
    found = rows(
        "After the dose [weight loss](ADVERSE_EVENT) exceeding 10% was recorded in 3 of the 12 mice."
    )
    assert [row[4:] for row in found] == [(3, 12, None)]


def test_neither_of_two_shares_the_ceiling() -> None:
    found = rows(
        "After the dose came [rash](ADVERSE_EVENT) in 22% and [cough](ADVERSE_EVENT) in 29%, neither of them "
        "beyond grade 2."
    )
    assert [row[:4] for row in found] == [
        ("rash", "present", None, 2),
        ("rash", "absent", 3, None),
        ("cough", "present", None, 2),
        ("cough", "absent", 3, None),
    ]


def test_a_denial_may_name_what_it_denies() -> None:
    found = rows("After the dose there were no [events](ADVERSE_EVENT) of grade 4.")
    assert [row[1:4] for row in found] == [("absent", 4, 4)]
