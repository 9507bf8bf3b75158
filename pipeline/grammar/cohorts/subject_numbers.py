"""Which numbers of a sentence count subjects, and which measure something else; on characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.numbers import Number

#: Words for subjects, as a pattern.
GROUP: Final = (
    r"(?:patients?|participants?|subjects?|people|persons?|individuals?|recipients?|adults?|children|men|"
    r"women|cases|"
    r"pts?|infants|adolescents|volunteers|controls?|reports?|mice|animals|macaques|monkeys|girls?|boys?|"
    r"ladies|lady|folks?|ppl|"
    r"man|woman|child|volunteer|members?|of us)"
)
# Numbers that measure something else than subjects.
UNIT_AFTER: Final = re.compile(
    r"[\s\u00a0-]*(?:/\s?[µm]?[Ll]\b|days?|weeks?|wks?|months?|mo\b|mths?|years?|yrs?|y\b|hours?|hrs?|h\b|"
    r"min(?:utes)?\b|"
    r"d\b|mg|µg|ug|g/|"
    r"kg|ml|mL|µL|cells?\b|×|x\s?10|[°º]|infusions?|doses?\b(?![-‑])|dose levels?|sites?|cent(?:er|re)s?|"
    r"hospitals?|levels?|lines?|"
    r"rounds?|courses?|cycles?|times|points?|fold|th\b|st\b|nd\b|rd\b|trials?|studies|products?|"
    r"antigens?|countries|"
    r"targets?|nights?|evenings?|mornings?|hits|shots|vials|bags|drips|episodes|CI\b|slots|log|jan(?:uary)?\b|feb(?:ruary)?\b|"
    r"mar(?:ch)?\b|apr(?:il)?\b|may\b|june?\b|july?\b|aug(?:ust)?\b|"
    r"sept?(?:ember)?\b|oct(?:ober)?\b|nov(?:ember)?\b|dec(?:ember)?\b)",
    re.IGNORECASE,
)
# "on two evenings", "the first two groups": a number of things that nobody can be.
_THINGS_AFTER: Final = re.compile(
    rf"\s(?:[A-Z][a-z]+\s)?(?!{GROUP}\b|(?:was|has|is|does|as|this|plus|vs|versus|across|always|others|"
    r"cases|events|episodes|reactions|lives|besides|towards|whereas|perhaps|unless|deaths|experiences|develops|gets|suffers|"
    r"of us)\b)"
    r"[a-z]+s\b(?! (?:patients?|participants?|subjects?|people|recipients?|adults|children)\b)"
)
# "two days of it, one drip, home on day 4": a single thing in a row of remarks.
_THING_AFTER: Final = re.compile(
    rf"\s(?!{GROUP}\b|(?:event|episode|case|reaction|instance|death|more|other|each|here|there|overall|so|too|only|alone|then|later|"
    r"again|died|fatal|arm|dead|alive|first|second|third|again|instead|already|today|now|altogether|apiece|mild|moderate|severe|single)\b)"
    r"[a-z]{3,}\s?(?=[,.;)]|$)"
)
# "in the chosen arm five had it": a number word that is the subject of a verb is no label.
_SUBJECT_OF: Final = re.compile(r"\s(?:had|have|has|developed|experienced|suffered|got|died|were|was)\b")
# "at the low one", "which one": no number.
_THE_ONE: Final = re.compile(r"\b(?:the|this|that|which|each|every|any|a)(?: [\w-]+)? $", re.IGNORECASE)
_LABEL_BEFORE: Final = re.compile(
    r"(?:\b(?:days?|weeks?|wk|months?|mo|median(?: of)?|mean(?: of)?|CI,?|levels?|DL|phases?|tables?|"
    r"figures?|fig\.?|parts?|"
    r"types?|stages?|classes|class|scores?|HR|OR|versions?|until|since|age[ds]?|aged|cohorts?|arms?|"
    r"temp(?:erature)?(?: of)?|"
    r"(?:I|he|she)(?:['’](?:m|s)| am| is| was)(?: now| only| just)?|"
    r"count(?:ed|ing)?(?: \w+)? (?:from|to)|backwards?(?: from)?|"
    r"issues?|vol(?:ume|\.)?|pages?|slides?|messages?|rooms?|"
    r"(?:man|woman|boy|girl|lady|gentleman|child)(?: of|,| aged)|covid|IL|not|by|after|day \+?|years?|"
    r"cycles?|courses?|rounds?|visits?|"
    r"all (?:[\w-]+ )?but(?: (?:one|two|three|\d+) of(?: the| these| those)?)?|patient|participant|"
    r"subject|case|no\.|number|"
    r"january|february|march|april|june|july|august|september|october|"
    r"november|december)"
    r"[\s:=(+-]*|[p$€£]\s?[=<>]?\s?)$",
    re.IGNORECASE,
)
# "one patient (4%)" is no label, whereas "patient 4" is.
_BEARER_LABEL: Final = re.compile(r"(?:patient|participant|subject|case|cohort|arm)s?\s*\($", re.IGNORECASE)
# "after two of 16 had died": these words make a label of a bare number alone.
_BEFORE_COUNT: Final = re.compile(r"(?:not|by|after|until|since)\s*", re.IGNORECASE)
# "cells 31%, control arm 2%": what a share is told of.
_GROUP_BEFORE: Final = re.compile(r"(?:arms?|cohorts?)\s*", re.IGNORECASE)
_RATE_AFTER: Final = re.compile(r"\s?(?:/|of|out of)\s?\d")
SIZE_AFTER: Final = re.compile(
    rf"\s*(?:[\w‑-]+ ){{0,3}}?{GROUP}\b|\s*(?:were |was |had been |have been )?(?:treated|infused|"
    rf"enrolled|dosed|evaluable|evaluated|"
    r"randomi[sz]ed|assessed|given|included|recruited|at risk)\b|\s*of (?:them|these|those) (?:were|was|"
    r"had|went)\b",
    re.IGNORECASE,
)
# "a loss exceeding 10%", "fell by 18%": how much of something, not of whom.
_MEASURED: Final = re.compile(
    r"(?:exceed\w*|\b(?:dip|drop|fall|fell|rise|rose|increas|decreas|declin|reduc|lower|los)\w* "
    r"(?:by|of|more than|over))"
    r"\s(?:more than |over |at least |about )?$",
    re.IGNORECASE,
)
#: Bare integers in this range are years unless subjects are counted with them.
_YEARS: Final = range(1950, 2100)


def counts_subjects(text: str, number: Number) -> bool:
    """Whether a number counts subjects: no measure, label, date or pronoun."""
    if number.kind not in ("integer", "percent", "share") or number.comparator in ("<=", ">="):
        return False
    if UNIT_AFTER.match(text, number.end_char) and number.kind == "integer":
        return False
    if number.kind == "integer" and not number.is_word and number.value in _YEARS:
        return SIZE_AFTER.match(text, number.end_char) is not None
    before = text[max(0, number.start_char - 24) : number.start_char]
    is_interval = re.match(r"\s?(?:CI\b|confidence)", text[number.end_char :]) is not None
    if number.kind == "percent" and (is_interval or _MEASURED.search(before)):
        return False
    # "a fever of 40": how much of it; "40 evenings": things
    is_thing = number.value == 1 and before.endswith(", ") and _THING_AFTER.match(text, number.end_char)
    if number.kind == "integer" and (
        is_thing or before.endswith(("# of ", "# from ")) or _THINGS_AFTER.match(text, number.end_char)
    ):
        return False
    if number.is_word and number.value == 1 and _THE_ONE.search(before):
        return SIZE_AFTER.match(text, number.end_char) is not None
    if number.is_word and _SUBJECT_OF.match(text, number.end_char):
        return True
    label = _LABEL_BEFORE.search(before)
    if label is None or label.group().strip().lower() == "by":
        return True
    if label.group().endswith("(") and SIZE_AFTER.match(text, number.end_char):
        return True  # "last month (5,517 participants)"
    is_share = number.kind == "percent" or _RATE_AFTER.match(text, number.end_char) is not None
    is_told = (
        _BEARER_LABEL.match(label.group())
        or _BEFORE_COUNT.fullmatch(label.group())
        or _GROUP_BEFORE.fullmatch(label.group())
    )
    return is_share and bool(is_told)


def masked(text: str, start: int, end: int, skip: Sequence[Extent]) -> str:
    """A sentence without the numbers that belong to something else, so that they join no rate or range."""
    masked = list(text[start:end])
    for left, right in skip:
        masked[left - start : right - start] = "#" * (right - left)
    return "".join(masked)
