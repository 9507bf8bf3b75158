"""Whether a count is a group of subjects, and what the group is in its study: two logistic regressions.

Both weigh the features of `features`. Weights come from `python -m models.recipe.cohort_model`, which
also prints what they are worth on documents held out; `weights.json` lies beside this module.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from pipeline.grammar.cohorts.features import Features
from pipeline.grammar.cohorts.sources import Told
from pipeline.grammar.logistic import log_odds, logistic, probability
from pipeline.vocabulary import COHORT_ROLES, CohortRole

#: What the features begin with that tell a role by the words beside a count.
WORDED: Final = "worded "
FILE: Final = "weights.json"
#: A count with this chance is a group. Chosen by cross-validation over the gold: 0.40 to 0.45 score alike.
LEAST_CHANCE: Final = 0.42
#: What the head for participants hears.
_HEARD: Final = "heard"
#: Beyond these log-odds the head is sure.
_SURE: Final = 4.0
#: By how much a role that words tell leads the one that is likeliest otherwise.
_LEAD: Final = 3.0


class Weights(NamedTuple):
    """Weights by name of feature: one for being a group, and one for each of `COHORT_ROLES`."""

    group: Mapping[str, float]
    roles: Mapping[str, Sequence[float]]


@cache
def shipped() -> Weights:
    """The weights of this version."""
    read = json.loads((files("pipeline.grammar.cohorts") / FILE).read_text(encoding="utf-8"))
    return Weights(read["group"], read["roles"])


def chance(features: Features, weights: Weights | None = None) -> float:
    """Probability that a count is a group of subjects."""
    return probability(features, (weights or shipped()).group)


def role_scores(
    described: Sequence[Features], rows: Sequence[Hashable], weights: Weights | None = None
) -> list[list[float]]:
    """What speaks for each of `COHORT_ROLES` in each group, as log-odds.

    Of a group of this study, the role that the words beside it tell leads, if they tell one.

    Args:
        described: features of each group.
        rows: a key for each group. Those with one key stand side by side ("A (n = 9), B (n = 8)") and have
            the scores of all of them in common.
        weights: of the features; by default the shipped ones.
    """
    known = (weights or shipped()).roles
    totals: dict[Hashable, list[float]] = {}
    for features, row in zip(described, rows, strict=True):
        total = totals.get(row, [0.0] * len(COHORT_ROLES))
        for name, value in features.items():
            if name in known:
                total = [reached + weight * value for reached, weight in zip(total, known[name], strict=True)]
        totals[row] = total
    return [_with_told(features, totals[row]) for features, row in zip(described, rows, strict=True)]


def _with_told(features: Features, totals: Sequence[float]) -> list[float]:
    scores, most = list(totals), max(totals)
    worded = next((one for one in COHORT_ROLES if f"{WORDED}{one}" in features), None)
    told = worded or _told_by_sum(features)
    if told and COHORT_ROLES[scores.index(most)] not in ("external", told):
        scores[COHORT_ROLES.index(told)] = most + _LEAD
    return scores


def _told_by_sum(features: Features) -> CohortRole | None:
    """What a part of a sum is: "21 were randomised, [14] to the cells", "12 were treated: [8] with lupus"."""
    if "summand" not in features:
        return None
    if "sentence randomised" in features and "followed by to" in features:
        return "arm"
    return "subgroup" if "followed by disease" in features or "preceded by disease" in features else None


def with_words(features: Features, told: Told) -> Features:
    """Features for the role, with what the words beside the count tell among them."""
    found = dict(features)
    if told.role:
        found[f"{WORDED}{told.role}"] = 1.0
    if told.is_external:
        found["another study by words"] = 1.0
    return found


def with_odds(features: Features, odds: float) -> Features:
    """Features for being a group, with the log-odds that the head for participants gives the number."""
    return features | {_HEARD: _bounded(odds)}


def _bounded(odds: float) -> float:
    return max(-_SURE, min(_SURE, odds)) / _SURE


def groups(
    counts: Sequence[Sequence[Features]], heard: Iterable[float], weights: Weights | None = None
) -> list[bool]:
    """Which counts are groups.

    Args:
        counts: features of each in parts (`features.Describer.parts`).
        heard: log-odds that the head for participants gives the number of each.
        weights: of the features; by default the shipped ones.
    """
    known = (weights or shipped()).group
    # What a part speaks for: many counts have a document and a sentence in common.
    told: dict[int, float] = {}
    verdicts = []
    for parts, odds in zip(counts, heard, strict=True):
        total = known.get(_HEARD, 0.0) * _bounded(odds)
        for part in parts:
            if id(part) not in told:
                told[id(part)] = log_odds(part, known)
            total += told[id(part)]
        verdicts.append(logistic(total) >= LEAST_CHANCE)
    return verdicts
