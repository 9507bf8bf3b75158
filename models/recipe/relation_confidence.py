r"""Fit the confidence of relations, and print how far it can be trusted.

    python -m models.recipe.relation_confidence tests/gold/development seeds/gold [FOLDER …] \
        tests/gold/judged/relations.tsv [tests/gold/judged/registry.tsv trials.jsonl.gz] [FILE.json …]

Folders hold gold facts, which judge `targets`. Tables hold verdicts of a reader on `enrolled` and
`expressed_in` in these documents, or in entries of a registry that a packed file of JSON lines has; what no
table judges takes no part, and is counted. The other files are PHEE's, one sentence of a case report a line
with drugs and their effects, which judge `causes`: right is a pair of therapy and harm that overlaps an
annotated one. Prints the constants of `pipeline/components/relations/confidence.py` and, for the model card,
a table of reliability: what each document's relations were promised by constants that were fitted on other
folds, beside the share of them that was right.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression

from pipeline.annotate import language_pipeline
from pipeline.components.relations.component import RelationReader
from pipeline.components.relations.confidence import Step
from pipeline.evaluation.facts import score_facts
from pipeline.evaluation.gold import GoldCase, GoldFacts
from pipeline.evaluation.judgements import Told, read_judgements
from pipeline.evaluation.scoring import case_document, extractions, gold_cases
from pipeline.findings import Extent
from pipeline.records import Extraction
from pipeline.vocabulary import Predicate

#: The field of the gold that judges a predicate; `causes` is judged by PHEE, the others by a reader.
FIELDS: Final[dict[Predicate, str]] = {"targets": "targets"}
#: How many relations the predicate's mean weighs; keeps ranks that were seen once or twice from 0 and 1.
PRIOR: Final = 2.0
#: No pattern is trusted more than this, though it may not have failed yet.
CERTAIN: Final = 0.99
FOLDS: Final = 5
#: Fields of a registry's entry that are read.
REGISTRY_PARTS: Final = ("title", "brief", "detailed")
BY_A_READER: Final[frozenset[Predicate]] = frozenset({"enrolled", "expressed_in"})
EDGES: Final = (0.0, 0.6, 0.7, 0.8, 0.9, 1.01)


class Judged(NamedTuple):
    """A relation that was read: the document's number, its rank, and whether gold has it."""

    document: int
    predicate: Predicate
    rank: float
    is_right: bool


def readings(cases: Sequence[GoldCase]) -> list[Extraction]:
    """What is read in each case, with ranks in place of confidences."""
    nlp = language_pipeline()
    reader = nlp.get_pipe("relations")
    assert isinstance(reader, RelationReader)
    reader.confidence = lambda _, rank: rank
    return extractions((case_document(case) for case in cases), nlp)


def judged(cases: Sequence[GoldCase], read: Sequence[Extraction]) -> list[Judged]:
    """Every relation that the gold knows of, judged on its own."""
    return [
        Judged(number, row.predicate, round(row.score, 2), alone[FIELDS[row.predicate]].n_right == 1)
        for number, (case, rows) in enumerate(zip(cases, read, strict=True))
        for row in rows.relations
        if row.predicate in FIELDS and row.assertion != "absent" and row.score is not None
        for alone in [score_facts(replace(rows, relations=(row,)), case.facts)]
    ]


def judged_by_reader(
    cases: Sequence[GoldCase], read: Sequence[Extraction], verdicts: Mapping[Told, bool]
) -> list[Judged]:
    """Every relation of the predicates that no gold knows of, by verdicts; prints how many have none."""
    found, unjudged = [], 0
    for number, (case, rows) in enumerate(zip(cases, read, strict=True)):
        places = {mention.mention_id: (mention.start_char, mention.end_char) for mention in rows.mentions}
        for row in rows.relations:
            if row.predicate not in BY_A_READER or row.score is None:
                continue
            ends = (places[row.subject_mention_id], places[row.object_mention_id])
            verdict = verdicts.get(Told(case.title, row.predicate, *ends))
            if verdict is None:
                unjudged += 1
            else:
                found.append(Judged(number, row.predicate, round(row.score, 2), verdict))
    if unjudged:
        print(f"{unjudged} relations that nobody judged\n")
    return found


def registry_cases(path: Path) -> list[GoldCase]:
    """Entries of a registry, a JSON object a line, as cases without facts; the identifier is the title."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [
        GoldCase(entry["id"], "\n\n".join(entry[name] for name in REGISTRY_PARTS if entry[name]), GoldFacts())
        for entry in entries
    ]


def judged_events(files: Iterable[Path]) -> list[Judged]:
    """Every `causes` of PHEE's sentences, judged by overlap with the annotated pairs of drug and effect."""
    nlp = language_pipeline()
    reader = nlp.get_pipe("relations")
    assert isinstance(reader, RelationReader)
    reader.confidence = lambda _, rank: rank
    sentences = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    docs = nlp.pipe(sentence["context"] for sentence in sentences)
    found = []
    for number, (sentence, doc) in enumerate(zip(sentences, docs, strict=True)):
        events = [event for one in sentence["annotations"] for event in one["events"]]
        pairs = [
            (drug, effect)
            for event in events
            if event["event_type"] == "Adverse_event"
            for drug in _extents(event.get("Treatment", {}).get("Drug") or event.get("Treatment"))
            for effect in _extents(event.get("Effect"))
        ]
        for relation in doc._.relations:
            if relation.predicate == "causes" and relation.assertion != "absent":
                is_right = any(
                    _overlap(relation.subject, drug) and _overlap(relation.object, effect)
                    for drug, effect in pairs
                )
                found.append(Judged(number, "causes", round(relation.score, 2), is_right))
    return found


