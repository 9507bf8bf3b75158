"""Fit the learned term of the group sizes, and print its weights and what it is worth on texts held out.

    python -m models.recipe.cohort_standing --corpora ../shared/corpora

Reads the abstracts of PICO-Corpus with the shipped pipeline. Prints the constants of
`pipeline/grammar/cohort_standing.py`, fitted on all randomised trials, and F1 of the sizes of each quarter of
the abstracts, without the term and by weights that were fitted on the other three. A size that is annotated
anywhere in an abstract is right.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from sklearn.linear_model import LogisticRegression

from pipeline.annotate import annotate
from pipeline.components.cohorts import counts, is_randomised
from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.corpora import read_corpus
from pipeline.evaluation.mentions import corpus_document, label_classes, size_of
from pipeline.grammar.cohort_cues import shadow
from pipeline.grammar.cohort_evidence import THRESHOLD, Candidate
from pipeline.grammar.cohort_standing import WEIGHTS, standing_features, with_standing

#: Strength of the ridge (scikit-learn's C); 0.1 and 0.3 differ by less than half a point.
RIDGE: Final = 0.3
FOLDS: Final = 4


class Abstract(NamedTuple):
    """The counts of one abstract, the sizes that are annotated, and whether it tells of a random choice."""

    doc_id: str
    counts: tuple[Candidate, ...]
    sizes: frozenset[int]
    is_randomised: bool


def abstracts(folder: Path) -> list[Abstract]:
    """Every abstract of the corpus with its counts, before the learned term."""
    corpus = read_corpus(folder)
    classes = label_classes(corpus, {})
    docs = (doc for _, doc in annotate(map(corpus_document, corpus.documents)))
    found = []
    for document, doc in zip(corpus.documents, docs, strict=True):
        marked = (m for m in document.mentions if m.label in classes)
        sizes = (size_of(document.text[m.start_char : m.end_char]) for m in marked)
        shade = shadow(doc.text, doc.spans.get(MENTIONS, ()))
        read = tuple(counts(doc, shade)) if doc._.is_biomedical else ()
        known = frozenset(n for n in sizes if n is not None)
        found.append(Abstract(document.doc_id, read, known, is_randomised(shade)))
    return found


def fitted(texts: Sequence[Abstract]) -> dict[str, float]:
    """Weights in points: those of a logistic regression, divided by the weight of the evidence itself."""
    rows, right = [], []
    for text in texts:
        for count in text.counts if text.is_randomised else ():
            features = standing_features(count, text.counts)
            if features is not None:
                rows.append([count.score, *(features[name] for name in WEIGHTS)])
                right.append(count.n in text.sizes)
    model = LogisticRegression(C=RIDGE, max_iter=1000, fit_intercept=False).fit(rows, right)
    of_evidence, *weights = (float(weight) for weight in model.coef_[0])
    points = dict(zip(WEIGHTS, (weight / of_evidence for weight in weights), strict=True))
    points["bias"] += THRESHOLD
    return {name: round(value, 2) for name, value in points.items()}


def f1(texts: Sequence[Abstract], weights: Mapping[str, float] | None) -> float:
    """F1 of the sizes that pass, without the term where there are no weights."""
    n_known = n_read = n_right = 0
    for text in texts:
        use = weights is not None and text.is_randomised
        scored = with_standing(text.counts, weights or WEIGHTS) if use else text.counts
        read = {count.n for count in scored if count.score >= THRESHOLD}
        n_known, n_read, n_right = (
            n_known + len(text.sizes),
            n_read + len(read),
            n_right + len(read & text.sizes),
        )
    return 2 * n_right / (n_known + n_read)


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    texts = abstracts(parser.parse_args().corpora / "ner" / "pico_corpus")
    folds = [[text for text in texts if int(text.doc_id) % FOLDS == fold] for fold in range(FOLDS)]
    print("weights:", fitted(texts))
    for number, fold in enumerate(folds):
        weights = fitted([text for text in texts if text not in fold])
        print(f"fold {number}: {len(fold)} abstracts, F1 {f1(fold, None):.3f} → {f1(fold, weights):.3f}")


if __name__ == "__main__":
    main()
