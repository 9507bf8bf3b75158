"""Those whom words without a number count, and figures beside other numbers."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.figures import find_figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Both women had fever.", [(2, 2, None)]),
        ("It rose in both.", [(2, 2, None)]),
        ("both fever and rash were seen", []),
        ("It was mild in the first and severe in the second.", [(1, None, None), (1, None, None)]),
        ("In the first 28 days it was rare.", []),
        ("One patient (4%) had it.", [(1, None, 4.0)]),
        ("Not one of the twelve had it.", [(0, 12, None)]),
        ("A man of 78 died.", [(1, None, None)]),
    ],
)
def test_figures_of_words(text: str, figures: list[tuple[int | None, int | None, float | None]]) -> None:
    """Ages, days and pairs of things count nobody."""
    assert [(f.n, f.of, f.percent) for f in find_figures(text, 0, len(text))] == figures
