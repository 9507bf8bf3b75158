"""The output folder: its snapshots, and the way to publish another one."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.snapshot import Snapshot, snapshots_in
from pipeline.store.writer import SNAPSHOTS, Writer


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

    def index(self) -> dict[str, str]:
        """`doc_id` → `extraction_key` of the latest snapshot; empty if there is none."""
        latest = self.latest()
        return latest.index() if latest else {}

    def sources(self) -> dict[str, str]:
        """`doc_id` → `source_uri` of the latest snapshot; empty if there is none."""
        latest = self.latest()
        return latest.sources() if latest else {}

    def writer(self, run_id: str, wait_s: float = 0.0) -> Writer:
        """A context manager that may publish one snapshot.

        Args:
            run_id: the run that writes; unique in the store.
            wait_s: how many seconds to wait for another writer before giving up.
        """
        return Writer(self.output, run_id, wait_s)
