"""Columns of the ready frames, declared once: Arrow type, unit and description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

TEXT: Final = pa.string()
COUNT: Final = pa.int64()
NUMBER: Final = pa.float64()
FLAG: Final = pa.bool_()
DAY: Final = pa.date32()
TEXTS: Final = pa.list_(pa.string())


@dataclass(frozen=True)
class ReadyColumn:
    """A column of a ready frame.

    Attributes:
        name: its name.
        arrow_type: its Arrow type.
        description: what it holds.
        unit: what is counted or measured, or "".
    """

    name: str
    arrow_type: pa.DataType
    description: str
    unit: str = ""


def ready_table(columns: Iterable[ReadyColumn], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table with the declared columns; a value that a row lacks is null."""
    schema = pa.schema([pa.field(column.name, column.arrow_type) for column in columns])
    return pa.Table.from_pylist(list(rows), schema=schema)
