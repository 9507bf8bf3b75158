"""Number expressions in running text: counts, percents, ranges, shares, fractions, with how they are meant.

Works on the string alone, in one pass, so that it does not depend on where a tokenizer cuts. Numbers inside
names (CD19, 4-1BB, IL-6, NCT01234567) and ordinals (third, 2nd) are not numbers here. Whether a number is a
year, a grade or a group of patients is for the caller to decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from pipeline.grammar.prefilter import compiled, openings
from pipeline.vocabulary import Comparator

#: integer: a whole number; decimal; range: from `value` to `upper`; percent (perhaps a range); share: a part
#: told in words ("half", "one in ten"), in percent; scaled: with a power or magnitude ("2 × 10⁶").
NumberKind = Literal["integer", "decimal", "range", "percent", "share", "scaled"]


class Number(NamedTuple):
    """A number expression. The extent covers the number and its sign of percent, not the words before it."""

    start_char: int
    end_char: int
    value: float
    kind: NumberKind
    comparator: Comparator = "="
    upper: float | None = None
    is_word: bool = False


class Fraction(NamedTuple):
    """`part` of `whole`: "12/15", "8 of 10", "three (21%) of the 14". The extent runs from part to whole."""

    start_char: int
    end_char: int
    part: Number
    whole: Number


# Position tells the value.
_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES: Final = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
_MULTIPLES: Final = {"dozen": 12, "hundred": 100, "thousand": 1_000}
_MAGNITUDES: Final = {"thousand": 1e3, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SHARES: Final = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}

_HYPHEN: Final = "[-\u2010\u2011]"
_DASH: Final = "[-\u2010-\u2015\u2212]"
_GAP: Final = "[ \xa0\u2007-\u2009\u202f]"
_DIGITS: Final = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,3}}(?:{_GAP}\d{{3}})+(?![\d,]*\d)|\d+)(?:[.·∙⋅]\d+)?"
)
_UNIT: Final = rf"(?:{'|'.join(sorted(_ONES, key=len, reverse=True))})"
_BELOW_100: Final = rf"(?:(?:{'|'.join(_TENS)})(?:(?:{_HYPHEN}|{_GAP}){_UNIT})?|{_UNIT})"
_HUNDREDS: Final = rf"(?:an?|{_BELOW_100}){_GAP}hundred(?:{_GAP}(?:and{_GAP})?{_BELOW_100})?"
_WORDS: Final = (
    rf"\b(?:(?:an?|{_BELOW_100}){_GAP}dozen"
    rf"|(?:an?|{_BELOW_100}){_GAP}thousand(?:,?{_GAP}(?:{_HUNDREDS}|(?:and{_GAP})?{_BELOW_100}))?"
    rf"|{_HUNDREDS}|{_BELOW_100})\b"
)
_SUPERSCRIPTS: Final = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_FLATTEN: Final = str.maketrans(_SUPERSCRIPTS + "−", "-0123456789-")
# What a free number neither follows nor runs into: letters, currency, the rest of a name ("4-1BB", "IL-6").
_FREE_BEFORE: Final = (
    rf"(?<![\w.·$€£^#{_SUPERSCRIPTS}])(?<![A-Za-zα-ω]{_DASH})(?<![A-Za-z]\*)(?<!\d[.,:·])(?<!\d{_DASH})"
    r"(?<![A-Z][A-Za-z]\d/)(?<![A-Z][A-Za-z]\d\d/)"
)
_FREE_AFTER: Final = rf"(?![\wα-ω{_SUPERSCRIPTS}])(?!{_DASH}\d+[A-Za-z])(?!:\d)(?![.·]\d)"
_POWER: Final = (
    rf"{_GAP}?[×x*∙·]{_GAP}?10{_GAP}?(?:\^|\*\*|[eE])?{_GAP}?[-−]?\d{{1,2}}\b"
    rf"|{_GAP}?[×x*∙·]{_GAP}?10[{_SUPERSCRIPTS}]+|[{_SUPERSCRIPTS}]+|\^-?\d+|[eE]\+?\d+\b"
)
_NUMBER: Final = re.compile(
    rf"""
      \b(?:(?P<share_n>an?|one|two|three|four)(?:{_HYPHEN}|{_GAP}))?(?P<share>half|thirds?|quarters?|fifths?|tenths?)\b
    | {_FREE_BEFORE}(?P<low>{_DIGITS})
        (?: (?P<power>{_POWER})
          | {_GAP}?(?P<magnitude>thousand|million|billion|[mb]n)\b
          | {_GAP}?%?(?:{_GAP}?{_DASH}{_GAP}?|{_GAP}to{_GAP})(?P<high>{_DIGITS}){_FREE_AFTER}
          | {_FREE_AFTER} )
    | (?<![\w$])(?<![A-Za-z]{_HYPHEN})(?P<words>{_WORDS})
        (?:{_GAP}(?P<word_magnitude>million|billion)\b)?
        (?:(?:{_GAP}?[–—]{_GAP}?|{_GAP}(?:to|or){_GAP})(?P<words_high>{_WORDS}))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Each of them begins with one of these words.
