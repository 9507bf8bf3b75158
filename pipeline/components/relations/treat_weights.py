"""How likely a therapy is used in a disease: a logistic function of what `treat_pairs` sees in a document.

The weights are fitted by `python -m models.recipe.treats` on the pairs of gold documents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Pairs from here on are told. F1 of documents held out is highest there; less than half, for a relation that
#: is missed costs more than one that is spurious.
THRESHOLD: Final = 0.35
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "bias": -4.26,
        "awaited": 0.79,
        "cells": 0.58,
        "cells and most": 0.13,
        "cells and share": 0.23,
        "cells near": 0.29,
        "compared and most": 1.17,
        "disease known": 2.38,
        "disease share": 0.9,
        "distance": -0.23,
        "drug": -0.43,
        "kin told": 0.76,
        "last cells before": 0.28,
        "led to": 0.11,
        "listed": 1.16,
        "main and cohort": 0.39,
        "most amid others": -0.75,
        "only cells and usable": 0.14,
        "only therapy beside": 0.58,
        "other diseases beside": -0.37,
        "other piece": -0.27,
        "rank": 0.8,
        "same clause": 0.42,
        "therapy current": 0.29,
        "therapy defined": 0.74,
        "therapy denied": -0.21,
        "therapy once": -0.27,
        "therapy prior": -1.21,
        "together": 0.33,
        "told": 0.84,
        "told best": 0.72,
        "told better elsewhere": -0.39,
        "told better, others between": -0.26,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
