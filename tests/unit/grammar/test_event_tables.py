"""Tables in lines: columns by their head, cells by their form, and where a table ends."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.tables import find_rows, find_table, of_line


def read(text: str) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Names of the rows, with grade, n, of and percent of their cells."""
    return [
        (
            text[slice(*row.name)],
            [(grade and (grade.low, grade.high), f.n, f.of, f.percent) for grade, f in row.cells],
        )
        for row in find_rows(text)
    ]


@pytest.mark.parametrize("gap", ["\t", " | ", "    "])
def test_a_column_has_the_grade_of_its_head(gap: str) -> None:
    """Tabs, bars and wide gaps part the cells alike."""
    lines = [("Event", "Any grade, n (%)", "Grade 3–4, n (%)"), ("Chills", "19 (76)", "2 (8)")]
    assert read("\n".join(gap.join(line) for line in lines)) == [
        ("Chills", [(None, 19, None, 76.0), ((3, 4), 2, None, 8.0)])
    ]


def test_a_markdown_table_is_read_below_its_rule() -> None:
    """Bars around the line open no cells of their own."""
    text = (
        "| Event | All grades (N = 20) | ≥3 |\n|---|---|---|\n| Rash | 5/20 (25%) | – |\n| Fever | 40% | 1 |"
    )
    assert read(text) == [
        ("Rash", [(None, 5, 20, 25.0)]),
        ("Fever", [(None, None, 20, 40.0), ((3, None), 1, None, None)]),
    ]


def test_a_bare_number_is_a_share_where_the_head_says_so() -> None:
    """A column headed by a sign of percent alone holds shares."""
    assert read("Event\tAny grade, %\tGrade ≥3, %\nRash\t12\t0") == [
        ("Rash", [(None, None, None, 12.0), ((3, None), None, None, 0.0)])
    ]


def test_a_table_ends_at_a_line_without_cells() -> None:
    """What follows a blank line or running text is no row."""
    head = "Event\tAny grade\tGrade ≥3\n"
    assert read(f"{head}Rash\t3\t1\n\nFever\t4\t2") == [
        ("Rash", [(None, 3, None, None), ((3, None), 1, None, None)])
    ]


def test_a_table_without_grades_tells_no_events() -> None:
    """Response rates and doses have the same form."""
    assert read("Arm\tn (%)\tmonths\nA\t12 (40)\t7") == []


@pytest.mark.parametrize("gap", ["   ", "  |  ", "\t"])
def test_rows_of_rates_need_no_head(gap: str) -> None:
    """Each rate says how many were at risk, whatever sign stands between two of them."""
    text = f"Serious events\nSepsis{gap}2/14, 0/9\nIleus (any){gap}1/14 (7.1%) / 3/9"
    assert read(text) == [
        ("Sepsis", [(None, 2, 14, None), (None, 0, 9, None)]),
        ("Ileus (any)", [(None, 1, 14, 7.1), (None, 3, 9, None)]),
    ]


def test_arms_with_their_numbers_head_a_table() -> None:
    """The number at risk stands in the head, once for a column."""
    text = "Event   Cells (N=40)   Placebo (N = 20)\nGout   4 (10)   0\nIleus   2   1"
    assert read(text) == [
        ("Gout", [(None, 4, 40, 10.0), (None, 0, 20, None)]),
        ("Ileus", [(None, 2, 40, None), (None, 1, 20, None)]),
    ]


def test_a_column_of_counts_with_shares_is_a_head() -> None:
    """Without grades or arms a bracket holds the share all the same."""
    assert read("Event    n (%)\nGout     28 (74)") == [("Gout", [(None, 28, None, 74.0)])]


@pytest.mark.parametrize(
    "lines",
    [
        ["Term – any grade, n (%) – grade ≥3, n (%)", "Chills – 19 (76) – 2 (8)"],
        ["Any grade n (%) / Grade 3+ n (%)", "Chills 19 (76) / 2 (8)"],
        ["Event | any grade | grade 3 or higher", "Chills: 19 (76); 2 (8)"],
    ],
)
def test_cells_of_a_table_copied_without_its_layout_lie_between_signs(lines: list[str]) -> None:
    """Every cell of such a row is a figure, and the head may leave the column of names without one."""
    assert read("\n".join(lines)) == [("Chills", [(None, 19, None, 76.0), ((3, None), 2, None, 8.0)])]


@pytest.mark.parametrize(
    "line",
    [
        "Vertigo 3/20 0/22",
        "Vertigo  A 3/20  B 0/22",
        "Vertigo 3/20 | 0/22",
        "Vertigo: arm A 3/20, arm B 0/22",
    ],
)
def test_rates_of_several_groups_stand_in_one_line(line: str) -> None:
    """Blanks, bars and labels of groups part the rates alike, and no header is needed."""
    assert read(line) == [("Vertigo", [(None, 3, 20, None), (None, 0, 22, None)])]


def test_dots_lead_to_a_single_rate() -> None:
    """A line with a leader of dots is a row, one that ends in a rate by itself is not."""
    assert read(" Hiccups ........ 2/9") == [("Hiccups", [(None, 2, 9, None)])]
    assert read("Hiccups were seen in 2/9") == []


def test_a_rate_has_the_grade_that_its_row_names() -> None:
    """The name of a row may say which grade it counts."""
    assert read("Fever, grade 3 or higher   1/8   2/9") == [
        ("Fever, grade 3 or higher", [((3, None), 1, 8, None), ((3, None), 2, 9, None)])
    ]


def test_several_items_of_a_line_are_no_row() -> None:
    """A line with a name after a semicolon is a list, which is read event by event."""
    head = "Event\tAny grade, n (%)\tGrade ≥3, n (%)\n"
    assert read(f"{head}Level 1 (N=5): rash 2 (40) | 0 (0); fever 3 (60) | 1 (20)") == []


def test_a_line_of_a_group_has_the_size_of_the_group() -> None:
    """A label with a size opens the line."""
    text = "Any grade | grade ≥3\nDose 2 (n=9): rash 2 (22) | 0 (0)"
    table = find_table(text, 0, 20)
    assert table is not None
    assert of_line(table, text, 21, len(text)).of == 9
    assert of_line(table, text, 0, 20).of is None