_FIRST_WORD: Final = compiled(
    rf"\b(?:\d|(?:an?|{'|'.join((*_ONES, *_TENS))}|half|thirds?|quarters?|fifths?|tenths?)\b)", re.IGNORECASE
)
#: An article that begins none of them, as nearly all articles.
_ARTICLE: Final = re.compile(
    rf"an?\b(?!(?:{_HYPHEN}|{_GAP})(?:half|third|quarter|fifth|tenth|dozen|hundred|thousand))", re.IGNORECASE
)
_PERCENT: Final = re.compile(rf"{_GAP}?(?:%|per ?cent\b)", re.IGNORECASE)
# "twenty-first", "three-fold", "one another": number words that count nothing.
_NO_COUNT_AFTER: Final = re.compile(
    rf"{_HYPHEN}?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|fold)\b|{_GAP}another\b",
    re.IGNORECASE,
)
_NO_COUNT_BEFORE: Final = re.compile(r"\b(?:no|any|every|some|each|this|that)[ \xa0]$", re.IGNORECASE)
# Parts of a whole that are ordinals ("the third") or durations ("half a year", "a quarter").
_SHARE_AFTER: Final = re.compile(
    rf"{_GAP}?(?:of\b|were\b|was\b|had\b|have\b|are\b|\(|responded|developed|achieved|experienced|remained|"
    rf"reached)",
    re.IGNORECASE,
)
#: What before a number tells how it is meant: phrases, and signs as a pattern.
_CUES: Final[tuple[tuple[Comparator, tuple[str, ...], str], ...]] = (
    (
        ">=",
        ("at least", "not less than", "not fewer than", "no less than", "no fewer than", "a minimum of"),
        rf"[≥⩾]|>{_GAP}?=",
    ),
    (
        "<=",
        (
            *("at most", "at the most", "up to", "as many as", "as much as", "as few as", "a maximum of"),
            *("no more than", "not more than", "fewer than", "less than", "under", "below"),
        ),
        rf"[≤⩽<]|<{_GAP}?=",
    ),
    (">=", ("more than", "over", "above", "greater than", "upwards of", "exceeding"), ">"),
    (
        "~",
        (
            *("about", "around", "approximately", "approx", "approx.", "roughly"),
            *("nearly", "almost", "some", "circa", "ca", "ca."),
        ),
        "[~≈∼]",
    ),
)
_BEFORE: Final = tuple(
    (
        comparator,
        re.compile(rf"(?:\b(?:{'|'.join(map(re.escape, phrases))})|{signs}){_GAP}?$", re.IGNORECASE),
    )
    for comparator, phrases, signs in _CUES
)
#: Each of those ends with one of these, and with these letters; few numbers stand behind any.
_ENDINGS: Final = (*(phrase for _, phrases, _ in _CUES for phrase in phrases), *"≥⩾>=≤⩽<~≈∼")
_LAST_LETTERS: Final = frozenset(one[-2:] for one in _ENDINGS)
_SPACES: Final = " \xa0\u2007\u2008\u2009\u202f\n"
_AFTER: Final[tuple[tuple[Comparator, re.Pattern[str]], ...]] = (
    (">=", re.compile(r"\+(?!\w)|,? or (?:more|higher|greater|above|older)\b", re.IGNORECASE)),
    ("<=", re.compile(r",? or (?:fewer|less|lower|below|younger)\b", re.IGNORECASE)),
)
#: Each of those begins with one of these.
_FIRST_AFTER: Final = frozenset({" or", ", o"})
_LOOK_BACK: Final = 24  # characters; the longest phrase, that of `_BETWEEN`, has 20
_JOINT: Final = 16  # characters between two numbers that make one; " in every " has 10
_BETWEEN: Final = re.compile(r"\bbetween[ \xa0](?:the ages? of )?$", re.IGNORECASE)
_ASIDE: Final = re.compile(rf"{_GAP}?[(\[][<>~≤≥]?\d+(?:[.·]\d+)?{_GAP}?%[^()\[\]]{{0,30}}[)\]],?")
_PART_OF: Final = re.compile(
    rf"(?:,? out)?{_GAP}of(?:{_GAP}(?:the|these|those|all|our|their|its|us|them|my|his|her|an?))?"
    rf"(?:{_GAP}(?:other|remaining|first|last|same|total|of))*{_GAP}|{_GAP}?/{_GAP}?",
    re.IGNORECASE,
)
_RATE: Final = re.compile(rf"{_GAP}in(?:{_GAP}every)?{_GAP}", re.IGNORECASE)
# "grade 3/4", "phase 1/2", "grade 1 in 10": numbers that name a step, not a part of a whole.
_STEP: Final = re.compile(
    rf"\b(?:(?<!any )(?<!all )grades?|gr\.?|g|phases?|types?|stages?|class|levels?|parts?|groups?|arms?|"
    rf"cohorts?|days?|weeks?){_GAP}?$",
    re.IGNORECASE,
)
# Wholes that are chosen for a rate ("one in five") rather than counted.
_RATE_WHOLES: Final = frozenset({2, 3, 4, 5, 10, 20, 100, 1_000, 10_000, 100_000, 1_000_000})


