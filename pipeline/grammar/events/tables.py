"""Tables of adverse events: rows in lines of their own, and tables flattened to running text.

A table in lines has its cells between tabs, bars or wide gaps, or between dashes, strokes and the like where
every cell is a figure ("Rash – 3 (16) – 1 (5)"); its header says what each column counts ("Any
grade, n (%)", "Grade ≥3") or how many each arm has ("Placebo (N=19)"). Rows of rates need no header ("Sepsis
1/20  0/19"). A flattened table stands in a single line ("Event | Any grade | Grade ≥3 CRS | 49 (89) | 13
(24)"), and so does a list with two columns ("all grades / grade ≥3: CRS 58% / 5%"). Pure functions
on characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.events.figures import Figure
from pipeline.grammar.grades import Grade, find_grades
from pipeline.grammar.prefilter import compiled, opened


class Table(NamedTuple):
    """Header of a table flattened to text, or of a list: the grades of its columns and its denominator."""

    grades: tuple[Grade | None, ...]
    of: int | None


class Row(NamedTuple):
    """A row of a table in lines: the extent of its name, and what its cells say."""

    name: Extent
    cells: tuple[tuple[Grade | None, Figure], ...]


class _Column(NamedTuple):
    """What a column counts: events of a grade, or of any, among how many, as shares or as subjects."""

    grade: Grade | None
    of: int | None
    is_share: bool


_TABLE_HEADER: Final = compiled(
    r"\b(?:any|all)[- ]grades?\b(?:(?!\d\s?%)[^|/;.\n]){0,14}(?:[|/;,(]|\t|\s{2})\s*"
    r"(?P<high>(?:grades?|gr\.?|G)\s?[^|/;:\n)]{1,22}|"
    r"severe|high[- ]grade)",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(r"\b[Nn]\s?=\s?(\d+)")
_CELL: Final = re.compile(
    r"(?:\||(?<=\s)(?=\d))\s*(?:(\d+)\s*[(\[]\s*(\d+(?:[.·]\d+)?)\s*%?\s*[)\]]|(\d+(?:[.·]\d+)?)\s*%|"
    r"(\d+)\b|([^|"
    r"\d]{1,12}?))\s*(?=\||;|$|[A-Z]|\s)"
)


#: What stands right after a row's name: a cell's bar, or at least two figures in columns of white space.
CELLS: Final = re.compile(
    r"\s*\||\s+\d+ ?\(\d[^()\n]*\)(?:\s+\d+ ?\(\d|\s*\|)|\s+\d[\d.]* ?%\s+(?:\|\s*)?\d[\d.]* ?%"
)
# "Arm A (N=6): CRS 1 (17) | 0 (0)": a line of its own for each group.
_GROUP_LABEL: Final = re.compile(r"\s*(?:[-–—•*]\s*)?(?:[\w+.-]+\s){1,4}[(\[][Nn]\s?=\s?(\d+)[)\]]\s?[:–—-]")

#: Between two cells of a line.
_GAP: Final = re.compile(r"[ ]*(?:\t+|\|)[ \t]*|[ ]{2,}")
#: What a line has that parts it into cells, besides a tab, a bar or two blanks.
_PARTED: Final = re.compile(r"[-–—/·|](?<=\s.)(?=\s)|;(?=\s)")
#: The line between head and rows in Markdown.
_RULE: Final = re.compile(r"[\s|:=-]*-{2}[\s|:=-]*")
#: A header's column: a grade, or what is counted.
_HEAD: Final = re.compile(
    r"\b(?:any|all|grades?|gr\.?|G[1-5]|severe)\b|≥ ?\d|\b(?:n|no\.?|number|N)\b|%|patients|events",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(r"\b(?:n|no\.?|number|patients)[,:]? ?\(%\)", re.IGNORECASE)
_GRADED_HEAD: Final = re.compile(r"\b(?:any|all)\b|\bgrades?\b|\bgr\.|\bG[1-5]|severe|≥ ?\d", re.IGNORECASE)
_BARE_GRADE: Final = re.compile(r"\s*(?:[≥>]=? ?)?[1-5](?: ?[-–/] ?[1-5])?\b(?! ?\()")
_NUMBER: Final = r"\d+(?:[.·]\d+)?"
_VALUE: Final = re.compile(
    rf"\s*(?:(?P<n>\d+)(?:\s?/\s?(?P<of>\d+))?\s*[(\[]\s*(?P<share>{_NUMBER})\s*%?\s*[)\]]|"
    rf"(?P<first>{_NUMBER})\s*%?\s*[(\[]\s*(?P<count>\d+)(?:\s?/\s?(?P<whole>\d+))?\s*[)\]]|"
    rf"(?P<percent>{_NUMBER})\s*%|(?P<bare>\d+)(?:\s?/\s?(?P<bare_of>\d+))?(?![.·\d]))\s*"
)
# A line copied without its layout: signs or single blanks part its figures ("Rash – 3 (16) – 1 (5)").
_LOOSE_VALUE: Final = rf"(?:\d+(?:\s?/\s?\d+)?\s*[(\[]\s*{_NUMBER}\s*%?\s*[)\]]|{_NUMBER}\s?%|\d+)"
_LOOSE_ROW: Final = re.compile(
    rf"\s*(?P<name>[^\W\d].*?)\s*[-–—/·:;,|]?\s+{_LOOSE_VALUE}"
    rf"(?:(?:\s*[-–—/·;,|]\s+|(?<=[)\]%])\s+){_LOOSE_VALUE})+\s*"
)
_LOOSE_CELL: Final = re.compile(_LOOSE_VALUE)
_SIGN: Final = re.compile(r"\s+[-–—/·|]\s+|;\s+")
# "4/61 (7%)": those affected among those at risk; several stand in a cell with signs between them.
_RATE: Final = rf"\d+/\d+(?:\s?[(\[]\s*{_NUMBER}\s*%?\s*[)\]])?"
_RATES: Final = re.compile(rf"\s*(?:{_RATE})(?:\s?[,;|/]\s?{_RATE}|\s{_RATE})*\s*")
# A row of rates in one line of text, with a label for each group or dots up to the rate ("Rash A 5/9 B 0/7",
# "Rash ....... 1/9").
_ARM: Final = r"(?:(?:(?:dose )?level|arm|group|cohort|part|DL) ?(?:[A-Z]|\d)\d?|[A-Z]\d?)(?::|\s)\s*"
_RATE_ROW: Final = re.compile(
    rf"\s*(?P<name>[^\W\d].*?)(?P<dots>\s*(?:\.|…){{3,}})?(?P<rates>(?:\s*[,;|/:]\s*|\s+)(?:{_ARM})?{_RATE}"
    rf"(?P<more>(?:\s*[,;|/]\s*|\s+)(?:{_ARM})?{_RATE})*)\s*",
    re.IGNORECASE,
)
# A line with several names, each with its cells.
_SEVERAL: Final = re.compile(r"[\d)%]\s?;\s+[^\W\d]")
_ENDS_IN_RATE: Final = re.compile(r"\d+/\d+[^/\n]{0,12}$")
#: Characters at the end of a line in which a last rate stands.
_RATE_TAIL: Final = 40
_ONE_RATE: Final = re.compile(rf"(?P<n>\d+)/(?P<of>\d+)(?:\s?[(\[]\s*(?P<share>{_NUMBER}))?")


def has_header(text: str) -> bool:
    """Whether a text may hold a header that `find_table` finds in one of its sentences."""
    return opened(text, 0, len(text)) & _TABLE_HEADER.gate != 0


def find_table(text: str, start: int, end: int) -> Table | None:
    """A header "any grade | grade ≥3" in a stretch of text, with the table's N where it is given.

    Example:
        >>> find_table("Side effects (all grades / grade ≥3): CRS 58% / 5%", 0, 50).grades[1].low
        3
    """
    is_opened = opened(text, start, end) & _TABLE_HEADER.gate
    match = _TABLE_HEADER.search(text, start, end) if is_opened else None
    if match is None:
        return None
    high = find_grades(text, match.start("high"), match.end("high"))
    total = _TOTAL.search(text, start, end)
    return Table((None, high[0] if high else None), int(total.group(1)) if total else None)


def of_line(table: Table, text: str, start: int, end: int) -> Table:
    """A header for the line of one group, which says how many it has ("Arm A (N=6): …")."""
    label = _GROUP_LABEL.match(text, start, end)
    return table._replace(of=int(label.group(1))) if label else table


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


def find_rows(text: str) -> list[Row]:
    r"""The rows of all tables in lines, in order; a table ends at a blank line or a line without cells.

    Example:
        >>> text = "Event\tAny grade, n (%)\tGrade ≥3, n (%)\nFever\t37 (97)\t0 (0)"
        >>> [(grade and grade.low, f.n, f.percent) for grade, f in find_rows(text)[0].cells]
        [(None, 37, 97.0), (3, 0, 0.0)]
    """
    rows: list[Row] = []
    head: list[Extent] = []
    is_column = False
    end = -1
    for line in text.split("\n"):
        start = end + 1
        end = start + len(line)
        if row := _rate_row(text, start, end):
            rows.append(row)
            continue
        # What `_GAP` finds between cells.
        is_parted = "\t" in line or "|" in line or "  " in line
        if not (head or is_parted or _PARTED.search(text, start, end)):
            continue  # most lines are prose
        if head and _SEVERAL.search(text, start, end):
            continue
        cells = _cells(text, start, end, _GAP) if is_parted else [(start, end)]
        if head and (loose := _LOOSE_ROW.fullmatch(text, start, end)):
            values_at = [found.span() for found in _LOOSE_CELL.finditer(text, loose.end("name"), end)]
            cells = [loose.span("name"), *values_at]
        elif len(cells) < 2 and _is_head(text, signed := _cells(text, start, end, _SIGN)):
            cells = signed
        if len(cells) < 2:
            head = head if _RULE.fullmatch(text, start, end) and start < end else []
            continue
        values = [_VALUE.fullmatch(text, *cell) for cell in cells[1:]]
        if not any(values) and _is_head(text, cells):
            # A head may leave the column of names without one.
            is_column = _GRADED_HEAD.search(text, *cells[0]) is not None
            head = cells[0 if is_column else 1 :]
            continue
        read: tuple[tuple[Grade | None, Figure], ...] = ()
        if head and len(values) <= len(head):
            columns = head[1:] if is_column and len(values) < len(head) else head
            read = tuple(
                (column.grade, _figure(value, column))
                for value, column in zip(values, map(partial(_column, text), columns), strict=False)
                if value is not None
            )
        if not read and all(_RATES.fullmatch(text, *cell) for cell in cells[1:]):
            read = tuple(_rates(text, cells[0], end))
        if read:
            rows.append(Row(cells[0], read))
    return rows


def _rate_row(text: str, start: int, end: int) -> Row | None:
    """A line that is a name with the rates of several groups, or with dots up to a rate."""
    if text.find("/", max(start, end - _RATE_TAIL), end) < 0:
        return None
    tail = text[max(start, end - _RATE_TAIL) : end]
    if not _ENDS_IN_RATE.search(tail.rstrip()):
        return None
    found = _RATE_ROW.fullmatch(text, start, end)
    if found is None or not (found["dots"] or found["more"]):
        return None
    return Row(found.span("name"), tuple(_rates(text, found.span("name"), end)))


def _rates(text: str, name: Extent, end: int) -> Iterator[tuple[Grade | None, Figure]]:
    """The rates after a name, of the grade that stands in the name."""
    grades = [grade for grade in find_grades(text, *name) if not grade.is_any]
    for rate in _ONE_RATE.finditer(text, name[1], end):
        share = float(rate["share"].replace("·", ".")) if rate["share"] else None
        figure = Figure(*rate.span(), int(rate["n"]), int(rate["of"]), share)
        yield grades[0] if len(grades) == 1 else None, figure


def _cells(text: str, start: int, end: int, border: re.Pattern[str]) -> list[Extent]:
    """Extents of a line's cells, without white space; bars around the line open and close none."""
    cells: list[Extent] = []
    left = start
    for gap in [*border.finditer(text, start, end), None]:
        stop = gap.start() if gap else end
        if text[left:stop].strip() or (cells and gap is not None):
            cells.append((left, stop))
        left = gap.end() if gap else end
    return cells


