"""MEDLINE files: a PubMed set of any size, cut between records into sets of a few megabytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.errors import SourceError
from pipeline.sources.readable import Readable

#: A larger set is cut: about 400 records, which take a parser some tens of megabytes.
CHUNK_BYTES: Final = 4_000_000
#: A baseline file says what it is in its first lines.
_HEAD: Final = 4096
_BLOCK: Final = 1 << 20
_SET: Final = re.compile(rb"<(PubmedArticleSet|MedlineCitationSet)[\s>]")
_DELETED: Final = re.compile(rb"<DeleteCitation[\s>].*?</DeleteCitation>", re.DOTALL)
_PMID: Final = re.compile(rb"<PMID[^>]*>\s*(\d+)\s*</PMID>")
_RECORD: Final = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)[\s>]")


def is_set(start: bytes) -> bool:
    """Whether a stream that begins like this is a set of PubMed records that can be cut."""
    return _SET.search(start[:_HEAD]) is not None and _RECORD.search(start) is not None


def deleted(body: bytes) -> frozenset[str]:
    """PMIDs of the records that a set says are deleted, as update files do at their end."""
    if b"<DeleteCitation" not in body:
        return frozenset()
    return frozenset(pmid.decode() for found in _DELETED.finditer(body) for pmid in _PMID.findall(found[0]))


def chunks(stream: Readable, start: bytes, max_record_bytes: int) -> Iterator[bytes]:
    """Sets of whole records, each with the head of the file, in order; last, a set of what is deleted.

    What was read before the stream breaks off is handed on first.

    Args:
        stream: the rest of the set.
        start: its beginning, see `is_set`.
        max_record_bytes: a record that is larger ends the reading.

    Raises:
        SourceError: the set is cut off, or a record is too large.
        Exception: whatever the stream raises.
    """
    buffer = bytearray(start)
    wrapped = _SET.search(buffer)
    first = _RECORD.search(buffer)
    if wrapped is None or first is None:
        raise SourceError("It holds no PubMed record.")
    head, tail = bytes(buffer[: first.start()]), b"</" + wrapped[1] + b">\n"
    # A book record may stand among articles; citations are only cut where they are not wrapped in articles.
    names = (first[1],) if first[1] == b"MedlineCitation" else (b"PubmedArticle", b"PubmedBookArticle")
    closings = [b"</" + name + b">" for name in names]
    del buffer[: first.start()]
    broken: Exception | None = None
    while broken is None:
        try:
            block = stream.read(_BLOCK)
        except Exception as problem:
            block, broken = b"", problem
        buffer += block
        if block and len(buffer) < CHUNK_BYTES:
            continue
        if cut := max(_end_of_last(closing, buffer) for closing in closings):
            yield head + bytes(buffer[:cut]) + tail
            del buffer[:cut]
        if len(buffer) > max_record_bytes:
            raise SourceError(
                f"A record has more than the {max_record_bytes:,} bytes that are read at once. "
                "Split the file, or raise CARTOGRAPHER_MAX_PAYLOAD_BYTES."
            )
        if not block:
            break
    if found := _DELETED.search(buffer):
        yield head + found[0] + tail
    if broken is not None:
        raise broken
    if tail.strip() not in buffer:
        raise SourceError(f"The set is cut off: {tail.strip().decode()} is missing. Fetch the file again.")


def _end_of_last(closing: bytes, buffer: bytearray) -> int:
    """Position after the last closing tag; 0 where there is none."""
    at = buffer.rfind(closing)
    return at + len(closing) if at >= 0 else 0
