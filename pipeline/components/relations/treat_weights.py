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
        "bias": -3.18,
        "cells": 0.47,
        "cells and most": 0.15,
        "cells and share": 0.33,
        "cells near": 0.22,
        "compared and most": 0.63,
        "disease known": 1.3,
        "disease share": 0.78,
        "distance": -0.28,
        "drug": -0.37,
        "kin told": 1.6,
        "last cells before": 0.34,
        "led to": 0.17,
        "listed": 1.36,
        "main and cohort": 0.27,
        "most amid others": -0.71,
        "only cells and usable": 0.08,
        "only therapy beside": 0.62,
        "other diseases beside": -0.27,
        "other piece": -0.64,
        "rank": 0.89,
        "same clause": 0.31,
        "therapy current": 1.0,
        "therapy defined": 0.73,
        "therapy denied": 0.01,
        "therapy once": -0.22,
        "therapy prior": -0.94,
        "together": 0.39,
        "told": 0.85,
        "told best": 0.82,
        "told better elsewhere": -0.45,
        "told better, others between": -0.49,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
