"""The same flow on a Dask cluster: a real scheduler and real workers on loopback, one of them killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import OrchestratorError, UsageError
from pipeline.flows import build_tables
from pipeline.reading import batches, cluster
from tests.conftest import ROOT
from tests.end_to_end.conftest import Read
from tests.end_to_end.published import Published

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

    def kill_one_when_it_reads() -> None:
        while not any("batch read" in path.read_text("utf-8") for path in output.glob("logs/*.jsonl")):
            time.sleep(0.05)
        dask.workers[0].send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_one_when_it_reads, daemon=True)
    killer.start()
    build_tables([str(path) for path in seeds], str(output), cluster=dask.address)
    killer.join(30)
    assert dask.workers[0].wait(30) == -signal.SIGKILL
    together = Published(output)
    assert together.comparable() == alone.comparable()
    assert together.run["n_failed"] == 0


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
