"""The facts of some documents as a person knows them: no ids, no offsets, references put into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.store import Snapshot

#: Tables that are compared, in the order in which they are told.
TABLES: Final = ("documents", "studies", "cohorts", "adverse_events", "relations", "mentions")
#: What is no part of a fact: how sure a model was, who found it, and what the reading of a document is filed
#: under.
_NO_FACT: Final = frozenset(
    {"score", "concept_score", "annotator", "run_id", "extraction_key", "text", "n_chars", "study_key"}
)
_OFFSETS: Final = ("start_char", "end_char")
#: What tells that two facts that differ are one and the same that has changed. Tried in turn.
_ANCHORS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "documents": (),
    "studies": (("therapy_name", "setting"), ("therapy_name",), ()),
    "cohorts": (("mention",), ("unit", "role"), ("sentence",)),
    "adverse_events": (("term", "sentence"), ("term", "assertion"), ("term",), ("mention", "sentence")),
    "relations": (("subject", "predicate", "object"), ("subject", "object", "sentence")),
    "mentions": (("text", "sentence"), ("text",)),
}


class Fact(NamedTuple):
    """One row of a table.

    Attributes:
        id: its primary key.
        doc_id: its document.
        values: column → value; a reference to a mention or a cohort is the words that it points to, under the
            name without `_id` or `_mention_id`.
        sentence: the sentence that says so; "" for documents and studies.
    """

    id: str
    doc_id: str
    values: Mapping[str, Any]
    sentence: str

    def at(self, names: Sequence[str]) -> tuple[Hashable, ...]:
        """Some of its values."""
        return tuple(self.sentence if name == "sentence" else _hashable(self.values[name]) for name in names)


def _hashable(value: Any) -> Hashable:  # noqa: ANN401 - a cell
    return tuple(value) if isinstance(value, list) else value


class Side:
    """Rows of some documents in one of the two snapshots."""

    def __init__(self, snapshot: Snapshot, doc_ids: Sequence[str], shards: Collection[str]) -> None:
        self._snapshot = snapshot
        self._doc_ids = pa.array(doc_ids, pa.string())
        self._shards = shards

    def documents(self, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Some columns of the documents, by `doc_id`."""
        rows = self._snapshot.of_documents("documents", self._doc_ids, self._shards, ["doc_id", *columns])
        return {row["doc_id"]: row for row in rows.to_pylist()}

    def rows(self, table: str) -> pa.Table:
        """A table without what is no part of a fact; texts of mentions are left in."""
        names = [
            spec.name
            for spec in tables.column_specs(tables.row_type_of(table))
            if spec.name not in _NO_FACT or (table, spec.name) == ("mentions", "text")
        ]
        rows = self._snapshot.of_documents(table, self._doc_ids, self._shards, names)
        # Shards have dictionaries of their own, which rows of different shards can't be picked from together.
        plain = [
            column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for column in rows.columns
        ]
        return pa.table(plain, names=rows.column_names)

    def words(self, table: str, doc_ids: Collection[str]) -> dict[str, str]:
        """Id → words of the mentions, sentences or cohorts of some documents."""
        if not doc_ids:
            return {}
        wanted = pa.array(sorted(doc_ids), pa.string())
        if table == "cohorts":
            mentions = self.words("mentions", doc_ids)
            rows = self._snapshot.of_documents(table, wanted, self._shards, ["cohort_id", "mention_id"])
            return {row["cohort_id"]: mentions.get(row["mention_id"], "") for row in rows.to_pylist()}
        rows = self._snapshot.of_documents(table, wanted, self._shards, [f"{table[:-1]}_id", "text"])
        return dict(zip(rows[0].to_pylist(), rows[1].to_pylist(), strict=True))


class Words:
    """Looks up what the references of a side's rows point to; each table is read once, when first asked."""

    def __init__(self, side: Side, doc_ids: Collection[str]) -> None:
        self._side = side
        self._doc_ids = doc_ids
        self._known: dict[str, dict[str, str]] = {}

    def of(self, table: str, row_id: str | None) -> str | None:
        """The words of a row of `mentions`, `sentences` or `cohorts`; None for no row."""
        if row_id is None:
            return None
        if table not in self._known:
            self._known[table] = self._side.words(table, self._doc_ids)
        return self._known[table].get(row_id)


