"""Shards that go from a worker to the coordinator by storage that both reach."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StoreError, UsageError
from pipeline.reading.exchange import Exchange
from pipeline.store import ShardInfo
from pipeline.store.files import FileEntry
from tests.object_store import ObjectStore, object_store

CONTENT = b"rows of a table, or so " * 1000


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    with object_store() as made:
        yield made


@pytest.fixture(params=["path", "file", "s3", "fsspec"])
def exchange(request: pytest.FixtureRequest, store: ObjectStore, tmp_path: Path) -> Exchange:
    """As a worker gets it, of each kind."""
    address = {
        "path": str(tmp_path / "a folder"),
        "file": (tmp_path / "files").as_uri(),
        "s3": store.url("some/where"),
        "fsspec": "memory://some/where",
    }[request.param]
    sent: Exchange = pickle.loads(pickle.dumps(Exchange(address, tmp_path / "out")))
    return sent


@pytest.fixture
def shard(tmp_path: Path) -> ShardInfo:
    """Two files in the folder `worker`."""
    files = {}
    for table in ("mentions", "index"):
        folder = tmp_path / "worker" / table
        folder.mkdir(parents=True)
        (folder / "b1.parquet").write_bytes(CONTENT)
        files[table] = FileEntry("b1.parquet", 3, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    (tmp_path / "here").mkdir()
    return ShardInfo("b1", ("d1",), ("r1",), files)


def test_what_a_worker_leaves_is_taken_whole_and_once(
    exchange: Exchange, shard: ShardInfo, tmp_path: Path
) -> None:
    """The files lie where the writer looks for them; nothing stays on the storage."""
    exchange.clear()
    exchange.leave(shard, tmp_path / "worker")
    exchange.take(shard, tmp_path / "here")
    for table in shard.files:
        assert (tmp_path / "here" / table / "b1.parquet").read_bytes() == CONTENT
    with pytest.raises(StoreError, match="can't take the shard b1"):
        exchange.take(shard, tmp_path / "here")


def test_what_a_crash_has_left_is_cleared_and_what_is_of_another_store_is_not(
    store: ObjectStore, shard: ShardInfo, tmp_path: Path
) -> None:
    """Each output folder has a folder of its own on the storage."""
    address = store.url("crashed")
    one, other = Exchange(address, tmp_path / "one"), Exchange(address, tmp_path / "other")
    for exchange in (one, other):
        exchange.leave(shard, tmp_path / "worker")
    one.clear()
    with pytest.raises(StoreError):
        one.take(shard, tmp_path / "here")
    other.take(shard, tmp_path / "here")


def test_a_file_that_was_changed_on_the_way_is_refused(
    store: ObjectStore, shard: ShardInfo, tmp_path: Path
) -> None:
    """Its hash tells."""
    exchange = Exchange(store.url("changed"), tmp_path)
    exchange.leave(shard, tmp_path / "worker")
    (key,) = (key for key in store.objects if key.startswith("changed/") and "/mentions/b1" in key)
    store.objects[key] = CONTENT[:-1] + b"!"
    with pytest.raises(StoreError, match="not what a worker wrote"):
        exchange.take(shard, tmp_path / "here")


@pytest.mark.parametrize("address", ["nonsense://somewhere", "s3://bucket/folder?colour=red"])
def test_an_address_that_nobody_opens_is_a_mistake_in_the_arguments(address: str, tmp_path: Path) -> None:
    """The option is named."""
    with pytest.raises(UsageError, match="--shards"):
        Exchange(address, tmp_path)


def test_a_key_in_the_address_is_told_to_nobody(store: ObjectStore, shard: ShardInfo, tmp_path: Path) -> None:
    """Messages end in logs and tables."""
    with pytest.raises(StoreError) as told:
        Exchange(store.url("nothing"), tmp_path).take(shard, tmp_path / "here")
    assert "shared-bucket/nothing" in str(told.value)
    assert "secret" not in str(told.value)
