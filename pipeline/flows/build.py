"""The flow that builds the tables: sources in, one snapshot out."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.runtime import task_run
from prefect.utilities.annotations import quote
from pydantic import Field

from pipeline import __version__
from pipeline.comparison import compare
from pipeline.errors import FailureShareError, StoreError, TableError
from pipeline.fingerprint import fingerprint
from pipeline.flows.books import Books
from pipeline.flows.progress import progress
from pipeline.flows.run_log import RunLog, run_log
from pipeline.increment import Increment, Memo
from pipeline.reading import Batch, Outcome, Reader, Step, local_workers, steps
from pipeline.reading.cluster import cluster as dask_cluster
from pipeline.records import Failure, FailureRow, RunRow
from pipeline.settings import settings
from pipeline.sources import payloads, with_kept
from pipeline.store import ShardInfo, Snapshot, Store, Writer
from pipeline.summary import CHANGES_SHOWN, markdown, summarise

T = TypeVar("T")

#: Batches under way for each worker: one that it reads, and so many that wait that the others have something
#: to read while one takes several times as long; results are taken in order.
_BATCHES_PER_WORKER: Final = 3
#: The memo of parsing, in the output folder.
_MEMO: Final = ".parsed.sqlite"


def _as_it_is(value: T) -> T:
    """An argument of a task that Prefect need not search for futures, item by item."""
    return cast(T, quote(value))


def _may_pass(_task: object, _run: object, state: Any) -> bool:  # noqa: ANN401 - Prefect's signature
    """Whether trying again may help: a file system may come back; what a document says will not change."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, (OSError, StoreError)) and not isinstance(error, TableError)


