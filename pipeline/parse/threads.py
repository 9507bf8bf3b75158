"""Forum threads: where each post begins, and which passages of it quote an earlier one.

Posts are told apart by their headers (name and time, `[name]`, "name wrote:") or, on pages that lost them, by
the repetition itself: a paragraph that was said before in the thread is a quote, and a quote opens a post.
Each word enters one set once, so that the cost grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import Final, NamedTuple

from pipeline.parse.layout import Unit
from pipeline.parse.speakers import WHEN, returning_speakers, signatures

_HEADERS: Final = (
    # "scl_sue – 14 Mar, 22:40", "u/name · 3h ago", "#12 name, yesterday 10:15"
    re.compile(
        rf"(?:\#\d+\s+)?(?:u/|@)?(?P<author>[^\s|:>\[][^|:>\n]{{0,40}}?)\s*(?:[–—|·•,@(-]|\bon\b|\s{{2,}})\s*"
        rf"(?:posted |on |at )*{WHEN}[^.!?]{{0,40}}",
        re.IGNORECASE,
    ),
    # A name in brackets before the text: [name] or <name>.
    re.compile(
        r"[\[<](?P<author>(?!edit|note|adv|image|quote|\d+[\]>])[A-Za-z][\w .'-]{1,30})[\]>]\s+\S.*",
        re.IGNORECASE | re.DOTALL,
    ),
    # Posted by a name on a day.
    re.compile(
        r"(?:re: .{0,80} )?(?:posted |written )?by:?\s+(?P<author>[\w.'-]+(?: [\w.'-]+)?)[\s,·»|"
        r"-]+.{0,30}\d.{0,40}",
        re.IGNORECASE,
    ),
    # "name_7: text", where the name can't be a plain word or a surname
    re.compile(
        r"@?(?P<author>(?=[a-z0-9_.-]*[\d_])[A-Za-z][\w.-]{2,24}|[a-z][a-z-]{2,24}):\s+\S.*", re.DOTALL
    ),
    # "#12 name", "#12 name (place)": a number before a name that stands alone.
    re.compile(r"\#\d+[.:)]?\s+@?(?P<author>[\w.'’-]+(?: [\w.'’-]+)?)(?: \([^()]{1,30}\))?"),
    # A field that names the user.
    re.compile(
        r"(?:user(?:name)?|posted by|poster|author|reply by|member|from)\s*[:#]\s*(?P<author>\S.{0,40})",
        re.IGNORECASE,
    ),
)
_QUOTE_OPENER: Final = re.compile(
    r".{1,60}\b(?:said|wrote)\s*:\s*[↑⬆]?|(?:quote|originally posted by .{1,40})\s*:?|\[quote\b[^\]]*\].*",
    re.IGNORECASE,
)
_QUOTE_CLOSER: Final = re.compile(r".*\[/quote\]|click to expand\W*", re.IGNORECASE)
_SPEECH: Final = re.compile(r"[\"“][^\"”]{0,2000}[\"”]")
_FIRST_PERSON: Final = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]y|[Mm]ine|[Mm]e|imo|tbh)\b")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_WORD: Final = re.compile(r"\w+")
#: What comes before the first post is no longer than this.
_MAX_TITLE: Final = 100
#: Five words in a row hardly meet twice by chance; shorter runs are idiom ("in the treatment of").
_SHINGLE: Final = 5
#: A passage of fewer words may be said twice without quoting.
_MIN_QUOTE_WORDS: Final = 9
#: Share of a passage's shingles that must have been said before: leaves room for a mended typing error.
_MIN_REPEATED: Final = 0.9


class PostLine(NamedTuple):
    """Where a unit stands in a thread: which post (from 0), whether it quotes, and the post's header."""

    post: int
    is_quote: bool
    header: str | None


def read_thread(units: list[Unit], is_forum: bool = False) -> dict[int, PostLine]:
    """Posts and quotes by index of unit; empty where the text is no thread.

    What precedes the first post is left out.

    Args:
        units: of the text.
        is_forum: the source says that it is a forum, so that a single post needs no further evidence.
    """
    headers = _headers(units)
    if headers:
        first = min(headers)
        return _mark_quotes(units, _headed_posts(units, headers, first))
    starts = _unheaded_starts(units, is_forum)
    if not starts:
        return {}
    posts: dict[int, tuple[int, str | None]] = {}
    post = -1
    for index in range(min(starts), len(units)):
        post += index in starts
        posts[index] = (post, None)
    return _mark_quotes(units, posts)


def is_first_person(text: str) -> bool:
    """Whether somebody speaks of themselves, outside quotation marks."""
    return _FIRST_PERSON.search(text) is not None and _FIRST_PERSON.search(_SPEECH.sub("", text)) is not None


def _headers(units: list[Unit]) -> dict[int, str]:
    """Headers of posts: the style of which there are most, and at least two."""
    best: dict[int, str] = {}
    for pattern in _HEADERS:
        found: dict[int, str] = {}
        for index, unit in enumerate(units[:-1] if pattern is _HEADERS[0] else units):
            if pattern in (_HEADERS[1], _HEADERS[3]) or len(unit.text) <= 90:
                match = pattern.fullmatch(unit.text) if len(unit.text) < 20_000 else None
                if match and not unit.is_list_item and not unit.text.startswith(">"):
                    found[index] = match["author"]
        if pattern is _HEADERS[3] and max(Counter(found.values()).values(), default=0) < 2:
            continue
        if len(found) >= 2 and len(found) > len(best) and _are_posts(units, found):
            best = found
    speakers = returning_speakers(units)
    return speakers if len(speakers) > len(best) and _are_posts(units, speakers) else best


