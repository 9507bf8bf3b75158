"""Fit the weights that judge whether an adverse event was seen, denied or only feared.

    python -m models.recipe.event_assertion --write tests/gold/development seeds/gold [GOLD …]

Adverse events come from gold (files or folders as `cartographer evaluate` reads them), with what the shipped
rules say of them. Prints, for each file, how many of them rules judge right, and weights that were fitted
without their document.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.annotate import annotate, knowledge, language_pipeline
from pipeline.components.adverse_events import AdverseEventReader
from pipeline.evaluation.gold import GoldCase
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.grammar.assertion.weighed import (
    ANSWERS,
    WEIGHTS_FILE,
    AssertionWeights,
    Place,
    event_features,
)
from pipeline.grammar.events.leads import Event
from pipeline.settings import settings

#: Strength of the ridge (scikit-learn's C); 0.05 to 0.3 judge as many right, within one in a hundred.
RIDGE: Final = 0.1
#: A feature counts that stands in so many documents.
LEAST_DOCUMENTS: Final = 3
#: A feature whose weights all lie nearer to 0 is not shipped.
LEAST_WEIGHT: Final = 0.02
FOLDS: Final = 5


class Told(NamedTuple):
    """An adverse event: where from, its features, what rules say, what gold says."""

    source: str
    document: str
    features: frozenset[str]
    rule: str
    right: str


def read(path: Path) -> Iterator[Told]:
    """The adverse events that gold marks in place."""
    cases = list(gold_cases(path))
    documents = [case_document(case) for case in cases]
    nlp = language_pipeline()
    with nlp.select_pipes(disable=["adverse_events", "relations", "studies"]):
        for number, (case, (document, doc)) in enumerate(zip(cases, annotate(documents, nlp), strict=True)):
            found: list[tuple[Event, frozenset[str]]] = []

            def judge(
                text: str,
                place: Place,
                events: Sequence[Event],
                found: list[tuple[Event, frozenset[str]]] = found,
            ) -> list[Event]:
                found += zip(events, map(frozenset, event_features(text, place, events)), strict=True)
                return list(events)

            if case.marked and case.marked.text == document.text:
                AdverseEventReader(knowledge(), judge)(doc)
            for event, features in found:
                right = _right(case, event)
                if len(right) == 1:  # seen in some and denied of others is told by figures
                    rule = "possible" if event.assertion == "hypothetical" else event.assertion
                    yield Told(path.name, f"{path} {number}", features, rule, *right)


def _right(case: GoldCase, event: Event) -> set[str]:
    """What gold says of an event."""
    said = {
        span.attributes.get("assertion", "present")
        for span in (case.marked.spans if case.marked else ())
        if span.label == "ADVERSE_EVENT"
        and span.start_char < event.end_char
        and event.start_char < span.end_char
    }
    return {"possible" if one == "hypothetical" else one for one in said} & set(ANSWERS)


def fit(events: Sequence[Told]) -> AssertionWeights:
    """Weights on some events."""
    documents: dict[str, set[str]] = defaultdict(set)
    for event in events:
        for feature in event.features:
            documents[feature].add(event.document)
    frequent = {feature for feature, found in documents.items() if len(found) >= LEAST_DOCUMENTS}
    vectoriser = DictVectorizer()
    rows = vectoriser.fit_transform([dict.fromkeys(event.features & frequent, 1.0) for event in events])
    model = LogisticRegression(C=RIDGE, max_iter=2000)
    model.fit(rows, [event.right for event in events])
    order = [list(model.classes_).index(answer) for answer in ANSWERS]
    weights = {
        name: tuple(round(float(one), 2) for one in row)
        for name, row in zip(vectoriser.feature_names_, model.coef_[order].T, strict=True)
    }
    kept = {name: row for name, row in weights.items() if max(map(abs, row)) >= LEAST_WEIGHT}
    bias = tuple(round(float(one), 2) for one in model.intercept_[order])
    return AssertionWeights(bias, kept)  # type: ignore[arg-type]


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    arguments = parser.parse_args()
    events = [event for path in arguments.gold for event in _of_files(path)]
    documents = np.random.RandomState(0).permutation(sorted({event.document for event in events}))
    folds = {str(document): number % FOLDS for number, document in enumerate(documents)}
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for fold in range(FOLDS):
        weights = fit([event for event in events if folds[event.document] != fold])
        for event in events:
            if folds[event.document] == fold:
                answer, _ = weights.answer(event.features)
                tally[event.source].update(
                    events=1, rules=event.rule == event.right, weighed=answer == event.right
                )
    for source, counts in [*tally.items(), ("all", sum(tally.values(), Counter()))]:
        n, rules, told = counts["events"], counts["rules"], counts["weighed"]
        print(f"{source}: {n} events, {rules} right by rules, {told} weighed")
    if arguments.write:
        whole = fit(events)
        (settings().weights / WEIGHTS_FILE).write_text(
            json.dumps({"bias": whole.bias, "features": whole.features}, ensure_ascii=False, indent=0) + "\n",
            encoding="utf-8",
        )


def _of_files(path: Path) -> Iterator[Told]:
    for file in sorted(path.glob("*.gold")) if path.is_dir() else [path]:
        yield from read(file)


if __name__ == "__main__":
    main()
