"""Archives: compressed files, zip and tar, read member by member; nothing is ever written to the disk.

A member is an input of its own: its address is that of the archive, `#` and its name, with `!/` before a
member of an archive in an archive. What is refused (a bomb, a name that climbs out, a link) and what is
broken becomes a Failure, and the members beside it are read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import posixpath
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Final, cast
from urllib.parse import quote

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.readable import Readable
from pipeline.sources.streams import BROKEN, Origin
from pipeline.vocabulary import MEDIA_TYPE_BY_SUFFIX

_COMPRESSIONS: Final = (".gz", ".bz2", ".xz")
_SHORT: Final = {".tgz": ".tar.gz", ".tbz": ".tar.bz2", ".tbz2": ".tar.bz2", ".txz": ".tar.xz"}
_DRIVE: Final = re.compile(r"[A-Za-z]:")
#: Below this size the expansion is not looked at: a few repeated lines shrink to nothing, and harm nobody.
_HARMLESS: Final = 10_000_000


def is_archive(name: str) -> bool:
    """Whether a file of that name is unpacked."""
    return _suffix(name) in (*_COMPRESSIONS, ".zip", ".tar")


def is_claimed(name: str) -> bool:
    """Whether a folder's search takes a file of that name: it, or what it wraps, can be read."""
    while (suffix := _suffix(name)) in _COMPRESSIONS:
        name = _without(name, suffix)
    return suffix in (".zip", ".tar") or suffix in MEDIA_TYPE_BY_SUFFIX


def read(stream: IO[bytes], origin: Origin) -> Iterator[Payload | Failure]:
    """Payloads of a file, or of all that is packed in it.

    Args:
        stream: the file's bytes; it can seek.
        origin: what the name says decides how the bytes are unpacked.
    """
    allowance = _Allowance(settings().max_archive_bytes)
    yield from _unpacked(stream, origin, 0, allowance)


class _Allowance:
    """How many bytes may still be unpacked from an archive and all that lies in it."""

    def __init__(self, n_bytes: int) -> None:
        self.n_left = n_bytes


class _Unpacking:
    """A stream that is unpacked while it is read, and goes no further where it grows like a bomb."""

    def __init__(self, stream: Readable, n_packed: Callable[[], int], allowance: _Allowance) -> None:
        self._stream = stream
        self._n_packed = n_packed
        self._allowance = allowance
        self._n_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        limits = settings()
        block = self._stream.read(size)
        self._n_bytes += len(block)
        self._allowance.n_left -= len(block)
        if self._n_bytes > max(_HARMLESS, limits.max_expansion * self._n_packed()):
            raise SourceError(
                f"It grows to more than {limits.max_expansion} times its size when it is unpacked, as bombs "
                "do. Unpack it yourself if you trust it, or raise CARTOGRAPHER_MAX_EXPANSION."
            )
        if self._allowance.n_left < 0:
            raise SourceError(
                f"More than {limits.max_archive_bytes:,} bytes come out of this archive. "
                "Unpack it yourself if you trust it, or raise CARTOGRAPHER_MAX_ARCHIVE_BYTES."
            )
        return block


