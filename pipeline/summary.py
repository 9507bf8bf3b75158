"""What a run has done and what the tables hold now, told to a person and to a machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.comparison import Comparison
from pipeline.errors import StoreError
from pipeline.store import Snapshot

#: Tables of facts, with the column that tells their types.
FACT_TYPES: Final = {
    "mentions": "label",
    "relations": "predicate",
    "cohorts": "role",
    "adverse_events": "assertion",
    "studies": "setting",
}
_FAILURES_SHOWN: Final = 10
#: Changes of each table and kind that the page of a run lists.
CHANGES_SHOWN: Final = 5
_FAILURES_LISTED: Final = 50
_CELL_CHARS: Final = 300
# Markdown takes nothing for mark-up that is written as a character reference.
_ESCAPES: Final = {ord(char): f"&#{ord(char)};" for char in "\\`*_{}[]<>()#!|~$&:@\"'^."}


@dataclass(frozen=True)
class Summary:
    """A snapshot and the run that made it.

    Attributes:
        tables: folder of the tables.
        run: row of the run, by column.
        rows: rows by table.
        facts: for each table of facts, rows by type, most frequent first.
        failures: what the run could not read: source, stage, message.
    """

    tables: Path
    run: dict[str, Any]
    rows: dict[str, int]
    facts: dict[str, dict[str, int]]
    failures: tuple[dict[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, times in ISO 8601."""
        run = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.run.items()
        }
        return {
            "snapshot": self.tables.name,
            "tables": str(self.tables),
            "run": run,
            "rows": self.rows,
            "facts": self.facts,
            "failures": list(self.failures),
        }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def summarise(snapshot: Snapshot) -> Summary:
    """Count a snapshot.

    Raises:
        StoreError: the snapshot lacks the row of its own run.
    """
    run_id = snapshot.manifest["run_id"]
    runs = [row for row in snapshot.arrow("runs").to_pylist() if row["run_id"] == run_id]
    if not runs:
        raise StoreError(f"{snapshot.path} has no row for its own run {run_id}")
    failures = snapshot.arrow("failures", ["source_uri", "stage", "message"]).to_pylist()
    return Summary(
        tables=snapshot.path.absolute(),
        run=runs[0],
        rows=snapshot.counts(),
        facts={table: _by_type(snapshot, table, column) for table, column in FACT_TYPES.items()},
        failures=tuple(failures),
    )


def _by_type(snapshot: Snapshot, table: str, column: str) -> dict[str, int]:
    counts = Counter(snapshot.arrow(table, [column]).column(0).to_pylist())
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def text(summary: Summary, shown: Path) -> str:
    """The summary for a terminal.

    Args:
        summary: what to tell.
        shown: the folder of the tables as the person knows it (`outputs/latest`).
    """
    return "\n".join(_lines(summary, shown))


def _lines(summary: Summary, shown: Path) -> Iterator[str]:
    run, rows = summary.run, summary.rows
    yield (
        f"{run['n_seen']} documents in {run['seconds']:.1f} s: {run['n_new']} new, "
        f"{run['n_changed']} changed, {run['n_unchanged']} unchanged, {run['n_failed']} failed"
        + (f"; {run['n_removed']} withdrawn" if run["n_removed"] else "")
    )
    yield ""
    yield (
        f"The tables hold {rows['documents']} documents, {rows['sentences']} sentences, "
        f"{rows['concepts']} concepts"
    )
    for table, by_type in summary.facts.items():
        told = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in by_type.items())
        yield f"  {rows[table]:>6}  {table.replace('_', ' '):<15} {told}".rstrip()
    if summary.failures:
        yield ""
        yield f"Could not be read ({len(summary.failures)}; all are in the table failures)"
        for failure in summary.failures[:_FAILURES_SHOWN]:
            yield f"  {failure['source_uri']} ({failure['stage']}): {failure['message']}"
    yield ""
    yield f"Tables: {shown}"
    yield "  import pandas as pd"
    yield f'  mentions = pd.read_parquet("{shown.as_posix()}/mentions")'
    yield '  mentions[["label", "text", "concept_id", "assertion", "setting"]].head()'


def markdown(summary: Summary, comparison: Comparison | None = None) -> str:
    """The summary as Markdown tables: counts, failures, and what has changed.

    Args:
        summary: what to tell.
        comparison: with the snapshot before, if there is one; of each table and kind, `CHANGES_SHOWN` changes
            are enough.

    What comes from documents is shown as the text that it is, whatever mark-up it holds.
    """
    run = summary.run
    lines = ["| documents | |", "|---|---:|"]
    lines += [f"| {name.removeprefix('n_')} | {n} |" for name, n in run.items() if name.startswith("n_")]
    lines += ["", "| facts | type | rows |", "|---|---|---:|"]
    for table, by_type in summary.facts.items():
        lines += [f"| {table} | {cell(word)} | {n} |" for word, n in by_type.items()]
    if summary.failures:
        lines += ["", "### Failures", "", "| source | stage | message |", "|---|---|---|"]
        for failure in summary.failures[:_FAILURES_LISTED]:
            cells = (failure["source_uri"], failure["stage"], failure["message"])
            lines.append(f"| {' | '.join(map(cell, cells))} |")
        lines += _more(len(summary.failures) - _FAILURES_LISTED, "in the table failures")
    if comparison is not None:
        lines += _changes(comparison)
    lines += ["", f"Run `{run['run_id']}`, {run['seconds']:.1f} s, tables in {cell(str(summary.tables))}"]
    return "\n".join(lines)


def _changes(comparison: Comparison) -> Iterator[str]:
    yield from ("", f"### Changes since {comparison.before}", "")
    if not comparison.n_changes:
        yield "No fact has come, gone or changed."
        return
    yield from ("| table | added | withdrawn | changed |", "|---|---:|---:|---:|")
    for table, kinds in comparison.counts.items():
        if any(kinds.values()):
            yield f"| {table} | {kinds['added']} | {kinds['withdrawn']} | {kinds['changed']} |"
    yield from ("", "| change | table | fact | why |", "|---|---|---|---|")
    for change in comparison.changes:
        cells = (change.kind, change.table, change.says, ", ".join(change.causes))
        yield f"| {' | '.join(map(cell, cells))} |"
    n_left = comparison.n_changes - len(comparison.changes)
    yield from _more(n_left, f"shown by `cartographer diff {comparison.before} {comparison.after}`")


def _more(n_left: int, where: str) -> list[str]:
    return ["", f"{n_left} more are {where}."] if n_left > 0 else []


def cell(words: str) -> str:
    """Words of a document for a cell of a table: one line, not too long, and no mark-up."""
    plain = " ".join(words.split())
    shown = plain if len(plain) <= _CELL_CHARS else f"{plain[:_CELL_CHARS]} …"
    return shown.translate(_ESCAPES)
