"""What the layout of lines and fields says of a count."""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Counts
from pipeline.grammar.cohorts.lines import Lines
from tests.marked_docs import marked_doc


def said(source: str, n: int) -> set[str]:
    """What the layout says of the first count of a size."""
    read = Counts(marked_doc(source))
    place = [count.n for count in read.all].index(n)
    return set(Lines(read.shade, read.all).told(place))


@pytest.mark.parametrize(
    ("source", "n", "expected"),
    [
        ("Enrollment: 33 participants (actual)\n", 33, "actual"),
        ("Enrollment: planned 45; actual 33\n", 33, "actual"),
        ("Enrollment: planned 45; actual 33\n", 45, "planned"),
        ("Enrollment: 45 anticipated, 33 actual\n", 45, "planned"),
        ("Target sample size: 27\n", 27, "planned"),
        ("Total final enrolment: 16\n", 16, "actual"),
    ],
)
def test_a_qualifier_belongs_to_the_number_of_its_field(source: str, n: int, expected: str) -> None:
    """Planned and reached sizes of one line are told apart."""
    other = {"actual": "planned", "planned": "actual"}[expected]
    found = said(source, n)
    assert {f"qualified {expected}", f"enrolment {expected}"} <= found
    assert f"qualified {other}" not in found


def test_a_plain_count_has_no_qualifier() -> None:
    """Where the field says neither, nothing is told."""
    assert not any(one.startswith("qualified") for one in said("We treated 12 patients in spring.", 12))


LEVELS = "Infused: 19 participants\n  dose level 1: 5 participants\n  dose level 2: 14 participants\n"


def test_indented_lines_are_parts_of_the_line_above() -> None:
    """A line below a larger count is told so, and that it is like its neighbour."""
    found = said(LEVELS, 14)
    assert {"line below a larger count", "line like the next", "line of a level"} <= found
    assert "line below a larger count" not in said(LEVELS, 19)


def test_those_left_out_are_told_by_the_words_of_their_line() -> None:
    """A line on those who got nothing says so."""
    source = "Randomised      24\nDid not receive the drug      3\n"
    assert "line of those left out" in said(source, 3)
    assert "line of those left out" not in said(source, 24)
