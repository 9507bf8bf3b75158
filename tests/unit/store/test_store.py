"""A store grows by immutable snapshots; what did not change is shared, what changed is replaced."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ReconcileError, StoreError, TableError
from pipeline.records import FailureRow
from pipeline.store import Snapshot, Store, write_shard
from pipeline.tables import TABLES, schemas
from tests.unit.store.made import TEXT, concept, extraction, publish, run_row, sound


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "outputs")


def bytes_of(snapshot: Snapshot) -> dict[str, bytes]:
    """Content of all files but those that tell of the run itself."""
    return {
        str(path.relative_to(snapshot.path)): path.read_bytes()
        for path in snapshot.path.rglob("*.parquet")
        if path.parent.name not in ("runs", "failures")
    }


def rows_of(snapshot: Snapshot) -> dict[str, list[str]]:
    """All rows of the documents' tables, in any order."""
    tables = [table for table in TABLES if table not in ("runs", "failures")]
    return {table: sorted(map(repr, snapshot.arrow(table).to_pylist())) for table in tables}


def test_an_empty_folder_has_no_snapshot(store: Store) -> None:
    """Asking makes nothing: no snapshot, no index, no folder."""
    assert (store.latest(), store.snapshots(), store.index(), store.sources()) == (None, [], {}, {})
    assert not store.output.exists()
    with pytest.raises(StoreError, match="there is none yet"):
        store.open("20260204T000000000000Z")


def test_a_snapshot_without_documents_has_every_table(store: Store) -> None:
    """A run that found nothing publishes all tables, each with its schema."""
    snapshot = sound(publish(store, "r1", []))
    assert snapshot.counts() == dict.fromkeys(TABLES, 0) | {"runs": 1}
    assert list(pd.read_parquet(store.output / "latest" / "cohorts").columns)[:2] == ["cohort_id", "doc_id"]


def test_what_was_written_is_read_back(store: Store) -> None:
    """Two batches: rows in the order given, index and sources by document, `latest` for other readers."""
    snapshot = sound(publish(store, "r1", [[extraction("b"), extraction("a")], [extraction("c", key="k2")]]))
    assert list(snapshot.read("documents")["doc_id"]) == ["b", "a", "c"]
    assert store.index() == {"b": "k", "a": "k", "c": "k2"}
    assert store.sources()["a"] == "file:///in/a.txt"
    assert snapshot.read("mentions", ["text"]).to_dict("list") == {"text": ["lupus"] * 3}
    latest = pd.read_parquet(store.output / "latest" / "mentions")
    pd.testing.assert_frame_equal(latest, snapshot.read("mentions"))
    assert not (store.output / ".staging").exists()


def test_the_manifest_tells_of_run_and_files(store: Store) -> None:
    """Schema version, ids, fingerprint, and the snapshot before."""
    first = publish(store, "r1", [[extraction("a")]])
    second = publish(store, "r2", [])
    manifest = json.loads((second.path / "manifest.json").read_text())
    assert manifest == second.manifest
    assert (manifest["schema_version"], manifest["snapshot_id"]) == ("1", second.id)
    assert (manifest["run_id"], manifest["fingerprint"], manifest["version"]) == ("r2", "f" * 32, "0.1.0")
    assert (first.manifest["previous"], manifest["previous"]) == (None, first.id)
    assert manifest["tables"]["documents"]["rows"] == 1


