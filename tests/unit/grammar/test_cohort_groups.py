"""Distinct groups: what is told twice, what is listed side by side."""

from __future__ import annotations

from pipeline.components.cohorts import Counts
from pipeline.grammar.cohorts.groups import Group, distinct
from pipeline.vocabulary import CohortRole
from tests.marked_docs import marked_doc


def groups(source: str, roles: list[CohortRole]) -> list[tuple[int, str]]:
    """Sizes and roles of what is left of the counts of a text, given the role of each."""
    doc = marked_doc(source)
    doc._.kind = "abstract"
    read = Counts(doc)
    told = [Group(count, role, "patients") for count, role in zip(read.all, roles, strict=True)]
    return [(group.n, group.role) for group in distinct(told, read.describer.wholes)]


def test_the_telling_that_presents_a_group_gives_its_role() -> None:
    """ "The 12" before the sentence that presents twelve recalls them."""
    source = "All of the 12 patients had fever. We treated 12 patients."
    assert groups(source, ["subgroup", "treated"]) == [(12, "treated")]


def test_groups_of_one_size_in_a_list_are_two() -> None:
    """Two arms of a list may be equally large."""
    source = "They got cells (n = 14) or saline (n = 14)."
    assert groups(source, ["arm", "arm"]) == [(14, "arm"), (14, "arm")]
