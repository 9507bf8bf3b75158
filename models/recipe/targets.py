"""Fit the weights by which a product is given a target that no words tell, and print what they are worth.

    python -m models.recipe.targets tests/gold/development seeds/gold [FOLDER …]

Right is a pair of a product and an antigen that the gold of the document has. Prints the constants of
`pipeline/components/relations/target_weights.py`, and what weights fitted on other documents find and miss.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from spacy.tokens import Doc, Span

from pipeline.annotate import annotate, language_pipeline
from pipeline.components.relations.component import RelationReader
from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.target_pairs import target_pairs
from pipeline.components.relations.target_weights import probability
from pipeline.components.relations.targets import TargetReading
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.evaluation.gold import GoldFacts, Named
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.lexicon import normal_form

#: Strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
RIDGE: Final = 0.1
FOLDS: Final = 10
THRESHOLDS: Final = (0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


class Judged(NamedTuple):
    """A pair: its features, and whether gold has it."""

    features: Mapping[str, float]
    is_right: bool


def read_pairs(folders: Sequence[Path]) -> list[list[Judged]]:
    """The pairs of every gold document that has any."""
    nlp = language_pipeline()
    reader = nlp.get_pipe("relations")
    assert isinstance(reader, RelationReader)
    cases = {case.text: case for folder in folders for case in gold_cases(folder)}
    docs = annotate((case_document(case) for case in cases.values()), nlp)
    found = [_judged(doc, case.facts, reader) for (_, doc), case in zip(docs, cases.values(), strict=True)]
    return [pairs for pairs in found if pairs]


def _judged(doc: Doc, gold: GoldFacts, reader: RelationReader) -> list[Judged]:
    discourse = Discourse(doc, reader.therapies)
    told = {
        (discourse.of[extent_of(subject)].key, concept_key(antigen))
        for subject, antigen, *_ in TargetReading(discourse, reader.therapies).told()
    }
    asked = [(r.subject, r.object) for r in gold.relations if r.predicate == "targets"]
    pairs = []
    for pair in target_pairs(discourse, told, reader.therapies.targets):
        mentions = discourse.of[extent_of(pair.product)].mentions
        of_product = _names(mentions, gold.therapies, reader)
        of_antigen = _names([pair.antigen], gold.antigens, reader)
        is_right = any(
            normal_form(one) in of_product and normal_form(two) in of_antigen for one, two in asked
        )
        pairs.append(Judged(pair.features, is_right))
    return pairs


def _names(spans: Sequence[Span], known: Sequence[Named], reader: RelationReader) -> set[str]:
    """Names under which gold may have what some mentions name."""
    own = {
        normal_form(name) for span in spans for name in (span.text, reader.concept_name(span.kb_id_)) if name
    }
    gold = [{normal_form(name) for name in thing.names} for thing in known]
    return own.union(*(names for names in gold if names & own))


def fitted(documents: Sequence[Sequence[Judged]]) -> dict[str, float]:
    """Weights of the features as they are (not scaled)."""
    pairs = [pair for document in documents for pair in document]
    names = sorted({name for pair in pairs for name in pair.features})
    matrix = np.array([[pair.features.get(name, 0.0) for name in names] for pair in pairs])
    scale = StandardScaler().fit(matrix)
    model = LogisticRegression(C=RIDGE, max_iter=3000)
    model.fit(scale.transform(matrix), [pair.is_right for pair in pairs])
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
            (probability(pair.features, weights), pair.is_right)
            for number in inside
            for pair in documents[number]
        ]
    lines = ["| threshold | targets found | missed | others taken for one |", "|---|---:|---:|---:|"]
    for threshold in THRESHOLDS:
        found = sum(right for chance, right in told if chance >= threshold)
        missed = sum(right for chance, right in told if chance < threshold)
        others = sum(not right for chance, right in told if chance >= threshold)
        lines.append(f"| {threshold} | {found} | {missed} | {others} |")
    return lines


def main() -> None:
    """Fit on the folders that the command line names."""
    documents = read_pairs([Path(argument) for argument in sys.argv[1:]])
    print("WEIGHTS =", fitted(documents), "\n")
    for seed in range(3):
        print("\n".join(table(documents, seed)) + "\n")


if __name__ == "__main__":
    main()
