"""The confidence of relations: monotone in the rank, a probability, the rank where nothing was measured."""

from __future__ import annotations

from itertools import pairwise

from pipeline.components.relations.confidence import CONFIDENCE, confidence


def test_plainer_words_are_never_trusted_less() -> None:
    """Ranks and confidences rise together, and confidences are probabilities."""
    for steps in CONFIDENCE.values():
        assert all(a.rank < b.rank and a.confidence <= b.confidence for a, b in pairwise(steps))
        assert all(0.0 < step.confidence < 1.0 for step in steps)


def test_a_rank_takes_the_step_that_it_has_reached() -> None:
    """Between two steps the lower one counts; below the first nothing was measured."""
    first, second, *_ = CONFIDENCE["targets"]
    assert confidence("targets", first.rank - 0.1) == first.rank - 0.1
    assert confidence("targets", second.rank - 0.01) == first.confidence
    assert confidence("targets", second.rank) == second.confidence


def test_what_was_never_measured_keeps_its_rank() -> None:
    """`causes` between sentences was met by no corpus; the score of `treats` is a probability as it is."""
    assert confidence("causes", 0.5) == 0.5
    assert confidence("treats", 0.7) == 0.7


def test_what_a_reader_judged_is_measured() -> None:
    """The ranks of `enrolled` and `expressed_in` are no scores any more."""
    assert {"enrolled", "expressed_in"} <= set(CONFIDENCE)
