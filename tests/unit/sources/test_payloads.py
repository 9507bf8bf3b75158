"""What all sources have in common."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from pipeline.increment import Increment, Met
from pipeline.records import Failure, Payload
from pipeline.sources import local, payloads
from tests.local_web import LocalWeb
from tests.services import PubMed, rss


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


class _Held:
    """What a snapshot holds, as far as the plan asks."""

    def __init__(self, uris: list[str]) -> None:
        self._uris = uris

    def index(self) -> dict[str, str]:
        return dict.fromkeys(self._uris, "key")

    def sources(self) -> dict[str, str]:
        return {uri: uri for uri in self._uris}


def _missing(references: list[str], held: list[str]) -> set[str]:
    """Documents of `held` that a run on the references would withdraw."""
    plan = Increment(_Held(held))
    read = set()
    for met in payloads(references):
        if isinstance(met, Payload):
            read.add(urldefrag(met.source_uri).url)
            plan.keep([Met(met.source_uri, met.source_uri, met.sha256, "key")])
        else:
            plan.refuse([met])
    return plan.missing(read)


def test_a_member_that_has_left_its_archive_is_missing(tmp_path: Path) -> None:
    """Unless something of the archive could not be read: then nobody knows."""
    path = tmp_path / "a.zip"
    members = [f"{path.as_uri()}#{name}.txt" for name in "abc"]
    for broken in (False, True):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "CAR T cells")
            if broken:
                archive.writestr("../up.txt", "CAR T cells")
        assert _missing([str(path)], members) == (set() if broken else set(members[1:]))


@pytest.mark.usefixtures("pauses")
def test_what_a_feed_or_query_lists_no_longer_is_not_missing(
    local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """A list of what is new says nothing of what is gone."""
    given(pubmed_url=PubMed(local_web, ["38000002"]).base)
    local_web.serve("/new", "<p>CAR T cells</p>")
    feed = local_web.serve("/feed.xml", rss([{"title": "A", "link": "/new"}]), "application/rss+xml")
    held = [f"{local_web.url}/old", f"{local_web.url}/new", "https://pubmed.ncbi.nlm.nih.gov/38000001/"]
    assert _missing([f"feed:{feed}", "pubmed:lupus"], held) == set()
