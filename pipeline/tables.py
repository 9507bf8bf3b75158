"""Arrow schemas derived from the row records, and the checks that Arrow does not make.

A record's annotated fields (`pipeline.records`) give the Arrow type, nullability, encoding and description
of each column. `to_table` always builds with the declared schema, so empty and all-null columns keep their
types. `check` works on any group of tables: a foreign key is followed where the table that it points to is in
the group.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cache, partial
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import TableError
from pipeline.records import ROW_TYPES, Column, ConceptRow, Extraction, Row

#: Version of the table contract; it changes when a column changes its meaning.
SCHEMA_VERSION: Final = "1"

#: Names of all tables, in the order in which foreign keys point back.
TABLES: Final[tuple[str, ...]] = tuple(row_type.TABLE for row_type in ROW_TYPES)

#: Enough to recognise the mistake, few enough for one message.
_SHOWN = 3

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

    wrong = [index for index, value in enumerate(values) if not fits(value)][:_SHOWN]
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


def check(tables: Mapping[str, pa.Table]) -> None:
    """Make sure that tables keep the contract: what Arrow does not check is checked here.

    Schema, nulls in required columns, closed word lists, unique primary keys, foreign keys (also from list
    columns) into the tables given, `n_chars`, and that offsets cut out of `documents.text` what they claim.

    Raises:
        TableError: naming table, column and the first offending rows.
    """
    for problem in problems(tables):
        raise problem


def problems(
    tables: Mapping[str, pa.Table], elsewhere: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterator[TableError]:
    """Everything in which tables break the contract, each with table, column and the first offending rows.

    Args:
        tables: tables by name.
        elsewhere: `table.column` → values, for foreign keys into tables that are not in the group.
    """
    checks: list[Callable[[], None]] = []
    for name, table in tables.items():
        row_type = row_type_of(name)
        try:
            _check_schema(name, table, schema(row_type))
        except TableError as error:
            yield error
            # Columns may be missing: nothing else of the group can be told.
            return
        for spec in column_specs(row_type):
            checks.append(partial(_check_nulls, name, table, spec))
            checks.append(partial(_check_key, name, table, spec, tables, elsewhere))
            if spec.column.values is not None:
                problem = f"not one of {', '.join(spec.column.values)}"
                checks.append(partial(_check_membership, name, table, spec, set(spec.column.values), problem))
    if "documents" in tables:
        checks += [partial(_check_lengths, tables["documents"]), *_offset_checks(tables)]
    for one in checks:
        try:
            one()
        except TableError as error:
            yield error


def _check_schema(name: str, table: pa.Table, declared: pa.Schema) -> None:
    if not table.schema.equals(declared):
        wrong = [
            field.name
            for field in declared
            if field.name not in table.schema.names or not table.schema.field(field.name).equals(field)
        ]
        raise TableError(
            f"{name}: the schema is not the declared one (columns {', '.join(wrong) or 'order'})"
        )


def _check_nulls(name: str, table: pa.Table, spec: ColumnSpec) -> None:
    column = table[spec.name]
    if spec.is_required and column.null_count:
        raise _offence(name, spec.name, "null in a required column", table, pc.is_null(column))
    if spec.is_list and pc.list_flatten(column).null_count:
        has_null = pa.array([None in (elements or ()) for elements in column.to_pylist()])
        raise _offence(name, spec.name, "null in a list", table, has_null)


def _check_key(
    name: str,
    table: pa.Table,
    spec: ColumnSpec,
    tables: Mapping[str, pa.Table],
    elsewhere: Mapping[str, Collection[str]],
) -> None:
    if spec.column.key is None:
        return
    column = table[spec.name]
    if spec.column.key == "primary":
        if pc.count_distinct(column).as_py() < table.num_rows:
            counts = column.value_counts()
            repeated = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
            is_repeated = pc.is_in(column, value_set=repeated)
            raise _offence(name, spec.name, "the primary key is not unique", table, is_repeated)
        return
    target, _, target_column = spec.column.key.partition(".")
    known = elsewhere.get(spec.column.key)
    if target in tables:
        known = set(tables[target][target_column].to_pylist())
    if known is not None:
        _check_membership(name, table, spec, known, f"not found in {spec.column.key}")


def _check_membership(
    name: str, table: pa.Table, spec: ColumnSpec, allowed: Collection[Any], problem: str
) -> None:
    """Every value, also each element of a list, is null or one of those allowed."""
    column = table[spec.name]
    values = pc.unique(pc.list_flatten(column) if spec.is_list else column)
    strangers = {value for value in values.to_pylist() if value is not None and value not in allowed}
    if strangers:
        is_strange = [
            not strangers.isdisjoint(value or () if spec.is_list else (value,))
            for value in column.to_pylist()
        ]
        raise _offence(name, spec.name, problem, table, pa.array(is_strange))


def _check_lengths(documents: pa.Table) -> None:
    wrong = pc.not_equal(pc.utf8_length(documents["text"]), documents["n_chars"])
    if pc.any(wrong, min_count=0).as_py():
        raise _offence("documents", "n_chars", "not the length of the text", documents, wrong)


def _offset_checks(tables: Mapping[str, pa.Table]) -> Iterator[Callable[[], None]]:
    documents = tables["documents"]
    texts = dict(zip(documents["doc_id"].to_pylist(), documents["text"].to_pylist(), strict=True))

    def cuts_its_text(doc_id: str, start: int, end: int, text: str) -> bool:
        return 0 <= start < end and (texts.get(doc_id) or "")[start:end] == text

    def lies_within(doc_id: str, start: int, end: int) -> bool:
        return 0 <= start <= end <= len(texts.get(doc_id) or "")

    for name in ("sentences", "mentions"):
        columns = ("doc_id", "start_char", "end_char", "text")
        problem = "not documents.text[start_char:end_char]"
        yield partial(_check_each_row, tables, name, columns, cuts_its_text, problem)
    for name, prefix in (("sections", ""), ("mentions", "cue_")):
        extent = ("doc_id", f"{prefix}start_char", f"{prefix}end_char")
        problem = "not an extent within the document's text"
        yield partial(_check_each_row, tables, name, extent, lies_within, problem)


def _check_each_row(
    tables: Mapping[str, pa.Table],
    name: str,
    columns: Sequence[str],
    holds: Callable[..., bool],
    problem: str,
) -> None:
    """Rows in which one of the columns is null are passed over: that is another check's matter."""
    if name not in tables:
        return
    table = tables[name]

    def offends(values: Sequence[object]) -> bool:
        return None not in values and not holds(*values)

    rows: Iterator[Sequence[object]] = zip(*(table[column].to_pylist() for column in columns), strict=True)
    wrong = [offends(values) for values in rows]
    if any(wrong):
        raise _offence(name, columns[-1], problem, table, pa.array(wrong))


