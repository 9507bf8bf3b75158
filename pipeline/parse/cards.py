"""Cards: the lines of a page that tell about the document (date, address, byline, masthead, footer)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from pipeline.parse.dates import printed_dates
from pipeline.parse.identifiers import trial_ids
from pipeline.parse.layout import Unit

_LABELLED: Final = re.compile(
    r"(?P<label>(?:article |story |post |page |publication |published |original |canonical )?"
    r"(?:date|url|link|image|title|source|author|authors|publisher|journal|doi|pmid|pmcid|type|id|category|"
    r"categories|section|tags|topics?|language|credits?|photo|published(?: (?:on|at|online|in))?|"
    r"posted(?: on)?|"
    r"updated(?: on)?|last (?:updated|modified)|written by|reviewed by|edited by|reading time))"
    r"\s*[:：]\s*(?P<value>\S.{0,298})",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(
    r"[Bb][Yy] (?:(?:our|the|staff|a|an)\b.{0,40}\b(?:correspondents?|reporters?|staff|editors?|"
    r"desk|writers?|team)"
    r"|(?:Dr\.? |Prof\.? )?[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|der|al|bin|and|,))+(?:,? "
    r"[\w .,]{0,60})?)"
)
_ISSUE: Final = re.compile(
    r"[A-Z][^.!?]{2,60}[,|–-]\s*(?:issue|vol(?:ume|\.)?|no\.|edition)\s*#?\d+.{0,30}", re.IGNORECASE
)
_CITATION: Final = re.compile(r"(?:\d+\. )?[A-Z][^:;]{2,80}[.,]? (?:19|20)\d\d\b[^;]{0,20};\s*\d+.{0,160}")
_AUTHOR: Final = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? [A-Z]{1,3}(?:\(\d+\))*"
_AUTHORS: Final = re.compile(rf"{_AUTHOR}(?:[,;] (?:and |& )?{_AUTHOR})+(?:[,;] et al)?\.?")
_AUTHOR_BLOCK: Final = re.compile(
    r"(?:Author information|Author affiliations|Affiliations?|Correspondence)\s*:", re.IGNORECASE
)
_INDEXED: Final = re.compile(r"(?:DOI|PMID|PMCID)\s*:\s*\S+.{0,120}", re.IGNORECASE)
_FOOTER: Final = re.compile(
    r"\W*(?:(?:this (?:article|story|post) (?:was |has been )?)?(?:originally|first) (?:published|"
    r"posted|appeared))\b"
    r"(?: (?:on|in|at|by))? ?(?P<publisher>.{0,80})",
    re.IGNORECASE,
)
_DATELINE: Final = re.compile(
    r"(?:[A-Z][A-Za-zÀ-ÿ.'’ ]{2,30}(?:, [A-Z][A-Za-z.]{1,20}){0,2},? (?:[–—-]{1,2} )?)?$"
)
_AFTER_DATELINE: Final = re.compile(r"\s*(?:\([^()]{2,40}\)\s*|/[^/]{2,30}/\s*)?[–—:-]{1,2}\s")
_PUBLISHED: Final = re.compile(
    r"(?:published|posted|released|appeared|e-?pub)\s*(?:online|today|first)?\s*(?:ahead of "
    r"print)?[\s,:]*(?:on|in|at)?[\s:]*$",
    re.IGNORECASE,
)
_IN_JOURNAL: Final = re.compile(
    r"\s*,?\s*in (?:the (?:journal )?)?(?P<journal>(?:The )?[A-Z][\w&]*(?: (?:of|and|&|the|in|[A-Z][\w&]*))*)"
)
_URL: Final = re.compile(r"https?://[^\s<>\"'|]+|www\.[^\s<>\"'|]+")
_MACHINE: Final = re.compile(
    r"\b(?:AI|A\.I\.|machine|computer|auto(?:matically)?|GPT|LLM)[- ](?:generated|written|produced|created)\s"
    r"(?:[\w-]+\s){0,3}?(?:summar\w+|digest|article|content|text|overview|translation|news|post|abstract|recap)\b"
    r"|\b(?:this|the) (?:article|summary|text|content|post|digest|page|translation|overview|story)\s"
    r"(?:was|is|has been|were)\s(?:\w+\s){0,2}?(?:generated|written|created|produced|compiled|"
    r"summari[sz]ed)\s"
    r"(?:\w+\s){0,3}?(?:by|with|using)\s(?:\w+\s){0,4}?"
    r"(?:AI\b|artificial intelligence|machine|ChatGPT|GPT|language model|chatbot|bot\b|algorithm)",
    re.IGNORECASE,
)
#: Words beside the date that a masthead or date line can have ("News desk | … | 2 min read").
_MAX_WORDS_BESIDE_DATE: Final = 9
#: Characters in front of a date in which a dateline's place must fit ("Research Triangle Park, N.C., ").
_MAX_PLACE: Final = 50
#: A published-on phrase counts in the lead of a text only; further down it dates other people's work.
_LEAD: Final = 1500


class CardLine(NamedTuple):
    """What one line tells about the document; empty strings and None where it tells nothing."""

    label: str = ""
    value: str = ""
    publisher: str = ""
    published_on: date | None = None
    title: str = ""


def card_line(text: str) -> CardLine | None:
    """The facts of a line that tells about the document and nothing else, or None for any other line.

    Example:
        >>> card_line("NEWS Nature: November 26, 2026").publisher
        'Nature'
    """
    if len(text) > 700 or (trial_ids(text) and not _INDEXED.fullmatch(text)):
        return None
    if labelled := _LABELLED.fullmatch(text):
        return _labelled(labelled["label"].lower(), labelled["value"].strip())
    if footer := _FOOTER.match(text[:300]):
        return _footer(footer["publisher"], text)
    if _CITATION.fullmatch(text) or _INDEXED.fullmatch(text):
        dated = next(printed_dates(text), None)
        return CardLine("citation", published_on=dated.value if dated else None)
    if _BYLINE.fullmatch(text) or _AUTHORS.fullmatch(text) or _AUTHOR_BLOCK.match(text):
        return CardLine("byline", text)
    if _ISSUE.fullmatch(text):
        return CardLine("masthead", text, re.split(r"[,|–-]", text)[0].strip())
    return _date_line(text)


def _labelled(label: str, value: str) -> CardLine:
    dated = next(printed_dates(value), None)
    kind = label.removeprefix("article ").removeprefix("story ").removeprefix("post ").removeprefix("page ")
    if kind in ("publisher", "journal", "source") and not _URL.match(value):
        return CardLine(kind, value, publisher=value)
    if kind == "title":
        return CardLine("title", value, title=value)
    if dated and kind.startswith(("date", "publ", "posted", "original date")):
        return CardLine("date", value, published_on=dated.value)
    if dated and "updated" in kind:
        return CardLine("updated", value, published_on=dated.value)
    return CardLine(kind, value)


def _footer(publisher: str, text: str) -> CardLine:
    dated = next(printed_dates(text), None)
    name = re.split(r"\s+(?:on|at)\s+|[,.;:(|]|https?:", publisher)[0].strip()
    starts_with_date = next((found.start_char == 0 for found in printed_dates(name)), False)
    return CardLine("footer", text, "" if starts_with_date else name, dated.value if dated else None)


def _date_line(text: str) -> CardLine | None:
    dated = next(printed_dates(text), None)
    if dated is None or len(text) > 160 or (text[-1] in ".!?" and not text.endswith(("m.", "n."))):
        return None
    beside = f"{text[: dated.start_char]} | {text[dated.end_char :]}"
    if len(beside.split()) - 1 > _MAX_WORDS_BESIDE_DATE or dated.start_char > 80:
        return None
    segments = [segment.strip(" :,–—-·•") for segment in re.split(r"\s*[|·•–—]\s*", text[: dated.start_char])]
    publisher = re.sub(
        r"^(?:NEWS|News|PRESS RELEASE|OPINION|FEATURE)(?: (?:in|from))?\s+(?=[A-Z])", "", segments[0]
    )
    named = (
        bool(publisher)
        and publisher[0].isupper()
        and not re.search(r"\b(?:desk|published|posted|by|on)\b", publisher, re.I)
    )
    return CardLine("date", text, publisher if named else "", dated.value)


def is_name_line(text: str) -> bool:
    """Whether a line can be a publisher's name beside a date line: up to five capitalised words."""
    words = text.split()
    return (
        len(words) <= 5
        and text[-1] not in ".?!:;,"
        and all(word[0].isupper() or len(word) <= 3 for word in words)
    )


