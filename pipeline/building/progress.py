"""How far a run is, for a person at a terminal; nothing in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pipeline.sources.archives import is_archive, is_claimed

#: Told with documents and bytes that have been dealt with so far.
Tell = Callable[[int, int], None]

# To count the files of a folder takes a second for so many; who reads more knows how long it takes.
_MOST_FILES: Final = 200_000


@contextmanager
def progress(references: Sequence[str]) -> Iterator[Tell]:
    """A function that shows how far the run is: documents, their rate, and the time that remains.

    What remains is only known where all that is named are plain files.
    """
    if not sys.stderr.isatty():
        yield lambda _documents, _bytes: None
        return
    total = total_bytes(references)
    ahead: tuple[ProgressColumn, ...] = (BarColumn(), TimeRemainingColumn()) if total else ()
    columns = (TextColumn("Reading"), *ahead, _Documents(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("Reading", total=total, n_documents=0)

        def tell(n_documents: int, n_bytes: int) -> None:
            bar.update(reading, completed=min(n_bytes, total or n_bytes), n_documents=n_documents)

        yield tell


class _Documents(ProgressColumn):
    """`1,234 documents, 56 a second`."""

    def render(self, task: Task) -> Text:
        """What stands in the column."""
        n_documents = task.fields["n_documents"]
        told = f"{n_documents:,} documents"
        if n_documents and task.elapsed:
            told += f", {n_documents / task.elapsed:,.1f} a second"
        return Text(told)


def total_bytes(references: Sequence[str]) -> int | None:
    """Size of all files that a run is to read, without opening one; None where that can't be told.

    Nobody knows how much a pattern, an address or an archive holds.
    """
    total = 0
    for n_files, path in enumerate(path for reference in references for path in _files(Path(reference))):
        if n_files >= _MOST_FILES or is_archive(path.name):
            return None
        try:
            total += path.stat().st_size
        except OSError:
            return None
    return total or None


def _files(path: Path) -> Iterator[Path]:
    """The files of a folder that are read, and whatever is no folder as it is."""
    if not path.is_dir():
        yield path
        return
    for here, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(here, name) for name in names if is_claimed(name) and not name.startswith("."))
