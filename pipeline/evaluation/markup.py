r"""Marked-up text: `[surface](LABEL name=value name="two words")`, nested where mentions are nested.

    No [CRS](ADVERSE_EVENT assertion=absent grade_min=3) above grade 2 among the [12](COHORT n=12).
    Patients received [anti-[CD19](ANTIGEN) CAR T cells](THERAPY).

A square bracket that is text is written `\[` or `\]`. Reading is strict: a tag that is not closed, a label or
a name that nobody knows, or a name given twice is an error with its place, never a silently weaker gold.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from pipeline.errors import GoldError
from pipeline.vocabulary import MENTION_LABELS

_TAG = re.compile(r"\(([A-Z_]+)((?:\s+[a-z_]+=(?:\"[^\"\n]*\"|[^\s()\"]+))*)\s*\)")
_ATTRIBUTE = re.compile(r"([a-z_]+)=(?:\"([^\"\n]*)\"|([^\s()\"]+))")

#: Names that a tag may carry: the attributes of mentions, cohorts and adverse events.
ATTRIBUTES = frozenset(
    {"name", "concept", "assertion", "setting", "ignore"}
    | {"n", "comparator", "unit", "role"}
    | {"term", "grade_min", "grade_max", "n_affected", "n_at_risk", "percent"}
)


@dataclass(frozen=True)
class MarkedSpan:
    """A tagged stretch of plain text; offsets are characters, half-open."""

    start_char: int
    end_char: int
    label: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MarkedText:
    """Plain text and its tagged spans, sorted by position, outer before inner."""

    text: str
    spans: tuple[MarkedSpan, ...]


def parse_marked(
    source: str, labels: Collection[str] = MENTION_LABELS, attributes: Collection[str] = ATTRIBUTES
) -> MarkedText:
    r"""Read marked-up text.

    Args:
        source: text with tags.
        labels: labels that are allowed.
        attributes: attribute names that are allowed.

    Returns:
        The text without tags, and the spans.

    Raises:
        GoldError: an unclosed or unopened bracket, a missing tag, an empty span, an unknown label or name.

    Example:
        >>> marked = parse_marked("No [CRS](ADVERSE_EVENT assertion=absent) was seen.")
        >>> marked.text, marked.spans[0].start_char, marked.spans[0].attributes
        ('No CRS was seen.', 3, {'assertion': 'absent'})
    """
    plain: list[str] = []
    length = 0
    opened: list[tuple[int, int]] = []  # (place in source, place in text)
    spans: list[MarkedSpan] = []
    place = 0

    def fail(where: int, what: str) -> GoldError:
        line = source.count("\n", 0, where) + 1
        return GoldError(f"line {line}: {what} near {source[max(0, where - 20) : where + 20]!r}")

    while place < len(source):
        char = source[place]
        if char == "\\" and source[place + 1 : place + 2] in ("[", "]", "\\"):
            plain.append(source[place + 1])
            length += 1
            place += 2
        elif char == "[":
            opened.append((place, length))
            place += 1
        elif char == "]":
            if not opened:
                raise fail(place, "a bracket is closed that was never opened")
            tag = _TAG.match(source, place + 1)
            if tag is None:
                raise fail(place, "a closing bracket must be followed by (LABEL name=value …)")
            _, start = opened.pop()
            if start == length:
                raise fail(place, "an empty span")
            label = tag.group(1)
            if label not in labels:
                raise fail(place, f"unknown label {label}; one of {', '.join(sorted(labels))}")
            found: dict[str, str] = {}
            for match in _ATTRIBUTE.finditer(tag.group(2)):
                name = match.group(1)
                if name not in attributes:
                    raise fail(place, f"unknown attribute {name}; one of {', '.join(sorted(attributes))}")
                if name in found:
                    raise fail(place, f"attribute {name} is given twice")
                found[name] = match.group(2) if match.group(2) is not None else match.group(3)
            spans.append(MarkedSpan(start, length, label, found))
            place = tag.end()
        else:
            plain.append(char)
            length += 1
            place += 1
    if opened:
        raise fail(opened[-1][0], "a bracket is never closed")
    return MarkedText("".join(plain), tuple(sorted(spans, key=lambda s: (s.start_char, -s.end_char))))
