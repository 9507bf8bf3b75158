"""Worker processes that read, and the search for the document that broke one."""

from __future__ import annotations

import queue
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, NamedTuple, TypeVar

from pipeline.increment import Met
from pipeline.reading import stages
from pipeline.reading.batches import Batch, Outcome, PartOutcome
from pipeline.reading.worker import Lost, Worker
from pipeline.records import Document, Failure, Payload
from pipeline.settings import settings
from pipeline.vocabulary import Stage

A = TypeVar("A")
T = TypeVar("T")

# Worker processes grow as they meet new words; a fresh one after so many calls costs hardly more time.
CALLS_PER_WORKER: Final = 50


class Stages(NamedTuple):
    """What workers are asked for; functions that can be pickled."""

    prepare: Callable[[], None] = stages.prepare
    read_batch: Callable[[Batch], Outcome] = stages.read_batch
    opened: Callable[[Payload], list[Document | Failure]] = stages.opened


class Reader(ABC):
    """Reads batches in other processes, and finds the document that is the end of one.

    A batch that a process did not survive (it ran out of memory, was killed, or took longer than a document
    may take) is read again part by part; a part with several documents that is the end of a process again,
    document by document. A document that fails alone as well becomes a failure, and a later run tries again.

    It may be called from any thread, and returns when it is done. All calls raise `ModelError` where the
    language pipeline or the knowledge base can't be loaded, and `StoreError` where a shard can't be written.
    """

    @abstractmethod
    def n_workers(self) -> int:
        """How many batches can be read at the same time."""

    def start(self) -> None:  # noqa: B027 - what is there need not be started
        """Let processes be ready soon, without waiting for them."""

    @abstractmethod
    def _read(self, batch: Batch) -> Outcome:
        """Read a batch; `Lost` where a process did not survive it."""

    @abstractmethod
    def _opened(self, payload: Payload) -> list[Document | Failure]:
        """Parse a payload; `Lost` where a process did not survive it."""

    def opened(self, payload: Payload) -> list[Document | Failure]:
        """The documents of a payload; a failure where a process did not survive it."""
        try:
            return self._opened(payload)
        except Lost as lost:
            return [_failure(payload, "parse", lost)]

    def read(self, batch: Batch) -> Outcome:
        """Read a batch and write its shards. There is a `PartOutcome` for each part."""
        try:
            return self._read(batch)
        except Lost as lost:
            if len(batch.parts) > 1:
                return self._one_by_one(batch)
            (part,) = batch.parts
            if isinstance(part, Document):
                return self._given_up(batch, part, lost)
            return self._payload(batch, part, lost)

    def _one_by_one(self, batch: Batch) -> Outcome:
        outcome = Outcome()
        taken = dict(batch.taken)
        for ordinal, part in enumerate(batch.parts):
            outcome += self.read(replace(batch.of(ordinal, [part]), taken=taken))
            taken |= {met.doc_id: met.text_sha256 for met in outcome.parts[-1].met}
        return outcome

    def _payload(self, batch: Batch, payload: Payload, lost: Lost) -> Outcome:
        """Of a payload that was read alone: see which of its documents it was."""
        found = self.opened(payload)
        documents = [one for one in found if isinstance(one, Document)]
        refused = PartOutcome(refused=tuple(one for one in found if isinstance(one, Failure)))
        if len(documents) == 1:
            outcome = self._given_up(batch, documents[0], lost)
        else:
            outcome = self._one_by_one(batch.of("d", documents))
        return Outcome(outcome.shards, (sum(outcome.parts, refused),))

    def _given_up(self, batch: Batch, document: Document, lost: Lost) -> Outcome:
        failed = Met.of(document, batch.fingerprint), _failure(document, "annotate", lost)
        return Outcome(parts=(PartOutcome(failed=(failed,)),))


class Crew(Reader):
    """Worker processes of this machine, started when they are needed, and anew when they were lost.

    Batches are small enough to be read in a fraction of the time that one document may take, so a batch is
    given no more.

    Args:
        n_workers: how many processes.
        does: what they do.
    """

    def __init__(self, n_workers: int, does: Stages | None = None) -> None:
        self._does = does or Stages()
        self._seconds = settings().max_document_seconds
        self._is_closed = False
        self._all = [Worker(self._does.prepare, settings().max_worker_bytes) for _ in range(n_workers)]
        # The one that has just been read with is warm.
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        for worker in self._all:
            self._idle.put(worker)

    def n_workers(self) -> int:
        """How many batches can be read at the same time."""
        return len(self._all)

    def start(self) -> None:
        """Start the processes, without waiting for them."""
        for worker in self._all:
            worker.start()

    def close(self) -> None:
        """End the processes, at once; what they were reading is given up."""
        self._is_closed = True
        for worker in self._all:
            worker.end()

    def _read(self, batch: Batch) -> Outcome:
        return self._call(self._does.read_batch, batch)

    def _opened(self, payload: Payload) -> list[Document | Failure]:
        return self._call(self._does.opened, payload)

    def _call(self, function: Callable[[A], T], argument: A) -> T:
        worker = self._idle.get()
        try:
            if self._is_closed:
                raise RuntimeError("the run has ended")
            if worker.n_calls >= CALLS_PER_WORKER:
                worker.close()
            return worker.call(function, argument, self._seconds)
        finally:
            self._idle.put(worker)


def _failure(part: Payload | Document, stage: Stage, lost: Lost) -> Failure:
    name = f"{part.doc_id}: " if isinstance(part, Document) else ""
    sha256 = part.sha256 if isinstance(part, Payload) else None
    return Failure(part.source_uri, stage, "WorkerLost", f"{name}{lost}; a later run tries again", sha256)


@contextmanager
def local_workers(n_workers: int, does: Stages | None = None) -> Iterator[Crew]:
    """Worker processes that live as long as the block."""
    made = Crew(n_workers, does)
    try:
        yield made
    finally:
        made.close()
