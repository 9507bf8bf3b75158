"""Whether a count is a group of subjects, and what the group is in its study: two logistic regressions.

Both weigh the features of `features`. Weights come from `python -m models.recipe.cohort_model`, which
also prints what they are worth on documents held out; `weights.json` lies beside this module.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from pipeline.grammar.cohorts.features import Features, Part
from pipeline.grammar.cohorts.sources import Told
from pipeline.grammar.logistic import log_odds, logistic, probability
from pipeline.vocabulary import COHORT_ROLES, CohortRole

#: What the features begin with that tell a role by the words beside a count.
WORDED: Final = "worded "
FILE: Final = "weights.json"
#: A count with this chance is a group. Chosen by cross-validation over the gold: 0.40 to 0.45 score alike.
LEAST_CHANCE: Final = 0.42
#: Less than that in log-odds, by more than sums are rounded by.
_LEAST_ODDS: Final = math.log(LEAST_CHANCE / (1 - LEAST_CHANCE)) - 1e-6
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
    counts: Iterable[Iterable[Part]], heard: Iterable[float], weights: Weights | None = None
) -> list[bool]:
    """Which counts are groups.

    Args:
        counts: features of each in parts (`features.Describer.parts`); no more of them are asked for than are
            needed to tell.
        heard: log-odds that the head for participants gives the number of each.
        weights: of the features; by default the shipped ones.
    """
    weighed = _Weighed((weights or shipped()).group)
    return [weighed.is_group(parts, odds) for parts, odds in zip(counts, heard, strict=True)]


class _Weighed:
    """What parts of features say for counts being groups."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._heard = weights.get(_HEARD, 0.0)
        self._speaking = {name: weight for name, weight in weights.items() if weight > 0}
        # Many counts have a document and a sentence in common. Parts are kept, so that each has its own id.
        self._told: dict[int, tuple[Features, float]] = {}
        self._most: dict[tuple[str, ...], float] = {}

    def is_group(self, parts: Iterable[Part], odds: float) -> bool:
        """Whether a count is a group."""
        total = self._heard * _bounded(odds)
        for part, rest in parts:
            total += self._of(part)
            if rest is not None and total + self._most_of(rest) < _LEAST_ODDS:
                return False
        return logistic(total) >= LEAST_CHANCE

    def _of(self, part: Features) -> float:
        told = self._told.get(id(part))
        if told is None:
            told = self._told[id(part)] = part, log_odds(part, self._weights)
        return told[1]

    def _most_of(self, names: tuple[str, ...]) -> float:
        """The most that features of the value 1 can speak for a group."""
        most = self._most.get(names)
        if most is None:
            speaking = self._speaking
            most = self._most[names] = sum(speaking[name] for name in names if name in speaking)
        return most
