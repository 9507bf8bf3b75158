"""Scores on the dev splits: exact precision, recall and F1 of each head on each corpus, and of sentence starts.

python -m models.recipe.evaluate --work build/models --weights models/weights
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.language import Language

SEED = 11


@dataclass(frozen=True)
class Scores:
    """Counts of one evaluation, a row per document: true, predicted, both."""

    counts: tuple[tuple[int, int, int], ...]

    @property
    def totals(self) -> tuple[int, int, int]:
        """Gold, predicted and right, over all documents."""
        gold, predicted, right = (sum(column) for column in zip(*self.counts, strict=True))
        return gold, predicted, right

    @property
    def precision(self) -> float:
        """Share of the predicted that are right."""
        _, predicted, right = self.totals
        return right / max(1, predicted)

    @property
    def recall(self) -> float:
        """Share of the true that were found."""
        gold, _, right = self.totals
        return right / max(1, gold)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        gold, predicted, right = self.totals
        return 2 * right / max(1, gold + predicted)

    def interval(self, n_samples: int = 1000) -> tuple[float, float]:
        """95 % interval of F1, by drawing documents with replacement."""
        table = np.array(self.counts)
        draws = np.random.default_rng(SEED).integers(0, len(table), (n_samples, len(table)))
        sums = table[draws].sum(axis=1)
        values = 2 * sums[:, 2] / np.maximum(1, sums[:, 0] + sums[:, 1])
        low, high = np.quantile(values, (0.025, 0.975))
        return float(low), float(high)


def score_heads(nlp: Language, rows: Sequence[dict[str, Any]], labels: dict[str, str]) -> dict[str, Scores]:
    """Exact scores of span groups: key of the group → label of the gold extents that it should find."""
    counts: dict[str, list[tuple[int, int, int]]] = {key: [] for key in labels}
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        for key, label in labels.items():
            gold = {(start, end) for start, end, name in row["spans"] if name == label}
            found = {(span.start_char, span.end_char) for span in doc.spans[key]}
            counts[key].append((len(gold), len(found), len(gold & found)))
    return {key: Scores(tuple(table)) for key, table in counts.items()}


def score_sentences(nlp: Language, rows: Sequence[dict[str, Any]]) -> Scores:
    """Scores of sentence starts in running text, every sentence separated by a space only: the layout tells nothing."""
    counts = []
    for row in rows:
        text, gold = "", set()
        for sentence in row["sentences"]:
            text += " " if text else ""
            gold.add(len(text))
            text += sentence
        doc = nlp(text)
        found = {sentence.start_char for sentence in doc.sents}
        counts.append((len(gold), len(found), len(gold & found)))
    return Scores(tuple(counts))
