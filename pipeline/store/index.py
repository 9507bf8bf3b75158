"""What an incremental plan asks of a snapshot, kept apart from the big tables: one small row a document.

Each shard has an index file under the same name. Adding documents writes their index and links the others;
which documents there are, with which keys, from where, in which shard, with which concepts, and what they may
repeat, is read without opening a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from pipeline import tables
from pipeline.duplicates import bands, trace
from pipeline.records import Extraction

#: Folder of the index in a snapshot. Readers of Parquet folders pass over names with an underscore.
INDEX: Final = "_index"

INDEX_SCHEMA: Final = pa.schema(
    [
        pa.field("doc_id", pa.string(), nullable=False),
        pa.field("source_uri", pa.string(), nullable=False),
        pa.field("extraction_key", pa.string(), nullable=False),
        pa.field("concept_ids", pa.list_(pa.field("element", pa.string(), nullable=False)), nullable=False),
        # Null where an earlier contract had none: such a document is an original until it is read again.
        pa.field("published_on", pa.date32()),
        pa.field("publications", pa.list_(pa.field("element", pa.string(), nullable=False))),
        pa.field("trial_ids", pa.list_(pa.field("element", pa.string(), nullable=False))),
        pa.field("signature", pa.binary()),
        pa.field("bands", pa.list_(pa.field("element", pa.uint32(), nullable=False))),
        pa.field("duplicate_of", pa.string()),
    ]
)


def schema_of(table: str) -> pa.Schema:
    """The declared schema of a table, or of the index."""
    return INDEX_SCHEMA if table == INDEX else tables.schema(tables.row_type_of(table))


def columns_of(table: str) -> dict[str, str]:
    """Name → type of each column, as the manifest tells them."""
    return {field.name: str(field.type) for field in schema_of(table)}


def index_of(extractions: Sequence[Extraction]) -> pa.Table:
    """The index of a shard, in the order of its documents."""
    documents = [extraction.document for extraction in extractions]
    traces = [trace(extraction.document, extraction.sections) for extraction in extractions]
    columns = [
        [document.doc_id for document in documents],
        [document.source_uri for document in documents],
        [document.extraction_key for document in documents],
        [sorted({row.concept_id for row in extraction.concepts}) for extraction in extractions],
        [one.published_on for one in traces],
        [one.publications for one in traces],
        [one.trial_ids for one in traces],
        [one.signature for one in traces],
        [bands(one.signature) for one in traces],
        [document.duplicate_of for document in documents],
    ]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, INDEX_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=INDEX_SCHEMA)
