"""What is kept of what was fetched."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from pipeline.sources import payload_cache
from pipeline.sources.payload_cache import Kept, PayloadCache


@pytest.fixture
def cache(tmp_path: Path) -> PayloadCache:
    return PayloadCache(tmp_path / "payloads")


def _objects(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "payloads" / "objects").rglob("*") if path.is_file())


def test_what_is_kept_comes_back(cache: PayloadCache, tmp_path: Path) -> None:
    """Also in another process: nothing is remembered but in the folder."""
    cache.put([Kept("https://a.example/1", b"cells", "text/html", '"v1"', "today")])
    kept = PayloadCache(tmp_path / "payloads").get("https://a.example/1")
    assert kept is not None
    assert kept[:5] == ("https://a.example/1", b"cells", "text/html", '"v1"', "today")
    assert kept.fetched_at > 1_700_000_000
    assert cache.get("https://a.example/2") is None


def test_equal_contents_are_one_file(cache: PayloadCache, tmp_path: Path) -> None:
    """And a content that no address gives any more is gone."""
    cache.put([Kept("a", b"same"), Kept("b", b"same"), Kept("c", b"other")])
    assert len(_objects(tmp_path)) == 2
    cache.put([Kept("a", b"new")])
    assert len(_objects(tmp_path)) == 3
    cache.put([Kept("b", b"new"), Kept("c", b"new")])
    assert len(_objects(tmp_path)) == 1
    assert {name: kept.body for name in "abc" if (kept := cache.get(name))} == dict.fromkeys("abc", b"new")


@pytest.mark.parametrize("damage", [b"", b"noise", b"\x1f\x8b\x08\x00"])
def test_a_damaged_content_counts_as_never_fetched(
    cache: PayloadCache, tmp_path: Path, damage: bytes
) -> None:
    """And can be kept again."""
    cache.put([Kept("a", b"cells")])
    [path] = _objects(tmp_path)
    path.write_bytes(damage)
    assert cache.get("a") is None
    cache.put([Kept("a", b"cells")])
    kept = cache.get("a")
    assert kept is not None
    assert kept.body == b"cells"


def test_a_damaged_index_makes_room_for_a_new_one(cache: PayloadCache, tmp_path: Path) -> None:
    """Nothing is raised: what was fetched is more than what can be kept of it."""
    cache.put([Kept("a", b"cells")])
    for path in (tmp_path / "payloads").glob("index.sqlite*"):
        path.unlink()
    (tmp_path / "payloads" / "index.sqlite").write_bytes(b"this is no database" * 500)
    fresh = PayloadCache(tmp_path / "payloads")
    assert fresh.get("a") is None
    fresh.put([Kept("a", b"cells")])
    kept = fresh.get("a")
    assert kept is not None
    assert kept.body == b"cells"


def test_a_folder_that_can_not_be_written_is_no_obstacle(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "payloads").write_text("a file")
    cache = PayloadCache(tmp_path / "payloads")
    cache.put([Kept("a", b"cells")])
    assert cache.get("a") is None
    assert cache.begin("q") > 0


def test_which_of_many_were_fetched_since(cache: PayloadCache) -> None:
    """Of more addresses than a statement of SQLite can name."""
    cache.put(Kept(str(number), b"cells") for number in range(2_000))
    kept = cache.get("0")
    assert kept is not None
    names = [str(number) for number in range(3_000)]
    assert cache.fetched_since(names, kept.fetched_at) == set(names[:2_000])
    assert cache.fetched_since(names, kept.fetched_at + 60) == set()


def test_a_query_that_is_broken_off_is_resumed(cache: PayloadCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the time at which it began, unless that is long ago."""
    moment = [1_800_000_000.0]
    monkeypatch.setattr(payload_cache.time, "time", lambda: moment[0])
    began = cache.begin("pubmed:lupus")
    moment[0] += 600
    assert cache.begin("pubmed:lupus") == began
    assert cache.begin("pubmed:other") == began + 600
    cache.finish("pubmed:lupus")
    assert cache.begin("pubmed:lupus") == began + 600
    moment[0] += payload_cache.RESUME_SECONDS + 1
    assert cache.begin("pubmed:lupus") == moment[0]


def _keep_many(folder: Path, name: str) -> None:
    cache = PayloadCache(folder)
    for number in range(150):
        cache.put(
            [Kept(f"{name}-{number}", f"content {number}".encode()), Kept("shared", name.encode() * number)]
        )


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    """Each finds what all of them have kept, and no file is left half-written."""
    spawn = multiprocessing.get_context("spawn")
    names = ["one", "two", "three"]
    crew = [spawn.Process(target=_keep_many, args=(tmp_path / "payloads", name)) for name in names]
    for process in crew:
        process.start()
    for process in crew:
        process.join(60)
        assert process.exitcode == 0
    cache = PayloadCache(tmp_path / "payloads")
    for name in names:
        for number in range(150):
            kept = cache.get(f"{name}-{number}")
            assert kept is not None
            assert kept.body == f"content {number}".encode()
    assert not list((tmp_path / "payloads").rglob("*.tmp"))
