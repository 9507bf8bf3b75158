"""Dates as they are printed: "04 February 2026", "Nov. 9, 2023", 2/14/2026, 18.04.2024, 2026-01-02."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# No word boundary before a month's name: scraped pages glue it to the word in front ("publishedMay 3, 2025").
_PATTERN: Final = re.compile(
    r"(?<!\d)(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    rf"|(?<!\d)(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH.format('n2')},?[\s-]+(?P<y2>(?:19|20)\d\d)(?!\d)"
    rf"|{_MONTH.format('n3')}\s*(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d/])(?P<a4>\d{1,2})/(?P<b4>\d{1,2})/(?P<y4>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d.])(?P<d5>\d{1,2})\.(?P<m5>\d{1,2})\.(?P<y5>(?:19|20)\d\d)(?!\d)"
    rf"|\b{_MONTH.format('n6')},?\s+(?P<y6>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
#: What every date has; sought first, since a text without any costs a tenth then.
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


class PrintedDate(NamedTuple):
    """A date and where it stands, in characters of the text it was found in."""

    value: date
    start_char: int
    end_char: int


def month_number(name: str) -> int | None:
    """1–12 for a month's English name, short or long, or for its number.

    Example:
        >>> month_number("Sept."), month_number("02")
        (9, 2)
    """
    if name.strip().isdigit():
        return int(name)
    short = name.strip().lower()[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def printed_dates(text: str) -> Iterator[PrintedDate]:
    """Dates in the order in which they are printed; impossible ones are passed over.

    With slashes the month comes first, as in the United States, unless the first number is above twelve;
    with dots the day comes first. A month without a day stands for its first day.

    Example:
        >>> [str(found.value) for found in printed_dates("Originally published on 2/14/2026")]
        ['2026-02-14']
    """
    if not _YEAR.search(text):
        return
    for match in _PATTERN.finditer(text):
        if value := _value(match):
            yield PrintedDate(value, match.start(), match.end())


def calendar_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _value(match: re.Match[str]) -> date | None:
    part = match.groupdict()
    if part["y1"]:
        return calendar_date(int(part["y1"]), int(part["m1"]), int(part["d1"]))
    if part["y4"]:
        first, second = int(part["a4"]), int(part["b4"])
        month, day = (second, first) if first > 12 else (first, second)
        return calendar_date(int(part["y4"]), month, day)
    if part["y5"]:
        return calendar_date(int(part["y5"]), int(part["m5"]), int(part["d5"]))
    for form in "236":
        if part[f"y{form}"]:
            month_ = month_number(part[f"n{form}"]) or 0
            return calendar_date(int(part[f"y{form}"]), month_, int(part.get(f"d{form}") or 1))
    return None