# Prefect caches and keeps nothing: the store knows what has been read, and shards are files.
@task(
    name="read-batch",
    task_run_name="read a batch",
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_batch(batch: Batch, reader: Reader, log: RunLog) -> Outcome:
    """Documents of one batch to a shard."""
    attempt = task_run.run_count or 1
    start = time.monotonic()
    outcome = reader.read(batch if attempt == 1 else replace(batch, name=f"{batch.name}-try{attempt}"))
    log.say(
        "batch read",
        batch=batch.name,
        attempt=attempt,
        read=sum(len(part.read) for part in outcome.parts),
        unchanged=sum(len(part.kept) for part in outcome.parts),
        failed=sum(len(part.failures) for part in outcome.parts),
        seconds=round(time.monotonic() - start, 3),
    )
    return outcome


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(
    writer: Writer,
    *,
    run: RunRow,
    failures: Sequence[Failure],
    replaced: Collection[str],
    removed: Collection[str],
    shards: Sequence[ShardInfo],
) -> Snapshot:
    """All shards to one snapshot, in one atomic step."""
    rows = [FailureRow(run_id=run.run_id, **asdict(failure)) for failure in failures]
    return writer.publish(run=run, failures=rows, replaced=replaced, removed=removed, shards=shards)


@flow(name="build-tables", persist_result=False)
def build_tables(
    paths: Annotated[list[str], Field(min_length=1)],
    output: Annotated[str, Field(min_length=1)] = "outputs",
    *,
    full: bool = False,
    workers: Annotated[int, Field(ge=1, le=1024)] = 1,
    cluster: str = "",
    withdraw_missing: bool = False,
    max_failure_share: Annotated[float, Field(ge=0, le=1)] = 0.2,
    wait_seconds: Annotated[float, Field(ge=0)] = 0.0,
) -> Snapshot:
    """Read what is new or changed, and publish the tables of all.

    Args:
        paths: files, folders, patterns, addresses or queries.
        output: folder of the snapshots.
        full: read every document again, also those that have not changed; what came from the web and is
            listed no longer, from what was kept of it.
        workers: processes of this machine that read.
        cluster: address of a Dask scheduler whose workers read instead, or local:N; empty for none.
        withdraw_missing: take documents out whose source is gone, or no longer holds them.
        max_failure_share: the run fails, after publishing what was read, if a larger share can't be read.
        wait_seconds: seconds to wait for another run that writes there.

    Returns:
        The snapshot that was published.

    Raises:
        FailureShareError: too much could not be read; what could is published.
        CartographerError: a path names nothing, the model is missing, the output is locked or full, or the
            counts do not add up. Nothing has been published then.
    """
    started_at = datetime.now(timezone.utc)
    run_id = started_at.strftime("%Y%m%dT%H%M%S.%fZ")
    model = fingerprint(settings().models)
    sources = payloads(paths)
    folder = Path(output)
    with (
        Store(folder).writer(run_id, wait_seconds) as writer,
        run_log(folder, run_id) as log,
        Memo.at(folder / _MEMO, model) as memo,
        dask_cluster(cluster) if cluster else local_workers(workers) as reader,
        progress(paths) as tell,
    ):
        log.say(
            "run started", version=__version__, fingerprint=model, sources=paths, workers=workers, full=full
        )
        try:
            previous = writer.previous
            plan = Increment(previous, full=full)
            books = Books(plan, memo, writer.staging, keeps_sources=withdraw_missing)
            if full:
                sources = with_kept(sources, plan.source_uris)
            first = Batch("b", writer.staging.resolve(), run_id, model)
            todo = steps(sources, plan, memo, reader.opened, first, n_workers=reader.n_workers())
            for step, outcome in _outcomes(todo, reader, log):
                for failure in books.enter(step, outcome):
                    log.say("document failed", logging.WARNING, **asdict(failure))
                tell(plan.n_seen, books.n_bytes)
            removed = books.missing() if withdraw_missing else set[str]()
            run = books.run(run_id, started_at, model, removed)
            snapshot = publish(
                writer,
                run=run,
                failures=_as_it_is(plan.failures),
                replaced=_as_it_is(books.replaced),
                removed=_as_it_is(removed),
                shards=_as_it_is(books.shards),
            )
        except BaseException as error:
            log.say("run failed", logging.ERROR, error=type(error).__name__, message=str(error))
            raise
        counts = {name: n for name, n in asdict(run).items() if name.startswith("n_")}
        log.say("snapshot published", snapshot=snapshot.id, seconds=run.seconds, **counts)
    report(snapshot, previous)
    _check_failures(run, max_failure_share)
    return snapshot


def _outcomes(todo: Iterable[Step], reader: Reader, log: RunLog) -> Iterator[tuple[Step, Outcome]]:
    """Steps with the outcomes of their batches, in order; never more under way than the workers need."""
    running: deque[tuple[Step, PrefectFuture[Outcome] | None]] = deque()
    for step in todo:
        is_read = bool(step.batch.parts)
        running.append((step, read_batch.submit(_as_it_is(step.batch), reader, log) if is_read else None))
        while running and (running[0][1] is None or len(running) > _BATCHES_PER_WORKER * reader.n_workers()):
            yield _done(*running.popleft())
    while running:
        yield _done(*running.popleft())


def _done(step: Step, future: PrefectFuture[Outcome] | None) -> tuple[Step, Outcome]:
    return step, future.result() if future else Outcome()


def report(snapshot: Snapshot, previous: Snapshot | None) -> None:
    """What a run has done, on Prefect's page."""
    create_markdown_artifact(
        markdown(summarise(snapshot), compare(previous, snapshot, CHANGES_SHOWN) if previous else None),
        key="cartographer-run",
        description="Counts, failures and changes of a run of Cartographer",
    )


def _check_failures(run: RunRow, max_failure_share: float) -> None:
    """Fail a run that has read too little of what it met.

    Raises:
        FailureShareError: more than the share that is allowed has failed, or all.
    """
    if run.n_failed and (run.n_failed > max_failure_share * run.n_seen or run.n_failed == run.n_seen):
        raise FailureShareError(
            f"{run.n_failed} of {run.n_seen} documents could not be read, more than the share of "
            f"{max_failure_share:.0%} that is allowed. The rest has been published; the table failures says "
            "why, one by one."
            if run.n_failed < run.n_seen
            else f"None of {run.n_seen} documents could be read; the table failures says why."
        )
