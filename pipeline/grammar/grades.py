"""CTCAE grades in running text: "grade ≥3", "grades 1 to 2", "G3", "never above grade 2", "severe", "fatal".

Pure functions on characters; a grade expression is read as a range with an open end where the text leaves it
open.

    >>> [(g.low, g.high) for g in find_grades("grade 3 or higher; G1–2; greater than grade 3; fatal")]
    [(3, None), (1, 2), (4, None), (5, 5)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.grammar.prefilter import compiled, opened


class Grade(NamedTuple):
    """A grade range in a text. `denies_above`: worded as a denial of what lies above ("never above grade 2").

    `is_stated` is False where an adjective stands for the grade ("severe" for 3 and higher). `is_any` marks
    "any grade", which has neither end.
    """

    start_char: int
    end_char: int
    low: int | None
    high: int | None
    denies_above: bool = False
    is_stated: bool = True
    is_any: bool = False


_DASH: Final = r"[-\u2010-\u2015\u2212]"
_COUNT: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|some|several)"
_SPACE: Final = r"[ \t\u00a0\u202f\u2009]?"
_DIGIT: Final = r"(?:[0-5](?![\d.,·]*\d|%|[ ]?%)|IV|V|I{1,3})\b"
_WORD: Final = (
    rf"(?:(?:CTCAE|ASTCT|Lee|toxicity|maximum|max\.?|peak|worst|highest)[ -])*(?:[Gg]rades?|GRADES?|"
    rf"[Gg]rd?s?\b\.?){_DASH}?"
)
_NOT_BEYOND: Final = (
    r"(?:(?:never|not|no(?!\s(?:more|higher|worse|greater|severer)\sthan)|nor|none|nobody|no\sone|"
    r"(?:at|in)\sno\s(?:time|point|case|instance|one)|did\snot|didn['’]t|was\snot|were\snot|without|neither)\s+"
    r"(?:(?:(?:a|one|single)\s)?(?:(?:event|case|episode|instance|one)s?(?:\s(?:was|were))?|"
    r"got|gets?|go(?:es|ne)?|going|went|rose|rise|climb(?:ed)?|c[ao]me|progress(?:ed)?|extend(?:ed)?|moved?|"
    r"ever|once|been|seen|any|anything|graded|of(?:\s(?:it|them|these|those|which|whom))?|was|were|being)\s+){0,2}"
    r"(?:>(?!=)|above|beyond|past|over|pass(?:ed|ing)?|exceed(?:ed|ing|s)?|surpass(?:ed|ing)?|higher\sthan|"
    r"worse\sthan|more\sthan|more\ssevere\sthan|greater\sthan))"
)
_AT_MOST: Final = (
    r"(?:at\s(?:most|(?:the\s)?worst)|within|no\s(?:higher|worse|more|greater)\sthan|up\sto|a\smaximum\sof|maximum|max\.?|"
    r"limited\sto\sa\smaximum\sof|top|≤|<=|⩽|≦)"
)
_ABOVE: Final = (
    r"(?:(?:greater|higher|worse|more|severer|more\ssevere)\sthan|above|beyond|past|over|exceeding|"
    r"in\sexcess\sof|>(?![=]))"
)
_BELOW: Final = r"(?:less\sthan|lower\sthan|below|under|<(?![=]))"
_AT_LEAST: Final = r"(?:≥|>=|⩾|≧|at\sleast|from|> ?or\s?=)"
_UP: Final = (
    rf"{_SPACE}(?:\+|(?:,|\()?\s?(?:or|and|&|/)\s?(?:higher|above|worse|more|greater|severer|over|up|"
    rf"upwards?|beyond)\)?|{_SPACE}and\sup\b|upwards?\b)"
)
_DOWN: Final = (
    r"(?:\s?(?:or|and)\s(?:lower|less|below|under|milder)|,?\sat\s(?:the\s)?(?:most|worst|highest|maximum)\b)"
)
_RANGE_SIGN: Final = rf"\s?(?:{_DASH}|to|or|and|/|through|&)\s?(?:(?:[Gg]rades?|G)\s?)?"

_PATTERN: Final = re.compile(
    rf"""
    (?P<not_beyond>(?i:{_NOT_BEYOND})\s(?:a\s)?(?:{_WORD}{_SPACE}|G)(?P<not_n>{_DIGIT}))
  | (?P<at_most>(?i:{_AT_MOST})\s?(?:(?:of|at)\s)?{_WORD}{_SPACE}(?P<most_n>{_DIGIT}))
  | (?P<above>(?i:{_ABOVE})\s?(?:{_WORD}{_SPACE}|G)(?P<above_n>{_DIGIT}))
  | (?P<below>{_BELOW}\s?(?:{_WORD}{_SPACE}|G)(?P<below_n>{_DIGIT}))
  | (?P<least>{_AT_LEAST}\s?(?:{_WORD}{_SPACE}|G)(?P<least_n>{_DIGIT}))
  | (?P<any>\b(?i:any|all|whatever|every)[-\s]grades?\b(?!\s?[0-9≥>]))
  | (?P<signed>(?:\b{_WORD}|\bG)\s?(?:of\s)?(?P<sign>≥|>=|⩾|≧|≤|<=|⩽|≦|>|<|at\sleast\s|at\smost\s|up\sto\s)
        \s?(?P<signed_n>{_DIGIT}))
  | (?P<plain>(?:\b{_WORD}(?:\sof)?|\bG(?=[1-5])){_SPACE}(?P<n>{_DIGIT})
        (?:(?P<up>{_UP})|(?P<down>{_DOWN})|{_RANGE_SIGN}(?P<m>{_DIGIT})(?!\s?(?:%|of\b|patients)))?)
  | (?P<scored>\b(?:graded|scored|rated)\s(?:it\s|them\s|this\s)?(?:as\s)?(?:an?\s)?(?P<scored_n>[1-5])
        (?!\s?(?:%|of\b|out\b|points?|/|[-.,·–]\s?\d|patients|to\b)|\w))
  | (?P<ordinal>\b(?:of\s(?:the\s)?)?(?P<nth>first|second|third|fourth)\s(?:grade|degree)\b(?!\s?[≥>=<\d]))
  | (?P<high>\b(?i:high(?:er)?){_DASH}grade\b)
  | (?P<low>\b(?i:low){_DASH}grade\b)
  | (?P<both_fatal>\b(?:fatal|lethal)\s(?:or|and)\slife[- ]threatening\b
        |\blife[- ]threatening\s(?:or|and|/)\s?fatal\b)
  | (?P<fatal>\b(?i:fatal|lethal)(?:ly)?\b|\b(?:killed|(?:claimed|cost|took)\sthe\s(?:life|lives)\sof)\b
        (?=\s(?:(?:an?|all|both|another|\d+|{_COUNT})\b))
        |\b(?:claimed|took)\b(?=\s(?:\d+|{_COUNT})\s?(?:[.,;)]|$))
        |\b(?:claimed|cost|took|taken)\b(?=\s(?:an?|\d+|{_COUNT})\s(?:life|lives)\b))
  | (?P<threat>\b(?i:life)[- ]threatening\b)
  | (?P<severe>\b(?i:severe)\b(?!\s(?:combined|acute\srespiratory|and\s(?:persistent|refractory)|disease)))
    """,
    re.VERBOSE,
)
#: What each of these expressions has; most sentences have none of it.
_HINT: Final = compiled(
    r"[Gg]r(?:ade|d?s?\b)|GRADE|\bG[1-5]|\bG\b\s?(?:of\s)?(?:[≥≤<>⩾⩽≧≦]|at\s|up\s)|[Ss]evere|SEVERE|[Ff]atal|FATAL|[Ll]ethal|"
    r"LETHAL|hreat|HREAT|"
    r"killed|claimed\b|took\b|\bli(?:fe|ves)\b|\b(?:graded|scored|rated)\b|\bdegree\b"
)
# "… grade 3 in two and in nobody worse than that", "grade 1 or 2, never anything higher": what is denied lies
# above the grade told before.
_RELATIVE: Final = re.compile(
    r"\b(?:nobody|none|no\sone|nothing|never|not|no\s(?:patient|case|event|episode))(?:\s(?:anything|any|was|were|had|got|"
    r"went|rose|seen|in))*\s(?P<above>(?:higher|worse|above|beyond|severer|more\ssevere)(?:\sthan\s(?:that|this))?)"
    r"(?=\s?[.,;:)\]]|\s(?:and|but)\b|$)",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\sand\s")
# "grade 1 in four, 2 in three and 3 in one": levels after the first, each with its count.
_NEXT_LEVEL: Final = re.compile(
    rf"\sin\s(?:\d+|{_COUNT})(?:\s?\([^()]*\))?(?:[,;]\s(?:and\s)?|\sand\s)(?P<n>[1-5])(?=\sin\s(?:\d|{_COUNT}))"
)
#: Levels that are told without a digit.
_LEVELS: Final = {
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "V": 5,
    "FIRST": 1,
    "SECOND": 2,
    "THIRD": 3,
    "FOURTH": 4,
}


def _level(text: str) -> int:
    return _LEVELS.get(text.upper()) or int(text)


def _range_of(match: re.Match[str]) -> tuple[int | None, int | None]:
    kind = match.lastgroup
    if match["not_beyond"]:
        return None, _level(match["not_n"])
    if match["at_most"]:
        return None, _level(match["most_n"])
    if match["above"]:
        return _level(match["above_n"]) + 1, None
    if match["below"]:
        return None, _level(match["below_n"]) - 1
    if match["least"]:
        return _level(match["least_n"]), None
    if match["signed"]:
        level, sign = _level(match["signed_n"]), match["sign"].strip()
        if sign in ("≤", "<=", "⩽", "≦", "at most", "up to"):
            return None, level
        return (None, level - 1) if sign == "<" else (level + (sign == ">"), None)
    if match["plain"] or match["scored"] or match["ordinal"]:
        return _plain_range(match)
    if match["both_fatal"]:
        return 4, 5
    fixed: dict[str, tuple[int | None, int | None]] = {
        "any": (None, None),
        "high": (3, None),
        "low": (1, 2),
        "fatal": (5, 5),
        "threat": (4, 4),
        "severe": (3, None),
    }
    return fixed[kind or "any"]


def _plain_range(match: re.Match[str]) -> tuple[int | None, int | None]:
    level = _level(match["n"] or match["scored_n"] or match["nth"])
    if match["up"]:
        return level, None
    if match["down"]:
        return None, level
    if match["m"]:
        other = _level(match["m"])
        return (min(level, other) or None), max(level, other)
    return level or None, level


def may_grade(gates: int) -> bool:
    """Whether a stretch of text may hold a grade expression, by what it opens (`grammar.prefilter`)."""
    return gates & _HINT.gate != 0


def find_grades(text: str, start: int = 0, end: int | None = None) -> list[Grade]:
    """Grade expressions of a stretch of text, in order, not overlapping.

    Example:
        >>> find_grades("CRS was never above grade 2.")[0][2:5]
        (None, 2, True)
    """
    found: list[Grade] = []
    end = len(text) if end is None else end
    if not may_grade(opened(text, start, end)) or not _HINT.search(text, start, end):
        return found
    for match in _PATTERN.finditer(text, start, end):
        low, high = _range_of(match)
        end_char = match.end()
        if match["m"] and _AND.search(match.group()) and _level(match["m"]) < _level(match["n"]):
            # "6 were grade 3 and 1 (3%) grade 5": the lower number counts what comes next.
            low = high = _level(match["n"])
            end_char = match.end("n")
        is_adjective = any(match[name] for name in ("severe", "fatal", "threat", "both_fatal", "high", "low"))
        grade = Grade(
            match.start(),
            end_char,
            low,
            high,
            bool(match["not_beyond"]),
            not is_adjective,
            bool(match["any"]),
        )
        # "severe (grade 3+) CRS", "grade 3 or higher (severe)": the stated grade explains the adjective.
        if found and re.fullmatch(r"\s*[(,]?\s*", text[found[-1].end_char : grade.start_char]):
            if not found[-1].is_stated and grade.is_stated:
                found[-1] = grade._replace(start_char=found[-1].start_char)
                continue
            if found[-1].is_stated and not grade.is_stated:
                found[-1] = found[-1]._replace(end_char=grade.end_char)
                continue
        found.append(grade)
        if match["plain"] and low == high:
            found += _next_levels(text, end_char, end)
    return [*found, *_above_the_last(text, found, end)]


def _above_the_last(text: str, found: Sequence[Grade], end: int) -> Iterator[Grade]:
    """What is said not to have been worse than the last grade."""
    if not found or found[-1].high is None or found[-1].denies_above:
        return
    if match := _RELATIVE.search(text, found[-1].end_char, end):
        yield Grade(*match.span("above"), found[-1].high + 1, None)


def _next_levels(text: str, start: int, end: int) -> Iterator[Grade]:
    while following := _NEXT_LEVEL.match(text, start, end):
        level, start = int(following["n"]), following.end()
        yield Grade(following.start("n"), start, level, level)
