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
    total += sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-max(-_UTMOST, min(_UTMOST, total))))
