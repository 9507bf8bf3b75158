"""Reading the text of a regular expression: where its alternatives and its groups end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: A character of a pattern, with the backslash before it.
_SIGN: Final = re.compile(r"\\.|.", re.DOTALL)


def alternatives(body: str) -> list[str]:
    r"""The parts of a pattern between the bars that stand in no group and no set.

    A long alternation is tried at each character that any of its parts opens; its parts need not be.

    Example:
        >>> alternatives(r"no|with(?:out|in)|[a|b]\|")
        ['no', 'with(?:out|in)', '[a|b]\\|']
    """
    bars = [place for place, sign, depth in _signs(body) if sign == "|" and not depth]
    starts, ends = [0, *(bar + 1 for bar in bars)], [*bars, len(body)]
    return [body[start:end] for start, end in zip(starts, ends, strict=True)]


def close_of(pattern: str) -> int:
    r"""Where the group ends that a pattern opens with.

    Raises:
        ValueError: if it is left open.

    Example:
        >>> close_of(r"(?:a|\(|[)])b"), close_of("(a(b)c)(d)")
        (10, 6)
    """
    for place, sign, depth in _signs(pattern):
        if sign == ")" and not depth:
            return place
    raise ValueError(f"a group is left open: {pattern}")


def _signs(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Signs of a pattern that stand in no set: where, which, in how many groups (brackets: around them)."""
    depth, in_set = 0, False
    for found in _SIGN.finditer(pattern):
        sign = found.group()
        if in_set:
            in_set = sign != "]"
            continue
        in_set = sign == "["
        depth -= sign == ")"
        yield found.start(), sign, depth
        depth += sign == "("
