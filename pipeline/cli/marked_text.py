"""Marked text on a terminal: colours by type; in a pipe, the mark-up in which gold is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.style import Style
from rich.text import Text

from pipeline.analysis.documents import Values
from pipeline.analysis.marking import Mark, Piece, visible

#: Foregrounds of the sixteen colours that every terminal has, so that its theme keeps them readable.
LABEL_STYLES: Final = {
    "ANTIGEN": Style(color="bright_blue", bold=True),
    "GENE": Style(color="blue"),
    "DISEASE": Style(color="yellow", bold=True),
    "ADVERSE_EVENT": Style(color="red", bold=True),
    "THERAPY": Style(color="green", bold=True),
    "CHEMICAL": Style(color="cyan"),
    "COHORT": Style(color="magenta", bold=True, underline=True),
}
#: What is denied is struck; what is feared, planned or past is dimmed: neither is a finding.
_ASSERTION_STYLES: Final = {
    "absent": Style(strike=True),
    "possible": Style(dim=True, italic=True),
    "hypothetical": Style(dim=True, italic=True),
    "historical": Style(dim=True, italic=True),
}
_CUE_STYLE: Final = Style(reverse=True)
_TERM_STYLE: Final = Style(underline=True)


def styled(cut: Iterable[Piece]) -> Text:
    """Pieces with their styles."""
    text = Text()
    for piece in cut:
        text.append(visible(piece.text), _style(piece.marks))
    return text


def _style(marks: Sequence[Mark]) -> Style:
    style = Style.null()
    for mark in marks:
        if mark.kind == "cue":
            style += _CUE_STYLE
        elif mark.kind == "term":
            style += _TERM_STYLE
        else:
            style += LABEL_STYLES.get(mark.label, Style.null())
            style += _ASSERTION_STYLES.get(mark.assertion, Style.null())
    return style


def legend() -> Text:
    """What the colours mean, in one line."""
    text = Text()
    for label, style in LABEL_STYLES.items():
        text.append(label.replace("_", " ").lower(), style).append("  ")
    text.append("denied", _ASSERTION_STYLES["absent"]).append("  ")
    return text.append("feared, planned or past", _ASSERTION_STYLES["possible"])


def as_mark_up(text: str, mentions: Iterable[Values], attributes: dict[str, str]) -> str:
    """A text in the mark-up of gold: `[CRS](ADVERSE_EVENT assertion=absent)`.

    Args:
        text: the document's text.
        mentions: rows of mentions; they may nest, and do not cross.
        attributes: for some mentions by id, what their tags say besides.
    """
    told: list[str] = []
    opened: list[Values] = []
    place = 0

    def until(end: int) -> None:
        nonlocal place
        told.append(visible(text[place:end].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")))
        place = end

    def close(before: int) -> None:
        while opened and opened[-1]["end_char"] <= before:
            mention = opened.pop()
            until(mention["end_char"])
            said = attributes.get(mention["mention_id"], "")
            denied = "" if mention["assertion"] == "present" else f" assertion={mention['assertion']}"
            told.append(f"]({mention['label']}{said}{denied})")

    for mention in sorted(mentions, key=lambda one: (one["start_char"], -one["end_char"])):
        close(mention["start_char"])
        if opened and mention["end_char"] > opened[-1]["end_char"]:
            continue
        until(mention["start_char"])
        told.append("[")
        opened.append(mention)
    close(len(text))
    until(len(text))
    return "".join(told)
