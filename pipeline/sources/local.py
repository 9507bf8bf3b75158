"""Files of this machine: a file, a folder with all its levels, or a glob pattern."""

from __future__ import annotations

import glob
import mimetypes
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
from pipeline.settings import settings
from pipeline.vocabulary import MEDIA_TYPE_BY_SUFFIX

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
            yield _file(match)


def _folder(root: Path) -> Iterator[Payload | Failure]:
    """All files under `root` that a parser claims, sorted, depth first."""
    denied: list[OSError] = []
    for here, folders, names in os.walk(root, onerror=denied.append):
        for refused in denied:
            yield _failure(Path(refused.filename or here), refused)
        denied.clear()
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in linked)
        claimed = [name for name in names if Path(name).suffix.lower() in MEDIA_TYPE_BY_SUFFIX]
        for name in sorted(name for name in claimed + linked if not name.startswith(".")):
            path = Path(here) / name
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                problem = (
                    f"{path} is a link that leads out of {root}; name its target as an input of its own."
                )
                yield Failure(path.as_uri(), "fetch", "SourceError", problem)
            elif name not in linked:
                yield _file(path)
    for refused in denied:
        yield _failure(Path(refused.filename or root), refused)


def _file(path: Path) -> Payload | Failure:
    limit = settings().max_payload_bytes
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise SourceError(
                f"{path} is neither a file nor a folder (a device or a pipe); copy it to a file."
            )
        if facts.st_size > limit:
            raise SourceError(
                f"{path} has {facts.st_size:,} bytes, more than the {limit:,} that are read at once. "
                "Split it, or raise CARTOGRAPHER_MAX_PAYLOAD_BYTES."
            )
        body = path.read_bytes()
    except (OSError, SourceError) as problem:
        return _failure(path, problem)
    return Payload(
        source_uri=path.resolve().as_uri(),
        body=body,
        media_type=_media_type(path),
        modified_at=datetime.fromtimestamp(facts.st_mtime, tz=timezone.utc),
    )


def _media_type(path: Path) -> str:
    """By the name's ending; "" where it tells nothing, or where the content is wrapped in a compression."""
    guess, compression = mimetypes.guess_type(path.name)
    return MEDIA_TYPE_BY_SUFFIX.get(path.suffix.lower()) or (guess or "" if compression is None else "")


def _failure(path: Path, problem: OSError | SourceError) -> Failure:
    told = problem.strerror or "" if isinstance(problem, OSError) else str(problem)
    if isinstance(problem, OSError):
        told = f"{path} can't be read: {told}. Check that it is there and that you may read it."
    return Failure(path.absolute().as_uri(), "fetch", type(problem).__name__, told)
