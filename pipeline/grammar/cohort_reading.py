"""Counts that may be groups of subjects: how the text puts them and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_cues import Predicate
from pipeline.grammar.cohort_evidence import (
    OF_THEM,
    THRESHOLD,
    Candidate,
    Form,
    is_heading,
    is_open,
    weigh,
)
from pipeline.grammar.endings import ending
from pipeline.grammar.numbers import Fraction, Number

_WINDOW: Final = 160  # characters read on either side of a number; beyond lies another statement
_LARGEST: Final = 1_000_000


_CLAUSE_END: Final = re.compile(
    r"[;:!?\n]|\.(?=[ \n]|$)| [–—] | (?:while|whereas|but|although|though|against|versus|vs\.?) "
)
_NEXT_COUNT: Final = re.compile(r"(?:, and|,| and| plus|;) (?:(?:the|other|only|just|all|another) )*$")
_RESPECTIVELY: Final = re.compile(
    r"^ (?:and|or|versus|vs\.?) [\w-]+(?:, respectively,?|(?=[^.;]*, respectively))"
)
_ASIDE: Final = re.compile(r" ?[(\[][^()\[\]]{0,80}(?:\[[^\]]{0,20}\][^()\[\]]{0,40}){0,3}[)\]]")
_CARD_WORDS: Final[tuple[tuple[str, Predicate], ...]] = (
    (r"screened", "screened"),
    (r"(?:\w+[- ])?evaluable|efficacy set|analysis set", "evaluable"),
    (
        r"enrol(?:led|l?ment)|recruited|randomi[sz]ed",
        "enrolled",
    ),
    (r"treated|infused|dosed|safety set|participants?|patients?|population|sample", "treated"),
    (r"[^\n.:;]{0,20}-(?:positive|negative|high|low|na[iï]ve|refractory)", "trait"),
)
_CARDS: Final[tuple[tuple[re.Pattern[str], Predicate], ...]] = tuple(
    (
        re.compile(
            rf"(?:^|\n|[|•*·;,])\s*(?:[-–•*] ?)?(?:[\w-]+ )??(?:{words})[^\n.;]{{0,12}}?\s?[–—:=|-]\s?$"
        ),
        predicate,
    )
    for words, predicate in _CARD_WORDS
)
#: With one of them a label ends.
_CARD_SIGNS: Final = frozenset("–—:=|-")
_LISTED_BEFORE: Final = re.compile(r"[\ue001\ue003](?: ?\([^()\d]{1,12}\))?(?:, | ?\(|: ?| )(?:n ?= ?)?$")
_LISTED_CLOSE: Final = re.compile(r"\s?(?:[),;.\]]|$|and\b|\n)")
_CLOSED: Final = re.compile(r" ?[,;)]")
_IN_LIST: Final = ending(r"[(,;:|/–—]\s?(?:and |plus )?$")
_LISTED_AFTER: Final = re.compile(
    r" (?:(?!with|of|for|in|to|and|or|from)[a-z-]+ )?\ue001+(?:[,;.)\n]|$| (?:and|or)\b)"
)
_OBJECT: Final = ending(r"[^\s.;,] (?:in|for|to|into) (?:the )?$")
_ENUMERATED: Final = re.compile(r"(?:(?:, or|, and|,| and| or|/) ?\d+)+(?!\d)")
_PREPOSITION: Final = re.compile(r" (?:at|with|in|on|under|from|after|before|of whom|who)\b")
#: "died of events (brain herniation, n = 1; septic shock, n = 1)".
_COUNTED_OUTCOME: Final = re.compile(
    r"(?:\ue002|\b(?:died|deaths?|relapsed|progressed|responded|reasons?|causes?))[^.()]{0,60}\([^.()]*$"
)
_OWN_VERB: Final = re.compile(r"(?: ?\([^)]*\))? (?:had|have|has|were|was|are|did|could|went|showed)\b")
_MORE_AFTER: Final = re.compile(r"\+|,? or (?:more|fewer|less|higher|greater)\b")
_ONE_IS: Final = re.compile(r" (?:with|had|has|got|received|was|of (?:them|whom)|each|under|at)\b|[),;]")
#: What a summand in brackets counts: "(10 ABCD, 3 sABC)", "(182 [drug], 189 [drug] alone)".
_COUNTED: Final = re.compile(
    r"\)| (?!f\b|m\b|\w*(?:women|men|"
    r"males?)\b)(?:[\w\ue001-\ue004+/-]+ ){0,5}[\w\ue001-\ue004-]{2,}(?:[,;)]| and\b)"
)
_RELATIVE: Final = re.compile(r"\b(?:that|which|who|whose)\b")
_TOLD_AT_ONCE: Final = re.compile(r"\b(?:screened|enrol?led|randomi[sz]ed|infused|treated|dosed|evaluated) $")
_ADJACENT: Final = 15  # characters: room for "also" or "each" between a count and what sets it apart
_SHARE_ASIDE: Final = re.compile(r" ?[(\[]\d+(?:[.·]\d+)? ?%[)\]]")
_STUDIES_AFTER: Final = re.compile(r" (?:[^\W\d][\w-]*,? (?:\([^)]*\),? )?){1,6}?(?:trials|studies)\b")
#: A column of a table that was flattened to text: "Started      [31]   [12]   [10]".
_CELL_BEFORE: Final = re.compile(r"[^\W\d][^\n]*?(?: {2,}|\t ?|\| ?)(?:\d+(?: {2,}|\t ?|\| ?))*$")
_CELL_ENDS: Final = tuple(gap + end for gap in ("  ", "\t", "\t ", "|", "| ") for end in ("", "\n"))
#: "IP arm [12], IV arm [15]": arms are numbered with one digit.
_OF_ARM: Final = ending(r"\b(?:arm|group|cohort) $")
_MANY: Final = 10
_SUMMANDS: Final = 2  # so many numbers, at least, add up to another
_OTHERS: Final = re.compile(r" others\b")
_OF_US: Final = re.compile(r" of us\b")
_CASE_WORDS: Final = ("we ", "here ")
_CASE: Final = re.compile(
    r"\b(?:we|here) (?:\w+ )?(?:report|describe|present|treated) (?:on |here |the case of )*(?P<one>an?|"
    r"one|a single) "
    r"(?:[^\s.,;]+ ){0,5}?(?P<unit>patient|woman|man|child|girl|boy|adult)\b"
)


def read_candidates(
    shade: str, sentences: Sequence[Extent], numbers: Sequence[Number], fractions: Sequence[Fraction]
) -> Iterator[Candidate]:
    """Counts in sentences that are not plainly something else, in order.

    Args:
        shade: the text's shadow (`cohort_cues.shadow`).
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
        yield from _cases(shade, (start, end))
        yield from _in_sentence(shade, (start, end), numbers[first:place], parts, wholes)


