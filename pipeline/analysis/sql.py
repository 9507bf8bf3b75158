"""SQL over the Parquet files of a snapshot, through DuckDB in memory: nothing is copied or written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa

from pipeline.analysis.frames import arrow_frame
from pipeline.errors import StoreError, UsageError
from pipeline.store import Snapshot
from pipeline.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

#: Kinds of statements that only read; to DuckDB `describe` and `show tables` are SELECTs, too. A PIVOT
#: that finds its values by itself is of a kind that may write, too.
_READING: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class Sql:
    """A connection in memory, with a view for each table and each ready frame.

    Args:
        stored: the snapshot.
        ready: name of each ready frame, and what computes it; computed when a query first names it.
    """

    def __init__(self, stored: Snapshot, ready: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._ready = dict(ready)
        self._names = (*TABLES, *ready)
        self._connection = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        # Not even a large query spills into the working folder.
        self._connection.execute("SET temp_directory = ''")
        for table in TABLES:
            files = [str(stored.path / table / entry.name) for entry in stored.files(table)]
            try:
                self._connection.read_parquet(files).create_view(table)
            except duckdb.Error as error:
                raise StoreError(
                    f"a file of {table} can't be read: {error}; `cartographer verify` says what is damaged"
                ) from error

    def frame(self, query: str) -> pd.DataFrame:
        """The answer to a query, with Arrow types.

        Raises:
            UsageError: the query can't be run, or is none: nothing is created, changed or written.
        """
        for name in [name for name in self._ready if re.search(rf"\b{name}\b", query, re.IGNORECASE)]:
            self._connection.register(name, self._ready.pop(name)())
        try:
            statements = self._connection.extract_statements(query)
            if not statements or any(one.type not in _READING for one in statements):
                raise UsageError(
                    "the query is not one that only reads: write a SELECT (a PIVOT with its values)"
                )
            table = self._connection.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise UsageError(f"the query can't be run: {self._plainly(error)}") from error
        return arrow_frame(_with_plain_sums(table))

    def _plainly(self, error: duckdb.Error) -> str:
        told = str(error).strip()
        if isinstance(error, duckdb.CatalogException):
            return f"{told}\nThe tables and ready frames are {', '.join(self._names)}."
        return told


def _with_plain_sums(table: pa.Table) -> pa.Table:
    """A sum of whole numbers as a whole number: DuckDB makes it a decimal of 38 digits."""
    for position, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type) and field.type.scale == 0:
            with contextlib.suppress(pa.ArrowInvalid):  # more digits than an int64 holds
                table = table.set_column(position, field.name, table.column(position).cast(pa.int64()))
    return table
