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
        "bias": -3.97,
        "awaited": 0.04,
        "cells": 0.61,
        "cells and most": 0.05,
        "cells and share": 0.16,
        "cells near": 0.37,
        "compared and most": 1.04,
        "disease known": 2.0,
        "disease share": 1.13,
        "distance": -0.15,
        "drug": -0.41,
        "kin told": 0.92,
        "last cells before": 0.39,
        "led to": 0.07,
        "listed": 1.31,
        "main and cohort": 0.22,
        "most amid others": -0.64,
        "only cells and usable": 0.37,
        "only therapy beside": 0.56,
        "other diseases beside": -0.48,
        "other piece": -0.14,
        "rank": 0.79,
        "same clause": 0.47,
        "taken": 1.91,
        "therapy current": 0.59,
        "therapy defined": 0.93,
        "therapy denied": -0.76,
        "therapy once": -0.35,
        "therapy prior": -1.13,
        "together": 0.43,
        "told": 0.76,
        "told best": 0.75,
        "told better elsewhere": -0.2,
        "told better, others between": -0.34,
    }
)


def likely_use(features: Mapping[str, float]) -> float:
    """The probability that a pair is a use (0..1)."""
    return probability(features, WEIGHTS)
