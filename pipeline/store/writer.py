"""The one who may change a store: publishes what workers have written, or leaves all as it was."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

from pipeline.errors import ReconcileError, StoreError
from pipeline.records import FailureRow, RunRow
from pipeline.store.assembly import Assembly
from pipeline.store.compaction import all_groups, first_group
from pipeline.store.copies import changed_originals
from pipeline.store.files import plain_errors, point_link, publish_folder, sync_folder
from pipeline.store.lock import exclusive
from pipeline.store.reconcile import reconcile
from pipeline.store.retention import Reason, Retention
from pipeline.store.shards import ShardInfo
from pipeline.store.snapshot import Snapshot, snapshot_id_of, snapshots_in

SNAPSHOTS: Final = "snapshots"
LOCK: Final = ".lock"
#: Folder of all that is not published yet. Whoever holds the lock may empty it.
WORKSHOP: Final = ".staging"


class Pruned(NamedTuple):
    """What pruning did.

    Attributes:
        removed: ids of the snapshots that are gone, oldest first.
        in_use: ids of those that should go, and that somebody reads.
        kept: ids of those that stay, and why.
        n_bytes: bytes that were freed.
    """

    removed: tuple[str, ...]
    in_use: tuple[str, ...]
    kept: Mapping[str, Reason]
    n_bytes: int


class Writer:
    """Holds a store's lock from entering to leaving the `with` block.

    Entering repairs what a crashed run has left: unpublished files are removed, `latest` is set to the newest
    snapshot. Leaving removes the staging folder, whether or not anything was published.

    Attributes:
        staging: folder that `write_shard` writes into; it lives until the block is left.
        previous: the snapshot that the next one builds on, or None. Plan the increment inside the block:
            outside, another run may publish in between.
    """

    staging: Path
    previous: Snapshot | None

    def __init__(self, output: Path, run_id: str, wait_s: float = 0.0) -> None:
        self._output = output
        self._run_id = run_id
        self._wait_s = wait_s
        self._workshop = output / WORKSHOP
        self._closing = ExitStack()
        self._has_published = False

    def __enter__(self) -> Writer:
        """Take the lock, repair, make the staging folder.

        Raises:
            StoreError: somebody else writes, or the folder can't be written.
        """
        output = self._output
        with ExitStack() as opening, plain_errors(f"can't write into {output}"):
            (output / SNAPSHOTS).mkdir(parents=True, exist_ok=True)
            opening.enter_context(exclusive(output / LOCK, self._run_id, self._wait_s))
            opening.callback(shutil.rmtree, self._workshop, ignore_errors=True)
            if self._workshop.exists():
                shutil.rmtree(self._workshop)
            self.staging = self._workshop / "shards"
            self.staging.mkdir(parents=True)
            self.previous = next(reversed(snapshots_in(output / SNAPSHOTS)), None)
            self._point_latest()
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the staging folder, then give the lock back."""
        self._closing.close()

    def publish(
        self,
        *,
        run: RunRow,
        failures: Sequence[FailureRow],
        replaced: Collection[str],
        removed: Collection[str],
        shards: Sequence[ShardInfo],
        keep_previous: bool = True,
    ) -> Snapshot:
        """Publish a snapshot: the one before, less replaced and removed documents, plus the shards given.

        A run always publishes, also when it found nothing new: then all files are shared with the snapshot
        before, byte for byte, but for `runs` (one more row) and `failures` (those of this run).

        `documents.duplicate_of` is settled here, over all documents: also the row of a document that is taken
        over changes when an original comes or leaves.

        Args:
            run: the run's row, with its counts.
            failures: what this run could not read. Earlier failures stay in earlier snapshots.
            replaced: documents of the snapshot before that this run has written anew (`n_changed` of them).
            removed: documents to withdraw (`n_removed` of them).
            shards: what `write_shard` returned, in the order in which rows should stand.
            keep_previous: False withdraws every document that this run has not written; `n_removed` must
                count them, `removed` need not list them.

        Raises:
            ReconcileError: counts do not add up; nothing is published.
            TableError: a row of `runs` or `failures` breaks the contract; nothing is published.
            StoreError: the disk is full or refuses. Published snapshots are intact; if this one is
                visible, it is complete.
        """
        if run.run_id != self._run_id or self._has_published:
            raise StoreError(f"the writer of run {self._run_id} publishes that run, once")
        before = self.previous.index().keys() if self.previous else set[str]()
        gone = set(removed)
        if not keep_previous:
            gone = before - {doc_id for shard in shards for doc_id in shard.doc_ids}
        reconcile(run, failures=failures, previous=before, replaced=replaced, removed=gone, shards=shards)
        dropped = gone | set(replaced)
        n_documents = len(before) - len(dropped) + sum(shard.n_documents for shard in shards)

        with plain_errors(f"can't publish into {self._output}"):
            created_at = self._now()
            snapshot_id = snapshot_id_of(created_at)
            assembly = Assembly(self._workshop / snapshot_id, self.previous)
            originals = changed_originals(self.previous, dropped, self.staging, shards)
            assembly.take_over(dropped, originals)
            assembly.move_in(self.staging, shards, snapshot_id, originals)
            assembly.write_concepts(self.staging, shards, dropped)
            assembly.write_run(run, failures)
            # A run that brings nothing leaves every file as it is.
            if shards and (group := first_group(assembly.shard_sizes())):
                assembly.join(group)
            return self._publish(assembly, created_at, run, n_documents)

    def compact(self) -> Snapshot | None:
        """Publish a snapshot of the same rows in fewer files; None if there are no small shards to join.

        Shard by shard, so that no more than one is in memory. Readers of earlier snapshots keep their files.

        Raises:
            StoreError: the disk is full or refuses; published snapshots are intact.
        """
        if self._has_published:
            raise StoreError("a writer publishes once")
        if self.previous is None:
            return None
        with plain_errors(f"can't publish into {self._output}"):
            created_at = self._now()
            assembly = Assembly(self._workshop / snapshot_id_of(created_at), self.previous)
            assembly.take_over_all()
            groups = all_groups(assembly.shard_sizes())
            if not groups:
                return None
            for group in groups:
                assembly.join(group)
            return self._publish(assembly, created_at, None, self.previous.counts()["documents"])

    def prune(self, rule: Retention, now: datetime | None = None) -> Pruned:
        """Remove the snapshots that a rule does not keep, oldest first; the latest one stays.

        A snapshot vanishes in one step and is then deleted; its files stay as long as another snapshot shares
        them. One that a reader holds (`Snapshot.held`) is left for the next time.

        Raises:
            StoreError: the operating system refuses. What is still listed is whole.
        """
        snapshots = snapshots_in(self._output / SNAPSHOTS)
        kept = rule.kept(snapshots, now or datetime.now(timezone.utc))
        removed, in_use = [], []
        for position, snapshot in enumerate(snapshots):
            if position in kept:
                continue
            with plain_errors(f"can't remove {snapshot.path}"), snapshot.unheld() as is_free:
                if is_free:
                    # A crash from here on leaves a folder that nobody sees, and that the next writer removes.
                    snapshot.path.rename(self._workshop / f"pruned-{snapshot.id}")
                    sync_folder(snapshot.path.parent)
                    removed.append(snapshot.id)
                else:
                    in_use.append(snapshot.id)
        with plain_errors(f"can't empty {self._workshop}"):
            n_bytes = sum(_remove(self._workshop / f"pruned-{snapshot_id}") for snapshot_id in removed)
        reasons = {snapshots[position].id: reason for position, reason in sorted(kept.items())}
        return Pruned(tuple(removed), tuple(in_use), reasons, n_bytes)

    def _publish(
        self, assembly: Assembly, created_at: datetime, run: RunRow | None, n_documents: int
    ) -> Snapshot:
        """Make a snapshot that has been put together visible."""
        assembly.fill_empty_tables()
        snapshot_id = snapshot_id_of(created_at)
        assembly.write_manifest(snapshot_id, created_at, run)
        _check_documents(assembly, n_documents)
        snapshot = Snapshot(self._output / SNAPSHOTS / snapshot_id)
        publish_folder(assembly.folder, snapshot.path)
        self._has_published = True
        self.previous = snapshot
        self._point_latest()
        return snapshot

    def _now(self) -> datetime:
        """The time in UTC, but later than the snapshot before, also when the clock was set back."""
        now = datetime.now(timezone.utc)
        if self.previous is not None:
            now = max(now, self.previous.created_at + timedelta(microseconds=1))
        return now

    def _point_latest(self) -> None:
        if self.previous is None:
            return
        link = self._output / "latest"
        target = Path(SNAPSHOTS, self.previous.id)
        if not link.is_symlink() or link.readlink() != target:
            point_link(link, str(target), self._workshop)


def _remove(folder: Path) -> int:
    """Delete a folder; returns the bytes of the files that nobody else shares."""
    states = [path.stat() for path in folder.rglob("*") if path.is_file()]
    shutil.rmtree(folder)
    return sum(state.st_size for state in states if state.st_nlink == 1)


def _check_documents(assembly: Assembly, expected: int) -> None:
    rows = sum(entry.rows for entry in assembly.entries["documents"])
    if rows != expected:
        raise ReconcileError(
            f"documents has {rows} rows where {expected} are accounted for; nothing published"
        )
