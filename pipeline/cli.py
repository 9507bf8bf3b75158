"""The command line: arguments in, exit code out."""

from __future__ import annotations

import json
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline import __version__, orchestrator
from pipeline.errors import CartographerError, ParseError, SourceError, UsageError
from pipeline.fingerprint import fingerprint
from pipeline.settings import settings
from pipeline.sources import payloads

if TYPE_CHECKING:
    from pipeline.summary import Summary

#: Set to anything to see tracebacks.
DEBUG_VARIABLE: Final = "CARTOGRAPHER_DEBUG"
# sysexits.h: an internal software error; a shell's number for an interrupt.
BUG_EXIT_CODE: Final = 70

_HELP: Final = """Map the CAR-T literature: news and papers in, Parquet tables out.

Every cell of the tables can be traced to the characters that it was read from.
"""

_RUN_HELP: Final = """Read documents and publish the tables.

PATH is a file, a folder (searched through all its levels) or a quoted pattern such as 'news/*.txt'. Plain
text, Markdown, HTML, JATS XML, PubMed XML and JSON lines are read.

Only what is new or changed is read; the tables of the rest are taken over. The tables are in
OUTPUT/latest, one folder of Parquet files each; earlier snapshots stay in OUTPUT/snapshots.

\b
Examples:
  cartographer run seeds
  cartographer run 'papers/**/*.xml' news.jsonl --output tables --workers 4
  cartographer run news --json | jq .facts.relations

\b
Exit codes:
  0  tables published (documents that could not be read are in the table failures)
  1  another problem that the message names
  2  usage: an argument or an option is wrong
  3  an input cannot be found
  4  documents were met, and none could be read
  5  the language pipeline or the knowledge base is missing or incomplete
  6  the output folder is locked, full or no store, or the counts do not add up
  8  Prefect's server cannot be started or reached
 70  a bug; --debug shows where
130  interrupted

\b
Environment:
  CARTOGRAPHER_MODELS  folder of the language pipeline and the knowledge base
  CARTOGRAPHER_CACHE   folder of the orchestrator's own files (default ~/.cache/cartographer)
  CARTOGRAPHER_DEBUG   as --debug
  PREFECT_API_URL      a Prefect server to report to, instead of a temporary one
"""

_EVALUATE_HELP: Final = """Score the language pipeline against gold.

PATH is gold facts (a .gold file, or a folder with .gold files or with gold/*.json beside texts/*.txt) or an
annotated corpus (a PubTator file, an IOB file, or a folder of .txt with BRAT's .ann). Facts are scored field
by field, corpora class by class, by exact and by overlapping extents; the concepts of a corpus, by acc@1.

\b
Examples:
  cartographer evaluate seeds/gold --misses
  cartographer evaluate corpora/devel.tsv --map Cancer=conditions
  cartographer evaluate seeds/gold tests/gold/frozen --floors tests/floors.json

\b
Exit codes, besides those of run:
  7  gold cannot be read strictly; the message names file and line
  9  a score is below its floor, or the gold is not what the floor was set on
"""

