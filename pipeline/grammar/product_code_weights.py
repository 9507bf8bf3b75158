"""How likely a code names a product: a logistic function of its form and of the words beside it.

The weights are fitted by `python -m models.recipe.product_codes` on the codes of gold documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Codes from here on are products: of 141 codes in gold documents some nine are missed there, and some four
#: others taken for one, by weights that were fitted on other documents.
THRESHOLD: Final = 0.45
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "bias": -2.39,
        "after: aimed": 3.39,
        "after: antigen": -0.02,
        "after: antigen and disease": 1.84,
        "after: consists or is done": 2.35,
        "after: counted": 2.0,
        "after: described": 1.92,
        "after: dose": 2.22,
        "after: for a disease": 1.01,
        "after: infusion or verb": 0.6,
        "after: is a product": 1.34,
        "after: person, place or time": 0.26,
        "after: registered": -1.4,
        "after: sign, then product": 1.95,
        "after: told what it is": 2.17,
        "after: verb": 0.69,
        "against": -0.52,
        "before: arm, or study of": 3.6,
        "before: assessed": 1.19,
        "before: cells, then bracket": -0.17,
        "before: donor or own": 2.72,
        "before: given": 1.91,
        "before: in, at or from": -0.52,
        "before: is": 2.35,
        "before: label": -0.92,
        "before: line begins": -1.0,
        "before: product called": 3.62,
        "before: receptor, then bracket": 1.57,
        "before: somebody's": 0.62,
        "form: initials and number": 1.89,
        "form: initials, letters and number": 2.67,
        "form: initials, number and letters": 2.24,
        "form: letters and short number": -3.15,
        "form: longer number": -0.46,
        "form: number of three digits": 0.75,
        "form: one letter": -1.07,
        "form: receptor": 4.68,
        "form: small letters": -0.2,
        "form: three parts": -0.77,
        "form: word and digit": -2.46,
        "form: word and number": -2.42,
        "form: words": -0.25,
        "places": 0.49,
        "series": 1.69,
    }
)
