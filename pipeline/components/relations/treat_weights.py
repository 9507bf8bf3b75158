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
        "bias": -3.2,
        "borne": 0.24,
        "cells": 0.37,
        "cells and most": 0.15,
        "cells and share": 0.3,
        "cells in paragraph": 0.28,
        "cells near": 0.29,
        "cohort": 0.15,
        "companion": -1.85,
        "compared": 0.07,
        "compared and most": 0.23,
        "condition": -0.61,
        "disease known": 0.66,
        "disease most": 0.12,
        "disease once": -0.14,
        "disease share": 0.46,
        "distance": -0.1,
        "drug": -0.29,
        "drug compared": 0.28,
        "in cohort": 0.08,
        "last before": 0.14,
        "last cells before": 0.24,
        "led to": 0.24,
        "listed": 0.05,
        "main": -0.1,
        "main and cohort": 0.42,
        "near": 0.23,
        "only cells": 0.15,
        "only cells and usable": 0.38,
        "only therapy beside": 0.34,
        "other diseases beside": -0.36,
        "plainly told": 0.25,
        "rank": 0.69,
        "registered": 1.64,
        "same clause": 0.31,
        "therapy current": 1.42,
        "therapy defined": 0.7,
        "therapy denied": -0.87,
        "therapy once": -0.33,
        "therapy prior": -0.7,
        "together": 0.14,
        "told": 0.65,
        "told best": 0.45,
        "told better elsewhere": -0.54,
        "usable": 0.23,
    }
)


def probability(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """The probability that a pair is a use (0..1)."""
    total = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-total))
