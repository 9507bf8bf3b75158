"""One writer at a time; the one who must wait is told for whom."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store
from tests.unit.store.made import extraction, publish


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    """Process, host, time and run; readers are not held up; the first writer is not disturbed."""
    store = Store(tmp_path)
    publish(store, "r1", [[extraction("a")]])
    with store.writer("r2") as first:
        holder = rf"process {os.getpid()} on {socket.gethostname()} since \d{{4}}-.* \(run r2\)"
        with pytest.raises(StoreError, match=holder), store.writer("r3"):
            pass
        assert store.index() == {"a": "k"}
        assert first.staging.is_dir()


def test_the_lock_is_free_after_a_failed_run(tmp_path: Path) -> None:
    """An exception inside the block gives the lock back and clears the staging folder."""
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="component"), store.writer("r1"):
        raise ValueError("a component threw")
    assert not (tmp_path / ".staging").exists()
    publish(store, "r2", [])


def test_a_writer_can_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `wait_s` the second writer goes on as soon as the first has left."""
    store = Store(tmp_path)
    first = store.writer("r1")
    first.__enter__()
    monkeypatch.setattr("pipeline.store.lock.time.sleep", lambda seconds: first.__exit__(None, None, None))
    with store.writer("r2", wait_s=60) as second:
        assert second.staging.is_dir()


def test_waiting_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `wait_s` seconds the second writer gives up."""
    clock = iter(range(100))
    monkeypatch.setattr("pipeline.store.lock.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("pipeline.store.lock.time.sleep", lambda seconds: None)
    store = Store(tmp_path)
    with store.writer("r1"), pytest.raises(StoreError, match="is being written by"), store.writer("r2", 5):
        pass
    assert next(clock) < 10


def test_an_unreadable_holder_is_another_process(tmp_path: Path) -> None:
    """The moment between taking the lock and signing it does not break the message."""
    store = Store(tmp_path)
    with store.writer("r1"):
        (tmp_path / ".lock").write_text("")
        with pytest.raises(StoreError, match="written by another process; wait"), store.writer("r2"):
            pass
