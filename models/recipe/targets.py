"""Fit the weights by which a product is given a target that no words tell, and print what they are worth.

    python -m models.recipe.targets tests/gold/development seeds/gold [FOLDER …]

Right is a pair of a product and an antigen that the gold of the document has. Prints the constants of
`pipeline/components/relations/target_weights.py`, and what weights fitted on other documents find and miss.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from spacy.tokens import Doc, Span

from models.recipe.logistic import Judged, fitted, held_out, table
from pipeline.annotate import annotate, language_pipeline
from pipeline.components.relations.component import RelationReader
from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.target_pairs import target_pairs
from pipeline.components.relations.targets import TargetReading
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.evaluation.gold import GoldFacts, Named
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.lexicon import normal_form

#: Strength of the ridge (scikit-learn's C), on features of mean 0 and variance 1.
RIDGE: Final = 0.1
THRESHOLDS: Final = (0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


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


def main() -> None:
    """Fit on the folders that the command line names."""
    documents = read_pairs([Path(argument) for argument in sys.argv[1:]])
    print("WEIGHTS =", _fit(documents), "\n")
    for seed in range(3):
        promised = held_out(documents, list, _fit, seed)
        print("\n".join(table(documents, promised, THRESHOLDS, "targets")) + "\n")


def _fit(documents: Sequence[Sequence[Judged]]) -> dict[str, float]:
    return fitted([pair for document in documents for pair in document], RIDGE)


if __name__ == "__main__":
    main()
