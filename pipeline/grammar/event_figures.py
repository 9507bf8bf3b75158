"""Figures of adverse events in a sentence: how many, of how many, what share; and the sizes of groups.

A figure is what one statement says in numbers: "10 (9%) of 117", "12/15 (80%)", "58%", "all five", "none of
the 12", "one patient". Doses, durations, ages, days and grades are no figures. Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.numbers import Number, find_fractions, find_numbers


class Figure(NamedTuple):
    """Subjects affected, at risk, and percent, as one statement has them. `is_whole`: no part of a group."""

    start_char: int
    end_char: int
    n: int | None = None
    of: int | None = None
    percent: float | None = None
    is_whole: bool = False


class GroupSize(NamedTuple):
    """A number of subjects that later figures of the sentence may be a part of."""

    start_char: int
    end_char: int
    n: int


#: Words for subjects, as a pattern.
GROUP: Final = (
    r"(?:patients?|participants?|subjects?|people|persons?|individuals?|recipients?|adults?|children|men|"
    r"women|cases|"
    r"pts?|infants|adolescents|volunteers|controls?|reports?|mice|animals|macaques|monkeys|girls?|boys?|"
    r"ladies|lady|folks?|ppl|"
    r"man|woman|child|volunteer|members?|of us)"
)
_SINGLE: Final = re.compile(
    r"\b(?:(?:a|an|this|another|one|a single|the (?:first|second|third|"
    r"other)) (?:[\w‑-]+ ){0,2}(?:patient|person|man|"
    r"woman|girl|boy|child|participant|subject|recipient|lady|individual)\b|another(?= (?:one )?(?:had|"
    r"developed|experienced|suffered|got)\b)|cousin of mine|my (?:mum|dad|"
    r"sister|"
    r"brother|friend|cousin|wife|husband)\b|(?:patient|participant|subject|case) (?:no\.? ?|number |"
    r"#)?\d+\b)",
    re.IGNORECASE,
)
# "limited to a single event".
_ONE_CASE: Final = re.compile(
    r"\b(?:a|an|the|one) (?:single|isolated|solitary|sole) (?:event|case|episode|instance|occurrence)\b",
    re.IGNORECASE,
)
# "Both had fever", "in both": two of two.
_BOTH: Final = re.compile(
    rf"\bboth(?: (?:of (?:the |these |our |my )?)?(?:[\w-]+ )?{GROUP}|(?= (?:had|developed|experienced|got|"
    rf"suffered)\b|"
    r"\s?[.;)]|,? \())",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    r"\b(?:in|by|and) the (?:first|second|third|fourth|fifth|other|former|latter)(?=\s?[.,;)]| and\b|$)|"
    r"\bthe (?:first|second|third|fourth|fifth|other) (?=(?:had|developed|experienced|suffered|got|to|"
    r"from)\b)",
    re.IGNORECASE,
)
_NONE_OF: Final = re.compile(
    r"\b(?:none|not one|no one|nobody|neither|zero|0)(?: out)?(?: of| among| in) (?:the |these |those |"
    r"all |our )*$",
    re.I,
)
_ALL: Final = re.compile(
    r"\b(?:all|all of|each of|every one of|each and every one of|in all|all of the)(?: (?:the|these|"
    r"those|our))?(?: other)? $",
    re.IGNORECASE,
)
_DEFINITE: Final = re.compile(
    r"(?<!of )(?<!among )(?<!for )(?<!from )(?<!in )(?<!to )\bthe (?:other |remaining |two |last |"
    r"first ){0,2}$",
    re.IGNORECASE,
)
# Numbers that measure something else than subjects.
_UNIT_AFTER: Final = re.compile(
    r"[\s\u00a0-]*(?:/\s?[µm]?[Ll]\b|days?|weeks?|wks?|months?|mo\b|mths?|years?|yrs?|y\b|hours?|hrs?|h\b|"
    r"min(?:utes)?\b|"
    r"d\b|mg|µg|ug|g/|"
    r"kg|ml|mL|µL|cells?\b|×|x\s?10|[°º]|infusions?|doses?(?![-‑])|dose levels?|sites?|cent(?:er|re)s?|"
    r"hospitals?|levels?|lines?|"
    r"rounds?|courses?|cycles?|times|points?|fold|th\b|st\b|nd\b|rd\b|trials?|studies|products?|"
    r"antigens?|countries|"
    r"targets?|nights?|hits|shots|vials|bags|drips|episodes|CI\b|slots|log|jan(?:uary)?\b|feb(?:ruary)?\b|"
    r"mar(?:ch)?\b|apr(?:il)?\b|may\b|june?\b|july?\b|aug(?:ust)?\b|"
    r"sept?(?:ember)?\b|oct(?:ober)?\b|nov(?:ember)?\b|dec(?:ember)?\b)",
    re.IGNORECASE,
)
_LABEL_BEFORE: Final = re.compile(
    r"(?:\b(?:days?|weeks?|wk|months?|mo|median(?: of)?|mean(?: of)?|CI,?|levels?|DL|phases?|tables?|"
    r"figures?|fig\.?|parts?|"
    r"types?|stages?|classes|class|scores?|HR|OR|versions?|until|since|age[ds]?|aged|cohorts?|arms?|"
    r"temp(?:erature)?(?: of)?|"
    r"(?:man|woman|boy|girl|lady|gentleman|child)(?: of|,| aged)|covid|IL|not|by|after|day \+?|years?|"
    r"all (?:[\w-]+ )?but(?: (?:one|two|three|\d+) of(?: the| these| those)?)?|patient|participant|"
    r"subject|case|no\.|number|"
    r"january|february|march|april|june|july|august|september|october|"
    r"november|december)"
    r"[\s:=(+-]*|[p$€£]\s?[=<>]?\s?)$",
    re.IGNORECASE,
)
# "on two evenings", "the first two groups": a number of things that nobody can be.
_THINGS_AFTER: Final = re.compile(
    rf"\s(?!{GROUP}\b|(?:was|has|is|does|as|this|plus|vs|versus|across|always|others|cases|events|episodes|"
    r"reactions|besides|towards|whereas|perhaps|unless|deaths|experiences|develops|gets|suffers|of us)\b)"
    r"[a-z]+s\b(?! (?:patients?|participants?|subjects?|people|recipients?|adults|children)\b)"
)
# "in the chosen arm five had it": a number word that is the subject of a verb is no label.
_SUBJECT_OF: Final = re.compile(r"\s(?:had|have|has|developed|experienced|suffered|got|died|were|was)\b")
# "at the low one", "which one": no number.
_THE_ONE: Final = re.compile(r"\b(?:the|this|that|which|each|every|any|a)(?: [\w-]+)? $", re.IGNORECASE)
# "61, 65 and 96 per cent": one sign for a list of shares.
_SHARES: Final = re.compile(
    r"(?<![\d.,·/-])\d{1,3}(?:[.·]\d+)?(?:(?:, | and |, and | or )\d{1,3}(?:[.·]\d+)?)+\s?(?:%|per ?cent\b)"
)
# "one patient (4%)" is no label, whereas "patient 4" is.
_BEARER_LABEL: Final = re.compile(r"(?:patient|participant|subject|case|cohort|arm)s?\s*\($", re.IGNORECASE)
_RATE_AFTER: Final = re.compile(r"\s?(?:/|of|out of)\s?\d")
# "in any of the eight", "among these six": a group named by its number alone.
_THE_GROUP: Final = re.compile(r"\b(?:of|among|in) (?:the|these|those|our) $", re.IGNORECASE)
_GROUP_ENDS: Final = re.compile(r"\s(?:after|at|during|given|who|by)\b")
_GLUE: Final = re.compile(
    rf"\s*(?:(?:[\w‑-]+ ){{0,3}}?{GROUP}\s*)?(?:[,;:]\s*)?[(\[]?\s*(?:n\s?=\s?|or |i\.e\.,? )?",
    re.IGNORECASE,
)
_PERCENT_OF: Final = re.compile(r"\s*(?:of|in|among) (?:the |these |those |all |our )*", re.IGNORECASE)
# "a series of 13 from Ghent": a group by its name.
_NAMED_GROUP: Final = re.compile(
    r"\b(?:series|groups?|cohorts?|trials?|study|studies|sets?|registry) (?:of|with|in) (?:the |some |"
    r"only )?$",
    re.IGNORECASE,
)
_SIZE_BEFORE: Final = re.compile(
    r"(?:\b(?:of|among|amongst|in|for|across|from|to|all|both|with) (?:the |these |those |all |our |its |"
    r"first |other )*|\bN\s?=\s?)$",
    re.IGNORECASE,
)
_SIZE_AFTER: Final = re.compile(
    rf"\s*(?:[\w‑-]+ ){{0,3}}?{GROUP}\b|\s*(?:were |was |had been |have been )?(?:treated|infused|"
    rf"enrolled|dosed|evaluable|evaluated|"
    r"randomi[sz]ed|assessed|given|included|recruited|at risk)\b|\s*of (?:them|these|those) (?:were|was|"
    r"had|went)\b",
    re.IGNORECASE,
)

_AT_RISK: Final = re.compile(r"\s(?:\w+ )?at risk\b", re.IGNORECASE)
_HAD_AFTER: Final = re.compile(
    r"\s*(?:had|developed|experienced|were|was|suffered|reported|got|showed)\b", re.IGNORECASE
)
# "Two patients died": those affected, not a group at risk.
_AFFECTED_AFTER: Final = re.compile(
    rf"\s*(?:[\w‑-]+ ){{0,3}}?{GROUP} (?:\([^()]*\) )?(?:died|developed|experienced|suffered|got)\b",
    re.IGNORECASE,
)


#: Bare integers in this range are years unless subjects are counted with them.
_YEARS: Final = range(1950, 2100)


def _is_figure(text: str, number: Number) -> bool:
    if number.kind not in ("integer", "percent", "share") or number.comparator in ("<=", ">="):
        return False
    if _UNIT_AFTER.match(text, number.end_char) and number.kind == "integer":
        return False
    if number.kind == "integer" and not number.is_word and number.value in _YEARS:
        return _SIZE_AFTER.match(text, number.end_char) is not None
    if number.kind == "percent" and re.match(r"\s?(?:CI\b|confidence)", text[number.end_char :]):
        return False
    before = text[max(0, number.start_char - 24) : number.start_char]
    if number.kind == "integer" and before.endswith("# of "):
        return False  # "a fever of 40": how much of it
    if number.kind == "integer" and _THINGS_AFTER.match(text, number.end_char):
        return False
    if number.is_word and number.value == 1 and _THE_ONE.search(before):
        return _SIZE_AFTER.match(text, number.end_char) is not None
    if number.is_word and _SUBJECT_OF.match(text, number.end_char):
        return True
    label = _LABEL_BEFORE.search(before)
    if label is None or label.group().strip().lower() == "by":
        return True
    if label.group().endswith("(") and _SIZE_AFTER.match(text, number.end_char):
        return True  # "last month (5,517 participants)"
    is_share = number.kind == "percent" or _RATE_AFTER.match(text, number.end_char) is not None
    return is_share and _BEARER_LABEL.match(label.group()) is not None


def _count(text: str, number: Number) -> Figure:
    """A number of subjects, with what "all", "none of the" and "the" before it say."""
    value = int(number.value)
    window = text[max(0, number.start_char - 40) : number.start_char]
    if match := _NONE_OF.search(window):
        return Figure(number.start_char - len(match.group()), number.end_char, 0, value, None, True)
    if match := _ALL.search(window):
        return Figure(number.start_char - len(match.group()), number.end_char, value, value, None, True)
    if _DEFINITE.search(window) and _SIZE_AFTER.match(text, number.end_char):
        return Figure(number.start_char, number.end_char, value, value, None, True)
    return Figure(number.start_char, number.end_char, value)


def _joined(text: str, left: Figure, right: Figure) -> Figure | None:
    """One figure from two neighbours that say the same in other units: "10 (9%)", "83% (10 of 12)"."""
    between = text[left.end_char : right.start_char]
    end = right.end_char
    if end < len(text) and text[end] in ")]" and ("(" in between or "[" in between):
        end += 1
    if left.percent is not None and left.n is None and right.percent is None and right.n is not None:
        if _PERCENT_OF.fullmatch(between) and right.of is None:
            return Figure(left.start_char, right.end_char, None, right.n, left.percent)
        if re.fullmatch(r"\s*[(\[]\s*(?:n\s?=\s?)?|,? (?:or|i\.e\.,?|that is,?|meaning) ", between):
            return Figure(left.start_char, end, right.n, right.of, left.percent)
    if left.n is None or left.percent is not None or not _GLUE.fullmatch(between):
        return None
    if right.percent is not None and right.n is None:
        if "," in between and _HAD_AFTER.match(text, right.end_char):
            return None  # "of 579 recipients, 60% had …": a group and a share of it
        if left.of and abs(100 * left.n / left.of - right.percent) > _ROUNDING:
            return None
        return Figure(left.start_char, end, left.n, left.of or right.of, right.percent)
    return None


#: Percentage points by which a printed percent may differ from n / N (rounding to whole percents, and a bit).
_ROUNDING: Final = 1.0


def find_figures(text: str, start: int, end: int, skip: Sequence[Extent] = ()) -> list[Figure]:
    """Figures of a sentence, in order, not overlapping.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        skip: stretches whose numbers belong to something else (grades, mentions).

    Example:
        >>> [(f.n, f.of, f.percent) for f in find_figures("CRS in ten (9%) of 117, fever in 3", 0, 34)]
        [(10, 117, 9.0), (3, None, None)]
    """
    sentence = _masked(text, start, end, skip)
    numbers = find_numbers(sentence)
    fractions = find_fractions(sentence, numbers)
    wholes = {f.whole.start_char: f for f in fractions if _is_figure(sentence, f.part)}
    parts = {f.part.start_char: f for f in fractions}
    shares = [match.span() for match in _SHARES.finditer(sentence)]
    found: list[Figure] = []
    for number in numbers:
        place = start + number.start_char, start + number.end_char
        if any(a < place[1] and place[0] < b for a, b in skip) or number.start_char in wholes:
            continue
        if not _is_figure(sentence, number) or _AT_RISK.match(sentence, number.end_char):
            continue
        fraction = parts.get(number.start_char)
        if fraction and _UNIT_AFTER.match(sentence, fraction.whole.end_char):
            continue  # "one of three doses"
        if fraction:
            figure = Figure(
                number.start_char, fraction.end_char, int(number.value), int(fraction.whole.value)
            )
            inside = re.search(
                r"[(\[](\d+(?:[.·]\d+)?)\s?%", sentence[number.end_char : fraction.whole.start_char]
            )
            if inside:
                figure = figure._replace(percent=float(inside.group(1).replace("·", ".")))
        elif number.kind == "integer" and not any(a <= number.start_char < b for a, b in shares):
            figure = _count(sentence, number)
        else:
            figure = Figure(
                number.start_char,
                number.end_char,
                percent=round(number.value, 2 if number.kind == "percent" else 1),
            )
        # Percentages inside a fraction's extent were read with it.
        if found and figure.start_char < found[-1].end_char and found[-1].of is not None and figure.n is None:
            continue
        whole = _joined(sentence, found[-1], figure) if found else None
        if whole:
            found[-1] = whole
        else:
            found.append(figure)
    for figure in _persons(sentence):
        if not any(f.start_char < figure.end_char and figure.start_char < f.end_char for f in found):
            found.append(figure)
    shifted = [f._replace(start_char=f.start_char + start, end_char=f.end_char + start) for f in found]
    return sorted(shifted)


def _persons(sentence: str) -> Iterator[Figure]:
    """Those whom words without a number count: "a patient", "both women", "in the second"."""
    for match in _SINGLE.finditer(sentence):
        yield Figure(*match.span(), 1, is_whole=True)
    for match in _ONE_CASE.finditer(sentence):
        yield Figure(*match.span(), 1, is_whole=True)
    for match in _BOTH.finditer(sentence):
        yield Figure(*match.span(), 2, 2, is_whole=True)
    for match in _ORDINAL.finditer(sentence):
        yield Figure(sentence.index("the ", match.start()), match.end(), 1, is_whole=True)


def _masked(text: str, start: int, end: int, skip: Sequence[Extent]) -> str:
    """A sentence without the numbers that belong to something else, so that they join no rate or range."""
    masked = list(text[start:end])
    for left, right in skip:
        masked[left - start : right - start] = "#" * (right - left)
    return "".join(masked)


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
    sentence = _masked(text, start, end, skip)
    sizes = []
    for number in find_numbers(sentence):
        if number.kind != "integer" or number.value < 2 or not _is_figure(sentence, number):
            continue
        before = sentence[max(0, number.start_char - 40) : number.start_char]
        introduced = _SIZE_BEFORE.search(before) is not None
        if _AFFECTED_AFTER.match(sentence, number.end_char):
            continue
        named = _SIZE_AFTER.match(sentence, number.end_char) is not None
        if (
            named
            or (introduced and re.match(r"\s*(?:[,;:)]|$)", sentence[number.end_char :]))
            or (_THE_GROUP.search(before) and _GROUP_ENDS.match(sentence, number.end_char))
            or _NAMED_GROUP.search(before)
            or before.rstrip().endswith("N =")
        ):
            sizes.append(GroupSize(start + number.start_char, start + number.end_char, int(number.value)))
    return sizes


def with_denominator(figure: Figure, sizes: Sequence[GroupSize]) -> Figure:
    """The figure with its denominator: the nearest group before it that is large enough and fits."""
    if figure.is_whole or figure.of is not None or (figure.n is None and figure.percent is None):
        return figure
    for size in reversed([s for s in sizes if s.end_char <= figure.start_char]):
        if figure.n is not None and (figure.n > size.n or (figure.n == size.n and figure.percent is None)):
            continue
        if (
            figure.n is not None
            and figure.percent is not None
            and abs(100 * figure.n / size.n - figure.percent) > _ROUNDING
        ):
            continue
        return figure._replace(of=size.n)
    return figure
