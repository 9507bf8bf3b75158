"""Groups that stand side by side are of one study."""

from __future__ import annotations

import pytest

from pipeline.grammar.cohorts.belonging import told_in_course
from pipeline.vocabulary import COHORT_ROLES


def scores(**known: float) -> list[float]:
    """What speaks for each role, nothing where it is not told."""
    return [known.get(role, 0.0) for role in COHORT_ROLES]


def settled(
    rows: list[list[float]], sentences: list[int], paragraphs: list[int], *says: str
) -> list[list[float]]:
    """Scores as they are settled; the last group's sentence says something or nothing."""
    described = [{} for _ in rows[1:]] + [dict.fromkeys(says, 1.0) for _ in rows[:1]]
    return told_in_course(rows, described, sentences, paragraphs)


def likeliest(rows: list[list[float]]) -> list[str]:
    """The role of each group for which most speaks."""
    return [COHORT_ROLES[row.index(max(row))] for row in rows]


def test_parts_are_of_the_study_of_their_whole() -> None:
    """Arms beside another study's group are external too, however much they look like arms."""
    rows = [scores(external=3.0), scores(arm=1.0, external=0.5), scores(arm=1.2, external=0.5)]
    assert likeliest(rows) == ["external", "arm", "arm"]
    assert likeliest(settled(rows, [0, 0, 0], [0, 0, 0])) == ["external"] * 3


def test_a_doubtful_group_among_own_ones_is_own() -> None:
    """It takes the likeliest role that is left."""
    rows = [scores(enrolled=3.0), scores(subgroup=0.8, external=1.0), scores(treated=3.0)]
    assert likeliest(settled(rows, [0, 1, 2], [0, 0, 0])) == ["enrolled", "subgroup", "treated"]


def test_what_is_plain_stays() -> None:
    """A comparison in one sentence may tell of two studies."""
    rows = [scores(treated=4.0), scores(external=4.0)]
    assert likeliest(settled(rows, [0, 0], [0, 0])) == ["treated", "external"]


def test_a_sentence_may_say_whose_study_it_tells() -> None:
    """Then it does not go by the sentence before."""
    rows = [scores(treated=3.0), scores(treated=0.4, external=0.8)]
    assert likeliest(settled(rows, [0, 1], [0, 0])) == ["treated", "treated"]
    assert likeliest(settled(rows, [0, 1], [0, 0], "sentence later")) == ["treated", "external"]


def test_paragraphs_tell_their_own_studies() -> None:
    """Nothing is carried over into another paragraph."""
    rows = [scores(external=9.0), scores(treated=0.1)]
    assert likeliest(settled(rows, [0, 1], [0, 1])) == ["external", "treated"]


@pytest.mark.parametrize("n", [0, 1])
def test_few_groups_are_as_they_are(n: int) -> None:
    """There may be no neighbour."""
    assert likeliest(settled([scores(arm=1.0)] * n, [0] * n, [0] * n)) == ["arm"] * n
