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
        "bias": -3.12,
        "cells": 0.36,
        "cells and most": 0.18,
        "cells and share": 0.49,
        "cells near": 0.38,
        "compared and most": 0.46,
        "disease known": 0.69,
        "disease share": 0.82,
        "disease usable": 0.25,
        "distance": -0.18,
        "drug": -0.27,
        "kin told": 0.94,
        "last cells before": 0.38,
        "led to": 0.36,
        "listed": 1.12,
        "main and cohort": 0.26,
        "only cells and usable": 0.36,
        "only therapy beside": 0.35,
        "other diseases beside": -0.33,
        "rank": 0.78,
        "same clause": 0.36,
        "therapy current": 1.23,
        "therapy defined": 0.7,
        "therapy denied": -0.9,
        "therapy once": -0.34,
        "therapy prior": -0.68,
        "together": 0.27,
        "told": 0.73,
        "told best": 0.58,
        "told better elsewhere": -0.6,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
