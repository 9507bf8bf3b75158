"""Old snapshots go by a rule; the newest never, and nothing that is still needed."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.errors import StoreError
from pipeline.store import Retention, Store
from tests.unit.store.made import extraction, publish, sound
from tests.unit.store.test_crash import ROOT

NOW = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
#: Removes all that may go.
ALL = Retention(last=1, daily=0, weekly=0, grace=timedelta(0))


class Made(NamedTuple):
    """A moment at which a snapshot was made."""

    created_at: datetime


def kept(rule: Retention, *days_ago: float) -> dict[float, str]:
    """Days ago → why it is kept."""
    ordered = sorted(days_ago, reverse=True)
    found = rule.kept([Made(NOW - timedelta(days=days)) for days in ordered], NOW)
    return {ordered[position]: reason for position, reason in found.items()}


def test_the_newest_are_kept() -> None:
    """As many as asked for; the latest also where none is."""
    rule = Retention(last=2, daily=0, weekly=0)
    assert kept(rule, 9, 3, 2, 1) == {1: "latest", 2: "last"}
    assert kept(Retention(last=0, daily=0, weekly=0), 9, 3) == {3: "latest"}
    assert kept(rule) == {}


def test_one_a_day_is_kept() -> None:
    """The newest of each day; days without a snapshot are not counted."""
    rule = Retention(last=0, daily=3, weekly=0)
    assert kept(rule, 30.2, 30.1, 2.2, 2.1, 0.2, 0.1) == {0.1: "latest", 2.1: "daily", 30.1: "daily"}


def test_one_a_week_is_kept() -> None:
    """The newest of each week from Monday to Sunday (NOW is a Tuesday)."""
    rule = Retention(last=0, daily=0, weekly=2)
    assert kept(rule, 9, 8, 3, 2, 1.5, 1, 0.05) == {0.05: "latest", 2: "weekly"}


def test_rules_add_up() -> None:
    """Each keeps its own; the first one that does is named."""
    rule = Retention(last=1, daily=2, weekly=3)
    told = {0.05: "latest", 1: "daily", 8: "weekly", 9: "weekly"}
    assert kept(rule, 16, 15, 10, 9, 8, 1.1, 1, 0.2, 0.05) == told


def test_who_was_the_latest_just_now_is_kept() -> None:
    """For a reader who resolved `latest` before the last run."""
    rule = Retention(last=1, daily=0, weekly=0, grace=timedelta(hours=1))
    minute = 1 / 24 / 60
    assert kept(rule, 3, 2, 30 * minute, 0) == {0: "latest", 30 * minute: "young", 2: "young"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "outputs")
    publish(made, "r1", [[extraction("a"), extraction("b")]])
    publish(made, "r2", [[extraction("a", key="k2", run_id="r2")]])
    publish(made, "r3", [[extraction("c", run_id="r3")]])
    return made


def test_files_go_with_the_last_snapshot_that_shares_them(store: Store) -> None:
    """The rest of the snapshots is whole, `latest` as it was, and the bytes that were freed are told."""
    ids = [snapshot.id for snapshot in store.snapshots()]
    own = sum(
        path.stat().st_size
        for path in store.open(ids[0]).path.rglob("*")
        if path.is_file() and path.stat().st_nlink == 1
    )
    pruned = store.prune(Retention(last=2, daily=0, weekly=0, grace=timedelta(0)))
    assert (pruned.removed, pruned.in_use, pruned.n_bytes) == ((ids[0],), (), own)
    assert pruned.kept == {ids[1]: "last", ids[2]: "latest"}
    assert [sound(snapshot).id for snapshot in store.snapshots()] == ids[1:]
    assert (store.output / "latest").resolve() == store.latest().path
    assert not (store.output / ".staging").exists()


def test_the_latest_stays_and_runs_go_on(store: Store) -> None:
    """Pruning all that may go, once and again."""
    last = store.latest().id
    assert len(store.prune(ALL).removed) == 2
    assert store.prune(ALL).removed == ()
    assert [snapshot.id for snapshot in store.snapshots()] == [last]
    assert sound(publish(store, "r4", [[extraction("d", run_id="r4")]])).counts()["runs"] == 4


def test_a_young_snapshot_is_left(store: Store) -> None:
    """The default leaves everything of the last hour."""
    rule = Retention(last=1, daily=0, weekly=0)
    assert store.prune(rule).removed == ()
    later = datetime.now(timezone.utc) + timedelta(hours=2)
    assert len(store.prune(rule, now=later).removed) == 2


def test_an_empty_store_is_pruned_of_nothing(tmp_path: Path) -> None:
    """There is no latest."""
    assert Store(tmp_path).prune(ALL).removed == ()


def test_a_snapshot_that_is_held_stays(store: Store) -> None:
    """Until the reader leaves; several readers may hold it, also in other processes."""
    first, second, _ = store.snapshots()
    holding = (
        "import sys; from pathlib import Path; from pipeline.store import Store\n"
        "with Store(Path(sys.argv[1])).open(sys.argv[2]).held():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(store.output), first.id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "held\n"
        with first.held():
            pruned = store.prune(ALL)
        assert (pruned.removed, pruned.in_use) == ((second.id,), (first.id,))
        assert sound(first).counts()["documents"] == 2
        reader.communicate("")
    assert store.prune(ALL).removed == (first.id,)


def test_what_is_gone_can_not_be_held(store: Store) -> None:
    """Whoever comes too late is told so, and not by a missing file later on."""
    first = store.snapshots()[0]
    store.prune(ALL)
    with pytest.raises(StoreError, match=f"{first.id} can't be opened"), first.held():
        pass


def test_pruning_waits_for_the_writer(store: Store) -> None:
    """It changes what is there, so it needs the lock."""
    with store.writer("r4"), pytest.raises(StoreError, match="being written by"):
        store.prune(ALL)
    assert len(store.snapshots()) == 3
