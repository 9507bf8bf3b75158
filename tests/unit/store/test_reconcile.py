"""No document is lost or counted twice without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ReconcileError
from pipeline.records import FailureRow
from pipeline.store import Store, write_shard
from tests.unit.store.made import extraction, publish, run_row

SOUND = {"replaced": ["a"], "removed": ["b"], "written": [["a", "n"]]}


@pytest.mark.parametrize(
    ("counts", "plan", "complaint"),
    [
        ({"new": 2}, {}, "n_new is 2"),
        ({"changed": 0}, {}, "n_changed is 0"),
        ({"removed": 0}, {}, "n_removed is 0"),
        ({"unchanged": 2}, {}, "n_unchanged is 2, but 1 documents are taken over"),
        ({"failed": 1}, {}, "n_failed is 1, but there are 0 failure rows"),
        ({}, {"replaced": []}, "written anew, but not said to be replaced: a"),
        ({}, {"replaced": ["a", "c"]}, "replaced, but not written anew: c"),
        ({}, {"replaced": ["a", "z"]}, "replaced, but not in the snapshot before: z"),
        ({}, {"removed": ["z"]}, "removed, but not in the snapshot before: z"),
        ({}, {"removed": ["a"]}, "removed, but written anew: a"),
        ({}, {"written": [["a", "n"], ["n"]]}, "written twice in one run"),
    ],
)
def test_counts_that_do_not_add_up_publish_nothing(
    tmp_path: Path, counts: dict[str, int], plan: dict[str, list[str]], complaint: str
) -> None:
    """Each way in which a run can lose or invent a document is told, and the store stays as it was."""
    store = Store(tmp_path)
    before = publish(store, "r1", [[extraction("a"), extraction("b"), extraction("c")]])
    case = SOUND | plan
    with store.writer("r2") as writer:
        shards = [
            write_shard(writer.staging, str(n), [extraction(doc_id, run_id="r2") for doc_id in batch])
            for n, batch in enumerate(case["written"])
        ]
        run = run_row("r2", **({"new": 1, "changed": 1, "unchanged": 1, "removed": 1} | counts))
        with pytest.raises(ReconcileError, match=complaint):
            writer.publish(
                run=run, failures=[], replaced=case["replaced"], removed=case["removed"], shards=shards
            )
    assert [snapshot.id for snapshot in store.snapshots()] == [before.id]


def test_the_sound_plan_publishes(tmp_path: Path) -> None:
    """The plan that the cases above spoil is itself in order."""
    store = Store(tmp_path)
    publish(store, "r1", [[extraction("a"), extraction("b"), extraction("c")]])
    with store.writer("r2") as writer:
        shards = [write_shard(writer.staging, "0", [extraction(name, run_id="r2") for name in ("a", "n")])]
        run = run_row("r2", new=1, changed=1, unchanged=1, removed=1)
        writer.publish(run=run, failures=[], replaced=["a"], removed=["b"], shards=shards)
    assert set(store.index()) == {"a", "c", "n"}


def test_the_parts_of_n_seen_must_add_up(tmp_path: Path) -> None:
    """A run that saw more than it accounts for has lost something."""
    run = replace(run_row("r1"), n_seen=5)
    with Store(tmp_path).writer("r1") as writer, pytest.raises(ReconcileError, match="n_seen is 5"):
        writer.publish(run=run, failures=[], replaced=[], removed=[], shards=[])


def test_rows_name_the_run_that_wrote_them(tmp_path: Path) -> None:
    """A document or failure under another run's id would point nowhere."""
    failure = FailureRow("file:///x", "parse", "ParseError", "no text", "r0", None)
    with Store(tmp_path).writer("r1") as writer:
        shard = write_shard(writer.staging, "0", [extraction("a", run_id="r7")])
        with pytest.raises(ReconcileError, match="runs named by rows of the run r1: r0, r7"):
            writer.publish(
                run=run_row("r1", new=1), failures=[failure], replaced=[], removed=[], shards=[shard]
            )
