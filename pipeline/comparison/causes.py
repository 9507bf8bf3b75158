"""Which documents differ between two snapshots, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store import Snapshot
from pipeline.store.files import read_parquet
from pipeline.store.index import INDEX

Cause = Literal["new", "withdrawn", "text", "record", "model", "knowledge", "code", "fingerprint", "copy"]

#: What each cause means, for a person.
MEANING: Final[Mapping[Cause, str]] = {
    "new": "the document is new",
    "withdrawn": "the document was withdrawn",
    "text": "its text has changed",
    "record": "its text is the same, but title, date, sections or address have changed",
    "model": "it was read by another model",
    "knowledge": "it was read with another knowledge base",
    "code": "it was read by other code",
    "fingerprint": "it was read by another model, knowledge base or code",
    "copy": "other documents came or went that it repeats, or no longer repeats",
}
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)

_TOLD: Final = ("doc_id", "extraction_key", "duplicate_of")


class Difference(NamedTuple):
    """A document whose rows are not the same in two snapshots, and the shards that hold them."""

    doc_id: str
    before: str | None
    after: str | None
    is_read_again: bool


def differences(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Documents that differ: those of the later snapshot in reading order, then those that are gone.

    Of equal extraction keys the rows are equal, but for `duplicate_of`.
    """
    old, new = _only_in(before, after), _only_in(after, before)
    place = pc.index_in(new["doc_id"], value_set=old["doc_id"].combine_chunks())
    earlier = old.take(place)
    is_same_key = pc.fill_null(pc.equal(new["extraction_key"], earlier["extraction_key"]), False)
    is_same_original = pc.equal(
        pc.fill_null(new["duplicate_of"], ""), pc.fill_null(earlier["duplicate_of"], "")
    )
    differs = pc.invert(pc.and_(is_same_key, is_same_original))
    rows = zip(
        *(
            column.filter(differs).to_pylist()
            for column in (new["doc_id"], earlier["shard"], new["shard"], is_same_key)
        ),
        strict=True,
    )
    for doc_id, was_in, is_in, same_key in rows:
        yield Difference(doc_id, was_in, is_in, not same_key)
    is_gone = pc.invert(pc.is_in(old["doc_id"], value_set=new["doc_id"].combine_chunks()))
    gone = old.filter(is_gone)
    for doc_id, shard in zip(gone["doc_id"].to_pylist(), gone["shard"].to_pylist(), strict=True):
        yield Difference(doc_id, shard, None, False)


def _only_in(snapshot: Snapshot, other: Snapshot) -> pa.Table:
    """Index of the shards that the other snapshot does not share."""
    shared = set(other.files(INDEX))
    parts = [
        pa.schema([(name, pa.string()) for name in (*_TOLD, "shard")]).empty_table(),
    ]
    for entry in snapshot.files(INDEX):
        if entry not in shared and entry.rows:
            path = snapshot.path / INDEX / entry.name
            known = [name for name in _TOLD if name in pq.read_schema(path).names]
            rows = read_parquet(path, known)
            columns = [
                rows[name] if name in known else pa.nulls(rows.num_rows, pa.string()) for name in _TOLD
            ]
            shard = pa.array([entry.name] * rows.num_rows, pa.string())
            parts.append(pa.table([*columns, shard], names=[*_TOLD, "shard"]))
    return pa.concat_tables(parts)


def in_groups(differing: Iterator[Difference], size: int) -> Iterator[list[Difference]]:
    """Documents in groups of about `size`; one shard of the later snapshot is never torn without need."""
    group: list[Difference] = []
    for _, shard in groupby(differing, lambda one: one.after):
        for one in shard:
            group.append(one)
            if len(group) >= 2 * size:
                yield group
                group = []
        if len(group) >= size:
            yield group
            group = []
    if group:
        yield group


class Reasons:
    """Says why a document differs, from its two rows in `documents`."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._fingerprints = tuple(_fingerprint_of_run(snapshot) for snapshot in (before, after))
        self._parts = before.fingerprints | after.fingerprints

    def of(
        self, difference: Difference, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> tuple[Cause, ...]:
        """The causes, most telling first.

        Args:
            difference: the document.
            before: `text_sha256` and `run_id` in the earlier snapshot, None if it is not there.
            after: the same in the later one.
        """
        if before is None:
            return ("new",)
        if after is None:
            return ("withdrawn",)
        if not difference.is_read_again:
            return ("copy",)
        causes: list[Cause] = ["text"] if before["text_sha256"] != after["text_sha256"] else []
        old, new = (
            known.get(row["run_id"], "")
            for known, row in zip(self._fingerprints, (before, after), strict=True)
        )
        causes += self._reading(old, new)
        return tuple(causes) or ("record",)

    def _reading(self, old: str, new: str) -> Sequence[Cause]:
        if old == new:
            return ()
        if old not in self._parts or new not in self._parts:
            return ("fingerprint",)
        causes: tuple[Cause, ...] = ("model", "knowledge", "code")
        return [part for part in causes if self._parts[old].get(part) != self._parts[new].get(part)]


def _fingerprint_of_run(snapshot: Snapshot) -> dict[str, str]:
    runs = snapshot.arrow("runs", ["run_id", "fingerprint"])
    return dict(zip(runs["run_id"].to_pylist(), runs["fingerprint"].to_pylist(), strict=True))
