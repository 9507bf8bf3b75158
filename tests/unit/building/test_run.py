"""A run without Prefect: what it looks through, where it stops, who goes on with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.building import Job, Run, RunLog, begun, offered
from pipeline.building import run as building
from pipeline.errors import StoreError
from pipeline.reading import Batch, Outcome, Reader, batches
from pipeline.store import Snapshot, Store
from tests.unit.building.stand_ins import Stages


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    made = Stages()

    @contextmanager
    def local_workers(n_workers: int) -> Iterator[Reader]:
        yield made

    monkeypatch.setattr(building, "local_workers", local_workers)
    monkeypatch.setattr(building, "fingerprint", lambda models: "f" * 32)
    # Each file is a batch of its own.
    monkeypatch.setattr(batches, "BATCH_BYTES", 1)
    monkeypatch.setattr(batches, "LARGE_BYTES", 1000)
    return made


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Three documents."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Text of {name}.")
    return Job([str(folder)], str(tmp_path / "out"))


def at_once(batch: Batch, reader: Reader, _log: RunLog) -> Callable[[], Outcome]:
    outcome = reader.read(batch)
    return lambda: outcome


def whole(job: Job) -> Snapshot:
    with Run(job) as run:
        run.read(at_once)
        return run.publish()[0]


def test_a_run_without_news_is_published_without_anybody_who_reads(stages: Stages, job: Job) -> None:
    """What the store holds is counted, and stands in the next snapshot."""
    before = whole(job)
    stages.read_ids.clear()
    with Run(job) as run:
        assert not run.has_news()
        snapshot, row = run.publish()
    assert (row.n_seen, row.n_unchanged, row.n_new) == (3, 3, 0)
    assert stages.read_ids == []
    assert snapshot.id != before.id
    assert snapshot.index() == before.index()


def test_the_first_news_is_told_and_then_read_with_all_that_follows(stages: Stages, job: Job) -> None:
    """What stood before it is not looked at twice; what stands after it is not forgotten."""
    whole(job)
    folder = Path(job.paths[0])
    (folder / "b.txt").write_text("Another text.")
    (folder / "d.txt").write_text("Text of d.")
    stages.read_ids.clear()
    with Run(job) as run:
        assert run.has_news()
        assert run.has_news(), "to ask again loses nothing"
        run.read(at_once)
        _, row = run.publish()
    assert stages.read_ids == ["b.txt", "d.txt"]
    assert (row.n_seen, row.n_unchanged, row.n_changed, row.n_new) == (4, 2, 1, 1)


def test_an_offered_run_is_gone_on_with_once(stages: Stages, job: Job) -> None:
    """By the next one for the same job; another job begins a run of its own."""
    with Run(job) as run, offered(run):
        with begun(Job(job.paths, job.output + "-2")) as other:
            assert other is not run
        with begun(job) as same:
            assert same is run
        # It has been taken: the next one would begin anew, and meet the lock.
        with pytest.raises(StoreError), begun(job):
            pass
        run.read(at_once)
        run.publish()
    assert stages.read_ids == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.usefixtures("stages")
def test_a_run_that_is_left_publishes_nothing_and_says_why(job: Job) -> None:
    """The lock is free for the next one."""

    def break_down(batch: Batch, reader: Reader, log: RunLog) -> Callable[[], Outcome]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Run(job) as run:
        run.read(break_down)
    assert Store(Path(job.output)).latest() is None
    (log,) = (Path(job.output) / "logs").iterdir()
    last = json.loads(log.read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["error"]) == ("run failed", "ZeroDivisionError")
    assert len(whole(job).index()) == 3
