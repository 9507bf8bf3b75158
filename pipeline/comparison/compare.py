"""The comparison itself: documents that differ, group by group, table by table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

import pyarrow as pa

from pipeline.comparison.causes import CAUSES, Cause, Difference, Reasons, differences, in_groups
from pipeline.comparison.concepts import TABLE as CONCEPTS
from pipeline.comparison.concepts import different_concepts
from pipeline.comparison.facts import TABLES, Fact, Side, Words, different_rows, facts, matched
from pipeline.comparison.wording import Names, sentence
from pipeline.store import Snapshot

Kind = Literal["added", "withdrawn", "changed"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

#: Documents whose rows are in memory together: with 200 rows each, some 200 MB if all of them differ.
_GROUP: Final = 1_000


@dataclass(frozen=True)
class Change:
    """A fact that came, went or changed.

    Attributes:
        table: its table.
        kind: `added`, `withdrawn` or `changed`.
        row_id: its primary key in the later snapshot, or in the earlier one if it was withdrawn.
        doc_id: its document; "" for a concept.
        says: what the fact says, in words; of a changed fact, what it says now.
        causes: why, most telling first; of a concept that came or went, why documents differ.
        before: changed columns with their values in the earlier snapshot; empty unless `changed`. References
            to mentions and cohorts are the words that they point to.
        after: the same columns with their values in the later snapshot.
    """

    table: str
    kind: Kind
    row_id: str
    doc_id: str
    says: str
    causes: tuple[Cause, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Plain values, dates in ISO 8601."""
        told: dict[str, Any] = _plain(asdict(self))
        return told


@dataclass(frozen=True)
class Comparison:
    """What makes two snapshots differ.

    Attributes:
        before: id of the earlier snapshot.
        after: id of the later one.
        documents: cause → documents that differ for it (also those that were read again and say the same).
        counts: table → kind → facts. All tables are there.
        changes: the facts, by document; the first of each table and kind where `compare` was given a limit.
    """

    before: str
    after: str
    documents: Mapping[Cause, int]
    counts: Mapping[str, Mapping[Kind, int]]
    changes: tuple[Change, ...]

    @property
    def n_changes(self) -> int:
        """Facts that came, went or changed, also those that `changes` leaves out."""
        return sum(sum(kinds.values()) for kinds in self.counts.values())

    def of(self, table: str, kind: Kind) -> list[Change]:
        """The changes of one table and kind."""
        return [change for change in self.changes if (change.table, change.kind) == (table, kind)]

    def to_json(self) -> dict[str, Any]:
        """Plain values, dates in ISO 8601."""
        return {
            "before": self.before,
            "after": self.after,
            "documents": dict(self.documents),
            "counts": {table: dict(kinds) for table, kinds in self.counts.items()},
            "changes": [change.to_json() for change in self.changes],
        }


def compare(before: Snapshot, after: Snapshot, limit: int | None = None) -> Comparison:
    """Say which facts came, went or changed from one snapshot to another, and why.

    Args:
        before: the earlier snapshot.
        after: the later one.
        limit: how many changes to keep of each table and kind; None for all. Counts are always of all.

    Raises:
        StoreError: a file of one of them is missing or damaged.
    """
    with before.readable(), after.readable():
        return _compared(before, after, limit)


def _compared(before: Snapshot, after: Snapshot, limit: int | None) -> Comparison:
    documents: Counter[Cause] = Counter()
    counts = {table: Counter[Kind]() for table in (*TABLES, CONCEPTS)}
    kept: list[Change] = []
    reasons = Reasons(before, after)
    names = _names(before, after)

    def count(change: Change) -> None:
        counts[change.table][change.kind] += 1
        if limit is None or counts[change.table][change.kind] <= limit:
            kept.append(change)

    for group in in_groups(differences(before, after), _GROUP):
        causes, changes = _of_group(before, after, group, reasons, names)
        documents.update(cause for told in causes.values() for cause in told)
        for change in changes:
            count(change)
    told = {cause: documents[cause] for cause in CAUSES if documents[cause]}
    for change in _concept_changes(before, after, tuple(told)):
        count(change)
    by_kind = {table: {kind: counted[kind] for kind in KINDS} for table, counted in counts.items()}
    return Comparison(before.id, after.id, told, by_kind, tuple(kept))


