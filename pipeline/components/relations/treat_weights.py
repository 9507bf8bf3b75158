"""How likely a therapy is used in a disease: a logistic function of what `treat_pairs` sees in a document.

The weights are fitted by `python -m models.recipe.treats` on the pairs of gold documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pipeline.grammar.logistic import probability

#: Pairs from here on are told. F1 of documents held out is highest there; less than half, for a relation that
#: is missed costs more than one that is spurious.
THRESHOLD: Final = 0.35
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "bias": -3.96,
        "awaited": 0.01,
        "cells": 0.6,
        "cells and most": 0.07,
        "cells and share": 0.26,
        "cells near": 0.5,
        "compared and most": 0.99,
        "disease known": 2.06,
        "disease share": 1.46,
        "distance": -0.16,
        "drug": -0.38,
        "kin told": 0.87,
        "last cells before": 0.42,
        "led to": 0.35,
        "listed": 1.05,
        "main and cohort": 0.23,
        "most amid others": -0.46,
        "only cells and usable": 0.28,
        "only therapy beside": 0.57,
        "other diseases beside": -0.51,
        "other piece": -0.12,
        "rank": 0.91,
        "same clause": 0.35,
        "taken": 2.12,
        "therapy current": 0.32,
        "therapy defined": 0.62,
        "therapy denied": -0.9,
        "therapy once": -0.5,
        "therapy prior": -1.08,
        "together": 0.33,
        "told": 0.81,
        "told best": 0.58,
        "told better elsewhere": -0.25,
        "told better, others between": -0.43,
    }
)


def likely_use(features: Mapping[str, float]) -> float:
    """The probability that a pair is a use (0..1)."""
    return probability(features, WEIGHTS)
