"""Whatever is not as it should be in a store is found, with its place and what to do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.comparison import compare
from pipeline.store import Snapshot, Store
from pipeline.store.files import write_parquet
from pipeline.tables import schemas
from pipeline.verification import Problem, Verification
from tests.unit.store.made import extraction, publish


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two snapshots, two shards."""
    made = Store(tmp_path / "outputs")
    publish(made, "r1", [[extraction("a"), extraction("b")]])
    publish(made, "r2", [[extraction("c", run_id="r2")]])
    return made


def problems(snapshot: Snapshot) -> list[Problem]:
    return list(Verification().snapshot(snapshot))


def the(found: list[Problem]) -> Problem:
    (problem,) = found
    return problem


def rewritten(snapshot: Snapshot, table: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Write the first file of a table anew with changed rows, and let the manifest tell of it."""
    manifest = json.loads((snapshot.path / "manifest.json").read_text())
    listed = manifest[table] if table == "_index" else manifest["tables"][table]
    entry = listed["files"][0]
    path = snapshot.path / table / entry["name"]
    rows = pq.read_table(path, partitioning=None)
    changed = [change(row) for row in rows.to_pylist()]
    path.unlink()
    entry.update(write_parquet(path, pa.Table.from_pylist(changed, schema=rows.schema))._asdict())
    (snapshot.path / "manifest.json").write_text(json.dumps(manifest))


def test_a_sound_store_has_no_problem(store: Store) -> None:
    """Also compacted, empty, or of many snapshots; shared files are read once."""
    store.compact()
    publish(store, "r3", [], removed=["a", "b", "c"])
    looked = Verification()
    assert list(looked.store(store)) == []
    for snapshot in store.snapshots():
        assert list(looked.snapshot(snapshot)) == []
    paths = {path.stat().st_ino for path in store.output.rglob("*.parquet")}
    assert looked.n_files == len(paths)
    assert looked.n_rows > 0
    assert list(Verification().store(Store(store.output / "nowhere"))) == []


def test_a_missing_file(store: Store) -> None:
    """Its place is told; what stands beside it is checked all the same."""
    snapshot = store.latest()
    name = snapshot.files("mentions")[0].name
    (snapshot.path / "mentions" / name).unlink()
    problem = the(problems(snapshot))
    assert (problem.snapshot, problem.place) == (snapshot.id, f"mentions/{name}")
    assert problem.problem == "the file is missing"
    assert "backup" in problem.remedy
    assert problems(store.snapshots()[0]) == []


def test_a_bit_that_flipped(store: Store) -> None:
    """The same size, another hash: in both snapshots, since they share the file."""
    snapshot = store.latest()
    path = snapshot.path / "sentences" / snapshot.files("sentences")[0].name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for one in store.snapshots():
        assert "SHA-256" in the(problems(one)).problem


def test_a_file_cut_short(store: Store) -> None:
    """The size tells it."""
    snapshot = store.latest()
    path = snapshot.path / "concepts" / "concepts.parquet"
    os.truncate(path, 100)
    assert "it has 100 bytes" in the(problems(snapshot)).problem


def test_a_file_that_nobody_listed(store: Store) -> None:
    """Readers of the folder would count its rows."""
    snapshot = store.latest()
    name = snapshot.files("cohorts")[0].name
    shutil.copy(snapshot.path / "cohorts" / name, snapshot.path / "cohorts" / "more.parquet")
    problem = the(problems(snapshot))
    assert (problem.place, problem.remedy) == ("cohorts/more.parquet", "move it away")


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("mentions", {"start_char": 1}, r"mentions.text: not documents.text[start_char:end_char] in 2 of 2"),
        ("mentions", {"mention_id": "a#m0"}, "mentions.mention_id: the primary key is not unique in 2 of 2"),
        ("mentions", {"label": "COLOUR"}, "mentions.label: not one of"),
        ("mentions", {"concept_id": "TEST:gout"}, "mentions.concept_id: not found in concepts.concept_id"),
        ("cohorts", {"mention_id": "x#m0"}, "cohorts.mention_id: not found in mentions.mention_id"),
        ("sentences", {"doc_id": "c"}, "sentences.doc_id: not found in documents.doc_id"),
        ("documents", {"n_chars": 3}, "documents.n_chars: not the length of the text"),
        ("documents", {"run_id": "r9"}, "documents.run_id: not found in runs.run_id"),
        ("documents", {"duplicate_of": "z"}, "'a' repeats 'z', which is no original here"),
        ("documents", {"doc_id": "c"}, "'c' stands in another shard as well"),
        ("_index", {"extraction_key": "x"}, "extraction_key is not that of the documents"),
        ("_index", {"concept_ids": ["TEST:x"]}, "1 concepts have no row in concepts: TEST:x"),
        ("runs", {"n_seen": 9}, "the run r1 has seen 9 documents, and accounts for 2"),
        ("runs", {"run_id": "r1"}, "the run r2 of the manifest has no row"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." not in value and "'" not in value else "",
)
def test_rows_that_break_the_contract(store: Store, table: str, change: dict[str, Any], told: str) -> None:
    """Each with table, column and the first rows; the files themselves are what the manifest says."""
    snapshot = store.latest()
    rewritten(snapshot, table, lambda row: row | change)
    found = problems(snapshot)
    assert [problem for problem in found if told in problem.problem]
    assert {problem.snapshot for problem in found} == {snapshot.id}
    assert all("report it" in problem.remedy for problem in found)


def test_every_problem_is_told(store: Store) -> None:
    """Not only the first one of a table."""
    snapshot = store.latest()
    rewritten(snapshot, "mentions", lambda row: row | {"label": "COLOUR", "start_char": 1, "setting": "moon"})
    told = " ".join(problem.problem for problem in problems(snapshot))
    for column in ("mentions.label", "mentions.text", "mentions.setting"):
        assert column in told


def test_a_broken_manifest(store: Store) -> None:
    """Nothing else can be told then."""
    snapshot = store.latest()
    for content in ("{", "{}", '{"tables": 3}'):
        (snapshot.path / "manifest.json").write_text(content)
        assert the(problems(Snapshot(snapshot.path))).place == "manifest.json"


def test_other_columns_than_listed(store: Store) -> None:
    """A file with another schema, though its hash is right."""
    snapshot = store.latest()
    manifest = json.loads((snapshot.path / "manifest.json").read_text())
    del manifest["tables"]["cohorts"]["columns"]["unit"]
    (snapshot.path / "manifest.json").write_text(json.dumps(manifest))
    assert all(
        "its columns are not those of the manifest: unit" in problem.problem
        for problem in problems(Snapshot(snapshot.path))
    )


def test_a_snapshot_of_an_earlier_contract_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column that the contract has got since is not missing from a snapshot that never had it."""
    specs = schemas._column_specs
    monkeypatch.setattr(
        schemas,
        "_column_specs",
        lambda table: tuple(spec for spec in specs(table) if spec.name not in ("source_ref", "study_key")),
    )
    schemas._schema.cache_clear()
    old = publish(Store(tmp_path), "r1", [[extraction("a")]])
    monkeypatch.undo()
    schemas._schema.cache_clear()
    assert "study_key" not in old.columns("studies")
    assert problems(old) == []
    new = publish(Store(tmp_path), "r2", [[extraction("b", run_id="r2")]])
    assert problems(new) == []
    assert compare(old, new).documents == {"new": 1}


def test_the_link_follows_the_newest_snapshot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lags, or is gone, or is a folder: each is told, with what to do."""
    monkeypatch.setattr("pipeline.verification._SECONDS_TO_PUBLISH", 0.0)
    link = store.output / "latest"
    link.unlink()
    problem = the(list(Verification().store(store)))
    assert (problem.problem, problem.remedy) == ("it is missing", "the next run mends it")
    link.symlink_to(Path("snapshots", store.snapshots()[0].id))
    assert "it points to snapshots/" in the(list(Verification().store(store))).problem
    link.unlink()
    link.mkdir()
    assert the(list(Verification().store(store))).remedy == "move it away and run again"


def test_a_folder_that_is_no_snapshot(store: Store) -> None:
    """Somebody's copy, or a snapshot that lost its manifest."""
    (store.output / "snapshots" / "backup").mkdir()
    assert the(list(Verification().store(store))).place == "snapshots/backup"
