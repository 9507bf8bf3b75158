"""`cartographer show` and `cartographer why`, as a person and as a pipe see them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from pipeline import cli
from pipeline.evaluation.markup import parse_marked
from tests.unit.analysis.told import Told, news, published, trial


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `outputs/` of the small snapshot."""
    folder = tmp_path_factory.mktemp("look")
    evil = Told(
        "evil", "Nasty \x1b[31m\u202etitle\n\nNo CRS\x1b[2J [1] was seen.", title="\x1b[2J" + "x" * 10_000
    )
    evil.event("CRS\x1b[2J", assertion="absent", cue="No")
    published(folder / "outputs", trial(), news(), evil)
    return folder


class Left(NamedTuple):
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


class Run(Protocol):
    """Runs the command in the folder of the snapshot; `terminal` lets it believe that it writes to one."""

    def __call__(self, *arguments: str, terminal: bool = False) -> Left: ...


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(place)
    for name in ("NO_COLOR", "FORCE_COLOR", cli.DEBUG_VARIABLE):
        monkeypatch.delenv(name, raising=False)

    def run_here(*arguments: str, terminal: bool = False) -> Left:
        monkeypatch.setattr(sys, "argv", ["cartographer", *arguments])
        with monkeypatch.context() as patched:
            if terminal:
                for name, word in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "90"}.items():
                    patched.setenv(name, word)
            try:
                cli.main()
                code = 0
            except SystemExit as leaving:
                code = int(leaving.code or 0)
        return Left(code, *capsys.readouterr())

    return run_here


def test_a_pipe_gets_the_mark_up_of_gold(run: Run) -> None:
    """No colours, no broken lines; the text is the document's, and its tags can be read strictly."""
    done = run("show", "trial")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    marked = done.stdout.split("\n\n", 1)[1].split("\n\nstudies (1)")[0]
    parsed = parse_marked(marked)
    assert parsed.text == trial().text
    said = {parsed.text[s.start_char : s.end_char]: (s.label, s.attributes) for s in parsed.spans}
    assert said["ICANS"] == ("ADVERSE_EVENT", {"assertion": "absent"})
    assert said["Thirty-eight patients"] == ("COHORT", {"n": "38", "role": "treated"})


def test_without_a_document_all_are_listed(run: Run) -> None:
    """Newest first, those without a date last, one line each whatever a title holds; a terminal cuts them."""
    head, *lines = run("show").stdout.splitlines()
    assert head.split() == ["document", "kind", "published", "title", "·", "file"]
    assert [line.split()[:3] for line in lines] == [
        ["news", "news", "2024-03-05"],
        ["trial", "paper", "2024-03-01"],
        ["evil", "paper", "–"],
    ]
    assert lines[1].endswith("CD19 CAR T cells in lymphoma · trial.txt")
    assert lines[2].endswith("x · evil.txt")
    assert "\x1b" not in lines[2]
    on_terminal = run("show", terminal=True).stdout.splitlines()
    assert len(on_terminal) == 4
    assert on_terminal[3].endswith("…")
    assert "\x1b[2J" not in on_terminal[3]


def test_facts_are_listed_with_the_ids_that_why_takes(run: Run) -> None:
    """Each line begins with an id; the command explains it."""
    lines = run("show", "trial").stdout.split("\n\nstudies")[1].splitlines()
    ids = [line.split()[0] for line in lines if line.startswith("  ")]
    assert ids == ["trial#t0", "trial#c0", "trial#c1", "trial#a0", "trial#a1", "trial#r0"]
    for row_id in ids:
        assert run("why", row_id).stdout.split()[1] == row_id


def test_a_terminal_gets_colours_and_what_is_denied_is_struck(run: Run) -> None:
    """By type; code 9 strikes."""
    done = run("show", "trial", terminal=True)
    assert "\x1b[1;32mCD19 CAR T cells\x1b[0m" in done.stdout
    assert "\x1b[1;9;31mICANS\x1b[0m" in done.stdout
    assert "(ADVERSE_EVENT" not in done.stdout


