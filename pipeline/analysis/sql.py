"""SQL over the Parquet files of a snapshot, through DuckDB in memory: nothing is copied or written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import duckdb

from pipeline.analysis.frames import arrow_frame
from pipeline.errors import UsageError
from pipeline.store import Snapshot
from pipeline.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


class Sql:
    """A connection in memory, with a view for each table and each ready frame.

    Args:
        stored: the snapshot.
        ready: name of each ready frame, and what computes it; computed when a query first names it.
    """

    def __init__(self, stored: Snapshot, ready: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._ready = dict(ready)
        self._connection = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        # Not even a large query spills into the working folder.
        self._connection.execute("SET temp_directory = ''")
        for table in TABLES:
            files = [str(stored.path / table / entry.name) for entry in stored.files(table)]
            self._connection.read_parquet(files).create_view(table)

    def frame(self, query: str) -> pd.DataFrame:
        """The answer to a query, with Arrow types.

        Raises:
            UsageError: the query can't be run, or asks for nothing.
        """
        for name in [name for name in self._ready if re.search(rf"\b{name}\b", query, re.IGNORECASE)]:
            self._connection.register(name, self._ready.pop(name)())
        try:
            answer = self._connection.sql(query)
            table = answer.to_arrow_table() if answer is not None else None
        except duckdb.Error as error:
            raise UsageError(f"the query can't be run: {_plainly(error)}") from error
        if table is None:
            raise UsageError("the query asks for no rows: write a SELECT")
        return arrow_frame(table)


def _plainly(error: duckdb.Error) -> str:
    told = str(error).strip()
    if isinstance(error, duckdb.CatalogException):
        return f"{told}\nThe tables are {', '.join(TABLES)}; docs/analysis.md lists the ready frames."
    return told