def test_snapshots_sort_by_time_also_when_the_clock_goes_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that was set back does not hide a new snapshot behind an old one."""
    ids = [publish(store, f"r{n}", []).id for n in range(3)]
    future = store.output / "snapshots" / "29990101T000000000000Z"
    (store.output / "snapshots" / ids[-1]).rename(future)
    ids[-1] = future.name
    ids.append(publish(store, "r9", []).id)
    assert ids == sorted(set(ids))
    assert [snapshot.id for snapshot in store.snapshots()] == ids
    assert store.latest().id == ids[-1]
    assert store.open(ids[0]).counts()["runs"] == 1
    with pytest.raises(StoreError, match=f"the newest is {ids[-1]}"):
        store.open("yesterday")


def test_a_snapshot_is_found_by_id_or_time(store: Store) -> None:
    """By the beginning of its id, by its place, or as what was there at a time."""
    with pytest.raises(StoreError, match="no snapshot yet"):
        store.at("latest")
    only = publish(store, "r0", [])
    with pytest.raises(StoreError, match="one snapshot only"):
        store.at("previous")
    ids = ("20260203T120000000000Z", "20260203T180000000000Z", "20260204T060000000000Z")
    only.path.rename(only.path.with_name(ids[0]))
    for snapshot_id in ids[1:]:
        shutil.copytree(only.path.with_name(ids[0]), only.path.with_name(snapshot_id))
    meant = {
        ids[0]: ids[0],
        "20260203T12": ids[0],
        "20260204": ids[2],
        "latest": ids[2],
        "previous": ids[1],
        "2026-02-03": ids[1],
        "2026-02-03T17:59": ids[0],
        "2026-02-03T18:00:00Z": ids[1],
        "2026-02-03T18:30+01:00": ids[0],
        "2027-01-01 00:00": ids[2],
    }
    assert {when: store.at(when).id for when in meant} == meant
    assert store.at(datetime(2026, 2, 3, 18, tzinfo=timezone.utc)).id == ids[1]
    with pytest.raises(StoreError, match=f"fits 2 snapshots, from {ids[0]} to {ids[1]}"):
        store.at("20260203")
    with pytest.raises(StoreError, match=f"as old as 2026-01-01T.*the first one is {ids[0]}"):
        store.at("2026-01-01")
    for nonsense in ("", "yesterday", "../latest"):
        with pytest.raises(StoreError, match="is no snapshot: give an id"):
            store.at(nonsense)


def test_an_unchanged_run_shares_every_file_and_adds_its_row(store: Store) -> None:
    """Same bytes, no copy; only `runs` has grown."""
    first = publish(store, "r1", [[extraction("a"), extraction("b")]])
    second = sound(publish(store, "r2", []))
    assert bytes_of(second) == bytes_of(first)
    for table in ("documents", "concepts", "_index"):
        (entry,) = second.files(table)
        assert (first.path / table / entry.name).samefile(second.path / table / entry.name)
    runs = second.read("runs")
    assert list(runs["run_id"]) == ["r1", "r2"]
    assert list(runs["n_unchanged"]) == [0, 2]


def test_new_documents_become_new_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding a document links the big tables and reads none of them."""
    first = publish(store, "r1", [[extraction("a"), extraction("b")]])
    read: list[str] = []
    read_table = pq.read_table

    def watched(paths: object, **options: object) -> pa.Table:
        read.append(str(paths))
        return read_table(paths, **options)

    class Watched(pq.ParquetFile):
        def __init__(self, path: object) -> None:
            super().__init__(path)
            read.append(str(path))

    monkeypatch.setattr(pq, "read_table", watched)
    monkeypatch.setattr(pq, "ParquetFile", Watched)
    second = publish(store, "r2", [[extraction("c", run_id="r2")]])
    monkeypatch.undo()
    assert {table for table in TABLES if any(f"/{table}/" in path for path in read)} == {"concepts", "runs"}
    assert len(sound(second).files("documents")) == 2
    assert first.files("documents")[0] in second.files("documents")


def test_a_changed_document_replaces_its_rows_in_every_table(store: Store) -> None:
    """Its shard is rewritten without it, the others are shared, the snapshot before stays as it was."""
    first = publish(store, "r1", [[extraction("a"), extraction("b")], [extraction("c")]])
    before = bytes_of(first)
    changed = extraction("a", text=TEXT + " Or not.", key="k2", run_id="r2")
    second = sound(publish(store, "r2", [[changed]]))
    assert store.index() == {"a": "k2", "b": "k", "c": "k"}
    documents = second.read("documents").set_index("doc_id")
    assert documents.loc["a", "text"] == changed.document.text
    assert list(documents.loc[["a", "b", "c"], "run_id"]) == ["r2", "r1", "r1"]
    assert set(second.counts().values()) == {3, 2, 1, 0}
    shard_of_c = first.files("mentions")[1]
    assert shard_of_c in second.files("mentions")
    assert (first.path / "mentions" / shard_of_c.name).samefile(second.path / "mentions" / shard_of_c.name)
    assert bytes_of(first) == before


def test_rewriting_leaves_what_a_fresh_run_would_have_written(store: Store, tmp_path: Path) -> None:
    """The rest of a shard has the bytes that it would have had without the documents that left it."""
    publish(store, "r1", [[extraction("a", says="gout"), extraction("b"), extraction("c")]])
    rest = publish(store, "r2", [], removed=["a"])
    fresh = publish(Store(tmp_path / "fresh"), "r1", [[extraction("b"), extraction("c")]])
    assert sorted(bytes_of(rest).values()) == sorted(bytes_of(fresh).values())


