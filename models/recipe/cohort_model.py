"""Fit the head for participants and the two models of cohorts; print their worth on documents held out.

    python -m models.recipe.cohort_model tests/gold/development seeds/gold [FOLDER …] --corpora FOLDER

Folders hold gold facts. PICO-Corpus, which marks the whole and the arms of randomised trials, takes part
in fitting which counts are groups, with little weight; its dev part (`models.recipe.corpora`) takes no part.
Prints precision, recall and F1 of sizes, and of sizes with roles, of each folder and in all, by weights that
were fitted on the other folds; there and in the fitting itself, what the head says of a text comes from one
that has not learned from it. Writes what was fitted on everything to `pipeline/grammar/cohorts/weights.json`
and, beside the other weights, `participants`.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc
from thinc.api import Model
from threadpoolctl import threadpool_limits

import pipeline.grammar.cohorts
from models.recipe import participants
from models.recipe.corpora import DEV_PERCENT, in_fraction
from models.recipe.participants import Numbers, numbers_of
from pipeline.annotate import annotate, language_pipeline
from pipeline.components.cohorts import Counts
from pipeline.evaluation.corpora import read_corpus
from pipeline.evaluation.gold import GoldCase, GoldCohort
from pipeline.evaluation.mentions import corpus_document, label_classes, size_of
from pipeline.evaluation.scores import Counts as Tally
from pipeline.evaluation.scores import score
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.grammar.cohorts.evidence import THRESHOLD, Candidate
from pipeline.grammar.cohorts.features import Features
from pipeline.grammar.cohorts.model import FILE, Weights
from pipeline.settings import settings
from pipeline.vocabulary import COHORT_ROLES

FOLDS: Final = 8
#: Strength of the ridge (scikit-learn's C), by cross-validation; 0.1 to 1 differ by a point.
RIDGE_GROUP: Final = 0.3
RIDGE_ROLE: Final = 0.1
#: What a count of PICO-Corpus weighs. 0.05, 0.12 and 0.25 gave its sizes F1 0.849, 0.861, 0.870, and those of
#: gold, cross-validated, 0.910, 0.908 and 0.905: it does not mark subgroups.
PICO_WEIGHT: Final = 0.12
PICO: Final = "PICO-Corpus"
#: What a number of gold weighs in fitting the head, beside one of PICO-Corpus; 1 was a little worse on gold.
HEAD_WEIGHT: Final = 3.0
#: A tag may begin so many characters after its number ("n = 12"), or before it ("a total of 12").
_TAG: Final = (-12, 40)
_DECIMALS: Final = 3


class Text(NamedTuple):
    """A document with its counts; what is known of each is None where the gold does not say it."""

    folder: str
    title: str
    told: Counts
    numbers: Numbers
    is_group: list[bool | None]
    role: list[str | None]
    sizes: frozenset[int]
    roles: frozenset[tuple[int, str]]
    free: frozenset[int]


class Example(NamedTuple):
    """A row to fit on."""

    features: Features
    label: str
    weight: float = 1.0


def texts(folder: Path) -> list[Text]:
    """Every document of a folder of gold facts, as the shipped pipeline reads it."""
    cases = gold_cases(folder)
    docs = (doc for _, doc in annotate(case_document(case) for case in cases))
    return [
        _text(folder.name, case, doc) for case, doc in zip(cases, docs, strict=True) if doc._.is_biomedical
    ]


def _text(folder: str, case: GoldCase, doc: Doc) -> Text:
    told = Counts(doc)
    wanted = [cohort for cohort in case.facts.cohorts if not cohort.optional]
    sizes = frozenset(cohort.n for cohort in wanted)
    free = frozenset(cohort.n for cohort in case.facts.cohorts if cohort.optional) - sizes
    judged = [_judged(count, wanted, free) for count in told.all]
    is_group = [is_group for is_group, _ in judged]
    return Text(
        folder,
        case.title,
        told,
        numbers_of(doc, _reach(), _verdicts(told, is_group), np.nan, HEAD_WEIGHT),
        is_group,
        [role for _, role in judged],
        sizes,
        frozenset((cohort.n, cohort.role) for cohort in wanted),
        free,
    )


def _verdicts(told: Counts, is_group: Sequence[bool | None]) -> dict[int, bool | None]:
    """Which numbers are sizes, by first character."""
    return {count.number.start_char: one for count, one in zip(told.all, is_group, strict=True)}


def _head() -> Model[Any, Any]:
    model: Model[Any, Any] = language_pipeline().get_pipe(participants.NAME).model  # type: ignore[attr-defined]
    return model


def _reach() -> int:
    return int(_head().attrs["reach"])


def _scorer() -> Model[Any, Any]:
    return _head().get_ref("scorer")


def _judged(
    count: Candidate, wanted: Sequence[GoldCohort], free: frozenset[int]
) -> tuple[bool | None, str | None]:
    """Whether gold has it as a group, and as which."""
    if count.n in free:
        return None, None
    alike = [cohort for cohort in wanted if cohort.n == count.n]
    if not alike:
        return False, None
    placed = [cohort for cohort in alike if cohort.char is not None]
    here = [c for c in placed if c.char is not None and _TAG[0] <= count.extent[0] - c.char <= _TAG[1]]
    if here:
        return True, min(here, key=lambda c: abs(count.extent[0] - (c.char or 0))).role
    if placed:  # told once more, or another number of the same size
        return (True if count.score >= THRESHOLD else None), None
    return True, alike[0].role if len(alike) == 1 else None


def pico(folder: Path) -> list[Text]:
    """PICO-Corpus without its dev part; a size that is annotated anywhere in an abstract is right."""
    corpus = read_corpus(folder)
    classes = label_classes(corpus, {})
    learned = [one for one in corpus.documents if not in_fraction(one.doc_id, DEV_PERCENT)]
    docs = (doc for _, doc in annotate(map(corpus_document, learned)))
    found = []
    for document, doc in zip(learned, docs, strict=True):
        extents = [(m.start_char, m.end_char) for m in document.mentions if m.label in classes]
        sizes = {size for start, end in extents if (size := size_of(document.text[start:end])) is not None}
        told = Counts(doc)
        is_group: list[bool | None] = [count.n in sizes for count in told.all]
        marked: dict[int, bool | None] = {
            token.idx: True for token in doc if any(s <= token.idx < e for s, e in extents)
        }
        numbers = numbers_of(doc, _reach(), marked | _verdicts(told, is_group), 0.0, 1.0)
        roles: list[str | None] = [None] * len(is_group)
        found.append(
            Text(
                *(PICO, document.doc_id, told, numbers, is_group, roles),
                *(frozenset(sizes), frozenset(), frozenset()),
            )
        )
    return found


def fitted(known: Sequence[Text]) -> tuple[Weights, Model[Any, Any]]:
    """Weights of both models, by what heads say that do not know the text; and a head of all texts."""
    numbers = [text.numbers for text in known]
    for text, odds in zip(known, participants.heard_by_others(_scorer(), numbers), strict=True):
        text.told.size_odds = odds
    counts = [
        Example(features, str(is_group), PICO_WEIGHT if text.folder == PICO else 1.0)
        for text in known
        for features, is_group in zip(text.told.size_features(), text.is_group, strict=True)
        if is_group is not None
    ]
    names, labels, weights = _regression(counts, RIDGE_GROUP, None)
    assert labels == ["False", "True"]
    group = {name: float(weight) for name, weight in zip(names, weights[0], strict=True)}
    chosen = Weights(group, {})
    examples = [example for text in known for example in _role_examples(text, chosen)]
    names, labels, weights = _regression(examples, RIDGE_ROLE, "balanced")
    places = [labels.index(role) for role in COHORT_ROLES]
    roles = {name: [float(weights[at][i]) for at in places] for i, name in enumerate(names)}
    return Weights(group, roles), participants.fitted(_scorer(), numbers)


def _role_examples(text: Text, weights: Weights) -> list[Example]:
    """The groups of a document that have a tag, beside those that are taken for groups."""
    taken = {count.extent for count in text.told.passing(weights)}
    role_of = {
        count.extent: role
        for count, role in zip(text.told.all, text.role, strict=True)
        if role or count.extent in taken
    }
    counts = [count for count in text.told.all if count.extent in role_of]
    return [
        Example(features, role)
        for count, features in zip(counts, text.told.role_features(counts), strict=True)
        if (role := role_of[count.extent])
    ]


def _regression(
    examples: Sequence[Example], ridge: float, balance: str | None
) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Names of the features, classes, and weights by class (one row where there are two classes)."""
    names = sorted({name for example in examples for name in example.features})
    place = {name: at for at, name in enumerate(names)}
    rows = np.zeros((len(examples), len(names)))
    for row, example in zip(rows, examples, strict=True):
        for name, value in example.features.items():
            row[place[name]] = value
    fit = LogisticRegression(C=ridge, max_iter=1000, fit_intercept=False, class_weight=balance)
    fit.fit(rows, [e.label for e in examples], sample_weight=[e.weight for e in examples])
    return names, [str(label) for label in fit.classes_], fit.coef_


