"""What rules alone say of the roles of a text's groups; the learned model hears it among other things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.grammar.cohort_evidence import Candidate
from pipeline.grammar.cohort_roles import RuledGroup, Study, is_same, role_of, worded_role
from pipeline.grammar.cohort_sources import OwnStudy
from pipeline.vocabulary import CohortRole


class Ruled(NamedTuple):
    """Role of a group, the role that the words beside it tell (if any), and whether it is another study's."""

    role: CohortRole
    worded: CohortRole | None
    is_external: bool


def ruled_roles(
    counts: Sequence[Candidate], units: Sequence[str], own: OwnStudy, study: Study
) -> list[Ruled]:
    """What the rules say of each count.

    Args:
        counts: groups in order; several may tell of the same one.
        units: noun for the subjects of each, values of `cohort_cues.UNITS`.
        own: the study that the text is about.
        study: the text.
    """
    groups: list[RuledGroup] = []
    found: list[Ruled] = []
    for count, unit in zip(counts, units, strict=True):
        is_external = own.is_external(count, groups)
        worded = worded_role(count, groups, study.shade)
        role = role_of(count, [g for g in groups if not g.is_external], unit, study)
        if is_external:
            role = "external"
        old = next((g for g in groups if g.n == count.n and is_same(g, count, role)), None)
        if old is not None:
            role = old.role
        else:
            groups.append(RuledGroup(count, role, unit, is_external))
        found.append(Ruled(role, worded, is_external))
    return found
