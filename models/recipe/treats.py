"""Fit the weights by which pairs of a therapy and a disease are judged, and print what they are worth.

    python -m models.recipe.treats tests/gold/development seeds/gold [FOLDER …]

Reads the gold documents of the folders with the shipped pipeline; right is a pair that the gold has, whatever
its status. Prints the constants of `pipeline/components/relations/treat_weights.py`, and, by weights that
were fitted on other documents, precision, recall and F1 at several thresholds and a table of reliability.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from models.recipe import logistic
from pipeline.annotate import language_pipeline
from pipeline.components.relations.component import RelationReader
from pipeline.evaluation.facts import Tally, score_facts
from pipeline.evaluation.gold import GoldFacts
from pipeline.evaluation.scoring import case_document, extractions, gold_cases
from pipeline.records import Extraction, RelationRow

#: Strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
RIDGE: Final = 0.004
#: Files of whole documents: no rule was written on them, so that what rules say there is worth what it is
#: worth on texts that nobody has seen. They weigh this much more than passages that rules were written on.
UNSEEN: Final = "whole_"
WEIGHT_OF_UNSEEN: Final = 3.0
THRESHOLDS: Final = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
EDGES: Final = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 1.01)


class Judged(NamedTuple):
    """A pair: its features, its rows (one a status), and whether gold has it."""

    features: Mapping[str, float]
    rows: tuple[RelationRow, ...]
    is_right: bool


class Text(NamedTuple):
    """A gold document with all its pairs."""

    extraction: Extraction
    facts: GoldFacts
    pairs: tuple[Judged, ...]
    is_unseen: bool


class _Recorder:
    """Takes every pair for a use, and gives as score the number of its features in a list."""

    def __init__(self) -> None:
        self.features: list[Mapping[str, float]] = []

    def __call__(self, features: Mapping[str, float]) -> float:
        self.features.append(features)
        return float(len(self.features))


def texts(folders: Sequence[Path]) -> list[Text]:
    """Every gold document with its pairs."""
    nlp = language_pipeline()
    reader = nlp.get_pipe("relations")
    assert isinstance(reader, RelationReader)
    recorder = _Recorder()
    reader.judge, reader.confidence = recorder, lambda _, rank: rank
    files = [file for folder in folders for file in sorted(folder.glob("*.gold")) or [folder]]
    cases = [(file.name.startswith(UNSEEN), case) for file in files for case in gold_cases(file)]
    found = []
    read = extractions((case_document(case) for _, case in cases), nlp)
    for (is_unseen, case), rows in zip(cases, read, strict=True):
        of_pair: dict[int, list[RelationRow]] = {}
        for row in rows.relations:
            if row.predicate == "treats" and row.score is not None:
                of_pair.setdefault(int(row.score) - 1, []).append(row)
        slim = replace(rows, relations=(), cohorts=(), adverse_events=())
        pairs = []
        for number, own in of_pair.items():
            ends = {end for row in own for end in (row.subject_mention_id, row.object_mention_id)}
            mentions = tuple(m for m in rows.mentions if m.mention_id in ends)
            alone = replace(slim, relations=tuple(own), mentions=mentions)
            is_right = score_facts(alone, case.facts)["treats"].n_right > 0
            pairs.append(Judged(recorder.features[number], tuple(own), is_right))
        found.append(Text(slim, case.facts, tuple(pairs), is_unseen))
    return found


def fit(read: Sequence[Text]) -> dict[str, float]:
    """Weights of the features as they are (not scaled)."""
    pairs = [(pair, WEIGHT_OF_UNSEEN if text.is_unseen else 1.0) for text in read for pair in text.pairs]
    examples = [logistic.Judged(pair.features, pair.is_right) for pair, _ in pairs]
    return logistic.fitted(examples, RIDGE, [weight for _, weight in pairs])


def held_out(read: Sequence[Text], seed: int) -> list[list[float]]:
    """The probability of each pair of each document, by weights that were fitted on other documents."""

    def judged(text: Text) -> list[logistic.Judged]:
        return [logistic.Judged(pair.features, pair.is_right) for pair in text.pairs]

    return logistic.held_out(read, judged, fit, seed)


def f1(tallies: Sequence[Tally]) -> tuple[float, float, float]:
    """Precision, recall and F1 over documents."""
    n_right = sum(tally.n_right for tally in tallies)
    precision = n_right / max(sum(tally.counts.n_found for tally in tallies), 1)
    recall = n_right / max(sum(tally.counts.n_gold for tally in tallies), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def table(read: Sequence[Text], promised: Sequence[Sequence[float]]) -> list[str]:
    """Lines of a Markdown table: F1 of pairs, without and with status, by threshold and kind of texts."""
    lines = ["| threshold | texts | precision | recall | F1 | with status |", "|---|---|---:|---:|---:|---:|"]
    for threshold in THRESHOLDS:
        for name, only in (("unseen", True), ("others", False)):
            tallies = []
            for text, chances in zip(read, promised, strict=True):
                if text.is_unseen == only:
                    rows = [
                        row
                        for pair, chance in zip(text.pairs, chances, strict=True)
                        if chance >= threshold
                        for row in pair.rows
                    ]
                    tallies.append(score_facts(replace(text.extraction, relations=tuple(rows)), text.facts))
            measures = [f1([tally[field] for tally in tallies]) for field in ("treats", "treats+status")]
            (precision, recall, both), (_, _, with_status) = measures
            lines.append(
                f"| {threshold} | {name} | {precision:.3f} | {recall:.3f} | {both:.3f} | {with_status:.3f} |"
            )
    return lines


def reliability(read: Sequence[Text], promised: Sequence[Sequence[float]]) -> list[str]:
    """Lines of a Markdown table, on unseen texts: probability, pairs, their mean, share that was right."""
    lines = ["| probability | pairs | mean probability | right |", "|---|---:|---:|---:|"]
    told = np.array(
        [
            (chance, pair.is_right)
            for text, chances in zip(read, promised, strict=True)
            for pair, chance in zip(text.pairs, chances, strict=True)
            if text.is_unseen
        ],
        dtype=float,
    )
    for low, high in pairwise(EDGES):
        inside = told[(told[:, 0] >= low) & (told[:, 0] < high)]
        if len(inside):
            mean, share = inside.mean(axis=0)
            lines.append(f"| {low:.2f}–{min(high, 1.0):.2f} | {len(inside)} | {mean:.2f} | {share:.2f} |")
    return [*lines, "", f"Brier score {np.mean((told[:, 0] - told[:, 1]) ** 2):.3f}."]


def main() -> None:
    """Fit on the folders that the command line names."""
    read = texts([Path(argument) for argument in sys.argv[1:]])
    print("WEIGHTS =", fit(read), "\n")
    promised = held_out(read, seed=0)
    print("\n".join(table(read, promised)) + "\n")
    print("\n".join(reliability(read, promised)))


if __name__ == "__main__":
    main()
