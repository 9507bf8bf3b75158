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
    """No gold holds `expressed_in`."""
    assert confidence("expressed_in", 0.7) == 0.7
