"""`cartographer show` and `cartographer why`: a document with its mentions, and how a row came to be."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.app import Debug, app

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.analysis import DocumentRows, Evidence, OpenSnapshot

_SHOW_HELP: Final = """Show a document with what was read from it; without DOC, list the documents.

DOC is the document's id or the beginning of it, the name of its file, its web address, DOI, PMID or PMCID, or
words of its title. In a terminal, mentions are coloured by type, struck where the text denies them and dimmed
where it fears, plans or remembers them. In a pipe, the text comes in the mark-up in which gold is written.
The facts follow, each with the id that `cartographer why` takes.

\b
Examples:
  cartographer show
  cartographer show 08-paper-cd22-lymphoma.xml
  cartographer show "end lupus" --output tables
"""
_WHY_HELP: Final = """Say how a row came to be.

ROW_ID is an id of any table, or as much of it as is unambiguous, also of each side of its #. What the row
says is followed by the sentence that it was read from, with mention, cue and cohort marked, and by places,
scores, concepts, run and snapshot.

\b
Examples:
  cartographer why 8d20a9daa25e3e40#a28a3e2f0f5d7
  cartographer why 8d20#a28
"""
_FACTS: Final = ("studies", "cohorts", "adverse_events", "relations")
_WIDTH: Final = 100


def _complete_documents(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of documents and names of files that begin so, for the shell's completion."""
    from pipeline.analysis.document_names import file_name  # noqa: PLC0415 - only where the shell asks
    from pipeline.errors import CartographerError  # noqa: PLC0415

    try:
        snapshot = _opened(ctx.params.get("output") or Path("outputs"), None)
        columns = snapshot.table("documents", ["doc_id", "source_uri"]).to_dict("list")
    except (CartographerError, OSError):
        return []
    known = [*columns["doc_id"], *map(file_name, columns["source_uri"])]
    return [name for name in known if name.startswith(incomplete)]


def _complete_rows(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids of documents, and after a # those of the document's rows."""
    doc_id, hash_sign, _ = incomplete.rpartition("#")
    if not hash_sign:
        return [f"{name}#" for name in _complete_documents(ctx, incomplete) if "." not in name]
    from pipeline.analysis.rows import PRIMARY_KEYS  # noqa: PLC0415 - only where the shell asks
    from pipeline.errors import CartographerError  # noqa: PLC0415

    try:
        rows = _opened(ctx.params.get("output") or Path("outputs"), None).document(doc_id).rows
    except (CartographerError, OSError):
        return []
    ids = [row[PRIMARY_KEYS[table]] for table in _FACTS for row in rows[table]]
    return [row_id for row_id in ids if row_id.startswith(incomplete)]


#: Where the tables are, and which of the snapshots.
Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where the tables are.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="The snapshot of that time, or id; the newest unless told."),
]


@app.command(help=_SHOW_HELP, short_help="Show a document with what was read from it, or list all.")
def show(
    document: Annotated[
        str | None, typer.Argument(metavar="DOC", autocompletion=_complete_documents, show_default=False)
    ] = None,
    *,
    output: Output = Path("outputs"),
    at: At = None,
    _debug: Debug = False,
) -> None:
    """Show a document with what was read from it."""
    from pipeline.analysis.document_names import document_named  # noqa: PLC0415 - --help need not wait

    snapshot = _opened(output, at)
    if document is None:
        _list(_console(), snapshot)
        return
    told = snapshot.document(document_named(snapshot.stored, document))
    console = _console()
    _head(console, snapshot, told)
    _text(console, told)
    _facts(console, snapshot, told)


@app.command(help=_WHY_HELP)
def why(
    row_id: Annotated[
        str, typer.Argument(metavar="ROW_ID", autocompletion=_complete_rows, show_default=False)
    ],
    *,
    output: Output = Path("outputs"),
    at: At = None,
    _debug: Debug = False,
) -> None:
    """Say how a row came to be."""
    _explain(_console(), _opened(output, at).evidence(row_id))


def _opened(output: Path, at: str | None) -> OpenSnapshot:
    from pipeline import open_snapshot  # noqa: PLC0415 - --help need not wait for it

    snapshot = open_snapshot(output)
    return snapshot if at is None else snapshot.at(at)


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - as above

    # Colours only on terminals; in a pipe a line is as long as it is.
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        console.width = min(console.width, _WIDTH)
    else:
        console.soft_wrap = True
    return console


