"""Figures of adverse events in a sentence: how many, of how many, what share; and the sizes of groups.

A figure is what one statement says in numbers: "10 (9%) of 117", "12/15 (80%)", "58%", "all five", "none of
the 12", "one patient". Doses, durations, ages, days and grades are no figures. Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.clauses import FINITE
from pipeline.grammar.cohorts.subject_numbers import GROUP, SIZE_AFTER, UNIT_AFTER, counts_subjects, masked
from pipeline.grammar.endings import ending
from pipeline.grammar.events.sizes import ARM_SIZE, GroupSize
from pipeline.grammar.initials import whole_words
from pipeline.grammar.numbers import Number, find_fractions, find_numbers, number_places
from pipeline.grammar.prefilter import Filtered, compiled, opened


class Figure(NamedTuple):
    """Subjects affected, at risk, and percent, as one statement has them. `is_whole`: no part of a group."""

    start_char: int
    end_char: int
    n: int | None = None
    of: int | None = None
    percent: float | None = None
    is_whole: bool = False


_SINGLE: Final = whole_words(
    compiled(
        r"\b(?:(?:a|an|this|another|one|a single|(?:the )?(?:first|second|third)|the other) (?:[\w‑-]+ ){0,2}"
        r"(?:patient|pt|person|man|"
        r"woman|girl|boy|child|participant|subject|recipient|lady|individual|gentleman|toddler|infant|teenager|"
        r"adolescent|volunteer|fellow|chap|bloke|guy|lad)\b|"
        r"the (?:patient|man|woman|boy|girl|child)(?=, (?:aged )?\d{1,3}\b(?!\s?%))|\b(?:an?|another|one|"
        r"the) \d{1,3}[-‑ ](?:year|month)[-‑ ]old\b|"
        r"another(?= (?:one )?(?:had|"
        r"developed|experienced|suffered|got)\b)|cousin of mine|my (?:mum|dad|"
        r"sister|"
        r"brother|friend|cousin|wife|husband)\b|(?:patient|participant|subject|case) (?:(?:no\.? ?|number |"
        r"#)?\d+|(?-i:[A-H]))\b)",
        re.IGNORECASE,
    )
)
# "limited to a single event", "a single grade 2 pneumonitis" (what is named is masked), "was seen once".
_ONE_CASE: Final = compiled(
    r"\b(?:a|an|the|one) (?:single|isolated|solitary|sole)(?= (?:#+ )?(?:#|(?:event|case|episode|instance|"
    r"occurrence)\b))|"
    r"(?:(?<=ed )|(?<=seen )|(?<=up )|(?<=only )|(?<=just ))once(?=\s?[.,;:)]| and\b| in\b|$)|"
    r"(?:(?<=[,;] )|(?<=and ))once(?=,? (?:\(|(?:with|at|of|as|in) )?#)",
    re.IGNORECASE,
)
# "Both were grade 2", "both of them grade 3": those two, of whom nothing says that they are all.
_BOTH_GRADED: Final = compiled(
    r"\bboth(?= (?:(?:of (?:them|these|which) )?(?:were |was |being |of |at )*)#)", re.IGNORECASE
)
# "fatal for one and Y for another".
_ANOTHER: Final = compiled(r"\b(?:in|for|by) another(?=\s?[.,;:)]|$)", re.IGNORECASE)
# What may stand between a person and the share that it is ("in a single case (5%)").
_TO_SHARE: Final = re.compile(
    r"(?:\s(?:case|event|episode|instance|patient|person|participant|one))?\s?[(\[]"
)
# "seizures x3", each time in somebody else.
_TIMES: Final = compiled(r"[x×](?<=# .) ?(\d{1,2})(?=\s?[.,;:)]|$)")
# "Half the participants": a share told without "of".
_HALF: Final = compiled(
    rf"\bhalf (?:the|these|those|our|his|her|their) (?:[\w-]+ ){{0,2}}?{GROUP}", re.IGNORECASE
)
# "Both had fever", "in both": two of two.
_BOTH: Final = compiled(
    rf"(?<!% in )\bboth(?: (?:of (?:the |these |our |my )?)?(?:[\w-]+ )?{GROUP}|"
    rf"(?= (?:had|developed|experienced|got|"
    rf"suffered)\b|"
    r"\s?[.;)]|,? \())",
    re.IGNORECASE,
)
_ORDINAL: Final = compiled(
    r"\b(?:in|by|and) the (?:first|second|third|fourth|fifth|other|former|latter)(?=\s?[.,;)]| and\b|$)|"
    r"\bthe other (?=#)|"
    r"\bthe (?:first|second|third|fourth|fifth|other) "
    r"(?=(?:had|developed|experienced|suffered|got|to|from)\b)",
    re.IGNORECASE,
)
_ORDINAL_WORD: Final = compiled(r"\b(?:first|second|third|fourth|fifth|other|former|latter)\b", re.IGNORECASE)
#: Words without which a sentence counts nobody in words.
_COUNTING: Final = (_SINGLE, _ONE_CASE, _TIMES, _HALF, _BOTH, _BOTH_GRADED, _ANOTHER, _ORDINAL_WORD)
_GATES: Final = reduce(or_, (pattern.gate for pattern in _COUNTING))
_NONE_OF: Final = ending(
    r"\b(?:none|not one|no one|nobody|neither|zero|0)(?: out)?(?: of| among| in) (?:the |these |those |"
    r"all |our )*$",
    flags=re.IGNORECASE,
)
_ALL: Final = ending(
    r"\b(?:all|all of|each of|every one of|each and every one of|in all|all of the)(?: (?:the|these|"
    r"those|our))?(?: other)? $",
    flags=re.IGNORECASE,
)
_DEFINITE: Final = ending(
    r"(?<!of )(?<!among )(?<!for )(?<!from )(?<!in )(?<!to )\bthe (?:other |remaining |two |last |"
    r"first ){0,2}$",
    flags=re.IGNORECASE,
)
# "between days 9 and 14".
_DAYS: Final = compiled(
    r"\b(?:days?|weeks?|months?|hours?|cycles?|doses?) \d+(?:(?:, | and | to | or |[-–])\d+)+"
    r"(?!\s?(?:%|of\b))",
    re.IGNORECASE,
)
# "61, 65 and 96 per cent": one sign for a list of shares.
_SHARES: Final = re.compile(
    r"(?<![\d.,·/-])\d{1,3}(?:[.·]\d+)?(?:(?:, | and |, and | or )\d{1,3}(?:[.·]\d+)?)+\s?(?:%|per ?cent\b)"
)
_GLUE: Final = re.compile(
    rf"\s*(?:(?:[\w‑-]+ ){{0,3}}?{GROUP}\s*)?(?:[,;:]\s*)?[(\[]?\s*(?:n\s?=\s?|or |i\.e\.,? )?",
    re.IGNORECASE,
)
# Between a rate and its share, those whom it counts.
_DESCRIBED: Final = re.compile(r"(?:\s[A-Za-z][\w‑-]+){1,3}\s?[(\[]")
_PERCENT_OF: Final = re.compile(r"\s*(?:of|in|among) (?:the |these |those |all |our )*", re.IGNORECASE)

# A list whose last figure names the group of them all.
_LISTED: Final = re.compile(r"[^.;:()]*(?:,|\band\b)[^.;:()]*")
_OF_THE_GROUP: Final = re.compile(r"\bof (?:the|these|those|our|all)\b", re.IGNORECASE)
_LIST_ENDS: Final = re.compile(
    r"\s*(?:[.,;)]|$|(?:patients|participants|people|recipients|subjects|infused|treated)\b)"
)
_ANY_OF: Final = ending(r"\bany of (?:the |these |those |our |all )*$", flags=re.IGNORECASE)
_OF_IN_BRACKET: Final = re.compile(r"\s*[(\[]\s*(?:out )?of (?:the |a total of )?")
_AT_RISK: Final = re.compile(r"\s(?:\w+ )?at risk\b", re.IGNORECASE)
_HAD_AFTER: Final = re.compile(
    r"\s*(?:had|developed|experienced|were|was|suffered|reported|got|showed)\b", re.IGNORECASE
)


def _count(text: str, number: Number) -> Figure:
    """A number of subjects, with what "all", "none of the" and "the" before it say."""
    value = int(number.value)
    window = text[max(0, number.start_char - 40) : number.start_char]
    if match := _NONE_OF.search(window):
        return Figure(number.start_char - len(match.group()), number.end_char, 0, value, None, True)
    if match := _ALL.search(window):
        return Figure(number.start_char - len(match.group()), number.end_char, value, value, None, True)
    if _DEFINITE.search(window) and SIZE_AFTER.match(text, number.end_char):
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
    is_part = left.n is not None and left.of is None and left.percent is None and right.of is None
    if is_part and right.n is not None and (left.n or 0) <= right.n and _OF_IN_BRACKET.fullmatch(between):
        return Figure(left.start_char, end, left.n, right.n)  # "six (of 20)"
    if left.n is None or left.percent is not None:
        return None
    if left.of and right.n is None and right.percent is not None and _DESCRIBED.fullmatch(between):
        # "19/49 elderly (39%)": whoever they are, the share is theirs.
        return Figure(left.start_char, end, left.n, left.of, right.percent) if _agree(left, right) else None
    if not _GLUE.fullmatch(between):
        return None
    if right.percent is not None and right.n is None:
        if "," in between and _HAD_AFTER.match(text, right.end_char):
            return None  # "of 579 recipients, 60% had …": a group and a share of it
        if left.of and not _agree(left, right):
            return None
        return Figure(left.start_char, end, left.n, left.of or right.of, right.percent)
    return None


def _agree(rate: Figure, share: Figure) -> bool:
    """Whether a share is what a rate comes to."""
    return abs(100 * (rate.n or 0) / (rate.of or 1) - (share.percent or 0)) <= _ROUNDING


#: Characters before a number in which words may make it a group.
_BEFORE: Final = 40
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
    places, gates = number_places(text, start, end), opened(text, start, end)
    if not places and not gates & _GATES:
        return []
    sentence = masked(text, start, end, skip)
    numbers = find_numbers(sentence, places)
    fractions = find_fractions(sentence, numbers)
    wholes = {f.whole.start_char: f for f in fractions if counts_subjects(sentence, f.part)}
    parts = {f.part.start_char: f for f in fractions}
    if gates & _DAYS.gate:
        skip = [*skip, *((start + m.start(), start + m.end()) for m in _DAYS.finditer(sentence))]
    shares = [match.span() for match in _SHARES.finditer(sentence)] if len(numbers) > 1 else []
    found: list[Figure] = []
    for number in numbers:
        place = start + number.start_char, start + number.end_char
        if any(a < place[1] and place[0] < b for a, b in skip) or number.start_char in wholes:
            continue
        if not counts_subjects(sentence, number) or _AT_RISK.match(sentence, number.end_char):
            continue
        before = sentence[max(0, number.start_char - _BEFORE) : number.start_char]
        if _ANY_OF.search(before) or ("=" in before[-2:] and ARM_SIZE.search(before)):
            continue  # "in any of the 14", "at level 2 (n=6)": a group, of which none is told
        fraction = parts.get(number.start_char)
        if fraction and UNIT_AFTER.match(sentence, fraction.whole.end_char):
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
    for figure in _persons(sentence, gates):
        if not any(f.start_char < figure.end_char and figure.start_char < f.end_char for f in found):
            found = _with_person(sentence, found, figure)
    shifted = [f._replace(start_char=f.start_char + start, end_char=f.end_char + start) for f in found]
    return sorted(shifted)


def _with_person(sentence: str, found: Sequence[Figure], person: Figure) -> list[Figure]:
    """The figures of a sentence with those whom words count, joined to the share right behind."""
    for place, share in enumerate(found):
        between = sentence[person.end_char : max(person.end_char, share.start_char)]
        if share.n is None and share.of is None and _TO_SHARE.fullmatch(between):
            joined = person._replace(end_char=share.end_char + 1, percent=share.percent)
            return [*found[:place], joined, *found[place + 1 :]]
    return [*found, person]


def _persons(sentence: str, gates: int) -> Iterator[Figure]:
    """Those whom words without a number count: "a patient", "both women", "in the second", "once"."""

    def found(pattern: Filtered) -> Iterator[re.Match[str]]:
        return pattern.finditer(sentence) if pattern.gate & gates else iter(())

    for match in found(_SINGLE):
        yield Figure(*match.span(), 1, is_whole=True)
    for match in found(_ONE_CASE):
        yield Figure(*match.span(), 1, is_whole=True)
    for match in found(_TIMES):
        yield Figure(*match.span(), int(match.group(1)))
    for match in found(_HALF):
        yield Figure(*match.span(), percent=50.0)
    for match in found(_BOTH):
        yield Figure(*match.span(), 2, 2, is_whole=True)
    for match in found(_BOTH_GRADED):
        yield Figure(*match.span(), 2, is_whole=True)
    for match in found(_ANOTHER):
        yield Figure(match.end() - len("another"), match.end(), 1, is_whole=True)
    for match in found(_ORDINAL) if gates & _ORDINAL_WORD.gate else ():
        yield Figure(sentence.index("the ", match.start()), match.end(), 1, is_whole=True)


def with_denominator(figure: Figure, sizes: Sequence[GroupSize]) -> Figure:
    """The figure with its denominator: the nearest group before it that is large enough and fits."""
    if figure.is_whole or figure.of is not None or (figure.n is None and figure.percent is None):
        return figure
    for size in reversed([s for s in sizes if s.end_char <= figure.start_char]):
        if fits(figure, size.n) and (figure.n != size.n or figure.percent is not None):
            return figure._replace(of=size.n)
    return figure


def with_shared_whole(text: str, figure: Figure, others: Sequence[Figure]) -> Figure:
    """The figure with the group that ends its list: "A in nine, B in six and C in two of the 20"."""
    if figure.n is None or figure.of is not None or figure.is_whole:
        return figure
    for last in others:
        if last.start_char < figure.end_char or last.of is None:
            continue
        between = text[figure.end_char : last.start_char]
        is_list = _LISTED.fullmatch(between) is not None and FINITE.search(between) is None
        is_group = _OF_THE_GROUP.search(text, last.start_char, last.end_char) is not None
        if is_list and is_group and not last.is_whole and _LIST_ENDS.match(text, last.end_char):
            return figure._replace(of=last.of) if fits(figure, last.of) else figure
        break
    return figure


def fits(figure: Figure, whole: int) -> bool:
    """Whether a figure without a denominator may be a part of a whole: no larger, and of its percent."""
    if figure.of is not None or (figure.n or 0) > whole:
        return False
    is_both = figure.n is not None and figure.percent is not None
    return not is_both or abs(100 * (figure.n or 0) / whole - (figure.percent or 0)) <= _ROUNDING
