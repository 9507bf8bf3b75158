"""Text and sections of a document that is put together from marked-up paragraphs."""

from __future__ import annotations

from dataclasses import replace

from pipeline.records import Section
from pipeline.vocabulary import SectionKind


class TextBuilder:
    r"""Grows a text paragraph by paragraph and notes where its sections stand.

    Example:
        >>> builder = TextBuilder()
        >>> builder.add("title", "CAR T cells in lupus")
        >>> builder.add("body", "Eight patients were treated.")
        >>> builder.text
        'CAR T cells in lupus\n\nEight patients were treated.'
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.sections: list[Section] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(
        self,
        kind: SectionKind,
        paragraph: str,
        heading: str | None = None,
        source_ref: str | None = None,
        separator: str = "\n\n",
    ) -> None:
        """Append a paragraph; it joins the section before it if kind, heading and source are the same."""
        paragraph = paragraph.strip()
        if not paragraph:
            return
        if self._parts:
            self._append(separator)
        start = self._length
        self._append(paragraph)
        last = self.sections[-1] if self.sections else None
        if last and (last.kind, last.heading, last.source_ref) == (kind, heading, source_ref):
            self.sections[-1] = replace(last, end_char=self._length)
        else:
            self.sections.append(Section(kind, start, self._length, heading, source_ref))

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
