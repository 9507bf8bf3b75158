"""Plain text: the document's text is the file's text, character for character."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.parse.assembly import read_text
from pipeline.parse.decoding import decode
from pipeline.records import Document, Failure, Payload

MEDIA_TYPE: Final = "text/plain"


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The one document of a text file. Line ends stay as they are, so offsets fit the caller's own copy.

    Raises:
        ParseError: it is no text, empty, or too long.
    """
    yield read_text(decode(payload.body), payload.source_uri, MEDIA_TYPE)
