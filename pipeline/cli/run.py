"""`cartographer run`: documents in, tables out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline import orchestrator
from pipeline.cli.app import Debug, app
from pipeline.errors import FailureShareError, UsageError
from pipeline.fingerprint import fingerprint
from pipeline.settings import settings
from pipeline.sources import payloads

if TYPE_CHECKING:
    from pipeline.building import Job
    from pipeline.store import Snapshot
    from pipeline.summary import Summary


_RUN_HELP: Final = """Read documents and publish the tables.

PATH is one of these, and several may be mixed in one run:

\b
  a file, a folder (searched through all its levels), a quoted pattern such as 'news/*.txt'
  https://...             one page, paper, archive or feed
  feed:https://...        an RSS or Atom feed with its articles
  'pubmed:QUERY'          records of PubMed
  'europepmc:QUERY'       open full texts of Europe PMC, abstracts of the rest
  'clinicaltrials:QUERY'  studies of ClinicalTrials.gov

Plain text, Markdown, HTML, PDF, JATS XML, PubMed XML and JSON lines are read, also compressed (.gz, .bz2,
.xz) and in archives (.zip, .tar). Whatever is fetched is kept in the cache folder.

Only what is new or changed is read; the tables of the rest are taken over. The tables are in
OUTPUT/latest, one folder of Parquet files each; earlier snapshots stay in OUTPUT/snapshots.

\b
Examples:
  cartographer run seeds
  cartographer run 'papers/**/*.xml' news.jsonl --output tables --workers 4
  cartographer run news --json | jq .facts.relations
  cartographer run seeds 'pubmed:CAR-T AND lupus' feed:https://example.org/rss.xml
  cartographer run papers --max-failures 0.2 || echo 'something is wrong'

\b
Exit codes:
  0  tables published (documents that could not be read are in the table failures)
  1  another problem that the message names
  2  usage: an argument or an option is wrong
  3  an input cannot be found
  4  no document could be read, or more failed than --max-failures allows (the rest is published)
  5  the language pipeline or the knowledge base is missing or incomplete
  6  the output folder is locked, full or no store, or the counts do not add up
  8  Prefect's server or the Dask cluster cannot be started or reached
 70  a bug; --debug shows where
130  interrupted

\b
Environment:
  CARTOGRAPHER_MODELS   folder of the language pipeline and the knowledge base
  CARTOGRAPHER_CACHE    folder of the orchestrator's own files and of what was fetched
                        (default ~/.cache/cartographer)
  CARTOGRAPHER_OFFLINE  set to 1: use nothing but what was fetched before
  CARTOGRAPHER_CONTACT  e-mail address that web servers are told
  CARTOGRAPHER_PUBMED_API_KEY
                        key of an NCBI account: ten requests a second instead of three
  CARTOGRAPHER_DEBUG    as --debug
  PREFECT_API_URL       a Prefect server to report to, instead of a temporary one

Limits and addresses have variables too: see the page on the command line in docs/.
"""


@app.command(help=_RUN_HELP)
def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH...", help="Files, folders, patterns, addresses or queries.", show_default=False
        ),
    ] = None,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the tables go.")
    ] = Path("outputs"),
    full: Annotated[bool, typer.Option("--full", help="Read every document again.")] = False,
    workers: Annotated[int, typer.Option("--workers", "-w", metavar="N", help="Processes that read.")] = 1,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Dask scheduler whose workers read (tcp://HOST:PORT), or local:N.",
            show_default=False,
        ),
    ] = "",
    shards: Annotated[
        str,
        typer.Option(
            "--shards",
            metavar="URL",
            help="Where the workers of a cluster that don't see the output folder leave what they have read: "
            "s3://BUCKET/FOLDER, or a path.",
            show_default=False,
        ),
    ] = "",
    withdraw_missing: Annotated[
        bool,
        typer.Option(
            "--withdraw-missing", help="Take documents out whose file is gone, or no longer holds them."
        ),
    ] = False,
    max_failures: Annotated[
        float,
        typer.Option(
            "--max-failures",
            metavar="SHARE",
            help="Fail, after publishing what was read, if a larger share of documents can't be read.",
            min=0,
            max=1,
        ),
    ] = 1.0,
    wait: Annotated[
        float,
        typer.Option("--wait", metavar="SECONDS", help="Wait for another run that writes there.", min=0),
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    _debug: Debug = False,
) -> None:
    """Read documents and publish the tables."""
    if not paths:
        raise UsageError(
            "Nothing to read: name at least one file or folder, as in `cartographer run seeds`. "
            "`cartographer run --help` says more."
        )
    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one process must read.")
    # What is missing is said now, before anything is imported that takes its time.
    payloads(paths)
    fingerprint(settings().models)
    from pipeline.building import Job  # noqa: PLC0415 - half a second that --help need not pay

    job = Job(paths, str(output), full, workers, cluster, shards, withdraw_missing, max_failures, wait)
    summary, problem = _build_tables(job)
    _tell(summary, output, as_json)
    if problem:
        raise problem


def _build_tables(job: Job) -> tuple[Summary, FailureShareError | None]:
    """Publish the tables; what too many failures mean comes last, since what was read is published."""
    from pipeline import summary  # noqa: PLC0415 - as above
    from pipeline.store import Store  # noqa: PLC0415 - as above

    problem = None
    try:
        snapshot = _watched(job) if job.cluster or orchestrator.is_there() else _begun_here(job)
    except FailureShareError as too_many:
        problem = too_many
        newest = Store(Path(job.output)).latest()
        assert newest is not None
        snapshot = newest
    return summary.summarise(snapshot), problem


def _begun_here(job: Job) -> Snapshot:
    """Start Prefect, for which nobody waits, only where there is something to read."""
    from pipeline import building  # noqa: PLC0415 - as above

    with building.Run(job) as run:
        if run.has_news():
            run.reader.start()
            with building.offered(run):
                return _watched(job)
        snapshot, row = run.publish()
    building.check_failures(row, job.max_failure_share)
    return snapshot


def _watched(job: Job) -> Snapshot:
    """Run the flow, with a server of its own, which boots while Prefect is loaded, unless there is one."""
    with orchestrator.temporary_server(settings().cache) as server:
        from pipeline import flows  # noqa: PLC0415 - as above

        if server:
            server.wait()
        snapshot: Snapshot = flows.build_tables(**asdict(job))
        return snapshot


def _tell(summary: Summary, output: Path, as_json: bool) -> None:
    from pipeline.summary import text  # noqa: PLC0415 - as above

    if as_json:
        typer.echo(json.dumps(summary.to_json(), ensure_ascii=False))
    else:
        typer.echo(text(summary, output / "latest"))
