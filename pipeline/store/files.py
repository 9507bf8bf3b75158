"""Files that survive a power cut: durable writes, hard links, and one atomic step to make them visible."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import StoreError


class FileEntry(NamedTuple):
    """A file as the manifest lists it; `name` is relative to the folder of its table."""

    name: str
    rows: int
    bytes: int
    sha256: str


@contextmanager
def plain_errors(doing: str) -> Iterator[None]:
    """Tell what the operating system refuses (disk full, no permission), and damage, as a `StoreError`."""
    try:
        yield
    except OSError as error:
        remedy = (
            "free some space and run again"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else "check that the output folder exists and that you may write to it, then run again"
        )
        raise StoreError(f"{doing}: {error}; {remedy} (published snapshots are intact)") from error
    except pa.ArrowException as error:
        raise StoreError(
            f"{doing}: a file of the newest snapshot is damaged ({error}); `cartographer verify` says which"
        ) from error


def write_durably(path: Path, content: bytes | memoryview) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_parquet(path: Path, table: pa.Table) -> FileEntry:
    """Write a table; equal tables give equal bytes."""
    sink = pa.BufferOutputStream()
    # zstd at its default level: a third smaller than snappy on prose, and reading stays as fast.
    pq.write_table(table, sink, compression="zstd", version="2.6")
    content = memoryview(sink.getvalue())
    write_durably(path, content)
    return FileEntry(path.name, table.num_rows, len(content), hashlib.sha256(content).hexdigest())


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A file of a table, all columns or those named.

    A fifth of the time that `read_table` takes for a small file, and none of its memory: no threads, no
    search for partitions.
    """
    with pq.ParquetFile(path) as file:
        return file.read(None if columns is None else list(columns), use_threads=False)


def link_or_copy(source: Path, target: Path) -> None:
    """Share an immutable file; copy it where the file system can't link (or has no link left to give)."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EMLINK, errno.EPERM, errno.EXDEV, errno.ENOTSUP):
            raise
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish_folder(folder: Path, target: Path) -> None:
    """Make a finished folder visible under its final name, in one atomic step."""
    for subfolder in folder.iterdir():
        if subfolder.is_dir():
            sync_folder(subfolder)
    sync_folder(folder)
    folder.rename(target)
    sync_folder(target.parent)


def point_link(link: Path, target: str, scratch: Path) -> None:
    """Let a relative symlink point to `target`, in one atomic step; `scratch` is a folder beside it."""
    fresh = scratch / link.name
    fresh.symlink_to(target, target_is_directory=True)
    fresh.replace(link)
    sync_folder(link.parent)