def _list(console: Console, snapshot: OpenSnapshot) -> None:
    """All documents, newest first, those without a date last: a line each, on terminals cut to the width."""
    from pipeline.analysis.document_names import file_name  # noqa: PLC0415 - as above
    from pipeline.analysis.marking import visible  # noqa: PLC0415

    columns = ["doc_id", "kind", "published_on", "source_uri", "title"]
    rows = snapshot.table("documents", columns).sort_values(
        ["published_on", "doc_id"], ascending=[False, True]
    )
    console.print(f"{'document':<18}{'kind':<10}{'published':<12}title · file", style="bold")
    for doc_id, kind, published_on, source_uri, title in rows.itertuples(index=False):
        told = " · ".join(part for part in (title, file_name(source_uri)) if isinstance(part, str) and part)
        published = published_on.isoformat() if isinstance(published_on, date) else "–"
        line = f"{doc_id:<18}{kind:<10}{published:<12}{visible(' '.join(told.split()))}"
        console.print(line, no_wrap=True, overflow="ellipsis" if console.is_terminal else "ignore")


def _head(console: Console, snapshot: OpenSnapshot, told: DocumentRows) -> None:
    from pipeline.analysis.evidence import source_of  # noqa: PLC0415 - as above
    from pipeline.analysis.rendering import source_line  # noqa: PLC0415

    document = told.document
    console.print(source_line(source_of(document)), style="bold")
    parts = [document["doc_id"], document["kind"], document["source_uri"], f"snapshot {snapshot.id}"]
    if original := document["duplicate_of"]:
        parts.append(f"repeats {original}")
    console.print(" · ".join(parts), style="dim")
    console.print()


def _text(console: Console, told: DocumentRows) -> None:
    from pipeline.analysis.evidence import mark_of  # noqa: PLC0415 - as above
    from pipeline.analysis.marking import pieces  # noqa: PLC0415
    from pipeline.cli.marked_text import as_mark_up, legend, styled  # noqa: PLC0415

    mentions = told.rows["mentions"]
    if not console.is_terminal:
        sizes = {c["mention_id"]: f" n={c['n']} role={c['role']}" for c in told.rows["cohorts"]}
        console.print(as_mark_up(told.text, mentions, sizes))
        return
    marks = [mark_of(one, "cohort" if one["label"] == "COHORT" else "mention") for one in mentions]
    console.print(styled(pieces(told.text, 0, len(told.text), marks)))
    console.print()
    console.print(legend())


def _facts(console: Console, snapshot: OpenSnapshot, told: DocumentRows) -> None:
    from pipeline.analysis.marking import visible  # noqa: PLC0415 - as above
    from pipeline.analysis.rows import PRIMARY_KEYS  # noqa: PLC0415

    for table in _FACTS:
        if not (rows := told.rows[table]):
            continue
        console.print()
        console.print(f"{table.replace('_', ' ')} ({len(rows)})", style="bold")
        for row in rows:
            row_id = row[PRIMARY_KEYS[table]]
            line = visible(f"{row_id}  {snapshot.evidence(row_id).says}")
            if console.is_terminal:
                line = textwrap.fill(line, console.width - 2, subsequent_indent="    ")
            console.print(textwrap.indent(line, "  "))


def _explain(console: Console, evidence: Evidence) -> None:
    from pipeline.analysis.marking import shortened, visible  # noqa: PLC0415 - as above
    from pipeline.analysis.rendering import provenance  # noqa: PLC0415

    row = evidence.row
    console.print(f"{row.table}  {visible(row.row_id)}", style="dim")
    console.print(visible(shortened(evidence.says, 1000)), style="bold")
    console.print()
    for line in _passage(console, evidence):
        console.print(line)
    for name, value in provenance(evidence):
        shown = visible(value)
        if console.is_terminal:
            shown = textwrap.fill(shown, console.width - 12, subsequent_indent=" " * 11)
        console.print(f"{name:<10} {shown}")


def _passage(console: Console, evidence: Evidence) -> Iterator[object]:
    from rich.text import Text  # noqa: PLC0415 - as above

    from pipeline.analysis.marking import signed, visible  # noqa: PLC0415
    from pipeline.cli.marked_text import styled  # noqa: PLC0415

    if (passage := evidence.passage) is None:
        return
    before, after = (" ".join(visible(text).split()) for text in (passage.before, passage.after))
    if console.is_terminal:
        sentence = styled(passage.pieces())
        yield from (
            Text(text, "dim") if isinstance(text, str) else text for text in (before, sentence, after) if text
        )
    else:
        yield from (text for text in (before, signed(passage.pieces()), after) if text)
    yield ""
