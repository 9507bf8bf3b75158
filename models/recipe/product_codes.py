"""Fit the weights by which codes of products are told from other codes, and print what they are worth.

    python -m models.recipe.product_codes tests/gold/development seeds/gold [FOLDER …]

Right is a code that is a name of a therapy in the gold of its document. Prints the constants of
`pipeline/grammar/product_code_weights.py`, and what weights fitted on other documents find and miss.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipeline.annotate import language_pipeline
from pipeline.components import mentions
from pipeline.evaluation.scoring import case_document, extractions, gold_cases
from pipeline.findings import Extent
from pipeline.grammar.product_code_weights import probability
from pipeline.grammar.product_codes import candidates, features
from pipeline.lexicon import normal_form

#: Strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
RIDGE: Final = 0.3
FOLDS: Final = 10
THRESHOLDS: Final = (0.3, 0.4, 0.45, 0.5, 0.6)


class Judged(NamedTuple):
    """A code: its features, and whether gold has it as a therapy."""

    features: Mapping[str, float]
    is_product: bool


def read_codes(folders: Sequence[Path]) -> list[list[Judged]]:
    """The codes of every gold document; names that gold leaves to the reader are left out."""
    nlp = language_pipeline()
    found = []
    seen: set[str] = set()
    for case in (case for folder in folders for case in gold_cases(folder)):
        if case.text in seen:
            continue
        seen.add(case.text)
        asked: list[tuple[str, list[Extent]]] = []

        def record(
            text: str, taken: Iterable[Extent], to: list[tuple[str, list[Extent]]] = asked
        ) -> list[Extent]:
            to.append((text, list(taken)))
            return []

        with patch.object(mentions, "find_products", record):
            extractions([case_document(case)], nlp)
        products = {normal_form(n) for one in case.facts.therapies if not one.optional for n in one.names}
        optional = {normal_form(n) for one in case.facts.therapies if one.optional for n in one.names}
        for text, taken in asked:
            places = candidates(text, taken)
            told = features(text, places)
            codes = [code for code in places if normal_form(code) not in optional - products]
            found.append([Judged(told[code], normal_form(code) in products) for code in codes])
    return found


def fitted(documents: Sequence[Sequence[Judged]]) -> dict[str, float]:
    """Weights of the features as they are (not scaled)."""
    codes = [code for document in documents for code in document]
    names = sorted({name for code in codes for name in code.features})
    matrix = np.array([[code.features.get(name, 0.0) for name in names] for code in codes])
    scale = StandardScaler().fit(matrix)
    model = LogisticRegression(C=RIDGE, max_iter=3000)
    model.fit(scale.transform(matrix), [code.is_product for code in codes])
    weights = model.coef_[0] / scale.scale_
    bias = float(model.intercept_[0] - weights @ scale.mean_)
    return {
        "bias": round(bias, 2),
        **{n: round(float(w), 2) for n, w in zip(names, weights, strict=True) if round(w, 2)},
    }


def table(documents: Sequence[Sequence[Judged]], seed: int) -> list[str]:
    """Lines of a Markdown table: what weights fitted on other documents find, by threshold."""
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    told: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        inside = set(order[fold::FOLDS])
        weights = fitted([one for number, one in enumerate(documents) if number not in inside])
        told += [
            (probability(code.features, weights), code.is_product)
            for number in inside
            for code in documents[number]
        ]
    lines = ["| threshold | products found | missed | others taken for one |", "|---|---:|---:|---:|"]
    for threshold in THRESHOLDS:
        found = sum(right for chance, right in told if chance >= threshold)
        missed = sum(right for chance, right in told if chance < threshold)
        others = sum(not right for chance, right in told if chance >= threshold)
        lines.append(f"| {threshold} | {found} | {missed} | {others} |")
    return lines


def main() -> None:
    """Fit on the folders that the command line names."""
    documents = [
        document for document in read_codes([Path(argument) for argument in sys.argv[1:]]) if document
    ]
    print("WEIGHTS =", fitted(documents), "\n")
    for seed in range(3):
        print("\n".join(table(documents, seed)) + "\n")


if __name__ == "__main__":
    main()
