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
        "bias": -2.5,
        "cells": 0.39,
        "cells and most": 0.16,
        "cells and share": 0.4,
        "cells near": 0.28,
        "compared and most": 0.35,
        "disease known": 0.76,
        "disease share": 0.76,
        "distance": -0.22,
        "drug": -0.33,
        "kin told": 1.26,
        "last cells before": 0.32,
        "led to": 0.35,
        "listed": 1.63,
        "main and cohort": 0.19,
        "only cells and usable": 0.42,
        "only therapy beside": 0.52,
        "other diseases beside": -0.41,
        "rank": 0.73,
        "same clause": 0.34,
        "therapy current": 1.03,
        "therapy defined": 0.82,
        "therapy denied": -0.87,
        "therapy once": -0.31,
        "therapy prior": -0.82,
        "together": 0.25,
        "told": 0.65,
        "told best": 0.6,
        "told better elsewhere": -0.52,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
