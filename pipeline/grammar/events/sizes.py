"""Sizes of groups in a sentence, of which its figures may be a part; on characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.cohorts.subject_numbers import GROUP, SIZE_AFTER, counts_subjects, masked
from pipeline.grammar.endings import ending
from pipeline.grammar.numbers import find_numbers, number_places


class GroupSize(NamedTuple):
    """A number of subjects that later figures of the sentence may be a part of."""

    start_char: int
    end_char: int
    n: int


# "in any of the eight", "among these six": a group named by its number alone.
_THE_GROUP: Final = ending(r"\b(?:of|among|in) (?:the|these|those|our) $", flags=re.IGNORECASE)
_GROUP_ENDS: Final = re.compile(r"\s(?:after|at|during|given|who|by|with|on|in|whose)\b|[.!?](?:\s|$)")
# "a series of 13 from Ghent": a group by its name.
_NAMED_GROUP: Final = ending(
    r"\b(?:series|groups?|cohorts?|trials?|study|studies|sets?|registry) (?:of|with|in) (?:the |some |"
    r"only )?$",
    flags=re.IGNORECASE,
)
#: "at dose level 3 (n=5)": the size of an arm.
ARM_SIZE: Final = ending(
    r"\b(?:(?:dose )?levels?|doses?|arms?|cohorts?|groups?|DL|phase)\b ?[-\w+]* \([nN]\s?=\s?$",
    flags=re.IGNORECASE,
)
_SIZE_BEFORE: Final = ending(
    r"(?:\b(?:of|among|amongst|in|for|across|from|to|all|both|with) (?:the |these |those |all |our |its |"
    r"first |other )*|\bN\s?=\s?)$",
    flags=re.IGNORECASE,
)
# "Two patients died": those affected, not a group at risk.
_AFFECTED_AFTER: Final = re.compile(
    rf"\s*(?:[\w‑-]+ ){{0,3}}?{GROUP} (?:\([^()]*\) )?(?:died|lost|developed|experienced|suffered|got)\b",
    re.IGNORECASE,
)


def find_group_sizes(text: str, start: int, end: int, skip: Sequence[Extent] = ()) -> list[GroupSize]:
    """Numbers of subjects that may be a denominator: "of the 148 treated", "N = 55", "45 patients".

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        skip: stretches whose numbers belong to something else (grades, mentions).

    Example:
        >>> [g.n for g in find_group_sizes("Of the 148 treated, 104 had it; among 3 mice, none", 0, 49)]
        [148, 3]
    """
    places = number_places(text, start, end)
    if not places:
        return []
    sentence = masked(text, start, end, skip)
    sizes = []
    for number in find_numbers(sentence, places):
        if number.kind != "integer" or number.value < 2 or not counts_subjects(sentence, number):
            continue
        before = sentence[max(0, number.start_char - 40) : number.start_char]
        introduced = _SIZE_BEFORE.search(before) is not None
        if _AFFECTED_AFTER.match(sentence, number.end_char):
            continue
        named = SIZE_AFTER.match(sentence, number.end_char) is not None
        if (
            named
            or (introduced and re.match(r"\s*(?:[,;:)]|$)", sentence[number.end_char :]))
            or (_THE_GROUP.search(before) and _GROUP_ENDS.match(sentence, number.end_char))
            or _NAMED_GROUP.search(before)
            or before.rstrip().endswith("N =")
            or ARM_SIZE.search(before)
        ):
            sizes.append(GroupSize(start + number.start_char, start + number.end_char, int(number.value)))
    return sizes
