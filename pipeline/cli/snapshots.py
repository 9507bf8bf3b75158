"""`cartographer snapshots`, `diff`, `verify`, `compact`, `prune`: what has been published, and its upkeep."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipeline.cli.app import Debug, app
from pipeline.errors import DamageError, StoreError, UsageError

if TYPE_CHECKING:
    from pipeline.store import Snapshot, Store

_OUTPUT: Final = Path("outputs")
_DIFF_SHOWN: Final = 5

_DIFF_HELP: Final = """Say what makes two snapshots differ: facts added, withdrawn and changed, and why.

A and B are ids (`cartographer snapshots` lists them), the beginnings of ids, `latest`, `previous`, or
times: a time means the newest snapshot made until then (UTC), a date means its end. Unless named, the newest
snapshot is compared with the one before it.

\b
Examples:
  cartographer diff
  cartographer diff 2026-02-01 latest --all
  cartographer diff 20260204T0 20260205T0 --json | jq .counts
"""

_VERIFY_HELP: Final = """Look whether a snapshot is what its manifest and the table contract say.

Hashes, row counts and columns of all files; keys, references and closed word lists of all rows; each mention
and sentence against the text; the counts of the runs; the link `latest`. Each problem is told with its table
and rows, and what to do.

\b
Exit codes:
  0  all is as it should be
  6  there is no snapshot
 10  something is damaged
"""

_PRUNE_HELP: Final = """Remove old snapshots by a rule.

The latest snapshot always stays; so do the newest ones, the newest of each of the last days and of each of
the last weeks that have one, those that were the latest until just now, and those that somebody is reading
with `Snapshot.held`. Files that snapshots share stay until the last of these goes.

\b
Example:
  cartographer prune tables --last 7 --daily 14 --weekly 26 --dry-run
"""

Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The folder that `run` wrote.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
Wait = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", min=0.0, help="How long to wait for another writer.")
]


@app.command("snapshots")
def list_snapshots(output: Output = _OUTPUT, *, as_json: Json = False, _debug: Debug = False) -> None:
    """List the snapshots of an output folder, oldest first."""
    store = _store(output)
    rows = [_row(snapshot) for snapshot in store.snapshots()]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    counts = ("new", "changed", "removed", "failed")
    head = "".join(f"{word:>9}" for word in counts)
    typer.echo(f"{'snapshot':<24}{'made (UTC)':<18}{'documents':>10}{head}{'size':>10}{'own':>10}")
    for row in rows:
        run = row["run"]
        told = "".join(f"{run[f'n_{word}'] if run else '':>9}" for word in counts)
        if row["made_by"] == "compaction":
            told = f"{'compacted':>{9 * len(counts)}}"
        made = row["created_at"][:16].replace("T", " ")
        sizes = "".join(f"{_size(row[name]):>10}" for name in ("bytes", "own_bytes"))
        typer.echo(f"{row['snapshot']:<24}{made:<18}{row['documents']:>10,}{told}{sizes}")


@app.command(help=_DIFF_HELP, short_help="Say which facts differ between two snapshots, and why.")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier snapshot.")] = "previous",
    after: Annotated[str, typer.Argument(metavar="B", help="The later one.")] = "latest",
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder that `run` wrote.")
    ] = _OUTPUT,
    show_all: Annotated[
        bool, typer.Option("--all", help="Tell every fact, not the first ones of each table.")
    ] = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Say what makes two snapshots differ."""
    store = _store(output)
    from pipeline import comparison  # noqa: PLC0415 - seconds that --help need not pay
    from pipeline.comparison.text import text  # noqa: PLC0415 - as above

    with ExitStack() as holding:
        one, other = (holding.enter_context(store.at(when).held()) for when in (before, after))
        found = comparison.compare(one, other, limit=None if show_all else _DIFF_SHOWN)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
        return
    typer.echo(text(found))
    if len(found.changes) < found.n_changes:
        typer.echo(f"\n{len(found.changes):,} of {found.n_changes:,} changes; --all shows every one.")


@app.command(help=_VERIFY_HELP, short_help="Look whether a snapshot is complete and undamaged.")
def verify(
    output: Output = _OUTPUT,
    *,
    snapshot: Annotated[
        str,
        typer.Option("--snapshot", "-s", metavar="WHEN", help="Which one: an id or a time, as in `diff`."),
    ] = "latest",
    every: Annotated[bool, typer.Option("--all", help="Look at all snapshots.")] = False,
    as_json: Json = False,
    _debug: Debug = False,
) -> None:
    """Look whether a snapshot is what its manifest and the table contract say."""
    store = _store(output)
    from pipeline.verification import Verification  # noqa: PLC0415 - as above

    looked = Verification()
    problems = list(looked.store(store))
    chosen = store.snapshots() if every else [store.at(snapshot)]
    for one in chosen:
        with one.held():
            problems += looked.snapshot(one)
    if as_json:
        told = {"snapshots": [one.id for one in chosen], "problems": [vars(one) for one in problems]}
        typer.echo(json.dumps(told | {"files": looked.n_files, "rows": looked.n_rows}))
    else:
        for problem in problems:
            typer.echo(str(problem))
        which = chosen[0].id if len(chosen) == 1 else f"{len(chosen)} snapshots"
        size = f"{looked.n_files:,} files, {_size(looked.n_bytes)}, {looked.n_rows:,} rows of documents"
        typer.echo(f"{which}: {size} read, {_counted(len(problems), 'problem')}")
    if problems:
        raise DamageError(
            f"{output} has {_counted(len(problems), 'problem')}: see above what to do about each."
        )


