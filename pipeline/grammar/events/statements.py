"""What a sentence states on each adverse event that it names: assertion, grade range, figures.

Method. Around each list of coordinated mentions lie figures and grades: before it ("10 of 12 (83%) had
grade 3 CRS") or after it ("CRS in 75% (grade 3 or higher 5%)"). What follows is read in groups, one a
statement, as long as nothing but the words of reporting stand between; what precedes must be joined by a
verb of having. Figures and grades distribute over the list, or pair off with its members where there is one
for each ("31% and 38%").

Pure functions on characters; `adverse_events` turns statements into findings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.clauses import FINITE, bracketed, coordinated_runs
from pipeline.grammar.events import wording
from pipeline.grammar.events.borders import border
from pipeline.grammar.events.ceilings import with_ceilings, without_revised
from pipeline.grammar.events.denials import DenialReader
from pipeline.grammar.events.figures import Figure, find_figures, fits, with_denominator, with_shared_whole
from pipeline.grammar.events.groups import Group, GroupReader, grade_lists
from pipeline.grammar.events.leads import Event, LeadReader
from pipeline.grammar.events.sizes import GroupSize, find_group_sizes
from pipeline.grammar.events.spread import apart, is_grade_first, spread, with_predicates
from pipeline.grammar.events.tables import CELLS, Table, read_cells
from pipeline.grammar.grades import Grade, find_grades, may_grade
from pipeline.grammar.prefilter import opened


class Statement(NamedTuple):
    """One statement on the event at `mention`. Grades 1 to 5, percent 0 to 100."""

    mention: Extent
    assertion: str
    grade_min: int | None = None
    grade_max: int | None = None
    n: int | None = None
    of: int | None = None
    percent: float | None = None


# Verbs of a cause of death, which count those who died.
_KILLED: Final = re.compile(r"killed|claimed|took", re.IGNORECASE)
#: The grade of a death.
_FATAL: Final = 5
#: The grade of a column that counts events of any.
_ANY: Final = Grade(0, 0, None, None, is_any=True)


class SentenceReader:
    """Reads the statements of one sentence.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        events: its adverse events, sorted by position.
        table: header that is in force.
    """

    def __init__(
        self, text: str, start: int, end: int, events: Sequence[Event], table: Table | None = None
    ) -> None:
        self._text, self._start, self._end = text, start, end
        self._events = list(events)
        self._table = table
        stated = [g for g in find_grades(text, start, end) if not _within(g.start_char, self._events)]
        told = [(g.start_char, g.end_char) for g in stated]
        self._grades, self._events = with_ceilings(text, start, without_revised(text, stated), events)
        skip = told + [e.extent for e in events] + grade_lists(text, start, end)
        self._figures = find_figures(text, start, end, skip)
        # Half of all sentences with events: no figure, and no word for a grade.
        gates = opened(text, start, end)
        self._is_bare = not (table or self._figures or may_grade(gates))
        self._told = told
        self._brackets = bracketed(text, start, end)
        self._leads = LeadReader(text, start, self._grades, self._figures, self._brackets, gates=gates)
        self._reader = GroupReader(text, self._grades, self._figures)
        self._pattern: list[Grade | None] = []
        self._subject: Figure | None = None
        self._counted: set[int] = set()
        self._most = 0  # the highest count of the event that is read
        self._classed: tuple[Grade | None, int] = (None, start)

    @cached_property
    def _sizes(self) -> list[GroupSize]:
        wholes = [GroupSize(f.end_char, f.end_char, f.of) for f in self._figures if f.of and not f.is_whole]
        return sorted([*find_group_sizes(self._text, self._start, self._end, self._told), *wholes])

    @cached_property
    def _denials(self) -> DenialReader:
        return DenialReader(self._text, self._start, self._figures, self._sizes, self._events)

    def read(self) -> list[Statement]:
        """Statements of all events, in order."""
        if self._is_bare:
            return [
                statement
                for event in {event.extent: event for event in self._events}.values()
                for statement in self._combine(
                    event, None, self._leads.only(event), [], self._leads.is_fatal(event)
                )
            ]
        named = [event for event in self._events if event.assertion == "present"]
        paired = self._reader.read_paired(self._start, self._end)
        if paired and len(named) == len(self._events) == 1:
            return [self._statement(named[0], group) for group in paired]
        by_extent = {event.extent: event for event in self._events}
        runs = [
            [by_extent[extent] for extent in run] for run in coordinated_runs(self._text, list(by_extent))
        ]
        runs = with_predicates(self._text, [part for run in runs for part in apart(self._text, run)])
        found: list[Statement] = []
        left = self._start
        for place, run in enumerate(runs):
            following = runs[place + 1][0].start_char if place + 1 < len(runs) else self._end
            right = following if place + 1 == len(runs) else self._border(run[-1].end_char, following)
            if place and self._ends_with_grade(runs[place - 1][-1], run[-1], right):
                found = self._graded_back(found, runs[place - 1], run[-1])
            found += self._read_run(run, left, right)
            left = right
        return found

    def _ends_with_grade(self, before: Event, last: Event, right: int) -> bool:
        """Whether "104 had A and 26 (18%) B at grade ≥3" gives both their grade."""
        gap = self._text[before.end_char : last.start_char]
        bare = [f for f in self._figures if before.end_char <= f.start_char and f.end_char <= last.start_char]
        return (
            len(bare) == 1
            and re.fullmatch(r"\s(?:and|,)\s[^\s]+(?:\s[(\[][^()\[\]]*[)\]])?\s", gap) is not None
            and re.match(r"\s(?:at|of)\s", self._text[last.end_char : right]) is not None
            and any(re.fullmatch(r"\s\w\w\s", self._text[last.end_char : g.start_char]) for g in self._grades)
        )

    def _graded_back(self, found: list[Statement], run: list[Event], last: Event) -> list[Statement]:
        grade = next(g for g in self._grades if g.start_char >= last.end_char)
        sources = {event.source for event in run}
        bare = [s.mention in sources and s[2:4] == (None, None) for s in found]
        return [
            s._replace(grade_min=grade.low, grade_max=grade.high) if is_bare else s
            for s, is_bare in zip(found, bare, strict=True)
        ]

    def read_ellipsis(self, topic: Event) -> list[Statement]:
        """Statements of a sentence that only goes on about `topic` ("Three were grade 3.")."""
        is_about = wording.TAKES_UP.match(self._text, self._start) is not None
        read = [g for g in self._reader.read(self._start, self._end, True) if g.grade]
        groups = [g for g in read if g.grade and (g.grade.is_stated or (is_about and g.figure))]
        if is_about and len(groups) > 1:  # "Most were grade 1, but three reached grade 3."
            groups = [g for g in groups if g.figure or g.is_denied]
        if any(g.figure is None and not g.is_denied for g in groups) and not (len(groups) == 1 and is_about):
            return []
        if any(g.grade and wording.OTHER_NOUN.match(self._text, g.grade.end_char) for g in groups):
            return []  # "one had a grade 3 rise in enzymes" is told of something else
        return [self._statement(topic, group) for group in groups]

    def _border(self, start: int, end: int) -> int:
        """Where the words of one event end and those of the next begin."""
        return border(
            self._text, start, end, figures=self._figures, brackets=self._brackets, grades=self._grades
        )

    # -- one list of coordinated events

    def _read_run(self, run: list[Event], left: int, right: int) -> list[Statement]:
        own: list[list[Group]] = []
        edges = [left]
        for place, event in enumerate(run):
            last = place + 1 == len(run)
            stop = right if last else self._border(event.end_char, run[place + 1].start_char)
            own.append(self._after(event, stop, len(run) == 1))
            edges.append(stop)
        direct = self._leads.grade_before(left, run[0])
        shared = direct or self._grade_of_class(run)
        lead = self._leads.figure_before(left, run[0])
        if lead is None and run[0].is_death and self._text[left : run[0].start_char].strip() == "":
            lead = self._subject  # "had respiratory distress and died"
        self._subject = lead
        arms = self._leads.arms_before(left, lead) if lead else []
        graded = [
            self._leads.grade_before(edge, event) is not None for edge, event in zip(edges, run, strict=False)
        ]
        spread(self._text, self._end, run, own, graded)
        found: list[Statement] = []
        for place, event in enumerate(run):
            grade, figure = shared, lead
            if place:
                gap = self._text[run[place - 1].end_char : event.start_char]
                if re.search(r"\bany\b", gap):  # "grade 3 A, any B, or C": of whatever grade
                    shared = None
                is_alike = event.assertion == run[0].assertion
                is_open = shared is not None and (direct is None or shared.high is None)
                is_open = is_open or (shared is not None and shared.low != shared.high)
                spreads = is_open or len(run) == 2 or event.assertion == "absent"
                spreads = spreads and not re.search(r"\b(?:no|without)\b", gap)
                spreads = spreads and not wording.COPULA.fullmatch(gap) and not event.is_death
                grade = self._leads.grade_before(edges[place], event) or (
                    shared if spreads and is_alike else None
                )
                figure = self._leads.figure_before(edges[place], event) or (lead if is_alike else None)
            if arms and figure is lead:  # "6 of 11 in one arm and 8 of 12 in the other had it"
                own[place] = [*(Group(grade, f) for f in (*arms, lead) if f), *own[place]]
                figure = None
            elif figure is None:
                figure = self._leads.one(grade) if grade else self._leads.only(event)
            found += self._combine(event, grade, figure, own[place], self._leads.is_fatal(event))
        return found

    def _grade_of_class(self, run: list[Event]) -> Grade | None:
        """The grade of the class that a list spells out, also in its second part."""
        before, end = self._classed
        gap = self._text[end : run[0].start_char]
        # A list after a colon goes on behind semicolons.
        border = ":" if before and ":" in self._text[before.end_char : end] else "[;:]"
        is_same = before is not None and re.search(border, gap) is None and FINITE.search(gap) is None
        grade = self._leads.grade_of_class(run[0]) or (before if is_same else None)
        self._classed = grade, run[-1].end_char
        return grade

    def _closing(self, event: Event) -> int:
        """Where the bracket ends that an event stands in with other words ("one DLT (grade 4 fever)")."""
        for left, right in self._brackets:
            # An event that opens a bracket is another name for what stands before it.
            if left < event.start_char and event.end_char <= right:
                return right
        return self._end

    def _after(self, event: Event, stop: int, is_alone: bool) -> list[Group]:
        if self._table and CELLS.match(self._text, event.end_char, stop):
            cells = read_cells(self._text, event.end_char, stop, self._table)
            return [Group(grade, figure) for grade, figure in cells]
        # "the maximum grade of CRS was 2"
        named = wording.GRADE_OF.search(self._text, max(self._start, event.start_char - 40), event.start_char)
        level = wording.GRADE_IS.match(self._text, event.end_char, stop) if named else None
        if named and level:
            high = int(level.group(1))
            return [Group(Grade(*level.span(1), None if named["top"] else high, high))]
        groups = self._reader.read(event.end_char, min(stop, self._closing(event)), False, is_alone)
        told = [g for g in groups if g.figure]
        if self._table and len(told) == 2 and all(g.grade == self._table.grades[1] for g in told):
            # "CRS any grade/grade ≥3: 77%/4%": the header stands right after the event
            return [g._replace(grade=grade) for g, grade in zip(told, self._table.grades, strict=True)]
        if self._table and len(groups) >= 2 and all(g.grade is None for g in groups[:2]):
            groups = [
                g._replace(grade=self._table.grades[i] or _ANY) if i < len(self._table.grades) else g
                for i, g in enumerate(groups)
            ]
        elif len(groups) == len(self._pattern) > 1 and all(g.grade is None for g in groups):
            # As in "CRS in 75% (grade 3 or higher 5%), ICANS in 14% (4%)".
            groups = [g._replace(grade=grade) for g, grade in zip(groups, self._pattern, strict=True)]
        elif (
            len(groups) == len(self._pattern) == 1
            and groups[0].grade is None
            and groups[0].figure is not None
        ):
            # As in "CRS was grade ≥3 in 13% and neurologic events in 28%".
            gap = self._text[event.end_char : groups[0].figure.start_char]
            is_bare = gap.isspace() and self._pattern[0] is not None and self._pattern[0].low == _FATAL
            if is_bare or re.fullmatch(r"\s*(?:in|by|for|:)\s*", gap):
                groups = [groups[0]._replace(grade=self._pattern[0])]
        if len(groups) > 1 or (is_grade_first(groups) and self._is_predicate(event, groups[0].grade)):
            self._pattern = [g.grade for g in groups]
        return groups

    def _is_predicate(self, event: Event, grade: Grade | None) -> bool:
        """Whether a grade is said of an event ("was grade 3 in ten") and no part of its name."""
        if grade is None:
            return False
        between = self._text[event.end_char : grade.start_char]
        is_verb = _KILLED.fullmatch(self._text, grade.start_char, grade.end_char) is not None
        return is_verb or re.search(r"\w{3,}|:|\(", between) is not None

    # -- putting together

    def _combine(
        self, event: Event, prefix: Grade | None, lead: Figure | None, groups: list[Group], is_fatal: bool
    ) -> list[Statement]:
        groups = list(groups)
        own = groups[0].figure if groups and groups[0].grade is None else None
        if lead and own and (both := self._with_share(event, lead, own)):
            groups[0] = groups[0]._replace(figure=both)
        elif lead and own and wording.COMPARED.fullmatch(self._text, event.end_char, own.start_char):
            groups.insert(0, Group(None, lead))
        elif lead is not None and own is None:
            head = groups[0] if groups else Group(figure=lead)
            is_other = head.is_denied and head.grade is not None and not head.grade.denies_above
            if groups and head.figure is None and not is_other:
                groups[0] = head._replace(figure=lead)
            else:
                groups.insert(0, Group(None, lead))
        only_denied = all(g.is_denied and g.grade and not g.grade.denies_above for g in groups)
        if not groups or (only_denied and event.assertion != "absent"):
            groups.insert(0, Group())
        if prefix is not None:
            groups = [g if g.grade else g._replace(grade=prefix) for g in groups]
        statements: list[Statement] = []
        whole = next((g.figure.of for g in groups if g.figure and g.figure.of), None)
        self._most = max((g.figure.n or 0 for g in groups if g.figure), default=0)
        for group in groups:
            statements += self._statements(event, group, is_fatal, whole)
        return statements

    def _with_share(self, event: Event, lead: Figure, share: Figure) -> Figure | None:
        """The count before an event with its share right behind it: "22 patients had fever (55%)"."""
        is_share = None not in (lead.n, share.percent) and share.n is None and lead.percent is None
        if not is_share or not wording.OPENS.fullmatch(self._text, event.end_char, share.start_char):
            return None
        return lead._replace(of=lead.of or share.of, percent=share.percent)

    def _statements(self, event: Event, group: Group, is_fatal: bool, whole: int | None) -> list[Statement]:
        if group.grade and group.grade.denies_above:
            kept = group._replace(grade=group.grade, is_denied=False)
            top = (group.grade.high or 0) + 1
            main = self._statement(event, kept, is_fatal, whole)
            return [main, Statement(event.source, "absent", top)]
        return [self._statement(event, group, is_fatal, whole)]

    def _statement(
        self, event: Event, group: Group, is_fatal: bool = False, whole: int | None = None
    ) -> Statement:
        low, high = (group.grade.low, group.grade.high) if group.grade else (None, None)
        if is_fatal:
            low, high = 5, 5
        assertion = "possible" if event.assertion in ("hypothetical", "possible") else event.assertion
        if group.is_denied:
            return Statement(event.source, "absent", low, high)
        if assertion == "absent" and self._denials.spares(event, group.figure):
            assertion = "present"
        if assertion == "absent":
            n, of = self._denials.group_of(event)
            return Statement(event.source, "absent", low, high, n, of)
        figure = group.figure
        if figure is None or assertion == "possible":
            return Statement(event.source, assertion, low, high)
        figure = with_denominator(figure, [s for s in self._sizes if self._can_be_whole(s, figure)])
        figure = with_shared_whole(self._text, figure, self._figures)
        # "Of the 16, all had A and three had B": the group is still that.
        if figure.n is None or figure.n != figure.of:
            self._counted.add(figure.start_char)
        is_apart = figure.n is None and ";" in self._text[event.end_char : figure.start_char]
        if whole is not None and not is_apart and fits(figure, whole):
            figure = figure._replace(of=whole)
        if figure.n == 0 or (figure.percent == 0 and figure.n is None):
            assertion = "absent"
        return Statement(event.source, assertion, low, high, figure.n, figure.of, figure.percent)

    def _can_be_whole(self, size: GroupSize, figure: Figure) -> bool:
        """Whether a size may be a figure's denominator: no count of its own, no other share's."""
        is_part = size.start_char == size.end_char  # the whole of another count
        between = self._text[size.end_char : figure.start_char]
        is_apart = (is_part and ";" in between) or wording.BESIDE.fullmatch(between) is not None
        is_taken = any(f.of and f.start_char <= size.start_char < f.end_char for f in self._figures)
        if is_taken and ";" in between and FINITE.search(between.rpartition(";")[2]):
            return False  # "rash in 2 of 9; there was one sepsis": a statement of its own
        return size.start_char not in self._counted and not is_apart and size.n >= self._most


def _within(place: int, events: Sequence[Event]) -> bool:
    return any(e.start_char <= place < e.end_char for e in events)
