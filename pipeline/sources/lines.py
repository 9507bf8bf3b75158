"""JSON lines of any length: a file is cut between lines into parts that are read at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.errors import SourceError
from pipeline.sources.readable import Readable
from pipeline.vocabulary import MEDIA_TYPE_BY_SUFFIX

#: A longer file is cut into parts of about so many bytes: as much as workers read at once.
CHUNK_BYTES: Final = 200_000
_BLOCK: Final = 1 << 20
#: Lines of UTF-16 and UTF-32 can't be told apart as bytes; such files are read whole.
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Part(NamedTuple):
    """Some lines of a file.

    Attributes:
        first_line: the number of the first of them; lines are counted from 1.
        body: their bytes, or why the line can't be read.
    """

    first_line: int
    body: bytes | SourceError


def is_claimed(media_type: str) -> bool:
    """Whether a stream of that type is one of lines."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind in (MEDIA_TYPE_BY_SUFFIX[".jsonl"], "application/jsonl")


def is_lines(start: bytes) -> bool:
    """Whether lines that begin like this can be cut."""
    return not start.startswith(_WIDE_MARKS)


def parts(stream: Readable, start: bytes, max_line_bytes: int) -> Iterator[Part]:
    """Whole lines, in order; one that is too long costs only itself.

    What was read before the stream breaks off is handed on first.

    Args:
        stream: the rest of the file.
        start: its beginning.
        max_line_bytes: a longer line is passed over.

    Raises:
        Exception: whatever the stream raises.
    """
    buffer, line, is_skipping = bytearray(start), 1, False
    limit = max(max_line_bytes, CHUNK_BYTES)
    broken: Exception | None = None
    while broken is None:
        while (cut := _cut(buffer)) and (is_skipping or len(buffer) >= CHUNK_BYTES):
            if is_skipping:
                cut, is_skipping = buffer.index(b"\n") + 1, False
            else:
                yield Part(line, bytes(buffer[:cut]) if cut <= limit else _too_long(limit))
            line += buffer.count(b"\n", 0, cut)
            del buffer[:cut]
        if is_skipping:
            buffer.clear()
        elif len(buffer) > limit:
            yield Part(line, _too_long(limit))
            is_skipping = True
            buffer.clear()
        try:
            block = stream.read(_BLOCK)
        except Exception as problem:
            block, broken = b"", problem
        if not block:
            break
        buffer += block
    if buffer and not is_skipping:
        yield Part(line, bytes(buffer))
    if broken is not None:
        raise broken


def _cut(buffer: bytearray) -> int:
    """Where a part ends: after the last line within its size, or after the first one; 0 where none ends."""
    return (buffer.rfind(b"\n", 0, CHUNK_BYTES) + 1) or (buffer.find(b"\n") + 1)


def _too_long(limit: int) -> SourceError:
    return SourceError(
        f"This line has more than the {limit:,} bytes that are read at once. "
        "Split its text, or raise CARTOGRAPHER_MAX_PAYLOAD_BYTES."
    )
