"""`cartographer report`: a snapshot as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.cli.app import Debug, app
from pipeline.errors import UsageError

_REPORT_HELP: Final = """Write a snapshot as one HTML page.

OUTPUT is the folder that `cartographer run` wrote, whose newest snapshot is told, or the folder of one
snapshot; `outputs` unless named. The page needs no network and no server: figures, charts, the evidence table
and every document with its mentions are in the one file, to be opened in a browser, printed, and sent.

\b
Examples:
  cartographer report
  cartographer report tables --to car-t-evidence.html
  cartographer report --at 2026-02-01 --to february.html

\b
Exit codes:
  0  the page is written
  2  the page can't be written where it was asked for
  6  there is no such snapshot
"""


@app.command(help=_REPORT_HELP)
def report(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="Where the tables are.")] = Path("outputs"),
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="The page. [default: OUTPUT/report.html]")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="The snapshot of that time, or id; the newest unless told."
        ),
    ] = None,
    _debug: Debug = False,
) -> None:
    """Write a snapshot as one HTML page."""
    from pipeline import open_snapshot  # noqa: PLC0415 - seconds that --help need not pay
    from pipeline.report import write_report  # noqa: PLC0415 - as above

    if to is not None and to.is_dir():
        raise UsageError(f"{to} is a folder: name a file, as in --to {to / 'report.html'}.")
    if to is not None and not to.parent.is_dir():
        raise UsageError(f"The folder {to.parent} does not exist: make it, or name another file with --to.")
    snapshot = open_snapshot(output) if at is None else open_snapshot(output).at(at)
    # A snapshot is never changed: where one is named, the page stands beside the store's snapshots.
    told = write_report(snapshot, to or snapshot.path.parent.parent / "report.html")
    size = f"{told.n_bytes / 1e6:.1f} MB"
    typer.echo(f"{told.path}: {told.n_documents:,} documents, {told.n_studies:,} studies, {size}")
