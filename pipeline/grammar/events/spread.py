"""Which adverse events share what is said of them, and whose the grades and figures after a list are.

Pure functions on characters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from pipeline.grammar.events import wording
from pipeline.grammar.events.groups import Group
from pipeline.grammar.events.leads import Event

_COUNTED: Final = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|another|\d+)\b(?!\s?%)", re.IGNORECASE
)
_CLASS: Final = re.compile(
    r"DLTs?|T?E?SAEs?|dose[-\s‑]limiting toxicity|serious adverse event", re.IGNORECASE
)
_SPELT_OUT: Final = re.compile(r",\s(?!(?:and|or|no|nor)\b)(?:[\w≥>=–-]+\s){0,3}")
# "A in 22% and B in 29%, neither of them beyond grade 2": a grade of all that was told.
_OF_BOTH: Final = re.compile(r"\b(?:neither|both)(?: of (?:them|these|which))?(?= )", re.IGNORECASE)


def apart(text: str, run: list[Event]) -> list[list[Event]]:
    """Parts of a list, where an item after a semicolon has a verb of its own ("…; fever was noted")."""
    parts = [run[:1]]
    for before, event in itertools.pairwise(run):
        gap = text[before.end_char : event.start_char]
        is_told = ";" in gap and wording.OWN_VERB.match(text, event.end_char) is not None
        # "one SAE, cellulitis grade 3": the second event is what the first one was.
        if is_told or (
            _SPELT_OUT.fullmatch(gap) and _CLASS.fullmatch(text, before.start_char, before.end_char)
        ):
            parts.append([event])
        else:
            parts[-1].append(event)
    return parts


def with_predicates(text: str, runs: list[list[Event]]) -> list[list[Event]]:
    """Join "hepatitis was the only dose-limiting toxicity" into one list: both share what is said."""
    joined: list[list[Event]] = []
    for run in runs:
        gap = text[joined[-1][-1].end_char : run[0].start_char] if joined else ""
        if joined and len(run) == 1 and wording.COPULA.fullmatch(gap):
            joined[-1].extend(run)
        else:
            joined.append(run)
    return joined


def is_grade_first(groups: Sequence[Group]) -> bool:
    """Whether a single group tells its grade before its figure ("was grade 3 in ten")."""
    if len(groups) != 1 or groups[0].grade is None or groups[0].figure is None:
        return False
    return groups[0].grade.end_char <= groups[0].figure.start_char


def spread(text: str, end: int, run: Sequence[Event], own: list[list[Group]], graded: Sequence[bool]) -> None:
    """Give what stands after the last event of a list to the others, paired off or shared.

    Args:
        text: text of the document.
        end: character after the sentence.
        run: the events of the list.
        own: what stands after each of them; is changed.
        graded: which events have a grade of their own right before them; a death has none to share.
    """
    if len(own) < 2:
        return
    tail = own[-1]
    if any(own[:-1]):
        grade = tail[-1].grade if tail else None
        if grade and _OF_BOTH.search(text, run[-1].end_char, grade.end_char):
            own[:-1] = [[g if g.grade else g._replace(grade=grade) for g in groups] for groups in own[:-1]]
        return
    if re.match(r"[^.;]{0,60}\bthe latter\b", text[run[-1].end_char : end]):
        return
    gaps = [text[a.end_char : b.start_char] for a, b in itertools.pairwise(run)]
    if run[-1].assertion == "absent" and any(re.search(r"\b(?:no|without)\b", gap) for gap in gaps):
        return  # "no DLT and no CRS above grade 1": each denial has an event of its own
    plain = [g for g in tail if g.figure and not g.is_denied]
    if (
        len(plain) == len(own) == len(tail)
        and tail[-1].grade
        and tail[-1].figure
        and "respectively" in text[tail[-1].figure.end_char : tail[-1].grade.start_char]
    ):
        tail = [g._replace(grade=tail[-1].grade) for g in tail]
        own[:] = [[group] for group in _alike(tail)]
    elif len(plain) == len(own) == len(tail) and not any(g.grade for g in tail[1:]):
        own[:] = [[group] for group in _alike(tail)]
    elif tiers := _tiers(plain, len(own)) if len(plain) == len(tail) else []:
        own[:] = tiers
    elif tail:
        for place, event in enumerate(run[:-1]):
            is_denied = event.assertion == "absent"
            if is_denied != (run[-1].assertion == "absent") or any(";" in gap for gap in gaps[place:]):
                continue
            if not any(g.figure for g in tail) and any(_COUNTED.search(gap) for gap in gaps[place:]):
                continue  # "two had A, one a B of grade 3": a count of its own, a grade of its own
            keeps = graded[place] or event.is_death
            own[place] = [g._replace(grade=None) for g in tail if g.figure] if keeps else list(tail)


def _tiers(groups: Sequence[Group], n_events: int) -> list[list[Group]]:
    """Groups of each event where a graded row follows the first ("62% and 9%, grade 3 in 5% and 2%")."""
    if len(groups) != 2 * n_events or groups[n_events].grade is None:
        return []
    rows = groups[:n_events], groups[n_events:]
    if any(group.grade for row in rows for group in row[1:]):
        return []
    return [list(pair) for pair in zip(*map(_alike, rows), strict=True)]


def _alike(groups: Sequence[Group]) -> list[Group]:
    """Groups that pair off with events: a grade before all figures, a whole after them is everybody's."""
    first, last = groups[0], groups[-1].figure
    shared = first.grade if is_grade_first([first]) else None
    whole = last.of if last and not last.is_whole else None
    alike = []
    for group in groups:
        figure = group.figure
        if figure and whole and figure.of is None and (figure.n or 0) <= whole:
            figure = figure._replace(of=whole)
        alike.append(group._replace(grade=group.grade or shared, figure=figure))
    return alike