def different_rows(
    table: str, before: pa.Table, after: pa.Table, same_text: pa.Array
) -> tuple[pa.Table, pa.Table]:
    """The rows without those that are the very same in both, in documents whose text is the same.

    There, equal offsets are equal words; elsewhere an id may have come to mean another place.
    """
    key = tables.column_specs(tables.row_type_of(table))[0].name
    place = pc.index_in(after[key], value_set=before[key].combine_chunks())
    equal = pc.and_(pc.is_valid(place), pc.is_in(after["doc_id"], value_set=same_text))
    earlier = before.take(place)
    for name in after.column_names:
        equal = pc.and_(equal, _equal(after[name], earlier[name]))
    known = after[key].filter(equal).combine_chunks()
    return (
        before.filter(pc.invert(pc.is_in(before[key], value_set=known))),
        after.filter(pc.invert(equal)),
    )


def _equal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Whether two columns agree, row by row; two nulls do."""
    if pa.types.is_nested(one.type):
        return pa.array([a == b for a, b in zip(one.to_pylist(), other.to_pylist(), strict=True)], pa.bool_())
    both_null = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.or_(both_null, pc.fill_null(pc.equal(one, other), False))


def facts(table: str, rows: pa.Table, words: Words) -> dict[str, list[Fact]]:
    """The rows as facts, by `doc_id`, in order."""
    specs = tables.column_specs(tables.row_type_of(table))
    by_document: dict[str, list[Fact]] = defaultdict(list)
    for row in rows.to_pylist():
        values: dict[str, Any] = {}
        for spec in specs:
            target = (spec.column.key or "").partition(".")[0]
            if spec.name not in row or spec.name in ("doc_id", "sentence_id", "source_ref"):
                continue
            if spec.column.key == "primary" or spec.name.endswith(_OFFSETS):
                continue
            if target in ("mentions", "cohorts"):
                name = spec.name.removesuffix("_id").removesuffix("_mention") or spec.name
                values[name] = words.of(target, row[spec.name])
            else:
                values[spec.name] = row[spec.name]
        sentence = words.of("sentences", row.get("sentence_id")) or ""
        by_document[row["doc_id"]].append(Fact(row[specs[0].name], row["doc_id"], values, sentence))
    return by_document


def matched(
    table: str, before: Sequence[Fact], after: Sequence[Fact]
) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Facts of one document that are not in both: those gone, those that came, pairs of what has changed.

    Facts that say the same go together first, in the same sentence if there is one. Of the rest, those of one
    id are one fact that has changed, and so are two that an anchor joins, if it joins no third.
    """
    left, right = list(before), list(after)
    names = sorted((left or right)[0].values) if left or right else []
    _pair_off(left, right, lambda fact: (fact.sentence, fact.at(names)))
    _pair_off(left, right, lambda fact: fact.at(names))
    changed = _pair_off(left, right, lambda fact: fact.id)
    for anchor in _ANCHORS[table]:
        changed += _pair_off(left, right, partial(Fact.at, names=anchor), only_pairs=True)
    yield from changed
    yield from ((fact, None) for fact in left)
    yield from ((None, fact) for fact in right)


def _pair_off(
    left: list[Fact],
    right: list[Fact],
    key: Callable[[Fact], Hashable],
    *,
    only_pairs: bool = False,
) -> list[tuple[Fact | None, Fact | None]]:
    """Take facts of one key out of both lists, in order; with `only_pairs`, where each side has just one."""
    waiting: dict[Hashable, list[Fact]] = defaultdict(list)
    for fact in left:
        waiting[key(fact)].append(fact)
    times: dict[Hashable, int] = defaultdict(int)
    for fact in right:
        times[key(fact)] += 1
    pairs: list[tuple[Fact | None, Fact | None]] = []
    rest = []
    for fact in right:
        same = waiting.get(key(fact), [])
        if same and (not only_pairs or (len(same) == 1 == times[key(fact)])):
            pairs.append((same.pop(0), fact))
        else:
            rest.append(fact)
    taken = {id(one) for one, _ in pairs}
    left[:] = [fact for fact in left if id(fact) not in taken]
    right[:] = rest
    return pairs