def _digits_value(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # "1,200", "8·5"
        return float(re.sub(rf",|{_GAP}", "", re.sub("[·∙⋅]", ".", text)))


def _words_value(text: str) -> int:
    """Value of words that `_WORDS` matched ("two thousand one hundred", "three dozen", "forty-one")."""
    thousands = value = 0
    for word in re.split(rf",?(?:{_HYPHEN}|{_GAP})", text.lower()):
        if word in _MULTIPLES:
            value = max(value, 1) * _MULTIPLES[word]
        else:
            value += _VALUES.get(word, 0)
        if word == "thousand":
            thousands, value = value, 0
    return thousands + value


def _comparator(text: str, start: int, end: int) -> Comparator:
    before = text[max(0, start - _LOOK_BACK) : start]
    said = before.rstrip(_SPACES).lower()
    # The letters first: to ask for all endings took 1.5 µs for each number.
    if (said[-2:] in _LAST_LETTERS or said[-1:] in _LAST_LETTERS) and said.endswith(_ENDINGS):
        for comparator, cue in _BEFORE:
            if cue.search(before):
                return comparator
    following = text[end : end + 3]
    if following.startswith("+") or following.lower() in _FIRST_AFTER:
        for comparator, pattern in _AFTER:
            if pattern.match(text, end):
                return comparator
    return "="


def _share(match: re.Match[str], text: str) -> Number | None:
    """A share in words, where it is told of a group ("half of them", "a quarter had")."""
    if not _SHARE_AFTER.match(text, match.end()):
        return None
    of = match["share"].lower()
    count = (match["share_n"] or "").lower()
    if not count and of != "half":
        return None  # "the third"
    value = max(_VALUES.get(count, 1), 1) * _SHARES[of.removesuffix("s")]
    comparator = _comparator(text, *match.span())
    return Number(match.start(), match.end(), value, "share", comparator, None, True)


def _from_digits(match: re.Match[str], text: str) -> Number:
    digits, power, magnitude, upper = match.group("low", "power", "magnitude", "high")
    low, end = _digits_value(digits), match.end()
    comparator = _comparator(text, match.start(), end)
    if power:
        return Number(match.start(), end, _scaled(digits, power), "scaled", comparator)
    if magnitude:
        return Number(match.start(), end, low * _MAGNITUDES[magnitude.lower()], "scaled", comparator)
    high = _digits_value(upper) if upper else None
    if percent := _PERCENT.match(text, end):
        return Number(match.start(), percent.end(), low, "percent", comparator, high)
    if high is not None:
        return Number(match.start(), end, low, "range", comparator, high)
    is_whole = digits.isdecimal() or re.search("[.·∙⋅]", digits) is None
    kind: NumberKind = "integer" if is_whole else "decimal"
    return Number(match.start(), end, low, kind, comparator)


def _scaled(mantissa: str, power: str) -> float:
    """Value of "2 × 10⁶", "1e6", "10^6"; of a flattened "2 × 106", too."""
    plain = power.translate(_FLATTEN)
    exponent = re.search(r"(-?)(\d+)$", plain)
    if exponent is None:  # a lone superscript minus: a marker, not a power
        return _digits_value(mantissa)
    has_base = re.search(r"[×x*∙·eE]", power)
    stated = exponent.group(2)
    if has_base and len(stated) > 2:
        stated = stated[2:]
    size = int(exponent.group(1) + stated[:2])
    value = _digits_value(mantissa)
    return value * 10.0**size if has_base else value**size if value < 1e3 else value


def _from_words(match: re.Match[str], text: str) -> Number | None:
    if _NO_COUNT_AFTER.match(text, match.end()):
        return None
    value: float = _words_value(match["words"])
    if value == 1 and _NO_COUNT_BEFORE.search(text[max(0, match.start() - 6) : match.start()]):
        return None
    comparator = _comparator(text, *match.span())
    if match["word_magnitude"]:
        value *= _MAGNITUDES[match["word_magnitude"].lower()]
        return Number(match.start(), match.end(), value, "scaled", comparator, None, True)
    if match["words_high"]:
        high = _words_value(match["words_high"])
        return Number(match.start(), match.end(), value, "range", comparator, high, True)
    if percent := _PERCENT.match(text, match.end()):
        return Number(match.start(), percent.end(), value, "percent", comparator, None, True)
    return Number(match.start(), match.end(), value, "integer", comparator, None, True)


def _joined(text: str, numbers: Sequence[Number]) -> list[Number]:
    """Put "between 10 and 12" and rates ("four in ten", "1 in 20") together."""
    joined: list[Number] = []
    for number in numbers:
        before = joined[-1] if joined else None
        if before is None or before.kind != "integer" or number.kind != "integer":
            joined.append(number)
            continue
        between = text[before.end_char : number.start_char]
        if len(between) > _JOINT:
            joined.append(number)
            continue
        window = text[max(0, before.start_char - _LOOK_BACK) : before.start_char]
        if between.strip().lower() == "and" and _BETWEEN.search(window):
            joined[-1] = before._replace(end_char=number.end_char, kind="range", upper=number.value)
        elif (
            _RATE.fullmatch(between)
            and before.value < number.value
            and number.value in _RATE_WHOLES
            and not _STEP.search(window)
        ):
            joined[-1] = before._replace(
                end_char=number.end_char, kind="share", value=100 * before.value / number.value
            )
        else:
            joined.append(number)
    return joined


def number_places(text: str, start: int = 0, end: int | None = None) -> list[int]:
    """Where words begin that may begin a number, between two characters of a text; counted from the first."""
    return [place - start for place, _ in openings(text).words(_FIRST_WORD.gate, start, end)]


def find_numbers(text: str, places: Sequence[int] | None = None) -> list[Number]:
    """Number expressions of a text, in order, not overlapping; linear in the length of the text.

    Args:
        text: the text.
        places: what `number_places` gives, where it is known already.

    Example:
        >>> [(n.value, n.kind, n.comparator) for n in find_numbers("About two dozen patients, 88·0% women")]
        [(24, 'integer', '~'), (88.0, 'percent', '=')]
    """
    numbers: list[Number] = []
    end = 0
    for start in number_places(text) if places is None else places:
        if start < end or (text[start] in "aA" and _ARTICLE.match(text, start)):
            continue
        match = _NUMBER.match(text, start)
        if match is None:
            continue
        end = match.end()
        share, low = match.group("share", "low")
        if share:
            number = _share(match, text)
        elif low:
            number = _from_digits(match, text)
        else:
            number = _from_words(match, text)
        if number is not None:
            numbers.append(number)
    return _joined(text, numbers)


def find_fractions(text: str, numbers: Sequence[Number]) -> list[Fraction]:
    """Pairs of neighbouring counts of which one is a part of the other.

    Args:
        text: the text.
        numbers: what `find_numbers` read in it.

    Example:
        >>> text = "Three (21%) of the 14 and 4/9"
        >>> [(f.part.value, f.whole.value) for f in find_fractions(text, find_numbers(text))]
        [(3, 14.0), (4.0, 9.0)]
    """
    fractions: list[Fraction] = []
    counts = [number for number in numbers if number.kind == "integer"]
    for part, whole in pairwise(counts):
        place = part.end_char
        if aside := _ASIDE.match(text, place):
            place = aside.end()
        if not _PART_OF.fullmatch(text, place, whole.start_char) or part.value > whole.value:
            continue
        window = text[max(0, part.start_char - _LOOK_BACK) : part.start_char]
        is_chain = text[whole.end_char : whole.end_char + 1] == "/" or window.endswith("/")
        if not _STEP.search(window) and not is_chain:
            fractions.append(Fraction(part.start_char, whole.end_char, part, whole))
    return fractions
