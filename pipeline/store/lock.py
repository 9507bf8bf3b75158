"""One writer at a time: a lock that the operating system drops when its process dies."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from pipeline.errors import StoreError

_POLL_SECONDS: Final = 0.1


@contextmanager
def exclusive(path: Path, run_id: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock at `path`; the file says who holds it and stays when the lock is given back.

    Raises:
        StoreError: another process (or thread) holds it, and still did after `wait_s` seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait_s)
        since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "run_id": run_id}
        _describe(descriptor, json.dumps(holder))
        try:
            yield
        finally:
            _describe(descriptor, "")
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            if time.monotonic() >= deadline:
                raise StoreError(f"{path.parent} is being written by {_holder(path)}; wait for it") from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def _describe(descriptor: int, holder: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, holder.encode(), 0)


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text("utf-8"))
        return "process {pid} on {host} since {since} (run {run_id})".format(**holder)
    except (OSError, ValueError, KeyError, TypeError):
        # It is being written just now, or was just given back.
        return "another process"
