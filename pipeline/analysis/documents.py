"""All rows of one document, read from its own shard, whatever else the snapshot holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

import pyarrow.parquet as pq

from pipeline.errors import UsageError
from pipeline.store import Snapshot
from pipeline.tables import TABLES

#: A row, by column.
Values = dict[str, Any]

#: Tables whose rows belong to a document and stand in its shard, other than `documents`.
TABLES_OF_DOCUMENTS: Final = tuple(
    table for table in TABLES if table not in ("runs", "documents", "concepts", "failures")
)
#: A reader who goes from document to document in the order of the snapshot needs one shard at a time.
_SHARDS_KEPT: Final = 4


@dataclass(frozen=True)
class DocumentRows:
    """A document and all rows that were read from it, each as a mapping from column to plain value.

    Attributes:
        document: its row of `documents`.
        rows: for each of the tables `sections` … `studies`, its rows in the order of the text.
    """

    document: Values
    rows: dict[str, list[Values]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text that every offset points into."""
        text: str = self.document["text"]
        return text

    @cached_property
    def mentions(self) -> dict[str, Values]:
        """Its mentions by id."""
        return {row["mention_id"]: row for row in self.rows["mentions"]}

    @cached_property
    def sentences(self) -> dict[str, Values]:
        """Its sentences by id, in the order of the text."""
        return {row["sentence_id"]: row for row in self.rows["sentences"]}

    @cached_property
    def cohorts(self) -> dict[str, Values]:
        """Its cohorts by id."""
        return {row["cohort_id"]: row for row in self.rows["cohorts"]}


class Documents:
    """The documents of a snapshot, one at a time."""

    def __init__(self, stored: Snapshot) -> None:
        self._stored = stored
        # Not a cached method: the cache is this object's own, and goes with it.
        self._shard = lru_cache(_SHARDS_KEPT)(self._read_shard)

    @cached_property
    def _shard_of(self) -> dict[str, str]:
        folder = self._stored.path / "documents"
        return {
            doc_id: entry.name
            for entry in self._stored.files("documents")
            for doc_id in pq.read_table(folder / entry.name, columns=["doc_id"], partitioning=None)[
                0
            ].to_pylist()
        }

    def __iter__(self) -> Iterator[str]:
        """All `doc_id`s, in the order in which they are cheapest to read."""
        return iter(self._shard_of)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._shard_of

    def __len__(self) -> int:
        return len(self._shard_of)

    def __getitem__(self, doc_id: str) -> DocumentRows:
        """A document with all its rows.

        Raises:
            UsageError: there is no such document.
        """
        if doc_id not in self._shard_of:
            raise UsageError(f"the snapshot {self._stored.id} has no document {doc_id!r}")
        return self._shard(self._shard_of[doc_id])[doc_id]

    def _read_shard(self, name: str) -> dict[str, DocumentRows]:
        def rows_of(table: str) -> list[Values]:
            # A table without rows in this shard has no file.
            path = self._stored.path / table / name
            rows: list[Values] = pq.read_table(path, partitioning=None).to_pylist() if path.exists() else []
            return rows

        found = {
            row["doc_id"]: DocumentRows(row, {table: [] for table in TABLES_OF_DOCUMENTS})
            for row in rows_of("documents")
        }
        for table in TABLES_OF_DOCUMENTS:
            for row in rows_of(table):
                found[row["doc_id"]].rows[table].append(row)
        return found
