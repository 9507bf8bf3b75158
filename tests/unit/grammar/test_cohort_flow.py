"""Roles of one study are settled together."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.grammar.cohorts.flow import settled
from pipeline.vocabulary import COHORT_ROLES


def scores(**known: float) -> list[float]:
    """What speaks for each role, nothing where it is not told."""
    return [known.get(role, 0.0) for role in COHORT_ROLES]


def roles(groups: Mapping[int, list[float]], *studies: int) -> dict[int, str]:
    """Role of each size; all are of one study where no studies are given."""
    sizes = list(groups)
    found = settled(sizes, list(groups.values()), studies or [0] * len(sizes))
    return dict(zip(sizes, found, strict=True))


def test_a_study_enrols_one_group() -> None:
    """Of two groups that look enrolled, the less plain one is what else it may be."""
    found = roles({34: scores(enrolled=2.0, screened=1.5), 27: scores(enrolled=2.5, screened=0.0)})
    assert found == {34: "screened", 27: "enrolled"}


def test_each_study_enrols_its_own() -> None:
    """Nothing is settled between studies, nor with a group of another study."""
    plain = {34: scores(enrolled=2.0, screened=1.5), 27: scores(enrolled=2.5)}
    assert roles(plain, 0, 1) == {34: "enrolled", 27: "enrolled"}
    plain[27] = scores(enrolled=2.5, external=9.0)
    assert roles(plain) == {34: "enrolled", 27: "external"}


def test_a_later_step_has_no_more_subjects() -> None:
    """Those who were treated are not more than those enrolled."""
    found = roles({19: scores(enrolled=3.0), 23: scores(treated=1.2, screened=1.0)})
    assert found == {19: "enrolled", 23: "screened"}


def test_one_group_told_twice_is_no_rival_of_itself() -> None:
    """Two tellings of a size may both be the enrolled."""
    assert settled([34, 34], [scores(enrolled=1.0), scores(enrolled=1.0)], [0, 0]) == ["enrolled"] * 2


def test_what_is_plain_stays() -> None:
    """Subgroups and arms take part in no flow."""
    found = roles({40: scores(arm=1.0), 38: scores(arm=1.0), 12: scores(subgroup=1.0)})
    assert found == {40: "arm", 38: "arm", 12: "subgroup"}
