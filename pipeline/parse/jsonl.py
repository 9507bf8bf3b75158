"""JSON lines: one document a line, with the caller's own id and text; a broken line costs only itself."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final, cast

from pipeline.errors import ParseError
from pipeline.parse.assembly import failure, read_text
from pipeline.parse.dates import printed_dates
from pipeline.parse.decoding import decode
from pipeline.parse.facts import Facts
from pipeline.parse.identifiers import dois
from pipeline.records import Document, Failure, Payload
from pipeline.vocabulary import DOCUMENT_KINDS, DocumentKind

MEDIA_TYPE: Final = "application/x-ndjson"
#: A file that begins like this is one of UTF-16 or UTF-32; its lines can't be told apart as bytes.
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read(payload: Payload) -> Iterator[Document | Failure]:
    """Documents of `{"id": …, "text": …}` lines, one at a time.

    `id` is kept verbatim; without one the id is made from the file's address and the line's
    number. Optional keys:
    title, kind, publisher (or journal), published_on (or date), url, doi, pmid, pmcid, language,
    is_machine_written. A kind that is no genre of ours, an empty value and any other key are ignored.
    """
    body = payload.body
    if body.startswith(_WIDE_MARKS):
        body = decode(body).encode("utf-8")
    lines_of_ids: dict[str, int] = {}
    n_met = 0
    for number, line in enumerate(
        io.BytesIO(body.removeprefix(b"\xef\xbb\xbf")), start=payload.first_line or 1
    ):
        if not line.strip():
            continue
        n_met += 1
        fragment = f"#{number}"
        try:
            document = _document(_json_object(line), payload.source_uri + fragment)
            if (before := lines_of_ids.setdefault(document.doc_id, number)) != number:
                raise ParseError(
                    f"The id {document.doc_id!r} was used on line {before} already. Ids must be unique."
                )
        except ParseError as problem:
            yield failure(payload, ParseError(f"Line {number}: {problem}"), fragment)
        else:
            yield document
    if not n_met and payload.first_line is None:
        yield failure(payload, ParseError("There is no line in it that holds a document."))


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(decode(line))
    # Besides bad syntax: numbers of over 4,300 digits (ValueError), very deep nesting (RecursionError).
    except (ValueError, RecursionError) as problem:
        raise ParseError(f"This is no JSON: {problem}. Write one object a line.") from None
    if not isinstance(found, dict):
        raise ParseError(f"This is a JSON {type(found).__name__}, not an object with id and text.")
    return found


def _document(entry: dict[str, Any], source_uri: str) -> Document:
    text = entry.get("text")
    if not isinstance(text, str):
        raise ParseError('There is no "text" that is a string.')
    given = entry.get("id")
    doc_id = (
        str(given) if isinstance(given, str | int) and not isinstance(given, bool) and given != "" else None
    )
    return read_text(text, source_uri, MEDIA_TYPE, stated=_stated(entry), doc_id=doc_id)


def _stated(entry: dict[str, Any]) -> Facts:
    kind = str(entry.get("kind") or "").lower()
    dated = next(printed_dates(_string(entry, "published_on", "published", "date") or ""), None)
    machine = entry.get("is_machine_written")
    doi = dois(_string(entry, "doi") or "")
    return Facts(
        kind=cast(DocumentKind, kind) if kind in DOCUMENT_KINDS else None,
        title=_string(entry, "title"),
        publisher=_string(entry, "publisher", "journal"),
        published_on=dated.value if dated else None,
        url=_string(entry, "url"),
        doi=doi[0] if doi else None,
        pmid=_string(entry, "pmid"),
        pmcid=_string(entry, "pmcid"),
        language=_string(entry, "language"),
        is_machine_written=machine if isinstance(machine, bool) else None,
    )


def _string(entry: dict[str, Any], *keys: str) -> str | None:
    """The first of the keys that holds something; numbers (a PMID, say) as their digits."""
    for key in keys:
        value = entry.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None
