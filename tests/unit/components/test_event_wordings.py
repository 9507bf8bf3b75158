"""Adverse events as papers and threads word them: persons, arms, lists of a class, doubts."""

from __future__ import annotations

import pytest

from tests.unit.components.test_adverse_event_statements import rows


@pytest.mark.parametrize(
    "source",
    [
        "Patient C had [colitis](ADVERSE_EVENT) after the infusion.",
        "After the infusion another fellow had [colitis](ADVERSE_EVENT).",
        "A further pt developed [colitis](ADVERSE_EVENT) on treatment.",
        "On treatment the woman, 71, developed [colitis](ADVERSE_EVENT).",
        "One recipient's [colitis](ADVERSE_EVENT) began after the infusion.",
        "On treatment one was hospitalised for [colitis](ADVERSE_EVENT).",
    ],
)
def test_a_person_is_one(source: str) -> None:
    """By a letter, an age, kin of the word for a patient, or as the one who bears it."""
    assert [row[4] for row in rows(source)] == [1]


def test_a_letter_makes_a_person_only_as_a_capital() -> None:
    """An article is none."""
    assert [row[4] for row in rows("Each treated patient a few hours later had [fever](ADVERSE_EVENT).")] == [
        None
    ]


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        (
            "Two [DLTs](ADVERSE_EVENT) occurred after infusion, a [colitis](ADVERSE_EVENT) and a "
            "[stroke](ADVERSE_EVENT).",
            [2, 1, 1],
        ),
        (
            "Three [DLTs](ADVERSE_EVENT) occurred after infusion, a [colitis](ADVERSE_EVENT) and a "
            "[stroke](ADVERSE_EVENT).",
            [3, None, None],
        ),
        (
            "Two [DLTs](ADVERSE_EVENT) occurred after infusion: [colitis](ADVERSE_EVENT) and "
            "[stroke](ADVERSE_EVENT).",
            [2, None, None],
        ),
    ],
)
def test_a_class_spelt_out_one_by_one_counts_its_members(source: str, counts: list[int | None]) -> None:
    """As many as the class has, each with an article."""
    assert [row[4] for row in rows(source)] == counts


@pytest.mark.parametrize(
    ("source", "figures"),
    [
        ("On therapy 5 of 9 in the slow and 7 of 8 in the fast group had", [(5, 9), (7, 8)]),
        ("Dosed in part A, 5 of 9 and, in part B, 7 of 8 had", [(7, 8)]),
    ],
)
def test_two_rates_before_one_verb_are_both_told(source: str, figures: list[tuple[int, int]]) -> None:
    assert [row[4:6] for row in rows(f"{source} [fever](ADVERSE_EVENT).")] == figures


@pytest.mark.parametrize(
    ("after", "figures"),
    [
        (" in A was seen in 4 of 9; in B it was seen in 2 of 8.", [(4, 9), (2, 8)]),
        (" was common after infusion A (4 of 9) and less so after infusion B (2 of 8).", [(4, 9), (2, 8)]),
        (" was seen in 4 of 9 treated; a response was seen in 2 of 8.", [(4, 9)]),
    ],
)
def test_a_pronoun_and_a_second_bracket_go_on_about_the_event(
    after: str, figures: list[tuple[int, int]]
) -> None:
    found = rows(f"In those on therapy [fever](ADVERSE_EVENT){after}")
    assert [row[4:6] for row in found] == figures


def test_a_graded_row_of_rates_pairs_with_the_row_before() -> None:
    """One rate for each event, and one of a grade for each."""
    found = rows(
        "After infusion rates of [fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT) were 50% and 20%, with "
        "grade 3 or higher in 6% and 1%, respectively."
    )
    assert [(row[0], row[2], row[6]) for row in found] == [
        ("fever", None, 50.0),
        ("fever", 3, 6.0),
        ("rash", None, 20.0),
        ("rash", 3, 1.0),
    ]


def test_a_share_right_behind_the_event_is_that_of_the_count_before_it() -> None:
    found = rows("Eleven treated patients had [fever](ADVERSE_EVENT) (55%; grade 1, n = 9).")
    assert [(row[2], row[4], row[6]) for row in found] == [(None, 11, 55.0), (1, 9, None)]


@pytest.mark.parametrize(
    ("words", "grades"),
    [
        ("was of the second grade", (2, 2)),
        ("was scored as a 4", (4, 4)),
        ("did not get beyond grade 2", (None, 2)),
        ("was rated 3 out of 10 by her", (None, None)),
        ("was of a second grade ≥3", (3, None)),
    ],
)
def test_grades_in_words(words: str, grades: tuple[int | None, int | None]) -> None:
    assert rows(f"After infusion the [fever](ADVERSE_EVENT) {words}.")[0][2:4] == grades


@pytest.mark.parametrize(
    ("source", "assertion"),
    [
        ("After infusion [sepsis](ADVERSE_EVENT) was suspected. Cultures were negative.", "absent"),
        ("On therapy they feared [sepsis](ADVERSE_EVENT). The scan that night: it wasn't.", "absent"),
        ("On therapy she had [sepsis](ADVERSE_EVENT). Cultures were negative.", "present"),
        ("The ward thought it might be [colitis](ADVERSE_EVENT), but the biopsy came back clean.", "absent"),
        ("Treated, it looked like [colitis](ADVERSE_EVENT) at first.", "absent"),
        ("[Colitis](ADVERSE_EVENT) was feared on therapy; nothing of the kind was seen.", "absent"),
        ("Checked for [seizures](ADVERSE_EVENT) after infusion, we never saw one.", "absent"),
        ("I'm scared the infusion would set off [seizures](ADVERSE_EVENT).", "possible"),
        ("Regarded as DLTs are [colitis](ADVERSE_EVENT) and worse.", "possible"),
        ("On therapy [colitis](ADVERSE_EVENT) was suspected and confirmed.", "present"),
    ],
)
def test_suspicions_and_fears(source: str, assertion: str) -> None:
    """Taken back by a search that found nothing, or standing as a fear."""
    assert [row[1] for row in rows(source)] == [assertion]


def test_what_a_sign_was_put_down_to_is_refuted_and_not_the_sign() -> None:
    found = rows(
        "On therapy a [swelling](ADVERSE_EVENT) was put down to a [clot](DISEASE); ultrasound refuted this."
    )
    assert [row[:2] for row in found] == [("swelling", "present")]
