"""What all sources have in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.records import Failure, Payload
from pipeline.sources import local, payloads


def test_files_need_no_library_of_the_web(tmp_path: Path) -> None:
    """A run on a folder starts as fast as if there were no web."""
    (tmp_path / "a.txt").write_text("CAR T cells")
    script = (
        "import sys\nfrom pipeline.sources import payloads\n"
        "assert len(list(payloads([sys.argv[1]]))) == 1\n"
        "payloads(['pubmed:a', 'europepmc:a', 'clinicaltrials:a', 'feed:https://a.example/', 'https://a.example/'])\n"
        "heavy = ('httpx', 'tenacity', 'protego', 'feedparser', 'pypdfium2', 'sqlite3', 'lxml')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_source_that_breaks_ends_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is a failure of the reference; the next one is read."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "c.txt").write_text(f"CAR T cells in {name}")
    read = local._walk

    def broken(matches: list[Path]) -> Iterator[Payload | Failure]:
        yield from read(matches)
        if matches[0].name == "a":
            raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(local, "_walk", broken)
    first, failed, second = payloads([tmp_path / "a", tmp_path / "b"])
    assert isinstance(first, Payload)
    assert isinstance(second, Payload)
    assert isinstance(failed, Failure)
    assert (failed.source_uri, failed.error) == (str(tmp_path / "a"), "ZeroDivisionError")
