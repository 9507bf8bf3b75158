"""A snapshot: all tables as one run left them, complete and never changed again."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.errors import StoreError
from pipeline.store.files import FileEntry, read_parquet
from pipeline.store.index import INDEX, schema_of

if TYPE_CHECKING:
    import pandas as pd

#: Name of the file beside the tables that lists every file with its rows, bytes and SHA-256.
MANIFEST: Final = "manifest.json"


_ID: Final = re.compile(r"\d{8}T\d{12}Z")
_ID_FORMAT: Final = "%Y%m%dT%H%M%S%fZ"


def snapshot_id_of(created_at: datetime) -> str:
    """The id of a snapshot made at that time (UTC). Ids sort as their times do."""
    return created_at.strftime(_ID_FORMAT)


class Snapshot:
    """A published snapshot, opened for reading.

    Example:
        >>> from pathlib import Path
        >>> from pipeline.store import Store
        >>> snapshot = Store(Path("outputs")).latest()                # doctest: +SKIP
        >>> snapshot.read("mentions", ["doc_id", "text"]).head()      # doctest: +SKIP
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Snapshot({self.id!r})"

    @property
    def id(self) -> str:
        """Its id; ids sort by time."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest: schema version, run, fingerprint, previous snapshot, and every file.

        Raises:
            StoreError: it can't be read.
        """
        try:
            manifest: dict[str, Any] = json.loads((self.path / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"the manifest of {self.path} can't be read: {error}") from error
        if not isinstance(manifest, dict) or not all(
            isinstance(manifest.get(part), dict) for part in ("tables", INDEX)
        ):
            raise StoreError(f"the manifest of {self.path} can't be read: it lists no files")
        return manifest

    @property
    def created_at(self) -> datetime:
        """When it was made, UTC, to the microsecond."""
        return datetime.strptime(self.id, _ID_FORMAT).replace(tzinfo=timezone.utc)

    @contextmanager
    def readable(self) -> Iterator[None]:
        """Tell a file that is missing or damaged as a `StoreError`."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise StoreError(
                f"a file of the snapshot {self.id} is missing or damaged ({error}); "
                "`cartographer verify` says which"
            ) from error

    @contextmanager
    def held(self) -> Iterator[Snapshot]:
        """Keep the snapshot from being pruned while the `with` block reads it. It costs nothing else.

        Raises:
            StoreError: it is gone.
        """
        with self._marked(fcntl.LOCK_SH):
            if not (self.path / MANIFEST).exists():
                raise StoreError(f"the snapshot {self.id} has just been pruned: open a newer one")
            yield self

    @contextmanager
    def unheld(self) -> Iterator[bool]:
        """Whether nobody holds the snapshot; then nobody can while the `with` block lasts."""
        with self._marked(fcntl.LOCK_EX | fcntl.LOCK_NB) as is_free:
            yield is_free

    @contextmanager
    def _marked(self, kind: int) -> Iterator[bool]:
        """A lock on the manifest, which the operating system drops when its process dies."""
        try:
            descriptor = os.open(self.path / MANIFEST, os.O_RDONLY)
        except OSError as error:
            raise StoreError(f"the snapshot {self.id} can't be opened: {error}") from error
        try:
            try:
                fcntl.flock(descriptor, kind)
                is_locked = True
            except BlockingIOError:
                is_locked = False
            except OSError:
                # No locks on this file system: nothing is pruned there either, since writers need one.
                is_locked = kind == fcntl.LOCK_SH
            yield is_locked
        finally:
            os.close(descriptor)

    @property
    def fingerprints(self) -> dict[str, dict[str, str]]:
        """Fingerprint → hashes of its parts (model, knowledge, code), of all runs that told them."""
        fingerprints: dict[str, dict[str, str]] = self.manifest.get("fingerprints", {})
        return fingerprints

    def counts(self) -> dict[str, int]:
        """Rows by table, from the manifest."""
        return {table: entry["rows"] for table, entry in self.manifest["tables"].items()}

    def files(self, table: str) -> list[FileEntry]:
        """The files of a table (or of the index), in reading order."""
        return [FileEntry(**entry) for entry in self._listed(table).get("files", [])]

    def columns(self, table: str) -> dict[str, str]:
        """Name → Arrow type of the columns that a table (or the index) had when the snapshot was made."""
        columns: dict[str, str] = self._listed(table).get("columns", {})
        return columns

    def _listed(self, table: str) -> dict[str, Any]:
        listed: dict[str, Any] = (
            self.manifest[INDEX] if table == INDEX else self.manifest["tables"].get(table, {})
        )
        return listed

    def arrow(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table as Arrow, all columns or those named.

        Raises:
            TableError: there is no such table.
        """
        tables.row_type_of(table)
        return self._read(table, columns)

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table as a pandas frame, as `pandas.read_parquet` on its folder gives it.

        Raises:
            TableError: there is no such table.
        """
        frame: pd.DataFrame = self.arrow(table, columns).to_pandas()
        return frame

    def index(self) -> dict[str, str]:
        """`doc_id` → `extraction_key`, without reading a text; read once, when first asked."""
        return self._keys

    @cached_property
    def _keys(self) -> dict[str, str]:
        return self._index_column("extraction_key")

    def sources(self) -> dict[str, str]:
        """`doc_id` → `source_uri`, without reading a text."""
        return self._index_column("source_uri")

    def shards_with(self, doc_ids: Collection[str]) -> dict[str, list[str]]:
        """Name of each shard's files that holds some of these documents → which of them."""
        if not doc_ids:
            return {}
        entries = self.files(INDEX)
        known = self._read(INDEX, ["doc_id"])["doc_id"]
        is_held = pc.is_in(known, value_set=pa.array(doc_ids, pa.string()))
        ends = np.cumsum([entry.rows for entry in entries])
        shards = np.searchsorted(ends, pc.indices_nonzero(is_held).to_numpy(), side="right")
        found: dict[str, list[str]] = {}
        for shard, doc_id in zip(shards.tolist(), known.filter(is_held).to_pylist(), strict=True):
            found.setdefault(entries[shard].name, []).append(doc_id)
        return found

    def of_documents(
        self, table: str, doc_ids: pa.Array, shards: Collection[str], columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Rows of some documents, in reading order, with the declared schema; other shards stay closed.

        Args:
            table: a table whose rows belong to documents, or the index.
            doc_ids: the documents.
            shards: names of the files that hold them, as `shards_with` tells.
            columns: those wanted (all unless told). One that an older contract did not have is null.
        """
        declared = schema_of(table)
        wanted = declared if columns is None else pa.schema([declared.field(name) for name in columns])
        found = [wanted.empty_table()]
        for entry in self.files(table):
            if entry.name in shards and entry.rows:
                path = self.path / table / entry.name
                known = [name for name in wanted.names if name in pq.read_schema(path).names]
                rows = read_parquet(path, [*{*known, "doc_id"}])
                rows = rows.filter(pc.is_in(rows["doc_id"].cast(pa.string()), value_set=doc_ids))
                columns_there = [
                    rows[field.name].cast(field.type)
                    if field.name in known
                    else pa.nulls(rows.num_rows, field.type)
                    for field in wanted
                ]
                found.append(pa.Table.from_arrays(columns_there, schema=wanted))
        return pa.concat_tables(found)

    def concepts_without(self, doc_ids: Collection[str]) -> set[str]:
        """Concepts that only these documents use."""
        candidates: set[str] = set()
        kept: list[tuple[str, list[str]]] = []
        shards = self.shards_with(doc_ids)
        for entry in self.files(INDEX):
            leave = shards.get(entry.name, [])
            if leave:
                candidates.update(self._concepts_of(entry.name, leave, is_among=True))
            if len(leave) < entry.rows:
                kept.append((entry.name, leave))
        for shard, leave in kept:
            if candidates:
                candidates.difference_update(self._concepts_of(shard, leave, is_among=False))
        return candidates

    def _concepts_of(self, shard: str, doc_ids: Sequence[str], *, is_among: bool) -> list[str]:
        """Concepts of the documents of a shard that are (or are not) among some."""
        path = self.path / INDEX / shard
        rows = read_parquet(path, ["doc_id", "concept_ids"])
        is_meant = pc.equal(pc.is_in(rows["doc_id"], value_set=pa.array(doc_ids, pa.string())), is_among)
        return _values(pc.unique(pc.list_flatten(rows["concept_ids"].filter(is_meant))))

    def _index_column(self, name: str) -> dict[str, str]:
        index = self._read(INDEX, ["doc_id", name])
        return dict(zip(_values(index[0]), _values(index[1]), strict=True))

    def _read(self, table: str, columns: Sequence[str] | None) -> pa.Table:
        wanted = None if columns is None else list(columns)
        paths = [self.path / table / entry.name for entry in self.files(table)]
        if not paths:
            declared = schema_of(table)
            return declared.empty_table().select(wanted or declared.names)
        with self.readable():
            if table == INDEX:
                return pa.concat_tables(read_parquet(path, wanted) for path in paths)
            return pq.read_table([str(path) for path in paths], columns=wanted, partitioning=None)


def _values(column: pa.ChunkedArray) -> list[str]:
    values: list[str] = column.to_pylist()
    return values


def snapshots_in(folder: Path) -> list[Snapshot]:
    """All complete snapshots in a folder, oldest first."""
    if not folder.is_dir():
        return []
    names = sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name))
    return [Snapshot(folder / name) for name in names if (folder / name / MANIFEST).is_file()]
