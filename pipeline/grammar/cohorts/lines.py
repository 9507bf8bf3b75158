"""What the layout says of a count: planned or reached, a line among its like, a line below a larger count.

Registry entries, tables and posts tell groups in lines and fields, not in sentences: "Enrollment: planned 30;
actual 19", a line for each dose level, parts that are indented below their whole. Read in the text's shadow
(`cohort_cues.shadow`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.grammar.prefilter import compiled, opened

_ACTUAL: Final = (
    r"actual(?:ly)?|final|to date|so far|(?:up to|until|by) now|reached|accrued|achieved|at closure"
)
_PLANNED: Final = (
    r"planned|anticipated|estimated?|target(?:ed)?|original(?:ly)?|expected|foreseen|projected|intended|"
    r"envisaged|scheduled|sample size|goal|at registration|asks for|allows for|room for|"
    r"will (?:\w+ )?(?:be|take|have|enrol)"
)
_QUALIFIER: Final = compiled(rf"\b(?:(?P<actual>{_ACTUAL})|(?P<planned>{_PLANNED}))\b")
#: Where a field ends, and where what is said of a number begins or ends.
_FIELD: Final = re.compile(r"[;|\n]|\.\s| {3,}")
_QUALIFIED: Final = 60  # characters on either side of a number, of its own field
_NUMBER: Final = re.compile(r"\d[\d,]*")
_LONG_LABEL: Final = 90  # characters; a longer beginning of a line is a sentence
_LONG_LINE: Final = 160  # characters; longer lines are paragraphs
_BLOCK: Final = 400  # characters between a line and the one that it may be indented below
_BEHIND: Final = re.compile(r"[\s\w]{0,14}[(\[,]? ?(?:(?:had|has|have|were|was) )?(?:been )?$")
_OPENING: Final = re.compile(r"[ \t>•*·|-]*(?:\(?\d{1,2}[.)] )?(?P<word>[^\W\d_]+)")
_LEVEL: Final = re.compile(
    r"[ \t•*·-]*(?:dose )?(?:dl|level|dose|tier|step|[\w-]+ dose|[\d.,]+ ?(?:×|x|million|mg|µg))(?![a-z])"
)
_ARM: Final = re.compile(
    r"[ \t•*·-]*(?:arm|group|allocated|assigned|randomi[sz]ed|control|placebo|experimental|"
    r"comparator|cohort)\b"
)
_ENROLMENT_WORDS: Final = (
    r"\b(?:enroll?ment|accrual|sample size|(?:number|total) (?:of )?(?:participants|patients|subjects)|"
    r"recruited)\b"
)
_ENROLMENT: Final = compiled(_ENROLMENT_WORDS)
_BEHIND_ENROLMENT: Final = re.compile(_ENROLMENT_WORDS + r"[^\n|]{0,60}$")
_OPENINGS: Final = (("line of a level", _LEVEL), ("line of an arm", _ARM))
_LEFT_OUT: Final = compiled(
    r"\b(?:not|never|failed|failures?|withdr[ae]w\w*|excluded|ineligible|declined|dropped|lost|without|discontinu\w+|"
    r"deaths?|died|reasons?|left before)\b"
)


class Line:
    """A line of the text in which counts stand."""

    __slots__ = (
        "extent",
        "has_enrolment",
        "has_qualifier",
        "indent",
        "may_leave_out",
        "opening",
        "opens",
        "text",
    )

    def __init__(self, text: str, shade: str, place: int) -> None:
        start = shade.rfind("\n", 0, place) + 1
        end = shade.find("\n", place)
        self.extent: Extent = (start, end if end >= 0 else len(shade))
        self.text = shade[slice(*self.extent)]
        self.indent = len(self.text) - len(self.text.lstrip())
        opening = _OPENING.match(self.text)
        self.opening = opening["word"] if opening else ""
        self.opens = [(name, m.end()) for name, pattern in _OPENINGS if (m := pattern.match(self.text))]
        gates = opened(text, *self.extent)
        # Found once for a line, so that its counts look closer only where there is something to find.
        self.has_qualifier, self.has_enrolment = (
            cue.gate & gates != 0 and cue.search(self.text) is not None for cue in (_QUALIFIER, _ENROLMENT)
        )
        self.may_leave_out = gates & _LEFT_OUT.gate != 0


class Lines:
    """The lines of a document in which its counts stand."""

    def __init__(self, shade: str, counts: Sequence[Candidate], text: str = "") -> None:
        """Read the lines.

        Args:
            shade: the text's shadow.
            counts: counts of the document, in order.
            text: the text itself, whose words are known; by default the shadow is looked through.
        """
        self.shade = shade
        self.counts = counts
        self.of: list[Line] = []
        for count in counts:
            place = count.extent[0]
            last = self.of[-1] if self.of else None
            is_same = last is not None and last.extent[0] <= place <= last.extent[1]
            self.of.append(last if last is not None and is_same else Line(text or shade, shade, place))

    def told(self, place: int) -> Iterator[str]:
        """Names of features of the count at a place."""
        count, line = self.counts[place], self.of[place]
        before = line.text[: count.extent[0] - line.extent[0]]
        qualifier = self._qualifier(place) if line.has_qualifier else None
        if qualifier:
            yield f"qualified {qualifier}"
        if line.has_enrolment and _BEHIND_ENROLMENT.search(before):
            yield f"enrolment {qualifier}"
        if len(before) < _LONG_LABEL:
            yield from (name for name, reach in line.opens if reach <= len(before))
            if line.may_leave_out and _LEFT_OUT.search(before):
                yield "line of those left out"
        if self._is_below_larger(place):
            yield "line below a larger count"
        if len(line.text) < _LONG_LINE and any(
            self._are_alike(line, other) for other in self._lines_beside(place)
        ):
            yield "line like the next"

    def _qualifier(self, place: int) -> str | None:
        """Whether the field says that a number is planned or was reached."""
        count = self.counts[place]
        start, end = count.extent[0], count.number.end_char
        right = _FIELD.split(_NUMBER.split(self.shade[end : end + _QUALIFIED], 1)[0], 1)[0]
        found = _QUALIFIER.search(right)
        if found and _BEHIND.match(right[: found.start()]):
            return found.lastgroup
        left = _FIELD.split(_NUMBER.split(self.shade[max(0, start - _QUALIFIED) : start])[-1])[-1]
        found_left = [m.lastgroup for m in _QUALIFIER.finditer(left)]
        return found_left[-1] if found_left else None

    def _lines_beside(self, place: int) -> Iterator[Line]:
        line = self.of[place]
        for step in (-1, 1):
            other = place + step
            while 0 <= other < len(self.of) and self.of[other] is line:
                other += step
            if 0 <= other < len(self.of):
                yield self.of[other]

    def _are_alike(self, line: Line, other: Line) -> bool:
        """Whether another line stands right below or above one, is as short, and opens alike."""
        first, last = sorted((line.extent, other.extent))
        return (
            last[0] - first[1] <= 1
            and line.indent == other.indent
            and (line.opening == other.opening or line.indent > 0)
            and len(other.text) < _LONG_LINE
        )

    def _is_below_larger(self, place: int) -> bool:
        """Whether the line is indented, and the one that it is indented below counts more."""
        line, n = self.of[place], self.counts[place].n
        if not line.indent:
            return False
        for other in range(place - 1, -1, -1):
            if line.extent[0] - self.of[other].extent[1] > _BLOCK:
                return False
            if self.of[other].indent < line.indent:
                return self.counts[other].n > n
        return False
