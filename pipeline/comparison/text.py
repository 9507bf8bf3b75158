"""A comparison told in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from pipeline.comparison.causes import MEANING
from pipeline.comparison.compare import KINDS, Change, Comparison

_SIGNS: Final = {"added": "+", "withdrawn": "-", "changed": "~"}
#: A changed value is shortened to so many characters: titles may be long.
_VALUE_CHARS: Final = 60


def text(comparison: Comparison) -> str:
    """The comparison for a terminal: documents by cause, counts, then the facts that were kept."""
    return "\n".join(_lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"From {comparison.before} to {comparison.after}"
    yield ""
    if not (comparison.documents or comparison.n_changes):
        yield "The same documents, the same facts."
        return
    yield "Documents that differ, by cause (one may have several)"
    for cause, n in comparison.documents.items():
        yield f"  {n:>7,}  {cause + ':':<12} {MEANING[cause]}"
    yield ""
    yield f"{'Facts':<18}{''.join(f'{kind:>11}' for kind in KINDS)}"
    for table, counts in comparison.counts.items():
        yield f"  {table.replace('_', ' '):<16}{''.join(f'{counts[kind]:>11,}' for kind in KINDS)}"
    for heading, changes, n_more in _groups(comparison):
        yield ""
        yield heading
        for change in changes:
            yield f"  {_SIGNS[change.kind]} {_told(change)}"
        if n_more:
            yield f"  … and {n_more:,} more"


def _groups(comparison: Comparison) -> Iterator[tuple[str, list[Change], int]]:
    """Heading, changes and how many were left out, for each table and kind that has any."""
    for table in comparison.counts:
        for kind in KINDS:
            if changes := comparison.of(table, kind):
                n_more = comparison.counts[table][kind] - len(changes)
                yield f"{table.replace('_', ' ').capitalize()} {kind}", changes, n_more


def _told(change: Change) -> str:
    """One change in one line: what it says, what has changed, where, why."""
    values = ["another text"] if "text_sha256" in change.before else []
    values += [
        f"{name}: {_short(change.before[name])} → {_short(change.after[name])}"
        for name in change.before
        if name != "text_sha256"
    ]
    what = f"; {', '.join(values)}" if values else ""
    where = f"{change.doc_id}: " if change.doc_id else ""
    return f"{change.says}{what} [{where}{', '.join(change.causes)}]"


def _short(value: Any) -> str:  # noqa: ANN401 - a cell
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    told = value.isoformat() if isinstance(value, date) else str(value)
    return told if len(told) <= _VALUE_CHARS else f"{told[: _VALUE_CHARS - 1]}…"
