"""Files that were never meant to be read, in one run beside one that was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

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


@pytest.fixture(scope="module")
def done(
    zoo: Path, orchestrator_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The command on the whole folder, and where its tables are."""
    output = tmp_path_factory.mktemp("zoo-tables")
    inherited = {n: word for n, word in os.environ.items() if not n.startswith(("PREFECT", "CARTOGRAPHER"))}
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(zoo), "--output", str(output), "--json"],
        env=inherited | {"CARTOGRAPHER_CACHE": str(orchestrator_cache)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return ended, output


@pytest.fixture(scope="module")
def published(done: tuple[subprocess.CompletedProcess[str], Path]) -> Published:
    ended, output = done
    assert ended.returncode == 0, ended.stderr
    return Published(output)


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


def test_the_run_ends_well_and_says_so(done: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """Exit code 0, a summary that adds up, no traceback and nothing of a library."""
    ended, _ = done
    assert (ended.returncode, ended.stderr) == (0, "")
    run = json.loads(ended.stdout)["run"]
    assert run["n_failed"] > 0
    assert run["n_seen"] == run["n_new"] + run["n_failed"]


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
