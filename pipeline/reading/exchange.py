"""Storage that all machines of a cluster reach: workers leave shards there, the coordinator takes them.

It need not be a file system that they share: an object store will do, since files are written whole, read
whole and removed, and neither linked nor renamed. What makes a snapshot of them happens in the output folder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import fs

from pipeline.errors import StoreError, UsageError
from pipeline.store import ShardInfo
from pipeline.store.files import write_durably

#: What begins an address rather than a path; one letter is a drive.
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


class Exchange:
    """A folder of shared storage for the runs of one store; it can be sent to workers.

    Args:
        address: a path, or a URL that Arrow opens (`s3://bucket/folder`, `gs://`, `abfs://`, `hdfs://`, …),
            or else one of fsspec's.
        output: output folder of the runs: those of another one have a folder of their own.

    Raises:
        UsageError: the address is of a kind that neither opens.
    """

    def __init__(self, address: str, output: Path) -> None:
        self.address = address if _SCHEME.match(address) else Path(address).resolve().as_uri()
        # Runs of one store follow each other, so that all that is there when one begins was left by a crash.
        self._folder = hashlib.blake2b(str(output.resolve()).encode(), digest_size=8).hexdigest()
        with self._told("can't use it"):
            _opened(self.address)

    def clear(self) -> None:
        """Remove whatever runs of the store have left.

        Raises:
            StoreError: the storage can't be reached, or refuses.
        """
        with self._told("can't clear it"):
            system, root = _opened(self.address)
            folder = f"{root}/{self._folder}"
            if system.get_file_info(folder).type == fs.FileType.Directory:
                system.delete_dir(folder)

    def leave(self, shard: ShardInfo, staging: Path) -> None:
        """Put the files of a shard there that were written into a folder of this machine.

        Raises:
            StoreError: the storage can't be reached, or refuses.
        """
        with self._told(f"can't leave the shard {shard.name}"):
            system, _ = _opened(self.address)
            for table, entry in shard.files.items():
                content = (staging / table / entry.name).read_bytes()
                place = self._place(table, entry.name)
                try:
                    _write(system, place, content)
                except FileNotFoundError:
                    # An object store has no folders; elsewhere they must be made.
                    system.create_dir(place.rpartition("/")[0], recursive=True)
                    _write(system, place, content)

    def take(self, shard: ShardInfo, staging: Path) -> None:
        """Move the files of a shard into a folder of this machine.

        Raises:
            StoreError: a file is not there, or is not what was written; or the storage can't be reached.
        """
        with self._told(f"can't take the shard {shard.name}"):
            system, _ = _opened(self.address)
            for table, entry in shard.files.items():
                place = self._place(table, entry.name)
                with system.open_input_stream(place) as stream:
                    content = stream.read()
                if hashlib.sha256(content).hexdigest() != entry.sha256:
                    raise StoreError(f"{place} is not what a worker wrote there; run again")
                (staging / table).mkdir(exist_ok=True)
                write_durably(staging / table / entry.name, content)
                system.delete_file(place)

    def _place(self, table: str, name: str) -> str:
        return f"{_opened(self.address)[1]}/{self._folder}/{table}/{name}"

    @contextmanager
    def _told(self, problem: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"{_public(self.address)}: {problem}: {error}; check the address, and that all machines may "
                "read and write there"
            ) from error


def _write(system: fs.FileSystem, place: str, content: bytes) -> None:
    with system.open_output_stream(place) as stream:
        stream.write(content)


def _public(address: str) -> str:
    """An address without the key that it may hold."""
    return re.sub(r"//[^/@]*@", "//", address)


@cache
def _opened(address: str) -> tuple[fs.FileSystem, str]:
    """The file system of an address, and the place in it; opened once in a process."""
    try:
        system, root = fs.FileSystem.from_uri(address)
    except pa.ArrowInvalid as error:
        if "Unrecognized filesystem" not in str(error):
            raise UsageError(f"--shards {_public(address)}: {error}") from error
        system, root = _of_fsspec(address)
    return system, root.rstrip("/")


def _of_fsspec(address: str) -> tuple[fs.FileSystem, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - it is there where Dask is

        found, root = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"--shards {_public(address)}: neither Arrow nor fsspec opens it ({error}). Give a path or a URL "
            "such as s3://bucket/folder, and install what fsspec says it needs."
        ) from error
    return fs.PyFileSystem(fs.FSSpecHandler(found)), root
