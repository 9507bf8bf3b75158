"""What stands before an adverse event: its grade, the figure that leads to it, whether somebody died of it.

Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.clauses import FINITE
from pipeline.grammar.cohorts.subject_numbers import GROUP
from pipeline.grammar.events import wording
from pipeline.grammar.events.figures import Figure
from pipeline.grammar.grades import Grade
from pipeline.grammar.prefilter import EVERYTHING


class Event(NamedTuple):
    """A mention of an adverse event, with its assertion. `is_death`: the word for death itself.

    `mention` is its extent where `start_char` and `end_char` take in an abbreviation that repeats it.
    """

    start_char: int
    end_char: int
    assertion: str = "present"
    cue: Extent | None = None
    is_death: bool = False
    mention: Extent | None = None

    @property
    def extent(self) -> Extent:
        """Its characters, with an abbreviation in brackets that follows it."""
        return self.start_char, self.end_char

    @property
    def source(self) -> Extent:
        """Extent of the mention itself."""
        return self.mention or self.extent


# "one patient's fever": told of those who are named as its bearers.
_POSSESSIVE: Final = re.compile(rf"(?:\s{GROUP})?(?<=\w)['’]s? |^['’]s? ", re.IGNORECASE)
_ONLY: Final = re.compile(r"(?:^|[.,;:]\s)the (?:only|sole) $", re.IGNORECASE)
_LIMITING: Final = re.compile(r"DLT|dose[-\s‑]limiting (?:toxicity|event)", re.IGNORECASE)
_CAME_BEFORE: Final = re.compile(
    r"\b(?:of|from|to|by|with) [^,;]*\b(?:after|following|in the (?:course|setting|context) of)\b|"
    r",\s(?:and|but|while)\s(?:in|among|for)\s"
)
#: Characters before an event in which its sentence may tell of a death: a clause's length.
_CAUSE_WINDOW: Final = 200


class LeadReader:
    """Reads what stands before the events of one sentence.

    Args:
        text: text of the document.
        start: first character of the sentence.
        grades: its grades, in order.
        figures: its figures, in order.
        brackets: extents of what stands in brackets.
        gates: what the sentence opens (`grammar.prefilter`).
    """

    def __init__(
        self,
        text: str,
        start: int,
        grades: Sequence[Grade],
        figures: Sequence[Figure],
        brackets: Sequence[Extent],
        *,
        gates: int = EVERYTHING,
    ) -> None:
        self._text, self._start = text, start
        self._tells_deaths = gates & (wording.DIED_OF.gate | wording.DEATHS_OF_WHICH.gate) != 0
        self._grades, self._figures, self._brackets = grades, figures, brackets

    def one(self, grade: Grade) -> Figure | None:
        """One case where an article says so: "a grade 3 pneumonitis"."""
        match = re.search(r"\b(?:a|an|one|the (?:only|sole)) $", self._text[self._start : grade.start_char])
        return Figure(grade.start_char, grade.start_char, 1, is_whole=True) if match else None

    def only(self, event: Event) -> Figure | None:
        """One case where it is the subject: "The only DLT, a neutropenia, …"."""
        is_only = _ONLY.search(self._text[self._start : event.start_char])
        is_one = is_only and _LIMITING.fullmatch(self._text, event.start_char, event.end_char)
        return Figure(event.start_char, event.start_char, 1, is_whole=True) if is_one else None

    def grade_before(self, left: int, event: Event) -> Grade | None:
        """The grade right before an event, from `left` on ("grade 3 or higher fever")."""
        before = [g for g in self._grades if left <= g.start_char and g.end_char <= event.start_char]
        if not before or before[-1].is_any:
            return None
        grade = before[-1]
        gap = self._text[grade.end_char : event.start_char].lstrip(")] ")
        return (
            grade
            if not re.search(r"[;:]|,\s*\w+\s+\w+\s+\w+|\d", gap) and wording.MODIFIERS.fullmatch(gap)
            else None
        )

    def grade_of_class(self, event: Event) -> Grade | None:
        """The grade of a class of events that the list from `event` on spells out."""
        for grade in reversed([g for g in self._grades if g.end_char <= event.start_char]):
            gap = self._text[grade.end_char : event.start_char]
            if grade.is_any:
                return None
            # "adverse events of grade 3 or higher were …" as well as "grade ≥3 adverse events were …"
            is_named = wording.CLASS_NOUN.search(self._text, self._start, grade.start_char)
            is_class = wording.CLASS.fullmatch(gap) or (is_named and wording.CLASS_LIST.fullmatch(gap))
            if not is_class and grade.is_stated and wording.GRADE_LIST.fullmatch(gap):
                is_class = wording.CLAUSE_START.search(self._text[self._start : grade.start_char])
            return grade if is_class else None
        return None

    def figure_before(self, left: int, event: Event) -> Figure | None:
        """The figure before an event, from `left` on, that is joined to it ("ten of them had fever")."""
        before = [f for f in self._figures if left <= f.start_char and f.end_char <= event.start_char]
        # "four subjects (two in each arm) developed it": a bracket that splits the group leads to nothing.
        closed = [(a, b) for a, b in self._brackets if b <= event.start_char]
        parts = [f for f in before if any(a <= f.start_char < b for a, b in closed)]
        most = max((f.n or 0 for f in before if f not in parts), default=0)
        before = [f for f in before if f not in parts or (f.n or 0) >= most]
        for figure in reversed(before):
            gap = _POSSESSIVE.sub(" ", self._text[figure.end_char : event.start_char], count=1)
            if self._is_placed(figure, gap, event):
                return figure
            is_bearers = wording.PATIENTS_WITH.fullmatch(gap) is not None
            is_group = "," in gap or (is_bearers and wording.BEARERS_AHEAD.match(self._text, event.end_char))
            if is_group and wording.OPENING_GROUP.fullmatch(self._text, self._start, figure.start_char):
                # "Of the 16, all had it": the group is those affected.
                return figure._replace(of=figure.n) if wording.ALL_HAD.search(gap) else None
            if wording.APPOSED.fullmatch(gap) or (
                wording.MODIFIERS.fullmatch(gap) and not re.match(r"\s*,", gap)
            ):
                return figure
            if wording.PATIENTS_WITH.fullmatch(gap) or (event.is_death and wording.DYING.match(gap)):
                return figure
            if event.is_death and figure.is_whole and figure.n == 1 and wording.ONE_WHO.fullmatch(gap):
                return figure
            if wording.BEING.fullmatch(gap) or (self.is_fatal(event) and wording.FROM.fullmatch(gap)):
                return figure
            if ";" in gap or not wording.LINK.fullmatch(gap):
                return None
            if figure.of is None and wording.EACH_OF_THEM.search(gap):
                return figure._replace(of=figure.n)
            return figure
        return None

    def arms_before(self, left: int, figure: Figure) -> list[Figure]:
        """Rates of other groups that are told with the one before an event, in order."""
        before = [f for f in self._figures if left <= f.start_char and f.end_char <= figure.start_char]
        arms: list[Figure] = []
        for arm in reversed(before):
            gap = self._text[arm.end_char : figure.start_char]
            is_rate = bool(arm.of and figure.of) and not arm.is_whole and arm.n != arm.of
            if not is_rate or not wording.BESIDE_ARM.fullmatch(gap) or FINITE.search(gap):
                break
            arms.insert(0, arm)
            figure = arm
        return arms

    def _is_placed(self, figure: Figure, gap: str, event: Event) -> bool:
        """Whether a clause tells in whom the event was before it names it."""
        is_part = (figure.of is not None and not figure.is_whole) or figure.percent is not None
        return (
            is_part
            and wording.PLACED.fullmatch(gap) is not None
            and wording.PLACE.search(self._text[self._start : figure.start_char]) is not None
            and wording.OWN_VERB.match(self._text, event.end_char) is not None
        )

    def is_fatal(self, event: Event) -> bool:
        """Whether the sentence says that somebody died of the event."""
        if event.is_death or not self._tells_deaths:
            return False
        before = self._text[max(self._start, event.start_char - _CAUSE_WINDOW) : event.start_char]
        for left, right in self._brackets:  # "died (herniation, n=1; shock, n=1)"
            if left <= event.start_char < right:
                inside = self._text[left : event.start_char].replace(";", ",")
                before = self._text[max(self._start, left - _CAUSE_WINDOW) : left] + inside
        if wording.DEATHS_OF_WHICH.search(before):
            return True
        match = wording.DIED_OF.search(before)
        if match is None or re.search(r"\b(?:had|developed|was|were)\b", match.group()[8:]):
            return False
        # "died with sepsis after a fever": the fever came before.
        return _CAME_BEFORE.search(match.group()) is None
