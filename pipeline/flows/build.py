"""The flow that builds the tables: sources in, one snapshot out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import task_run
from prefect.utilities.annotations import quote
from pydantic import Field

from pipeline.building import Job, RunLog, begun, check_failures
from pipeline.comparison import compare
from pipeline.errors import StoreError, TableError
from pipeline.flows import prefect_log
from pipeline.reading import Batch, Outcome, Reader
from pipeline.records import FailureRow, RunRow
from pipeline.store import ShardInfo, Snapshot, Writer
from pipeline.summary import CHANGES_SHOWN, markdown, summarise

T = TypeVar("T")


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
    failures: Sequence[FailureRow],
    replaced: Collection[str],
    removed: Collection[str],
    shards: Sequence[ShardInfo],
) -> Snapshot:
    """All shards to one snapshot, in one atomic step."""
    return writer.publish(run=run, failures=failures, replaced=replaced, removed=removed, shards=shards)


@flow(name="build-tables", persist_result=False)
def build_tables(
    paths: Annotated[list[str], Field(min_length=1)],
    output: Annotated[str, Field(min_length=1)] = "outputs",
    *,
    full: bool = False,
    workers: Annotated[int, Field(ge=1, le=1024)] = 1,
    cluster: str = "",
    shards: str = "",
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
        shards: path or URL of storage where the cluster's workers leave what they have read, such as
            s3://bucket/folder; empty where they see the output folder.
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
    job = Job(
        paths, output, full, workers, cluster, shards, withdraw_missing, max_failure_share, wait_seconds
    )
    with begun(job, prefect_log.handlers()) as run:
        run.read(_reading)
        snapshot, row = run.publish(_publishing)
    report(snapshot, run.previous)
    check_failures(row, max_failure_share)
    return snapshot


def _reading(batch: Batch, reader: Reader, log: RunLog) -> Callable[[], Outcome]:
    return read_batch.submit(_as_it_is(batch), reader, log).result


def _publishing(writer: Writer, **told: Any) -> Snapshot:  # noqa: ANN401 - arguments of `publish`
    snapshot: Snapshot = publish(writer, **{name: _as_it_is(value) for name, value in told.items()})
    return snapshot


def report(snapshot: Snapshot, previous: Snapshot | None) -> None:
    """What a run has done, on Prefect's page."""
    create_markdown_artifact(
        markdown(summarise(snapshot), compare(previous, snapshot, CHANGES_SHOWN) if previous else None),
        key="cartographer-run",
        description="Counts, failures and changes of a run of Cartographer",
    )
