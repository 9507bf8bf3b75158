"""Lines that begin with a group and its size, and tell its events one after the other."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.group_lines import find_group_lines


def read(text: str) -> list[tuple[object, ...]]:
    """Name, grade, n, of and percent of every cell."""
    return [
        (text[slice(*row.name)], grade and (grade.low, grade.high), f.n, f.of, f.percent)
        for row in find_group_lines(text)
        for grade, f in row.cells
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Low dose (n=8): chills 4 (50); rash 0 (0)",
        "- Part A [N = 8]: chills 4 (50%), rash 0 (0%).",
        "Events at level 1 (n=8), n (%): chills 4/8 (50); rash 0/8 (0)",
        "Cohort 1, N=8: chills, 4 (50.0) | rash 0 (0)",
    ],
)
def test_a_number_in_brackets_is_the_share_in_the_group(line: str) -> None:
    """With a sign of percent or without."""
    assert read(f"Safety\n{line}\nAll went home.") == [
        ("chills", None, 4, 8, 50.0),
        ("rash", None, 0, 8, 0.0),
    ]


def test_a_grade_by_itself_is_told_of_the_event_before() -> None:
    """A grade in the name of an event is that event's."""
    assert read("Arm B (n=10): chills 6 (60), grade ≥3 1 (10); grade 4 anemia 2 (20)") == [
        ("chills", None, 6, 10, 60.0),
        ("chills", (3, None), 1, 10, 10.0),
        ("grade 4 anemia", (4, 4), 2, 10, 20.0),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Low dose (n=8): chills 4 (51); rash 1 (40)",  # no shares of eight
        "Low dose (n=8): chills 4; rash 1",  # nothing tells what the numbers are
        "Low dose (n=8): median age 61 (50)",
        "Low dose (n=8): chills 4 (50) in the first week; two went home",
        "Chills 4 (50); rash 0 (0)",
    ],
)
def test_a_line_that_tells_anything_else_is_left_to_sentences(line: str) -> None:
    assert read(line) == []
