"""A snapshot as an analyst opens it: tables, ready frames, SQL, evidence, comparison."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.analysis.documents import DocumentRows, Documents
from pipeline.analysis.evidence import Evidence, EvidenceReader
from pipeline.analysis.ready_frames import ReadyFrames
from pipeline.analysis.rows import Row, Rows
from pipeline.errors import StoreError
from pipeline.store import Snapshot, Store
from pipeline.store.snapshot import MANIFEST

if TYPE_CHECKING:
    from pipeline.comparison import Comparison


class OpenSnapshot(ReadyFrames):
    """A snapshot, opened for analysis. Everything is read when it is first asked for, and never changed.

    As long as this object lives, the snapshot is not pruned; the system lets go of it with the process.
    Tables are attributes (`snapshot.cohorts`); what needs several of them is a method.

    Example:
        >>> from pipeline import open_snapshot
        >>> snapshot = open_snapshot("outputs")
        >>> len(snapshot.cohorts)
        3
        >>> snapshot.counts()["documents"]
        2
    """

    def __init__(self, stored: Snapshot) -> None:
        super().__init__(stored)
        holding = ExitStack()
        holding.enter_context(stored.held())
        weakref.finalize(self, holding.close)
        self._documents = Documents(stored)
        self._rows = Rows(stored, self._documents)
        self._evidence = EvidenceReader(stored, self._documents)

    def __repr__(self) -> str:
        counts = self.counts()
        return (
            f"<snapshot {self.id}: {counts['documents']} documents, {counts['mentions']} mentions, "
            f"{counts['studies']} studies>"
        )

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name.startswith("_") or name.startswith("__")]

    @property
    def id(self) -> str:
        """Its id, a UTC time to the microsecond; ids sort as their times do.

        Example:
            >>> snapshot.id == f"{snapshot.created_at:%Y%m%dT%H%M%S%fZ}"
            True
        """
        return self.stored.id

    @property
    def path(self) -> Path:
        """Folder of the tables, one folder each.

        Example:
            >>> import pandas as pd
            >>> len(pd.read_parquet(snapshot.path / "cohorts"))
            3
        """
        return self.stored.path

    @property
    def created_at(self) -> datetime:
        """When it was published, UTC.

        Example:
            >>> snapshot.created_at.tzname()
            'UTC'
        """
        return self.stored.created_at

    def counts(self) -> dict[str, int]:
        """Rows by table, from the manifest: no table is read.

        Example:
            >>> snapshot.counts()["adverse_events"]
            2
        """
        return self.stored.counts()

    def doc_ids(self) -> Iterator[str]:
        """Ids of all documents, in the order in which `document` reads them fastest.

        Example:
            >>> {doc_id: len(snapshot.document(doc_id).mentions) for doc_id in snapshot.doc_ids()}
            {'trial': 6, 'news': 1}
        """
        return iter(self._documents)

    def document(self, doc_id: str) -> DocumentRows:
        """A document with all its rows as plain values, read from its own shard.

        Args:
            doc_id: id of the document.

        Raises:
            UsageError: there is no such document.

        Example:
            >>> len(snapshot.document("trial").rows["cohorts"])
            2
        """
        return self._documents[doc_id]

    def row(self, given: object) -> Row:
        """The row that an id stands for, whatever its table.

        Args:
            given: an id, an unambiguous beginning of one, or a row of a frame.

        Raises:
            UsageError: no row, or more than one, is meant; the message lists close matches.

        Example:
            >>> snapshot.row(snapshot.cohorts.iloc[0]).table
            'cohorts'
        """
        return self._rows.find(given)

    def evidence(self, given: object) -> Evidence:
        """The sentence behind a row, in its context, with mention, cue and cohort marked.

        A notebook shows it with colours; `print` shows it as plain text.

        Args:
            given: an id of any table, an unambiguous beginning of one, or a row of a frame, also of
                `evidence_table` and `event_figures`.

        Raises:
            UsageError: no row, or more than one, is meant; the message lists close matches.

        Example:
            >>> denied = snapshot.adverse_events.query("assertion == 'absent'").iloc[0]
            >>> snapshot.evidence(denied).passage.sentence
            'No ICANS was seen.'
        """
        return self._evidence.read(self._rows.find(given))

    def at(self, time: str | datetime | date) -> OpenSnapshot:
        """Another snapshot of the same output folder.

        Args:
            time: the newest one until then is opened (without a zone: UTC; a day means its end); or an id or
                the beginning of one, `latest`, or `previous`.

        Raises:
            StoreError: there is none.

        Example:
            >>> snapshot.at("latest").id == snapshot.id
            True
        """
        when = time.isoformat() if isinstance(time, date) and not isinstance(time, datetime) else time
        return OpenSnapshot(Store(_output_of(self.path)).at(when))

    def diff(self, other: OpenSnapshot | str | datetime | date) -> Comparison:
        """What came, went or changed between two snapshots, and why; the earlier one is compared first.

        Args:
            other: a snapshot, or what `at` takes.

        Returns:
            Counts by table, and each change with what it says and its causes.

        Raises:
            StoreError: there is no such snapshot, or a file of one is missing.

        Example:
            >>> snapshot.diff("latest").n_changes
            0
        """
        from pipeline.comparison import compare  # noqa: PLC0415 - as needed

        another = other if isinstance(other, OpenSnapshot) else self.at(other)
        earlier, later = sorted((self.stored, another.stored), key=lambda one: one.id)
        return compare(earlier, later)


def open_stored(path: Path | str) -> OpenSnapshot:
    """Open the newest snapshot of an output folder, or the snapshot that a folder or an id names.

    Raises:
        StoreError: there is none; the message says what to do.
    """
    folder = Path(path)
    if (folder / MANIFEST).is_file():
        # `latest` moves on with the next run; what is open stays what it was.
        return OpenSnapshot(Snapshot(folder.resolve()))
    if folder.is_dir():
        if newest := Store(folder).latest():
            return OpenSnapshot(newest)
        raise StoreError(
            f"{folder} holds no snapshot: name the folder that `cartographer run` writes to (--output), "
            f"or make one with `cartographer run PATH --output {folder}`"
        )
    default = Path("outputs")
    if len(folder.parts) == 1 and default.is_dir():
        for snapshot in Store(default).snapshots():
            if snapshot.id == str(path):
                return OpenSnapshot(snapshot)
    raise StoreError(f"{folder} is neither an output folder, nor a snapshot, nor the id of one in {default}/")


def _output_of(path: Path) -> Path:
    """The output folder that a snapshot lies in.

    Raises:
        StoreError: the snapshot was moved out of it.
    """
    if path.parent.name != "snapshots":
        raise StoreError(f"{path} lies in no output folder, so that there is no other snapshot beside it")
    return path.parent.parent
