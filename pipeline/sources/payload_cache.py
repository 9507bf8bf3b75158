"""What has been fetched, kept by content hash, so that it can be read again without a network.

The folder `payloads/` of the cache holds `objects/`, one compressed file for each distinct content, and
`index.sqlite`, which knows what was fetched from where and when. An address has one entry: what it gave last.
Files are written aside and moved into place, and the index is a database, so that several processes may share
the folder. It may be deleted at any time; a damaged part of it counts as never fetched.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
import os
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

_log = logging.getLogger(__name__)

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS answers (
    address TEXT PRIMARY KEY, sha256 TEXT NOT NULL, media_type TEXT NOT NULL, etag TEXT NOT NULL,
    last_modified TEXT NOT NULL, fetched_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_content ON answers (sha256);
CREATE TABLE IF NOT EXISTS unfinished (query TEXT PRIMARY KEY, started_at REAL NOT NULL) WITHOUT ROWID;
"""
#: Another process holds the index for milliseconds; who waits this long waits for a dead disk.
_LOCK_SECONDS: Final = 60
#: A query that was broken off is taken up where it stopped for so long; later it is asked anew.
RESUME_SECONDS: Final = 12 * 3600
#: How many parameters one statement may have in every version of SQLite.
_MAX_PARAMETERS: Final = 900


class Kept(NamedTuple):
    """What an address gave.

    Attributes:
        address: what was asked for; a web address, or the address of a record.
        body: the bytes.
        media_type: as the server says, or "".
        etag, last_modified: as the server says, for the next question; or "".
        fetched_at: seconds since 1970.
    """

    address: str
    body: bytes
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at: float = 0.0


class PayloadCache:
    """Contents by hash, and an index of addresses.

    Nothing here raises: a document must not be lost because it could not be kept. What went wrong is logged.

    Args:
        folder: made when something is first kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: sqlite3.Connection | None = None

    def get(self, address: str) -> Kept | None:
        """What the address gave last, or None if that isn't kept whole."""
        found = self._run(
            "SELECT sha256, media_type, etag, last_modified, fetched_at FROM answers WHERE address = ?",
            [address],
        )
        if not found:
            return None
        sha256, media_type, etag, last_modified, fetched_at = found[0]
        body = self._content(sha256)
        return None if body is None else Kept(address, body, media_type, etag, last_modified, fetched_at)

    def fetched_since(self, addresses: Sequence[str], since: float) -> set[str]:
        """Those of the addresses that were fetched at that time or later."""
        found: set[str] = set()
        for start in range(0, len(addresses), _MAX_PARAMETERS):
            part = addresses[start : start + _MAX_PARAMETERS]
            marks = ", ".join("?" * len(part))
            rows = self._run(
                f"SELECT address FROM answers WHERE fetched_at >= ? AND address IN ({marks})",
                [since, *part],
            )
            found.update(row[0] for row in rows)
        return found

    def put(self, answers: Iterable[Kept]) -> None:
        """Keep what was just fetched, in place of what the same addresses gave before."""
        now, rows = time.time(), []
        for answer in answers:
            sha256 = hashlib.sha256(answer.body).hexdigest()
            if self._write(sha256, answer.body):
                rows.append(
                    (answer.address, sha256, answer.media_type, answer.etag, answer.last_modified, now)
                )
        replaced: set[str] = set()
        for address, sha256, *_ in rows:
            before = self._run("SELECT sha256 FROM answers WHERE address = ?", [address])
            replaced.update(row[0] for row in before if row[0] != sha256)
        self._run_many("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows)
        for sha256 in replaced:
            if not self._run("SELECT 1 FROM answers WHERE sha256 = ? LIMIT 1", [sha256]):
                with contextlib.suppress(OSError):
                    self._path(sha256).unlink()

    def confirm(self, address: str) -> None:
        """The server says that what is kept is still so."""
        self._run("UPDATE answers SET fetched_at = ? WHERE address = ?", [time.time(), address])

    def begin(self, query: str) -> float:
        """When the query began that is not finished yet: now, or when a broken-off run began it."""
        now = time.time()
        self._run("DELETE FROM unfinished WHERE started_at < ?", [now - RESUME_SECONDS])
        self._run("INSERT OR IGNORE INTO unfinished VALUES (?, ?)", [query, now])
        found = self._run("SELECT started_at FROM unfinished WHERE query = ?", [query])
        return float(found[0][0]) if found else now

    def finish(self, query: str) -> None:
        """All that the query lists has been fetched."""
        self._run("DELETE FROM unfinished WHERE query = ?", [query])

    def _path(self, sha256: str) -> Path:
        return self._folder / "objects" / sha256[:2] / f"{sha256[2:]}.gz"

    def _content(self, sha256: str) -> bytes | None:
        path = self._path(sha256)
        try:
            body = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error):
            body = None
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            # Whoever keeps it again must not find it there.
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        return body

    def _write(self, sha256: str, body: bytes) -> bool:
        path = self._path(sha256)
        if path.exists():
            return True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(gzip.compress(body, compresslevel=6, mtime=0))
                Path(aside).replace(path)
            except BaseException:
                Path(aside).unlink()
                raise
        except OSError as problem:
            _log.warning("What was fetched can't be kept in %s: %s", self._folder, problem)
            return False
        return True

    def _run(self, statement: str, values: Sequence[object]) -> list[Any]:
        """Rows of one statement; none where the index can't be read."""
        return self._run_many(statement, [values])

    def _run_many(self, statement: str, rows: Sequence[Sequence[object]]) -> list[Any]:
        """A statement for each of the rows, in one transaction; what they gave."""
        try:
            index = self._index()
            with index:
                return [found for values in rows for found in index.execute(statement, values)]
        except sqlite3.OperationalError as problem:
            _log.warning("The index of what was fetched can't be used in %s: %s", self._folder, problem)
        except (sqlite3.DatabaseError, OSError) as problem:
            _log.warning("The index of what was fetched is damaged in %s: %s", self._folder, problem)
            self._set_aside()
        return []

    def _index(self) -> sqlite3.Connection:
        if self._opened is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(
                self._folder / "index.sqlite", timeout=_LOCK_SECONDS, check_same_thread=False
            )
            opened.execute("PRAGMA journal_mode = WAL")
            # A power cut may lose the last entries, which is no more than fetching them again.
            opened.execute("PRAGMA synchronous = NORMAL")
            opened.executescript(_SCHEMA)
            self._opened = opened
        return self._opened

    def _set_aside(self) -> None:
        """A damaged index makes room for a new one; contents are found again by their hash."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        with contextlib.suppress(OSError):
            (self._folder / "index.sqlite").replace(self._folder / "index.damaged")
        for left in ("index.sqlite-wal", "index.sqlite-shm"):
            with contextlib.suppress(OSError):
                (self._folder / left).unlink()