def _extents(argument: dict[str, Any] | None) -> list[Extent]:
    """Characters of an argument of PHEE's, which may be in several pieces."""
    if not argument:
        return []
    return [
        (start, start + len(piece))
        for pieces, starts in zip(argument["text"], argument["start"], strict=True)
        for piece, start in zip(pieces, starts, strict=True)
    ]


def _overlap(one: Extent, other: Extent) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def fitted(relations: Sequence[Judged]) -> tuple[Step, ...]:
    """Steps from rank to confidence for the relations of one predicate."""
    by_rank: dict[float, list[bool]] = defaultdict(list)
    for one in relations:
        by_rank[one.rank].append(one.is_right)
    mean = sum(one.is_right for one in relations) / len(relations)
    ranks = sorted(by_rank)
    shares = [(sum(by_rank[r]) + PRIOR * mean) / (len(by_rank[r]) + PRIOR) for r in ranks]
    weights = [len(by_rank[r]) + PRIOR for r in ranks]
    smooth = IsotonicRegression().fit_transform(ranks, shares, sample_weight=weights)
    return tuple(
        Step(rank, min(round(float(value), 2), CERTAIN)) for rank, value in zip(ranks, smooth, strict=True)
    )


def applied(steps: Sequence[Step], rank: float) -> float:
    """The confidence of a rank by some steps."""
    return next((step.confidence for step in reversed(steps) if step.rank <= rank), steps[0].confidence)


def held_out(relations: Sequence[Judged]) -> list[tuple[float, float, bool]]:
    """(rank, confidence, right) of each relation, by constants that its document took no part in."""
    found = []
    for fold in range(FOLDS):
        steps = fitted([one for one in relations if one.document % FOLDS != fold])
        found += [
            (one.rank, applied(steps, one.rank), one.is_right)
            for one in relations
            if one.document % FOLDS == fold
        ]
    return found


def reliability(promised: Sequence[tuple[float, float, bool]]) -> list[str]:
    """Lines of a Markdown table: confidence, relations, mean confidence, share that was right."""
    lines = ["| confidence | relations | mean confidence | right |", "|---|---:|---:|---:|"]
    for low, high in pairwise(EDGES):
        inside = [(confidence, right) for _, confidence, right in promised if low <= confidence < high]
        if inside:
            mean, share = np.mean(inside, axis=0)
            lines.append(f"| {low:.1f}–{min(high, 1.0):.1f} | {len(inside)} | {mean:.2f} | {share:.2f} |")
    ranks, confidences, right = (np.array(column, dtype=float) for column in zip(*promised, strict=True))
    before, after = np.mean((ranks - right) ** 2), np.mean((confidences - right) ** 2)
    gap = calibration_error(promised)
    told = f"Brier score {after:.3f} (ranks as they are: {before:.3f}); expected calibration error {gap:.3f}."
    return [*lines, "", told]


def calibration_error(promised: Sequence[tuple[float, float, bool]]) -> float:
    """The mean distance of confidence and share that was right over the rows of the table, by relations."""
    total = 0.0
    for low, high in pairwise(EDGES):
        inside = [(confidence, right) for _, confidence, right in promised if low <= confidence < high]
        if inside:
            mean, share = np.mean(inside, axis=0)
            total += len(inside) * abs(float(mean) - float(share))
    return total / len(promised)


def main() -> None:
    """Fit on the folders and files that the command line names."""
    paths = [Path(argument) for argument in sys.argv[1:]]
    gold = [case for path in paths if path.is_dir() for case in gold_cases(path)]
    entries = [case for path in paths if path.name.endswith(".jsonl.gz") for case in registry_cases(path)]
    verdicts: dict[Told, bool] = {}
    for path in paths:
        if path.suffix == ".tsv":
            verdicts |= read_judgements(path, [*gold, *entries])
    judged_entries = {told.title for told in verdicts}
    cases = [*gold, *(case for case in entries if case.title in judged_entries)]
    read = readings(cases)
    relations = judged(gold, read[: len(gold)]) + judged_by_reader(cases, read, verdicts)
    relations += judged_events(path for path in paths if path.suffix == ".json")
    for predicate in sorted({one.predicate for one in relations}):
        own = [one for one in relations if one.predicate == predicate]
        steps = ", ".join(f"Step({step.rank}, {step.confidence})" for step in fitted(own))
        print(f'{len(own)} "{predicate}": ({steps}),\n')
        print("\n".join(reliability(held_out(own))) + "\n")


if __name__ == "__main__":
    main()
