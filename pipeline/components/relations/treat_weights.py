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
        "bias": -3.25,
        "cells": 0.44,
        "cells and most": 0.2,
        "cells and share": 0.46,
        "cells near": 0.21,
        "compared and most": 0.62,
        "disease known": 1.28,
        "disease share": 0.87,
        "distance": -0.27,
        "drug": -0.36,
        "kin told": 1.69,
        "last cells before": 0.27,
        "led to": 0.07,
        "listed": 1.25,
        "main and cohort": 0.31,
        "most amid others": -0.73,
        "only cells and usable": 0.23,
        "only therapy beside": 0.63,
        "other diseases beside": -0.25,
        "other piece": -0.66,
        "rank": 0.92,
        "same clause": 0.42,
        "therapy current": 0.66,
        "therapy defined": 0.74,
        "therapy denied": 0.05,
        "therapy once": -0.28,
        "therapy prior": -0.9,
        "together": 0.37,
        "told": 0.84,
        "told best": 0.78,
        "told better elsewhere": -0.44,
        "told better, others between": -0.53,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
