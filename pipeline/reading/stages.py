"""What workers are asked for. spaCy and the models are imported there alone: who only asks stays small."""

# ruff: noqa: PLC0415

from __future__ import annotations

import gc
from typing import Final

from pipeline.reading.batches import Batch, Outcome
from pipeline.records import Document, Failure, Payload

#: Objects made and not dropped after which the youngest are looked through for cycles. A document's findings
#: and its spans are one; they were looked for after each 700 objects, which was 3% of reading.
_MANY_OBJECTS: Final = 10_000


def prepare() -> None:
    """See `documents.prepare` and `warm_up`; and become a process that does nothing but read.

    What imports and models make is no garbage: to look for some in it was a seventh of the time.
    """
    gc.disable()
    try:
        from pipeline.reading import documents

        documents.prepare()
        documents.warm_up()
    finally:
        gc.freeze()
        gc.enable()
    gc.set_threshold(_MANY_OBJECTS, *gc.get_threshold()[1:])


def read_batch(batch: Batch) -> Outcome:
    """See `documents.read_batch`."""
    from pipeline.reading import documents

    return documents.read_batch(batch)


def opened(payload: Payload) -> list[Document | Failure]:
    """See `documents.opened`."""
    from pipeline.reading import documents

    return documents.opened(payload)
