"""Any row by its id: whole, shortened, or as a row of a frame."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pipeline.analysis.documents import Documents, Values
from pipeline.analysis.frames import stored_table
from pipeline.errors import UsageError
from pipeline.store import Snapshot
from pipeline.tables import TABLES, column_specs, row_type_of

#: Enough to recognise the one that was meant, few enough for one message.
_SHOWN: Final = 5

PRIMARY_KEYS: Final[Mapping[str, str]] = {
    table: spec.name
    for table in TABLES
    for spec in column_specs(row_type_of(table))
    if spec.column.key == "primary"
}


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        table: name of the table.
        row_id: value of its primary key.
        values: the row, by column.

    Example:
        >>> row = snapshot.row("trial#c0")
        >>> row.table, row.values["n"], row.values["unit"]
        ('cohorts', 38, 'patients')
    """

    table: str
    row_id: str
    values: Values


class Rows:
    """The rows of a snapshot by id.

    An id of a row begins with the id of its document, so that a row is found in its document's shard; ids of
    documents, concepts and runs are looked up in their tables.
    """

    def __init__(self, stored: Snapshot, documents: Documents) -> None:
        self._stored = stored
        self._documents = documents

    def find(self, given: object) -> Row:
        """The row that an id or a row of a frame stands for.

        Args:
            given: an id, an unambiguous beginning of one (also of each side of its `#`), or a row of a frame
                (`frame.loc[3]`, a tuple of `itertuples`, a mapping), also of a ready frame.

        Raises:
            UsageError: no row, or more than one, is meant; the message lists close matches.
        """
        if isinstance(given, str):
            return self._of_id(given.strip())
        return self._of_id(id_in(_as_mapping(given)))

    def _of_id(self, wanted: str) -> Row:
        if not wanted:
            raise UsageError("an empty id stands for no row; ids are in the first column of every table")
        if (exact := next(self._exact(wanted), None)) is not None:
            return exact
        found = self._beginning_with(wanted)
        if len(found) == 1:
            return next(self._exact(found[0]))
        if found:
            raise UsageError(f"{wanted!r} may be {_listed(found)}: write more of it")
        raise UsageError(f"the snapshot {self._stored.id} has no row {wanted!r}{self._close_to(wanted)}")

    def _exact(self, wanted: str) -> Iterator[Row]:
        if wanted in self._documents:
            yield Row("documents", wanted, self._documents[wanted].document)
        doc_id = wanted.rpartition("#")[0]
        if doc_id in self._documents:
            yield from (row for row in self._rows_of(doc_id) if row.row_id == wanted)
        yield from (row for row in self._others if row.row_id == wanted)

    def _beginning_with(self, wanted: str) -> list[str]:
        before, hash_sign, after = wanted.rpartition("#")
        if not hash_sign:
            known = [*self._documents, *(row.row_id for row in self._others)]
            return [row_id for row_id in known if row_id.startswith(wanted)]
        return [
            row.row_id
            for doc_id in self._documents
            if doc_id.startswith(before)
            for row in self._rows_of(doc_id)
            if row.row_id.removeprefix(f"{doc_id}#").startswith(after)
        ]

    def _rows_of(self, doc_id: str) -> Iterator[Row]:
        for table, rows in self._documents[doc_id].rows.items():
            for values in rows:
                yield Row(table, values[PRIMARY_KEYS[table]], values)

    @cached_property
    def _others(self) -> list[Row]:
        """Rows that belong to no document."""
        return [
            Row(table, values[PRIMARY_KEYS[table]], values)
            for table in ("concepts", "runs")
            for values in stored_table(self._stored, table).to_pylist()
        ]

    def _close_to(self, wanted: str) -> str:
        before, hash_sign, _ = wanted.rpartition("#")
        known: list[str] = [*self._documents, *(row.row_id for row in self._others)]
        if hash_sign and before in self._documents:
            known = [row.row_id for row in self._rows_of(before)]
        close = difflib.get_close_matches(wanted, known, _SHOWN, cutoff=0.7)
        return (
            f"; close to it are {_listed(close)}" if close else "; ids are in the first column of every table"
        )


def _listed(ids: list[str]) -> str:
    more = f" … ({len(ids)} in all)" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more


def _as_mapping(given: object) -> Mapping[str, Any]:
    if getattr(given, "ndim", 1) == 2:
        raise UsageError("a row is wanted, not a whole frame: pass one of its rows, such as frame.iloc[0]")
    if isinstance(given, Mapping):
        return given
    for name in ("_asdict", "to_dict"):
        if callable(told := getattr(given, name, None)) and isinstance(values := told(), Mapping):
            return values
    raise UsageError(f"a row or an id is wanted, not {type(given).__name__}: pass frame.loc[…] or a string")


def id_in(values: Mapping[str, Any]) -> str:
    """The id of the row that a frame's row stands for, told from its columns.

    Among the primary keys that the row holds, it is the one that none of the others' tables refers to: a row
    of `adverse_events` also holds the id of its mention.

    Raises:
        UsageError: the row holds no id.
    """
    held = [table for table, key in PRIMARY_KEYS.items() if isinstance(values.get(key), str)]
    referred = {
        spec.column.key
        for table in held
        for spec in column_specs(row_type_of(table))
        if spec.column.key and not spec.column.key.startswith(f"{table}.")
    }
    own = [table for table in held if f"{table}.{PRIMARY_KEYS[table]}" not in referred]
    if not own:
        names = ", ".join(PRIMARY_KEYS.values())
        raise UsageError(f"the row holds no id; keep one of the columns {names}")
    # The tables stand in the order of reference: the last one is the most particular.
    found: str = values[PRIMARY_KEYS[own[-1]]]
    return found
