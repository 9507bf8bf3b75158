"""How far a run is, at a terminal alone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pipeline.building.progress import progress, total_bytes


def test_plain_files_are_counted_without_opening_one(tmp_path: Path) -> None:
    """Those that are read, through all levels; what is hidden or of another kind is not."""
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    for name, size in (
        ("a.txt", 3),
        ("deep/b.xml", 4),
        ("c.exe", 50),
        (".d.txt", 50),
        ("deep/.hidden/e.txt", 50),
    ):
        (tmp_path / name).write_bytes(b"x" * size)
    assert total_bytes([str(tmp_path)]) == 7
    assert total_bytes([str(tmp_path / "a.txt"), str(tmp_path / "deep")]) == 7


def test_what_nobody_can_know_is_not_told(tmp_path: Path) -> None:
    """How much an archive, a pattern or an address holds."""
    (tmp_path / "a.zip").write_bytes(b"x")
    for reference in (str(tmp_path), str(tmp_path / "*.txt"), "pubmed:CAR-T", "https://example.org/a"):
        assert total_bytes([reference]) is None


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("is_known", [True, False])
def test_a_terminal_is_told_documents_and_their_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    """With the time that remains where it can be known."""
    (tmp_path / "a.txt").write_bytes(b"x" * 10)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress([str(tmp_path if is_known else tmp_path / "*.txt")]) as tell:
        tell(1234, 5)
    assert "1,234 documents" in terminal.getvalue()


def test_a_pipe_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are files counted for it."""
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with progress([str(tmp_path)]) as tell:
        tell(1, 1)
    assert pipe.getvalue() == ""
