"""Findings of tests in words: a measure and which way it went make the term."""

from __future__ import annotations

import pytest

from pipeline.grammar.laboratory import find_laboratory, laboratory_term


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("elevated transaminases", "transaminases increased"),
        ("rise in AST", "aspartate aminotransferase increased"),
        ("bilirubin elevation", "blood bilirubin increased"),
        ("low sodium", "hyponatremia"),
        ("neutrophil counts fell", "neutropenia"),
        ("transaminases climbed", "transaminases increased"),
        ("blood counts dropped", "cytopenia"),
        ("drop in blood pressure", "hypotension"),
        ("temperature of 39.4", "fever"),
    ],
)
def test_a_measure_and_its_way_make_a_term(words: str, term: str) -> None:
    """Before or after the measure, as noun, adjective or verb."""
    assert laboratory_term(words) == term


@pytest.mark.parametrize(
    "text",
    ["ALT was measured weekly.", "A low sodium diet was advised.", "Platelets rose.", "temperature of 36.8"],
)
def test_what_went_nowhere_harmful_is_no_finding(text: str) -> None:
    """A measure alone, a diet, a recovery and a normal temperature say nothing of harm."""
    assert list(find_laboratory(text)) == []
