"""Patterns tried on a text in lower case find what they find where case is ignored."""

from __future__ import annotations

import re

import pytest

from pipeline.grammar.caseless import caseless, lowered

_PATTERNS = (
    r"\bNSG\S*",
    r"(?P<kind>Phase ?(?:[1-4]|I{1,3}V?))\b",
    r"\bCOVID(?=\W|\Z)",
    r"(?<![\w-])(?:IS|K)(?![\w-])",
)


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_places_are_those_of_the_pattern_that_ignores_case(pattern: str) -> None:
    text = "nsg mice, NSG-A2; PHASE iii and Phase IV; Covid. ıS İS \u212a iſ Σίσυφος"
    expected = [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    assert expected
    assert [match.span() for match in caseless(pattern).finditer(lowered(text))] == expected


def test_lower_case_keeps_the_places_of_all_characters() -> None:
    text = "İstanbul, ŞİŞLİ, \u212a, ẞ, ΑΣ"
    assert len(lowered(text)) == len(text)
