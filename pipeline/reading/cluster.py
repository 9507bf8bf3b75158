"""Reading on a Dask cluster: its workers read and write shards, this process counts and publishes.

Dask carries batches to machines; what a worker of Dask does with one is what `crew` does on this machine, so
a document that breaks the process that reads it costs no more there than here. The cluster's workers need
Cartographer with the same models, and either the output folder under the same path or an `Exchange`; they do
not need Prefect's server. Files that they see under the same path they read themselves; of all else they are
sent the bytes.
"""

# ruff: noqa: PLC0415 - Dask is an extra, and slow to import

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pipeline.errors import OrchestratorError, StoreError, UsageError
from pipeline.reading.batches import Batch, Outcome, Part
from pipeline.reading.crew import Crew, Reader
from pipeline.reading.exchange import Exchange
from pipeline.reading.worker import Lost
from pipeline.records import Document, Failure, Payload
from pipeline.settings import settings

if TYPE_CHECKING:
    from distributed import Client, Future

A = TypeVar("A")
T = TypeVar("T")

_LOCAL: Final = "local:"
#: A scheduler that is there answers at once, and workers come a minute after it at most.
_CONNECT_SECONDS: Final = 30
_WORKERS_SECONDS: Final = 120
# Machines may be replaced while a run is on; a run without any for so long is given up.
_DESERTED_SECONDS: Final = 900
_LOOK_SECONDS: Final = 30


