"""Files of this machine: a file, a folder with all its levels, or a glob pattern; archives are unpacked."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.sources import archives, streams
from pipeline.sources.streams import Origin

# One letter before the colon is a Windows drive, not a scheme.
_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]+):", re.IGNORECASE)


def claims(reference: str) -> bool:
    """Whether this is a path, a pattern or a `file:` URI rather than an address of another kind."""
    scheme = _SCHEME.match(reference)
    return scheme is None or scheme[1].lower() == "file" or os.path.lexists(reference)


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """Payloads of a file, of a folder, or of all that a pattern matches.

    Raises:
        SourceError: nothing is there under that name; raised at once.
    """
    return _walk(_matches(reference))


def _matches(reference: str) -> list[Path]:
    named = Path(unquote(urlsplit(reference).path) if reference.lower().startswith("file:") else reference)
    if os.path.lexists(named):
        return [named]
    if glob.has_magic(str(named)):
        found = glob.glob(str(named), recursive=True)  # noqa: PTH207 (an absolute pattern has no root to glob from)
        matches = sorted(map(Path, found))
        if matches:
            return matches
        raise SourceError(f"Nothing matches the pattern {reference}. Check it; quote it in a shell.")
    raise SourceError(f"There is no file or folder {reference}. Check the path and where it starts from.")


def _walk(matches: list[Path]) -> Iterator[Payload | Failure]:
    for match in matches:
        if match.is_dir():
            yield from _folder(match.resolve())
        else:
            yield from _file(match, _real(match))


def _folder(root: Path) -> Iterator[Payload | Failure]:
    """All files under `root` that a parser claims, sorted, depth first."""
    denied: list[OSError] = []
    for here, folders, names in os.walk(root, onerror=denied.append):
        for refused in denied:
            yield streams.failure(Path(refused.filename or here).absolute().as_uri(), refused)
        denied.clear()
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in linked)
        claimed = [name for name in names if archives.is_claimed(name)]
        for name in sorted(name for name in claimed + linked if not name.startswith(".")):
            path = Path(here, name)
            # What is no link has the real name: nothing above it is one, since links are not followed.
            real = _real(path) if path.is_symlink() else path
            if not real.is_relative_to(root):
                problem = (
                    f"{path} is a link that leads out of {root}; name its target as an input of its own."
                )
                yield Failure(path.as_uri(), "fetch", "SourceError", problem)
            elif name not in linked:
                yield from _file(path, real)
    for refused in denied:
        yield streams.failure(Path(refused.filename or root).absolute().as_uri(), refused)


def _real(path: Path) -> Path:
    """Where a path leads; unlike for `Path.resolve`, a link to itself is no error before it is opened."""
    return Path(os.path.realpath(path))


def _file(path: Path, real: Path) -> Iterator[Payload | Failure]:
    """What a file holds, named by its real path."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise SourceError("It is neither a file nor a folder (a device or a pipe); copy it to a file.")
        file = path.open("rb")
    except (OSError, SourceError) as problem:
        yield streams.failure(path.absolute().as_uri(), problem)
        return
    with file:
        modified_at = datetime.fromtimestamp(facts.st_mtime, tz=timezone.utc)
        yield from archives.read(file, Origin(real.as_uri(), path.name, modified_at, facts.st_size))
