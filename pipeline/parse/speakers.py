"""Who speaks in a thread, whatever its software prints beside the names.

Each board has headers of its own ("name · 3h · 12 points", "[14:02] name: text", "text – name"), but in
all some people come back. So what a line holds beside a name is taken away (time, number, praise, verbs), and
what is left is a speaker if it returns after somebody else spoke.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Final

from pipeline.parse.headings import standard_heading
from pipeline.parse.layout import Unit

#: A time of day, an age, a day or a date.
WHEN: Final = (
    r"(?:(?:(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)(?:[a-z]*day)?\.?,? )?"
    r"(?:\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?|\d+\s?(?:s|m|h|d|w|y|mo|sec|min|hour|hr|day|week|month|year)s?(?:\s+ago)?"
    r"|yesterday|today|just now|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}\.\s?\d{1,2}\.(?!\d)"
    r"|\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|"
    r"oct|nov|dec)[a-z]*\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{1,2}\b|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}))"
)
#: What stands in the header of a post beside the name: when it was said, its number, praise, rank and verbs.
_BESIDE_NAME: Final = re.compile(
    rf"\([^()]{{1,30}}\)|\[[^\[\]]{{1,30}}\]|(?<!\w){WHEN}(?!\w)|\b20\d\d\b|\#\d+|^\d+[.)] |[↳▲▼⬆↑+]\s?\d*|"
    r"\b(?:[+]?\d+ )?(?:points?|likes?|(?:up)?votes?|posts?|repl(?:y|ies)|comments?|karma|answers?)\b"
    r"(?:[ :#]*\d+)?|"
    r"\b(?:posted|wrote|writes|said|says|replied|replies|asked|asks|answered|commented|by|on|at|"
    r"(?:new |senior |full |verified )?member|moderator|admin)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d_][\w.'’&-]+(?: [\w.'’&-]+){0,2}")
_EDGES: Final = " ,;:.–—|·•»<>/@*#=-"
#: Longest header of a post, in characters.
_MAX_HEADER: Final = 60
#: Units to a post, its header among them, on an average; between headings and advertisements there are more.
_MAX_UNITS_OF_POST: Final = 4
#: "name: text", "<name> text", "[14:02] name: text".
_BEFORE_SPEECH: Final = re.compile(r"(?P<head>[^:>]{0,30}(?:\d[:.]\d\d[^:>]{0,20})?)[:>] +\S")
_SIGNED: Final = re.compile(
    r"(?:.*[.!?…)\"”\w])?\s*[–—-]\s?(?P<name>@?[^\W\d_][\w.-]{2,24})(?P<rest>, .{1,30})?", re.DOTALL
)
#: Longest end of a text that holds a signature and the word before it.
_MAX_SIGNED: Final = 90
_SENTENCE: Final = re.compile(r"[^\W\d_][\w .'’&-]*\w{2}[.!?]")
_QUOTED: Final = (">", "&gt;", "|", '"', "“")
#: Where undated names stand before the speech, so many people come back: labels ("Aim:", "Note:") may, too.
_SPEAKERS_INLINE: Final = 2


def returning_speakers(units: list[Unit]) -> dict[int, str]:
    r"""Lines that name who speaks, in the style of which there are most; empty where nobody comes back.

    Example:
        >>> from pipeline.parse.layout import units
        >>> page = "Ann, Monday\nHow was it?\nBob (Leeds)\nBad.\nAnn, Tuesday\nOh no."
        >>> returning_speakers(units(page))
        {0: 'ann', 2: 'bob', 4: 'ann'}
    """
    above, inline = _above(units), _inline(units)
    return above if len(above) >= len(inline) else inline


def signatures(units: list[Unit]) -> list[int]:
    """Units that end with the name of who wrote them, if somebody comes back; in order."""
    found: dict[int, str] = {}
    for index, unit in enumerate(units):
        match = _SIGNED.fullmatch(unit.text[-_MAX_SIGNED:])
        ends = index + 1 == len(units) or units[index + 1].after_blank or len(unit.text) > _MAX_HEADER
        if match and ends and not unit.text.startswith(_QUOTED):
            found[index] = match["name"].casefold()
    return sorted(found) if _come_back(found.values()) else []


def _above(units: list[Unit]) -> dict[int, str]:
    """Headers on lines of their own.

    Headings stand alone, too, but do not come back, and much text follows each. A single word that is laid
    out as the names that come back is taken for a name.
    """
    found: dict[int, str] = {}
    marked: set[int] = set()
    for index, unit in enumerate(units[:-1]):
        is_short = len(unit.text) <= _MAX_HEADER and not _SENTENCE.fullmatch(unit.text)
        is_short = is_short and not unit.text.startswith(_QUOTED)
        opens_quote = unit.text.endswith(":") and units[index + 1].text.startswith(_QUOTED)
        if is_short and not opens_quote and (author := _author(unit.text)):
            found[index] = author
            if len(author) < len(unit.text) or " " not in author:
                marked.add(index)
    said = Counter(found.values())
    layouts = {_layout(units, index) for index, author in found.items() if said[author] > 1}
    found = {
        index: author
        for index, author in found.items()
        if _layout(units, index) in layouts and (said[author] > 1 or index in marked)
    }
    return found if _come_back(found.values()) and _is_dense(found, units) else {}


def _inline(units: list[Unit]) -> dict[int, str]:
    """Names on the line of what they say."""
    found: dict[int, str] = {}
    is_dated = False
    for index, unit in enumerate(units):
        match = _BEFORE_SPEECH.match(unit.text)
        author = _author(match["head"]) if match else None
        if match and author and not unit.text.startswith(_QUOTED):
            found[index] = author
            is_dated = is_dated or any(
                char.isdigit() for char in match["head"].casefold().replace(author, "")
            )
    returning = sum(times > 1 for times in Counter(found.values()).values())
    is_talk = _come_back(found.values()) and (is_dated or returning >= _SPEAKERS_INLINE)
    return found if is_talk and _is_dense(found, units) else {}


def _is_dense(found: Collection[int], units: list[Unit]) -> bool:
    return bool(found) and _MAX_UNITS_OF_POST * len(found) >= len(units) - min(found)


def _come_back(speakers: Collection[str]) -> bool:
    return len(speakers) > len(set(speakers)) > 1


def _author(line: str) -> str | None:
    """The name in a line that holds nothing else but when, where and how it was said."""
    name = " ".join(_BESIDE_NAME.sub(" ", line).split()).strip(_EDGES)
    if not _NAME.fullmatch(name) or standard_heading(name) is not None:
        return None
    return name.casefold()


def _layout(units: list[Unit], index: int) -> tuple[bool, bool]:
    """Whether a line stands apart from what is before and after it."""
    return units[index].after_blank, units[index + 1].after_blank
