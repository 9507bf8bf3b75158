"""A reader that takes files as they are: what a run does is tested without a language pipeline."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.increment import Met
from pipeline.reading import Batch, Outcome, PartOutcome, Reader
from pipeline.records import Document, DocumentRow, Extraction, Failure, Payload
from pipeline.store import write_shard


def row_of(document: Document, met: Met, run_id: str) -> DocumentRow:
    return DocumentRow(
        doc_id=document.doc_id,
        source_uri=document.source_uri,
        media_type=document.media_type,
        kind=document.kind,
        text=document.text,
        text_sha256=document.text_sha256,
        n_chars=len(document.text),
        extraction_key=met.key,
        run_id=run_id,
        title=None,
        publisher=None,
        published_on=None,
        url=None,
        doi=None,
        pmid=None,
        pmcid=None,
        trial_ids=(),
        language=None,
        is_machine_written=None,
        duplicate_of=None,
    )


class Stages(Reader):
    """Stand-ins: a file is a document, its first line the id if there are more; reading takes it as it is.

    Attributes:
        read_ids: documents that were read, in order.
        before_reading: called with each batch; may raise.
        lost: documents that nobody hears of again.
        vanished: documents that are said to be read, and whose rows are not written.
    """

    def __init__(self) -> None:
        self.read_ids: list[str] = []
        self.before_reading: Callable[[Batch], None] = lambda batch: None
        self.lost: set[str] = set()
        self.vanished: set[str] = set()

    def n_workers(self) -> int:
        return 1

    def _opened(self, payload: Payload) -> list[Document | Failure]:
        raise AssertionError("no payload of these tests is large")

    def _read(self, batch: Batch) -> Outcome:
        self.before_reading(batch)
        parts, extractions = [], []
        for part in batch.parts:
            assert isinstance(part, Payload)
            text = part.body.decode()
            if "unreadable" in text:
                failure = Failure(part.source_uri, "parse", "ParseError", "can't be read", part.sha256)
                parts.append(PartOutcome(refused=(failure,)))
                continue
            doc_id = text.partition("\n")[0] if "\n" in text else part.source_uri.rpartition("/")[2]
            document = Document(doc_id, part.source_uri, "text/plain", "news", text, ())
            met = Met.of(document, batch.fingerprint)
            if "too hard" in text:
                failure = Failure(part.source_uri, "annotate", "WorkerLost", f"{doc_id}: it died")
                parts.append(PartOutcome(failed=((met, failure),)))
            elif doc_id not in self.lost:
                parts.append(PartOutcome(read=(met,)))
                self.read_ids.append(doc_id)
                if doc_id not in self.vanished:
                    extractions.append(Extraction(row_of(document, met, batch.run_id)))
        shards = (write_shard(batch.staging, batch.name, extractions),) if extractions else ()
        return Outcome(shards, tuple(parts))
