"""The output folder: its snapshots, and the way to publish another one."""

from __future__ import annotations

from datetime import datetime, time, timezone
from pathlib import Path
from typing import Final

from pipeline.errors import StoreError
from pipeline.store.retention import Retention
from pipeline.store.snapshot import Snapshot, snapshots_in
from pipeline.store.writer import SNAPSHOTS, Pruned, Writer

#: Names for snapshots by their place from the end.
_RELATIVE: Final = {"latest": -1, "previous": -2}


class Store:
    """A folder of snapshots. Reading needs no lock and never waits.

    The newest folder in `snapshots/` is the newest snapshot; the link `latest` follows it, at once or, after
    a crash between the two steps, when the next writer enters.

    Example:
        >>> store = Store(Path("outputs"))
        >>> with store.writer("run-1") as writer:                                  # doctest: +SKIP
        ...     shard = write_shard(writer.staging, "0", extractions)
        ...     writer.publish(run=run, failures=[], replaced=[], removed=[], shards=[shard])
    """

    def __init__(self, output: Path) -> None:
        self.output = output

    def snapshots(self) -> list[Snapshot]:
        """All complete snapshots, oldest first."""
        return snapshots_in(self.output / SNAPSHOTS)

    def latest(self) -> Snapshot | None:
        """The newest complete snapshot, or None."""
        snapshots = self.snapshots()
        return snapshots[-1] if snapshots else None

    def open(self, snapshot_id: str) -> Snapshot:
        """The snapshot of that id.

        Raises:
            StoreError: there is none.
        """
        snapshots = self.snapshots()
        for snapshot in snapshots:
            if snapshot.id == snapshot_id:
                return snapshot
        known = f"the newest is {snapshots[-1].id}" if snapshots else "there is none yet"
        raise StoreError(f"{self.output} has no snapshot {snapshot_id!r}; {known}")

    def at(self, when: str | datetime) -> Snapshot:
        """The snapshot that somebody means.

        Args:
            when: an id or the beginning of one, `latest`, `previous` (the one before it), or a time: then the
                newest snapshot made until then. A time without a zone is UTC; a date means its end.

        Raises:
            StoreError: there is none, or the beginning of an id fits several.

        Example:
            >>> store = Store(Path("outputs"))
            >>> store.at("2026-02-04"), store.at("2026-02-04T12:30+01:00")            # doctest: +SKIP
        """
        snapshots = self.snapshots()
        if not snapshots:
            raise StoreError(f"{self.output} has no snapshot yet: `cartographer run` makes the first one")
        if isinstance(when, datetime):
            return self._until(snapshots, when)
        if when in _RELATIVE:
            position = _RELATIVE[when]
            if len(snapshots) < -position:
                raise StoreError(f"{self.output} has one snapshot only, {snapshots[-1].id}, and none before")
            return snapshots[position]
        meant = [snapshot for snapshot in snapshots if snapshot.id.startswith(when)] if when else []
        if len(meant) > 1:
            first, last = meant[0].id, meant[-1].id
            raise StoreError(
                f"{when!r} fits {len(meant)} snapshots, from {first} to {last}: say more of the id"
            )
        if meant:
            return meant[0]
        return self._until(snapshots, _time(when))

    def _until(self, snapshots: list[Snapshot], when: datetime) -> Snapshot:
        moment = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
        made = [snapshot for snapshot in snapshots if snapshot.created_at <= moment]
        if not made:
            raise StoreError(
                f"{self.output} has no snapshot as old as {moment.isoformat()}; "
                f"the first one is {snapshots[0].id}"
            )
        return made[-1]

    def index(self) -> dict[str, str]:
        """`doc_id` → `extraction_key` of the latest snapshot; empty if there is none."""
        latest = self.latest()
        return latest.index() if latest else {}

    def sources(self) -> dict[str, str]:
        """`doc_id` → `source_uri` of the latest snapshot; empty if there is none."""
        latest = self.latest()
        return latest.sources() if latest else {}

    def compact(self, wait_s: float = 0.0) -> Snapshot | None:
        """Publish the newest snapshot's rows in fewer files; None if nothing was to be joined.

        Args:
            wait_s: how many seconds to wait for another writer before giving up.

        Raises:
            StoreError: somebody else writes, or the disk is full or refuses.
        """
        with self.writer("compaction", wait_s) as writer:
            return writer.compact()

    def prune(self, rule: Retention, wait_s: float = 0.0, now: datetime | None = None) -> Pruned:
        """Remove the snapshots that a rule does not keep; the latest one stays, and what somebody holds.

        Args:
            rule: which to keep.
            wait_s: how many seconds to wait for a writer before giving up.
            now: the time (UTC), if it is to be another one.

        Raises:
            StoreError: somebody else writes, or the operating system refuses.
        """
        with self.writer("pruning", wait_s) as writer:
            return writer.prune(rule, now)

    def writer(self, run_id: str, wait_s: float = 0.0) -> Writer:
        """A context manager that may publish one snapshot.

        Args:
            run_id: the run that writes; unique in the store.
            wait_s: how many seconds to wait for another writer before giving up.
        """
        return Writer(self.output, run_id, wait_s)


def _time(told: str) -> datetime:
    """A time, or the end of a day.

    Raises:
        StoreError: it is neither.
    """
    try:
        # Python 3.10 does not know the Z.
        moment = datetime.fromisoformat(told.removesuffix("Z") + ("+00:00" if told.endswith("Z") else ""))
    except ValueError:
        raise StoreError(
            f"{told!r} is no snapshot: give an id (`cartographer snapshots` lists them), the beginning of "
            "one, `latest`, `previous`, or a time such as 2026-02-04 or 2026-02-04T12:30"
        ) from None
    is_day = "T" not in told and ":" not in told
    return datetime.combine(moment, time.max) if is_day else moment
