"""A passage with stretches of it marked: as plain text, and cut into pieces for HTML and terminals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

#: What a mark stands for. A `term` is a mention that the row does not speak of itself.
MarkKind = Literal["mention", "cue", "cohort", "term"]

#: Signs around a mark in plain text, outermost first.
SIGNS: Final[dict[MarkKind, tuple[str, str]]] = {
    "cohort": ("<", ">"),
    "mention": ("[", "]"),
    "cue": ("{", "}"),
    "term": ("", ""),
}
_ORDER: Final[tuple[MarkKind, ...]] = ("cohort", "term", "mention", "cue")

#: Characters that move a terminal's cursor or turn the direction of writing round.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Mark:
    """A marked stretch; offsets are characters of `documents.text`, half-open.

    Attributes:
        start_char: first character.
        end_char: character after the last one.
        kind: what it stands for.
        label: label of the mention (`DISEASE` …); "" for a cue.
        assertion: assertion of the mention; "" for a cue.
        row_id: id of the mention; "" for a cue.

    Example:
        >>> mark = snapshot.evidence("trial#a1").passage.marks[0]
        >>> mark.kind, mark.label, mark.assertion, mark.end_char - mark.start_char
        ('mention', 'ADVERSE_EVENT', 'absent', 5)
    """

    start_char: int
    end_char: int
    kind: MarkKind
    label: str = ""
    assertion: str = ""
    row_id: str = ""


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage within which the same marks hold.

    Attributes:
        text: the characters.
        marks: what they are marked as, outermost first; empty for plain text.

    Example:
        >>> first = next(snapshot.evidence("trial#a1").passage.pieces())
        >>> first.text, [mark.kind for mark in first.marks]
        ('No', ['cue'])
    """

    text: str
    marks: tuple[Mark, ...] = ()


def pieces(text: str, start_char: int, end_char: int, marks: Iterable[Mark]) -> Iterator[Piece]:
    """A stretch of a text, cut wherever a mark begins or ends; marks may nest, cross and stick out.

    Args:
        text: the document's text.
        start_char: first character of the stretch.
        end_char: character after it.
        marks: marks by offsets in `text`.

    Example:
        >>> cut = pieces("No CRS.", 0, 7, [Mark(0, 2, "cue"), Mark(3, 6, "mention")])
        >>> [(piece.text, [mark.kind for mark in piece.marks]) for piece in cut]
        [('No', ['cue']), (' ', []), ('CRS', ['mention']), ('.', [])]
    """
    inside = [m for m in marks if m.start_char < end_char and m.end_char > start_char]
    inside.sort(key=lambda m: (_ORDER.index(m.kind), m.start_char, -m.end_char))
    borders = {start_char, end_char}
    borders.update(
        min(max(place, start_char), end_char) for m in inside for place in (m.start_char, m.end_char)
    )
    cuts = sorted(borders)
    for start, end in pairwise(cuts):
        holding = tuple(m for m in inside if m.start_char <= start and end <= m.end_char)
        yield Piece(text[start:end], holding)


def signed(cut: Iterable[Piece]) -> str:
    """Pieces as one line of plain text: [mention], {cue}, <cohort>.

    Example:
        >>> signed(pieces("No CRS.", 0, 7, [Mark(0, 2, "cue"), Mark(3, 6, "mention")]))
        '{No} [CRS].'
    """
    told: list[str] = []
    opened: tuple[Mark, ...] = ()
    for piece in [*cut, Piece("")]:
        staying = 0
        while staying < min(len(opened), len(piece.marks)) and opened[staying] == piece.marks[staying]:
            staying += 1
        told += [SIGNS[mark.kind][1] for mark in reversed(opened[staying:])]
        told += [SIGNS[mark.kind][0] for mark in piece.marks[staying:]]
        told.append(visible(piece.text))
        opened = piece.marks
    return " ".join("".join(told).split())


def visible(text: str) -> str:
    r"""A text that can be shown on a terminal: what would move the cursor or turn the writing is U+FFFD.

    Example:
        >>> visible("CRS\x1b[2J")
        'CRS\ufffd[2J'
    """
    return _INVISIBLE.sub("\ufffd", text)


def shortened(text: str, most: int) -> str:
    """A text in at most so many characters, on one line, with an ellipsis where something is left out.

    Example:
        >>> shortened("Engineered T cells in lupus", 13)
        'Engineered T…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
