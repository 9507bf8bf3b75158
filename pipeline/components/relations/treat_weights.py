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
        "bias": -3.26,
        "cells": 0.45,
        "cells and most": 0.18,
        "cells and share": 0.45,
        "cells near": 0.22,
        "compared and most": 0.62,
        "disease known": 1.29,
        "disease share": 0.84,
        "distance": -0.28,
        "drug": -0.37,
        "kin told": 1.7,
        "last cells before": 0.29,
        "led to": 0.13,
        "listed": 1.24,
        "main and cohort": 0.29,
        "most amid others": -0.71,
        "only cells and usable": 0.21,
        "only therapy beside": 0.65,
        "other diseases beside": -0.26,
        "other piece": -0.65,
        "rank": 0.95,
        "same clause": 0.42,
        "therapy current": 0.65,
        "therapy defined": 0.74,
        "therapy denied": 0.05,
        "therapy once": -0.27,
        "therapy prior": -0.91,
        "together": 0.39,
        "told": 0.84,
        "told best": 0.79,
        "told better elsewhere": -0.47,
        "told better, others between": -0.52,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
