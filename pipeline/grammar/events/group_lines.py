"""Lines that tell the events of one group: its name and size, and then each event with its count.

"Low dose (n=5): CRS 4 (80); fever 1 (20), grade ≥3 0 (0)". The number in brackets is a share with or without
a sign, for it is what the count comes to in the group; a line in which that is not so is none of these. Pure
functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.events.figures import Figure, fits
from pipeline.grammar.events.tables import Row
from pipeline.grammar.grades import find_grades

_LABEL: Final = re.compile(
    r"[^:;|\n]{0,60}?[(\[,]\s?[Nn]\s?=\s?(?P<of>\d{1,5})\s?[)\]]?(?:,? n ?\(%\))?\s?[:|\t–—-]\s*"
)
_ITEM: Final = re.compile(
    r"\s*(?:and )?(?P<name>[^\W\d][^;|\n]*?)[:=,]?\s+(?P<n>\d{1,5})(?:\s?/\s?(?P<of>\d{1,5}))?"
    r"(?:\s?[(\[]\s?(?P<share>\d{1,3}(?:[.·]\d+)?)\s?%?\s?[)\]])?\s*"
)
_BORDER: Final = re.compile(r"[;|]\s|(?<=[)\]]),?\s(?=[^\W\d(])|(?<=\d),\s(?=[^\W\d(])|\.?$")


def find_group_lines(text: str) -> Iterator[Row]:
    """A row for each event of such lines, in order.

    Example:
        >>> [(f.n, f.of, f.percent) for row in find_group_lines("A (n=4): CRS 3 (75)") for _, f in row.cells]
        [(3, 4, 75.0)]
    """
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if "=" in line and (label := _LABEL.match(text, start, end)):
            yield from _rows(text, label.end(), end, int(label["of"]))
        start = end + 1


def _rows(text: str, start: int, end: int, of: int) -> list[Row]:
    """What a line tells of a group of this size; nothing if any part of it tells something else."""
    rows: list[Row] = []
    has_share = False
    for left, right in _items(text, start, end):
        item = _ITEM.fullmatch(text, left, right)
        if item is None or int(item["of"] or of) != of:
            return []
        n, share = int(item["n"]), item["share"]
        percent = float(share.replace("·", ".")) if share else None
        if not fits(Figure(left, right, n, None, percent), of):
            return []
        has_share = has_share or percent is not None
        name = item.span("name")
        grades = [grade for grade in find_grades(text, *name) if not grade.is_any]
        cell = (grades[0] if grades else None, Figure(item.start("n"), right, n, of, percent))
        if grades and rows and (grades[0].start_char, grades[0].end_char) == name:
            rows[-1] = Row(rows[-1].name, (*rows[-1].cells, cell))  # "CRS 4 (80), grade ≥3 1 (20)"
        else:
            rows.append(Row(name, (cell,)))
    return rows if has_share else []


def _items(text: str, start: int, end: int) -> Iterator[Extent]:
    left = start
    for border in _BORDER.finditer(text, start, end):
        if text[left : border.start()].strip():
            yield left, border.start()
        left = border.end()
