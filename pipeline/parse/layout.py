"""Lines and paragraphs of a text, with their places: what all the reading of plain text starts from."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

_LINE: Final = re.compile(r"[^\r\n]+")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_LIST_ITEM: Final = re.compile(r"(?:[-–—•*+›»▪◦·]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")
#: Hard-wrapped text breaks its lines between these widths; below are lists, above are paragraphs on one line.
_WRAP_WIDTHS: Final = (45, 100)
_WORD: Final = re.compile(r"\w")


class Unit(NamedTuple):
    """A paragraph, a heading or a list item: the smallest stretch that has a kind of its own.

    Attributes:
        start_char, end_char: its place in the text, without white space at either end.
        text: its characters; in hard-wrapped text with blanks for the line ends.
        after_blank: whether a blank line stands before it, or nothing.
        after_break: whether the page strings another piece on here: a rule, a line that holds nothing but
            no-break spaces, or a wider gap than between paragraphs.
        hint: what the source's own mark-up says it is (`heading`, or a kind of section), or "".
        source_ref: where in the source it stands, or None.
    """

    start_char: int
    end_char: int
    text: str
    after_blank: bool = True
    after_break: bool = False
    hint: str = ""
    source_ref: str | None = None

    @property
    def is_list_item(self) -> bool:
        """Whether it begins with a bullet or a number."""
        return _LIST_ITEM.match(self.text) is not None

    @property
    def n_words(self) -> int:
        """Number of blank-separated words."""
        return len(self.text.split())


def is_rule(text: str) -> bool:
    """Whether a line draws rather than says something ("* * *", "_____")."""
    return _WORD.search(text) is None


def units(text: str) -> list[Unit]:
    """Paragraphs, headings and list items in order; every character that is not white space is in one."""
    lines = _lines(text)
    return _unwrapped(text, lines) if _is_hard_wrapped(lines) else lines


def _lines(text: str) -> list[Unit]:
    found: list[Unit] = []
    gaps: list[int] = []
    cursor, no_break_space, after_rule = 0, False, False
    for match in _LINE.finditer(text):
        stripped = match[0].strip()
        if not stripped:
            no_break_space = no_break_space or "\xa0" in match[0]
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        n_blank = len(_LINE_END.findall(text, cursor, start)) - 1 if found else 1
        broken = bool(found) and (no_break_space or after_rule)
        after_rule = is_rule(stripped) and len(stripped) >= 3
        found.append(Unit(start, start + len(stripped), stripped, n_blank > 0, broken))
        gaps.append(n_blank)
        cursor, no_break_space = start + len(stripped), False
    usual = median(gap for gap in gaps if gap > 0) if any(gap > 0 for gap in gaps) else 1
    return [
        line._replace(after_break=True) if gap > usual and gap >= 2 and index else line
        for index, (line, gap) in enumerate(zip(found, gaps, strict=True))
    ]


def _is_hard_wrapped(lines: list[Unit]) -> bool:
    """Whether line ends are a matter of width: lines that others directly follow are long and alike."""
    followed = [
        len(line.text)
        for line, following in pairwise(lines)
        if not following.after_blank and not following.is_list_item and not line.text.startswith(">")
    ]
    low, high = _WRAP_WIDTHS
    if len(followed) < 3 or max(len(line.text) for line in lines) > high + 20:
        return False
    return sum(low <= width <= high for width in followed) > 0.7 * len(followed)


def _unwrapped(text: str, lines: list[Unit]) -> list[Unit]:
    joined: list[Unit] = []
    for line in lines:
        # A short line ends its paragraph; a list item, a quoted line and a label open one.
        continues = (
            bool(joined)
            and not line.after_blank
            and not line.is_list_item
            and line.text.startswith(">") == joined[-1].text.startswith(">")
            and joined[-1].end_char - _line_start(text, joined[-1].end_char) >= _WRAP_WIDTHS[0]
        )
        if not continues:
            joined.append(line)
            continue
        before = joined[-1]
        joined[-1] = before._replace(end_char=line.end_char)
    return [unit._replace(text=_one_line(text[unit.start_char : unit.end_char])) for unit in joined]


def _line_start(text: str, position: int) -> int:
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def _one_line(paragraph: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", paragraph)