class _Counted(io.RawIOBase):
    """A stream that counts what has been taken from it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.n_bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._stream.read(size)
        self.n_bytes += len(block)
        return block


def _unpacked(
    stream: Readable, origin: Origin, depth: int, allowance: _Allowance
) -> Iterator[Payload | Failure]:
    suffix = _suffix(origin.name)
    if not is_archive(origin.name):
        yield from streams.read(stream, origin)
        return
    try:
        if depth >= settings().max_archive_depth:
            raise SourceError(
                f"Archives lie in archives, more than {settings().max_archive_depth} deep. "
                "Unpack the outer ones, or raise CARTOGRAPHER_MAX_ARCHIVE_DEPTH."
            )
        if suffix == ".zip":
            yield from _zip(stream, origin, depth, allowance)
        elif suffix == ".tar":
            yield from _tar(stream, origin, depth, allowance)
        else:
            inner = origin._replace(name=_without(origin.name, suffix), n_bytes=None, media_type="")
            counted = _Counted(stream)
            plain = _Unpacking(_decompressed(counted, suffix), lambda: counted.n_bytes, allowance)
            yield from _unpacked(plain, inner, depth + 1, allowance)
    except (*BROKEN, SourceError) as problem:
        yield streams.failure(origin.uri, problem)


def _decompressed(stream: _Counted, suffix: str) -> Readable:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    return bz2.BZ2File(stream) if suffix == ".bz2" else lzma.LZMAFile(cast(IO[bytes], stream))


def _tar(stream: Readable, origin: Origin, depth: int, allowance: _Allowance) -> Iterator[Payload | Failure]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload] # it only reads
        while (member := archive.next()) is not None:
            # The list of members would grow with the archive.
            archive.members.clear()
            place = _member(origin, member.name, member.size)
            if refused := _refused(member.name, is_link=member.issym() or member.islnk()):
                yield streams.failure(place.uri, refused)
            elif member.isfile() and _is_wanted(member.name):
                body = archive.extractfile(member)
                if body is not None:
                    yield from _unpacked(body, place, depth + 1, allowance)


def _zip(stream: Readable, origin: Origin, depth: int, allowance: _Allowance) -> Iterator[Payload | Failure]:
    # A zip is read from its end. The outermost file can seek; what is being unpacked can't.
    file = cast(IO[bytes], stream) if depth == 0 else io.BytesIO(streams.whole(stream, origin))
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            place = _member(origin, entry.filename, entry.file_size)
            if refused := _refused(entry.filename, is_link=stat.S_ISLNK(entry.external_attr >> 16)):
                yield streams.failure(place.uri, refused)
            elif not entry.is_dir() and _is_wanted(entry.filename):
                yield from _zipped(archive, entry, place, depth, allowance)


def _zipped(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Origin, depth: int, allowance: _Allowance
) -> Iterator[Payload | Failure]:
    try:
        if entry.flag_bits & 1:
            raise SourceError("It is locked by a password. Unpack it yourself.")
        with archive.open(entry) as body:
            plain = _Unpacking(body, lambda: entry.compress_size, allowance)
            yield from _unpacked(plain, place, depth + 1, allowance)
    except (*BROKEN, SourceError) as problem:
        yield streams.failure(place.uri, problem)


def _member(origin: Origin, name: str, n_bytes: int) -> Origin:
    mark = "!/" if "#" in origin.uri else "#"
    uri = origin.uri + mark + quote(name, errors="surrogateescape")
    return Origin(uri, PurePosixPath(name).name, origin.modified_at, n_bytes)


def _refused(name: str, *, is_link: bool) -> SourceError | None:
    plain = name.replace("\\", "/")
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in PurePosixPath(plain).parts:
        return SourceError(f"The name {name!r} climbs out of the archive; such members are not read.")
    if is_link:
        return SourceError(f"{name!r} is a link; links in archives are not followed. Pack the file itself.")
    return None


def _is_wanted(name: str) -> bool:
    """As in a folder: names that can be read, and nothing that is hidden or left by a system."""
    parts = PurePosixPath(name).parts
    return is_claimed(name) and not any(
        part.startswith(".") or part == "__MACOSX" for part in parts if part != "."
    )


def _suffix(name: str) -> str:
    """The last ending, lower case; that of `.tgz` and its like is the compression."""
    suffix = posixpath.splitext(name)[1].lower()
    return posixpath.splitext("x" + _SHORT.get(suffix, suffix))[1]


def _without(name: str, suffix: str) -> str:
    """The name of what a compressed file holds: `a.xml` of `a.xml.gz`, `a.tar` of `a.tgz`."""
    last = PurePosixPath(name).suffix
    return name[: -len(last)] + _SHORT.get(last.lower(), suffix).removesuffix(suffix)