def _is_head(text: str, cells: Sequence[Extent]) -> bool:
    """Whether a line without figures says what its columns count: one of them by grade, or all by N."""
    heads = [head for head in (text[start:end] for start, end in cells[1:]) if head]
    if heads and all(_TOTAL.search(head) or _COUNTED.search(head) for head in heads):
        return True
    return all(_HEAD.search(head) for head in heads) and any(_GRADED_HEAD.search(head) for head in heads)


def _column(text: str, cell: Extent) -> _Column:
    words = text[cell[0] : cell[1]]
    grades = [grade for grade in find_grades(text, *cell) if not grade.is_any]
    if not grades and (bare := _BARE_GRADE.match(words)):
        grades = find_grades(f"grade {bare.group().strip()}")
    total = _TOTAL.search(words)
    counts = re.search(r"\b(?:n|no\.?|number|patients)\b", words, re.IGNORECASE)
    return _Column(
        grades[0] if grades else None, int(total.group(1)) if total else None, "%" in words and not counts
    )


def _figure(value: re.Match[str], column: _Column) -> Figure:
    """A cell's figure; a bare number is a share where the column's head says so."""
    n, of, share = value["n"], value["of"], value["share"]
    if value["first"]:
        n, of, share = value["count"], value["whole"], value["first"]
    elif value["percent"]:
        share = value["percent"]
    elif value["bare"]:
        n, of, share = (
            (None, None, value["bare"]) if column.is_share else (value["bare"], value["bare_of"], None)
        )
    return Figure(
        value.start(),
        value.end(),
        int(n) if n else None,
        int(of) if of else column.of,
        float(share.replace("·", ".")) if share else None,
    )
