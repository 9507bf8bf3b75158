"""What the documentation tells people to type works: its code blocks are run, in order, on the seeds."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import typer.main

from pipeline.cli import app
from pipeline.store import writer
from tests.conftest import ROOT
from tests.end_to_end.conftest import Read
from tests.local_web import LocalWeb
from tests.services import PubMed

#: Pages whose code another test runs.
_ELSEWHERE: Final = {
    "docs/evidence-notebook.md": "its cells are those of the notebook, which test_notebook runs"
}
#: What a person types that a test must not: these are other tests' matter.
_SKIPPED: Final = ("make", "source")
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND: Final = re.compile(r"(?:\.venv/bin/)?cartographer(?= )")
#: A command at the beginning of a line or of code in a sentence, and what follows it.
_NAMED: Final = re.compile(r"(?:^ *(?:\$ )?(?:\.venv/bin/)?|`)cartographer ([a-z]\w*)([^`\n]*)", re.MULTILINE)
#: When the snapshots were made that `docs/snapshots.md` speaks of.
_DAYS: Final = ("2026-02-03T02:15:01.558312+00:00", "2026-02-04T02:15:03.123456+00:00")


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    code: str
    line: int


def pages() -> list[str]:
    """The README and all pages of the documentation, by their paths."""
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


def blocks(page: str) -> list[Block]:
    """All fenced blocks of a page, in order."""
    text = (ROOT / page).read_text("utf-8")
    return [Block(m[1], m[2], text[: m.start()].count("\n") + 2) for m in _BLOCK.finditer(text)]


def typed(block: Block) -> list[str]:
    """What a person types of a console block: the lines with a prompt; the others are answers."""
    return [line.removeprefix("$ ") for line in block.code.splitlines() if line.startswith("$ ")]


def runs(block: Block) -> bool:
    """Whether there is something in a block that these tests run."""
    return block.language == "python" or any(shlex.split(line)[0] not in _SKIPPED for line in typed(block))


PAGES = [page for page in pages() if page not in _ELSEWHERE and any(map(runs, blocks(page)))]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A PubMed of these tests' own, that finds two records whatever is asked."""
    with LocalWeb().running() as web:
        monkeypatch.setenv("CARTOGRAPHER_PUBMED_URL", PubMed(web, ["40000002", "40000001"]).base)
        yield


@pytest.fixture
def reader(
    read: Read, tmp_path: Path, orchestrator_cache: Path, services: None, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The current folder of somebody who reads along: the seeds, two days' tables of them, and papers."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("gold"))
    seeds = sorted((tmp_path / "seeds").iterdir())
    for day, inputs in zip(_DAYS, (seeds[1:], seeds), strict=True):
        now = datetime.fromisoformat(day).astimezone(timezone.utc)
        with monkeypatch.context() as dated:
            dated.setattr(writer.Writer, "_now", lambda _, now=now: now)
            read(tmp_path / "outputs", *inputs)
    for folder in ("news", "my-texts"):
        (tmp_path / folder).mkdir()
        shutil.copy(seeds[0], tmp_path / folder / "note.txt")
    (tmp_path / "papers" / "2026").mkdir(parents=True)
    shutil.copy(ROOT / "seeds" / "08-paper-cd22-lymphoma.xml", tmp_path / "papers" / "2026")
    with tarfile.open(tmp_path / "archive.tar.gz", "w:gz") as archive:
        archive.add(seeds[1], "one.html")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARTOGRAPHER_CACHE", str(orchestrator_cache))
    return tmp_path


def test_pages_with_code_are_found() -> None:
    """Those that tell what to type are among them, and whose code runs elsewhere are there."""
    assert {"README.md", "docs/tutorial.md", "docs/snapshots.md", "docs/how-to/write-gold.md"} <= set(PAGES)
    assert set(_ELSEWHERE) <= set(pages())


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run_in_order(page: str, reader: Path) -> None:
    """Python in one namespace a page, as in a session; commands as a shell runs them."""
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "python":
            exec(compile("\n" * block.line + block.code, str(ROOT / page), "exec"), names)
        elif block.language == "text" and block.code.startswith("==="):
            (reader / "note.gold").write_text(block.code, "utf-8")
        for line in typed(block):
            _run(line)
    if page == "docs/tutorial.md":
        assert (reader / "crs.png").read_bytes().startswith(b"\x89PNG")
    if page == "docs/how-to/write-gold.md":
        assert "](THERAPY" in (reader / "note.marked").read_text("utf-8")


def _run(line: str) -> None:
    """Run what is typed, unless it is left to others."""
    if shlex.split(line, comments=True)[0] in _SKIPPED:
        return
    command = shlex.join([sys.executable, "-m", "pipeline"])
    clean = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
    done = subprocess.run(
        _COMMAND.sub(lambda _: command, line, count=1) if _COMMAND.match(line) else line,
        shell=True, env=clean, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", pages())
def test_commands_and_options_that_are_named_exist(page: str) -> None:
    """Of each line that is a command and of each in a sentence: its name and its options."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    text = (ROOT / page).read_text("utf-8")
    for name, rest in _NAMED.findall(text):
        assert name in commands, name
        known = {word for one in commands[name].params for word in (*one.opts, *one.secondary_opts)}
        assert not set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", rest)) - known - {"--help"}, (name, rest)


def test_the_scores_of_the_readme_are_those_that_the_floors_were_set_on() -> None:
    """Each field of the frozen gold, and the mean: a floor is just below its score."""
    text = (ROOT / "README.md").read_text("utf-8")
    told: dict[str, float] = {}
    rows = [
        line.strip("| ").split(" | ")
        for line in text.splitlines()
        if re.match(r"\|.+\| 0\.\d{3} \(.+\| 0\.", line)
    ]
    for start in (0, 2):
        whole = ""
        for row in rows:
            name, score = row[start].replace(" ", "_"), float(row[start + 1][:5])
            whole = whole if name.startswith("…_and_") else name
            told[name.replace("…_and_", f"{whole}+")] = score
    told["macro mean"] = float(re.findall(r"The mean of all is (0\.\d+)", text)[0])
    floors = json.loads((ROOT / "tests" / "floors.json").read_text("utf-8"))["tests/gold/frozen"]["floors"]
    assert set(told) == set(floors)
    assert not {name: told[name] for name in floors if not floors[name] <= told[name] <= floors[name] + 0.02}


@pytest.mark.parametrize("page", pages())
def test_what_make_is_asked_for_is_there(page: str) -> None:
    """Targets that a page names are in the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"(?:^(?:    )?(?:\$ )?|`)make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
