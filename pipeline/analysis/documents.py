"""All rows of one document, read from its own shard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.analysis.frames import without_dictionaries
from pipeline.errors import UsageError
from pipeline.store import Snapshot
from pipeline.tables import TABLES, row_type_of, schema

#: A row, by column.
Values = dict[str, Any]

#: Tables whose rows belong to a document and stand in its shard, other than `documents`.
TABLES_OF_DOCUMENTS: Final = tuple(
    table for table in TABLES if table not in ("runs", "documents", "concepts", "failures")
)
_TABLES: Final = ("documents", *TABLES_OF_DOCUMENTS)
#: Documents whose rows become Python values together: a block of news takes some 20 ms, as measured.
_BLOCK: Final = 100
_BLOCKS_KEPT: Final = 4


@dataclass(frozen=True, repr=False)
class DocumentRows:
    """A document and all rows that were read from it, each as a mapping from column to plain value.

    Attributes:
        document: its row of `documents`.
        rows: for each of the tables `sections` … `studies`, its rows in the order of the text.

    Example:
        >>> told = snapshot.document("trial")
        >>> told.document["kind"], [row["n"] for row in told.rows["cohorts"]]
        ('paper', [38, 12])
    """

    document: Values
    rows: dict[str, list[Values]] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(rows)} {table}" for table, rows in self.rows.items())
        return f"<document {self.document['doc_id']}: {counts}>"

    @property
    def text(self) -> str:
        """The text that every offset points into, in characters.

        Example:
            >>> told = snapshot.document("trial")
            >>> first = told.rows["mentions"][0]
            >>> told.text[first["start_char"] : first["end_char"]]
            'CD19 CAR T cells'
        """
        text: str = self.document["text"]
        return text

    @cached_property
    def mentions(self) -> dict[str, Values]:
        """Its mentions by id.

        Example:
            >>> snapshot.document("trial").mentions["trial#m148-153"]["text"]
            'ICANS'
        """
        return {row["mention_id"]: row for row in self.rows["mentions"]}

    @cached_property
    def sentences(self) -> dict[str, Values]:
        """Its sentences by id, in the order of the text.

        Example:
            >>> snapshot.document("trial").sentences["trial#s145"]["text"]
            'No ICANS was seen.'
        """
        return {row["sentence_id"]: row for row in self.rows["sentences"]}

    @cached_property
    def cohorts(self) -> dict[str, Values]:
        """Its cohorts by id.

        Example:
            >>> snapshot.document("trial").cohorts["trial#c1"]["role"]
            'subgroup'
        """
        return {row["cohort_id"]: row for row in self.rows["cohorts"]}


class Documents:
    """The documents of a snapshot, one at a time.

    Rows become Python values in blocks of neighbouring documents: looking at one document costs little in a
    large shard, and going through all of them in order turns each row round once.
    """

    def __init__(self, stored: Snapshot) -> None:
        self._stored = stored
        # Not cached methods: the caches are this object's own, and go with it.
        self._block = lru_cache(_BLOCKS_KEPT)(self._read_block)
        self._table = lru_cache(len(_TABLES))(self._read_table)

    @cached_property
    def _place_of(self) -> dict[str, tuple[str, int]]:
        """`doc_id` → name of its shard, and number of its block in it."""
        return {
            doc_id: (entry.name, position // _BLOCK)
            for entry in self._stored.files("documents")
            for position, doc_id in enumerate(self._table("documents", entry.name)["doc_id"].to_pylist())
        }

    def __iter__(self) -> Iterator[str]:
        """All `doc_id`s, in the order in which they are cheapest to read."""
        return iter(self._place_of)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._place_of

    def __len__(self) -> int:
        return len(self._place_of)

    def __getitem__(self, doc_id: str) -> DocumentRows:
        """A document with all its rows.

        Raises:
            UsageError: there is no such document.
        """
        if doc_id not in self._place_of:
            raise UsageError(
                f"the snapshot {self._stored.id} has no document {doc_id!r}; ids are in documents.doc_id"
            )
        return self._block(*self._place_of[doc_id])[doc_id]

    def _read_block(self, shard: str, number: int) -> dict[str, DocumentRows]:
        documents = self._table("documents", shard).slice(number * _BLOCK, _BLOCK)
        found = {
            row["doc_id"]: DocumentRows(row, {table: [] for table in TABLES_OF_DOCUMENTS})
            for row in documents.to_pylist()
        }
        doc_ids = documents["doc_id"].combine_chunks()
        for table in TABLES_OF_DOCUMENTS:
            rows = self._table(table, shard)
            for row in rows.filter(pc.is_in(rows["doc_id"], value_set=doc_ids)).to_pylist():
                found[row["doc_id"]].rows[table].append(row)
        return found

    def _read_table(self, table: str, shard: str) -> pa.Table:
        """The rows of a table in a shard; one without rows has no file there."""
        if shard not in {entry.name for entry in self._stored.files(table)}:
            return schema(row_type_of(table)).empty_table()
        path = self._stored.path / table / shard
        with self._stored.readable():
            return without_dictionaries(pq.read_table(path, partitioning=None))