def _in_sentence(
    shade: str, sentence: Extent, numbers: Sequence[Number], parts: set[int], wholes: set[int]
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
        and cues.LABEL_BEFORE.search(shade[: last.start_char][-40:])
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
    if not any(shade.find(word, *sentence) >= 0 for word in _CASE_WORDS):
        return
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
    form, unit, end = _form(number, left, right)
    goes_on = previous is not None and _goes_on(shade[previous.number.end_char : number.start_char])
    if form == "ellipsis" and is_summand and _IN_LIST.search(left) and _COUNTED.match(right):
        form = "listed"
    if form in (None, "ellipsis") and is_summand and is_open(left) and _CLOSED.match(right):
        form = "listed"  # "(one drug 38, the other 41)"
    if form is None:
        return None
    if form == "ellipsis" and not (goes_on or _is_pronominal(number, left, right)):
        if right.startswith((f" {cues.DISEASE}", f" {cues.EVENT}")):
            return None  # "17 [breast cancers]"
        form = "cell" if left.endswith(_CELL_ENDS) and _CELL_BEFORE.search(left) else "bare"
    modifiers = right[:end]
    limit = _next_count(shade, numbers, place, sentence[1])
    own = right[end : max(limit - number.end_char, end)]
    if joined := _RESPECTIVELY.match(right[end:]):
        own = right[end + joined.end() :]
    predicate = _predicate_of(modifiers) or _predicate(left, own, form)
    if predicate is None and form == "ellipsis" and goes_on and previous and not _OWN_VERB.match(right):
        predicate = previous.predicate
    if form == "ellipsis" and previous is not None and _is_aside(previous, number, left, right, shade):
        predicate = "trait"
    extent = (number.start_char, number.end_char + (end if unit else 0))
    is_definite = bool(cues.DEFINITE_BEFORE.search(left))
    return Candidate(
        extent, int(number.value), number, sentence, left, right, form, unit, predicate, 0.0, is_definite
    )


def _form(number: Number, left: str, right: str) -> tuple[Form | None, str | None, int]:
    """Form, unit, and where in `right` the phrase ends."""
    if phrase := cues.UNIT_PHRASE.match(right):
        label = cues.STEP_BEFORE.search(left)
        if label and not number.is_word:
            return None, None, 0
        return "unit", cues.UNITS[phrase["unit"]], phrase.end()
    if (share := _SHARE_ASIDE.match(right)) and (phrase := cues.UNIT_PHRASE.match(right[share.end() :])):
        return "unit", cues.UNITS[phrase["unit"]], share.end() + phrase.end()
    if us := _OF_US.match(right):
        return "us", "people", us.end()
    if cues.N_EQUALS.search(left) or (right.startswith(")") and cues.GROUP_BRACKET.search(left)):
        return "equals", None, 0
    if _card(left):
        return "card", None, 0
    if _is_no_count(number, left, right):
        return None, None, 0
    if (_IN_LIST.search(left) and _LISTED_AFTER.match(right)) or (
        _LISTED_BEFORE.search(left) and _LISTED_CLOSE.match(right)
    ):
        return "listed", None, 0
    if cues.SERIES_BEFORE.search(left) and cues.PRONOMINAL.match(right):
        return "series", None, 0
    return "ellipsis", None, 0


def _is_no_count(number: Number, left: str, right: str) -> bool:
    """Whether it is a year, a measure or a label."""
    if 1900 <= number.value <= 2100 and not number.is_word:
        return True
    if cues.MEASURE_AFTER.match(right) and not _OTHERS.match(right):
        return True
    if cues.THING_BEFORE.search(left):
        return True
    return bool(cues.LABEL_BEFORE.search(left)) and not (number.value >= _MANY and _OF_ARM.search(left))


def _is_aside(previous: Candidate, number: Number, left: str, right: str, shade: str) -> bool:
    """Whether the count tells a part of the group before it: "30 patients ([27] at the recommended dose)"."""
    between = shade[previous.extent[1] : number.start_char]
    is_part = left.endswith("(") and between == " (" and previous.n > number.value
    return is_part and _PREPOSITION.match(right) is not None


def _goes_on(between: str) -> bool:
    """Whether a count goes on from the one before: "20 had SLE, [13] myositis and [six] vasculitis"."""
    return bool(_NEXT_COUNT.search(between)) and not re.search(r"[.;:]", between)


def _is_pronominal(number: Number, left: str, right: str) -> bool:
    """Whether the count stands for a noun: "[117] were infused", not "[one] intravenous dose"."""
    if _MORE_AFTER.match(right) or (right.startswith(")") and "(" not in left[-60:]):
        return False
    if not number.is_word and not cues.may_stand_alone(left):
        return False
    if number.value == 1 and not _ONE_IS.match(right):
        return False
    return bool(cues.PRONOMINAL.match(right)) or bool(cues.PREDICATE.match(right.lstrip()))


def _predicate_of(modifiers: str) -> Predicate | None:
    """What stands between count and noun: "[225] evaluable patients", "[88] infused patients"."""
    match = cues.PREDICATE.search(modifiers) if modifiers else None
    kind = match.lastgroup if match else None
    return kind if kind in ("screened", "enrolled", "treated", "evaluable") else None  # type: ignore[return-value]


def _card(left: str) -> Predicate | None:
    """What the label of a card or a line says: "Enrolled: 12"."""
    if left[-3:].rstrip()[-1:] not in _CARD_SIGNS:
        return None
    return next((predicate for pattern, predicate in _CARDS if pattern.search(left)), None)


def _predicate(left: str, right: str, form: Form) -> Predicate | None:
    """What is said of the group: right of it in its clause, else left of it."""
    if card := _card(left):
        return card
    right = OF_THEM.sub("", _ASIDE.sub("", right), count=1).split(")")[0]
    if right.startswith(f" {cues.EVENT}"):
        return "outcome"  # "two patients [died]"
    if form == "equals" and _COUNTED_OUTCOME.search(left) and not is_heading(left):
        return "outcome"
    if form == "ellipsis" and _OBJECT.search(left):
        right = ""  # "infused in 55": what is said stands before
    clause = right[: end.start()] if (end := _CLAUSE_END.search(right)) else right
    found = list(cues.PREDICATE.finditer(clause))
    if form == "ellipsis":  # a trait is told at once
        found = [m for m in found if m.lastgroup != "trait" or m.start() <= _ADJACENT]
    kinds: list[Predicate] = [m.lastgroup for m in found]  # type: ignore[misc]
    first = kinds[0] if kinds else None
    before = _predicate_before(left)
    if before and form == "ellipsis" and (first == "trait" or _TOLD_AT_ONCE.search(left)):
        return before  # "the analysis covered 94 with …", "enrolled 30, infused 27"
    if first == "trait" and form == "ellipsis":
        return first
    if first == "trait" and not found[0].group().startswith("whose"):
        first = next((kind for kind in kinds if kind != "trait"), "trait")
    if before and first == "outcome" and _RELATIVE.search(clause[: found[kinds.index("outcome")].start()]):
        return before  # "the study involved 52 patients that had progressed"
    if first not in (None, "trait"):
        return first
    return before or first


def _predicate_before(left: str) -> Predicate | None:
    """What is said before: "we enrolled [12]", "infused in [12]"."""
    clause = re.split(r"[;:.!?]\s|\n", left)[-1][-60:]
    if cues.TREATED_BEFORE.search(clause):
        return "enrolled" if "apheresis" in clause else "treated"
    if cues.RATE_BEFORE.search(clause) and clause.endswith("on "):
        return "evaluable"
    match = cues.PREDICATE_BEFORE.search(clause)
    return match.lastgroup if match else None  # type: ignore[return-value]
