"""Arrow schemas derived from the row records; rows as Arrow tables.

A record's annotated fields (`pipeline.records`) give the Arrow type, nullability, encoding and description
of each column. `to_table` always builds with the declared schema, so empty and all-null columns keep their
types.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Annotated, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from pipeline.errors import TableError
from pipeline.records import ROW_TYPES, Column, ConceptRow, Extraction, Row

#: Version of the table contract; it changes when a column changes its meaning.
SCHEMA_VERSION: Final = "1"

#: Names of all tables, in the order in which foreign keys point back.
TABLES: Final[tuple[str, ...]] = tuple(row_type.TABLE for row_type in ROW_TYPES)

#: Offending rows to show: enough to recognise the mistake, few enough for one message.
SHOWN: Final = 3

_ARROW_TYPES: Final[Mapping[type, pa.DataType]] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class ColumnSpec(NamedTuple):
    """A column as its record declares it."""

    name: str
    arrow_type: pa.DataType
    is_list: bool
    is_required: bool
    column: Column


def column_specs(row_type: type[Row]) -> tuple[ColumnSpec, ...]:
    """The columns of a record, in the order of its fields.

    Raises:
        TypeError: a field has no `Column` or a type that no Arrow type is declared for.
    """
    return _column_specs(row_type.TABLE)


@cache
def _column_specs(table: str) -> tuple[ColumnSpec, ...]:
    row_type = row_type_of(table)
    hints = get_type_hints(row_type, include_extras=True)
    return tuple(_column_spec(field.name, hints[field.name]) for field in fields(row_type))


def _column_spec(name: str, hint: object) -> ColumnSpec:
    value_type, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    column = next((note for note in notes if isinstance(note, Column)), None)
    if column is None:
        raise TypeError(f"the field {name} is not annotated with a Column")
    is_required = True
    if get_origin(value_type) in (Union, types.UnionType):
        is_required = type(None) not in get_args(value_type)
        (value_type,) = (part for part in get_args(value_type) if part is not type(None))
    is_list = get_origin(value_type) is tuple
    if is_list:
        value_type = get_args(value_type)[0]
    if value_type not in _ARROW_TYPES:
        raise TypeError(f"the field {name} has a type without an Arrow counterpart: {value_type!r}")
    arrow_type = _ARROW_TYPES[value_type]
    if column.dictionary:
        arrow_type = pa.dictionary(pa.int32(), arrow_type)
    if is_list:
        arrow_type = pa.list_(pa.field("element", arrow_type, nullable=False))
    return ColumnSpec(name, arrow_type, is_list, is_required, column)


def schema(row_type: type[Row]) -> pa.Schema:
    """The declared Arrow schema of a table, with descriptions and the contract's version as metadata.

    Example:
        >>> from pipeline.records import MentionRow
        >>> schema(MentionRow).field("score").nullable
        True
    """
    return _schema(row_type.TABLE)


@cache
def _schema(table: str) -> pa.Schema:
    row_type = row_type_of(table)
    columns = [
        pa.field(
            spec.name,
            spec.arrow_type,
            nullable=not spec.is_required,
            metadata={"description": spec.column.description},
        )
        for spec in column_specs(row_type)
    ]
    description = (row_type.__doc__ or "").splitlines()[0]
    metadata = {"schema_version": SCHEMA_VERSION, "table": row_type.TABLE, "description": description}
    return pa.schema(columns, metadata=metadata)


def row_type_of(table: str) -> type[Row]:
    """The record of a table.

    Raises:
        TableError: there is no such table.
    """
    for row_type in ROW_TYPES:
        if table == row_type.TABLE:
            return row_type
    raise TableError(f"there is no table {table!r}; the tables are {', '.join(TABLES)}")


def to_table(row_type: type[Row], rows: Sequence[Row]) -> pa.Table:
    """Rows as an Arrow table with the declared schema, in the order given.

    Raises:
        TableError: a value does not fit its column's type.
    """
    declared = schema(row_type)
    columns = []
    for name, arrow_type in zip(declared.names, declared.types, strict=True):
        values = [getattr(row, name) for row in rows]
        try:
            columns.append(pa.array(values, type=arrow_type))
        except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError) as error:
            raise _misfit(row_type.TABLE, name, arrow_type, values, error) from error
    return pa.Table.from_arrays(columns, schema=declared)


def _misfit(
    table: str, column: str, arrow_type: pa.DataType, values: Sequence[object], error: Exception
) -> TableError:
    def fits(value: object) -> bool:
        try:
            pa.array([value], type=arrow_type)
        except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
            return False
        return True

    wrong = [index for index, value in enumerate(values) if not fits(value)][:SHOWN]
    shown = ", ".join(f"row {index}: {values[index]!a:.80}" for index in wrong)
    return TableError(f"{table}.{column}: not a value of type {arrow_type} ({shown}): {error}")


#: The field of `Extraction` that holds the rows of a table (`documents` is a single row).
_TABLES_OF_EXTRACTION: Final[tuple[str, ...]] = tuple(
    table for table in TABLES if table not in ("runs", "failures")
)


def tables_of(extractions: Sequence[Extraction]) -> dict[str, pa.Table]:
    """All tables that a batch of documents gives (all but `runs` and `failures`).

    Rows stand in the order of the documents. `concepts` has each concept once, sorted by id.

    Raises:
        TableError: a value does not fit its column's type.
    """
    tables = {}
    for table in _TABLES_OF_EXTRACTION:
        rows: Iterable[Row]
        if table == "documents":
            rows = [extraction.document for extraction in extractions]
        elif table == "concepts":
            rows = unique_concepts(row for extraction in extractions for row in extraction.concepts)
        else:
            rows = [row for extraction in extractions for row in getattr(extraction, table)]
        tables[table] = to_table(row_type_of(table), list(rows))
    return tables


def unique_concepts(rows: Iterable[ConceptRow]) -> list[ConceptRow]:
    """Each concept once, sorted by id. Where rows disagree, the same one stays whatever their order."""
    # `repr` orders also rows that hold None; the last one that goes into the mapping stays there.
    by_id = {row.concept_id: row for row in sorted(set(rows), key=repr, reverse=True)}
    return [by_id[concept_id] for concept_id in sorted(by_id)]