def _concept_changes(before: Snapshot, after: Snapshot, causes: tuple[Cause, ...]) -> Iterator[Change]:
    """Concepts come and go with the documents that use them; what is known of one changes with knowledge."""
    for pair in different_concepts(before, after):
        old, new = pair.before, pair.after
        kind: Kind = "changed" if old and new else "added" if new else "withdrawn"
        changed = [name for name in old if old[name] != new[name]] if old and new else []
        yield Change(
            table=CONCEPTS,
            kind=kind,
            row_id=pair.concept_id,
            doc_id="",
            says=pair.says,
            causes=("knowledge",) if old and new else causes,
            before={name: old[name] for name in changed} if old else {},
            after={name: new[name] for name in changed} if new else {},
        )


def _of_group(
    before: Snapshot, after: Snapshot, group: Sequence[Difference], reasons: Reasons, names: Names
) -> tuple[dict[str, tuple[Cause, ...]], Iterator[Change]]:
    """Causes by document, and the changes of some documents."""
    sides = (
        Side(
            before, [one.doc_id for one in group if one.before], {one.before for one in group if one.before}
        ),
        Side(after, [one.doc_id for one in group if one.after], {one.after for one in group if one.after}),
    )
    old, new = (side.documents(["text_sha256", "run_id"]) for side in sides)
    causes = {one.doc_id: reasons.of(one, old.get(one.doc_id), new.get(one.doc_id)) for one in group}
    same_text = pa.array(
        [doc_id for doc_id in new if doc_id in old and "text" not in causes[doc_id]], pa.string()
    )
    return causes, _changes(sides, [one.doc_id for one in group], causes, same_text, names)


def _changes(
    sides: tuple[Side, Side],
    doc_ids: Sequence[str],
    causes: Mapping[str, tuple[Cause, ...]],
    same_text: pa.Array,
    names: Names,
) -> Iterator[Change]:
    rows = {
        table: different_rows(table, sides[0].rows(table), sides[1].rows(table), same_text)
        for table in TABLES
    }
    told = [
        Words(side, {doc_id for both in rows.values() for doc_id in both[at]["doc_id"].unique().to_pylist()})
        for at, side in enumerate(sides)
    ]
    by_table = {
        table: tuple(facts(table, both[at], told[at]) for at in (0, 1)) for table, both in rows.items()
    }
    for doc_id in doc_ids:
        for table, (old, new) in by_table.items():
            for earlier, later in matched(table, old.get(doc_id, ()), new.get(doc_id, ())):
                yield _change(table, earlier, later, causes[doc_id], names)


def _change(
    table: str, before: Fact | None, after: Fact | None, causes: tuple[Cause, ...], names: Names
) -> Change:
    fact = after or before
    assert fact is not None
    kind: Kind = "changed" if before and after else "added" if after else "withdrawn"
    changed = (
        [name for name, value in after.values.items() if value != before.values[name]]
        if before and after
        else []
    )
    return Change(
        table=table,
        kind=kind,
        row_id=fact.id,
        doc_id=fact.doc_id,
        says=sentence(table, fact, names),
        causes=causes,
        before={name: before.values[name] for name in changed} if before else {},
        after={name: after.values[name] for name in changed} if after else {},
    )


def _names(before: Snapshot, after: Snapshot) -> Names:
    """Names of concepts, as the later snapshot knows them; read when first asked."""
    known: dict[str, str] = {}

    def name_of(concept_id: str) -> str:
        if not known:
            for snapshot in (before, after):
                rows = snapshot.arrow("concepts", ["concept_id", "name"])
                known.update(zip(rows[0].to_pylist(), rows[1].to_pylist(), strict=True))
        return known.get(concept_id, concept_id)

    return name_of


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a change
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
