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
        "bias": -3.76,
        "awaited": -0.08,
        "cells": 0.63,
        "cells and most": 0.05,
        "cells and share": 0.24,
        "cells near": 0.38,
        "compared and most": 1.04,
        "disease known": 1.91,
        "disease share": 1.41,
        "distance": -0.16,
        "drug": -0.43,
        "kin told": 0.88,
        "last cells before": 0.39,
        "led to": 0.31,
        "listed": 1.79,
        "main and cohort": 0.27,
        "most amid others": -0.44,
        "only cells and usable": 0.25,
        "only therapy beside": 0.61,
        "other diseases beside": -0.57,
        "other piece": -0.11,
        "rank": 0.83,
        "same clause": 0.31,
        "taken": 2.24,
        "therapy current": 0.27,
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
