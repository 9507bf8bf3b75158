"""The group that a denial of an adverse event is about, and what the denial leaves alone; on characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.grammar.events import wording
from pipeline.grammar.events.figures import Figure
from pipeline.grammar.events.leads import Event
from pipeline.grammar.events.sizes import GroupSize

_IN: Final = re.compile(r"\s(?:in|from|among)?\s?")
# Words after which a sentence speaks of others than those of whom something is denied.
_APART: Final = re.compile(r"[;:]|\b(?:but|while|whereas|apart from|except|besides)\b")
# "31 patients, 12 of whom had bulky disease, …": more on the group, in passing.
_OF_WHOM: Final = re.compile(r",[^,;]*\bof (?:whom|them|which)\b[^,;]*,", re.IGNORECASE)
_NEXT: Final = re.compile(r"[,;] (?:and|but|while|whereas)\b")


class DenialReader:
    """Reads the denials of one sentence.

    Args:
        text: text of the document.
        start: first character of the sentence.
        figures: its figures, in order.
        sizes: its sizes of groups, in order.
        events: its adverse events, in order.
    """

    def __init__(
        self,
        text: str,
        start: int,
        figures: Sequence[Figure],
        sizes: Sequence[GroupSize],
        events: Sequence[Event],
    ) -> None:
        self._text, self._start, self._figures, self._sizes = text, start, figures, sizes
        self._events = events

    def spares(self, event: Event, figure: Figure | None) -> bool:
        """Whether somebody is counted with the event before the denial ("in 11, grade 3 in none")."""
        if event.cue is None or figure is None or event.cue[0] < event.end_char:
            return False
        is_counted = bool(figure.n or figure.percent) and figure.n != figure.of and not figure.is_whole
        return is_counted and event.end_char <= figure.start_char and figure.end_char <= event.cue[0]

    def group_of(self, event: Event) -> tuple[int | None, int | None]:
        """0 of N where the denial is about a group whose size the sentence states."""
        if event.cue is None:
            return None, None
        words = self._text[event.cue[0] : event.cue[1]].lower()
        for figure in self._figures:
            touches = figure.start_char <= event.cue[1] and event.cue[0] <= figure.end_char
            if figure.n == 0 and figure.of and touches:
                return 0, figure.of
            is_all = figure.is_whole and figure.n == figure.of and (figure.n or 0) > 1
            gap = self._text[event.cue[1] : max(event.cue[1], figure.start_char)]
            if is_all and _IN.fullmatch(gap):
                return 0, figure.of  # "absent in all six"
        affected = [f for f in self._figures if f.n and not f.is_whole]
        if words == "neither" and wording.BOTH.match(self._text, event.cue[1]):
            return 0, 2
        for size in self._sizes:
            is_taken = any(f.start_char <= size.start_char <= f.end_char and f.of for f in affected)
            if is_taken or self._is_next(event, size):
                continue
            lead_in = self._text[self._start : size.start_char]
            if wording.IN_GROUP.search(lead_in) and self._is_about(event, size):
                return 0, size.n
            is_subject = wording.WHOLE_GROUP.search(lead_in) and size.end_char <= event.cue[0]
            if (
                is_subject
                and words in ("no", "neither", "free", "free of", "without")
                and self._is_about(event, size)
            ):
                return 0, size.n
        if re.match(r"without|nobody|none|no one", words):
            sizes = [s for s in self._sizes if s.n >= 2 and not self._is_next(event, s)]
            if len(sizes) == 1 and ";" not in self._text[sizes[0].end_char : event.cue[0]]:
                return 0, sizes[0].n
            counts = [f for f in self._figures if f.n and f.n >= 2 and f.percent is None]
            whole = [f for f in counts if f.end_char <= event.cue[0]]
            if words.startswith("without") and len(whole) == 1:
                return 0, whole[0].n
        return None, None

    def _is_next(self, event: Event, size: GroupSize) -> bool:
        """Whether a group belongs to what is told next ("nobody had X, and of 20 others six had Y")."""
        return _NEXT.search(self._text[event.end_char : max(event.end_char, size.start_char)]) is not None

    def _is_about(self, event: Event, size: GroupSize) -> bool:
        """Whether a denial is about a group: told right before or after it, with no other figure between."""
        first, last = sorted((event.start_char, size.start_char))
        between = self._text[first:last]
        passing = [(first + m.start(), first + m.end()) for m in _OF_WHOM.finditer(between)]
        others = [
            f
            for f in self._figures
            if first < f.start_char < last
            and f.end_char != size.end_char
            and not any(a <= f.start_char < b for a, b in passing)
        ]
        # "hypoxia in two, no seizures": those two are told of the event before them.
        is_taken = size.end_char <= event.start_char and any(
            e.end_char <= size.start_char and "," not in self._text[e.end_char : size.start_char]
            for e in self._events
        )
        return not others and not is_taken and _APART.search(between) is None
