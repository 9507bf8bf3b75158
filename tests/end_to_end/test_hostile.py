"""Files that were never meant to be read, in one run beside one that was."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import psutil
import pytest

from tests.conftest import ROOT
from tests.end_to_end.published import FACTS, Document, Published, spans

GOOD: Final = """CD19 CAR T cells in lupus

Eight patients with systemic lupus erythematosus were given CD19 CAR T cells. Cytokine release syndrome of
grade 1 occurred in five of them, and there was no neurotoxicity.
"""
SECRET: Final = "a word that stands in no input: xylograph"
# Below and above the longest text that is read (settings.max_document_chars).
LONG_LINE: Final = 400_000
TOO_LONG: Final = 2_000_001

_BOMB: Final = "".join(f'<!ENTITY {chr(98 + step)} "{f"&{chr(97 + step)};" * 10}">' for step in range(9))


def _noise(n_bytes: int) -> bytes:
    """Bytes without a pattern, the same at every run."""
    state, out = 11, bytearray()
    for _ in range(n_bytes):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(state >> 16 & 0xFF)
    return bytes(out)


def _gzip_bomb(n_bytes: int) -> bytes:
    """So many blanks, compressed block by block: this test takes no more memory than the run may."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for _ in range(n_bytes // 1_000_000):
            file.write(b" " * 1_000_000)
    return packed.getvalue()


def _zip(**members: str) -> bytes:
    """Members by name; a name may be anything."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _link(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


def _jats(body: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<article><front><article-meta><title-group><article-title>CAR T cells'
        f"</article-title></title-group></article-meta></front><body>{body}</body></article>"
    ).encode()


#: Files that hold no document, or that must not be believed.
UNREADABLE: Final[dict[str, bytes]] = {
    "empty.txt": b"",
    "spaces.txt": b" \n\t \n",
    "noise.xml": _noise(2_000),
    "cut-off.xml": b"<article><front><article-meta><title-group><article-title>CAR T",
    "other-root.xml": b"<inventory><car>T</car></inventory>",
    "image.txt": b"\x89PNG\r\n\x1a\n" + _noise(500),
    "archive.txt": b"PK\x03\x04" + _noise(500),
    "too-long.txt": b"x" * TOO_LONG,
    "no-text.jsonl": b'{"id": "a"}\n',
    "nothing-but-nuls.txt": b"\x00" * 5_000,
    "nine-megabytes.txt": b"CD19 CAR T cells in lupus " * 360_000,
    "gzip-bomb.txt.gz": _gzip_bomb(300_000_000),
    "no-gzip.txt.gz": b"CD19 CAR T cells in lupus.",
    "no-zip.zip": b"PK\x03\x04" + _noise(500),
    "climbs-out.zip": _zip(**{"../../climbed.txt": "CAR T cells climbed out."}),
    "rooted.zip": _zip(**{"/rooted-by-a-test.txt": "CAR T cells at the root."}),
    "links.tar": _tar((_link("passwords.txt", "/etc/passwd"), b"")),
    "no-object.jsonl": b'["id", "text"]\n',
}
#: Files of which something may be read, or nothing: text or a failure, never silence.
STRANGE: Final[dict[str, bytes]] = {
    "noise.txt": _noise(4_000),
    "nuls.txt": b"\x00".join(b"CD19 CAR T cells." for _ in range(3)),
    "latin-1.txt": "Müller saw no neurotoxicity in naïve patients.".encode("latin-1"),
    "utf-16.txt": "CD19 CAR T cells in lupus.".encode("utf-16"),
    "half-a-character.txt": "CD19 CAR T cells – β".encode()[:-1],
    "one-line.txt": b"x" * LONG_LINE,
    "one-sentence.txt": b"CD19 CAR T cells and " * 500,
    "brackets.txt": b"([{<" * 1_000,
    "no-spaces.txt": b"CAR-T/CD19," * 500,
    "unclosed.html": b"<html><body><div><p>CAR T cells <b>in <table><tr><td>lupus" + b"<div>" * 3_000,
    "nested.html": b"<html><body>" + b"<div>" * 20_000 + b"CAR T cells" + b"</div>" * 20_000,
    "nested.xml": _jats("<sec>" * 20_000 + "<p>CAR T cells</p>" + "</sec>" * 20_000),
    "nested.md": b">" * 2_000 + b" CAR T cells\n" + b"*" * 2_000,
    "bomb.xml": _jats("<p>&j;</p>", f'<!DOCTYPE article [<!ENTITY a "CAR T cells">{_BOMB}]>'),
    "entity.xml": _jats("<p>&e;</p>", '<!DOCTYPE article [<!ENTITY e SYSTEM "SECRET_URI">]>'),
    "remote.xml": _jats("<p>&e;</p>", '<!DOCTYPE article [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>'),
    "include.xml": _jats('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="SECRET_URI"/>'),
    "broken-lines.jsonl": b'{"id": "fine", "text": "CD19 CAR T cells."}\n{"id": "cut", "te\nnot JSON\n',
    "surrogate.jsonl": b'{"id": "lone", "text": "CAR T \\ud800 cells"}\n',
    "cut-off.txt.gz": gzip.compress(b"CD19 CAR T cells in lupus. " * 2_000, mtime=0)[:-200],
    "ticks.html": b"<p>" + b"<b>" * 100_000 + b"CAR T cells",
    "one-line.jsonl": b'{"id": "long", "text": "' + b"CD19 CAR T cells in lupus. " * 10_000 + b'"}',
    "deep.jsonl": b'{"id": "deep", "text": ' + b"[" * 20_000 + b"]" * 20_000 + b"}\n",
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of them, one good file, and links that lead out."""
    root = tmp_path_factory.mktemp("zoo")
    outside, folder = root / "outside", root / "inputs"
    outside.mkdir()
    folder.mkdir()
    secret = outside / "secret.txt"
    secret.write_text(SECRET, "utf-8")
    (folder / "good.txt").write_text(GOOD, "utf-8")
    for name, content in (UNREADABLE | STRANGE).items():
        (folder / name).write_bytes(content.replace(b"SECRET_URI", secret.as_uri().encode()))
    (folder / "link.txt").symlink_to(secret)
    (folder / "dangling.txt").symlink_to(outside / "nothing.txt")
    (folder / "linked-folder").symlink_to(outside, target_is_directory=True)
    (folder / "circle").symlink_to(folder, target_is_directory=True)
    return folder


