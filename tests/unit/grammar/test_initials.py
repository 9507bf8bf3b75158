"""Patterns sought by first letters find what the pattern finds as it is written."""

from __future__ import annotations

import re

import pytest

from pipeline.grammar.assertion.cues import find_cues
from pipeline.grammar.initials import whole_words
from pipeline.grammar.prefilter import compiled

_TEXT = (
    "No rash. It was not seen, never Seen; a no-go, snow, didn\u2019t knock. May came: it may rain. "
    "I\u2019d like to stop, \u017fo far so good, IS was iS not? one or two; "
    "most unlikely, less likely, likely."
)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:no|not|never|knock)\b",
        r"\b(?:no|nothing|not? (?:seen|one))|\b(?:is|was) (?:not|never)\b",
        r"\b(?:(?:was|is) (?:not )?(?:seen)?|(?:it )?was|(?-i:may|I))\b",
        r"(?<!\w)(?:(?<!less )(?:most )?(?:un)?likely|\bso far)",
        r"\b(?:d(?<=\w['\u2019]d) like to|one(?: or two)?|two)(?=[ ;,])",
    ],
)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_matches_are_those_of_the_pattern_as_written(pattern: str, flags: int) -> None:
    sought = whole_words(compiled(pattern, flags))
    expected = [match.span() for match in re.finditer(pattern, _TEXT, flags)]
    assert expected
    assert sought.pattern.pattern != pattern
    assert [match.span() for match in sought.finditer(_TEXT)] == expected
    assert [match.span() for match in sought.finditer(_TEXT, 15, 60)] == [
        match.span() for match in re.compile(pattern, flags).finditer(_TEXT, 15, 60)
    ]


@pytest.mark.parametrize("pattern", [r"\b(?:\d+|no) of\b", r"\b(?:no|[;,])", r"\b(?:(?:a )*no)\b", r"no|yes"])
def test_a_pattern_that_may_begin_with_no_letter_stays_as_it_is(pattern: str) -> None:
    cue = compiled(pattern)
    assert whole_words(cue) is cue


def test_of_two_ways_with_one_first_letter_the_earlier_wins() -> None:
    sought = whole_words(compiled(r"\b(?:not|no|nothing else)"))
    assert [match.group() for match in sought.finditer("nothing else, no more")] == ["not", "no"]


def test_cues_stand_where_whole_words_do() -> None:
    assert [cue.kind for cue in find_cues("snow and no-one, know and not")] == ["absent", "absent"]
