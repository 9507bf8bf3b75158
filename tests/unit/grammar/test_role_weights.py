"""Weights of condition roles: what is read, and what is said where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.grammar.conditions.role_features import Condition, company_features
from pipeline.grammar.conditions.role_weights import RoleWeights, read_weights


@pytest.mark.parametrize("content", [None, "{", "[]", '{"bias": 0}'])
def test_weights_that_cannot_be_read_are_an_error_of_the_model(tmp_path: Path, content: str | None) -> None:
    """A missing, cut or foreign file is told with the command that makes it anew."""
    path = tmp_path / "roles.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"models\.recipe\.condition_roles"):
        read_weights(path)


def test_both_models_add_up_what_they_know() -> None:
    """Features without a weight weigh nothing."""
    weights = RoleWeights(0.5, {"cue": {"grade": 1.0}}, {"bias": -1.0, "own": 2.0})
    assert weights.of([("cue", "grade"), ("cue", "rate"), ("strange", "grade")]) == 1.0
    assert weights.together({"own": 1.5, "listed": 1.0}) == 2.0


def test_company_is_told_by_lists_and_by_other_places() -> None:
    """The other members of a list speak for a condition, and so does the same one elsewhere."""
    text = "Fever, rash and chills. Rash again."
    sentences = [(0, 23), (0, 23), (0, 23), (24, 35)]
    extents = [(0, 5), (7, 11), (16, 22), (24, 28)]
    conditions = [Condition(e, s, "DISEASE", "") for e, s in zip(extents, sentences, strict=True)]
    found = company_features(
        text, conditions, ["fever", "rash", "chills", "rash"], [2.0, -1.0, 3.0, 1.0], set()
    )
    assert found[1]["list_mean"] == 2.5
    assert found[1]["usual"] == 1.0
    assert "listed" not in found[3]
    assert found[3]["usual"] == -1.0
