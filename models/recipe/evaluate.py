"""Scores on the dev splits: precision, recall and F1 of each head; sentence starts; speed.

python -m models.recipe.evaluate --work build/models --weights models/weights
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from spacy.language import Language
from spacy.util import load_model_from_config
from thinc.api import Config

from models.recipe import bilstm  # noqa: F401  registers what its config names
from models.recipe.corpora import SIZE
from pipeline.components import (  # noqa: F401  registers what the config names
    encoder,
    heads,
    participants,
    token_features,
    tokenizer,
)
from pipeline.components.heads import sequences
from pipeline.evaluation.mentions import size_of
from pipeline.grammar.numbers import find_numbers

SEED: Final = 11

#: Components with weights, in the order of the config.
TRAINED: Final = ("tok2vec", "senter", "conditions", "genes", "chemicals", "participants")

#: Corpus → key of the span group and label that it is scored for, guidelines alike or not.
SCORED: Final[dict[str, dict[str, str]]] = {
    "bc5cdr": {"conditions": "CONDITION", "chemicals": "CHEMICAL"},
    "ncbi-disease": {"conditions": "CONDITION"},
    "nlm-gene": {"genes": "GENE"},
    "gnormplus": {"genes": "GENE"},
    "biored": {"conditions": "CONDITION", "genes": "GENE", "chemicals": "CHEMICAL"},
    "bc2gm": {"genes": "GENE"},
}


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


def score_sizes(nlp: Language, rows: Sequence[dict[str, Any]], label: str) -> Scores:
    """Scores of sizes of groups, as numbers: each counts once a text, however often it is told."""
    counts = []
    for row, doc in zip(rows, nlp.pipe(row["text"] for row in rows), strict=True):
        odds = doc._.size_odds
        gold = {size_of(row["text"][start:end]) for start, end, name in row["spans"] if name == label} - {
            None
        }
        found = {
            int(number.value)
            for number in find_numbers(row["text"])
            if number.kind == "integer" and odds.get(number.start_char, -1.0) > 0
        }
        counts.append((len(gold), len(found), len(gold & found)))
    return Scores(tuple(counts))


def cut(nlp: Language, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The sentences of a text as texts of their own, each with the extents that lie in it."""
    doc = nlp.make_doc(row["text"])
    rows = []
    for first, last in sequences(doc):
        start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
        spans = [(a - start, b - start, name) for a, b, name in row["spans"] if start <= a < end]
        rows.append({**row, "text": row["text"][start:end], "spans": spans})
    return rows


def score_sentences(nlp: Language, rows: Sequence[dict[str, Any]]) -> Scores:
    """Scores of sentence starts where only a space stands between the sentences: the words must tell."""
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


def untrained(config: Path) -> Language:
    """The components of the config that have weights, and no others, before their weights are read."""
    settings = Config().from_disk(config)
    settings["nlp"]["pipeline"] = list(TRAINED)
    settings["components"] = {name: settings["components"][name] for name in TRAINED}
    return load_model_from_config(settings)


def words_per_second(nlp: Language, texts: Sequence[str]) -> dict[str, float]:
    """Speed of the tokenizer and of each component, one after the other, in tokens a second of a core."""
    started = time.process_time()
    docs = [nlp.make_doc(text) for text in texts]
    n_tokens = sum(map(len, docs))
    speeds = {"tokenizer": n_tokens / (time.process_time() - started)}
    total = time.process_time() - started
    for name, component in nlp.pipeline:
        started = time.process_time()
        if hasattr(component, "pipe"):
            docs = list(component.pipe(docs, batch_size=64))
        else:
            docs = [component(doc) for doc in docs]
        total += (seconds := time.process_time() - started)
        speeds[name] = n_tokens / seconds
    return {**speeds, "together": n_tokens / total}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("models/config.cfg"))
    parser.add_argument("--weights", type=Path, default=Path("models/weights"))
    parser.add_argument("--sentences", action="store_true", help="each sentence is read as a text of its own")
    arguments = parser.parse_args()
    nlp = untrained(arguments.config).from_disk(arguments.weights)
    rows = [row for row in read_rows(arguments.work / "corpora.jsonl") if row["split"] == "dev"]
    print("| corpus | head | precision | recall | F1 | 95 % interval | mentions |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for corpus, labels in SCORED.items():
        dev = [row for row in rows if row["corpus"] == corpus]
        if arguments.sentences:
            dev = [sentence for row in dev for sentence in cut(nlp, row)]
        for head, scores in score_heads(nlp, dev, labels).items():
            _print_row(corpus, head, scores)
    abstracts = [row for row in rows if row["corpus"] == "pico"]
    _print_row("pico", "participants", score_sizes(nlp, abstracts, SIZE))
    trees = [row for row in read_rows(arguments.work / "treebanks.jsonl") if row["split"] == "dev"]
    for corpus in sorted({row["corpus"] for row in trees}):
        _print_row(corpus, "senter", score_sentences(nlp, [row for row in trees if row["corpus"] == corpus]))
    texts = [row["text"] for row in rows if row["corpus"] in ("bc5cdr", "nlm-gene")]
    words_per_second(nlp, texts[:50])
    print("tokens a second:", {name: round(speed) for name, speed in words_per_second(nlp, texts).items()})


def _print_row(corpus: str, head: str, scores: Scores) -> None:
    low, high = scores.interval()
    values = (scores.precision, scores.recall, scores.f1)
    cells = [corpus, head, *(f"{100 * value:.1f}" for value in values)]
    print("|", " | ".join([*cells, f"{100 * low:.1f}–{100 * high:.1f}", str(scores.totals[0])]), "|")


if __name__ == "__main__":
    main()
