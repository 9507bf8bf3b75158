"""The data dictionary: what the row records say, as a page of the documentation."""

from __future__ import annotations

import pyarrow as pa

from pipeline.records import ROW_TYPES
from pipeline.tables.schemas import SCHEMA_VERSION, ColumnSpec, column_specs


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
