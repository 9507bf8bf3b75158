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
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store, write_shard
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


def broken_run(store: Store, monkeypatch: pytest.MonkeyPatch, at: int, *, dies: bool) -> Faults:
    """A run that adds d, changes a and removes c, broken at one step."""
    batch = [extraction("a", key="k2", run_id="r2"), extraction("d", run_id="r2")]
    with monkeypatch.context() as broken:
        faults = Faults(broken, at, dies=dies)
        try:
            publish(store, "r2", [batch], removed=["c"])
        except (Killed, StoreError):
            assert faults.fired
    return faults


@pytest.mark.parametrize("dies", [False, True], ids=["disk full", "killed"])
def test_a_fault_at_any_step_leaves_a_whole_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """Before the run or after it, never between; the next run heals and goes on."""
    first = Store(tmp_path / "first")
    publish(first, "r1", [[extraction("a"), extraction("b")], [extraction("c")]])
    before, after = first.index(), {"a": "k2", "b": "k", "d": "k"}

    def copy(name: str) -> Store:
        shutil.copytree(first.output, tmp_path / name, symlinks=True, copy_function=os.link)
        return Store(tmp_path / name)

    n_steps = broken_run(copy("whole"), monkeypatch, sys.maxsize, dies=dies).steps
    # Writing one table is like writing the next: every eighth step stands for its kind. The last ones,
    # where the folder and then the link change their names, are all tried.
    seen = []
    for at in sorted({*range(0, n_steps, 8), *range(n_steps - 10, n_steps)}):
        store = copy(str(at))
        assert broken_run(store, monkeypatch, at, dies=dies).fired
        seen.append(store.index())
        with store.writer("r3") as writer:
            assert [path.name for path in writer.staging.parent.iterdir()] == ["shards"]
            assert (store.output / "latest").resolve() == store.latest().path
        assert sum(1 for _ in store.latest().path.rglob("*.parquet")) >= len(TABLES)
    assert [index for index in seen if index not in (before, after)] == []
    assert (seen[0], seen[-1]) == (before, after)
    sound(store.latest())


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


CHILD = """
import sys
from itertools import count
from pathlib import Path
from pipeline.store import Store
from tests.unit.store.made import extraction, publish

store = Store(Path(sys.argv[1]))
for n in count():
    run_id = f"{sys.argv[2]}-{n}"
    publish(store, run_id, [[extraction("a", key=run_id, run_id=run_id), extraction(run_id, run_id=run_id)]])
    print(run_id, flush=True)
"""


def test_kill_9_at_any_moment(tmp_path: Path) -> None:
    """A process that publishes without pause is killed; no run that it reported is lost, the next goes on."""
    store = Store(tmp_path)
    moments = random.Random(1)
    for life in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), str(life)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert child.stdout is not None
        reported = [child.stdout.readline().strip()]
        try:
            child.wait(moments.uniform(0, 0.2))
        except subprocess.TimeoutExpired:
            child.kill()
        reported += child.stdout.read().split()
        child.wait()
        child.stdout.close()
        latest = sound(store.latest())
        assert child.returncode == -9
        assert latest.counts()["documents"] == latest.counts()["runs"] + 1
        assert set(reported) <= set(latest.read("runs")["run_id"])
        publish(store, f"after-{life}", [[extraction(f"after-{life}", run_id=f"after-{life}")]])
        assert (tmp_path / "latest").resolve() == store.latest().path
        assert not (tmp_path / ".staging").exists()
