"""Sections of a text without mark-up: each paragraph gets a kind; neighbours of one kind make a section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple, cast

from pipeline.parse.boilerplate import (
    block_after,
    is_boilerplate,
    is_breadcrumb,
    is_listing_entry,
    is_moderation,
)
from pipeline.parse.cards import CardLine, card_lines
from pipeline.parse.headings import (
    Heading,
    bare_heading,
    numbered_subsection,
    shaped_heading,
    standard_heading,
    unmarked,
)
from pipeline.parse.layout import Unit
from pipeline.parse.threads import PostLine, read_thread
from pipeline.records import Section
from pipeline.vocabulary import SECTION_KINDS, SectionKind

_TABLE_CAPTION: Final = re.compile(r"(?:supplementary |extended data )?table\s+[SA]?\d+\b", re.IGNORECASE)
_FIGURE_CAPTION: Final = re.compile(
    r"(?:supplementary |extended data )?fig(?:ure|\.)\s*[SA]?\d+[A-Za-z]?\s*[.:|]\s", re.IGNORECASE
)
_NUMBERED_REFERENCE: Final = re.compile(r"\[?\d{1,3}[\].)]?\s+\D")
_REFERENCE_YEAR: Final = re.compile(
    r"\b(?:19|20)\d\d\b.{0,40}[;:]|\bet al\b|\bdoi\b|10\.\d{4,9}/", re.IGNORECASE
)
_SOURCE_PREFIX: Final = re.compile(r"[A-Z][\w.&]*(?: [A-Z][\w.&]*){0,4}: ")
_PAGE_NOTE: Final = re.compile(r"\s*\(page \d+ of \d+\)\s*$", re.IGNORECASE)
#: Titles of papers run to some forty words; a paragraph is a title only if it is shorter.
_MAX_TITLE_WORDS: Final = 45
#: Entries of a list without bullets ("Enrolled – 19 pts") are short lines in a row.
_MAX_LIST_LINE: Final = 110
#: A title that ends in a full stop can't be told from a sentence unless it is short.
_MAX_TITLE_WORDS_WITH_STOP: Final = 18


class Label(NamedTuple):
    """Kind of one unit and what it belongs to: units with equal labels in a row make one section."""

    kind: SectionKind
    heading: str | None = None
    part: int = 0


class Outline(NamedTuple):
    """What the reading of a text's layout gave.

    Attributes:
        units: paragraphs, headings and list items.
        labels: one per unit.
        cards: lines that tell about the document, by index of unit.
        title: words of the title, or None.
        n_posts: posts of the thread; 0 where the text is none.
    """

    units: tuple[Unit, ...]
    labels: tuple[Label, ...]
    cards: dict[int, CardLine]
    title: str | None
    n_posts: int

    def sections(self) -> tuple[Section, ...]:
        """Sections in order; each begins and ends at a character that is not white space."""
        made: list[Section] = []
        previous: Label | None = None
        for unit, label in zip(self.units, self.labels, strict=True):
            if made and label == previous:
                made[-1] = replace(made[-1], end_char=unit.end_char)
            else:
                made.append(
                    Section(label.kind, unit.start_char, unit.end_char, label.heading, unit.source_ref)
                )
            previous = label
        return tuple(made)

    def text_of(self, *kinds: SectionKind) -> list[str]:
        """Texts of the units of these kinds."""
        return [unit.text for unit, label in zip(self.units, self.labels, strict=True) if label.kind in kinds]


def outline(units: Sequence[Unit], is_forum: bool = False) -> Outline:
    """Kinds, title and card lines of a text, from its paragraphs.

    Args:
        units: as `layout.units` gives them, or with hints from mark-up.
        is_forum: the source says that this is a forum.
    """
    all_units = list(units)
    cards = card_lines(all_units)
    thread = read_thread(all_units, is_forum)
    reader = _Reader(all_units, cards, thread)
    labels = reader.labels()
    n_posts = len({line.post for line in thread.values()})
    return Outline(tuple(all_units), tuple(labels), cards, reader.title, n_posts)


class _Reader:
    """One pass over the units, from top to bottom, with what the pass must remember."""

    def __init__(self, units: list[Unit], cards: dict[int, CardLine], thread: dict[int, PostLine]) -> None:
        self.units = units
        self.cards = cards
        self.thread = thread
        self.title: str | None = None
        self.current = Label("body")
        self.block: str | None = None
        self.part = 0
        self.bare = sum(bare_heading(unit.text) is not None for unit in units) >= 2
        self.awaits_title = not any(card.title for card in cards.values())
        self.after_short_line = False
        self.opened = False

    def labels(self) -> list[Label]:
        found: list[Label] = []
        for index, unit in enumerate(self.units):
            if unit.after_break:
                self.block, self.current, self.awaits_title = None, Label("body", None, self.part), True
            found.append(self._label(index, unit))
            self.after_short_line = (
                len(unit.text) < _MAX_LIST_LINE and found[-1].heading == self.current.heading
            )
            self.after_short_line = (
                self.after_short_line and found[-1].kind == "body" and not unit.is_list_item
            )
        return self._with_reference_lists(found)

    def _label(self, index: int, unit: Unit) -> Label:
        if line := self.thread.get(index):
            return self._post(unit, line)
        if unit.hint in SECTION_KINDS:
            if unit.hint == "title" and self.title is None:
                self.title, self.awaits_title = unit.text, False
            return Label(cast(SectionKind, unit.hint))
        if index in self.cards:
            return self._card(index)
        if self.awaits_title and self.thread and is_breadcrumb(unit.text):
            return self._title(unit, re.split(r"\s[›»>]\s", unit.text)[-1])
        if is_boilerplate(unit.text) or (index < 5 and is_breadcrumb(unit.text)):
            return Label("boilerplate")
        following = self._following(index)
        if self.awaits_title and self._is_title(unit, following):
            return self._title(unit, unit.text)
        return self._under_heading(unit, following)

    def _following(self, index: int) -> Unit | None:
        """The next unit that is neither furniture nor a card line; whatever stood between sets it off."""
        after_blank = False
        for at in range(index + 1, min(index + 8, len(self.units))):
            unit = self.units[at]
            if unit.after_break or not (
                at in self.cards or is_boilerplate(unit.text) or block_after(unit.text)
            ):
                return unit._replace(after_blank=after_blank or unit.after_blank)
            after_blank = True
        return None

    def _post(self, unit: Unit, line: PostLine) -> Label:
        without_name = re.sub(r"^[\[<]([^\]>]{1,30})[\]>]\s*", r"\1 ", unit.text)
        if is_moderation(without_name) or is_boilerplate(unit.text):
            return Label("boilerplate", None, line.post)
        return Label("quote" if line.is_quote else "post", line.header, line.post)

    def _card(self, index: int) -> Label:
        card = self.cards[index]
        if card.title and self.title is None:
            self.title, self.awaits_title = card.title, False
            return Label("title")
        return Label("boilerplate")

    def _title(self, unit: Unit, words: str) -> Label:
        self.awaits_title = False
        self.part += 1
        prefixed = self.title is not None and _SOURCE_PREFIX.match(unit.text)
        self.current = Label("abstract" if prefixed else "body", None, self.part)
        if self.title is None:
            self.title = _PAGE_NOTE.sub("", unmarked(words)).strip().strip('"“”') or None
        return Label("title", None, self.part)

    def _is_title(self, unit: Unit, following: Unit | None) -> bool:
        """The first line of a piece that is set off from the text after it, and no sentence of that text."""
        text = unit.text
        if following is None or following.after_break or unit.is_list_item or unit.n_words > _MAX_TITLE_WORDS:
            self.awaits_title = False
            return False
        # Three fields between bars are a record's head or a masthead.
        if (
            unit.n_words < 2
            or text[-1] in ",;"
            or text.count("|") >= 2
            or block_after(text)
            or numbered_subsection(text)
        ):
            return False
        opening = standard_heading(text)
        if opening and (opening.printed.rstrip(".:") == unmarked(text).rstrip(".:") or text.endswith(".")):
            self.awaits_title = False
            return False
        stop = text.endswith(".") and unit.n_words > _MAX_TITLE_WORDS_WITH_STOP
        set_off = following.after_blank or len(following.text) > len(text)
        if stop or not set_off or following.text[0].islower() or ("  " in text and ":" in text):
            self.awaits_title = False
            return False
        return self.title is None or (unit.after_break and text[-1] not in ".!?")

    def _under_heading(self, unit: Unit, following: Unit | None) -> Label:
        if special := self._caption_or_table(unit):
            return special
        if len(unit.text) <= 60 and block_after(unit.text):
            return self._open(Heading(unmarked(unit.text), None))
        subsection = numbered_subsection(unit.text)
        if subsection and self.current.kind != "body":
            return self._open(Heading(subsection, self.current.kind))
        heading = standard_heading(unit.text) or (bare_heading(unit.text) if self.bare else None)
        # A short line right below another is one more entry of a list, unless that was a heading.
        is_entry = self.after_short_line and not unit.after_blank and not self.opened
        heading = heading or (None if is_entry else shaped_heading(unit, following))
        self.opened = heading is not None
        if heading is None and subsection:
            heading = Heading(subsection, None)
        if heading is not None:
            return self._open(heading)
        if self.block == "listing" and not is_listing_entry(unit):
            self._close_block()
        return self.current

    def _open(self, heading: Heading) -> Label:
        self.part += 1
        self.awaits_title = False
        block = block_after(heading.printed)
        if block is not None:
            self._close_block()
            if block == "line":
                self.current = Label("body", None, self.part)
            else:
                self.block, self.current = block, Label("boilerplate", heading.printed, self.part)
            return Label("boilerplate", heading.printed, self.part)
        self.block = None
        nested = self.current.kind if self.current.kind in ("abstract", "methods", "results") else "body"
        kind = heading.kind or (nested if self.current.kind != "abstract" else "body")
        self.current = Label(kind, heading.printed, self.part)
        return self.current

    def _close_block(self) -> None:
        if self.block is not None:
            self.block, self.current = None, Label("body", None, self.part)

    def _caption_or_table(self, unit: Unit) -> Label | None:
        n_cells = max(unit.text.count("\t"), unit.text.count(" | "), unit.text.count("|") - 1)
        captioned = _TABLE_CAPTION.match(unit.text) is not None
        if (captioned and n_cells >= 3) or unit.text.startswith("|") or unit.text.count("\t") >= 2:
            return Label("table", None, self.part)
        if _FIGURE_CAPTION.match(unit.text) or (captioned and unit.n_words <= 60 and n_cells == 0):
            return Label("caption", None, self.part)
        return None

    def _with_reference_lists(self, labels: list[Label]) -> list[Label]:
        """A run of three or more numbered entries with years and volumes is a reference list."""
        run: list[int] = []
        for index, unit in enumerate([*self.units, None]):
            is_reference = (
                unit is not None
                and labels[index].kind in ("body", "conclusions", "reference")
                and _NUMBERED_REFERENCE.match(unit.text) is not None
                and _REFERENCE_YEAR.search(unit.text[:1500]) is not None
            )
            if is_reference:
                run.append(index)
                continue
            if len(run) >= 3:
                for at in run:
                    labels[at] = Label("reference", labels[at].heading, labels[at].part)
            run = []
        return labels
