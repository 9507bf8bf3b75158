"""Standing of a count among the sizes of a randomised trial: the whole, arms, and small shares."""

from __future__ import annotations

import pytest

from pipeline.grammar.cohort_evidence import THRESHOLD, Candidate
from pipeline.grammar.cohort_standing import standing_features, with_standing
from pipeline.grammar.numbers import find_numbers


def count(n: int, place: int, score: float, **others: object) -> Candidate:
    """A count at a place of a text, in a sentence of its own unless told otherwise."""
    number = find_numbers(str(n))[0]
    plain = {"left": "", "right": "", "form": "unit", "unit": "patients", "predicate": None}
    fields = {"sentence": (place, place + 50), **plain, **others}
    return Candidate(extent=(place, place + 4), n=n, number=number, score=score, is_definite=False, **fields)  # type: ignore[arg-type]


def passing(counts: list[Candidate]) -> list[int]:
    return [one.n for one in with_standing(counts) if one.score >= THRESHOLD]


def test_arms_of_a_whole_are_raised_and_a_small_share_is_lowered() -> None:
    """Of 300 randomised, 149 and 151 are arms even where the words hardly say so, and 7 had an event."""
    counts = [count(300, 0, 4.0), count(149, 60, 1.0), count(151, 120, 1.0), count(7, 180, 2.0)]
    assert [one.n for one in counts if one.score >= THRESHOLD] == [300, 7]
    assert passing(counts) == [300, 149, 151]


def test_a_small_trial_is_left_as_it_is() -> None:
    counts = [count(24, 0, 4.0), count(12, 60, 1.0), count(3, 120, 2.0)]
    assert standing_features(counts[0], counts) is None
    assert with_standing(counts) == counts


@pytest.mark.parametrize(
    ("others", "score"),
    [
        ({"predicate": "treated"}, 2.0),  # whoever was treated is a group
        ({"form": "case"}, 3.0),
        ({"sentence": (0, 50)}, 2.0),  # one of the two parts that a sentence tells of its whole
    ],
)
def test_what_no_share_takes_away(others: dict[str, object], score: float) -> None:
    whole, rest = count(400, 0, 4.0, sentence=(0, 50)), count(394, 10, 2.0, sentence=(0, 50))
    few = count(6, 20, score, **others)
    assert with_standing([whole, few, rest])[1].score == score


def test_what_has_no_evidence_of_its_own_is_neither_raised_nor_compared_with() -> None:
    """A planned size, and a population of a hundred thousand, are no yardstick."""
    counts = [count(100, 0, 2.0), count(900, 60, -2.0), count(120_000, 120, 4.0)]
    assert passing(counts[:2]) == [100]
    features = standing_features(counts[0], counts)
    assert features is not None
    assert features["alone"] == 1


def test_another_study_further_on_does_not_matter() -> None:
    near, far = count(80, 0, 2.0), count(4000, 9000, 2.0)
    features = standing_features(near, [near, far])
    assert features is not None
    assert features["largest"] == 1
