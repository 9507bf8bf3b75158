"""Terms of adverse events: plain names without words of degree."""

from __future__ import annotations

import pytest

from pipeline.grammar.conditions.terms import without_degree


@pytest.mark.parametrize(
    ("term", "plain"),
    [
        ("acute graft-versus-host disease", "graft-versus-host disease"),
        ("chronic graft versus host disease", "graft versus host disease"),
        ("acute kidney injury", "acute kidney injury"),
        ("prolonged cytopenia", "cytopenia"),
        ("serious adverse event", "serious adverse event"),
    ],
)
def test_degree_is_no_part_of_a_term(term: str, plain: str) -> None:
    """Nor is the course of a graft's disease; that of other conditions makes another one."""
    assert without_degree(term) == plain
