"""How likely a product binds an antigen of its document, where no words say so: a logistic function.

The weights are fitted by `python -m models.recipe.targets` on the pairs of gold documents (`target_pairs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Pairs from here on are told: of 42 in gold documents some 34 are found there, and some 11 others taken for
#: one, by weights that were fitted on other documents.
THRESHOLD: Final = 0.4
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "bias": -1.59,
        "after it": 0.72,
        "claimed": -0.53,
        "claimed, not main": -0.38,
        "distance": -0.44,
        "main": -0.22,
        "main and only product": -0.26,
        "main and share": 1.16,
        "most": 0.7,
        "nearest": 0.41,
        "same sentence": 0.35,
        "share": 1.88,
    }
)
