r"""Patterns for which case does not count, tried on a text in lower case.

Python's `re` compares character by character where case is ignored, and skips nothing: on sentences of papers
the patterns for settings took three to four times as long so as on the same sentences in lower case.

    >>> low = lowered("Mice and NSG mice")
    >>> caseless(r"\bNSG\S*").findall(low), len(low)
    (['nsg'], 17)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.grammar.prefilter import Filtered, compiled

#: Letters that match another one when case is ignored, though their lower case is not that one (the last is
#: the sign of the kelvin).
_LOOKALIKES: Final = str.maketrans("ſıİ\u212a", "siik")
#: What is kept as it stands in a pattern: an escape, the sign of a named group.
_KEPT: Final = re.compile(r"(\\.|\(\?P)", re.DOTALL)


def lowered(text: str) -> str:
    """A text in lower case, character for character, as patterns see it that ignore case."""
    if not text.isascii() and any(chr(letter) in text for letter in _LOOKALIKES):
        text = text.translate(_LOOKALIKES)
    return text.lower()


@lru_cache(maxsize=8)
def lowered_document(text: str) -> str:
    """The same of the text of a document, of which several components ask for it."""
    return lowered(text)


def caseless(pattern: str) -> Filtered:
    """A pattern to be tried on `lowered` text, where it finds what it would find if case were ignored.

    Args:
        pattern: any pattern; letters beyond ASCII in it are taken for themselves alone.
    """
    parts = _KEPT.split(pattern)
    parts[::2] = map(str.lower, parts[::2])
    return compiled("".join(parts))
