"""Fit the weights that tell harms of treatment from diseases, and print what they do on texts held out.

    python -m models.recipe.condition_roles --corpora ../shared/corpora --write GOLD …

Conditions come from gold (files or folders as `cartographer evaluate` reads them), from drug safety reports
(PHEE: effects of treatment and the disorders treated; ADE: adverse effects) and from abstracts on treatments
(BioText). The corpora speak of other therapies, so that each of their conditions weighs a fifth, and each
corpus has a bias of its own, which is not shipped: they mark one role far more often than the other.

Prints the errors of each gold, by weights that were fitted without its document.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc, Span

from pipeline.annotate import annotate, knowledge, language_pipeline
from pipeline.components.condition_roles import (
    CONDITIONS,
    agents_beside,
    candidates,
    names_elsewhere,
    read_conditions,
)
from pipeline.components.extensions import text_of
from pipeline.evaluation.corpora import CorpusDocument
from pipeline.evaluation.gold import GoldCase
from pipeline.evaluation.mentions import corpus_document
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.findings import Extent
from pipeline.grammar.conditions.role_features import (
    Condition,
    company_features,
    concept_features,
    name_features,
    place_features,
)
from pipeline.grammar.conditions.role_weights import WEIGHTS_FILE
from pipeline.lexicon import normal_form
from pipeline.records import Document
from pipeline.settings import settings

#: Weight of a condition of a corpus beside one of gold: from 0.1 to 0.2 gold has the same errors, and more
#: of PHEE's harms are told.
CORPUS_WEIGHT: Final = 0.2
#: Strength of the ridge (scikit-learn's C) of either model; 0.3 to 3 give much the same.
RIDGE: Final = 1.0
#: A feature counts that stands in so many documents.
LEAST_DOCUMENTS: Final = 6
#: Weights nearer to 0 are not shipped; at 0.05 errors rise.
LEAST_WEIGHT: Final = 0.03
FOLDS: Final = 5
HARM: Final = "ADVERSE_EVENT"
#: A key of a weight in the vectoriser: group and key.
_JOIN: Final = "\t"
_CORPUS: Final = "corpus"


class Marked(NamedTuple):
    """A text in which harms and diseases are known, by extent or by name, and where it is from."""

    source: str
    group: str
    document: Document
    harms: frozenset[Extent]
    diseases: frozenset[Extent]
    harm_names: frozenset[str] = frozenset()
    disease_names: frozenset[str] = frozenset()
    is_gold: bool = False


class Read(NamedTuple):
    """The conditions of a text with their features, and of each whether it is a harm (None: not known)."""

    marked: Marked
    text: str
    conditions: list[Condition]
    names: list[str]
    features: list[dict[str, float]]
    roles: list[bool | None]


def from_gold(path: Path) -> Iterator[Marked]:
    """Every text of gold."""
    for number, case in enumerate(gold_cases(path)):
        document = case_document(case)
        extents: dict[str, set[Extent]] = {label: set() for label in CONDITIONS}
        for span in case.marked.spans if case.marked and case.marked.text == document.text else ():
            if span.label in extents:
                extents[span.label].add((span.start_char, span.end_char))
        yield Marked(
            path.name,
            f"{path} {number}",
            document,
            frozenset(extents[HARM]),
            frozenset(extents["DISEASE"]),
            *_named(case),
            True,
        )


def _named(case: GoldCase) -> tuple[frozenset[str], frozenset[str]]:
    """Names of harms and of diseases, those of both left out."""
    harms, diseases = (
        {normal_form(name) for thing in things for name in thing.names}
        for things in (case.facts.adverse_events, case.facts.diseases)
    )
    return frozenset(harms - diseases), frozenset(diseases - harms)


def _of_corpus(source: str, number: str, text: str, marks: Iterable[tuple[int, int, bool]]) -> Marked:
    extents: dict[bool, set[Extent]] = {True: set(), False: set()}
    for start, end, is_harm in marks:
        extents[is_harm].add((start, end))
    document = corpus_document(CorpusDocument(number, text, ()))
    return Marked(source, f"{source} {number}", document, frozenset(extents[True]), frozenset(extents[False]))


def from_phee(folder: Path) -> Iterator[Marked]:
    """Effects of adverse events are harms, the disorders of patients and treatments diseases."""
    for sentence in _sentences(folder / "train.json"):
        events = [event for one in sentence["annotations"] for event in one["events"]]
        marks = [
            (*extent, True)
            for event in events
            if event["event_type"].startswith("Adverse")
            for extent in _extents(event.get("Effect", {}))
        ]
        marks += [(*extent, False) for event in events for extent in _disorders(event)]
        yield _of_corpus("phee", _report(sentence), sentence["context"], marks)


def _sentences(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _report(sentence: dict[str, Any]) -> str:
    """PMID of a sentence of PHEE."""
    return str(sentence["id"]).split("_")[0]


def _extents(argument: Any) -> Iterator[Extent]:
    for texts, starts in zip(argument.get("text", ()), argument.get("start", ()), strict=True):
        yield from ((start, start + len(text)) for text, start in zip(texts, starts, strict=True))


def _disorders(node: Any) -> Iterator[Extent]:
    for key, value in node.items() if isinstance(node, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            yield from _extents(one) if key == "Disorder" else _disorders(one)


def from_ade(folder: Path, left_out: Set[str]) -> Iterator[Marked]:
    """Adverse effects are harms, other conditions unknown; some reports, by PMID, are left out."""
    effects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in (folder / "DRUG-AE.rel").read_text(encoding="utf-8").splitlines():
        number, sentence, effect, *_ = line.split("|")
        if number not in left_out:
            effects[number, sentence].add(effect)
    for (number, sentence), found in effects.items():
        places = ((sentence.find(effect), len(effect)) for effect in sorted(found))
        yield _of_corpus("ade", number, sentence, [(at, at + n, True) for at, n in places if at >= 0])


def from_biotext(folder: Path) -> Iterator[Marked]:
    """Conditions that are treated, prevented or alone are diseases, side effects harms."""
    path = folder / "sentences_with_roles_and_relations.txt"
    for number, line in enumerate(path.read_text(encoding="latin-1").splitlines()):
        tagged = line.rpartition("||")[0]
        text, marks, opened = "", [], [("", 0)]
        for part in re.split(r"(</?[A-Z_]+>)", tagged):
            if part.startswith("</") and len(opened) > 1:
                tag, start = opened.pop()
                if "DIS" in tag:
                    lead = len(text[start:]) - len(text[start:].lstrip())
                    marks.append((start + lead, len(text.rstrip()), "SIDE" in tag))
            elif re.fullmatch(r"<[A-Z_]+>", part):
                opened.append((part, len(text)))
            elif not part.startswith("</"):
                text += part
        if marks:
            # Sentences of one abstract follow each other.
            yield _of_corpus("biotext", str(number // 5), text, marks)


def read(texts: Sequence[Marked]) -> list[Read]:
    """The conditions of texts, as the shipped pipeline finds them before it knows their roles."""
    nlp = language_pipeline()
    later = nlp.pipe_names[nlp.pipe_names.index("condition_roles") :]
    found = []
    with nlp.select_pipes(disable=later):
        docs = (doc for _, doc in annotate((text.document for text in texts), nlp))
        for text, doc in zip(texts, docs, strict=True):
            if doc._.is_biomedical:
                found.append(_read(text, doc))
    return found


def _read(marked: Marked, doc: Doc) -> Read:
    text, base = text_of(doc), knowledge()
    spans = [span for span in candidates(doc, base) if span.label_ in CONDITIONS]
    conditions = read_conditions(doc, spans)
    features = []
    for condition, agents in zip(conditions, agents_beside(doc, conditions), strict=True):
        told = [
            *name_features(text[slice(*condition.extent)], condition.label),
            *concept_features(condition.concept_id, base.above(condition.concept_id)),
            *place_features(text, condition, agents),
        ]
        features.append(dict.fromkeys((_JOIN.join(feature) for feature in told), 1.0))
        if not marked.is_gold:
            features[-1][_CORPUS + _JOIN + marked.source] = 1.0
    roles = [_role(marked, span) for span in spans]
    return Read(marked, text, conditions, names_elsewhere(doc, conditions), features, roles)


def _role(marked: Marked, span: Span) -> bool | None:
    """Whether a condition is a harm: by what is marked in its place, else by name."""

    def is_marked(extents: Iterable[Extent]) -> bool:
        return any(start < span.end_char and span.start_char < end for start, end in extents)

    told = is_marked(marked.harms), is_marked(marked.diseases)
    if not any(told) and marked.is_gold:
        names = {normal_form(span.text)}
        if span.kb_id_:
            names.add(normal_form(knowledge().concept(span.kb_id_).name))
        told = bool(names & marked.harm_names), bool(names & marked.disease_names)
    return told[0] if told[0] != told[1] else None


class Model(NamedTuple):
    """Both models, as dictionaries of weights."""

    bias: float
    weights: dict[str, float]
    company: dict[str, float]

    def own(self, features: dict[str, float]) -> float:
        """What the first model says; what it knows of a corpus does not count."""
        return self.bias + sum(self.weights.get(name, 0.0) for name in features)


def fit_own(texts: Sequence[Read]) -> Model:
    """The first model."""
    documents: dict[str, set[str]] = defaultdict(set)
    rows, harms, weights = [], [], []
    for text in texts:
        for features, role in zip(text.features, text.roles, strict=True):
            if role is not None:
                rows.append(features)
                harms.append(role)
                weights.append(1.0 if text.marked.is_gold else CORPUS_WEIGHT)
                for name in features:
                    documents[name].add(text.marked.group)
    frequent = {name for name, found in documents.items() if len(found) >= LEAST_DOCUMENTS}
    rows = [{name: 1.0 for name in row if name in frequent} for row in rows]
    bias, fitted = _fitted(rows, harms, weights)
    kept = {n: w for n, w in fitted.items() if abs(w) >= LEAST_WEIGHT and not n.startswith(_CORPUS + _JOIN)}
    return Model(bias, kept, {})


def _fitted(
    rows: list[dict[str, float]], harms: list[bool], weights: list[float]
) -> tuple[float, dict[str, float]]:
    vectoriser = DictVectorizer()
    model = LogisticRegression(C=RIDGE, max_iter=2000)
    model.fit(vectoriser.fit_transform(rows), harms, sample_weight=np.array(weights))
    fitted = zip(vectoriser.feature_names_, model.coef_[0], strict=True)
    return round(float(model.intercept_[0]), 2), {name: round(float(weight), 2) for name, weight in fitted}


def company(text: Read, model: Model) -> list[dict[str, float]]:
    """Features of the second model."""
    own = [model.own(features) for features in text.features]
    pairs = zip(text.names, text.conditions, strict=True)
    titled = {name for name, condition in pairs if condition.is_titled}
    return company_features(text.text, text.conditions, text.names, own, titled)


def fit_company(texts: Sequence[Read], models: Sequence[Model], folds: dict[str, int]) -> dict[str, float]:
    """The second model, on gold, by first models that have not seen the document."""
    rows, harms = [], []
    for text in texts:
        for features, role in zip(company(text, models[folds[text.marked.group]]), text.roles, strict=True):
            if role is not None:
                rows.append(features)
                harms.append(role)
    bias, fitted = _fitted(rows, harms, [1.0] * len(rows))
    return {"bias": bias, **fitted}


def folds_of(groups: Set[str]) -> dict[str, int]:
    """A fold for each document."""
    order = np.random.RandomState(0).permutation(sorted(groups))
    return {str(group): number % FOLDS for number, group in enumerate(order)}


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    arguments = parser.parse_args()
    relations = arguments.corpora / "rel"
    # PHEE was drawn from the reports of ADE: what it tests on is learned from nowhere.
    dev = {_report(sentence) for sentence in _sentences(relations / "phee" / "dev.json")}
    corpora = [
        *from_phee(relations / "phee"),
        *from_ade(relations / "ade", dev),
        *from_biotext(relations / "biotext"),
    ]
    gold = read([text for path in arguments.gold for text in from_gold(path)])
    others = read(corpora)
    folds = folds_of({text.marked.group for text in gold})
    models = [fit_own([*(t for t in gold if folds[t.marked.group] != k), *others]) for k in range(FOLDS)]
    errors: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for k in range(FOLDS):
        second = fit_company([t for t in gold if folds[t.marked.group] != k], models, folds)
        for text in (t for t in gold if folds[t.marked.group] == k):
            for features, role in zip(company(text, models[k]), text.roles, strict=True):
                said = second["bias"] + sum(second.get(n, 0.0) * value for n, value in features.items()) > 0
                if role is not None:
                    tally = errors[text.marked.source]
                    tally[0] += 1
                    tally[1] += role and not said
                    tally[2] += said and not role
    for source, (n, missed, spurious) in errors.items():
        print(f"{source}: {n} conditions, {missed} harms taken for diseases, {spurious} diseases for harms")
    if arguments.write:
        whole = fit_own([*gold, *others])
        grouped: dict[str, dict[str, float]] = defaultdict(dict)
        for name, weight in sorted(whole.weights.items()):
            group, key = name.split(_JOIN)
            grouped[group][key] = weight
        shipped = {
            "bias": whole.bias,
            "features": grouped,
            "company": fit_company(gold, models, folds),
        }
        (settings().weights / WEIGHTS_FILE).write_text(
            json.dumps(shipped, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
