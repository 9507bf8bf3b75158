"""Grades and figures in reading order, put together into groups of which each makes one statement.

"CRS in 28 of 31 (90%), grade 3 in two" has two groups: a figure by itself, and a grade with its figure. Pure
functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.events import wording
from pipeline.grammar.events.figures import Figure
from pipeline.grammar.events.gaps import is_open
from pipeline.grammar.grades import Grade
from pipeline.grammar.prefilter import compiled, opened


class Group(NamedTuple):
    """A grade and a figure that belong together. `is_denied`: said not to have happened."""

    grade: Grade | None = None
    figure: Figure | None = None
    is_denied: bool = False


# "grades 1, 2 and 3": levels told one by one.
_GRADE_LIST: Final = compiled(
    r"\bgrades? (?:[1-5], )+[1-5],? (?:and|or) [1-5]\b|"
    r"\bgrades? [1-5],? and [1-5]\b(?=.*\brespectively\b)",
    re.IGNORECASE,
)
# After these words another grade is told of.
_CONTRAST: Final = re.compile(r"; |\b(?:but|while|whereas|though|although)\b", re.IGNORECASE)
_ALTHOUGH: Final = re.compile(r"\b(?:while|whereas|though|although)\b", re.IGNORECASE)
# What a grade became later.
_CAME_DOWN: Final = re.compile(
    r"\b(?:improv|resolv|recover|respond|return|declin|fall|fell|drop|subsid)\w* (?:back )?"
    r"(?:to|from|below)?\s*$"
)
# Between a grade and its figure.
_TO_FIGURE: Final = re.compile(
    r"[)\]]?(?: (?:events?|cases?|episodes?|reactions?))?[\s:=,(\[]*"
    r"(?:in|by|n\s?=|for|was|were)?(?: (?:only|just))?[\s:=(]*"
)
# Somebody who is told of by name of kin or friendship, and in no bracket.
# Between a grade and the figure that it stands before.
_RIGHT_BEFORE: Final = re.compile(r"\s(?:in\s)?")
# "…; in the other group it was seen in": the pronoun goes on about the event.
_IT_AGAIN: Final = re.compile(
    r";\s(?:and |but |while )?(?:(?:in|after|with|among|at|on|under|for) [^,;:.()]{1,40},? )?(?:it|this) "
    r"(?:was|occurred|developed|happened|arose|appeared|affected|struck|hit)\b",
    re.IGNORECASE,
)
# "in 30 patients, of whom three had grade 3": still told of the event.
_OF_WHOM: Final = re.compile(r",? (?:and )?of (?:whom|which|them|these) $")
_PERSON: Final = re.compile(r"(?:my|cousin)\s", re.IGNORECASE)
#: Characters between a count and the grade that it is told of ("four of them at grade 3").
_NEAR: Final = 24


def grade_lists(text: str, start: int, end: int) -> list[Extent]:
    """Where levels are told one by one ("grades 1, 2 and 3"): their digits count nobody."""
    if not opened(text, start, end) & _GRADE_LIST.gate:
        return []
    return [match.span() for match in _GRADE_LIST.finditer(text, start, end) if "," in match.group()]


def _of_an_arm(group: Group) -> Group:
    """A bare share of an arm, of which no size of all is the whole ("in 27% with it and in 16% without")."""
    figure = group.figure
    if figure is None or figure.n is not None or figure.of is not None:
        return group
    return group._replace(figure=figure._replace(is_whole=True))


class GroupReader:
    """Reads the groups that stand after a place of a sentence.

    Args:
        text: text of the document.
        grades: grades of the sentence, in order.
        figures: figures of the sentence, in order.
    """

    def __init__(self, text: str, grades: Sequence[Grade], figures: Sequence[Figure]) -> None:
        self._text, self._grades, self._figures = text, grades, figures

    def read(self, start: int, stop: int, is_free: bool, is_alone: bool = False) -> list[Group]:
        """Grades and figures from `start` on, put together.

        Args:
            start: end of the event.
            stop: end of what is told of it.
            is_free: any word may stand between.
            is_alone: the event stands in no list, so that "respectively" tells of arms.
        """
        both: list[Grade | Figure] = [*self._grades, *self._figures]
        items = [item for item in both if start <= item.start_char and item.end_char <= stop]
        items.sort(key=lambda item: item.start_char)
        groups: list[Group] = []
        current = Group()
        place, linked = start, True
        is_labelled = is_led = is_paired = False
        for index, item in enumerate(items):
            between = wording.ASIDES.sub("", wording.REMARK.sub("", self._text[place : item.start_char]))
            if isinstance(item, Figure) and (again := _IT_AGAIN.search(between)):
                between, linked = between[again.start() :], True
            else:
                between = _OF_WHOM.sub(" ", between)
            is_compared = current.figure is not None and wording.THAN.fullmatch(between) is not None
            if isinstance(item, Figure) and current.figure is None:
                is_labelled = wording.ARM_FIRST.fullmatch(between) is not None
                is_led = is_labelled or wording.CHANGED.fullmatch(between) is not None
            elif isinstance(item, Figure) and current.figure is not None:
                is_led = False
                joint = wording.ARM_NEXT if is_labelled else wording.PAIRED
                is_compared = is_compared or (
                    None not in (current.figure.percent, item.percent)
                    and joint.fullmatch(between) is not None
                )
                both_whole = None not in (current.figure.of, item.of) and current.figure.of != item.of
                is_compared = is_compared or (both_whole and wording.BOTH_ARMS.fullmatch(between) is not None)
            if index and isinstance(items[index - 1], Figure) and not is_compared:
                between = wording.COUNTED.sub("", between)
            linked = linked and (is_free or is_led or is_compared or is_open(between))
            following = items[index + 1] if index + 1 < len(items) else None
            if isinstance(item, Grade):
                denied = item.denies_above or self._is_denied(item, place, stop)
                if not (
                    linked or (denied and item.is_stated) or self._is_later(item, place, groups, current)
                ):
                    continue
                if self._opens_group(current, item, following, between, denied):
                    groups.append(current)
                    current = Group()
                elif is_paired and groups and (groups[-1].grade is None or groups[-1].grade.is_any):
                    groups[-1] = groups[-1]._replace(grade=item)  # "26% v 7% for grade 3"
                current = Group(item, current.figure, denied)
                is_paired = False
            else:
                linked = linked and (is_free or not self._starts_anew(item, between, following))
                if not linked:
                    continue
                if current.figure is not None or (current.grade is not None and _CONTRAST.search(between)):
                    # "grade ≥3 in 3% and 4%": two arms, one grade.
                    is_pair = (
                        is_compared
                        and (not isinstance(following, Grade) or self._leads_on(items[index + 1 :]))
                        and (is_alone or "respectively" not in self._text[item.end_char : stop])
                    )
                    is_paired = is_pair or is_compared
                    is_of_arm = is_pair and wording.ARM_TOLD.match(between) is not None
                    groups.append(_of_an_arm(current) if is_of_arm else current)
                    current = Group(current.grade if is_pair else None, item)
                    current = _of_an_arm(current) if is_of_arm else current
                else:
                    current = current._replace(figure=item)
            place = item.end_char
        groups.append(current)
        return [g for g in groups if g.grade is not None or g.figure is not None]

    def _leads_on(self, items: Sequence[Grade | Figure]) -> bool:
        """Whether a grade after a pair of shares has figures of its own ("8% v 4%, grade 3 or higher 2%")."""
        if len(items) < 2 or not isinstance(items[1], Figure):
            return False
        return _RIGHT_BEFORE.fullmatch(self._text, items[0].end_char, items[1].start_char) is not None

    def read_paired(self, start: int, stop: int) -> list[Group]:
        """Grades of a list with a figure for each ("grades 1, 2 and 3 in five, three and one")."""
        is_opened = opened(self._text, start, stop) & _GRADE_LIST.gate
        listed = _GRADE_LIST.search(self._text, start, stop) if is_opened else None
        if listed is None:
            return []
        levels = [int(digit) for digit in re.findall(r"[1-5]", listed.group())]
        figures = [f for f in self._figures if f.start_char >= listed.end()]
        if len(figures) != len(levels) or any(f.is_whole for f in figures):
            return []
        return [
            Group(Grade(*listed.span(), level, level), figure)
            for level, figure in zip(levels, figures, strict=True)
        ]

    def _is_later(self, grade: Grade, place: int, groups: list[Group], current: Group) -> bool:
        """Whether a grade a few words on is told of the event ("CRS day 2, they called it grade 2")."""
        if not grade.is_stated or groups or current != Group():
            return False
        between = self._text[place : grade.start_char]
        return (
            wording.LATER_GRADE.fullmatch(between) is not None and wording.NOT_LATER.search(between) is None
        )

    def _starts_anew(self, figure: Figure, between: str, following: Grade | Figure | None) -> bool:
        """Whether a figure after a comma is the subject of what comes next ("CRS, 1 went home")."""
        if not re.search(r"[,;]|\band\b", between):
            return False
        if isinstance(following, Grade) and following.start_char - figure.end_char < _NEAR:
            return False
        if re.search(r"(?:,|;|\band)\s$", between) and _PERSON.match(self._text, figure.start_char):
            return True  # "…, and my friend the same"
        if ";" in between and not re.search(r"n\s?=", between) and not _IT_AGAIN.search(between):
            return True
        return wording.SUBJECT_AFTER.match(self._text, figure.end_char) is not None

    def _opens_group(
        self, current: Group, grade: Grade, following: Grade | Figure | None, between: str, denied: bool
    ) -> bool:
        if current.grade is not None or (denied and not grade.denies_above):
            return current != Group()
        if current.figure is None:
            return False
        if not isinstance(following, Figure):
            return False
        if _ALTHOUGH.search(between):
            return True
        gap = self._text[grade.end_char : following.start_char]
        closes = self._text[following.end_char : following.end_char + 1] in (")", "]")
        if "(" in gap and not closes:
            return False
        if not _TO_FIGURE.fullmatch(gap):
            return False
        # "three G1, one G2": a figure that follows after a comma belongs to what comes next.
        if "," in gap and not re.search(r"[(\[,;:]|\band\b", between):
            return False
        return re.search(r"[(\[,:;/]|\band\b|\bwith\b|\bincluding\b", between) is not None

    def _is_denied(self, grade: Grade, place: int, stop: int) -> bool:
        before = self._text[place : grade.start_char]
        if _CAME_DOWN.search(before):
            return False
        return bool(
            wording.DENYING.search(before) or wording.DENIED_AFTER.match(self._text[grade.end_char : stop])
        )
