"""What the documentation tells people to type works: its code blocks are run, in order, on the seeds."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tests.end_to_end.conftest import Read

PAGES = ("README.md", "docs/tutorial.md", "docs/analysis.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What a person types that a test must not: these are other tests' matter.
_SKIPPED = ("make", "source")


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    code: str
    line: int


def blocks(page: str) -> list[Block]:
    """All fenced blocks of a page, in order."""
    text = (ROOT / page).read_text("utf-8")
    return [Block(m[1], m[2], text[: m.start()].count("\n") + 2) for m in _BLOCK.finditer(text)]


@pytest.fixture
def reader(read: Read, tmp_path: Path, orchestrator_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the seeds and the tables that `make run` makes of them, as the current one."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("gold"))
    read(tmp_path / "outputs", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARTOGRAPHER_CACHE", str(orchestrator_cache))
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run_in_order(page: str, reader: Path) -> None:
    """Python in one namespace a page, as in a session; commands as a shell runs them, where they can run."""
    names: dict[str, object] = {}
    run = 0
    for block in blocks(page):
        if block.language == "python":
            exec(compile("\n" * block.line + block.code, str(ROOT / page), "exec"), names)
            run += 1
        elif block.language == "console" and page == "docs/tutorial.md":
            run += sum(_typed(line.removeprefix("$ ")) for line in block.code.splitlines() if line)
    assert run >= 1
    if page == "docs/tutorial.md":
        assert (reader / "crs.png").read_bytes().startswith(b"\x89PNG")


def _typed(line: str) -> bool:
    """Run a line of a console block; False where it is left to others."""
    words = shlex.split(line, comments=True)
    if words[0] in _SKIPPED:
        return False
    if words[0] == "cartographer":
        line = shlex.join([sys.executable, "-m", "pipeline", *words[1:]])
    clean = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
    done = subprocess.run(
        line, shell=True, env=clean, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return True


@pytest.mark.parametrize("page", PAGES)
def test_what_make_is_asked_for_is_there(page: str) -> None:
    """Targets that a page names are in the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for block in blocks(page):
        for target in re.findall(r"^\$ make (\w+)", block.code, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
