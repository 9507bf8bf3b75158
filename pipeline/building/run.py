"""One run: what is new or changed is read, and one snapshot with all is published.

Who reads a batch, and who watches it, is the caller's affair: the flow `build-tables` has Prefect do it. A
run that meets nothing new needs neither, and is over before Prefect could have been loaded.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final

from pipeline import __version__
from pipeline.building.books import Books
from pipeline.building.progress import progress
from pipeline.building.run_log import RunLog, run_log
from pipeline.errors import FailureShareError, UsageError
from pipeline.fingerprint import fingerprint
from pipeline.increment import Increment, Memo
from pipeline.reading import Batch, Outcome, Reader, Step, local_workers, steps
from pipeline.reading.cluster import cluster as dask_cluster
from pipeline.reading.exchange import Exchange
from pipeline.records import FailureRow, RunRow
from pipeline.settings import settings
from pipeline.sources import payloads, with_kept
from pipeline.store import Snapshot, Store, Writer

#: Batches under way for each worker: one that it reads, and so many that wait that the others have something
#: to read while one takes several times as long; results are taken in order.
_BATCHES_PER_WORKER: Final = 3
#: The memo of parsing, in the output folder.
_MEMO: Final = ".parsed.sqlite"


@dataclass(frozen=True)
class Job:
    """What was asked for.

    Attributes:
        paths: files, folders, patterns, addresses or queries.
        output: folder of the snapshots.
        full: read every document again, also those that have not changed; what came from the web and is
            listed no longer, from what was kept of it.
        workers: processes of this machine that read.
        cluster: address of a Dask scheduler whose workers read instead, or local:N; empty for none.
        shards: path or URL of storage where the cluster's workers leave what they have read; empty where they
            see the output folder.
        withdraw_missing: take documents out whose source is gone, or no longer holds them.
        max_failure_share: the run fails, after publishing what was read, if a larger share can't be read.
        wait_seconds: seconds to wait for another run that writes there.
    """

    paths: list[str]
    output: str = "outputs"
    full: bool = False
    workers: int = 1
    cluster: str = ""
    shards: str = ""
    withdraw_missing: bool = False
    max_failure_share: float = 1.0
    wait_seconds: float = 0.0


#: Begins to have a batch read; what it gives waits for the outcome.
Reading = Callable[[Batch, Reader, RunLog], Callable[[], Outcome]]


#: Called with a writer and the arguments of its method `publish`.
Publishing = Callable[..., Snapshot]


class Run:
    """A run from entering to leaving the `with` block; it holds the store's lock all the time.

    Args:
        job: what was asked for.
        handlers: hear of what happens, beside the log in the output folder.

    Attributes:
        previous: the snapshot before, or None.
        reader: whoever reads batches.
        log: of the run.

    Raises:
        CartographerError: a path names nothing, the model is missing, the output is locked or full, or the
            counts do not add up. Nothing has been published then.

    Example:
        >>> with Run(Job(["news"])) as run:  # doctest: +SKIP
        ...     if run.has_news():
        ...         run.read(lambda batch, reader, log: lambda: reader.read(batch))
        ...     snapshot, row = run.publish()
    """

    previous: Snapshot | None
    reader: Reader
    log: RunLog

    def __init__(self, job: Job, handlers: Sequence[logging.Handler] = ()) -> None:
        self.job = job
        self._handlers = handlers
        self._started_at = datetime.now(timezone.utc)
        self._id = self._started_at.strftime("%Y%m%dT%H%M%S.%fZ")
        self._closing = ExitStack()

    def __enter__(self) -> Run:
        """Take the store's lock, and look up what it holds."""
        job = self.job
        self._model = fingerprint(settings().models)
        sources = payloads(job.paths)
        folder = Path(job.output)
        with ExitStack() as opening:
            self._writer = opening.enter_context(Store(folder).writer(self._id, job.wait_seconds))
            self.log = opening.enter_context(run_log(folder, self._id, self._handlers))
            opening.push(self._say_why_it_failed)
            memo = opening.enter_context(Memo.at(folder / _MEMO, self._model))
            self.reader = opening.enter_context(_reader(job))
            self._tell = opening.enter_context(progress(job.paths))
            self.log.say(
                "run started",
                version=__version__,
                fingerprint=self._model,
                sources=job.paths,
                workers=job.workers,
                full=job.full,
            )
            self.previous = self._writer.previous
            self._plan = Increment(self.previous, full=job.full)
            self._books = Books(self._plan, memo, self._writer.staging, keeps_sources=job.withdraw_missing)
            if job.full:
                sources = with_kept(sources, self._plan.source_uris)
            first = Batch("b", self._writer.staging.resolve(), self._id, self._model)
            self._todo = steps(
                sources, self._plan, memo, self.reader.opened, first, n_workers=self.reader.n_workers()
            )
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the workers and give the store's lock back."""
        self._closing.__exit__(kind, error, traceback)

    def has_news(self) -> bool:
        """Go through what the store holds as it is, up to the first payload that must be read, if any."""
        for step in self._todo:
            if step.batch.parts:
                self._todo = chain([step], self._todo)
                return True
            self._enter(step, Outcome())
        return False

    def read(self, reading: Reading) -> None:
        """Read what must be read; never more at a time than the workers need."""
        running: deque[tuple[Step, Callable[[], Outcome]]] = deque()
        n_running = _BATCHES_PER_WORKER * self.reader.n_workers()
        for step in self._todo:
            is_read = bool(step.batch.parts)
            running.append((step, reading(step.batch, self.reader, self.log) if is_read else Outcome))
            while running and (not running[0][0].batch.parts or len(running) > n_running):
                self._finish(*running.popleft())
        while running:
            self._finish(*running.popleft())

    def publish(self, publishing: Publishing = Writer.publish) -> tuple[Snapshot, RunRow]:
        """Publish what was met as one snapshot, in one atomic step.

        Returns:
            The snapshot, and its row in the table `runs`.
        """
        plan, books = self._plan, self._books
        removed = books.missing() if self.job.withdraw_missing else set[str]()
        row = books.run(self._id, self._started_at, self._model, removed)
        snapshot = publishing(
            self._writer,
            run=row,
            failures=[FailureRow(run_id=self._id, **asdict(failure)) for failure in plan.failures],
            replaced=books.replaced,
            removed=removed,
            shards=books.shards,
        )
        counts = {name: n for name, n in asdict(row).items() if name.startswith("n_")}
        self.log.say("snapshot published", snapshot=snapshot.id, seconds=row.seconds, **counts)
        return snapshot, row

    def _finish(self, step: Step, outcome: Callable[[], Outcome]) -> None:
        self._enter(step, outcome())

    def _enter(self, step: Step, outcome: Outcome) -> None:
        for failure in self._books.enter(step, outcome):
            self.log.say("document failed", logging.WARNING, **asdict(failure))
        self._tell(self._plan.n_seen, self._books.n_bytes)

    def _say_why_it_failed(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self.log.say("run failed", logging.ERROR, error=type(error).__name__, message=str(error))


def _reader(job: Job) -> AbstractContextManager[Reader]:
    if not job.cluster:
        if job.shards:
            raise UsageError(
                f"--shards {job.shards} is for the workers of a cluster: name it with --cluster."
            )
        return local_workers(job.workers)
    return dask_cluster(job.cluster, Exchange(job.shards, Path(job.output)) if job.shards else None)


_offered: ContextVar[Run | None] = ContextVar("offered", default=None)


@contextmanager
def offered(run: Run) -> Iterator[None]:
    """Let the next flow that is called in the block, for the same job, go on with a run that has begun."""
    token = _offered.set(run)
    try:
        yield
    finally:
        _offered.reset(token)


@contextmanager
def begun(job: Job, handlers: Sequence[logging.Handler] = ()) -> Iterator[Run]:
    """The run that is offered for a job, or one that begins now."""
    run = _offered.get()
    if run is not None and run.job == job:
        _offered.set(None)
        yield run
    else:
        with Run(job, handlers) as fresh:
            yield fresh


def check_failures(row: RunRow, max_failure_share: float) -> None:
    """Fail a run that has read too little of what it met.

    Raises:
        FailureShareError: more than the share that is allowed has failed, or all.
    """
    if row.n_failed and (row.n_failed > max_failure_share * row.n_seen or row.n_failed == row.n_seen):
        raise FailureShareError(
            f"{row.n_failed} of {row.n_seen} documents could not be read, more than the share of "
            f"{max_failure_share:.0%} that is allowed. The rest has been published; the table failures says "
            "why, one by one."
            if row.n_failed < row.n_seen
            else f"None of {row.n_seen} documents could be read; the table failures says why."
        )
