"""Arguments in, exit code out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import __version__, cli, errors
from pipeline.building import Job
from pipeline.errors import CartographerError, FailureShareError, ModelError
from pipeline.summary import Summary


def summary_of(n_seen: int, n_failed: int = 0) -> Summary:
    counts = dict.fromkeys(("n_new", "n_changed", "n_unchanged", "n_removed"), 0)
    run = {"run_id": "r", "seconds": 1.0, "n_seen": n_seen, "n_failed": n_failed, **counts}
    rows = dict.fromkeys(("documents", "sentences", "concepts", "mentions"), n_seen)
    return Summary(Path("/out/snapshots/s"), run, rows, {"mentions": {"ANTIGEN": n_seen}}, ())


class Command:
    """The command line with a stand-in for the flow, which hands on `result` or raises it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.result: Summary | Exception = summary_of(1)
        self.problem: FailureShareError | None = None
        self.asked: list[Job] = []
        monkeypatch.delenv(cli.DEBUG_VARIABLE, raising=False)
        monkeypatch.setattr(cli.run, "_build_tables", self._build_tables)
        monkeypatch.setattr(cli.run, "fingerprint", lambda models: "f" * 32)

    def _build_tables(self, job: Job) -> tuple[Summary, FailureShareError | None]:
        self.asked.append(job)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result, self.problem

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        self._monkeypatch.setattr(sys, "argv", ["cartographer", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    return Command(monkeypatch, capsys)


def test_options_reach_the_flow(command: Command) -> None:
    """What is asked for on the command line is what is run."""
    options = "--output t --full --workers 3 --withdraw-missing --max-failures 0.5 --wait 10".split()
    code, _, _ = command("run", "news", *options, "--cluster", "local:2", "--shards", "s3://between")
    assert code == 0
    assert command.asked == [Job(["news"], "t", True, 3, "local:2", "s3://between", True, 0.5, 10.0)]


def test_defaults_keep_and_read_little(command: Command) -> None:
    """Nothing is withdrawn, nothing read twice, one process reads."""
    command("run", "news")
    assert command.asked == [Job(["news"])]


def test_the_summary_is_told_to_a_person(command: Command) -> None:
    """With the folder as the person knows it."""
    _, out, err = command("run", "news", "-o", "t")
    assert "1 documents" in out
    assert "t/latest" in out
    assert err == ""


def test_json_is_one_object_and_nothing_else(command: Command) -> None:
    """Standard output can be piped into a JSON reader."""
    code, out, err = command("run", "news", "--json")
    assert json.loads(out)["run"]["n_seen"] == 1
    assert out.count("\n") == 1
    assert (code, err) == (0, "")


def test_version(command: Command) -> None:
    """The version of the package."""
    assert command("--version") == (0, f"cartographer {__version__}\n", "")


def test_no_path_is_told_what_to_do(command: Command) -> None:
    """A usage error with an example, exit code 2."""
    code, out, err = command("run")
    assert (code, out) == (2, "")
    assert "cartographer run seeds" in err
    assert not command.asked


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["run", "nowhere"], 3, "nowhere"),
        (["run", "news", "--workers", "0"], 2, "--workers"),
        (["run", "news", "--worker", "2"], 2, "--worker"),
        (["run", "news", "--max-failures", "7"], 2, "--max-failures"),
        (["run", "news", "--wait", "-1"], 2, "--wait"),
        (["walk"], 2, "walk"),
    ],
)
def test_a_mistake_is_named_before_anything_starts(
    command: Command, arguments: list[str], code: int, named: str
) -> None:
    """No server and no model is loaded for a run that can't be."""
    left, out, err = command(*arguments)
    assert (left, out) == (code, "")
    assert named in err
    assert not command.asked


def test_a_known_problem_is_one_line_and_its_exit_code(command: Command) -> None:
    """No traceback for what a person can mend."""
    command.result = ModelError("the weights are missing: run `make models`")
    assert command("run", "news") == (5, "", "cartographer: the weights are missing: run `make models`\n")


def test_a_bug_says_so_and_how_to_see_more(command: Command) -> None:
    """A traceback only where it is asked for."""
    command.result = ZeroDivisionError("division by zero")
    code, out, err = command("run", "news")
    assert (code, out) == (70, "")
    assert "ZeroDivisionError" in err
    assert "--debug" in err
    assert "Traceback" not in err


def test_debug_shows_the_traceback(command: Command) -> None:
    """Of a bug and of a known problem."""
    command.result = ZeroDivisionError()
    assert "Traceback" in command("run", "news", "--debug")[2]


def test_too_many_failures_are_a_problem(command: Command) -> None:
    """Exit code 4, and the summary is still told."""
    command.result, command.problem = summary_of(3, n_failed=3), FailureShareError("None of 3 could be read")
    code, out, err = command("run", "news")
    assert code == 4
    assert "3 failed" in out
    assert "None of 3" in err


def test_help_documents_every_exit_code(command: Command) -> None:
    """A script's writer need not read the source."""
    code, out, _ = command("run", "--help")
    assert code == 0
    told = {int(number) for number in re.findall(r"^ {2,4}(\d+)  ", out, re.MULTILINE)}
    tree = [
        one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, CartographerError)
    ]
    evaluated = {errors.GoldError.exit_code, errors.FloorError.exit_code}
    elsewhere = evaluated | {errors.DamageError.exit_code}
    assert told == {one.exit_code for one in tree} - elsewhere | {0, cli.BUG_EXIT_CODE, 130}
    _, out, _ = command("evaluate", "--help")
    assert {int(number) for number in re.findall(r"^ {2,4}(\d+)  ", out, re.MULTILINE)} == evaluated


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["run", "--help"], ["run"], ["run", "nowhere"], ["evaluate", "--help"]],
)
def test_a_quick_answer_imports_neither_spacy_nor_prefect(arguments: list[str]) -> None:
    """Help comes at once."""
    script = (
        "import sys; sys.argv[1:] = sys.argv[1:]\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('spacy', 'prefect', 'pyarrow', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_pipeline_is_the_same_command() -> None:
    """For whoever has not the script on the path."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cartographer {__version__}\n"
