"""An experiment: a head for group sizes on the shipped encoder, and what it adds to the decision on counts.

    python -m models.recipe.participants tests/gold/development seeds/gold [FOLDER …] --corpora FOLDER

The head is trained on PICO-Corpus, which marks the numbers of participants in all, of the intervention and of
the control group; the encoder stays as it is. Prints the F1 of sizes on PICO-Corpus by the head alone, by the
shipped decision (`models.recipe.cohort_model`), and by the decision with the head's probability among its
features; then the same of the gold folders. Abstracts and documents are read by models that were fitted
without them. Nothing is written: `EXPERIMENTS.md` tells why none is shipped.
"""

from __future__ import annotations

import argparse
import random
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from spacy.tokens import Doc
from thinc.api import Adam, fix_random_seed, set_dropout_rate
from threadpoolctl import threadpool_limits

from models.recipe.cohort_model import PICO_WEIGHT, RIDGE_GROUP, Example, _judged, _regression
from pipeline.annotate import annotate, language_pipeline
from pipeline.components.cohorts import Counts
from pipeline.components.heads import Batch, MentionHead, extents, gold_tags, marginals, viterbi
from pipeline.evaluation.corpora import read_corpus
from pipeline.evaluation.mentions import corpus_document, label_classes, size_of
from pipeline.evaluation.scores import Counts as Tally
from pipeline.evaluation.scores import score
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.grammar.cohorts.features import Features
from pipeline.grammar.cohorts.model import LEAST_CHANCE, chance
from pipeline.grammar.cohorts.model import Weights as CohortWeights

FOLDS: Final = 5
EPOCHS: Final = 12
BATCH_DOCUMENTS: Final = 4
SEED: Final = 11


class Read(NamedTuple):
    """A text, its counts, which of them are groups (None where that is not told), and the sizes in gold."""

    doc: Doc
    tags: Any
    told: Counts
    is_group: list[bool | None]
    sizes: frozenset[int]
    free: frozenset[int]
    fold: int


