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
THRESHOLD: Final = 0.3
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "bias": -3.22,
        "cells": 0.38,
        "cells and most": 0.19,
        "cells and share": 0.45,
        "cells near": 0.31,
        "compared and most": 0.38,
        "disease known": 0.69,
        "disease share": 0.88,
        "disease usable": 0.52,
        "distance": -0.21,
        "drug": -0.28,
        "kin told": 0.81,
        "last cells before": 0.34,
        "led to": 0.23,
        "listed": 1.07,
        "main and cohort": 0.28,
        "only cells and usable": 0.36,
        "only therapy beside": 0.37,
        "other diseases beside": -0.35,
        "rank": 0.79,
        "same clause": 0.45,
        "therapy current": 1.13,
        "therapy defined": 0.65,
        "therapy denied": -0.83,
        "therapy once": -0.34,
        "therapy prior": -0.79,
        "together": 0.31,
        "told": 0.72,
        "told best": 0.58,
        "told better elsewhere": -0.56,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