@app.command(short_help="Publish the newest snapshot's rows in fewer, larger files.")
def compact(output: Output = _OUTPUT, *, wait: Wait = 0.0, _debug: Debug = False) -> None:
    """Publish the newest snapshot's rows in fewer, larger files; earlier snapshots stay as they are."""
    store = _store(output)
    before = store.at("latest")
    after = store.compact(wait)
    if after is None:
        typer.echo(f"{before.id}: there is nothing to join ({_counted(_n_shards(before), 'shard')})")
    else:
        shards = f"{_counted(_n_shards(before), 'shard')} became {_n_shards(after)}"
        typer.echo(f"{after.id}: {shards}, the same {after.counts()['documents']:,} documents")


@app.command(help=_PRUNE_HELP)
def prune(
    output: Output = _OUTPUT,
    *,
    last: Annotated[int, typer.Option(metavar="N", min=0, help="Keep so many of the newest.")] = 14,
    daily: Annotated[int, typer.Option(metavar="D", min=0, help="Keep one a day for D days.")] = 30,
    weekly: Annotated[int, typer.Option(metavar="W", min=0, help="Keep one a week for W weeks.")] = 52,
    grace: Annotated[
        float,
        typer.Option(metavar="MINUTES", min=0.0, help="Keep what was the latest within so many minutes."),
    ] = 60.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    wait: Wait = 0.0,
    _debug: Debug = False,
) -> None:
    """Remove old snapshots by a rule."""
    store = _store(output)
    from pipeline.store import Retention  # noqa: PLC0415 - as above

    rule = Retention(last, daily, weekly, timedelta(minutes=grace))
    if dry_run:
        snapshots = store.snapshots()
        kept = rule.kept(snapshots, datetime.now(timezone.utc))
        for position, snapshot in enumerate(snapshots):
            typer.echo(f"{snapshot.id}  {'keep: ' + kept[position] if position in kept else 'remove'}")
        return
    pruned = store.prune(rule, wait)
    for snapshot_id in pruned.removed:
        typer.echo(f"removed {snapshot_id}")
    for snapshot_id in pruned.in_use:
        typer.echo(f"in use, and left for the next time: {snapshot_id}")
    removed, kept_now = _counted(len(pruned.removed), "snapshot"), len(pruned.kept) + len(pruned.in_use)
    typer.echo(f"{removed} removed, {_size(pruned.n_bytes)} freed, {kept_now} kept")


def _store(output: Path) -> Store:
    """The store of an output folder.

    Raises:
        UsageError: there is no such folder.
        StoreError: it has no snapshot.
    """
    from pipeline.store import Store  # noqa: PLC0415 - as above

    if not output.is_dir():
        raise UsageError(f"There is no folder {output}: name the one that `cartographer run` wrote.")
    store = Store(output)
    if store.latest() is None:
        raise StoreError(f"{output} has no snapshot yet: `cartographer run` makes the first one.")
    return store


def _row(snapshot: Snapshot) -> dict[str, Any]:
    """What is told of a snapshot: its run's counts, and what it takes on the disk."""
    run_id = snapshot.manifest["run_id"]
    with snapshot.readable():
        states = [path.stat() for path in snapshot.path.rglob("*") if path.is_file()]
        runs = [row for row in snapshot.arrow("runs").to_pylist() if row["run_id"] == run_id]
    run = {name: value for name, value in runs[0].items() if name.startswith("n_")} if runs else {}
    return {
        "snapshot": snapshot.id,
        "created_at": snapshot.created_at.isoformat(),
        "made_by": snapshot.manifest.get("made_by", "run"),
        "run_id": run_id,
        "documents": snapshot.counts()["documents"],
        "run": run,
        "bytes": sum(state.st_size for state in states),
        "own_bytes": sum(state.st_size for state in states if state.st_nlink == 1),
    }


def _n_shards(snapshot: Snapshot) -> int:
    return len(snapshot.files("documents"))


def _counted(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _size(n_bytes: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{n_bytes:.0f} {unit}" if unit == "B" else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} TB"
