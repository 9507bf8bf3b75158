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
        "bias": -3.82,
        "awaited": -0.06,
        "cells": 0.61,
        "cells and most": 0.04,
        "cells and share": 0.25,
        "cells near": 0.42,
        "compared and most": 0.98,
        "disease known": 1.94,
        "disease share": 1.46,
        "distance": -0.17,
        "drug": -0.42,
        "kin told": 0.92,
        "last cells before": 0.42,
        "led to": 0.23,
        "listed": 1.09,
        "main and cohort": 0.24,
        "most amid others": -0.44,
        "only cells and usable": 0.25,
        "only therapy beside": 0.59,
        "other diseases beside": -0.51,
        "other piece": -0.1,
        "rank": 0.84,
        "same clause": 0.37,
        "taken": 2.23,
        "therapy current": 0.35,
        "therapy defined": 0.55,
        "therapy denied": -0.84,
        "therapy once": -0.52,
        "therapy prior": -1.22,
        "together": 0.37,
        "told": 0.77,
        "told best": 0.66,
        "told better elsewhere": -0.28,
        "told better, others between": -0.36,
    }
)


def likely_use(features: Mapping[str, float]) -> float:
    """The probability that a pair is a use (0..1)."""
    return probability(features, WEIGHTS)
