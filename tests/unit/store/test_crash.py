"""Whatever breaks at whatever moment, what was published stays whole and the next run completes."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import StoreError
from pipeline.store import Retention, Store, write_shard
from pipeline.tables import TABLES
from tests.unit.store.made import extraction, publish, sound

ROOT = Path(__file__).resolve().parents[3]


class Killed(BaseException):
    """The process is gone: nothing after this has an effect."""


class Faults:
    """Breaks the n-th change to the file system; in the manner of a dead process, also all after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, *, dies: bool) -> None:
        self.steps, self.at, self.dies = 0, at, dies
        for owner, name in (
            (Path, "mkdir"),
            (Path, "open"),
            (Path, "rename"),
            (Path, "unlink"),
            (Path, "replace"),
            (Path, "symlink_to"),
            (os, "link"),
            (os, "fsync"),
            # Removing needs no space, but a dead process does not tidy up.
            *([(shutil, "rmtree")] if dies else []),
        ):
            monkeypatch.setattr(owner, name, self.breaking(name, getattr(owner, name)))

    @property
    def fired(self) -> bool:
        return self.steps > self.at

    def breaking(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def broken(*arguments: Any, **options: Any) -> Any:
            self.steps += 1
            if self.dies and self.fired:
                raise Killed
            if not self.dies and self.steps == self.at + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            # Waiting for the disk tells nothing here and takes most of the time.
            return None if name == "fsync" else step(*arguments, **options)

        return broken


def a_run(store: Store) -> None:
    """Adds d, changes a and removes c."""
    batch = [extraction("a", key="k2", run_id="r2"), extraction("d", run_id="r2")]
    publish(store, "r2", [batch], removed=["c"])


def compacting(store: Store) -> None:
    """Joins two shards."""
    store.compact()


def pruning(store: Store) -> None:
    """Removes two snapshots of three."""
    store.prune(Retention(last=1, daily=0, weekly=0, grace=timedelta(0)))


def broken(
    change: Callable[[Store], None], store: Store, monkeypatch: pytest.MonkeyPatch, at: int, *, dies: bool
) -> Faults:
    """A change to the store, broken at one step."""
    with monkeypatch.context() as patches:
        faults = Faults(patches, at, dies=dies)
        try:
            change(store)
        except (Killed, StoreError):
            assert faults.fired
    return faults


#: What the store holds before and after a change.
BEFORE = {"a": "k", "b": "k", "c": "k"}
AFTER = {a_run: {"a": "k2", "b": "k", "d": "k"}, compacting: BEFORE, pruning: BEFORE}


@pytest.mark.parametrize("dies", [False, True], ids=["disk full", "killed"])
@pytest.mark.parametrize("change", AFTER, ids=lambda change: change.__name__)
def test_a_fault_at_any_step_leaves_a_whole_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], None], dies: bool
) -> None:
    """Before the change or after it, never between; the next run heals and goes on."""
    first = Store(tmp_path / "first")
    publish(first, "r0", [])
    publish(first, "r1", [[extraction("a"), extraction("b")], [extraction("c")]])
    publish(first, "r1b", [])

    def copy(name: str) -> Store:
        shutil.copytree(first.output, tmp_path / name, symlinks=True, copy_function=os.link)
        return Store(tmp_path / name)

    n_steps = broken(change, copy("whole"), monkeypatch, sys.maxsize, dies=dies).steps
    # Writing one table is like writing the next: every eighth step stands for its kind. The last ones,
    # where the folder and then the link change their names, are all tried.
    tried = sorted({*range(0, n_steps, 8), *range(max(0, n_steps - 10), n_steps)})
    seen = []
    for at in tried:
        store = copy(str(at))
        assert broken(change, store, monkeypatch, at, dies=dies).fired
        seen.append(store.index())
        for snapshot in store.snapshots():
            assert sum(1 for _ in snapshot.path.rglob("*.parquet")) >= len(TABLES)
        with store.writer("r3") as writer:
            assert [path.name for path in writer.staging.parent.iterdir()] == ["shards"]
            assert (store.output / "latest").resolve() == store.latest().path
    assert [index for index in seen if index not in (BEFORE, AFTER[change])] == []
    assert (seen[0], seen[-1]) == (BEFORE, AFTER[change])
    for snapshot in store.snapshots():
        sound(snapshot)
    healed = Store(tmp_path / "0")
    change(healed)
    assert sound(healed.latest()).index() == AFTER[change]


