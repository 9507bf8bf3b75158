"""The logistic function by which fitted weights judge (`models/recipe/logistic.py` fits them)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

#: Far beyond what any probability is told apart by; `exp` overflows at 710.
_UTMOST: Final = 50.0


def probability(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability (0..1) of what weights were fitted for; a feature without a weight says nothing.

    Args:
        features: name → value; what is not named is 0, but for `bias`, which is 1.
        weights: name → weight.
    """
    total = 0.0 if "bias" in features else weights.get("bias", 0.0)
    return logistic(total + log_odds(features, weights))


def log_odds(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """What features speak for together; those of one case may be told in parts, whose log-odds add up."""
    total = 0.0
    for name, value in features.items():
        if name in weights:
            total += weights[name] * value
    return total


def logistic(total: float) -> float:
    """The probability (0..1) of log-odds."""
    return 1 / (1 + math.exp(-max(-_UTMOST, min(_UTMOST, total))))
