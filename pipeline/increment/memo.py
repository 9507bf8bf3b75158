"""What parsing gave before: payload → ids and keys of its documents, so that the same bytes are parsed once.

The memo says nothing about what the store holds: parsing is a pure function, and this is its table of values.
It can be lost, or thrown away, at no other cost than time; so whatever is wrong with its file, a run goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from pipeline.increment.plan import Met
from pipeline.records import Payload

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS made_by (fingerprint TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parsed (payload BLOB PRIMARY KEY, documents TEXT NOT NULL) WITHOUT ROWID;
"""
#: Rows written together: a transaction costs as much as a thousand rows.
_TOGETHER: Final = 1000


class Memo:
    """The memo of one store; `Memo.at` opens it.

    Args:
        connection: its database, or None: then nothing is known and nothing kept.
    """

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        self._connection = connection
        self._waiting: list[tuple[bytes, str]] = []

    @classmethod
    @contextmanager
    def at(cls, path: Path, fingerprint: str) -> Iterator[Memo]:
        """Open the memo in a file; one that another model, knowledge or code has made is emptied.

        Whoever opens it holds the store's lock.
        """
        memo = cls(_opened(path, fingerprint))
        try:
            yield memo
        finally:
            memo.close()

    def documents(self, payload: Payload) -> tuple[Met, ...] | None:
        """The documents of a payload that was parsed without a failure before; None if it was not."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT documents FROM parsed WHERE payload = ?", [_name(payload)]
            ).fetchone()
            return None if row is None else tuple(Met(*told) for told in json.loads(row[0]))
        except (sqlite3.Error, ValueError, TypeError):
            return None

    def remember(self, payload: Payload, documents: Sequence[Met]) -> None:
        """Keep what a payload holds."""
        if self._connection is not None:
            self._waiting.append((_name(payload), json.dumps(documents)))
            if len(self._waiting) >= _TOGETHER:
                self._write()

    def close(self) -> None:
        """Write what is waiting, and close the file."""
        self._write()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self) -> None:
        if self._connection is not None:
            # A full disk, say: what is not remembered is parsed again.
            with suppress(sqlite3.Error), self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?)", self._waiting)
        self._waiting.clear()


def _opened(path: Path, fingerprint: str) -> sqlite3.Connection | None:
    for _ in range(2):
        try:
            connection = sqlite3.connect(path, check_same_thread=False)
            connection.executescript(_TABLES)
            if connection.execute("SELECT fingerprint FROM made_by").fetchall() != [(fingerprint,)]:
                with connection:
                    connection.execute("DELETE FROM parsed")
                    connection.execute("DELETE FROM made_by")
                    connection.execute("INSERT INTO made_by VALUES (?)", [fingerprint])
        except sqlite3.Error:
            # Broken, or of another make: begin anew; where that is no help either, do without.
            with suppress(OSError):
                path.unlink()
        else:
            return connection
    return None


def _name(payload: Payload) -> bytes:
    """Hash of all of a payload that parsing looks at."""
    told = json.dumps([payload.source_uri, payload.media_type, payload.sha256, payload.first_line])
    return blake2b(told.encode(), digest_size=16).digest()
