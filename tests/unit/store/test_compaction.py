"""Many small shards become few large ones, and nobody notices."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.comparison import compare
from pipeline.store import Store, compaction
from pipeline.store.files import FileEntry
from pipeline.tables import TABLES
from tests.unit.store.made import extraction, publish, sound
from tests.unit.store.test_copies import copy, told

NAMES = "abcdef"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of six shards: four of the first run, one each of two others."""
    made = Store(tmp_path / "outputs")
    publish(made, "r1", [[extraction(name)] for name in NAMES[:4]])
    publish(made, "r2", [[extraction("e", says="gout", run_id="r2")]])
    publish(made, "r3", [[extraction("f", run_id="r3")]])
    return made


def test_the_rows_and_their_order_stay(store: Store) -> None:
    """Every table, also `runs` and `failures`; a run has not been added."""
    before = store.latest()
    rows = {table: before.arrow(table).to_pylist() for table in TABLES}
    after = sound(store.compact())
    assert {table: after.arrow(table).to_pylist() for table in TABLES} == rows
    assert (after.id, after.index()) == (store.latest().id, before.index())
    assert len(before.files("documents")) == 6
    assert [len(after.files(table)) for table in ("documents", "mentions", "_index")] == [1, 1, 1]
    assert sound(before).counts() == after.counts()


def test_it_is_as_if_written_at_once(store: Store, tmp_path: Path) -> None:
    """The joined files have the bytes that one batch of the same documents would have had."""
    joined = store.compact()
    at_once = publish(
        Store(tmp_path / "other"),
        "r1",
        [[extraction(name, says="gout" if name == "e" else "lupus") for name in NAMES]],
    )
    for table in ("mentions", "relations", "studies", "sections"):
        assert joined.files(table)[0].sha256 == at_once.files(table)[0].sha256


def test_the_manifest_tells_of_the_compaction(store: Store) -> None:
    """Who made the snapshot, from which; the run is that of the rows."""
    before = store.latest()
    after = store.compact()
    names = ("run_id", "fingerprint", "version", "fingerprints")
    assert {name: after.manifest[name] for name in names} == {name: before.manifest[name] for name in names}
    assert (before.manifest["made_by"], after.manifest["made_by"]) == ("run", "compaction")
    assert after.manifest["previous"] == before.id


def test_a_compact_store_is_left_alone(store: Store, tmp_path: Path) -> None:
    """No snapshot is published for nothing; an empty store has nothing to join."""
    after = store.compact()
    assert store.compact() is None
    assert store.latest().id == after.id
    assert Store(tmp_path / "empty").compact() is None


def test_readers_keep_their_files(store: Store) -> None:
    """A file that was opened before stays; so do the files of the snapshot before."""
    before = store.latest()
    path = before.path / "mentions" / before.files("mentions")[0].name
    with pq.ParquetFile(path) as opened:
        store.compact()
        assert opened.read().num_rows == 1
    assert path.is_file()


def test_runs_go_on_afterwards(store: Store) -> None:
    """Change, withdrawal and addition find their documents in the joined shard."""
    store.compact()
    publish(store, "r4", [[extraction("c", key="k2", run_id="r4"), extraction("g", run_id="r4")]])
    latest = sound(publish(store, "r5", [], removed=["e"]))
    assert latest.index() == {"a": "k", "b": "k", "d": "k", "f": "k", "c": "k2", "g": "k"}
    assert latest.read("concepts")["concept_id"].tolist() == ["TEST:lupus"]


def test_copies_are_told_in_joined_shards(tmp_path: Path) -> None:
    """An original that comes later changes the row in the joined file, and its index."""
    store = Store(tmp_path)
    publish(store, "r1", [[copy("a")], [copy("b")]])
    assert told(store.compact()) == {"b": "a"}
    assert told(publish(store, "r2", [], removed=["a"])) == {}


def test_a_comparison_sees_no_difference(store: Store) -> None:
    """All files are others, all rows the same."""
    before = store.latest()
    comparison = compare(before, store.compact())
    assert (comparison.documents, comparison.n_changes) == ({}, 0)


def test_a_shard_without_rows_in_a_table_is_no_obstacle(tmp_path: Path) -> None:
    """A table may have files of some of the shards that are joined, or of none."""
    store = Store(tmp_path)
    bare = [extraction(name) for name in "ab"]
    for one in bare:
        object.__setattr__(one, "studies", ())
    object.__setattr__(bare[0], "cohorts", ())
    object.__setattr__(bare[0], "adverse_events", ())
    publish(store, "r1", [[bare[0]], [bare[1]]])
    after = sound(store.compact())
    assert (after.counts()["cohorts"], after.counts()["studies"]) == (1, 0)


def test_a_run_joins_tiny_shards_in_passing(tmp_path: Path) -> None:
    """However many runs add a document each, the files do not become more and more; rows and order stay."""
    store = Store(tmp_path)
    names = [f"d{n:02d}" for n in range(20)]
    for ordinal, name in enumerate(names):
        publish(store, f"r{ordinal}", [[extraction(name, run_id=f"r{ordinal}")]])
        assert len(store.latest().files("documents")) <= 16
    latest = sound(store.latest())
    assert latest.read("documents")["doc_id"].tolist() == names
    before = publish(store, "r98", [])
    unchanged = publish(store, "r99", [])
    assert unchanged.files("documents") == before.files("documents")


def test_what_stands_apart_is_not_joined() -> None:
    """Large shards are left alone, and nothing is carried over them; a group has its limit."""
    large, small, tiny = compaction.SMALL_BYTES, compaction.SMALL_BYTES - 1, 1
    assert compaction.all_groups({"a": tiny, "b": large, "c": tiny}) == []
    assert compaction.all_groups({"a": tiny, "b": tiny, "c": large, "d": small, "e": tiny}) == [
        ["a", "b"],
        ["d", "e"],
    ]
    assert compaction.all_groups(dict.fromkeys("abcde", small)) == [["a", "b"], ["c", "d"]]
    assert compaction.first_group(dict.fromkeys("abc", small)) == ["a", "b"]
    assert compaction.first_group(dict.fromkeys("ab", small)) == []
    many = dict.fromkeys(map(str, range(16)), tiny)
    assert compaction.first_group(many) == list(many)
    assert compaction.first_group({"x": small} | many) == list(many)
    del many["3"]
    assert compaction.first_group(many) == []


def test_rows_weigh_as_well() -> None:
    """Files that compress to nothing count by their rows; all tables of a shard count together."""
    entries = {
        "_index": [FileEntry("a", 10, 5_000, ""), FileEntry("b", 10, 5_000, "")],
        "mentions": [FileEntry("a", 100_000, 1_000, "")],
    }
    weighed = compaction.sizes(entries)
    assert list(weighed) == ["a", "b"]
    assert weighed["b"] == 5_000
    assert weighed["a"] > 1_000_000