app = typer.Typer(
    name="cartographer",
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cartographer {__version__}")
        raise typer.Exit


@app.callback()
def _cartographer(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    pass


@app.command(help=_RUN_HELP)
def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH...", help="Files, folders or patterns to read.", show_default=False),
    ] = None,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the tables go.")
    ] = Path("outputs"),
    full: Annotated[bool, typer.Option("--full", help="Read every document again.")] = False,
    workers: Annotated[int, typer.Option("--workers", "-w", metavar="N", help="Processes that read.")] = 1,
    withdraw_missing: Annotated[
        bool,
        typer.Option(
            "--withdraw-missing", help="Take documents out whose file is gone, or no longer holds them."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something breaks.")] = False,
) -> None:
    """Read documents and publish the tables."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"
    if not paths:
        raise UsageError(
            "Nothing to read: name at least one file or folder, as in `cartographer run seeds`. "
            "`cartographer run --help` says more."
        )
    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one process must read.")
    # What is missing is said now, before a server and a model are started for nothing.
    payloads(paths)
    fingerprint(settings().models)
    summary = _build_tables(paths, output, full, workers, withdraw_missing)
    _tell(summary, output, as_json)


def _build_tables(
    paths: list[str], output: Path, full: bool, workers: int, withdraw_missing: bool
) -> Summary:
    """Run the flow with a server of its own, which boots while spaCy, Prefect and the models are loaded."""
    with orchestrator.temporary_server(settings().cache) as server:
        from pipeline import annotate, flows, summary  # noqa: PLC0415 - seconds that --help need not pay

        if workers == 1:
            annotate.language_pipeline()
            annotate.knowledge()
        if server:
            server.wait()
        snapshot = flows.build_tables(paths, str(output), full, workers, withdraw_missing)
        return summary.summarise(snapshot)


def _tell(summary: Summary, output: Path, as_json: bool) -> None:
    from pipeline.summary import text  # noqa: PLC0415 - as above

    if as_json:
        typer.echo(json.dumps(summary.to_json(), ensure_ascii=False))
    else:
        typer.echo(text(summary, output / "latest"))
    n_seen, n_failed = summary.run["n_seen"], summary.run["n_failed"]
    if n_seen and n_seen == n_failed:
        raise ParseError(f"None of {n_seen} documents could be read; the table failures says why.")


@app.command(help=_EVALUATE_HELP)
def evaluate(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Gold facts or corpora.", show_default=False)
    ],
    *,
    floors: Annotated[
        Path | None, typer.Option("--floors", metavar="FILE", help="Fail where a score is below its floor.")
    ] = None,
    update_floors: Annotated[
        bool, typer.Option("--update-floors", help="Raise the floors in FILE to just below the scores.")
    ] = False,
    lower_floors: Annotated[
        bool, typer.Option("--lower-floors", help="With --update-floors: let floors fall, too.")
    ] = False,
    only: Annotated[
        Path | None,
        typer.Option("--only", metavar="FILE", help="Score the documents with these ids, one a line."),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="LABEL=CLASS", help="Compare a corpus' label with a class or label."),
    ] = None,
    with_misses: Annotated[
        bool, typer.Option("--misses", help="List what was missed and what is spurious, with its sentence.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as one JSON object.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where something breaks.")] = False,
) -> None:
    """Score the language pipeline against gold."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"
    if missing := [path for path in paths if not path.exists()]:
        raise SourceError(f"{missing[0]} does not exist.")
    if (update_floors or lower_floors) and not (floors and update_floors):
        raise UsageError("--update-floors needs --floors FILE, and --lower-floors needs --update-floors.")
    if floors and mapped:
        raise UsageError("--map changes what is compared, so it cannot go with --floors.")
    asked = dict(_label_and_class(entry) for entry in mapped or ())
    fingerprint(settings().models)
    from pipeline.evaluation import floors as gate  # noqa: PLC0415 - seconds that --help need not pay
    from pipeline.evaluation import reports as told  # noqa: PLC0415

    kept = gate.read_floors(floors, must_exist=not update_floors) if floors else None
    reports = [told.report(path, only or (kept.only(path) if kept else None), asked) for path in paths]
    if as_json:
        typer.echo(json.dumps({"reports": [r.to_json(with_misses) for r in reports]}, ensure_ascii=False))
    else:
        typer.echo(told.text(reports, with_misses))
    if kept and update_floors:
        kept.updated(reports, only, lower_floors).write()
    elif kept:
        kept.check(reports)


def _label_and_class(entry: str) -> tuple[str, str]:
    label, equals, name = entry.partition("=")
    if not (label and equals and name):
        raise UsageError(f"--map {entry}: write LABEL=CLASS, as in --map Cancer=conditions.")
    return label, name


def main() -> None:
    """Run the command line. A problem is one line; a traceback is shown only where it is asked for."""
    if not os.environ.get(DEBUG_VARIABLE):
        warnings.simplefilter("ignore")
        # For the worker processes, which import the libraries that warn before any of our code runs.
        os.environ["PYTHONWARNINGS"] = "ignore"
    try:
        app()
    except CartographerError as error:
        _complain(str(error), error.exit_code)
    except Exception as error:
        _complain(
            f"This is a bug in Cartographer: {type(error).__name__}: {error}\n"
            "Run the command again with --debug and report what it shows.",
            BUG_EXIT_CODE,
        )


def _complain(message: str, exit_code: int) -> None:
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exc()
    print(f"cartographer: {message}", file=sys.stderr)
    sys.exit(exit_code)
