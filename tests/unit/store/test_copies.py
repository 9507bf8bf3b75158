"""Who repeats whom is right in every snapshot, however the documents came into the store."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.records import Extraction
from pipeline.store import Snapshot, Store
from pipeline.store.files import write_parquet
from tests.unit.store.made import extraction, publish, sound
from tests.unit.test_duplicates import ABSTRACTS, RELEASE


def copy(
    doc_id: str, text: str = RELEASE, on: date | None = None, run: str = "r1", key: str = "k", **told: object
) -> Extraction:
    """A document of a text that is long enough to be compared, about no trial."""
    made = extraction(doc_id, text=f"{text} They spoke of lupus.", run_id=run, key=key)
    return replace(made, document=replace(made.document, published_on=on, trial_ids=(), **told))


def told(snapshot: Snapshot) -> dict[str, str]:
    """Copies → originals, as the tables tell it; the index must agree."""
    sound(snapshot)
    pairs = [
        dict(zip(rows["doc_id"].to_pylist(), rows["duplicate_of"].to_pylist(), strict=True))
        for rows in (
            snapshot.arrow("documents"),
            pa.concat_tables(
                [pq.read_table(path, partitioning=None) for path in (snapshot.path / "_index").iterdir()]
            ),
        )
    ]
    assert pairs[0] == pairs[1]
    return {doc_id: original for doc_id, original in pairs[0].items() if original is not None}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "outputs")


def test_copies_of_one_run_are_found_across_batches(store: Store) -> None:
    """The earliest is the original also where it stands in the last batch."""
    batches = [[copy("a"), copy("x", ABSTRACTS[0])], [copy("b", on=date(2026, 1, 1))]]
    assert told(publish(store, "r1", batches)) == {"a": "b"}


def test_a_later_copy_names_the_original_and_rewrites_nothing(store: Store) -> None:
    """The shards that are there are shared, byte for byte."""
    first = publish(store, "r1", [[copy("a"), copy("x", ABSTRACTS[0])]])
    second = publish(store, "r2", [[copy("b", run="r2")]])
    assert told(second) == {"b": "a"}
    for table in ("documents", "_index", "mentions"):
        assert first.files(table)[0] in second.files(table)


def test_an_earlier_original_changes_the_row_that_is_there(store: Store) -> None:
    """Only the file of its row, and of its index, is written anew."""
    first = publish(store, "r1", [[copy("a")], [copy("x", ABSTRACTS[0])]])
    second = publish(store, "r2", [[copy("b", on=date(2026, 1, 1), run="r2")]])
    assert told(second) == {"a": "b"}
    assert told(first) == {}
    shared = {
        table: [entry in second.files(table) for entry in first.files(table)]
        for table in ("documents", "_index", "mentions")
    }
    assert shared == {"documents": [False, True], "_index": [False, True], "mentions": [True, True]}


def test_an_original_that_leaves_frees_its_copies(store: Store) -> None:
    """Of those that are left, one is the original of the others; the last one repeats nobody."""
    publish(store, "r1", [[copy("a")], [copy("b"), copy("c")]])
    assert told(publish(store, "r2", [], removed=["a"])) == {"c": "b"}
    assert told(publish(store, "r3", [], removed=["b"])) == {}


def test_a_changed_text_leaves_its_group(store: Store) -> None:
    """A correction may make two documents of one, or one of two."""
    publish(store, "r1", [[copy("a"), copy("b"), copy("c", ABSTRACTS[0])]])
    changed = publish(store, "r2", [[copy("a", ABSTRACTS[0], run="r2", key="k2")]])
    assert told(changed) == {"c": "a"}
    assert told(publish(store, "r3", [[copy("a", run="r3", key="k3")]])) == {"b": "a"}


def test_a_group_that_lost_its_link_splits(store: Store) -> None:
    """Two documents that only a third one joined are apart when it leaves."""
    paper = {"kind": "paper", "title": "A", "doi": "10.1/a"}
    link = copy("b", ABSTRACTS[0], **paper)
    publish(store, "r1", [[copy("a", ABSTRACTS[0]), link, copy("c", **paper), copy("d")]])
    assert told(store.latest()) == {"b": "a", "c": "a", "d": "a"}
    assert told(publish(store, "r2", [], removed=["b"])) == {"d": "c"}


def test_a_store_of_the_earlier_contract_goes_on(store: Store) -> None:
    """Its documents are compared as soon as they are read again, and are originals until then."""
    first = publish(store, "r1", [[copy("a"), copy("x", ABSTRACTS[0])]])
    manifest = json.loads((first.path / "manifest.json").read_text())
    earlier = ["doc_id", "source_uri", "extraction_key", "concept_ids"]
    for entry in manifest["_index"]["files"]:
        path = first.path / "_index" / entry["name"]
        entry.update(write_parquet(path, pq.read_table(path, columns=earlier, partitioning=None))._asdict())
    manifest["_index"]["columns"] = {name: manifest["_index"]["columns"][name] for name in earlier}
    (first.path / "manifest.json").write_text(json.dumps(manifest))
    assert told(publish(store, "r2", [[copy("b", run="r2")]])) == {}
    assert told(publish(store, "r3", [[copy("a", run="r3", key="k2")]])) == {"b": "a"}


@pytest.mark.parametrize("seed", range(2))
def test_runs_batches_and_order_do_not_matter(tmp_path: Path, seed: int) -> None:
    """The same documents in one run or in many, some withdrawn and taken in again: the same originals."""
    texts = [RELEASE, *ABSTRACTS]
    chance = random.Random(seed)
    known = [
        (f"d{n}", chance.choice(texts), chance.choice([None, date(2026, 1, chance.randint(1, 9))]))
        for n in range(9)
    ]
    one = publish(Store(tmp_path / "one"), "r1", [[copy(*facts) for facts in known]])
    many = Store(tmp_path / "many")
    chance.shuffle(known)
    for n, facts in enumerate(known):
        publish(many, f"r{n}", [[copy(*facts, run=f"r{n}")]])
    publish(many, "out", [], removed=[known[0][0], known[5][0]])
    publish(many, "in", [[copy(*known[5], run="in")], [copy(*known[0], run="in")]])
    assert told(many.latest()) == told(one) != {}


def test_only_the_small_columns_of_strangers_are_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures of shards without a match, and tables, stay closed when a document is added."""
    publish(store, "r1", [[copy("a")], [copy("x", ABSTRACTS[0])]])
    stranger = store.latest().files("_index")[1].name
    read: list[tuple[str, object]] = []

    class Watched(pq.ParquetFile):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            self.path = path

        def read(self, columns: list[str] | None = None, **options: bool) -> pa.Table:
            read.append((str(self.path), columns))
            return super().read(columns, **options)

    monkeypatch.setattr(pq, "ParquetFile", Watched)
    second = publish(store, "r2", [[copy("b", run="r2")]])
    monkeypatch.undo()
    assert told(second) == {"b": "a"}
    assert all(columns and "signature" not in columns for path, columns in read if path.endswith(stranger))
    assert not [path for path, _ in read if "snapshots" in path and "/documents/" in path]
