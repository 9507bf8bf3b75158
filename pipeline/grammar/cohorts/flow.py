"""The flow of participants through a study, by which the roles of its groups are settled together.

Subjects are screened, enrolled, treated, evaluated: a later step has no more of them than an earlier one, and
a study screens and enrols one group. So those who signed are enrolled in "21 signed, 14 were infused", and
screened in "21 signed, 16 were randomised".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from pipeline.vocabulary import COHORT_ROLES, CohortRole

_STEPS: Final[Mapping[str, int]] = {"screened": 0, "enrolled": 1, "treated": 2, "evaluable": 3}
_TAKEN_ONCE: Final = frozenset({"screened", "enrolled"})
# What speaks against a role, in the units of the scores (log-odds), for each size that does not go with it.
# Chosen by cross-validation over the gold: half, the same and twice as much differ by less than 0.01 in F1.
_AGAINST_ORDER: Final = 1.0
_TAKEN: Final = 3.0
_SWEEPS: Final = 4  # most texts change nothing after the second


def settled(
    sizes: Sequence[int], scores: Sequence[Sequence[float]], studies: Sequence[Hashable]
) -> list[CohortRole]:
    """Roles of groups that go together best, found by changing one group at a time.

    Args:
        sizes: number of subjects of each group, in order.
        scores: of each group, what speaks for each of `COHORT_ROLES`.
        studies: a key for each group. Those with one key are of one study, if not external.
    """
    chosen = [max(range(len(COHORT_ROLES)), key=row.__getitem__) for row in scores]
    told: dict[Hashable, Counter[tuple[int, str]]] = defaultdict(Counter)
    for n, role, study in zip(sizes, chosen, studies, strict=True):
        told[study][n, COHORT_ROLES[role]] += 1
    for _ in range(_SWEEPS):
        has_changed = False
        for place, (n, row) in enumerate(zip(sizes, scores, strict=True)):
            others = [one for one, times in told[studies[place]].items() if times and one[0] != n]
            left = [score - _against(n, role, others) for score, role in zip(row, COHORT_ROLES, strict=True)]
            best = max(range(len(left)), key=left.__getitem__)
            if best != chosen[place]:
                told[studies[place]][n, COHORT_ROLES[chosen[place]]] -= 1
                told[studies[place]][n, COHORT_ROLES[best]] += 1
                chosen[place] = best
                has_changed = True
        if not has_changed:
            break
    return [COHORT_ROLES[role] for role in chosen]  # type: ignore[misc]


def _against(n: int, role: str, others: Sequence[tuple[int, str]]) -> float:
    """What speaks against a role, given other sizes of the study and their roles."""
    step = _STEPS.get(role)
    if step is None:
        return 0.0
    doubt = 0.0
    for size, other in others:
        its_step = _STEPS.get(other)
        if its_step == step and role in _TAKEN_ONCE:
            doubt += _TAKEN
        elif its_step is not None and (its_step - step) * (size - n) > 0:
            doubt += _AGAINST_ORDER
    return doubt
