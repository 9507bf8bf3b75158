"""Who repeats whom in the snapshot to come, worked out from the indexes of what changes.

A document that comes is compared with those that share a band of its signature or a name of its publication;
a document that leaves concerns its own group alone. Only these groups are formed anew. As each snapshot
before was right, the new one is: who repeats whom is the same in any two stores that hold the same documents,
whatever the runs, batches and orders in which they came. Of documents that stay, nothing is read but bands,
names and ids, some 200 bytes each in columns that Arrow scans, and the signatures of shards with a match.
Of documents that come, hashes of bands and names are kept, 160 bytes each, and all else of those that share
one with another document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.duplicates import Trace, bands, originals
from pipeline.store.files import read_parquet
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
    come = [staging / INDEX / shard.files[INDEX].name for shard in shards if INDEX in shard.files]
    if not (come or dropped):
        return {}
    known: dict[str, tuple[Trace, str | None]] = {}
    # An older contract had no signatures, and hence no copies.
    if previous is not None and "signature" in previous.columns(INDEX):
        heads: set[str] = set()
        for part in _in_parts((path, pq.read_metadata(path).num_rows) for path in come):
            heads |= _met(previous, *(_elements(part, column) for column in ("bands", "publications")))
        heads |= _left(previous, dropped)
        known = _members(previous, pa.array(sorted(heads), pa.string()), set(dropped))
    known |= _alike(come, [trace for trace, _ in known.values()])
    found = originals(trace for trace, _ in known.values())
    return {doc_id: found.get(doc_id) for doc_id, (_, told) in known.items() if told != found.get(doc_id)}


def with_originals(rows: pa.Table, changed: Mapping[str, str | None]) -> pa.Table:
    """The rows of `documents` (or of the index), saying which document they repeat."""
    pairs = zip(rows["doc_id"].to_pylist(), rows[_COLUMN].to_pylist(), strict=True)
    told = pa.array([changed.get(doc_id, original) for doc_id, original in pairs], pa.string())
    place = rows.schema.get_field_index(_COLUMN)
    return rows.set_column(place, rows.schema.field(place), told)


def _met(previous: Snapshot, bands: pa.Array, names: pa.Array) -> set[str]:
    """Originals of the groups that documents of these bands and names of publications may join."""
    heads: set[str] = set()
    for paths in _parts(previous):
        rows = _read(paths, ["doc_id", _COLUMN, "bands", "publications"])
        is_met = pc.or_(_holds_any(rows["bands"], bands), _holds_any(rows["publications"], names))
        heads |= _originals_of(rows.filter(is_met))
    return heads


def _left(previous: Snapshot, dropped: Collection[str]) -> set[str]:
    """Originals of the groups that some documents leave."""
    heads: set[str] = set()
    leave = pa.array(dropped, pa.string())
    for paths in _parts(previous) if dropped else ():
        rows = _read(paths, ["doc_id", _COLUMN])
        heads |= _originals_of(rows.filter(pc.is_in(rows["doc_id"], value_set=leave)))
    return heads


def _originals_of(rows: pa.Table) -> set[str]:
    return set(pc.coalesce(rows[_COLUMN], rows["doc_id"]).to_pylist())


def _alike(come: Sequence[Path], staying: Sequence[Trace]) -> dict[str, tuple[Trace, str | None]]:
    """Of the documents that come, those that share a band or a name with another one.

    Args:
        come: index files of those that come.
        staying: documents that stay and may share one with them.
    """
    marks = [_marks(_read([path], ["bands", "publications"])) for path in come]
    columns = {
        "bands": pa.array([bands(one.signature) for one in staying], pa.list_(pa.uint32())),
        "publications": pa.array([one.publications for one in staying], pa.list_(pa.string())),
    }
    is_alike = _sharing([*marks, _marks(pa.table(columns))])
    alike: dict[str, tuple[Trace, str | None]] = {}
    place = 0
    for path, one in zip(come, marks, strict=True):
        own = is_alike[place : place + one.n_rows]
        place += one.n_rows
        if own.any():
            alike |= _told(_read([path], _TOLD).filter(pa.array(own)))
    return alike


class _Marks(NamedTuple):
    """What documents may share.

    Attributes:
        n_rows: how many documents.
        banded: rows of those that have bands.
        bands: their bands, (documents, bands of each).
        named: the row of each name of a publication.
        names: 64-bit hashes of the names.
    """

    n_rows: int
    banded: npt.NDArray[np.int64]
    bands: npt.NDArray[np.uint32]
    named: npt.NDArray[np.int64]
    names: npt.NDArray[np.uint64]


def _marks(rows: pa.Table) -> _Marks:
    lists, names = (rows[column].combine_chunks() for column in ("bands", "publications"))
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    banded = np.flatnonzero(lengths)
    matrix = (
        pc.list_flatten(lists).to_numpy(zero_copy_only=False).reshape(len(banded), -1 if len(banded) else 1)
    )
    hashes = [blake2b(name.encode(), digest_size=8).digest() for name in pc.list_flatten(names).to_pylist()]
    named = pc.list_parent_indices(names).to_numpy(zero_copy_only=False).astype(np.int64)
    return _Marks(rows.num_rows, banded, matrix, named, np.frombuffer(b"".join(hashes), np.uint64))


def _sharing(marks: Sequence[_Marks]) -> npt.NDArray[np.bool_]:
    """Whether each document, of all together, shares a band or a name with another one."""
    starts = np.cumsum([0, *(one.n_rows for one in marks)])
    found = np.zeros(starts[-1], np.bool_)
    named = np.concatenate([one.named + start for one, start in zip(marks, starts[:-1], strict=True)])
    found[named[_repeated(np.concatenate([one.names for one in marks]))]] = True
    with_bands = [(one, start) for one, start in zip(marks, starts[:-1], strict=True) if len(one.banded)]
    if with_bands:
        banded = np.concatenate([one.banded + start for one, start in with_bands])
        for place in range(with_bands[0][0].bands.shape[1]):
            found[banded[_repeated(np.concatenate([one.bands[:, place] for one, _ in with_bands]))]] = True
    return found


def _repeated(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether each value is there more than once."""
    order = np.argsort(values, kind="stable")
    is_next_equal = values[order][1:] == values[order][:-1]
    repeated = np.zeros(len(values), np.bool_)
    repeated[order[:-1][is_next_equal]] = True
    repeated[order[1:][is_next_equal]] = True
    return repeated


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
    return _in_parts((snapshot.path / INDEX / entry.name, entry.rows) for entry in snapshot.files(INDEX))


def _in_parts(files: Iterable[tuple[Path, int]]) -> Iterator[list[Path]]:
    """Files of an index, some at a time: memory does not grow with the store.

    What is looked for is hashed once a part, so parts should not be small.

    Args:
        files: each with the number of its rows.
    """
    part, n_rows = list[Path](), 0
    for path, n_own in files:
        part.append(path)
        n_rows += n_own
        if n_rows >= _ROWS_OF_PART:
            yield part
            part, n_rows = [], 0
    if part:
        yield part


def _read(paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """Columns of some files of the index."""
    return pa.concat_tables(read_parquet(path, columns) for path in paths)


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