@contextmanager
def cluster(address: str, exchange: Exchange | None = None) -> Iterator[Reader]:
    """The workers of a cluster, as a reader.

    Args:
        address: of a scheduler (`tcp://HOST:PORT`), or `local:N` for N worker processes of this machine.
        exchange: where workers leave shards; None where they see the staging folder.

    Raises:
        UsageError: Dask is not installed, or the address is none.
        OrchestratorError: there is no scheduler, or it has no workers.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            "--cluster needs Dask, which is not installed: pip install 'cartographer[dask]'."
        ) from error
    is_debugged = bool(os.environ.get("CARTOGRAPHER_DEBUG"))
    level = logging.INFO if is_debugged else logging.CRITICAL
    logging.getLogger("distributed").setLevel(level)
    with ExitStack() as closing:
        try:
            where: Any = address
            if address.startswith(_LOCAL):
                where = closing.enter_context(
                    distributed.LocalCluster(
                        n_workers=_number(address),
                        threads_per_worker=1,
                        dashboard_address=None,
                        silence_logs=level,
                        local_directory=str(settings().cache / "dask"),
                    )
                )
            client = closing.enter_context(
                distributed.Client(where, set_as_default=False, timeout=_CONNECT_SECONDS)
            )
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise OrchestratorError(
                f"There is no Dask scheduler with workers at {address} ({error}). Start them with "
                "`dask scheduler` and `dask worker ADDRESS --nthreads 1`, or use local:N."
            ) from error
        if exchange:
            exchange.clear()
        reader = _Cluster(client, exchange)
        try:
            yield reader
        finally:
            reader.close()
            if exchange:
                # What can't be removed now is removed by the next run.
                with suppress(StoreError):
                    exchange.clear()


def _number(address: str) -> int:
    number = address.removeprefix(_LOCAL)
    if not number.isdecimal() or int(number) < 1:
        raise UsageError(f"--cluster {address}: say how many processes, as in local:4.")
    return int(number)


class _Cluster(Reader):
    """Has batches read by workers of a cluster. Dask tries another one where one is lost, three times."""

    def __init__(self, client: Client, exchange: Exchange | None) -> None:
        self._client = client
        self._exchange = exchange
        self._crew = uuid.uuid4().hex
        self._sends_names = True

    def n_workers(self) -> int:
        """Threads of all workers that are there now."""
        n_threads: int = sum(self._client.nthreads().values())
        return max(1, n_threads)

    def close(self) -> None:
        """End the processes that read for this run."""
        try:
            self._client.run(_dismiss, self._crew, on_error="ignore")
        except (OSError, TimeoutError, ValueError, RuntimeError):
            # Workers that are gone have nobody to dismiss.
            return

    def _read(self, batch: Batch) -> Outcome:
        bare, exchange = replace(batch, parts=()), self._exchange
        outcome = self._with(batch.parts, lambda parts: self._call(_read, (bare, parts, exchange)))
        if exchange:
            for shard in outcome.shards:
                exchange.take(shard, batch.staging)
        return outcome

    def _opened(self, payload: Payload) -> list[Document | Failure]:
        return self._with((payload,), lambda parts: self._call(_opened, parts))

    def _with(self, parts: tuple[Part, ...], call: Callable[[tuple[_Sent, ...]], T]) -> T:
        """Send names of files instead of their bytes, until a worker does not see one."""
        if self._sends_names:
            try:
                return call(tuple(map(_named, parts)))
            except _Unseen:
                self._sends_names = False
        return call(parts)

    def _call(self, function: Callable[[str, A], T], argument: A) -> T:
        import distributed

        name = f"cartographer-{uuid.uuid4().hex}"
        try:
            future = self._client.submit(function, self._crew, argument, key=name, pure=False)
            self._wait(future)
            result: T = future.result()
        except distributed.KilledWorker as error:
            raise Lost("each worker of the cluster that read it was lost (out of memory?)") from error
        except (CancelledError, distributed.comm.core.CommClosedError) as error:
            raise OrchestratorError(
                "The Dask scheduler is gone; nothing was published. Start it anew and run again."
            ) from error
        return result

    def _wait(self, future: Future[Any]) -> None:
        """Return when there is a result, as long as there are workers to give one."""
        import distributed

        deserted = 0
        while deserted < _DESERTED_SECONDS:
            try:
                with self._client.as_current():
                    distributed.wait(future, timeout=_LOOK_SECONDS)
            except TimeoutError:
                deserted = 0 if self._client.nthreads() else deserted + _LOOK_SECONDS
            else:
                return
        raise OrchestratorError(
            f"The Dask cluster has had no worker for {_DESERTED_SECONDS // 60} minutes; nothing was "
            "published. Start workers and run again."
        )


class _Named(NamedTuple):
    """A file whose bytes are left out.

    Attributes:
        payload: as it is, but for its bytes.
        sha256: hash of these.
    """

    payload: Payload
    sha256: str

    def read(self) -> Payload:
        """The payload, from the file; `_Unseen` where it is not there, or holds something else."""
        path = _path_of(self.payload)
        try:
            whole = replace(self.payload, body=path.read_bytes() if path else b"")
        except OSError as error:
            raise _Unseen from error
        if whole.sha256 != self.sha256:
            raise _Unseen
        return whole


#: What a worker is sent for a part.
_Sent = Part | _Named


class _Unseen(Exception):  # noqa: N818 - an answer of a worker, no error of a person
    """A worker does not see a file under the path that it has here."""


def _named(part: Part) -> _Sent:
    """A payload that is a file as it is, by its name; others as they are."""
    path = _path_of(part) if isinstance(part, Payload) else None
    if path is None or not isinstance(part, Payload):
        return part
    try:
        is_whole = path.stat().st_size == len(part.body)
    except OSError:
        is_whole = False
    return _Named(replace(part, body=b""), part.sha256) if is_whole else part


def _path_of(payload: Payload) -> Path | None:
    address = urlsplit(payload.source_uri)
    is_file = address.scheme == "file" and not address.fragment and payload.first_line is None
    return Path(unquote(address.path)) if is_file else None


# What follows happens on the machines of the cluster.

_here = threading.local()
_crews: dict[str, list[Crew]] = {}


def _crew_of(run: str) -> Crew:
    """The process that reads for a run in this thread of a worker of Dask."""
    known: dict[str, Crew] = _here.__dict__
    if run not in known:
        known[run] = Crew(1)
        _crews.setdefault(run, []).append(known[run])
    return known[run]


def _dismiss(run: str) -> None:
    for made in _crews.pop(run, []):
        made.close()


def _seen(parts: tuple[_Sent, ...]) -> tuple[Part, ...]:
    return tuple(part.read() if isinstance(part, _Named) else part for part in parts)


def _read(run: str, told: tuple[Batch, tuple[_Sent, ...], Exchange | None]) -> Outcome:
    bare, sent, exchange = told
    batch = replace(bare, parts=_seen(sent))
    if exchange is None:
        if not batch.staging.is_dir():
            raise StoreError(
                f"{socket.gethostname()}, a worker of the cluster, sees no folder {batch.staging}: let the "
                "output folder be on a file system that all machines share, under the same path, or name "
                "storage that all reach with --shards."
            )
        return _crew_of(run).read(batch)
    with TemporaryDirectory() as scratch:
        outcome = _crew_of(run).read(replace(batch, staging=Path(scratch)))
        for shard in outcome.shards:
            exchange.leave(shard, Path(scratch))
    return outcome


def _opened(run: str, sent: tuple[_Sent, ...]) -> list[Document | Failure]:
    (payload,) = _seen(sent)
    assert isinstance(payload, Payload)
    return _crew_of(run).opened(payload)
