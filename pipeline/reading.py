"""Batches of documents become shards, here or in worker processes; one bad document costs only itself."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from spacy.tokens import Doc

from pipeline.annotate import annotate, knowledge, language_pipeline
from pipeline.errors import ModelError, TableError
from pipeline.extract import extract
from pipeline.increment import KeyedDocument
from pipeline.records import ConceptRow, Document, Extraction, Failure
from pipeline.store import ShardInfo, write_shard
from pipeline.vocabulary import Stage

# Characters of text in a batch: half a minute's reading on one core, beside which a task costs nothing.
BATCH_CHARS: Final = 1_000_000
# Worker processes grow as they meet new words; a fresh one after so many batches costs hardly more time.
BATCHES_PER_WORKER: Final = 20


@dataclass(frozen=True)
class Batch:
    """Documents to read together, and where their rows go.

    Attributes:
        name: name of the shard; unique within the run.
        staging: the writer's staging folder.
        run_id: the run.
        documents: with their keys, in order.
    """

    name: str
    staging: Path
    run_id: str
    documents: tuple[KeyedDocument, ...]

    def singles(self) -> Iterator[Batch]:
        """The same documents, each in a batch of its own."""
        for ordinal, keyed in enumerate(self.documents):
            yield replace(self, name=f"{self.name}-{ordinal}", documents=(keyed,))


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: small, so that a worker can send it."""

    shards: tuple[ShardInfo, ...] = ()
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.shards + other.shards, self.failures + other.failures)


#: Reads a batch.
Read = Callable[[Batch], Outcome]


def batches(
    documents: Iterable[KeyedDocument], staging: Path, run_id: str, max_chars: int = BATCH_CHARS
) -> Iterator[Batch]:
    """Group documents, in order, until a group has `max_chars` characters of text."""
    ordinal, n_chars, group = 0, 0, list[KeyedDocument]()
    for keyed in documents:
        group.append(keyed)
        n_chars += len(keyed.document.text)
        if n_chars >= max_chars:
            yield Batch(f"b{ordinal:06d}", staging, run_id, tuple(group))
            ordinal, n_chars, group = ordinal + 1, 0, []
    if group:
        yield Batch(f"b{ordinal:06d}", staging, run_id, tuple(group))


def read_batch(batch: Batch) -> Outcome:
    """Annotate and extract a batch in this process, and write its shard.

    Raises:
        ModelError: the language pipeline or the knowledge base is missing or incomplete: no document's fault.
        StoreError: the shard can't be written.
    """
    language_pipeline()
    knowledge()
    failures: list[Failure] = []
    extractions: list[Extraction] = []
    keys = {keyed.document.doc_id: keyed.key for keyed in batch.documents}
    for document, doc in _annotated([keyed.document for keyed in batch.documents], failures):
        try:
            key = keys[document.doc_id]
            row = extract(doc, document, concepts=_concept_row, extraction_key=key, run_id=batch.run_id)
        except Exception as error:
            failures.append(_failure(document, "extract", error))
        else:
            extractions.append(row)
    return _written(batch, extractions) + Outcome(failures=tuple(failures))


def _annotated(documents: list[Document], failures: list[Failure]) -> Iterator[tuple[Document, Doc]]:
    """Annotate all together; where that breaks, what is left one by one."""
    left = list(documents)
    annotated = annotate(documents)
    while left:
        try:
            document, doc = next(annotated)
        except ModelError:
            raise
        except Exception:
            break
        yield document, doc
        left.pop(0)
    for document in left:
        try:
            _, doc = next(annotate([document]))
        except ModelError:
            raise
        except Exception as error:
            failures.append(_failure(document, "annotate", error))
        else:
            yield document, doc


def _written(batch: Batch, extractions: list[Extraction]) -> Outcome:
    """One shard; where a document's rows break the contract, the others get a shard each."""
    if not extractions:
        return Outcome()
    try:
        return Outcome(shards=(write_shard(batch.staging, batch.name, extractions),))
    except TableError as error:
        if len(extractions) == 1:
            row = extractions[0].document
            failure = Failure(row.source_uri, "extract", type(error).__name__, f"{row.doc_id}: {error}")
            return Outcome(failures=(failure,))
    outcome = Outcome()
    for ordinal, extraction in enumerate(extractions):
        outcome += _written(replace(batch, name=f"{batch.name}-{ordinal}"), [extraction])
    return outcome


def _failure(document: Document, stage: Stage, error: BaseException) -> Failure:
    return Failure(document.source_uri, stage, type(error).__name__, f"{document.doc_id}: {error}")


@cache
def _concept_row(concept_id: str) -> ConceptRow | None:
    try:
        concept = knowledge().concept(concept_id)
    except ModelError:
        return None
    return ConceptRow(
        concept_id=concept.concept_id,
        label=concept.label,
        name=concept.name,
        synonyms=concept.synonyms,
        ontology=concept.ontology,
        ontology_version=concept.ontology_version,
        definition=concept.definition,
    )


class _Worker:
    """A process that reads batches, started when it is needed, and anew when it has died or grown old."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._executor: ProcessPoolExecutor | None = None
        self._n_batches = 0

    def read(self, batch: Batch) -> Outcome:
        """See `reader`."""
        try:
            return self._attempt(batch)
        except BrokenProcessPool:
            self.close()
        outcome = Outcome()
        for single in batch.singles():
            outcome += self._alone(single)
        return outcome

    def _alone(self, single: Batch) -> Outcome:
        try:
            return self._attempt(single)
        except BrokenProcessPool:
            self.close()
        document = single.documents[0].document
        death = ChildProcessError(
            "the process that read it died, twice (out of memory?); a later run tries again"
        )
        return Outcome(failures=(_failure(document, "annotate", death),))

    def _attempt(self, batch: Batch) -> Outcome:
        if self._executor is None or self._n_batches >= BATCHES_PER_WORKER:
            self.close()
            # Forked threads hang; spawned processes start clean.
            spawn = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(1, mp_context=spawn, initializer=_follow_parent)
            self._n_batches = 0
        self._n_batches += 1
        return self._executor.submit(self._read, batch).result()

    def close(self) -> None:
        """End the process."""
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def reader(n_workers: int, read: Read = read_batch) -> Iterator[Read]:
    """A function that reads a batch here (one worker) or in worker processes that live as long as the block.

    It may be called from several threads. Each worker is a pool of one, so that one that dies (out of memory,
    a crash in native code) takes no other's batch with it: its own batch is read again document by document,
    and a document that kills its process again becomes a failure.

    Args:
        n_workers: how many processes read.
        read: what they do with a batch; a function that can be pickled.

    Raises:
        ModelError: the language pipeline or the knowledge base can't be loaded.
    """
    if n_workers == 1:
        language_pipeline()
        knowledge()
        yield read
        return
    crew = [_Worker(read) for _ in range(n_workers)]
    idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
    for worker in crew:
        idle.put(worker)

    def read_in_worker(batch: Batch) -> Outcome:
        worker = idle.get()
        try:
            return worker.read(batch)
        finally:
            idle.put(worker)

    try:
        yield read_in_worker
    finally:
        for worker in crew:
            worker.close()