def dateline(text: str) -> date | None:
    """The date that a news report opens with ("CHICAGO, April 28, 2026 — Few diagnoses …")."""
    for found in printed_dates(text[: _MAX_PLACE + 30]):
        if _AFTER_DATELINE.match(text, found.end_char) and _DATELINE.match(text[: found.start_char]):
            return found.value
    return None


def has_dateline(text: str) -> bool:
    """Whether a paragraph opens like an agency report, dated or not ("ORLANDO – A donor-derived …")."""
    return dateline(text) is not None or bool(
        re.match(
            r"[A-Z][A-Z .'’]{3,25}(?:, [A-Z][\w. ]{1,25}){0,3}\s*(?:\([^()]{2,30}\)|/[^/]{2,"
            r"30}/)?\s*[–—-]{1,2}\s[A-Z]",
            text,
        )
    )


def published_phrase(text: str) -> tuple[date, str] | None:
    """Date and journal, if named, of "published online October 10, 2025, in Nature Medicine" in the lead."""
    lead = text[:_LEAD]
    for found in printed_dates(lead):
        if _PUBLISHED.search(lead[max(0, found.start_char - 40) : found.start_char]):
            journal = _IN_JOURNAL.match(lead, found.end_char)
            return found.value, journal["journal"].strip() if journal else ""
    return None


