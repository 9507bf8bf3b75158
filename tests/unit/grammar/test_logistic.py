"""Fitted weights judge."""

from __future__ import annotations

import pytest

from pipeline.grammar.logistic import probability


def test_the_bias_counts_once_whether_or_not_the_features_name_it() -> None:
    """Some models have it among their features."""
    weights = {"bias": -1.0, "near": 2.0}
    expected = 1 / (1 + 2.718281828**-1.0)
    assert probability({"near": 1.0}, weights) == pytest.approx(expected)
    assert probability({"bias": 1.0, "near": 1.0, "unknown": 5.0}, weights) == pytest.approx(expected)


def test_sums_beyond_all_bounds_are_certain() -> None:
    """And do not overflow."""
    assert probability({"n": 1e6}, {"n": 1.0}) == pytest.approx(1.0)
    assert probability({"n": -1e6}, {"n": 1.0}) == pytest.approx(0.0)
