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
        "bias": -3.77,
        "awaited": -0.09,
        "cells": 0.63,
        "cells and most": 0.06,
        "cells and share": 0.24,
        "cells near": 0.39,
        "compared and most": 1.03,
        "disease known": 1.92,
        "disease share": 1.42,
        "distance": -0.17,
        "drug": -0.42,
        "kin told": 0.87,
        "last cells before": 0.4,
        "led to": 0.29,
        "listed": 1.78,
        "main and cohort": 0.24,
        "most amid others": -0.43,
        "only cells and usable": 0.24,
        "only therapy beside": 0.62,
        "other diseases beside": -0.57,
        "other piece": -0.1,
        "rank": 0.85,
        "same clause": 0.3,
        "taken": 2.23,
        "therapy current": 0.35,
        "therapy defined": 0.71,
        "therapy denied": -0.83,
        "therapy once": -0.53,
        "therapy prior": -1.22,
        "together": 0.41,
        "told": 0.76,
        "told best": 0.65,
        "told better elsewhere": -0.27,
        "told better, others between": -0.34,
    }
)


def likely_use(features: Mapping[str, float]) -> float:
    """The probability that a pair is a use (0..1)."""
    return probability(features, WEIGHTS)
