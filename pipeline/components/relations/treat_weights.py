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
        "bias": -3.21,
        "cells": 0.38,
        "cells and most": 0.2,
        "cells and share": 0.44,
        "cells near": 0.33,
        "compared and most": 0.38,
        "disease known": 0.7,
        "disease share": 0.83,
        "disease usable": 0.55,
        "distance": -0.21,
        "drug": -0.28,
        "kin told": 0.61,
        "last cells before": 0.34,
        "led to": 0.31,
        "listed": 1.08,
        "main and cohort": 0.23,
        "only cells and usable": 0.34,
        "only therapy beside": 0.43,
        "other diseases beside": -0.34,
        "rank": 0.79,
        "same clause": 0.44,
        "therapy current": 1.13,
        "therapy defined": 0.64,
        "therapy denied": -0.84,
        "therapy once": -0.35,
        "therapy prior": -0.8,
        "together": 0.28,
        "told": 0.72,
        "told best": 0.56,
        "told better elsewhere": -0.53,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
