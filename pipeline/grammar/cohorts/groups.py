"""Distinct groups: what a text tells twice is one group, what it lists side by side are several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.vocabulary import CohortRole

_LISTS = frozenset({"equals", "listed", "cell"})


class Group(NamedTuple):
    """A count that is a group, and what the document makes of it."""

    candidate: Candidate
    role: CohortRole
    unit: str

    @property
    def n(self) -> int:
        """Size of the group."""
        return self.candidate.n


def distinct(told: Sequence[Group], wholes: Collection[int]) -> list[Group]:
    """One of the tellings of each group, in order.

    The telling that presents the group gives its role: not "the 12" or "8 of 12", where there is another.

    Args:
        told: every count that is a group, in order.
        wholes: first characters of numbers that are the wholes of fractions.
    """
    leads: dict[int, Group] = {}
    for group in told:
        lead = leads.get(group.n)
        if lead is None or (_recalls(lead, wholes) and not _recalls(group, wholes)):
            leads[group.n] = group
    return [group for group in told if group is leads[group.n] or _is_beside(group, leads[group.n])]


def _recalls(group: Group, wholes: Collection[int]) -> bool:
    return group.candidate.is_definite or group.candidate.number.start_char in wholes


def _is_beside(group: Group, lead: Group) -> bool:
    """Whether a list has two groups of one size: "A (n = 14), B (n = 14)"."""
    one, other = group.candidate, lead.candidate
    return one.sentence == other.sentence and one.form == other.form and one.form in _LISTS
