"""Who repeats whom in the snapshot to come, worked out from the indexes of what changes.

A document that comes is compared with those that share a band of its signature or a name of its publication;
a document that leaves concerns its own group alone. Only these groups are formed anew. As each snapshot
before was right, the new one is: who repeats whom is the same in any two stores that hold the same documents,
whatever the runs, batches and orders in which they came. Of documents that stay, nothing is read but bands,
names and ids, some 200 bytes each in columns that Arrow scans, and the signatures of shards with a match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.duplicates import Trace, originals
from pipeline.store.index import INDEX, schema_of
from pipeline.store.shards import ShardInfo
from pipeline.store.snapshot import Snapshot

#: Tables whose rows tell which document they repeat.
TELLING: Final = ("documents", INDEX)
_COLUMN: Final = "duplicate_of"
_TOLD: Final = (*Trace._fields, _COLUMN)
#: Documents whose bands are in memory together, 128 bytes each.
_ROWS_OF_PART: Final = 100_000


def changed_originals(
    previous: Snapshot | None, dropped: Collection[str], staging: Path, shards: Sequence[ShardInfo]
) -> dict[str, str | None]:
    """`doc_id` → its original (None: it is one) of every document of which the rows do not say so yet.

    Args:
        previous: the snapshot before.
        dropped: its documents that the next one does not take over.
        staging: folder of the new shards.
        shards: the new shards.
    """
    known: dict[str, tuple[Trace, str | None]] = {}
    come = [staging / INDEX / shard.files[INDEX].name for shard in shards if INDEX in shard.files]
    for path in come:
        known |= _told(_read([path], _TOLD))
    # An older contract had no signatures, and hence no copies.
    if previous is not None and "signature" in previous.columns(INDEX) and (come or dropped):
        heads = _heads(previous, dropped, come)
        known |= _members(previous, heads, set(dropped))
    found = originals(trace for trace, _ in known.values())
    return {doc_id: found.get(doc_id) for doc_id, (_, told) in known.items() if told != found.get(doc_id)}


def with_originals(rows: pa.Table, changed: Mapping[str, str | None]) -> pa.Table:
    """The rows of `documents` (or of the index), saying which document they repeat."""
    pairs = zip(rows["doc_id"].to_pylist(), rows[_COLUMN].to_pylist(), strict=True)
    told = pa.array([changed.get(doc_id, original) for doc_id, original in pairs], pa.string())
    place = rows.schema.get_field_index(_COLUMN)
    return rows.set_column(place, rows.schema.field(place), told)


def _heads(previous: Snapshot, dropped: Collection[str], come: Sequence[Path]) -> pa.Array:
    """Originals of the groups that documents which come may join, or that documents leave."""
    bands, names = (_elements(come, column) for column in ("bands", "publications"))
    leave = pa.array(dropped, pa.string())
    heads: set[str] = set()
    for paths in _parts(previous):
        rows = _read(paths, ["doc_id", _COLUMN, "bands", "publications"])
        is_met = pc.or_(
            pc.is_in(rows["doc_id"], value_set=leave),
            pc.or_(_holds_any(rows["bands"], bands), _holds_any(rows["publications"], names)),
        )
        met = rows.filter(is_met)
        heads.update(pc.coalesce(met[_COLUMN], met["doc_id"]).to_pylist())
    return pa.array(heads, pa.string())


def _members(
    previous: Snapshot, heads: pa.Array, dropped: Collection[str]
) -> dict[str, tuple[Trace, str | None]]:
    """The documents of some groups, without those that leave."""
    members: dict[str, tuple[Trace, str | None]] = {}
    for paths in _parts(previous) if len(heads) else ():
        columns = [_read([path], ["doc_id", _COLUMN]) for path in paths]
        is_member = _belongs(pa.concat_tables(columns), heads)
        place = 0
        for path, rows in zip(paths, columns, strict=True):
            is_own = is_member.slice(place, rows.num_rows)
            place += rows.num_rows
            if pc.any(is_own).as_py():
                members |= _told(_read([path], _TOLD).filter(is_own))
    return {doc_id: told for doc_id, told in members.items() if doc_id not in dropped}


def _parts(snapshot: Snapshot) -> Iterator[list[Path]]:
    """The files of the index, some at a time: memory does not grow with the store.

    What is looked for is hashed once a part, so parts should not be small.
    """
    part, n_rows = list[Path](), 0
    for entry in snapshot.files(INDEX):
        part.append(snapshot.path / INDEX / entry.name)
        n_rows += entry.rows
        if n_rows >= _ROWS_OF_PART:
            yield part
            part, n_rows = [], 0
    if part:
        yield part


def _read(paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """Columns of some files of the index."""
    return pa.concat_tables(pq.read_table(path, columns=list(columns), partitioning=None) for path in paths)


def _elements(paths: Sequence[Path], column: str) -> pa.Array:
    """All values in the lists of a column, each once."""
    parts = [pc.list_flatten(_read([path], [column])[column]) for path in paths]
    chunks = [chunk for part in parts for chunk in part.chunks]
    return pc.unique(pa.chunked_array(chunks, schema_of(INDEX).field(column).type.value_type))


def _belongs(rows: pa.Table, heads: pa.Array) -> pa.ChunkedArray:
    """Whether each document is one of these originals, or repeats one."""
    return pc.is_in(pc.coalesce(rows[_COLUMN], rows["doc_id"]), value_set=heads)


def _holds_any(lists: pa.ChunkedArray, wanted: pa.Array) -> pa.Array:
    """For each list, whether it holds one of the values; a null list holds none."""
    array = lists.combine_chunks()
    is_wanted = pc.is_in(pc.list_flatten(array), value_set=wanted)
    holding = pc.unique(pc.filter(pc.list_parent_indices(array), is_wanted))
    return pc.is_in(pa.array(np.arange(len(array)), holding.type), value_set=holding)


def _told(rows: pa.Table) -> dict[str, tuple[Trace, str | None]]:
    """`doc_id` → trace, and the original as the rows tell it."""
    return {
        row["doc_id"]: (
            Trace(
                row["doc_id"],
                row["published_on"],
                tuple(row["publications"] or ()),
                tuple(row["trial_ids"] or ()),
                row["signature"] or b"",
            ),
            row[_COLUMN],
        )
        for row in rows.to_pylist()
    }
