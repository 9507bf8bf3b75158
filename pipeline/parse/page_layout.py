"""Lines on printed pages: reading order over columns, what repeats on every page, paragraphs.

Positions are in points, from the lower left corner of the page, as in PDF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Final, NamedTuple

#: Lines of running text in a column; shorter ones on average are cells of a table.
_MIN_COLUMN_CHARS: Final = 20
#: Share of a page's characters that may stand across the gap between two columns: titles, wide tables.
_MAX_ACROSS: Final = 0.35
#: Share of the characters that each of two columns has at least.
_MIN_SIDE: Final = 0.15
#: Where heads and feet of pages stand, as a share of the page's height.
_MARGIN: Final = 0.13
#: Heads and feet have up to three lines: journal, title, number.
_MAX_MARGIN_LINES: Final = 3
#: Pages that must bear the same words; left and right pages may have different ones.
_MIN_REPEATED: Final = 0.3
_DIGITS: Final = re.compile(r"\d+|\b[ivxl]+\b", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")
_PAGE_NUMBER: Final = re.compile(r"\W*(?:page|p\.)?\W*\d{1,5}\W*(?:(?:of|/)\W*\d{1,5})?\W*", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?:;][\"'”’)\]]*(?:\[[\d,–-]+\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?$")
_BULLET: Final = re.compile(r"[•▪◦‣●■–]\s")
#: A bullet or a number that stands by itself before the text of a list's entry.
_MARKER: Final = re.compile(r"[•▪◦‣●■–*-]|\[\d{1,3}\]|\(?(?:\d{1,3}|[a-zivx]{1,4})[.)]")
_NUMBER: Final = re.compile(r"(?:\[\d{1,3}\]|\(?\d{1,3}[.)])\s")
#: Dots that lead to a page's number in a table of contents.
_LEADER: Final = re.compile(r"(?:\.\s?){5,}\d*$")
_CAPTION: Final = re.compile(r"(?:table|fig(?:ure|\.)?|box)\s*[\dIVXS]", re.IGNORECASE)
#: Rows and captions that may stand between the halves of a sentence: a page full of them.
_MAX_BETWEEN: Final = 60
#: A table has as many rows, or as many gaps in a row.
_MIN_ROWS: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_PART: Final = re.compile(r"([^\W\d_]+)-$")
_FIRST_PART: Final = re.compile(r"[^\W\d_]+")


class Line(NamedTuple):
    """A piece of a line without a gap: a line of a column, or a cell of a table.

    Attributes:
        page: number of the page, from 1.
        text: its words; a hyphen at its end may be one of word division.
        left, right: where it begins and ends.
        baseline: where its letters stand.
        size: height of its letters.
    """

    page: int
    text: str
    left: float
    right: float
    baseline: float
    size: float


class Paragraph(NamedTuple):
    """Words that belong together, the page on which they begin, and the height of their letters."""

    page: int
    text: str
    size: float


def without_furniture(pages: Sequence[tuple[float, Sequence[Line]]]) -> list[list[Line]]:
    """The lines of each page without heads, feet and numbers that come back from page to page.

    Args:
        pages: height and lines of each.
    """
    margins = [_margin_lines(height, lines) for height, lines in pages]
    repeated = Counter(mark for lines in margins for mark in {_mark(line) for line in lines})
    n_enough = max(2 if len(pages) < 4 else 3, round(_MIN_REPEATED * min(len(pages), 10)))
    furniture = [
        _furniture(lines, {_mark(line) for line in lines if repeated[_mark(line)] >= n_enough})
        for lines in margins
    ]
    return [
        [line for line in lines if line not in dropped]
        for (_, lines), dropped in zip(pages, furniture, strict=True)
    ]


def _furniture(lines: Sequence[Line], repeated: set[tuple[str, int]]) -> set[Line]:
    """Words that come back, and figures alone or beside such words; other figures are cells of a table."""
    found: set[Line] = set()
    rows: dict[int, list[Line]] = {}
    for line in lines:
        if _mark(line) in repeated and _LETTER.search(line.text):
            found.add(line)
        else:
            rows.setdefault(round(line.baseline), []).append(line)
    for row in rows.values():
        if len(row) == 1 and (_PAGE_NUMBER.fullmatch(row[0].text) or _mark(row[0]) in repeated):
            found.add(row[0])
    return found


def _margin_lines(height: float, lines: Sequence[Line]) -> list[Line]:
    """The outermost lines at the top and at the foot of a page."""
    levels = sorted({round(line.baseline) for line in lines})
    low = {level for level in levels[:_MAX_MARGIN_LINES] if level < _MARGIN * height}
    high = {level for level in levels[-_MAX_MARGIN_LINES:] if level > (1 - _MARGIN) * height}
    return [line for line in lines if round(line.baseline) in low | high]


def _mark(line: Line) -> tuple[str, int]:
    """What is the same in heads of several pages: the words without numbers, and about the height."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.baseline / 10)


