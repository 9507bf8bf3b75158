"""Clauses and coordinated lists, read without a parser."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.grammar.clauses import (
    are_coordinated,
    bracketed,
    clause_at,
    coordinated_runs,
    split_clauses,
)


def parts(text: str) -> list[str]:
    return [text[clause.start_char : clause.end_char] for clause in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There was no CRS, but two had fever.", ["There was no CRS", "two had fever."]),
        ("CRS was mild; ICANS was absent.", ["CRS was mild", "ICANS was absent."]),
        (
            "Nausea was seen in 4, vomiting and rash were not.",
            ["Nausea was seen in 4", "vomiting and rash were not."],
        ),
        ("Fever, rash and chills were common.", ["Fever, rash and chills were common."]),
        ("No fever and no rash of grade 3 was seen.", ["No fever and no rash of grade 3 was seen."]),
        (
            "One patient had CRS (mild, but long) and fever.",
            ["One patient had CRS (mild, but long) and fever."],
        ),
        ("Although CRS was common, nobody died.", ["CRS was common", "nobody died."]),
        ("PFS was 3.25 months – the trial had ended.", ["PFS was 3.25 months", "the trial had ended."]),
    ],
)
def test_a_clause_ends_where_a_new_statement_begins_and_lists_stay_whole(
    text: str, expected: list[str]
) -> None:
    """Contrast, punctuation and coordinated verbs part clauses; commas of a list and brackets do not."""
    assert parts(text) == expected


def test_the_opener_tells_how_a_clause_is_joined_to_the_one_before() -> None:
    """The connective is kept in lower case, without the comma that precedes it."""
    clauses = split_clauses(
        "CRS was seen, Although it was mild, and one patient died while others had fever."
    )
    assert [clause.opener for clause in clauses] == ["", "although", "and", "while"]


def test_offsets_point_into_the_whole_text_and_never_overlap() -> None:
    """A sentence in the middle of a text is split in place."""
    text = "First one. CRS was mild, but ICANS was severe. Last one."
    clauses = split_clauses(text, 11, 46)
    assert [text[c.start_char : c.end_char] for c in clauses] == ["CRS was mild", "ICANS was severe."]
    assert all(a.end_char <= b.start_char for a, b in pairwise(clauses))


def test_clause_at_finds_the_holder_of_a_character() -> None:
    """A character between two clauses belongs to the first, one before all of them to none."""
    clauses = split_clauses("  A was seen; B was not")
    assert clause_at(clauses, 3) == clauses[0]
    assert clause_at(clauses, clauses[0].end_char) == clauses[0]
    assert clause_at(clauses, clauses[1].start_char) == clauses[1]
    assert clause_at(clauses, 0) is None


def test_brackets_nest_and_an_unclosed_one_opens_nothing() -> None:
    """Only the outermost pair counts."""
    assert bracketed("a (b [c] d) e (f") == [(3, 10)]


@pytest.mark.parametrize(
    ("text", "first", "second", "expected"),
    [
        ("neutropenia (67%), grade 3 anemia", "neutropenia", "anemia", True),
        ("neither fever nor rash", "fever", "rash", True),
        ("fever, a mild dry cough", "fever", "cough", True),
        ("fever in 14% and rash", "fever", "rash", True),
        ("fever without rash", "fever", "rash", False),
        ("fever due to infection", "fever", "infection", False),
        ("fever was seen and patients had rash", "fever", "rash", False),
        ("fever, but no rash", "fever", "rash", False),
    ],
)
def test_items_are_coordinated_over_figures_and_modifiers_only(
    text: str, first: str, second: str, expected: bool
) -> None:
    """A preposition, a verb or a contrast between two items ends the list."""
    a, b = text.index(first), text.index(second)
    assert are_coordinated(text, (a, a + len(first)), (b, b + len(second))) is expected


def test_runs_group_mentions_into_lists() -> None:
    """Each list is a run; what stands alone is a run of one."""
    text = "fever, rash and chills were seen without CRS"
    extents = [(text.index(w), text.index(w) + len(w)) for w in ("fever", "rash", "chills", "CRS")]
    assert coordinated_runs(text, extents) == [extents[:3], extents[3:]]
