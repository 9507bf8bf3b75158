"""Figures of adverse events, one row per study, event and scope of grades: which statements count, and how.

`docs/analysis.md` tells the rules to analysts, under the numbers that stand here in comments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipeline.analysis.documents import Values

#: Which grades a figure is about: all of them, or 3 and more (CTCAE).
Scope = Literal["any", ">=3"]
SCOPES: Final[tuple[Scope, ...]] = ("any", ">=3")
_LOWEST: Final[Mapping[Scope, int]] = {"any": 1, ">=3": 3}
#: "Grade 3 or 4" is how texts say "severe": a range that ends at 4 has no end that matters.
_OPEN_ENDS: Final = (None, 4, 5)

#: Roles of groups that are the whole of a study, most telling first.
_WHOLE_ROLES: Final = ("treated", "evaluable", "enrolled")
_ROLES_NOT_COUNTED: Final = ("external", "screened")
#: A headline number of these roles is no denominator of statements on the study as a whole.
_ROLES_NOT_AT_RISK: Final = ("external", "screened", "subgroup", "arm")

#: A percentage is rounded to its last digit; whole ones are often cut off instead, hence a whole point.
_TOLERANCE_OF_WHOLE: Final = 1.0
_TOLERANCE_OF_TENTH: Final = 0.1


@dataclass(frozen=True)
class Figure:
    """What a study states of one event in one scope of grades.

    Attributes:
        study_id: the study.
        term: normalised name of the event.
        concept_id: concept of the event, or None.
        scope: which grades it is about.
        assertion: `present` or `absent`.
        affected: subjects with the event, or None.
        at_risk: subjects at risk, or None.
        percent: share, 0..100, or None.
        denominator: where `at_risk` was read: `stated`, `cohort`, `study`, `parts`; None where it is None.
        count: where `affected` was read: `stated`, `percent`, `denial`, `sum`; None where it is None.
        adverse_event_ids: the statements that it was read from.
    """

    study_id: str
    term: str
    concept_id: str | None
    scope: Scope
    assertion: str
    affected: int | None
    at_risk: int | None
    percent: float | None
    denominator: str | None
    count: str | None
    adverse_event_ids: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A row of `adverse_events` with its group, and its figures completed (rules 6 and 7)."""

    row_ids: tuple[str, ...]
    term: str
    concept_id: str | None
    group: str | None
    is_denial: bool
    low: int | None
    high: int | None
    affected: int | None
    at_risk: int | None
    percent: float | None
    denominator: str | None
    count: str | None

    @property
    def has_figure(self) -> bool:
        """Whether it states or implies a count or a share."""
        return self.affected is not None or self.percent is not None

    @property
    def is_nought(self) -> bool:
        """Whether it says that nobody had the event."""
        return self.is_denial or (self.has_figure and not self.affected and not self.percent)


