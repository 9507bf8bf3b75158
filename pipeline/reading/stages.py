"""What workers are asked for. spaCy and the models are imported there alone: who only asks stays small."""

# ruff: noqa: PLC0415

from __future__ import annotations

from pipeline.reading.batches import Batch, Outcome
from pipeline.records import Document, Failure, Payload


def prepare() -> None:
    """See `documents.prepare`."""
    from pipeline.reading import documents

    documents.prepare()


def read_batch(batch: Batch) -> Outcome:
    """See `documents.read_batch`."""
    from pipeline.reading import documents

    return documents.read_batch(batch)


def opened(payload: Payload) -> list[Document | Failure]:
    """See `documents.opened`."""
    from pipeline.reading import documents

    return documents.opened(payload)
