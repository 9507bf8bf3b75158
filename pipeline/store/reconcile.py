"""The counts of a run against what it is about to publish: no document is lost without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from pipeline.errors import ReconcileError
from pipeline.records import FailureRow, RunRow
from pipeline.store.shards import ShardInfo

_SHOWN = 3


def reconcile(
    run: RunRow,
    *,
    failures: Sequence[FailureRow],
    previous: Collection[str],
    replaced: Collection[str],
    removed: Collection[str],
    shards: Sequence[ShardInfo],
) -> None:
    """Make sure that each document of the snapshot before and of this run is accounted for, once.

    Args:
        run: the run's own counts.
        failures: what could not be read.
        previous: documents of the snapshot before.
        replaced: those of them that this run has written anew.
        removed: those of them that are withdrawn.
        shards: what this run has written.

    Raises:
        ReconcileError: the counts do not add up.
    """
    n_written = sum(shard.n_documents for shard in shards)
    names = Counter(shard.name for shard in shards)
    _none("shard names given twice", [name for name, times in names.items() if times > 1])
    before, old, gone = previous, set(replaced), set(removed)
    _none("written twice in one run (give a document one id, once)", _twice(shards))
    again = {doc_id for shard in shards for doc_id in shard.doc_ids if doc_id in before or doc_id in old}
    _none("said to be replaced, but not in the snapshot before", [one for one in old if one not in before])
    _none("said to be replaced, but not written anew", old - again)
    _none("written anew, but not said to be replaced", again - old)
    _none("said to be removed, but not in the snapshot before", [one for one in gone if one not in before])
    _none("said to be removed, but written anew", gone & again)
    seen = run.n_new + run.n_changed + run.n_unchanged + run.n_failed
    _equal("n_seen", run.n_seen, "n_new + n_changed + n_unchanged + n_failed", seen)
    _equal("n_new", run.n_new, "new documents written", n_written - len(old))
    _equal("n_changed", run.n_changed, "documents replaced", len(old))
    _equal("n_removed", run.n_removed, "documents removed", len(gone))
    kept = len(before) - len(old) - len(gone)
    if run.n_unchanged > kept:
        raise ReconcileError(f"n_unchanged is {run.n_unchanged}, but {kept} documents are taken over")
    if run.n_failed > len(failures):
        raise ReconcileError(f"n_failed is {run.n_failed}, but there are {len(failures)} failure rows")
    strangers = {run_id for shard in shards for run_id in shard.run_ids} | {row.run_id for row in failures}
    _none(f"runs named by rows of the run {run.run_id}", strangers - {run.run_id})


def _twice(shards: Sequence[ShardInfo]) -> list[str]:
    """Documents that are written more than once. Eight bytes each are kept to see that there is none."""
    ids = (doc_id for shard in shards for doc_id in shard.doc_ids)
    hashes = np.sort(np.fromiter(map(hash, ids), np.int64))
    if not (hashes[1:] == hashes[:-1]).any():
        return []
    times = Counter(doc_id for shard in shards for doc_id in shard.doc_ids)
    return [doc_id for doc_id, n in times.items() if n > 1]


def _none(problem: str, wrong: Collection[str]) -> None:
    if wrong:
        shown = ", ".join(sorted(wrong)[:_SHOWN])
        raise ReconcileError(f"{len(wrong)} {problem}: {shown}; nothing was published")


def _equal(name: str, claimed: int, counted_name: str, counted: int) -> None:
    if claimed != counted:
        raise ReconcileError(f"{name} is {claimed}, but {counted_name}: {counted}; nothing was published")