def test_removed_documents_leave_with_their_concepts(store: Store) -> None:
    """Shards that are empty afterwards vanish; a concept stays as long as another document uses it."""
    publish(store, "r1", [[extraction("a", says="gout")], [extraction("b"), extraction("c")]])
    second = sound(publish(store, "r2", [], removed=["a", "b"]))
    assert list(second.read("documents")["doc_id"]) == ["c"]
    assert list(second.read("concepts")["concept_id"]) == ["TEST:lupus"]
    third = sound(publish(store, "r3", [], removed=["c"]))
    assert third.counts() == dict.fromkeys(TABLES, 0) | {"runs": 3}
    assert [entry.name for entry in third.files("documents")] == ["empty.parquet"]
    fourth = sound(publish(store, "r4", [[extraction("a", run_id="r4")]]))
    assert "empty.parquet" not in [entry.name for entry in fourth.files("documents")]


def test_a_newer_knowledge_base_replaces_its_concepts(store: Store) -> None:
    """A concept has one row, as the latest run knows it."""
    publish(store, "r1", [[extraction("a")]])
    newer = replace(extraction("b", run_id="r2"), concepts=(concept("lupus", "2027-01"),))
    concepts = sound(publish(store, "r2", [[newer]])).read("concepts")
    assert concepts["ontology_version"].tolist() == ["2027-01"]


def test_order_and_batches_do_not_change_the_rows(store: Store, tmp_path: Path) -> None:
    """The same documents in one batch, in two, and over two runs: the same rows."""
    a, b, c = extraction("a"), extraction("b", says="gout"), extraction("c", run_id="r1")
    one = publish(store, "r1", [[a, b, c]])
    other = publish(Store(tmp_path / "other"), "r1", [[c], [b, a]])
    assert rows_of(one) == rows_of(other)


def test_the_same_input_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    """Nothing of the time of writing gets into the files."""
    batches = [[extraction("a"), extraction("b", says="gout")]]
    one, other = publish(store, "r1", batches), publish(Store(tmp_path / "other"), "r1", batches)
    assert list(bytes_of(one).values()) == list(bytes_of(other).values())


def test_failures_are_those_of_the_run(store: Store) -> None:
    """Each run tries again, so its failures stand for now; earlier ones stay in earlier snapshots."""
    failure = FailureRow("file:///in/x.pdf", "parse", "ParseError", "no text", "r1", None)
    with store.writer("r1") as writer:
        first = writer.publish(
            run=run_row("r1", failed=1), failures=[failure], replaced=[], removed=[], shards=[]
        )
    second = publish(store, "r2", [])
    assert sound(first).read("failures")["message"].tolist() == ["no text"]
    assert sound(second).counts()["failures"] == 0


def test_starting_over_withdraws_what_was_not_written(store: Store) -> None:
    """`keep_previous=False` keeps no earlier document, and the count of the withdrawn must say so."""
    publish(store, "r1", [[extraction("a"), extraction("b")]])
    with store.writer("r2") as writer:
        shard = write_shard(writer.staging, "0", [extraction("a", run_id="r2")])
        run = run_row("r2", changed=1, removed=1)
        snapshot = writer.publish(
            run=run, failures=[], replaced=["a"], removed=[], shards=[shard], keep_previous=False
        )
    assert list(sound(snapshot).read("documents")["doc_id"]) == ["a"]
    assert snapshot.counts()["runs"] == 2


def test_a_shard_is_small_to_send_and_its_copy_publishes(store: Store) -> None:
    """Workers hand back a `ShardInfo`; pickled, it still does, and it holds no text."""
    with store.writer("r1") as writer:
        shard = write_shard(writer.staging, "0", [extraction("a", text="lupus " * 50_000)])
        sent = pickle.dumps(shard)
        assert len(sent) < 5_000
        assert (shard.n_documents, shard.counts["documents"], shard.doc_ids) == (1, 1, ("a",))
        writer.publish(
            run=run_row("r1", new=1), failures=[], replaced=[], removed=[], shards=[pickle.loads(sent)]
        )
    assert store.latest().counts()["sentences"] == 1


def test_a_bad_batch_writes_nothing(store: Store) -> None:
    """The batch is checked before the first file is there: its sound documents can be tried singly."""
    bad = extraction("b")
    bad = replace(bad, mentions=(replace(bad.mentions[0], text="gout"),))
    with store.writer("r1") as writer:
        with pytest.raises(TableError, match=r"mentions\.text"):
            write_shard(writer.staging, "0", [extraction("a"), bad])
        assert list(writer.staging.iterdir()) == []
        shard = write_shard(writer.staging, "0", [extraction("a")])
        writer.publish(run=run_row("r1", new=1), failures=[], replaced=[], removed=[], shards=[shard])
    assert store.index() == {"a": "k"}