class Head:
    """A head for participants over the encoding of the shipped pipeline."""

    def __init__(self, texts: Sequence[Read]) -> None:
        """Train on the texts."""
        fix_random_seed(SEED)
        order = random.Random(SEED)
        settings = {"label": "PARTICIPANTS", "model": {"width": texts[0].doc.tensor.shape[1]}}
        pipe = language_pipeline().create_pipe("cartographer_head", "participants", config=settings)
        assert isinstance(pipe, MentionHead)
        self.head = pipe
        self.scorer = pipe.model.get_ref("scorer")
        self.scorer.initialize()
        set_dropout_rate(self.scorer, 0.3)
        optimizer = Adam(0.001, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
        for _ in range(EPOCHS):
            shuffled = order.sample(list(texts), len(texts))
            for start in range(0, len(shuffled), BATCH_DOCUMENTS):
                batch = shuffled[start : start + BATCH_DOCUMENTS]
                scores, back = self.scorer.begin_update([text.doc.tensor for text in batch])
                _, gradient = self.head.loss([t.doc for t in batch], scores, [t.tags for t in batch])
                back(gradient)
                self.scorer.finish_update(optimizer)
                optimizer.step_schedules()
        for node in self.scorer.walk():
            for name in node.param_names:
                node.set_param(name, optimizer.averages[node.id, name])

    def chances(self, doc: Doc) -> Any:
        """Probability of each token to belong to a mention."""
        (scores,) = self.scorer.predict([doc.tensor])
        probabilities, _, _ = marginals(scores, self._between(), Batch.of([doc]))
        return 1 - probabilities[:, 0]

    def sizes(self, doc: Doc) -> set[int]:
        """Sizes that the head marks."""
        (scores,) = self.scorer.predict([doc.tensor])
        tags = viterbi(scores, self._between(), Batch.of([doc]))
        return {size for start, end in extents(tags) if (size := size_of(doc[start:end].text)) is not None}

    def _between(self) -> Any:
        return self.head._between()


def abstracts(folder: Path) -> list[Read]:
    """PICO-Corpus, as the shipped pipeline reads it."""
    corpus = read_corpus(folder)
    classes = label_classes(corpus, {})
    docs = (doc for _, doc in annotate(map(corpus_document, corpus.documents)))
    found = []
    for document, doc in zip(corpus.documents, docs, strict=True):
        marked = sorted((m for m in document.mentions if m.label in classes), key=lambda m: m.start_char)
        spans: list[tuple[int, int]] = []
        for mention in marked:
            span = doc.char_span(mention.start_char, mention.end_char, alignment_mode="expand")
            if span is not None and (not spans or span.start >= spans[-1][1]):
                spans.append((span.start, span.end))
        sizes = frozenset(size_of(document.text[m.start_char : m.end_char]) for m in marked) - {None}
        told = Counts(doc)
        is_group: list[bool | None] = [count.n in sizes for count in told.all]
        found.append(Read(doc, gold_tags(doc, spans), told, is_group, sizes, frozenset(), _fold(doc)))
    return found


def documents(folder: Path) -> list[Read]:
    """Documents of a folder of gold facts, as the shipped pipeline reads them."""
    cases = gold_cases(folder)
    docs = (doc for _, doc in annotate(case_document(case) for case in cases))
    found = []
    for case, doc in zip(cases, docs, strict=True):
        if not doc._.is_biomedical:
            continue
        wanted = [cohort for cohort in case.facts.cohorts if not cohort.optional]
        sizes = frozenset(cohort.n for cohort in wanted)
        free = frozenset(cohort.n for cohort in case.facts.cohorts if cohort.optional) - sizes
        told = Counts(doc)
        is_group = [_judged(count, wanted, free)[0] for count in told.all]
        found.append(Read(doc, None, told, is_group, sizes, free, _fold(doc)))
    return found


def _fold(doc: Doc) -> int:
    return zlib.crc32(doc.text.encode()) // 100 % FOLDS


def described(text: Read, head: Head | None) -> list[Features]:
    """Features of the counts, with the head's probability where there is a head."""
    features = text.told.describer.describe(text.told.all)
    if head is None:
        return features
    chances = head.chances(text.doc)
    found = []
    for count, known in zip(text.told.all, features, strict=True):
        start = count.number.start_char
        span = text.doc.char_span(start, start + 1, alignment_mode="expand")
        found.append(known | {"heard": 2 * float(chances[span.start : span.end].max()) if span else 0.0})
    return found


def decided(rows: dict[str, list[tuple[Read, list[Features]]]]) -> dict[str, list[Tally]]:
    """Counts of each set of texts, by a decision that was fitted on the other folds."""
    found: dict[str, list[Tally]] = {name: [] for name in rows}
    for fold in range(FOLDS):
        examples = [
            Example(features, str(is_group), PICO_WEIGHT if name == "PICO-Corpus" else 1.0)
            for name, texts in rows.items()
            for text, described_so in texts
            if text.fold != fold
            for features, is_group in zip(described_so, text.is_group, strict=True)
            if is_group is not None
        ]
        names, _, weights = _regression(examples, RIDGE_GROUP, None)
        fitted = CohortWeights(dict(zip(names, map(float, weights[0]), strict=True)), {})
        for name, texts in rows.items():
            for text, described_so in texts:
                if text.fold == fold:
                    counts = zip(text.told.all, described_so, strict=True)
                    sizes = {c.n for c, features in counts if chance(features, fitted) >= LEAST_CHANCE}
                    found[name].append(_tally(text.sizes, sizes - text.free))
    return found


def _tally(gold: frozenset[int], found: set[int]) -> Tally:
    return Tally(len(gold), len(found), len(gold & found), len(gold & found))


def compare(folders: Sequence[Path], corpora: Path) -> None:
    """Print all figures."""
    pico = abstracts(corpora / "ner" / "pico_corpus")
    gold = {str(folder): documents(folder) for folder in folders}
    heads = [Head([text for text in pico if text.fold != fold]) for fold in range(FOLDS)]
    alone = [_tally(text.sizes, heads[text.fold].sizes(text.doc)) for text in pico]
    print(f"PICO-Corpus, head alone: {score(alone).f1:.4f}")
    # A head that has seen no gold may read all of it.
    of_gold = heads[0]
    for label, has_head in (("decision", False), ("decision with the head", True)):
        rows = {
            "PICO-Corpus": [(text, described(text, heads[text.fold] if has_head else None)) for text in pico]
        }
        for name, texts in gold.items():
            rows[name] = [(text, described(text, of_gold if has_head else None)) for text in texts]
        for name, tallies in decided(rows).items():
            print(f"{name}, {label}: {score(tallies).f1:.4f}")


def main() -> None:
    """Command line of this experiment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--corpora", type=Path, required=True)
    asked = parser.parse_args()
    with threadpool_limits(limits=1):
        compare(asked.folders, asked.corpora)


if __name__ == "__main__":
    np.seterr(over="ignore")
    main()