def test_a_write_cut_short_is_told_and_left_behind(tmp_path: Path) -> None:
    """The limit on file sizes makes a real write stop in the middle."""
    store = Store(tmp_path)
    publish(store, "r1", [[extraction("a")]])
    noise = "".join(chr(random.Random(7).randrange(32, 0xD000)) for _ in range(10)) + "lupus"
    text = noise + "".join(map(str, random.Random(7).choices(range(10**6), k=20_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with store.writer("r2") as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        try:
            with pytest.raises(StoreError, match=r"can't write shard 0: .*File too large"):
                write_shard(writer.staging, "0", [extraction("b", text=text, run_id="r2")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert set(sound(store.latest()).index()) == {"a"}
    publish(store, "r3", [[extraction("b", text=text, run_id="r3")]])
    assert set(sound(store.latest()).index()) == {"a", "b"}


@pytest.mark.parametrize("change", [a_run, compacting], ids=lambda change: change.__name__)
def test_a_publication_cut_short_is_told_and_left_behind(
    tmp_path: Path, change: Callable[[Store], None]
) -> None:
    """Wherever a real write stops in the middle: the snapshot before stays the newest, the next is whole."""
    store = Store(tmp_path)
    publish(store, "r1", [[extraction("a"), extraction("b")], [extraction("c")]])
    before = store.latest().id
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (0, 100, 1_000, 2_000, 3_000, 5_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(StoreError, match=r"can't .*File too large"):
                change(store)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert sound(store.latest()).id == before
        assert not (tmp_path / ".staging").exists()
    change(store)
    assert sound(store.latest()).index() == AFTER[change]


#: Forks a process for each line that it reads, which changes the store without pause, and kills it so many
#: seconds after its first run. Prints the runs that were reported.
ZYGOTE = """
import os, signal, sys, time
from datetime import timedelta
from itertools import count
from pathlib import Path
from pipeline.store import Retention, Store
from tests.unit.store.made import extraction, publish

store = Store(Path(sys.argv[1]))

def live(life, report):
    for n in count():
        run_id = f"{life}-{n}"
        kept = extraction("a", key=run_id, run_id=run_id)
        publish(store, run_id, [[kept], [extraction(run_id, run_id=run_id)]])
        os.write(report, f"{run_id}\\n".encode())
        if n % 2:
            store.compact()
        store.prune(Retention(last=2, daily=0, weekly=0, grace=timedelta(0)))

for life, line in enumerate(sys.stdin):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        live(life, writing)
    os.close(writing)
    with os.fdopen(reading) as reported:
        first = reported.readline()
        time.sleep(float(line))
        os.kill(child, signal.SIGKILL)
        runs = (first + reported.read()).split()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    print(*runs, flush=True)
"""


def test_kill_9_at_any_moment(tmp_path: Path) -> None:
    """Runs, compactions and prunings are killed, dozens of times: no run that was reported is lost."""
    store = Store(tmp_path)
    moments = random.Random(1)
    with subprocess.Popen(
        [sys.executable, "-c", ZYGOTE, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as zygote:
        assert zygote.stdin is not None
        assert zygote.stdout is not None
        for life in range(24):
            print(moments.uniform(0, 0.15), file=zygote.stdin, flush=True)
            reported = zygote.stdout.readline().split()
            assert reported
            for snapshot in store.snapshots()[-2:]:
                counts = sound(snapshot).counts()
                # A document of its own each run, and one that all of them change.
                assert counts["documents"] == counts["runs"] + 1
            assert set(reported) <= set(store.latest().read("runs")["run_id"])
            publish(store, f"after-{life}", [[extraction(f"after-{life}", run_id=f"after-{life}")]])
            assert (tmp_path / "latest").resolve() == store.latest().path
            assert not (tmp_path / ".staging").exists()
            pruning(store)
            assert len(store.snapshots()) == 1
        zygote.stdin.close()
    assert zygote.returncode == 0
    assert len(store.latest().files("documents")) < 20


#: Publishes runs one after the other, and waits for whoever else does.
RIVAL = """
import sys
from pathlib import Path
from pipeline.store import Store
from tests.unit.store.made import extraction, publish

print("ready", flush=True)
sys.stdin.readline()
for n in range(6):
    run_id = f"{sys.argv[2]}-{n}"
    publish(Store(Path(sys.argv[1])), run_id, [[extraction(run_id, run_id=run_id)]], wait_s=600)
"""


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Each waits for the other; every run of both is there, and a reader meets none that is half there."""
    store = Store(tmp_path)
    rivals = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in "xy"
    ]
    for rival in rivals:
        assert rival.stdout is not None
        rival.stdout.readline()
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.close()
    n_seen = 0
    while any(rival.poll() is None for rival in rivals):
        if latest := store.latest():
            counts = {table: latest.arrow(table).num_rows for table in TABLES}
            assert counts == latest.counts()
            assert counts["documents"] == counts["runs"] >= n_seen
            n_seen = counts["runs"]
    assert [rival.wait() for rival in rivals] == [0, 0]
    for rival in rivals:
        assert rival.stdout is not None
        rival.stdout.close()
    runs = set(sound(store.latest()).read("runs")["run_id"])
    assert runs == {f"{name}-{n}" for name in "xy" for n in range(6)} == set(store.index())
