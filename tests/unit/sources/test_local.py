"""Files, folders and patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import payloads


def _names(found: list[Payload | Failure]) -> list[str]:
    return [Path(each.source_uri).name for each in found]


def test_folder_is_searched_for_claimed_endings_in_sorted_order(tmp_path: Path) -> None:
    """Hidden files and endings that no parser claims are passed over; the rest comes sorted, depth first."""
    (tmp_path / "inner").mkdir()
    for name in ("b.txt", "a.md", ".hidden.txt", "gold.json", "inner/c.xml"):
        (tmp_path / name).write_text("x")
    found = list(payloads([tmp_path]))
    assert _names(found) == ["a.md", "b.txt", "c.xml"]
    assert isinstance(found[0], Payload)
    assert found[0].source_uri == (tmp_path / "a.md").as_uri()
    assert found[0].media_type == "text/markdown"


def test_named_file_is_always_handed_on_and_only_once(tmp_path: Path) -> None:
    """A file that is named itself needs no known ending; named twice it is read once."""
    path = tmp_path / "notes.weird"
    path.write_bytes(b"CAR T")
    assert [each.body for each in payloads([path, str(path)]) if isinstance(each, Payload)] == [b"CAR T"]


def test_missing_path_is_told_at_once(tmp_path: Path) -> None:
    """A reference that names nothing raises before anything is read."""
    with pytest.raises(SourceError, match=r"no file or folder"):
        payloads([tmp_path / "missing.txt"])
    with pytest.raises(SourceError, match="pattern"):
        payloads([str(tmp_path / "*.txt")])


def test_link_that_leads_out_is_a_failure(tmp_path: Path) -> None:
    """A link out of the folder is not followed; other files go on."""
    (tmp_path / "out.txt").write_text("secret")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "out.txt")
    (folder / "z.txt").write_text("fine")
    failed, read = list(payloads([folder]))
    assert isinstance(failed, Failure)
    assert failed.stage == "fetch"
    assert isinstance(read, Payload)


def test_too_large_file_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is checked before the bytes are read."""
    monkeypatch.setenv("CARTOGRAPHER_MAX_PAYLOAD_BYTES", "3")
    settings.cache_clear()
    (tmp_path / "a.txt").write_text("long")
    [failed] = payloads([tmp_path / "a.txt"])
    settings.cache_clear()
    assert isinstance(failed, Failure)
    assert "CARTOGRAPHER_MAX_PAYLOAD_BYTES" in failed.message


@pytest.mark.parametrize("named", ["", "*.txt"])
def test_a_link_that_leads_to_itself_costs_only_itself(tmp_path: Path, named: str) -> None:
    """What stands behind it in a folder, or among the matches of a pattern, is read."""
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_text("Eleven patients were infused.", encoding="utf-8")
    (tmp_path / "b.txt").symlink_to("b.txt")
    first, broken, last = payloads([str(tmp_path / named)])
    assert isinstance(first, Payload)
    assert isinstance(last, Payload)
    assert last.source_uri.endswith("/c.txt")
    assert isinstance(broken, Failure)
    assert broken.source_uri.endswith("/b.txt")