def _are_posts(units: list[Unit], headers: dict[int, str]) -> bool:
    """Headers that follow each other without text between them are a list or a timetable."""
    indexes = sorted(headers)
    if len(units[indexes[0]].text) > 90 or units[indexes[0]].text[0] in "[<":
        return True
    followed = sum(index + 1 < len(units) and index + 1 not in headers for index in indexes)
    personal = any(is_first_person(unit.text) for unit in units)
    return followed >= max(2, 0.7 * len(indexes)) and personal


def _headed_posts(
    units: list[Unit], headers: dict[int, str], first: int
) -> dict[int, tuple[int, str | None]]:
    posts: dict[int, tuple[int, str | None]] = {}
    post, header = -1, None
    for index in range(first, len(units)):
        if index in headers:
            post += 1
            text = units[index].text
            header = text if len(text) <= 90 and text[0] not in "[<" else headers[index]
        posts[index] = (post, header)
    return posts


def _unheaded_starts(units: list[Unit], is_forum: bool) -> set[int]:
    """Where posts begin on a page without headers, if it is a thread at all."""
    signed = signatures(units)
    if signed and any(is_first_person(unit.text) for unit in units):
        first = next(
            (i for i, unit in enumerate(units[: signed[0]]) if len(unit.text) > _MAX_TITLE), signed[0]
        )
        return {first, *(index + 1 for index in signed[:-1])}
    marked = {index for index, unit in enumerate(units) if unit.text.startswith((">", "&gt;"))}
    speaking = (True for i, unit in enumerate(units) if i not in marked and is_first_person(unit.text))
    personal = sum(islice(speaking, 2))  # one or two suffice
    repeats = _repeated_openings(units) if personal else set()
    breaks = [index for index, unit in enumerate(units) if unit.after_break]
    if len(breaks) >= 2 and repeats and personal:
        return set(_posts_between_breaks(units, breaks))
    if personal >= 2 and len(repeats) >= 2:
        return {max(min(repeats) - 1, 0), *repeats}
    nested = any(units[index].text.replace(" ", "").startswith(">>") for index in marked)
    if is_forum or (marked and personal and (nested or 4 * len(marked) <= 3 * len(units))):
        return {0}
    return set()


def _repeated_openings(units: list[Unit]) -> set[int]:
    """Units that begin with a sentence that another unit contained before."""
    seen: set[str] = set()
    repeated: set[int] = set()
    for index, unit in enumerate(units):
        sentences = [" ".join(_WORD.findall(part.casefold())) for part in _SENTENCE_END.split(unit.text)]
        telling = [sentence for sentence in sentences if sentence.count(" ") >= _SHINGLE + 1]
        if telling and telling[0] in seen:
            repeated.add(index)
        seen.update(telling)
    return repeated


def _posts_between_breaks(units: list[Unit], breaks: list[int]) -> list[int]:
    """The pieces from the first one that has no headline: articles come before the talk about them."""
    pieces = [0, *breaks]
    for number, start in enumerate(pieces):
        end = pieces[number + 1] if number + 1 < len(pieces) else len(units)
        headlined = end - start > 1 and len(units[start].text) < 160 and units[start].text[-1] not in ".!?"
        if not headlined and number:
            return pieces[number:]
    return pieces[1:]


def _mark_quotes(units: list[Unit], posts: dict[int, tuple[int, str | None]]) -> dict[int, PostLine]:
    """A passage is a quote by its mark, or because an earlier post said it."""
    said: set[tuple[str, ...]] = set()
    saying: set[tuple[str, ...]] = set()
    current, in_block, was_marked = -1, False, False
    marked: dict[int, PostLine] = {}
    for index, (post, header) in posts.items():
        text = units[index].text
        if post != current:
            said |= saying
            saying, current, in_block, was_marked = set(), post, False, False
        closes = _QUOTE_CLOSER.fullmatch(text[-400:]) is not None
        opens = len(text) <= 400 and _QUOTE_OPENER.fullmatch(text) is not None and text != header
        is_marked = text.startswith((">", "&gt;", "| "))
        if was_marked and not is_marked:
            in_block = False  # marks tell where a quote ends
        was_marked = is_marked
        in_block = opens or (in_block and (not units[index].after_blank or closes))
        words = tuple(_WORD.findall(text.casefold()))
        shingles = [words[at : at + _SHINGLE] for at in range(max(len(words) - _SHINGLE + 1, 0))]
        is_quote = in_block or is_marked or (closes and opens)
        is_quote = is_quote or (len(words) >= _MIN_QUOTE_WORDS and _was_said(shingles, said))
        in_block = in_block and not closes
        if not is_quote:
            saying.update(shingles)
        marked[index] = PostLine(post, is_quote, header)
    return marked


def _was_said(shingles: list[tuple[str, ...]], said: set[tuple[str, ...]]) -> bool:
    """Nearly all of it, and no number that is new: "24 patients" does not quote "12 patients"."""
    new = [shingle for shingle in shingles if shingle not in said]
    if len(new) > (1 - _MIN_REPEATED) * len(shingles):
        return False
    return not any(any(char.isdigit() for char in word) for shingle in new for word in shingle)
