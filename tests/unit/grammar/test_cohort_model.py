"""Learned decisions on counts: what they look at, and that the shipped weights know it."""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Counts
from pipeline.grammar.cohorts import model
from pipeline.grammar.cohorts.features import Features
from pipeline.vocabulary import COHORT_ROLES
from tests.marked_docs import marked_doc


def told(source: str) -> Counts:
    """The counts of a text."""
    doc = marked_doc(source)
    doc._.kind = "abstract"
    return Counts(doc)


def features(source: str, n: int) -> Features:
    """Features of the first count of a size."""
    read = told(source)
    place = [count.n for count in read.all].index(n)
    return read.describer.describe(read.all)[place]


def roles(described: list[Features], rows: list[object], weights: model.Weights) -> list[str]:
    """The likeliest role of each group."""
    scored = model.role_scores(described, rows, weights)
    return [COHORT_ROLES[row.index(max(row))] for row in scored]


def test_each_feature_of_the_roles_has_a_weight_for_each_role() -> None:
    """The file of weights fits the vocabulary."""
    weights = model.shipped()
    assert weights.group
    assert {len(row) for row in weights.roles.values()} == {len(COHORT_ROLES)}


def test_features_without_weights_count_nothing() -> None:
    """A feature that was never seen leaves the chance at one half."""
    assert model.chance({"never seen": 1.0}, model.Weights({}, {})) == 0.5


@pytest.mark.parametrize(
    ("source", "n", "name"),
    [
        ("We infused 21: colorectal, 13; pancreatic, 6; lung, 2.", 6, "summand"),
        ("We infused 21: colorectal, 13; pancreatic, 6; lung, 2.", 21, "total"),
        ("Nine of 14 patients improved.", 14, "whole of a fraction"),
        ("In her team's paper, 40 people were followed.", 40, "sentence a_study"),
        ("Forty patients are to be enrolled.", 40, "planned or of a population"),
        ("After randomisation, 31 got the cells.", 31, "sentence randomised"),
        ("Cells were collected from 18 patients.", 18, "said enrolled"),
    ],
)
def test_what_is_looked_at(source: str, n: int, name: str) -> None:
    """Sums, fractions, plans and other people's studies are seen."""
    assert features(source, n).get(name) == 1.0


def test_columns_of_a_flattened_table_are_groups() -> None:
    """A row of a participant flow tells a size in each column."""
    read = told("Participant flow\nStarted      24    13    11\nReceived the infusion    20    11    9\n")
    assert {count.n for count in read.passing()} >= {24, 13, 11, 20}


def test_what_the_words_tell_wins_over_sizes() -> None:
    """A role that the words beside a group tell is believed, unless it is another study's."""
    known = {"bias": [0.0] * len(COHORT_ROLES)}
    weights = model.Weights({}, known)
    assert roles([{"bias": 1.0, "worded arm": 1.0}], [0], weights) == ["arm"]
    known["bias"][COHORT_ROLES.index("external")] = 1.0
    assert roles([{"bias": 1.0, "worded arm": 1.0}], [0], weights) == ["external"]


def test_groups_side_by_side_have_one_role() -> None:
    """What speaks clearly for the role of one group of a row speaks for the others."""
    clear, faint = [0.0] * len(COHORT_ROLES), [0.0] * len(COHORT_ROLES)
    clear[COHORT_ROLES.index("arm")] = 2.0
    faint[COHORT_ROLES.index("subgroup")] = 0.5
    weights = model.Weights({}, {"clear": clear, "faint": faint})
    described = [{"clear": 1.0}, {"faint": 1.0}]
    assert roles(described, ["row", "row"], weights) == ["arm", "arm"]
    assert roles(described, ["one", "another"], weights) == ["arm", "subgroup"]


def test_a_part_of_a_sum_is_told_by_what_it_goes_with() -> None:
    """Parts by disease are subgroups, parts that were assigned are arms; another study's stay another's."""
    weights = model.Weights({}, {"bias": [0.0] * len(COHORT_ROLES)})
    part = {"bias": 1.0, "summand": 1.0}
    assert roles([part | {"followed by disease": 1.0}], [0], weights) == ["subgroup"]
    assert roles([part | {"followed by to": 1.0, "sentence randomised": 1.0}], [0], weights) == ["arm"]
    weights.roles["bias"][COHORT_ROLES.index("external")] = 1.0  # type: ignore[index]
    assert roles([part | {"followed by disease": 1.0}], [0], weights) == ["external"]
