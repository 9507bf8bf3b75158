"""Columns in words: type, unit and description of those of the contract and of the ready frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from pipeline.analysis.columns import TEXT, ReadyColumn, ready_table
from pipeline.analysis.frames import arrow_frame
from pipeline.tables import ColumnSpec, column_specs, row_type_of

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS: Final = (
    ReadyColumn("column", TEXT, "name of the column"),
    ReadyColumn("type", TEXT, "Arrow type"),
    ReadyColumn("unit", TEXT, "what is counted or measured"),
    ReadyColumn("description", TEXT, "what the column holds"),
    ReadyColumn("values", pa.list_(pa.string()), "the closed word list, if there is one"),
    ReadyColumn("refers_to", TEXT, "table.column that a value is found in"),
)

#: Endings of names and what such columns are measured in (docs: "`n_` a count, `_at` a UTC time").
_UNITS: Final = (
    ("_char", "characters"),
    ("n_chars", "characters"),
    ("ordinal", "position from 0"),
    ("_at", "UTC time"),
    ("_on", "date"),
    ("seconds", "s"),
    ("percent", "%"),
    ("score", "0..1"),
    ("grade_min", "CTCAE grade"),
    ("grade_max", "CTCAE grade"),
)
#: What the counts of a table count.
_COUNTED: Final = {
    "runs": "documents",
    "cohorts": "subjects",
    "adverse_events": "subjects",
    "studies": "subjects",
}


def unit_of(table: str, spec: ColumnSpec) -> str:
    """The unit of a column of the contract, or "".

    Example:
        >>> from pipeline.records import CohortRow
        >>> [unit_of("cohorts", spec) for spec in column_specs(CohortRow) if spec.name == "n"]
        ['subjects']
    """
    for ending, unit in _UNITS:
        if spec.name.endswith(ending):
            return unit
    if spec.name == "n" or spec.name.startswith("n_"):
        return _COUNTED.get(table, "") if pa.types.is_integer(spec.arrow_type) else ""
    return ""


def described_table(table: str) -> pd.DataFrame:
    """The columns of a table of the contract.

    Raises:
        TableError: there is no such table.
    """
    return arrow_frame(ready_table(_COLUMNS, _of_contract(table)))


def described_frame(columns: Sequence[ReadyColumn]) -> pd.DataFrame:
    """The columns of a ready frame."""
    rows = (
        {"column": c.name, "type": _type(c.arrow_type), "unit": c.unit, "description": c.description}
        for c in columns
    )
    return arrow_frame(ready_table(_COLUMNS, rows))


def _of_contract(table: str) -> Iterator[dict[str, object]]:
    for spec in column_specs(row_type_of(table)):
        key = spec.column.key
        yield {
            "column": spec.name,
            "type": _type(spec.arrow_type),
            "unit": unit_of(table, spec),
            "description": spec.column.description,
            "values": list(spec.column.values) if spec.column.values else None,
            "refers_to": None if key == "primary" else key,
        }


def _type(arrow_type: pa.DataType) -> str:
    if pa.types.is_list(arrow_type):
        return f"list of {_type(arrow_type.value_type)}"
    return str(arrow_type.value_type if pa.types.is_dictionary(arrow_type) else arrow_type)
