"""Number expressions: what is a number, what it is worth, how it is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.grammar.numbers import find_fractions, find_numbers


def _read(text: str) -> list[tuple[str, float, str]]:
    return [(text[n.start_char : n.end_char], n.value, n.kind) for n in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eight children", [("eight", 8, "integer")]),
        ("Twenty-three adults", [("Twenty-three", 23, "integer")]),
        ("a dozen, then two dozen", [("a dozen", 12, "integer"), ("two dozen", 24, "integer")]),
        ("a hundred and two people", [("a hundred and two", 102, "integer")]),
        ("1,089 of 12 394 reports", [("1,089", 1089, "integer"), ("12 394", 12394, "integer")]),
        ("99·0% and 7.5 mg", [("99·0%", 99.0, "percent"), ("7.5", 7.5, "decimal")]),
        ("88 percent", [("88 percent", 88, "percent")]),
        ("3–6 mice", [("3–6", 3, "range")]),
        ("between 10 and 12 of them", [("10 and 12", 10, "range")]),
        ("four in ten recipients", [("four in ten", 40, "share")]),
        ("half of them", [("half", 50, "share")]),
        ("16 million cells", [("16 million", 16e6, "scaled")]),
        ("0.5 × 10⁶/kg, 2 × 106/kg", [("0.5 × 10⁶", 5e5, "scaled"), ("2 × 106", 2e6, "scaled")]),
    ],
)
def test_reads(text: str, expected: list[tuple[str, float, str]]) -> None:
    """Digits, words, percents, ranges, shares and powers are read with their value and extent."""
    assert _read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["CD19", "4-1BB", "IL-6", "NCT01234567", "DL1", "the third", "twenty-first", "H3K27M", "no one", "$450m"],
)
def test_names_and_ordinals_are_no_numbers(text: str) -> None:
    """Digits inside a name, sums of money and ordinals yield nothing."""
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("about 40 patients", "~"),
        ("more than 40 patients", ">="),
        ("at least six patients", ">="),
        ("≥ 3 lines", ">="),
        ("a score of >= 3", ">="),
        ("a score of <=5", "<="),
        ("roughly\n50 people", "~"),
        ("40 or more", ">="),
        ("up to 20 courses", "<="),
        ("nearly 100 people", "~"),
        ("40 patients", "="),
    ],
)
def test_comparator(text: str, comparator: str) -> None:
    """Words and signs around a number tell how it is meant."""
    assert [n.comparator for n in find_numbers(text)] == [comparator]


def test_range_keeps_its_upper_end() -> None:
    """A range has both ends, also in percent."""
    low, high = find_numbers("5–20 days and 89 – 93 %")
    assert (low.value, low.upper, high.value, high.upper, high.kind) == (5, 20, 89, 93, "percent")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/15", (12, 15)),
        ("8 of 10", (8, 10)),
        ("10 out of 12", (10, 12)),
        ("three of the 14", (3, 14)),
        ("One (6%) of 18", (1, 18)),
    ],
)
def test_fraction(text: str, expected: tuple[int, int]) -> None:
    """A part and its whole are paired, also across a percentage in brackets."""
    (fraction,) = find_fractions(text, find_numbers(text))
    assert (fraction.part.value, fraction.whole.value) == expected


@pytest.mark.parametrize(
    "text", ["phase 1/2", "grade 3/4", "grade 1 in 10 patients", "12/03/2024", "15 of 8"]
)
def test_steps_and_dates_are_no_fractions(text: str) -> None:
    """Grades, phases and dates with a slash are not parts of a whole, nor is anything larger than it."""
    assert find_fractions(text, find_numbers(text)) == []


@given(st.text(alphabet="0123456789.,·–-/% ×^⁶onetwdzfi", max_size=60))
def test_any_text_gives_ordered_extents(text: str) -> None:
    """Whatever the text, numbers lie inside it, in order, and do not overlap."""
    place = 0
    for number in find_numbers(text):
        assert place <= number.start_char < number.end_char <= len(text)
        place = number.end_char


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("One thousand four hundred and six adults", [1406]),
        ("two thousand and twelve", [2012]),
        ("12\u2008480 women", [12480]),
        ("ABC1/37 was given to 8", [8]),
        ("between the ages of 30 and 55", [30]),
    ],
)
def test_long_numbers_and_names(text: str, values: list[float]) -> None:
    """Thousands in words or with narrow blanks are one number; a number in a name is none."""
    assert [number.value for number in find_numbers(text)] == values
