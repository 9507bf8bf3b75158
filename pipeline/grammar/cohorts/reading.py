"""Counts that may be groups of subjects: how the text puts them and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import OF_THEM, THRESHOLD, Candidate, weigh
from pipeline.grammar.cohorts.forms import form_alone, form_of, form_of_summand, is_pronominal
from pipeline.grammar.cohorts.predicates import predicate_between, predicate_of
from pipeline.grammar.endings import ending
from pipeline.grammar.numbers import Fraction, Number
from pipeline.grammar.prefilter import compiled, opened

_WINDOW: Final = 160  # characters read on either side of a number; beyond lies another statement
_LARGEST: Final = 1_000_000
_NEXT_COUNT: Final = ending(r"(?:, and|,| and| plus|;) (?:(?:the|other|only|just|all|another) )*$")
_RESPECTIVELY: Final = re.compile(
    r"^ (?:and|or|versus|vs\.?) [\w-]+(?:, respectively,?|(?=[^.;]*, respectively))"
)
_ENUMERATED: Final = re.compile(r"(?:(?:, or|, and|,| and| or|/) ?\d+)+(?!\d)")
_PREPOSITION: Final = re.compile(r" (?:at|with|in|on|under|from|after|before|of whom|who)\b")
_OWN_VERB: Final = re.compile(r"(?: ?\([^)]*\))? (?:had|have|has|were|was|are|did|could|went|showed)\b")
#: "screened 33 persons [and treated nine]": what was done to others.
_VERB_OF_NEXT: Final = re.compile(
    r",? and (?:then )?(?:enrolled|infused|treated|dosed) "
    r"(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
)
#: "[event] 3 (75)": a share without its sign, as tables have it.
_SHARE_OF_EVENT: Final = re.compile(rf"{cues.EVENT}[:,]? \d{{1,4}} ?\($")
_SUMMANDS: Final = 2  # so many numbers, at least, add up to another
_CASE: Final = compiled(
    r"\b(?:we|here) (?:\w+ )?(?:report|describe|present|treated) (?:on |here |the case of )*(?P<one>an?|"
    r"one|a single) "
    r"(?:[^\s.,;]+ ){0,5}?(?P<unit>patient|woman|man|child|girl|boy|adult)\b"
)


def read_candidates(
    text: str,
    shade: str,
    sentences: Sequence[Extent],
    numbers: Sequence[Number],
    fractions: Sequence[Fraction],
) -> Iterator[Candidate]:
    """Counts in sentences that are not plainly something else, in order.

    Args:
        text: the text.
        shade: its shadow (`cohort_cues.shadow`).
        sentences: extents in which to read, in order.
        numbers: those of the text.
        fractions: those of the text.
    """
    parts = {fraction.part.start_char for fraction in fractions}
    wholes = {fraction.whole.start_char for fraction in fractions}
    place = 0
    for start, end in sentences:
        while place < len(numbers) and numbers[place].start_char < start:
            place += 1
        first = place
        while place < len(numbers) and numbers[place].end_char <= end:
            place += 1
        if opened(text, start, end) & _CASE.gate:
            yield from _cases(shade, (start, end))
        if first < place:
            gates, inside = cues.opened_in(text, shade, start, end), numbers[first:place]
            yield from _in_sentence(shade, (start, end), gates, inside, parts=parts, wholes=wholes)


def _in_sentence(
    shade: str, sentence: Extent, gates: int, numbers: Sequence[Number], *, parts: set[int], wholes: set[int]
) -> Iterator[Candidate]:
    totals = _sums(numbers, shade)
    previous: Candidate | None = None
    read: list[Candidate] = []
    for place, number in enumerate(numbers):
        if not _is_whole(number, shade):
            continue
        is_summand = bool(totals) and any(
            number in totals.get(c.number, ()) for c in read if c.score >= THRESHOLD
        )
        candidate = _read(numbers, place, shade, sentence, previous=previous, is_summand=is_summand)
        last = numbers[place - 1] if place else None
        if candidate is None or _goes_on_from_things(number, last, shade, candidate):
            continue
        candidate = weigh(
            candidate,
            gates,
            is_part=number.start_char in parts,
            is_whole=number.start_char in wholes,
            is_summand=is_summand,
            after_outcome=previous is not None and previous.predicate == "outcome",
        )
        read.append(candidate)
        if candidate.form not in ("bare", "cell"):
            previous = candidate
    for candidate, following in zip_longest(read, read[1:]):
        if following and _shares_outcome(candidate, following, shade):
            continue  # "four in one arm and two in the other were lost to follow-up"
        said = {c.predicate for c in read if c.number in totals.get(candidate.number, ())}
        if said == {"treated"} and candidate.predicate in (None, "trait"):
            yield candidate._replace(predicate="treated", score=candidate.score + 2.0)
        else:
            yield candidate


def _shares_outcome(candidate: Candidate, following: Candidate, shade: str) -> bool:
    between = shade[candidate.number.end_char : following.number.start_char]
    is_told = candidate.predicate is not None or following.predicate != "outcome"
    return not is_told and not re.search("[.;:(]", between) and bool(_NEXT_COUNT.search(between))


def _goes_on_from_things(number: Number, last: Number | None, shade: str, candidate: Candidate) -> bool:
    """Whether it goes on from a count of things: "12 events with tamoxifen and [16] with placebo"."""
    if candidate.form != "ellipsis" or OF_THEM.match(candidate.right):
        return False
    if (listed := _ENUMERATED.match(shade, number.end_char)) and cues.MEASURE_AFTER.match(
        shade[listed.end() : listed.end() + 40]
    ):
        return True  # "5, 7, or 10 days"
    if last is None:
        return False
    between = shade[last.end_char : number.start_char]
    if (
        candidate.predicate is None
        and between.strip() in ("and", "or", ",", "to", "/")
        and cues.is_label(shade[: last.start_char][-40:])
    ):
        return True  # "days 1 and 8"
    if between.strip() in ("and", "or", "to") and cues.LABELS_BEFORE.search(shade[: last.start_char][-40:]):
        return True
    is_thing = last.kind == "integer" and ")" not in between and cues.MEASURE_AFTER.match(between)
    return bool(is_thing and _NEXT_COUNT.search(between) and not cues.UNIT_PHRASE.match(between))


def _sums(numbers: Sequence[Number], shade: str) -> dict[Number, list[Number]]:
    """Numbers that are the sum of those right behind them: "13 (10 DIPG, 3 sDMG)"."""
    counts = [n for n in numbers if n.kind == "integer" and n.value >= 1]
    if len(counts) <= _SUMMANDS:
        return {}
    counts = [n for n in counts if not cues.MEASURE_AFTER.match(shade[n.end_char : n.end_char + 40])]
    totals: dict[Number, list[Number]] = {}
    for place, total in enumerate(counts):
        behind: list[Number] = []
        for number in counts[place + 1 :]:
            behind.append(number)
            reached = sum(n.value for n in behind)
            if reached >= total.value:
                if reached == total.value and len(behind) >= _SUMMANDS:
                    totals[total] = behind
                break
    return totals


def _next_count(shade: str, numbers: Sequence[Number], place: int, end: int) -> int:
    """Where the statement on another count begins."""
    number = numbers[place]
    for other in islice(numbers, place + 1, None):
        between = shade[number.end_char : other.start_char]
        is_aside = between.count("(") > between.count(")")
        if is_aside or not _NEXT_COUNT.search(between):
            continue
        right = shade[other.end_char : other.end_char + 40]
        if other.kind == "integer" and not cues.MEASURE_AFTER.match(right):
            return other.start_char
        if other.kind in ("percent", "share") and _OWN_VERB.match(right):
            return other.start_char  # "of 579 recipients, 60% had …"
    return end


def _cases(shade: str, sentence: Extent) -> Iterator[Candidate]:
    """Single patients that are presented as the treated group."""
    for match in _CASE.finditer(shade, *sentence):
        extent = (match.start("one"), match.end("unit"))
        number = Number(*match.span("one"), 1, "integer", "=", None, True)
        left, right = shade[sentence[0] : extent[0]], shade[extent[1] : sentence[1]]
        unit = cues.UNITS[match["unit"]]
        yield Candidate(extent, 1, number, sentence, left, right, "case", unit, "treated", 3.0, False)


def _is_whole(number: Number, shade: str) -> bool:
    """Whether it is a whole number that counts and sets no bound."""
    if number.kind != "integer" or not 1 <= number.value < _LARGEST or number.comparator == "<=":
        return False
    # "at least one patient"; "CDKs 4 and 6"
    return (
        not (number.comparator == ">=" and number.value == 1) and shade[number.start_char] not in cues.SIGNS
    )


def _read(
    numbers: Sequence[Number],
    place: int,
    shade: str,
    sentence: Extent,
    *,
    previous: Candidate | None,
    is_summand: bool,
) -> Candidate | None:
    """Form and predicate of a count; None where it is a measure, a label or a year."""
    number = numbers[place]
    left = shade[max(sentence[0], number.start_char - _WINDOW) : number.start_char]
    right = shade[number.end_char : min(sentence[1], number.end_char + _WINDOW)]
    if right.startswith(")") and _SHARE_OF_EVENT.search(left):
        return None
    form, unit, end = form_of(number, left, right)
    goes_on = previous is not None and _goes_on(shade[previous.number.end_char : number.start_char])
    if is_summand and form in (None, "ellipsis"):
        form = form_of_summand(form, left, right)
    if form is None:
        return None
    if form == "ellipsis" and not (goes_on or is_pronominal(number, left, right)):
        if right.startswith((f" {cues.DISEASE}", f" {cues.EVENT}")):
            return None  # "17 [breast cancers]"
        form = form_alone(left)
    modifiers = right[:end]
    limit = _next_count(shade, numbers, place, sentence[1])
    own = right[end : max(limit - number.end_char, end)]
    if joined := _RESPECTIVELY.match(right[end:]):
        own = right[end + joined.end() :]
    if verb := _VERB_OF_NEXT.match(own):
        own = own[: verb.start()]
    predicate = predicate_between(modifiers) or predicate_of(left, own, form)
    if predicate is None and form == "ellipsis" and goes_on and previous and not _OWN_VERB.match(right):
        predicate = previous.predicate
    if form == "ellipsis" and previous is not None and _is_aside(previous, number, left, right, shade):
        predicate = "trait"
    extent = (number.start_char, number.end_char + (end if unit else 0))
    is_definite = bool(cues.DEFINITE_BEFORE.search(left))
    return Candidate(
        extent, int(number.value), number, sentence, left, right, form, unit, predicate, 0.0, is_definite
    )


def _is_aside(previous: Candidate, number: Number, left: str, right: str, shade: str) -> bool:
    """Whether the count tells a part of the group before it: "30 patients ([27] at the recommended dose)"."""
    between = shade[previous.extent[1] : number.start_char]
    is_part = left.endswith("(") and between == " (" and previous.n > number.value
    return is_part and _PREPOSITION.match(right) is not None


def _goes_on(between: str) -> bool:
    """Whether a count goes on from the one before: "20 had SLE, [13] myositis and [six] vasculitis"."""
    return bool(_NEXT_COUNT.search(between)) and not re.search(r"[.;:]", between)
