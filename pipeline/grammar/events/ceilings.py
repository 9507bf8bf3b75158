"""Grades of a sentence that were taken back, and those that only say how far an event went; on characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pipeline.grammar.events import wording
from pipeline.grammar.events.leads import Event
from pipeline.grammar.grades import Grade


def without_revised(text: str, grades: Sequence[Grade]) -> list[Grade]:
    """Leave out a grade that the next one takes the place of ("grade 4, later downgraded to grade 3")."""
    revised = {
        earlier
        for earlier, later in itertools.pairwise(grades)
        if wording.REVISED.fullmatch(text[earlier.end_char : later.start_char])
    }
    return [grade for grade in grades if grade not in revised]


def with_ceilings(
    text: str, start: int, grades: Sequence[Grade], events: Sequence[Event]
) -> tuple[list[Grade], list[Event]]:
    """Read "without any event above grade 2" as a ceiling on the event told before.

    Args:
        text: text of the document.
        start: first character of the sentence.
        grades: its grades, in order.
        events: its adverse events, in order.

    Returns:
        The grades with their ceilings, and the events without the nouns that stood for the one before.
    """
    left, kept = list(grades), list(events)
    for event in events[1:]:
        # "no event above grade 2": the noun is within the ceiling.
        if any(g.denies_above and g.start_char < event.start_char < g.end_char for g in grades):
            kept.remove(event)
            continue
        before = wording.CEILING_BEFORE.search(text, start, event.start_char)
        if not before or not wording.CEILING_NOUN.match(text[event.start_char : event.end_char]):
            continue
        for place, grade in enumerate(left):
            gap = text[event.end_char : max(event.end_char, grade.start_char)]
            is_last = wording.CEILING_END.match(text, grade.end_char) is not None
            if is_last and grade.low and grade.high is None and wording.CEILING_AFTER.fullmatch(gap):
                left[place] = Grade(before.start(), grade.end_char, None, grade.low - 1, True)
                kept.remove(event)
                break
    return left, kept
