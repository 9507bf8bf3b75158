"""Parsing: bytes in, Documents out. One module a format; nothing here opens a file or an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.errors import ParseError
from pipeline.parse import html, jats, json_records, jsonl, markdown, pdf, pubmed, text
from pipeline.parse.assembly import failure
from pipeline.parse.xml_tree import root_name
from pipeline.records import Document, Failure, Payload
from pipeline.vocabulary import MEDIA_TYPE_BY_SUFFIX

__all__ = ["documents"]

_Reader = Callable[[Payload], Iterator[Document | Failure]]

_READERS: Final[dict[str, _Reader]] = {
    "text/plain": text.read,
    "text/markdown": markdown.read,
    "text/x-markdown": markdown.read,
    "text/html": html.read,
    "application/xhtml+xml": html.read,
    "application/x-ndjson": jsonl.read,
    "application/jsonl": jsonl.read,
    "application/jsonlines": jsonl.read,
    "application/x-jsonlines": jsonl.read,
    "application/json": json_records.read,
}
_XML_TYPES: Final = ("application/xml", "text/xml", "application/jats+xml")
_XML_READERS: Final[dict[str, _Reader]] = {
    "article": jats.read,
    "pmc-articleset": jats.read,
    "PubmedArticleSet": pubmed.read,
    "PubmedArticle": pubmed.read,
    "PubmedBookArticle": pubmed.read,
    "MedlineCitationSet": pubmed.read,
    "MedlineCitation": pubmed.read,
    "html": html.read,
}
#: First bytes of files that are often handed in by mistake, and what to do with them.
_FOREIGN: Final = (
    (b"PK\x03\x04", "a zip archive or an office document; call it .zip, or save it as text"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as text"),
    (b"\x1f\x8b", "compressed (gzip); give its name the ending .gz"),
    (b"\xfd7zXZ", "compressed (xz); give its name the ending .xz"),
    (b"BZh", "compressed (bzip2); give its name the ending .bz2"),
    (b"{\\rtf", "rich text; save it as plain text"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)
_HEAD: Final = 4096


def documents(payload: Payload) -> Iterator[Document | Failure]:
    """The documents of a payload, one at a time; what can't be read is a Failure and the rest goes on.

    The reader is chosen by media type, then by the name's ending, then by a look at the bytes. A folder that
    holds several documents (JSON lines, a PubMed set) costs no more memory than
    its largest one beside the bytes.

    Example:
        >>> [found] = documents(Payload("file:///a.txt", b"Ten patients were treated.", "text/plain"))
        >>> found.text
        'Ten patients were treated.'
    """
    try:
        yield from _reader(payload)(payload)
    except ParseError as problem:
        yield failure(payload, problem)


def _reader(payload: Payload) -> _Reader:
    head = payload.body[:_HEAD]
    if pdf.MARK in head[:1024]:
        return pdf.read
    for first_bytes, what in _FOREIGN:
        if head.startswith(first_bytes):
            raise ParseError(
                f"This is {what}. Text, Markdown, HTML, PDF, JATS, PubMed XML and JSON lines are read."
            )
    media_type = payload.media_type.split(";")[0].strip().lower()
    suffix = PurePosixPath(unquote(urlsplit(payload.source_uri).path)).suffix.lower()
    for known in (media_type, MEDIA_TYPE_BY_SUFFIX.get(suffix, "")):
        if known in _READERS:
            return _READERS[known]
        if known in _XML_TYPES:
            return _xml_reader(payload)
    if media_type and not media_type.startswith("text/") and media_type != "application/octet-stream":
        raise ParseError(
            f"Nothing here reads {media_type}. Save it as text, HTML, PDF, JATS, PubMed XML or JSON lines."
        )
    return _by_look(payload)


def _xml_reader(payload: Payload) -> _Reader:
    name = root_name(payload.body)
    if name is None:
        raise ParseError("This is no XML: it has no element. Check how it was saved, or name it .txt.")
    if name not in _XML_READERS:
        raise ParseError(f"XML with the root <{name}> is not read; JATS (<article>) and PubMed XML are.")
    return _XML_READERS[name]


def _by_look(payload: Payload) -> _Reader:
    head = payload.body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = head.lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return html.read
    if lowered.startswith(b"<?xml") or (lowered.startswith(b"<") and root_name(payload.body) in _XML_READERS):
        return _xml_reader(payload)
    if head.startswith(b"{") and b'"text"' in payload.body:
        return jsonl.read
    if head.startswith((b"{", b"[")) and b'"protocolSection"' in payload.body:
        return json_records.read
    return text.read