class StudyFigures:
    """Reads the figures of one study from the statements that count for it.

    Args:
        study: its row of `studies`.
        cohorts: the cohorts of its document by id.
        concept_of: concept of each mention of a therapy in its document.
    """

    def __init__(
        self, study: Values, cohorts: Mapping[str, Values], concept_of: Mapping[str, str | None]
    ) -> None:
        self._study = study
        self._cohorts = cohorts
        self._concept_of = concept_of
        headline = cohorts.get(study["cohort_id"] or "")
        is_exact = headline is not None and headline["comparator"] == "="
        is_at_risk = study["n_role"] not in _ROLES_NOT_AT_RISK
        self._size: int | None = study["n_subjects"] if is_exact and is_at_risk else None

    def read(self, rows: Iterable[Values]) -> Iterator[Figure]:
        """A figure for each event and scope of which the statements say anything."""
        by_event: dict[str, list[Statement]] = defaultdict(list)
        for row in rows:
            if row["assertion"] in ("present", "absent") and self._is_of_this_study(row):
                by_event[row["concept_id"] or row["term"]].append(self._statement(row))
        for statements in by_event.values():
            for scope in SCOPES:
                if figure := self._figure(statements, scope):
                    yield figure

    def _is_of_this_study(self, row: Values) -> bool:
        cohort = self._cohorts.get(row["cohort_id"] or "")
        return cohort is None or cohort["role"] not in _ROLES_NOT_COUNTED

    def _statement(self, row: Values) -> Statement:
        is_denial = row["assertion"] == "absent"
        affected, percent = row["n_affected"], row["percent"]
        count = "stated" if affected is not None else None
        if affected is None and is_denial:
            affected, count = 0, "denial"
        at_risk, denominator = self._at_risk(row)
        if affected is not None and at_risk is not None and affected > at_risk:
            affected = count = at_risk = denominator = None
        elif at_risk is not None and not _fits(affected, at_risk, percent):
            at_risk = denominator = None
        if affected is None and percent is not None and at_risk:
            affected, count = round(percent * at_risk / 100), "percent"
        if percent is None and affected is not None and at_risk:
            percent = 100 * affected / at_risk
        return Statement(
            row_ids=(row["adverse_event_id"],),
            term=row["term"],
            concept_id=row["concept_id"],
            group=row["cohort_id"],
            is_denial=is_denial,
            low=row["grade_min"],
            high=row["grade_max"],
            affected=affected,
            at_risk=at_risk,
            percent=percent,
            denominator=denominator,
            count=count,
        )

    def _at_risk(self, row: Values) -> tuple[int | None, str | None]:
        if row["n_at_risk"] is not None:
            return row["n_at_risk"], "stated"
        cohort = self._cohorts.get(row["cohort_id"] or "")
        if cohort is not None:
            return (cohort["n"], "cohort") if cohort["comparator"] == "=" else (None, None)
        return (self._size, "study") if self._size is not None else (None, None)

    def _figure(self, statements: Sequence[Statement], scope: Scope) -> Figure | None:
        by_group: dict[str | None, list[Statement]] = defaultdict(list)
        for statement in statements:
            by_group[statement.group].append(statement)
        told = [found for group in self._wholes(by_group) for found in _of_group(by_group[group], scope)]
        observed = [found for found in told if not found.is_nought]
        figures = [found for found in observed or told if found.has_figure]
        if figures:
            return self._as_figure(figures[0], scope)
        parts = [found for group in self._parts(by_group) for found in _of_group(by_group[group], scope)[:1]]
        if added := self._added(parts):
            return self._as_figure(added, scope)
        bare = observed or [_without_figures(found) for found in parts if not found.is_nought] or told
        return self._as_figure(bare[0], scope) if bare else None

    def _wholes(self, groups: Iterable[str | None]) -> Iterator[str | None]:
        """Groups that stand for the whole study, in the order in which they are asked (rule 2)."""
        known = list(groups)
        headline = self._study["cohort_id"]
        if headline in known and headline is not None:
            yield headline
        cohorts = [self._cohorts[one] for one in known if one and one in self._cohorts and one != headline]
        for role in _WHOLE_ROLES:
            fitting = [cohort for cohort in cohorts if cohort["role"] == role]
            yield from (c["cohort_id"] for c in sorted(fitting, key=lambda c: -c["n"]))
        # A cohort that this document's tables lack says nothing of its role.
        yield from (one for one in known if one is None or one not in self._cohorts)
        arms = [cohort["cohort_id"] for cohort in cohorts if self._is_own_arm(cohort)]
        if len(arms) == 1:
            yield from arms

    def _parts(self, groups: Iterable[str | None]) -> Iterator[str]:
        for one in groups:
            cohort = self._cohorts.get(one or "")
            if cohort is not None and (cohort["role"] == "subgroup" or self._is_own_arm(cohort)):
                yield cohort["cohort_id"]

    def _is_own_arm(self, cohort: Values) -> bool:
        if cohort["role"] != "arm" or cohort["cohort_id"] == self._study["cohort_id"]:
            return False
        given = self._concept_of.get(cohort["therapy_mention_id"] or "")
        return given is not None and given == self._study["therapy_concept_id"]

    def _added(self, parts: Sequence[Statement]) -> Statement | None:
        """Parts added up, where they make exactly the whole."""
        if len(parts) < 2 or any(part.affected is None or part.at_risk is None for part in parts):
            return None
        at_risk = sum(part.at_risk or 0 for part in parts)
        return _sum(parts, at_risk, "parts") if at_risk == self._size else None

    def _as_figure(self, found: Statement, scope: Scope) -> Figure:
        return Figure(
            study_id=self._study["study_id"],
            term=found.term,
            concept_id=found.concept_id,
            scope=scope,
            assertion="absent" if found.is_nought else "present",
            affected=found.affected,
            at_risk=found.at_risk if found.has_figure else None,
            percent=found.percent,
            denominator=found.denominator if found.has_figure else None,
            count=found.count,
            adverse_event_ids=found.row_ids,
        )


