"""The table contract in Arrow: schemas derived from the records, checks, the data dictionary."""

from pipeline.tables.checks import check, problems
from pipeline.tables.dictionary import data_dictionary
from pipeline.tables.schemas import (
    SCHEMA_VERSION,
    TABLES,
    ColumnSpec,
    column_specs,
    row_type_of,
    schema,
    tables_of,
    to_table,
    unique_concepts,
)

__all__ = [
    "SCHEMA_VERSION",
    "TABLES",
    "ColumnSpec",
    "check",
    "column_specs",
    "data_dictionary",
    "problems",
    "row_type_of",
    "schema",
    "tables_of",
    "to_table",
    "unique_concepts",
]
