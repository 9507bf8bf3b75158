"""What parsing gave is remembered, and forgetting it costs nothing but time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.increment import Memo, Met
from pipeline.records import Payload

PAYLOAD = Payload("file:///a.txt", b"Text.", "text/plain")
FOUND = (Met("a", "file:///a.txt", "0" * 64, "key"),)


def remembered(path: Path, fingerprint: str = "f", payload: Payload = PAYLOAD) -> tuple[Met, ...] | None:
    with Memo.at(path, fingerprint) as memo:
        return memo.documents(payload)


def test_the_same_bytes_from_the_same_place_are_known(tmp_path: Path) -> None:
    """In a later run as well; other bytes, another address or media type are not."""
    with Memo.at(tmp_path / "memo", "f") as memo:
        assert memo.documents(PAYLOAD) is None
        memo.remember(PAYLOAD, FOUND)
    assert remembered(tmp_path / "memo") == FOUND
    for other in ({"body": b"Texts."}, {"source_uri": "file:///b.txt"}, {"media_type": "text/html"}):
        assert remembered(tmp_path / "memo", payload=replace(PAYLOAD, **other)) is None  # type: ignore[arg-type]


def test_what_other_code_or_another_model_has_parsed_is_forgotten(tmp_path: Path) -> None:
    """Keys depend on the fingerprint, documents on the parser."""
    with Memo.at(tmp_path / "memo", "f") as memo:
        memo.remember(PAYLOAD, FOUND)
    assert remembered(tmp_path / "memo", "g") is None
    assert remembered(tmp_path / "memo", "f") is None


def test_a_broken_file_is_begun_anew(tmp_path: Path) -> None:
    """Noise where the memo was, or a memo with noise in it, stops nobody."""
    (tmp_path / "memo").write_bytes(b"noise" * 1000)
    with Memo.at(tmp_path / "memo", "f") as memo:
        memo.remember(PAYLOAD, FOUND)
    assert remembered(tmp_path / "memo") == FOUND


def test_a_memo_that_cannot_be_kept_knows_nothing(tmp_path: Path) -> None:
    """A folder stands where the file should be: the run goes on without."""
    (tmp_path / "memo").mkdir()
    with Memo.at(tmp_path / "memo", "f") as memo:
        memo.remember(PAYLOAD, FOUND)
        assert memo.documents(PAYLOAD) is None
