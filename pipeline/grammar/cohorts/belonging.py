"""Whose groups a row of groups are: neighbours are of one study, unless much speaks for a change.

"A blinded trial randomised 36, 20 to the cells and 16 to placebo": once the first number is another study's,
so are its arms. Each group says by itself how much speaks for another study; the course of a text that says
most in all, less what each change costs, is found by the Viterbi algorithm.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Final

from pipeline.grammar.cohorts.features import Features
from pipeline.vocabulary import COHORT_ROLES

# What a change between own and external costs, in the units of the scores (log-odds). Chosen by
# cross-validation over the gold: in a sentence, 1 to 4 score alike; in a paragraph, 0, 0.5 and 2
# are worth 0.002 less in F1 of sizes with roles.
_CHANGE_IN_SENTENCE: Final = 2.0
_CHANGE_IN_PARAGRAPH: Final = 1.0
#: A sentence that says itself whose study it tells goes by its own words.
_SPEAKS: Final = frozenset(
    {
        "another study by words",
        *("sentence external", "sentence later", "sentence own"),
        *("sentence names other trial", "sentence names own trial"),
    }
)
_EXTERNAL: Final = COHORT_ROLES.index("external")
_OUT_OF_REACH: Final = 1000.0


def told_in_course(
    scores: Sequence[Sequence[float]],
    described: Sequence[Features],
    sentences: Sequence[Hashable],
    paragraphs: Sequence[Hashable],
) -> list[list[float]]:
    """Scores in which it is settled which groups are external.

    Args:
        scores: of each group in order, what speaks for each of `COHORT_ROLES`.
        described: its features.
        sentences: a key for each group; those with one key stand in one sentence.
        paragraphs: the same for paragraphs.
    """
    speaks = [not _SPEAKS.isdisjoint(features) for features in described]
    places = zip(sentences, paragraphs, speaks, strict=True)
    costs = [_cost_of_change(one, other) for one, other in pairwise(places)]
    return [
        _with_external_settled(row, is_external=is_external)
        for row, is_external in zip(scores, _course(scores, costs), strict=True)
    ]


def _cost_of_change(one: tuple[Hashable, Hashable, bool], other: tuple[Hashable, Hashable, bool]) -> float:
    if one[0] == other[0]:
        return _CHANGE_IN_SENTENCE
    return _CHANGE_IN_PARAGRAPH if one[1] == other[1] and not other[2] else 0.0


def _course(scores: Sequence[Sequence[float]], costs: Sequence[float]) -> list[bool]:
    """Whether each group is external, on the course for which most speaks."""
    if not scores:
        return []
    own, external = _both(scores[0])
    steps: list[
        tuple[bool, bool]
    ] = []  # whether the group before is external, if this one is own or external
    for row, cost in zip(scores[1:], costs, strict=True):
        steps.append((external - cost > own, external >= own - cost))
        own_here, external_here = _both(row)
        own, external = (
            max(own, external - cost) + own_here,
            max(external, own - cost) + external_here,
        )
    found = [external > own]
    for step in reversed(steps):
        found.append(step[found[-1]])
    return found[::-1]


def _both(row: Sequence[float]) -> tuple[float, float]:
    """What speaks for the likeliest role in the text's own study, and for another study."""
    return max(score for place, score in enumerate(row) if place != _EXTERNAL), row[_EXTERNAL]


def _with_external_settled(row: Sequence[float], *, is_external: bool) -> list[float]:
    settled = list(row)
    settled[_EXTERNAL] += _OUT_OF_REACH if is_external else -_OUT_OF_REACH
    return settled
