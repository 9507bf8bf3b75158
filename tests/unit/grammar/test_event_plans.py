"""A registry entry announces harms, and reports those that it counts."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.plans import reports


@pytest.mark.parametrize(
    "sentence",
    [
        "Rash came up in 3 of the 14.",
        "One was a grade 3 rash, the other sepsis.",
        "A rash, all of it grade 1, flared in two.",
        "There has been one sepsis.",
        "Lymphopenia was frequent.",
        "One rash was scored grade 2.",
        "Two cases of rash.",
        "Both were grade 3 rash.",
        "Rash in three participants, grade 1.",
    ],
)
def test_what_is_counted_or_told_with_its_course_is_reported(sentence: str) -> None:
    assert reports(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Number of participants with rash to month 12",
        "Of special interest are rash and sepsis.",
        "Sepsis in two or more of six would stop the trial.",
        "A dose-limiting event is defined as a rash that was severe.",
        "Rash that lasts for 14 days",
    ],
)
def test_what_would_count_is_announced(sentence: str) -> None:
    assert not reports(sentence)