def _offence(name: str, column: str, problem: str, table: pa.Table, is_wrong: pa.Array) -> TableError:
    indices = pc.indices_nonzero(is_wrong)
    identity = next((n for n in table.column_names if n.endswith("_id") or n == "source_uri"), column)
    shown = ", ".join(
        f"{table[identity][index].as_py()!r} has {table[column][index].as_py()!r:.80}"
        for index in indices.to_pylist()[:_SHOWN]
    )
    return TableError(f"{name}.{column}: {problem} in {len(indices)} of {table.num_rows} rows: {shown}")


def data_dictionary() -> str:
    """Every table and column in words, as Markdown for the documentation."""
    parts = [f"# Data dictionary\n\nTable contract, version {SCHEMA_VERSION}.\n"]
    for row_type in ROW_TYPES:
        sign = (row_type.__doc__ or "").splitlines()[0].partition(": ")[2]
        parts.append(f"## {row_type.TABLE}\n\n{sign[:1].upper()}{sign[1:]}\n")
        lines = ["| column | type | null | description |", "|---|---|---|---|"]
        lines += [_dictionary_line(spec) for spec in column_specs(row_type)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _dictionary_line(spec: ColumnSpec) -> str:
    description = spec.column.description
    if spec.column.values is not None:
        description += ": " + ", ".join(f"`{word}`" for word in spec.column.values)
    if spec.column.key == "primary":
        description += " (primary key)"
    elif spec.column.key is not None:
        description += f" (→ `{spec.column.key}`)"
    return f"| `{spec.name}` | {_type_name(spec)} | {'' if spec.is_required else 'yes'} | {description} |"


def _type_name(spec: ColumnSpec) -> str:
    value_type = spec.arrow_type.value_type if spec.is_list else spec.arrow_type
    if pa.types.is_dictionary(value_type):
        value_type = value_type.value_type
    return f"list of {value_type}" if spec.is_list else str(value_type)
