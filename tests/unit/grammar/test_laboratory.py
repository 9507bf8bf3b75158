"""Findings of tests in words: a measure and which way it went make the term."""

from __future__ import annotations

import pytest

from pipeline.grammar.conditions.laboratory import find_laboratory, laboratory_term


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She lay there with 39 degrees until Friday.", "39 degrees"),
        ("He had 38.7 for two nights.", "38.7"),
        ("Dad spiked 40.2 and they rang.", "40.2"),
        ("It read 103 °F at noon.", "103 °F"),
    ],
)
def test_a_temperature_is_told_by_unit_verb_or_duration(text: str, words: str) -> None:
    """The word for it need not stand there."""
    assert [(text[slice(*f.extent)], f.term) for f in find_laboratory(text)] == [(words, "fever")]


@pytest.mark.parametrize(
    "text",
    [
        "Plates were incubated with 38 °C air.",
        "Fever, defined as ≥ 38.5 °C, is graded.",
        "Survival was 38.4 for them.",
        "The camera turned 90 degrees.",
    ],
)
def test_a_figure_of_something_else_is_no_fever(text: str) -> None:
    """The laboratory's warmth, the bound of a definition, and other figures."""
    assert list(find_laboratory(text)) == []


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("liver numbers went through the roof", "transaminases increased"),
        ("platelets bottomed out", "thrombocytopenia"),
        ("blood pressure in his boots", "hypotension"),
        ("white cells stayed really low", "leukopenia"),
    ],
)
def test_the_way_may_be_told_in_everyday_words(words: str, term: str) -> None:
    """Through the roof is up, in the boots is down."""
    assert laboratory_term(words) == term
