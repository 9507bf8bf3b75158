"""The flow that builds the tables: the only room that knows the order of the stages, and Prefect."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import task_run
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from pipeline import __version__
from pipeline.errors import StoreError, TableError
from pipeline.fingerprint import fingerprint
from pipeline.increment import Increment
from pipeline.parse import documents
from pipeline.reading import Batch, Outcome, Read, batches, reader
from pipeline.records import Document, Failure, FailureRow, Payload, RunRow
from pipeline.settings import settings
from pipeline.sources import payloads
from pipeline.store import Snapshot, Store, Writer
from pipeline.summary import markdown, summarise

#: Batches under way for each worker process: one that it reads, one that waits, so that it is never idle.
_BATCHES_PER_WORKER: Final = 2


def _may_pass(_task: object, _run: object, state: Any) -> bool:  # noqa: ANN401 - Prefect's signature
    """Whether trying again may help: a file system may come back; what a document says will not change."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, (OSError, StoreError)) and not isinstance(error, TableError)


# Prefect caches and keeps nothing: the store knows what has been read, and shards are files.
@task(
    name="read-batch",
    task_run_name="read batch {batch.name}",
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_batch(batch: Batch, read: Read) -> Outcome:
    """Documents of one batch to a shard."""
    attempt = task_run.run_count or 1
    return read(batch if attempt == 1 else replace(batch, name=f"{batch.name}-try{attempt}"))


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(writer: Writer, run: RunRow, outcome: Outcome, replaced: set[str], removed: set[str]) -> Snapshot:
    """All shards to one snapshot, in one atomic step."""
    failures = [FailureRow(run_id=run.run_id, **asdict(failure)) for failure in outcome.failures]
    return writer.publish(
        run=run, failures=failures, replaced=replaced, removed=removed, shards=outcome.shards
    )


@flow(name="build-tables", persist_result=False)
def build_tables(
    paths: list[str],
    output: str = "outputs",
    full: bool = False,
    workers: int = 1,
    withdraw_missing: bool = False,
) -> Snapshot:
    """Read what is new or changed under some paths, and publish the tables of all.

    Args:
        paths: files, folders or glob patterns.
        output: folder of the snapshots.
        full: read every document again.
        workers: how many processes read.
        withdraw_missing: take documents out whose file is gone, or no longer holds them.

    Returns:
        The snapshot that was published.

    Raises:
        CartographerError: a path names nothing, the model is missing, the output is locked or full, or the
            counts do not add up. Nothing has been published then.
    """
    started_at = datetime.now(timezone.utc)
    run_id = started_at.strftime("%Y%m%dT%H%M%S.%fZ")
    model = fingerprint(settings().models)
    inputs = _Inputs(payloads(paths))
    with Store(Path(output)).writer(run_id) as writer, reader(workers) as read, _progress(paths) as progress:
        index = writer.previous.index() if writer.previous else {}
        plan = Increment(index, model, full=full)
        outcome = Outcome()
        for done in _outcomes(
            batches(plan.to_read(inputs.documents()), writer.staging, run_id), read, workers
        ):
            outcome += done
            progress(inputs.n_bytes)
        outcome += Outcome(failures=tuple(plan.failures))
        read_ids = {doc_id for shard in outcome.shards for doc_id in shard.doc_ids}
        removed = set[str]()
        if withdraw_missing and writer.previous:
            removed = plan.missing(writer.previous.sources(), inputs.sources)
        finished_at = datetime.now(timezone.utc)
        run = RunRow(
            run_id=run_id,
            started_at=started_at,
            finished_at=finished_at,
            version=__version__,
            fingerprint=model,
            n_seen=plan.n_seen,
            n_new=len(read_ids - index.keys()),
            n_changed=len(read_ids & index.keys()),
            n_unchanged=len(plan.unchanged),
            n_failed=len(outcome.failures),
            n_removed=len(removed),
            seconds=(finished_at - started_at).total_seconds(),
        )
        snapshot = publish(writer, run, outcome, read_ids & index.keys(), removed)
    create_markdown_artifact(
        markdown(summarise(snapshot)), key="cartographer-run", description="Counts of a run of Cartographer"
    )
    return snapshot


class _Inputs:
    """What the paths hold, parsed one payload after the other.

    Attributes:
        sources: where payloads came from so far.
        n_bytes: how many bytes they had.
    """

    def __init__(self, met: Iterable[Payload | Failure]) -> None:
        self._met = met
        self.sources: set[str] = set()
        self.n_bytes = 0

    def documents(self) -> Iterator[Document | Failure]:
        """Every document; what breaks the parser becomes a failure, and the rest goes on."""
        for payload in self._met:
            if isinstance(payload, Failure):
                yield payload
                continue
            self.sources.add(payload.source_uri)
            self.n_bytes += len(payload.body)
            try:
                yield from documents(payload)
            except Exception as error:
                yield Failure(payload.source_uri, "parse", type(error).__name__, str(error), payload.sha256)


def _outcomes(todo: Iterable[Batch], read: Read, workers: int) -> Iterator[Outcome]:
    """Outcomes of the batches, in order; never more under way than the workers need."""
    if workers == 1:
        # In the main thread, so that Ctrl-C ends the run at once.
        for batch in todo:
            yield read_batch(batch, read)
        return
    running: deque[PrefectFuture[Outcome]] = deque()
    for batch in todo:
        running.append(read_batch.submit(batch, read))
        if len(running) >= _BATCHES_PER_WORKER * workers:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


@contextmanager
def _progress(paths: list[str]) -> Iterator[Callable[[int], None]]:
    """A function that shows how many bytes have been read: by a bar in a terminal, not at all in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    total = sum(len(met.body) for met in payloads(paths) if isinstance(met, Payload))
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("Reading", total=total)
        yield lambda n_bytes: bar.update(reading, completed=n_bytes)
