"""`cartographer evaluate`: scores on gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.cli.app import Debug, app
from pipeline.errors import SourceError, UsageError
from pipeline.fingerprint import fingerprint
from pipeline.settings import settings

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
    _debug: Debug = False,
) -> None:
    """Score the language pipeline against gold."""
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
