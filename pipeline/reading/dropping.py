"""A shard without some of its documents: those that another batch of the run had met before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.store import ShardInfo
from pipeline.store.files import FileEntry, plain_errors, read_parquet, write_parquet
from pipeline.store.index import INDEX
from pipeline.store.shards import without_documents

_CONCEPTS = "concepts"


def without(shard: ShardInfo, doc_ids: Collection[str], staging: Path) -> ShardInfo | None:
    """Rewrite a shard as if some documents had never been in it; None where nothing is left.

    Raises:
        StoreError: the shard can't be written.
    """
    if set(doc_ids).isdisjoint(shard.doc_ids):
        return shard
    left = tuple(doc_id for doc_id in shard.doc_ids if doc_id not in doc_ids)
    if not left:
        return None
    files: dict[str, FileEntry] = {}
    with plain_errors(f"can't rewrite shard {shard.name}"):
        for table, entry in shard.files.items():
            path = staging / table / entry.name
            if table == _CONCEPTS:
                continue
            if (rows := without_documents(path, table, doc_ids)).num_rows:
                files[table] = write_parquet(path, rows)
        if _CONCEPTS in shard.files:
            path = staging / _CONCEPTS / shard.files[_CONCEPTS].name
            if (rows := _used(path, staging / INDEX / files[INDEX].name)).num_rows:
                files[_CONCEPTS] = write_parquet(path, rows)
    return replace(shard, doc_ids=left, files=files)


def _used(concepts: Path, index: Path) -> pa.Table:
    """The concepts that documents of an index use."""
    rows = read_parquet(concepts)
    named = read_parquet(index, ["concept_ids"])["concept_ids"]
    return rows.filter(pc.is_in(rows["concept_id"], value_set=pc.list_flatten(named).combine_chunks()))
