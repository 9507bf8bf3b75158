"""Logistic regression on named features: fitting, judging what was held out, and a table of what it finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipeline.grammar.logistic import probability

D = TypeVar("D")

FOLDS: Final = 10


class Judged(NamedTuple):
    """One decision: its features, and what is right."""

    features: Mapping[str, float]
    is_right: bool


def fitted(
    examples: Sequence[Judged], ridge: float, importance: Sequence[float] | None = None
) -> dict[str, float]:
    """Weights of the features as they are (not scaled), rounded to two digits, and `bias`.

    Args:
        examples: what to learn from.
        ridge: strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
        importance: how much each example weighs; all the same unless given.
    """
    names = sorted({name for one in examples for name in one.features})
    matrix = np.array([[one.features.get(name, 0.0) for name in names] for one in examples])
    scale = StandardScaler().fit(matrix)
    model = LogisticRegression(C=ridge, max_iter=3000)
    model.fit(scale.transform(matrix), [one.is_right for one in examples], importance)
    weights = model.coef_[0] / scale.scale_
    bias = float(model.intercept_[0] - weights @ scale.mean_)
    return {
        "bias": round(bias, 2),
        **{n: round(float(w), 2) for n, w in zip(names, weights, strict=True) if round(w, 2)},
    }


def held_out(
    documents: Sequence[D],
    judged: Callable[[D], Sequence[Judged]],
    fit: Callable[[Sequence[D]], dict[str, float]],
    seed: int,
) -> list[list[float]]:
    """The probability of each example of each document, by weights that were fitted on other documents."""
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    found: list[list[float]] = [[] for _ in documents]
    for fold in range(FOLDS):
        inside = set(order[fold::FOLDS])
        weights = fit([one for number, one in enumerate(documents) if number not in inside])
        for number in inside:
            found[number] = [probability(one.features, weights) for one in judged(documents[number])]
    return found


def table(
    documents: Sequence[Sequence[Judged]],
    promised: Sequence[Sequence[float]],
    thresholds: Sequence[float],
    what: str,
) -> list[str]:
    """Lines of a Markdown table: what is found and missed, by threshold.

    Args:
        documents: examples of each document.
        promised: their probabilities, as `held_out` gives them.
        thresholds: from where on an example is taken for right.
        what: what the right ones are called, in the plural.
    """
    told = [
        (chance, one.is_right)
        for document, chances in zip(documents, promised, strict=True)
        for one, chance in zip(document, chances, strict=True)
    ]
    lines = [f"| threshold | {what} found | missed | others taken for one |", "|---|---:|---:|---:|"]
    for threshold in thresholds:
        found = sum(right for chance, right in told if chance >= threshold)
        missed = sum(right for chance, right in told if chance < threshold)
        others = sum(not right for chance, right in told if chance >= threshold)
        lines.append(f"| {threshold} | {found} | {missed} | {others} |")
    return lines