class Done(NamedTuple):
    """The command on the whole folder, where its tables are, and the most memory that was taken."""

    process: subprocess.CompletedProcess[str]
    output: Path
    most_bytes: int


def _memory(process: psutil.Process) -> int:
    """Bytes of a process and of all that it has started; of those that end meanwhile, none."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total


@pytest.fixture(scope="module")
def done(zoo: Path, orchestrator_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    output = tmp_path_factory.mktemp("zoo-tables")
    inherited = {n: word for n, word in os.environ.items() if not n.startswith(("PREFECT", "CARTOGRAPHER"))}
    started = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(zoo), "--output", str(output), "--json"],
        env=inherited | {"CARTOGRAPHER_CACHE": str(orchestrator_cache)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    most = [0]

    def watch() -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while started.poll() is None:
                most[0] = max(most[0], _memory(psutil.Process(started.pid)))
                time.sleep(0.1)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    out, err = started.communicate(timeout=400)
    watcher.join()
    return Done(subprocess.CompletedProcess(started.args, started.returncode, out, err), output, most[0])


@pytest.fixture(scope="module")
def published(done: Done) -> Published:
    assert done.process.returncode == 0, done.process.stderr
    return Published(done.output)


@pytest.fixture(scope="module")
def outcome(published: Published) -> Callable[[str], tuple[list[str], list[str]]]:
    """Texts and failures of a file, by its name."""

    def of(name: str) -> tuple[list[str], list[str]]:
        texts, failures = (
            frame[frame["source_uri"].str.partition("#")[0].str.endswith(f"/{name}")][column].tolist()
            for frame, column in (
                (published.frames["documents"], "text"),
                (published.frames["failures"], "message"),
            )
        )
        return texts, failures

    return of


def test_the_run_ends_well_and_says_so(done: Done) -> None:
    """Exit code 0, a summary that adds up, no traceback and nothing of a library."""
    ended = done.process
    assert (ended.returncode, ended.stderr) == (0, "")
    run = json.loads(ended.stdout)["run"]
    assert run["n_failed"] > 0
    assert run["n_seen"] == run["n_new"] + run["n_failed"]


def test_memory_stays_small(done: Done) -> None:
    """Of the run, its worker and its server together: below 3 GB, whatever is thrown at them."""
    assert 0 < done.most_bytes < 3_000_000_000


def test_no_archive_writes_a_file(zoo: Path) -> None:
    """Neither where its members say nor beside it."""
    assert not (zoo.parent.parent / "climbed.txt").exists()
    assert not (zoo.parent / "climbed.txt").exists()
    assert not Path("/rooted-by-a-test.txt").exists()


def test_the_good_file_is_read_as_if_it_were_alone(published: Published) -> None:
    """Its facts are there."""
    good: Document = published.document("good.txt")
    assert good.text == GOOD
    assert good.relations("targets", "CD19 CAR T cells", "CD19")
    assert good.relations("treats", "CD19 CAR T cells", "systemic lupus erythematosus")
    assert all(good.rows(table) for table in FACTS)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_holds_no_document_fails_with_a_message(
    outcome: Callable[[str], tuple[list[str], list[str]]], name: str
) -> None:
    """One row of `failures`, with a sentence for a person, and no text."""
    texts, failures = outcome(name)
    assert texts == []
    assert len(failures) == 1
    assert len(failures[0].split()) >= 4
    assert "Traceback" not in failures[0]


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_strange_is_read_or_fails_but_is_never_lost(
    outcome: Callable[[str], tuple[list[str], list[str]]], name: str
) -> None:
    """Text, or a row of `failures`."""
    texts, failures = outcome(name)
    assert texts or failures


@pytest.mark.parametrize("name", ["link.txt", "dangling.txt", "linked-folder", "circle"])
def test_a_link_that_leads_out_is_not_followed(
    outcome: Callable[[str], tuple[list[str], list[str]]], name: str
) -> None:
    """Nor one in a circle; where something is left out, a failure says so."""
    texts, failures = outcome(name)
    assert texts == []
    assert failures or name == "circle"


def test_nothing_is_taken_from_outside_the_inputs(published: Published) -> None:
    """No entity, include or link brings in another file, and no entity grows."""
    texts = published.frames["documents"]["text"]
    assert not texts.str.contains("xylograph").any()
    bombed = published.frames["documents"]["source_uri"].str.endswith("bomb.xml")
    assert not (texts[bombed].str.len() > 1_000).any()


def test_a_broken_line_costs_only_itself(published: Published) -> None:
    """The good line of a JSON lines file is read, each broken one is a failure."""
    uris = published.frames["failures"]["source_uri"]
    assert "fine" in set(published.frames["documents"]["doc_id"])
    assert uris.str.contains("broken-lines.jsonl").sum() == 2


def test_rows_stand_where_they_say(published: Published) -> None:
    """Also in the strangest text."""
    for table in ("mentions", "sentences"):
        assert [pair for pair in spans(published, table) if pair[0] != pair[1]] == []