def read_with(text: Text, weights: Weights, scorer: Model[Any, Any]) -> set[tuple[int, str]]:
    """Sizes and roles that the models find in a document."""
    text.told.size_odds = participants.heard(scorer, text.numbers)
    passing = text.told.passing(weights)
    return {(g.n, g.role) for g in text.told.groups(passing, weights) if g.n not in text.free}


def held_out(known: Sequence[Text]) -> dict[str, list[tuple[Tally, Tally]]]:
    """Of each folder and in all: what is found of sizes and of roles by weights fitted on other folds."""
    found = defaultdict(list)
    fold_of = {text.title: zlib.crc32(text.title.encode()) // 100 % FOLDS for text in known}
    for fold in range(FOLDS):
        weights, scorer = fitted([text for text in known if fold_of[text.title] != fold])
        for text in known:
            if fold_of[text.title] == fold:
                read = read_with(text, weights, scorer)
                tallies = _tally(text.sizes, {n for n, _ in read}), _tally(text.roles, read)
                for name in (text.folder, "all") if text.folder != PICO else (PICO,):
                    found[name].append(tallies)
    return found


def _tally(gold: Set[Any], found: Set[Any]) -> Tally:
    return Tally(len(gold), len(found), len(gold & found), len(gold & found))


def rounded(weights: Weights) -> dict[str, Any]:
    """Weights as they are shipped."""
    group = {name: round(weight, _DECIMALS) for name, weight in weights.group.items()}
    roles = {name: [round(one, _DECIMALS) for one in row] for name, row in weights.roles.items()}
    return {"group": group, "roles": roles}


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--corpora", type=Path, required=True)
    asked = parser.parse_args()
    # On one thread: sums in another order are other sums.
    with threadpool_limits(limits=1):
        fit(asked.folders, asked.corpora)


def fit(folders: Sequence[Path], corpora: Path) -> None:
    """Print what is held out, and write what is fitted on everything."""
    known = [text for folder in folders for text in texts(folder)]
    known += pico(corpora / "ner" / "pico_corpus")
    for name, tallies in held_out(known).items():
        sizes, roles = (score(list(one)) for one in zip(*tallies, strict=True))
        for field, s in (("sizes", sizes), ("sizes and roles", roles))[: 1 if name == PICO else 2]:
            figures = f"P {s.precision:.3f} R {s.recall:.3f} F1 {s.f1:.3f}"
            print(f"{name}: {field}: {figures} ({s.n_documents} documents)")
    weights, scorer = fitted(known)
    participants.save(language_pipeline(), scorer, settings().models / "weights")
    place = Path(pipeline.grammar.cohorts.__file__).with_name(FILE)
    lines = json.dumps(rounded(weights), indent=0, ensure_ascii=False)
    place.write_text(
        re.sub(r"\[\s([^\]]*)\]", lambda m: "[" + " ".join(m[1].split()) + "]", lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
