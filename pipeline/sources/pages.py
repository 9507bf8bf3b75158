"""Web addresses: one page, paper or archive each; an address that turns out to be a feed is read as one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urldefrag, urlsplit

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.sources import archives, feeds, streams
from pipeline.sources.references import is_web
from pipeline.sources.streams import Origin

if TYPE_CHECKING:
    from pipeline.sources.web import Answer

#: What servers say of files that they know nothing about.
_VAGUE: Final = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
_GZIP: Final = b"\x1f\x8b"


def claims(reference: str) -> bool:
    """Whether this is an address of the web."""
    return reference.lower().startswith(("http:", "https:"))


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """The payload of an address, the members of an archive, or the articles of a feed.

    Raises:
        SourceError: it is no web address; raised at once.
    """
    if not is_web(reference):
        raise SourceError(f"{reference} is no web address: write https://, a host and a path.")
    return _read(urldefrag(reference).url)


def _read(address: str) -> Iterator[Payload | Failure]:
    from pipeline.sources.web import the_web  # noqa: PLC0415 - costs time, and files need no web

    try:
        answer = the_web().get(address, is_page=True)
    except SourceError as problem:
        yield streams.failure(address, problem)
        return
    if feeds.is_feed(answer.body, answer.media_type):
        yield from feeds.articles(address, answer)
    else:
        yield from archives.read(io.BytesIO(answer.body), origin_of(address, answer))


def origin_of(address: str, answer: Answer) -> Origin:
    """What an answer is, by the name of its address and by what the server says."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    if name.lower().endswith(".gz") and not answer.body.startswith(_GZIP):
        # Many servers call a compressed file a compressed transfer, and it arrives unpacked.
        name = name[:-3]
    stated = answer.media_type.partition(";")[0].strip().lower()
    media_type = streams.media_type(name) or stated if stated in _VAGUE else answer.media_type
    return Origin(address, name, answer.modified_at, len(answer.body), media_type)
