"""What came from the web before, read again without it: what feeds and queries list no longer is not lost."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from typing import Final

from pipeline.records import Failure, Payload
from pipeline.sources import archives, pages

#: Name under which a payload is kept, apart from what its address gives as a page.
_NAME: Final = "payload:"


def is_fetched(source_uri: str) -> bool:
    """Whether something of that address came from the web, and is no member of an archive."""
    return source_uri.startswith(("https:", "http:", "feed:")) and "#" not in source_uri


def keep(payload: Payload) -> None:
    """Keep a payload under its address, in place of what it gave before."""
    from pipeline.sources.payload_cache import Kept  # noqa: PLC0415 - costs time, and files need no web
    from pipeline.sources.web import the_web  # noqa: PLC0415 - as above

    changed = format_datetime(payload.modified_at) if payload.modified_at else ""
    name = _NAME + payload.source_uri
    the_web().cache.put([Kept(name, payload.body, payload.media_type, last_modified=changed)])


def payloads(addresses: Iterable[str]) -> Iterator[Payload | Failure]:
    """What was kept of some addresses, in order; nothing of those of which nothing is kept.

    Args:
        addresses: without fragments.
    """
    for address in addresses:
        from pipeline.sources.web import answer_of, the_web  # noqa: PLC0415 - as above

        cache = the_web().cache
        if own := cache.get(_NAME + address):
            told = answer_of(own)
            yield Payload(address, told.body, told.media_type, told.modified_at)
        elif page := cache.get(address):
            told = answer_of(page)
            yield from archives.read(io.BytesIO(told.body), pages.origin_of(address, told))