def test_a_shard_that_nobody_names_is_not_published(store: Store) -> None:
    """What a worker wrote before it died stays out."""
    with store.writer("r1") as writer:
        write_shard(writer.staging, "lost", [extraction("a")])
        shard = write_shard(writer.staging, "again", [extraction("a")])
        writer.publish(run=run_row("r1", new=1), failures=[], replaced=[], removed=[], shards=[shard])
    assert sound(store.latest()).counts()["documents"] == 1


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden"])
def test_a_shard_name_stays_in_its_folder(store: Store, name: str) -> None:
    """A name is a name, not a path."""
    with store.writer("r1") as writer, pytest.raises(StoreError, match="can't name a shard"):
        write_shard(writer.staging, name, [extraction("a")])


def test_a_shard_of_an_ended_run_is_refused(store: Store) -> None:
    """A worker that outlives its run can't write into the next one."""
    with store.writer("r1") as writer:
        staging = writer.staging
    with pytest.raises(StoreError, match="can't write shard late"):
        write_shard(staging, "late", [extraction("a")])


def test_a_writer_publishes_its_own_run_once(store: Store) -> None:
    """Another run's row, or a second snapshot, is a mistake in the caller."""
    with store.writer("r1") as writer:
        with pytest.raises(StoreError, match="publishes that run, once"):
            writer.publish(run=run_row("r2"), failures=[], replaced=[], removed=[], shards=[])
        writer.publish(run=run_row("r1"), failures=[], replaced=[], removed=[], shards=[])
        with pytest.raises(StoreError, match="publishes that run, once"):
            writer.publish(run=run_row("r1"), failures=[], replaced=[], removed=[], shards=[])
    with pytest.raises(StoreError, match="has published before"):
        publish(store, "r1", [])


def test_an_output_that_is_a_file_is_told_plainly(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    (tmp_path / "outputs").write_text("not a folder")
    with pytest.raises(StoreError, match="can't write into"), Store(tmp_path / "outputs").writer("r1"):
        pass


def test_a_broken_manifest_is_told_plainly(store: Store) -> None:
    """Damage from outside names the file."""
    snapshot = publish(store, "r1", [])
    (snapshot.path / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match=r"manifest of .* can't be read"):
        store.index()


@pytest.mark.parametrize("table", ["_index", "mentions", "concepts", "runs"])
def test_a_damaged_file_is_told_plainly(store: Store, table: str) -> None:
    """A run that must read it stops, says how to find out more, and leaves all as it was."""
    snapshot = publish(store, "r1", [[extraction("a"), extraction("b")]])
    path = snapshot.path / table / snapshot.files(table)[0].name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="`cartographer verify` says which"):
        publish(store, "r2", [[extraction("a", key="k2", run_id="r2")]])
    assert store.latest().id == snapshot.id


def test_a_batch_can_be_tried_again_under_its_name(store: Store) -> None:
    """What a broken attempt left is overwritten; two shards of one name are not published."""
    with store.writer("r1") as writer:
        write_shard(writer.staging, "0", [extraction("a"), extraction("b")])
        shard = write_shard(writer.staging, "0", [extraction("a")])
        other = replace(shard, doc_ids=("c",))
        with pytest.raises(ReconcileError, match="shard names given twice: 0"):
            writer.publish(
                run=run_row("r1", new=2), failures=[], replaced=[], removed=[], shards=[shard, other]
            )
        writer.publish(run=run_row("r1", new=1), failures=[], replaced=[], removed=[], shards=[shard])
    assert set(sound(store.latest()).index()) == {"a"}


def test_a_grown_contract_gives_old_rows_the_new_column(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of the snapshot before that lack a column are rewritten with it, so that no reader loses it."""
    specs = schemas._column_specs
    monkeypatch.setattr(
        schemas,
        "_column_specs",
        lambda table: tuple(spec for spec in specs(table) if spec.name != "source_ref"),
    )
    schemas._schema.cache_clear()
    before = publish(store, "r1", [[extraction("a")]])
    assert "source_ref" not in before.read("sections")
    monkeypatch.undo()
    schemas._schema.cache_clear()
    after = sound(publish(store, "r2", []))
    assert after.read("sections")["source_ref"].tolist() == [None]
    assert after.files("mentions") == before.files("mentions")
