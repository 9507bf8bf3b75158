"""Weights of the features that tell the role of a condition, as they are shipped beside the network's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ModelError
from pipeline.grammar.conditions.role_features import Feature

#: Name of the file in the folder of the weights.
WEIGHTS_FILE: Final = "condition_roles.json"


class RoleWeights(NamedTuple):
    """Weights of both models, as log-odds of a harm.

    Attributes:
        bias: of the first model.
        features: group → key → weight of the first model; what is not there weighs nothing.
        company: feature → weight of the second model, with its "bias".
    """

    bias: float
    features: Mapping[str, Mapping[str, float]]
    company: Mapping[str, float]

    def of(self, features: Iterable[Feature]) -> float:
        """What features say together in the first model, without its bias.

        Example:
            >>> RoleWeights(0.0, {"cue": {"grade": 0.5}}, {}).of([("cue", "grade"), ("cue", "other")])
            0.5
        """
        weights, total = self.features, 0.0
        for group, key in features:
            total += weights.get(group, _NONE).get(key, 0.0)
        return total

    def together(self, features: Mapping[str, float]) -> float:
        """What the second model says of a condition by its features."""
        company = self.company
        return company["bias"] + sum(company.get(name, 0.0) * value for name, value in features.items())


_NONE: Final[Mapping[str, float]] = {}


def read_weights(path: Path) -> RoleWeights:
    """The weights in a file.

    Raises:
        ModelError: the file is missing or not as `models/recipe/condition_roles.py` writes it.
    """
    try:
        return RoleWeights(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"the weights of condition roles can't be read: {path} ({error}). Restore the models folder from "
            "the repository, or fit them anew with `python -m models.recipe.condition_roles`."
        ) from error
