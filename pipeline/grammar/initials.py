r"""Patterns for whole words that are sought by their first letters.

Python's `re` skips to where a match may begin if each of the ways to match begins with a letter, which a look
at what stands before the word (`\b`, `(?<!\w)`) hides from it, and so does ignoring case. So each way is
spelled out from its first letter on, and what may not stand before is asked after that letter: on sentences
of papers the cues of assertion took a third of the time so, and large patterns that ignore case a quarter.

    >>> from pipeline.grammar.prefilter import compiled
    >>> whole_words(compiled(r"\b(?:no|(?:is|are) not)")).pattern.pattern
    '(?:n(?<!\\wn)(?:o)|i(?<!\\wi)(?:s not)|a(?<!\\wa)(?:re not))'
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.pattern_text import alternatives, close_of
from pipeline.grammar.prefilter import Filtered

_BORDER: Final = r"\b"
_GROUP: Final = "(?:"
_CASED: Final = "(?-i:"
_BEHIND: Final = ("(?<!", "(?<=")
_REPEATED: Final = ("?", "*", "+", "{")
#: More ways than this are not spelled out: each is tried where any may begin.
_MOST: Final = 200
#: Letters that match another one when case is ignored, besides its upper case.
_LOOKALIKES: Final = {"s": "ſ", "i": "ıİ", "k": "\u212a"}


def whole_words(cue: Filtered, barred: str = r"\w") -> Filtered:
    r"""A pattern whose alternatives begin with `\b` (or `(?<!barred)`), to find the same by first letters.

    Args:
        cue: the pattern; it may ignore case, or be for lower case.
        barred: a set or class of characters, letters and digits among them.

    Returns:
        The pattern as it is where a match may begin with anything but a letter. It is sought in the stretch
        that is asked for, not around words.
    """
    pattern = cue.pattern.pattern
    opening = _BORDER if pattern.startswith(_BORDER) else f"(?<!{barred})"
    parts = alternatives(pattern)
    if not all(part.startswith(opening) for part in parts):
        return cue
    body, after = "|".join(part[len(opening) :] for part in parts), ""
    if len(parts) == 1 and body.startswith(_GROUP):
        close = close_of(body)
        body, after = body[len(_GROUP) : close], body[close + 1 :]
    ways = _ways(body)
    if ways is None or len(ways) > _MOST or after.startswith(_REPEATED):
        return cue
    ignores_case = cue.pattern.flags & re.IGNORECASE
    by_first: dict[str, list[str]] = {}
    for first, rest in ways:  # of ways with other first letters one alone can match
        by_first.setdefault(first.lower() if ignores_case else first, []).append(rest)
    if not ignores_case:
        body = "|".join(f"{one}(?<!{barred}{one})(?:{'|'.join(rest)})" for one, rest in by_first.items())
        return Filtered(re.compile(f"(?:{body}){after}"), cue.gate, None)
    firsts = "".join(one + one.upper() + _LOOKALIKES.get(one, "") for one in by_first)
    body = "|".join(f"(?<={one})(?:{'|'.join(rest)})" for one, rest in by_first.items())
    return Filtered(re.compile(f"[{firsts}](?<!{barred}.)(?i:(?:{body}){after})"), cue.gate, None)


def _ways(body: str) -> list[tuple[str, str]] | None:
    """The ways in which a pattern begins, in order: the first letter, and what follows."""
    found: list[tuple[str, str]] = []
    for part in alternatives(body):
        ways = _ways_of_one(part)
        if ways is None or len(found) > _MOST:
            return None
        found += ways
    return found


def _ways_of_one(part: str) -> list[tuple[str, str]] | None:
    if part[:1].isalnum() and part[0].isascii() and not part.startswith(_REPEATED, 1):
        return [(part[0], part[1:])]
    if part.startswith(_BORDER):  # no letter or digit stands before
        return _ways_of_one(part[len(_BORDER) :])
    if part.startswith(_BEHIND):
        close = close_of(part)
        look, behind = part[: len(_BEHIND[0])], part[len(_BEHIND[0]) : close]
        ways = _ways_of_one(part[close + 1 :])
        return ways and [(first, f"{look}(?:{behind}){first}){rest}") for first, rest in ways]
    if part.startswith(_CASED):  # case counts here, whatever holds around
        close = close_of(part)
        ways = _ways(part[len(_CASED) : close])
        rest = part[close + 1 :]
        if ways is None or rest.startswith(_REPEATED):
            return None
        return [(first, f"{_CASED}(?<={first}){more}){rest}") for first, more in ways]
    if not part.startswith(_GROUP):
        return None
    close = close_of(part)
    inner, rest = part[len(_GROUP) : close], part[close + 1 :]
    is_optional = rest.startswith("?")
    rest = rest[is_optional:]
    if rest.startswith(_REPEATED) or (is_optional and not rest):
        return None
    inside, besides = _ways(inner), _ways(rest) if is_optional else []
    if inside is None or besides is None:
        return None
    return [*((first, more + rest) for first, more in inside), *besides]
