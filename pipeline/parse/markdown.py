"""Markdown: the text stays as it is written; its marks tell headings and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt

from pipeline.parse.assembly import check_text, read_text
from pipeline.parse.decoding import decode
from pipeline.parse.layout import Unit, units
from pipeline.records import Document, Failure, Payload

MEDIA_TYPE: Final = "text/markdown"

_HINTS: Final = {"heading_open": "heading", "table_open": "table"}


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The one document of a Markdown file, its text character for character as in the file.

    Raises:
        ParseError: it is no text, empty, or too long.
    """
    text = check_text(decode(payload.body))
    yield read_text(text, payload.source_uri, MEDIA_TYPE, marked_units=marked_units(text))


def marked_units(text: str) -> list[Unit]:
    """Paragraphs with hints from the Markdown block structure; `source_ref` is the line, from 1.

    Inline mark-up is not parsed: only blocks decide about sections, and offsets point into the source.
    """
    blocks = MarkdownIt("commonmark").enable("table").disable("inline", True)
    hints: dict[int, str] = {}
    for token in blocks.parse(text):
        if token.map and (hint := _HINTS.get(token.type)):
            hints.update(dict.fromkeys(range(*token.map), hint))
    # markdown-it counts lines by line feeds once carriage returns are normalised; so does this.
    number, cursor, found = 0, 0, []
    for unit in units(text):
        number += _n_line_ends(text, cursor, unit.start_char)
        cursor = unit.start_char
        found.append(unit._replace(hint=hints.get(number, ""), source_ref=f"line {number + 1}"))
    return found


def _n_line_ends(text: str, start: int, end: int) -> int:
    returns = text.count("\r", start, end) - text.count("\r\n", start, end)
    return text.count("\n", start, end) + returns
