"""Tables flattened to text, and lists with two columns: "Event | Any grade, n (%) | Grade ≥3, n (%)"."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.grammar.event_figures import Figure
from pipeline.grammar.grades import Grade, find_grades


class Table(NamedTuple):
    """Header of a table flattened to text, or of a list: the grades of its columns and its denominator."""

    grades: tuple[Grade | None, ...]
    of: int | None


_TABLE_HEADER: Final = re.compile(
    r"\b(?:any|all)[- ]grades?\b[^|/;.\n]{0,14}(?:[|/;,]|\t|\s{2})\s*(?P<high>(?:grades?|gr\.?|"
    r"G)\s?[^|/;:\n)]{1,22}|"
    r"severe|high[- ]grade)",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(r"\b[Nn]\s?=\s?(\d+)")
_CELL: Final = re.compile(
    r"(?:\||(?<=\s)(?=\d))\s*(?:(\d+)\s*[(\[]\s*(\d+(?:[.·]\d+)?)\s*%?\s*[)\]]|(\d+(?:[.·]\d+)?)\s*%|"
    r"(\d+)\b|([^|"
    r"\d]{1,12}?))\s*(?=\||$|[A-Z]|\s)"
)


#: What stands right after a row's name: a cell's bar, or at least two figures in columns of white space.
CELLS: Final = re.compile(r"\s*\||\s+\d+ ?\(\d[^()\n]*\)\s+\d+ ?\(\d|\s+\d[\d.]* ?%\s+\d[\d.]* ?%")


def find_table(text: str, start: int, end: int) -> Table | None:
    """A header "any grade | grade ≥3" in a stretch of text, with the table's N where it is given.

    Example:
        >>> find_table("Side effects (all grades / grade ≥3): CRS 58% / 5%", 0, 50).grades[1].low
        3
    """
    match = _TABLE_HEADER.search(text, start, end)
    if match is None:
        return None
    high = find_grades(text, match.start("high"), match.end("high"))
    total = _TOTAL.search(text, start, end)
    return Table((None, high[0] if high else None), int(total.group(1)) if total else None)


def read_cells(text: str, start: int, end: int, table: Table) -> list[tuple[Grade | None, Figure]]:
    """Figures of a row, with the grade of their column; a cell without a number keeps its place.

    Args:
        text: text of the document.
        start: end of the row's name.
        end: where the next row begins.
        table: its header.

    Example:
        >>> row = "Fever | NR | 13 (24)"
        >>> [figure.n for _, figure in read_cells(row, 5, 20, Table((None, None), 55))]
        [13]
    """
    found: list[tuple[Grade | None, Figure]] = []
    for place, match in enumerate(_CELL.finditer(text, start, end)):
        if place >= len(table.grades):
            break
        n, share, percent, bare, _ = match.groups()
        shown = share or percent
        figure = Figure(
            match.start(),
            match.end(),
            int(n or bare) if n or bare else None,
            table.of,
            float(shown.replace("·", ".")) if shown else None,
        )
        if figure.n is not None or figure.percent is not None:
            found.append((table.grades[place], figure))
    return found