def test_why_tells_sentence_cue_concept_run_and_snapshot(run: Run) -> None:
    """All that there is to know of a row."""
    out = run("why", "trial#a1").stdout
    assert "{No} [ICANS] was seen." in out
    for told in (
        "denied",
        "“No” made it absent",
        "score 0.90",
        "38 patients, treated",
        "run r1",
        "key-trial",
    ):
        assert told in out
    assert "immune effector cell-associated neurotoxicity syndrome (DOID 1)" in out


def test_why_reverses_the_cue_on_a_terminal(run: Run) -> None:
    """Code 7 reverses."""
    assert "\x1b[7mNo\x1b[0m" in run("why", "trial#a1", terminal=True).stdout


@pytest.mark.parametrize(
    "name", ["trial", "tri", "trial.txt", "in/trial.txt", "https://journal.example.org/trial"]
)
def test_a_document_is_found_by_what_it_is_called(run: Run, name: str) -> None:
    """Id, beginning, file, path, address."""
    assert "\ntrial · paper" in run("show", name).stdout


def test_a_document_is_found_by_words_of_its_title(run: Run) -> None:
    """In any case; words that several have are told with a list to choose from."""
    assert "\nnews · news" in run("show", "cells AGAINST").stdout
    done = run("show", "lymphoma")
    assert (done.returncode, done.stdout) == (2, "")
    assert "trial  trial.txt  CD19 CAR T cells in lymphoma" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["show", "trail"], 2, "close to it"),
        (["show", ""], 2, "no document"),
        (["why", "trial#a"], 2, "trial#a0, trial#a1"),
        (["why", "nothing"], 2, "no row"),
        (["why", "trial", "-o", "elsewhere"], 6, "elsewhere"),
        (["show", "trial", "--at", "1999-01-01"], 6, "as old as"),
    ],
)
def test_mistakes_are_told_in_a_line_with_what_to_do(
    run: Run, arguments: list[str], code: int, told: str
) -> None:
    """With the exit code of their kind."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("cartographer: ")
    assert told in done.stderr


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("arguments", [["show", "evil"], ["why", "evil#a0"]])
def test_a_document_can_not_move_the_cursor(run: Run, arguments: list[str], terminal: bool) -> None:
    """Control characters of a text are shown as replaced; a long title stays a line."""
    out = run(*arguments, terminal=terminal).stdout
    assert "\x1b[2J" not in out
    assert "\x1b[31m\u202e" not in out
    assert "\u202e" not in out
    assert "x" * 200 not in out
    assert "CRS\ufffd[2J" in out.replace("\\[", "[")


def complete(place: Path, *words: str) -> list[str]:
    """What a bash shell would be offered for the last of these words."""
    environment = os.environ | {
        "_CARTOGRAPHER_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["cartographer", *words]),
        "COMP_CWORD": str(len(words)),
    }
    script = "from pipeline.cli import app; app(prog_name='cartographer')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def test_the_shell_completes_commands_documents_and_rows(place: Path) -> None:
    """Ids and names of files; after a # ids of the document's facts; nothing without a snapshot."""
    assert "show" in complete(place, "sh")
    assert complete(place, "show", "tri") == ["trial", "trial.txt"]
    assert complete(place, "why", "tri") == ["trial#"]
    assert complete(place, "why", "trial#a") == ["trial#a0", "trial#a1"]
    assert complete(place, "show", "--output", "nowhere", "tri") == []


@pytest.mark.parametrize("command", ["show", "why"])
def test_help_comes_at_once(command: str) -> None:
    """Without pyarrow, pandas or rich being imported by us."""
    script = (
        "import sys\nfrom pipeline.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('spacy', 'prefect', 'pyarrow', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, command, "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Examples:" in done.stdout
