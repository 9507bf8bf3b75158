"""The same flow on a Dask cluster: a real scheduler and real workers on loopback, one of them killed."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import OrchestratorError, UsageError
from pipeline.flows import build_tables
from pipeline.reading import batches, cluster
from pipeline.records import Payload
from pipeline.sources import payloads
from pipeline.store.index import INDEX
from tests.conftest import ROOT
from tests.end_to_end.conftest import Read
from tests.end_to_end.published import Published
from tests.object_store import object_store

pytest.importorskip("distributed", reason="needs the extra dask")


class Dask:
    """A scheduler and its workers, each a process of its own; a worker that dies is not started anew."""

    def __init__(self, folder: Path, n_workers: int) -> None:
        self._folder = folder
        self.address = ""
        address = folder / "scheduler.json"
        here = ["--host", "127.0.0.1", "--no-dashboard"]
        self._scheduler = self._start(
            "dask_scheduler", *here, "--port", "0", "--scheduler-file", str(address)
        )
        deadline = time.monotonic() + 60
        while not self.address:
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
            if address.is_file() and (told := address.read_text()):
                self.address = json.loads(told)["address"]
        own = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        self.workers = [self._start("dask_worker", self.address, *here, *own) for _ in range(n_workers)]

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{what}", *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """End all of them."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    made = Dask(tmp_path, 2)
    try:
        yield made
    finally:
        made.stop()


def test_a_worker_that_is_killed_costs_nothing_and_the_rows_are_the_same(
    read: Read, seeds: list[Path], dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its batches are read by the others; what is published is what one process alone publishes."""
    alone = read(tmp_path / "alone", *seeds)
    # A batch for nearly each of the documents.
    monkeypatch.setattr(batches, "BATCH_BYTES", 1_000)
    output = tmp_path / "together"

    def has_read() -> bool:
        return any("batch read" in path.read_text("utf-8") for path in output.glob("logs/*.jsonl"))

    killer = threading.Thread(target=lambda: _when(has_read, dask.workers[0].kill), daemon=True)
    killer.start()
    build_tables([str(path) for path in seeds], str(output), cluster=dask.address)
    killer.join(30)
    assert dask.workers[0].wait(30) == -signal.SIGKILL
    together = Published(output)
    assert together.comparable() == alone.comparable()
    assert together.run["n_failed"] == 0


def test_shards_come_by_an_object_store_where_workers_do_not_see_the_output(
    read: Read, seeds: list[Path], dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker dies in the middle, too; the rows are the same, and nothing is left in the store."""
    alone = read(tmp_path / "alone", *seeds)
    monkeypatch.setattr(batches, "BATCH_BYTES", 1_000)
    with object_store() as store:
        killer = threading.Thread(
            target=lambda: _when(lambda: store.written, dask.workers[0].kill), daemon=True
        )
        killer.start()
        paths = [str(path) for path in seeds]
        build_tables(paths, str(tmp_path / "far"), cluster=dask.address, shards=store.url("runs"))
        killer.join(30)
        assert {key.split("/")[2] for key in store.written} >= {"mentions", "relations", INDEX}
        assert not [key for key in store.objects if not key.endswith("/")]
    assert dask.workers[0].wait(30) == -signal.SIGKILL
    together = Published(tmp_path / "far")
    assert together.comparable() == alone.comparable()
    assert together.run["n_failed"] == 0


def _when(condition: Callable[[], object], act: Callable[[], None]) -> None:
    while not condition():
        time.sleep(0.02)
    act()


def test_workers_read_files_that_they_see_and_are_sent_the_bytes_of_others(
    seeds: list[Path], tmp_path: Path
) -> None:
    """A name and a hash stand for a file; where the file is another one, or none, bytes are asked for."""
    (payload,) = payloads([seeds[0]])
    assert isinstance(payload, Payload)
    named = cluster._named(payload)
    assert isinstance(named, cluster._Named)
    assert len(pickle.dumps(named)) < 1_000 < len(payload.body)
    assert named.read() == payload
    for changed in (replace(payload, source_uri=(tmp_path / "gone").as_uri()), replace(payload, body=b"x")):
        sent = cluster._named(changed)
        assert sent == changed, "what is no file as it is goes as it is"
    with pytest.raises(cluster._Unseen):
        cluster._Named(named.payload, "0" * 64).read()


def test_a_worker_without_the_files_ends_the_sending_of_names(
    read: Read, seeds: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are sent as bytes from then on, and the rows are the same."""
    monkeypatch.setattr(
        cluster, "_named", lambda part: cluster._Named(replace(part, body=b""), "another hash")
    )
    build_tables([str(seeds[0])], str(tmp_path / "sent"), cluster="local:1")
    sent = Published(tmp_path / "sent")
    assert sent.comparable() == read(tmp_path / "alone", seeds[0]).comparable()


@pytest.mark.usefixtures("read")
def test_shards_without_a_cluster_are_a_mistake(seeds: list[Path], tmp_path: Path) -> None:
    """Local workers need no storage between them."""
    with pytest.raises(UsageError, match="--cluster"):
        build_tables([str(seeds[0])], str(tmp_path), shards=str(tmp_path / "between"))


@pytest.mark.usefixtures("read")
def test_no_cluster_is_one_clear_error(
    seeds: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens at the address; or it is none; or Dask is not there. Nothing is published."""
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    for address, error, told in (
        ("tcp://127.0.0.1:9", OrchestratorError, "dask scheduler"),
        ("local:none", UsageError, "local:4"),
    ):
        with pytest.raises(error, match=told):
            build_tables([str(seeds[0])], str(tmp_path), cluster=address)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"cartographer\[dask\]"):
        build_tables([str(seeds[0])], str(tmp_path), cluster="local:2")
    assert not (tmp_path / "latest").exists()
