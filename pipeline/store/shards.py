"""A shard: the rows of one batch of documents, one file a table, all under one name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.errors import StoreError
from pipeline.records import Extraction
from pipeline.store.files import FileEntry, plain_errors, read_parquet, write_parquet
from pipeline.store.index import INDEX, index_of, schema_of


@dataclass(frozen=True)
class ShardInfo:
    """What the publisher must know of a shard that was written: small, so that workers can send it.

    Attributes:
        name: as given to `write_shard`; unique within its run.
        doc_ids: its documents, in order.
        run_ids: the runs that its documents name (one, unless something is wrong).
        files: by table (and the index), the file in the staging folder. A table without rows has none.
    """

    name: str
    doc_ids: tuple[str, ...]
    run_ids: tuple[str, ...]
    files: Mapping[str, FileEntry]

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.doc_ids)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by table; tables without rows are left out."""
        return {table: entry.rows for table, entry in self.files.items() if table != INDEX}


def write_shard(staging: Path, name: str, extractions: Sequence[Extraction]) -> ShardInfo:
    """Check a batch of documents and write its rows below a writer's staging folder.

    Any process may call it that sees the folder. Trying a batch again under its name overwrites what a broken
    attempt has left; what no published `ShardInfo` names is never published.

    Raises:
        TableError: rows break the table contract. No file has been written then.
        StoreError: the disk is full, or the staging folder is gone because its run has ended.
    """
    if not name or not set(name.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_"):
        raise StoreError(f"{name!r} can't name a shard: use letters, digits, - and _")
    batch = tables.tables_of(extractions)
    tables.check(batch)
    with plain_errors(f"can't write shard {name}"):
        files = {}
        for table, rows in {INDEX: index_of(extractions), **batch}.items():
            if rows.num_rows:
                folder = staging / table
                folder.mkdir(exist_ok=True)
                files[table] = write_parquet(folder / f"{name}.parquet", rows)
    documents = [extraction.document for extraction in extractions]
    return ShardInfo(
        name=name,
        doc_ids=tuple(document.doc_id for document in documents),
        run_ids=tuple(sorted({document.run_id for document in documents})),
        files=files,
    )


def without_documents(path: Path, table: str, doc_ids: Collection[str]) -> pa.Table:
    """The rows of a shard's file but for those of some documents, as if these had never been in it.

    The schema is the declared one: a column that the file does not have yet is null.

    Raises:
        StoreError: the file lacks a required column.
    """
    rows = read_parquet(path)
    leaves = pc.is_in(rows["doc_id"].cast(pa.string()), value_set=pa.array(sorted(doc_ids), pa.string()))
    return as_declared(rows.filter(pc.invert(leaves)), table, path)


def joined(paths: Sequence[Path], table: str) -> pa.Table:
    """The rows of several files of a table, in order, as if they had been written together."""
    rows = [as_declared(read_parquet(path), table, path) for path in paths]
    return as_declared(pa.concat_tables(rows), table, paths[0])


def as_declared(rows: pa.Table, table: str, path: Path) -> pa.Table:
    """Rows with the declared schema; a column that they do not have yet is null.

    Raises:
        StoreError: a required column is missing.
    """
    declared = schema_of(table)
    columns = []
    for field in declared:
        if field.name in rows.column_names:
            columns.append(_fresh(rows[field.name]).cast(field.type))
        elif field.nullable:
            columns.append(pa.nulls(rows.num_rows, field.type))
        else:
            raise StoreError(
                f"{path} is of an older contract without {field.name}: start a new output folder"
            )
    return pa.Table.from_arrays(columns, schema=declared)


def _fresh(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A dictionary column with no other words than it uses."""
    if not pa.types.is_dictionary(column.type):
        return column
    return column.cast(column.type.value_type).combine_chunks().dictionary_encode()