def in_reading_order(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of a page in stretches that are read from top to bottom, columns one after the other."""
    gap = _gap(lines)
    if gap is None:
        return [sorted(lines, key=lambda line: (-round(line.baseline), line.left))] if lines else []
    stretches: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []

    def close() -> None:
        for side in (left, right):
            stretches.extend(in_reading_order(side))
            side.clear()

    cells = _cells(lines, gap)
    for line in sorted(lines, key=lambda line: (-round(line.baseline), line.left)):
        if line.left < gap < line.right or line in cells:
            close()
            across.append(line)
            continue
        if across:
            stretches.append(across)
            across = []
        (left if line.right <= gap else right).append(line)
    close()
    return [*stretches, across] if across else stretches


def _cells(lines: Sequence[Line], gap: float) -> set[Line]:
    """Cells of tables that stand across columns: three and more short pieces side by side."""
    rows: dict[int, list[Line]] = {}
    for line in lines:
        rows.setdefault(round(line.baseline), []).append(line)
    return {
        cell
        for row in rows.values()
        if len(row) >= 3
        and min(cell.left for cell in row) < gap < max(cell.right for cell in row)
        and median(len(cell.text) for cell in row) < _MIN_COLUMN_CHARS
        for cell in row
    }


def _gap(lines: Sequence[Line]) -> float | None:
    """Where the space between two columns lies, if the page has columns."""
    n_chars = sum(len(line.text) for line in lines)
    if len(lines) < 6 or n_chars < _MIN_COLUMN_CHARS * len(lines):
        return None
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    steps = [0] * (int(end - start) + 3)
    for line in lines:
        steps[int(line.left - start) + 1] += len(line.text)
        steps[max(int(line.right - start), int(line.left - start) + 1)] -= len(line.text)
    crossing, best, width = 0, n_chars + 1, 0
    at, run = 0, 0
    for position, step in enumerate(steps):
        crossing += step
        if not 0.2 * len(steps) <= position <= 0.8 * len(steps):
            continue
        run = run + 1 if crossing <= best else 0
        if crossing < best or (crossing == best and run > width):
            width = 1 if crossing < best else run
            run = width
            best, at = crossing, position
    gap = start + at - width / 2 + 0.5
    sides = (
        sum(len(line.text) for line in lines if line.right <= gap),
        sum(len(line.text) for line in lines if line.left >= gap),
    )
    across = n_chars - sum(sides)
    return gap if across <= _MAX_ACROSS * n_chars and min(sides) >= _MIN_SIDE * n_chars else None


def paragraphs(stretches: Iterable[Sequence[Line]]) -> list[Paragraph]:
    """Paragraphs of a document, word division undone, also over the borders of columns and pages.

    Args:
        stretches: lines in reading order; a stretch is a column, or what stands across columns.
    """
    joiner = _Joiner(stretches)
    return joiner.paragraphs


class _Joiner:
    """One pass over the rows of all stretches."""

    def __init__(self, stretches: Iterable[Sequence[Line]]) -> None:
        rows = [_with_loose_lines(list(_rows(stretch))) for stretch in stretches if stretch]
        self._known = Counter(word.casefold() for row in rows for word in _whole_words(row))
        self.paragraphs: list[Paragraph] = []
        for stretch in rows:
            self._add(stretch)

    def _add(self, rows: list[Line]) -> None:
        if not rows:
            return
        pitches = [before.baseline - line.baseline for before, line in pairwise(rows)]
        pitch = median(pitches) if pitches else 0.0
        left = min(line.left for line in rows)
        right = max(line.right for line in rows)
        before: Line | None = None
        at = 0
        for line in rows:
            if before is None:
                open_at = self._open_paragraph(line)
                begins = open_at is None
                at = len(self.paragraphs) if open_at is None else open_at
            else:
                begins = _begins(before, line, pitch, left, right)
                at = len(self.paragraphs) if begins else at
            if begins:
                self.paragraphs.append(Paragraph(line.page, line.text, line.size))
            else:
                grown = self._joined(self.paragraphs[at].text, line.text)
                self.paragraphs[at] = self.paragraphs[at]._replace(text=grown)
            before = line

    def _open_paragraph(self, line: Line) -> int | None:
        """Which paragraph the first line of a column or page goes on with, past tables and captions."""
        for at in range(len(self.paragraphs) - 1, max(len(self.paragraphs) - _MAX_BETWEEN, 0) - 1, -1):
            last = self.paragraphs[at]
            is_alike = abs(last.size - line.size) < 0.1 * last.size
            if not is_alike or "\t" in last.text or _CAPTION.match(last.text):
                continue
            is_open = _SENTENCE_END.search(last.text) is None and "\t" not in line.text
            return at if is_open and (line.text[0].islower() or last.text.endswith("-")) else None
        return None

    def _joined(self, before: str, after: str) -> str:
        """Two lines as one: a hyphen goes where it divided a word, and stays where it joined two."""
        first, last = _FIRST_PART.match(after), _LAST_PART.search(before)
        if not before.endswith("-") or first is None:
            return f"{before}{'' if before.endswith(('-', '/')) else ' '}{after}"
        if last is None or not first[0][0].islower() or last[1].isupper():
            return before + after
        parts = last[1].casefold(), first[0].casefold()
        is_compound = self._known["-".join(parts)] > 0 or all(self._known[part] for part in parts)
        if is_compound and not self._known["".join(parts)]:
            return before + after
        return before[:-1] + after


def _whole_words(rows: Sequence[Line]) -> Iterator[str]:
    """Words that no end of a line divides."""
    divided = False
    for line in rows:
        text = line.text.partition(" ")[2] if divided else line.text
        divided = text.endswith("-")
        yield from _WORD.findall(text.rpartition(" ")[0] if divided else text)


def _rows(stretch: Sequence[Line]) -> Iterator[Line]:
    """Cells that stand side by side as one line, with tabs between them."""
    row: list[Line] = []
    for line in stretch:
        if row and abs(row[-1].baseline - line.baseline) > 0.4 * min(row[-1].size, line.size):
            yield _row(row)
            row = []
        row.append(line)
    if row:
        yield _row(row)


def _with_loose_lines(rows: list[Line]) -> list[Line]:
    """Lines that were stretched to the width of their column, among such lines, are no rows of a table."""
    found = list(rows)
    running = [row for row in rows if "\t" not in row.text] or rows
    left, right = min(row.left for row in running), max(row.right for row in running)
    for is_row, run in groupby(range(len(rows)), key=lambda at: "\t" in rows[at].text):
        places = list(run)
        beside = [rows[at] for at in (places[0] - 1, places[-1] + 1) if 0 <= at < len(rows)]
        if not is_row or len(places) >= _MIN_ROWS or not beside:
            continue
        for at in places:
            row = rows[at]
            is_flush = abs(row.left - left) < row.size and abs(right - row.right) < row.size
            if is_flush and row.text.count("\t") < _MIN_ROWS:
                found[at] = row._replace(text=row.text.replace("\t", " "))
    return found


def _row(cells: list[Line]) -> Line:
    cells = sorted(cells, key=lambda cell: cell.left)
    joint = " " if len(cells) == 2 and _MARKER.fullmatch(cells[0].text) else "\t"
    text = joint.join(cell.text for cell in cells)
    return cells[0]._replace(text=text, right=cells[-1].right, size=max(cell.size for cell in cells))


def _begins(before: Line, line: Line, pitch: float, left: float, right: float) -> bool:
    """Whether a line of a column begins a paragraph."""
    if "\t" in line.text or "\t" in before.text or _BULLET.match(line.text) or _LEADER.search(before.text):
        return True
    drop = before.baseline - line.baseline
    if abs(line.size - before.size) > 0.12 * before.size or drop > 1.35 * max(pitch, 0.9 * line.size):
        return True
    ended = _SENTENCE_END.search(before.text) is not None
    is_short = before.right < right - 0.15 * (right - left)
    is_indented = line.left > max(before.left, left) + 0.6 * line.size
    if _NUMBER.match(line.text) and (ended or is_short or _NUMBER.match(before.text)):
        return True
    return (ended and (is_short or is_indented)) or (is_short and is_indented)
