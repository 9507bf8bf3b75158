"""How far two annotators agree: F1 of one reading against the other, field by field.

    python -m pipeline.evaluation.agreement FIRST SECOND

FIRST and SECOND are `.gold` files or folders; passages with the same text are compared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.evaluation.facts import FIELDS
from pipeline.evaluation.gold import GoldAdverseEvent, GoldCase, GoldFacts, GoldRelation, Named, read_gold
from pipeline.evaluation.scores import Counts, FieldScore, score
from pipeline.lexicon import normal_form

Forms = frozenset[str]
#: A fact as it is compared: names that any one of must be shared, and values that must be equal.
Comparable = tuple[tuple[Forms, ...], tuple[Any, ...]]
_LISTS: Final = ("antigens", "diseases", "therapies")
_OBJECTS: Final = {"targets": "antigens", "treats": "diseases"}


def agreement(first: Sequence[GoldCase], second: Sequence[GoldCase]) -> dict[str, FieldScore]:
    """The second reading scored against the first, as if it were a system's.

    Passages are paired by their text; those that only one annotator has read are left out.
    """
    others = {case.text.strip(): case for case in second}
    counts: dict[str, list[Counts]] = {name: [] for name in FIELDS}
    for case in first:
        if other := others.get(case.text.strip()):
            one, two = _comparables(case.facts), _comparables(other.facts)
            for name in FIELDS:
                counts[name].append(_paired(one[name], two[name]))
    return {name: score(documents) for name, documents in counts.items()}


def _comparables(facts: GoldFacts) -> dict[str, list[Comparable]]:
    found: dict[str, list[Comparable]] = {
        name: [((_forms(thing.names),), ()) for thing in getattr(facts, name) if not thing.optional]
        for name in _LISTS
    }
    found["cohorts"] = [((), (cohort.n,)) for cohort in facts.cohorts]
    found["cohorts+role"] = [((), (cohort.n, cohort.role)) for cohort in facts.cohorts]
    details: dict[str, Callable[[GoldAdverseEvent], tuple[Any, ...]]] = {
        "adverse_events": lambda _: (),
        "adverse_events+assertion": lambda event: (event.assertion,),
        "adverse_events+figures": lambda event: (event.assertion, *event.figures),
    }
    for name, detail in details.items():
        found[name] = [
            ((_forms(event.names),), detail(event)) for event in facts.adverse_events if not event.optional
        ]
    for predicate, objects in _OBJECTS.items():
        pairs = [(relation, _parties(relation, facts, objects)) for relation in facts.relations]
        found[predicate] = [(parties, ()) for relation, parties in pairs if relation.predicate == predicate]
    found["treats+status"] = [
        (_parties(relation, facts, "diseases"), (relation.status,))
        for relation in facts.relations
        if relation.predicate == "treats"
    ]
    found["setting"] = [((), (setting,)) for setting in sorted(facts.settings)]
    return found


def _parties(relation: GoldRelation, facts: GoldFacts, objects: str) -> tuple[Forms, ...]:
    known: Sequence[Named] = getattr(facts, objects)
    return (_all_names(relation.subject, facts.therapies), _all_names(relation.object, known))


def _all_names(name: str, known: Sequence[Named]) -> Forms:
    forms = _forms([name])
    return forms.union(*(_forms(thing.names) for thing in known if _forms(thing.names) & forms))


def _forms(names: Sequence[str] | frozenset[str]) -> Forms:
    return frozenset(normal_form(name) for name in names)


def _paired(one: list[Comparable], two: list[Comparable]) -> Counts:
    """Each fact is paired with one of the other reading; repetitions within a reading count once."""
    ours, theirs = _distinct(one), _distinct(two)
    left = list(theirs)
    n_both = 0
    for fact in ours:
        match = next((other for other in left if _same(fact, other)), None)
        if match is not None:
            left.remove(match)
            n_both += 1
    return Counts(len(ours), len(theirs), n_both, n_both)


def _distinct(facts: list[Comparable]) -> list[Comparable]:
    kept: list[Comparable] = []
    for fact in facts:
        if not any(_same(fact, other) for other in kept):
            kept.append(fact)
    return kept


def _same(one: Comparable, two: Comparable) -> bool:
    return one[1] == two[1] and all(a & b for a, b in zip(one[0], two[0], strict=True))


def _cases(path: Path) -> list[GoldCase]:
    files = sorted(path.glob("*.gold")) if path.is_dir() else [path]
    return [case for file in files for case in read_gold(file)]


def main(first: str, second: str) -> None:
    """Print the agreement as a Markdown table."""
    print("| field | F1 (95%) | both | only first | only second |\n|---|---|---:|---:|---:|")
    for name, found in agreement(_cases(Path(first)), _cases(Path(second))).items():
        low, high = found.f1_95
        n_gold, n_found, n_both, _ = found.counts
        interval = f"{found.f1:.2f} ({low:.2f}–{high:.2f})"
        print(f"| {name} | {interval} | {n_both} | {n_gold - n_both} | {n_found - n_both} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
