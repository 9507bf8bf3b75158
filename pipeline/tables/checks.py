"""What Arrow does not check: keys, closed word lists, offsets.

Any group of tables can be checked: a foreign key is followed where the table that it points to is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import TableError
from pipeline.tables.schemas import SHOWN, ColumnSpec, column_specs, row_type_of, schema

#: What a mention's assertion is called of the event, where that is another word.
_OF_EVENTS: Final = {"hypothetical": "possible"}
#: Columns of an adverse event that tell of a part of it: some grades, some of the subjects.
_PARTS: Final = ("grade_min", "grade_max", "n_affected", "n_at_risk", "percent")


def check(tables: Mapping[str, pa.Table]) -> None:
    """Make sure that tables keep the contract: what Arrow does not check is checked here.

    Schema, nulls in required columns, closed word lists, unique primary keys, foreign keys (also from list
    columns) into the tables given, `n_chars`, that offsets cut out of `documents.text` what they claim, and
    that an adverse event says what its mention says.

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
    if "adverse_events" in tables and "mentions" in tables:
        checks.append(partial(_check_assertions, tables["adverse_events"], tables["mentions"]))
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


def _check_assertions(events: pa.Table, mentions: pa.Table) -> None:
    """An adverse event says what its mention says; a planned or conditional one is possible.

    A row that tells a part may say otherwise: of a grade ("no rash above grade 2") or of those counted (none
    of the second arm). So may one of several on a term, where another says what the mention says ("no rash,
    which had been feared").
    """
    said = dict(zip(*(mentions[name].to_pylist() for name in ("mention_id", "assertion")), strict=True))
    names = ("doc_id", "term", "assertion")
    rows = list(zip(*(events[name].to_pylist() for name in names), strict=True))
    told = set(rows)
    tells_part = [
        any(cell is not None for cell in cells)
        for cells in zip(*(events[name].to_pylist() for name in _PARTS), strict=True)
    ]
    wrong = []
    for row, mention, is_part in zip(rows, events["mention_id"].to_pylist(), tells_part, strict=True):
        doc_id, term, assertion = row
        expected = _OF_EVENTS.get(said.get(mention, assertion), said.get(mention, assertion))
        wrong.append(assertion != expected and not is_part and (doc_id, term, expected) not in told)
    if any(wrong):
        raise _offence("adverse_events", "assertion", "not what its mention says", events, pa.array(wrong))


def _offence(name: str, column: str, problem: str, table: pa.Table, is_wrong: pa.Array) -> TableError:
    indices = pc.indices_nonzero(is_wrong)
    identity = next((n for n in table.column_names if n.endswith("_id") or n == "source_uri"), column)
    shown = ", ".join(
        f"{table[identity][index].as_py()!r} has {table[column][index].as_py()!r:.80}"
        for index in indices.to_pylist()[:SHOWN]
    )
    return TableError(f"{name}.{column}: {problem} in {len(indices)} of {table.num_rows} rows: {shown}")
