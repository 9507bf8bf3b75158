"""Streams of bytes become payloads: whole where they are small; by records or lines where they hold many."""

from __future__ import annotations

import lzma
import mimetypes
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import lines, medline
from pipeline.sources.readable import Readable
from pipeline.vocabulary import MEDIA_TYPE_BY_SUFFIX

#: What the readers of files, compressions and archives raise where the bytes are not what they should be.
BROKEN: Final = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
)
_BLOCK: Final = 1 << 20


class Origin(NamedTuple):
    """Where a stream came from.

    Attributes:
        uri: address that its payloads bear.
        name: the file's name, which tells what it is.
        modified_at: UTC time of the last change, if known.
        n_bytes: size, if known.
        media_type: as the server says, or "": then the name tells.
    """

    uri: str
    name: str
    modified_at: datetime | None = None
    n_bytes: int | None = None
    media_type: str = ""


def read(stream: Readable, origin: Origin) -> Iterator[Payload | Failure]:
    """The payload of a stream, or those of a large set of records; a Failure where it can't be read.

    Args:
        stream: read once, from where it stands.
        origin: all payloads bear its address.
    """
    kind = origin.media_type or media_type(origin.name)
    try:
        start = up_to(stream, (lines if lines.is_claimed(kind) else medline).CHUNK_BYTES + 1)
        if len(start) > lines.CHUNK_BYTES and lines.is_claimed(kind) and lines.is_lines(start):
            for part in lines.parts(stream, start, settings().max_payload_bytes):
                if isinstance(part.body, SourceError):
                    yield failure(f"{origin.uri}#{part.first_line}", part.body)
                else:
                    yield Payload(origin.uri, part.body, kind, origin.modified_at, part.first_line)
            return
        if len(start) > medline.CHUNK_BYTES and medline.is_set(start):
            bodies = medline.chunks(stream, start, settings().max_payload_bytes)
        else:
            bodies = iter([_whole(stream, start, origin)])
        for body in bodies:
            yield Payload(origin.uri, body, kind, origin.modified_at)
    except (*BROKEN, SourceError) as problem:
        yield failure(origin.uri, problem)


def up_to(stream: Readable, n_bytes: int) -> bytes:
    """The next `n_bytes`, fewer only at the end."""
    blocks = []
    while n_bytes > 0 and (block := stream.read(min(n_bytes, _BLOCK))):
        blocks.append(block)
        n_bytes -= len(block)
    return b"".join(blocks)


def whole(stream: Readable, origin: Origin) -> bytes:
    """All bytes of a stream.

    Raises:
        SourceError: there are more than are read at once.
    """
    return _whole(stream, b"", origin)


def _whole(stream: Readable, start: bytes, origin: Origin) -> bytes:
    limit = settings().max_payload_bytes
    if origin.n_bytes is not None and origin.n_bytes > limit:
        raise _too_large(origin.n_bytes, limit)
    body = start + up_to(stream, limit + 1 - len(start))
    if len(body) > limit:
        raise _too_large(None, limit)
    return body


def _too_large(n_bytes: int | None, limit: int) -> SourceError:
    size = f"{n_bytes:,} bytes, more" if n_bytes is not None else "more bytes"
    return SourceError(
        f"It has {size} than the {limit:,} that are read at once. "
        "Split it, or raise CARTOGRAPHER_MAX_PAYLOAD_BYTES."
    )


def media_type(name: str) -> str:
    """By the name's ending; "" where it tells nothing, or where the content is wrapped in a compression."""
    guess, compression = mimetypes.guess_type(name)
    known = MEDIA_TYPE_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    return known or (guess or "" if compression is None else "")


def failure(uri: str, problem: Exception) -> Failure:
    """A failure to fetch, with a message that says what to do."""
    told = str(problem)
    if isinstance(problem, OSError) and problem.strerror:
        told = f"It can't be read: {problem.strerror}. Check that it is there and that you may read it."
    elif not isinstance(problem, SourceError):
        told = f"It is broken or cut off: {told or 'the end is missing'}. Fetch or make it again."
    return Failure(uri, "fetch", type(problem).__name__, told)
