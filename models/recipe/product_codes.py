"""Fit the weights by which codes of products are told from other codes, and print what they are worth.

    python -m models.recipe.product_codes tests/gold/development seeds/gold [FOLDER …]

Right is a code that is a name of a therapy in the gold of its document. Prints the constants of
`pipeline/grammar/product_code_weights.py`, and what weights fitted on other documents find and miss.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

from models.recipe.logistic import Judged, fitted, held_out, table
from pipeline.annotate import language_pipeline
from pipeline.components import mentions
from pipeline.evaluation.scoring import case_document, extractions, gold_cases
from pipeline.findings import Extent
from pipeline.grammar.product_codes import candidates, features
from pipeline.lexicon import normal_form

#: Strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
RIDGE: Final = 0.3
THRESHOLDS: Final = (0.3, 0.4, 0.45, 0.5, 0.6)


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


def main() -> None:
    """Fit on the folders that the command line names."""
    documents = [
        document for document in read_codes([Path(argument) for argument in sys.argv[1:]]) if document
    ]
    print("WEIGHTS =", _fit(documents), "\n")
    for seed in range(3):
        promised = held_out(documents, list, _fit, seed)
        print("\n".join(table(documents, promised, THRESHOLDS, "products")) + "\n")


def _fit(documents: Sequence[Sequence[Judged]]) -> dict[str, float]:
    return fitted([code for document in documents for code in document], RIDGE)


if __name__ == "__main__":
    main()