def first_url(text: str) -> str | None:
    """The first web address in a text, without the punctuation after it."""
    found = _URL.search(text)
    return found[0].rstrip(".,;:!?)]}") if found else None


def says_machine_written(text: str) -> bool:
    """Whether the text says of itself that a machine wrote it; machines that are its subject don't count."""
    return _MACHINE.search(text) is not None


def card_lines(units: list[Unit]) -> dict[int, CardLine]:
    """Card lines by index of unit. They count at the head and the foot of a page and where a piece begins.

    The head of a page ends with the first paragraph that is longer than any card line.
    """
    found: dict[int, CardLine] = {}
    in_head, n_units = True, len(units)
    for index, unit in enumerate(units):
        in_head = unit.after_break or (in_head and not (index and len(unit.text) > 700))
        in_head = in_head and not (index > 1 and len(units[index - 1].text) > 200 and not unit.after_break)
        if not (in_head or index >= n_units - 3) or unit.is_list_item:
            continue
        if (card := card_line(unit.text)) is not None:
            found[index] = card
    return _with_name_lines(units, found)


def _with_name_lines(units: list[Unit], found: dict[int, CardLine]) -> dict[int, CardLine]:
    """A publisher's name alone on the line before or after a bare date belongs to the card."""
    named = dict(found)
    for index, card in found.items():
        if card.label != "date" or card.publisher or card.value != units[index].text or len(card.value) > 40:
            continue
        for beside in (index - 1, index + 1):
            if not 0 < beside < len(units) - 1 or beside in named or units[max(index, beside)].after_blank:
                continue
            if is_name_line(units[beside].text) and not units[beside + 1].is_list_item:
                named[beside] = CardLine("masthead", units[beside].text, units[beside].text)
                break
    return named
