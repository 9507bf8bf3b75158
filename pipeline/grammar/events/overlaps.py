"""Statements that another one of the sentence already makes: a class and its members, a death and its cause.

Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.events.figures import find_figures
from pipeline.grammar.events.leads import Event
from pipeline.grammar.events.statements import Statement

# A cause of death that names no event: "no deaths from adverse events" denies deaths.
UNSPECIFIC: Final = re.compile(r"adverse|\bAEs?\b|events?$|toxicit|side effect|treatment", re.IGNORECASE)
# What may stand between a death and the event that caused it; "something other than" names another cause.
_CAUSES: Final = re.compile(
    r"(?!.*\b(?:other|unrelated|something)\b)[^.;]*?(?:\b(?:of|from|to|by|with|after|and|"
    r"or)|[(,:–—-])\s*(?:[\w-]+\s+){0,2}(?:n\s?=\s?\d+;?\s*)?",
    re.IGNORECASE | re.DOTALL,
)
# A class that its members are told of, and what may stand between the two.
_SPELT_CLASS: Final = re.compile(
    r"(?:DLTs?|T?E?SAEs?|dose[-\s‑]limiting (?:toxicit(?:y|ies)|events?)|"
    r"serious (?:adverse )?(?:events?|reactions?))(?:\s\(\w+\))?",
    re.IGNORECASE,
)
_SPELT_OUT: Final = re.compile(
    r"[^.;]{0,70}?(?:[:(\[=]|\s[–—-]\s|—|,)\s?(?:(?!(?:and|but|with|no|not|without|after|before|in|at|on)\b)[\w≥>=–-]+\s){0,4}",
    re.IGNORECASE,
)
# Between what was suspected and what it was.
_BECAME: Final = re.compile(
    r"\b(?:turned out|prov(?:ed|en)|traced|revised|re-?read|read as|reclassified|re-?labelled|became|"
    r"really|"
    r"in fact|explained by|put down to|found to|found (?:\w+ ){1,3}to|but (?:was|had)|diagnosed)\b",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(
    r"(?:,|,?\s(?:and|with|plus)|, (?:and|the other|the second))\s(?:[\w≥>=–-]+\s){0,3}"
)
_ARTICLE: Final = re.compile(r"\b(?:an?|one)\s(?:[\w≥>=–-]+\s){0,3}$", re.IGNORECASE)
#: Characters between a death and its cause: a clause's length.
_CAUSE_REACH: Final = 90
# A remark right after an event: "a concern with such binders", "a harm that we had feared".
_FEARED_REMARK: Final = re.compile(
    r"(?:\s\([^()]*\))?(?:,|\s[–—-])\s(?:an?|the|our|one)\s(?:[\w-]+\s){0,3}?(?:(?:concern|worry|fear|"
    r"hazard|"
    r"risk|danger)s?\b|"
    r"(?:\w+)\s[^,;.]{0,40}?\b(?:feared|expected|dreaded|worried|anticipated|warned)\b)[^,;.–—]*[,;.–—]",
    re.IGNORECASE,
)


def with_counts_of_class(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """Count events that dose-limiting or serious ones were: "one DLT (fever, chills)", "two, an A, a B"."""
    counted = list(statements)
    for place, head in enumerate(statements):
        if head.assertion != "present" or not head.n or not _SPELT_CLASS.fullmatch(text, *head.mention):
            continue
        last = head
        listed: list[int] = []
        for at in range(place + 1, len(statements)):
            one = statements[at]
            if one.mention[0] < last.mention[1]:
                continue
            gap = _LISTED if listed else _SPELT_OUT
            if one.assertion != "present" or not gap.fullmatch(text, last.mention[1], one.mention[0]):
                break
            listed.append(at)
            last = one
        # Of several each is told by itself, as one.
        singly = [at for at in listed if _ARTICLE.search(text, head.mention[1], statements[at].mention[0])]
        if head.n == 1 or (len(listed) == len(singly) == head.n):
            for at in listed:
                one = statements[at]
                counted[at] = one._replace(n=1) if one[4:] == (None,) * 3 else one
    return counted


def with_counts_of_revised(text: str, sentence: Extent, statements: Sequence[Statement]) -> list[Statement]:
    """Count the event that a single case of another turned out to be ("a supposed X in one man was Y")."""
    refuted = [s for s in statements if s.assertion == "absent" and s[2:] == (None,) * 5]
    last = statements[-1] if statements else None
    if not refuted or last is None or last.assertion != "present" or last[4:] != (None,) * 3:
        return list(statements)
    if last.mention <= refuted[0].mention or not _BECAME.search(text, refuted[0].mention[1], last.mention[0]):
        return list(statements)
    counted = [f for f in find_figures(text, *sentence, [s.mention for s in statements]) if f.n is not None]
    is_single = len(counted) == 1 and counted[0].n == 1 and counted[0].end_char <= last.mention[0]
    return [*statements[:-1], last._replace(n=1)] if is_single else list(statements)


def without_heads(text: str, statements: Sequence[Statement]) -> list[Statement]:
    """Leave out a class that only heads a list: "grade 3 events were A and B" tells of A and B."""

    def is_head(one: Statement) -> bool:
        words = text[slice(*one.mention)]
        is_bare = one.assertion == "present" and one.grade_min is not None and one[4:] == (None,) * 3
        is_class = UNSPECIFIC.search(words) is not None and "limiting" not in words
        return (
            is_bare and is_class and any(o.mention > one.mention and o[1:4] == one[1:4] for o in statements)
        )

    return [one for one in statements if not is_head(one)]


def without_caused_deaths(
    text: str, events: Sequence[Event], statements: Sequence[Statement]
) -> Iterator[Statement]:
    """A death whose cause is an event is that event at grade 5, not a death besides; its figures go along."""
    deaths = {event.source for event in events if event.is_death}
    caused: dict[Extent, Statement] = {}
    for fatal in (s for s in statements if s.grade_min == 5 and s.mention not in deaths):
        for death in (s for s in statements if s.mention in deaths):
            gap = text[death.mention[1] : fatal.mention[0]]
            if fatal.assertion == "absent" and UNSPECIFIC.search(text[slice(*fatal.mention)]):
                continue
            if len(gap) < _CAUSE_REACH and _CAUSES.fullmatch(gap):
                caused[death.mention] = death
    for statement in statements:
        is_unspecific = UNSPECIFIC.search(text[slice(*statement.mention)]) is not None
        if statement.mention in caused or (
            is_unspecific and statement.assertion == "absent" and statement.grade_min == 5 and deaths
        ):
            continue
        before = [d for d in caused.values() if d.mention[1] <= statement.mention[0]]
        is_bare = statement.grade_min == 5 and statement[4:] == (None, None, None)
        if before and is_bare and statement.assertion == "present":
            yield statement._replace(n=before[-1].n, of=before[-1].of, percent=before[-1].percent)
        else:
            yield statement


def feared_besides(text: str, end: int, events: Sequence[Event]) -> Iterator[Statement]:
    """What a remark says was feared, beside what became of it ("no X, a concern ever since …, was seen")."""
    for event in events:
        remark = _FEARED_REMARK.match(text, event.end_char, end)
        if remark and event.assertion in ("present", "absent"):
            yield Statement(event.source, "possible")
