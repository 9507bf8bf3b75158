"""Cartographer: news and papers about CAR-T cell therapy in, normalised Parquet tables out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.analysis import OpenSnapshot

__version__ = "0.1.0"
__all__ = ["__version__", "open_snapshot"]


def open_snapshot(path: str | Path = "outputs") -> OpenSnapshot:
    """Open a snapshot of tables for analysis: frames, SQL, ready frames, and the sentence behind any cell.

    Nothing is read before it is asked for. What is open stays as it is when a later run publishes another.

    Args:
        path: the folder that `cartographer run` writes to (its newest snapshot is opened), the folder of one
            snapshot, or the id of a snapshot in `outputs`.

    Raises:
        StoreError: there is no snapshot; the message says what to do.

    Example:
        >>> from pipeline import open_snapshot
        >>> snapshot = open_snapshot("outputs")
        >>> snapshot.adverse_events.assertion.tolist()
        ['present', 'absent']
    """
    from pipeline.analysis.snapshot import open_stored  # noqa: PLC0415 - the command line need not wait for it

    return open_stored(path)