def _fits(affected: int | None, at_risk: int, percent: float | None) -> bool:
    """Whether a number of subjects can be the denominator of what is stated."""
    if at_risk <= 0 or percent is None:
        return at_risk > 0
    nearest = affected if affected is not None else round(percent * at_risk / 100)
    tolerance = _TOLERANCE_OF_WHOLE if percent == int(percent) else _TOLERANCE_OF_TENTH
    return abs(100 * nearest / at_risk - percent) <= tolerance


def _of_group(statements: Sequence[Statement], scope: Scope) -> list[Statement]:
    """What the statements of one group say in a scope, the best first (rule 3)."""
    direct = [one for one in statements if not one.is_denial and _is_direct(one, scope)]
    denied = [one for one in statements if one.is_denial and _denies(one, scope)]
    # Sorting is stable: among equals, what is told first comes first.
    direct.sort(key=lambda one: (-_completeness(one), -(one.at_risk or 0)))
    listed = [] if direct and direct[0].has_figure else _listed(statements, scope)
    bare = [one for one in statements if not one.is_denial and _lies_in(one, scope)]
    return [*direct[:1], *listed, *denied, *(_without_figures(one) for one in bare)]


def _completeness(one: Statement) -> int:
    if one.affected is not None and one.at_risk is not None:
        return 3
    return 2 if one.affected is not None else int(one.percent is not None)


def _is_direct(one: Statement, scope: Scope) -> bool:
    if scope == "any" and one.low is None:
        return True
    return one.low == _LOWEST[scope] and one.high in _OPEN_ENDS


def _denies(one: Statement, scope: Scope) -> bool:
    """Whether a denial from a grade on holds for every grade of the scope."""
    if one.low is None and one.high is None:
        return True
    return one.low is not None and one.low <= _LOWEST[scope] and one.high in _OPEN_ENDS


def _lies_in(one: Statement, scope: Scope) -> bool:
    """Whether an observation is one of the scope's grades; "grade 0" is no event."""
    if one.low is None:
        return scope == "any" and one.high != 0
    return one.low >= _LOWEST[scope]


def _listed(statements: Sequence[Statement], scope: Scope) -> list[Statement]:
    """Ranges of grades added up, from the scope's lowest grade on."""
    ranges = [
        one for one in statements if one.low is not None and one.low >= _LOWEST[scope] and one.has_figure
    ]
    ranges.sort(key=lambda one: (one.low or 0, -(one.high or 5), -_completeness(one)))
    kept: list[Statement] = []
    for one in ranges:
        if not kept or (one.low or 0) > (kept[-1].high or 5):
            kept.append(one)
    if not kept or kept[0].low != _LOWEST[scope]:
        return []
    denominators = {one.at_risk for one in kept if one.at_risk is not None}
    if len(denominators) > 1:
        return []
    at_risk = denominators.pop() if denominators else None
    source = next((one.denominator for one in kept if one.denominator), None)
    return kept if len(kept) == 1 else [_sum(kept, at_risk, source)]


def _sum(parts: Sequence[Statement], at_risk: int | None, denominator: str | None) -> Statement:
    counts = [part.affected for part in parts]
    affected = None if None in counts else sum(count or 0 for count in counts)
    if affected is not None and at_risk is not None and affected > at_risk:
        at_risk = None
    percent = 100 * affected / at_risk if affected is not None and at_risk else None
    return Statement(
        row_ids=tuple(row_id for part in parts for row_id in part.row_ids),
        term=parts[0].term,
        concept_id=parts[0].concept_id,
        group=parts[0].group,
        is_denial=all(part.is_nought for part in parts),
        low=None,
        high=None,
        affected=affected,
        at_risk=at_risk,
        percent=percent,
        denominator=denominator if at_risk is not None else None,
        count="sum" if affected is not None else None,
    )


def _without_figures(one: Statement) -> Statement:
    return replace(one, affected=None, at_risk=None, percent=None, denominator=None, count=None)
