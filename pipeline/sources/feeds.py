"""RSS and Atom feeds with their articles.

Each entry's page is fetched. Where that can't be done, what was fetched of it before is read; else what the
feed itself says of it.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.references import is_web, without_tracking

if TYPE_CHECKING:
    from pipeline.sources.web import Answer

_SCHEME: Final = "feed:"
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_ROOT: Final = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_FEED_END: Final = re.compile(rb"</(?:rss|feed|rdf:RDF)\s*>")
_HEAD: Final = 4096
#: Articles that a parser can make something of; a feed may point to sound and film too.
_READABLE: Final = re.compile(r"text/|application/(?:pdf|xml|[\w.-]+\+xml)|$")
_TAG: Final = re.compile(r"<[^>]*>")


def claims(reference: str) -> bool:
    """Whether this is `feed:` before a web address."""
    return reference.lower().startswith(_SCHEME)


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """The articles of a feed.

    Raises:
        SourceError: what follows `feed:` is no web address; raised at once.
    """
    address = reference[len(_SCHEME) :]
    if not is_web(address):
        raise SourceError(f"{reference} names no feed: write feed:https://, a host and a path.")
    return _read(address)


def is_feed(body: bytes, media_type: str) -> bool:
    """Whether an answer is a feed, by what the server says or by its first element."""
    return media_type.lower().startswith(_FEED_TYPES) or _FEED_ROOT.search(body[:_HEAD]) is not None


def _read(address: str) -> Iterator[Payload | Failure]:
    from pipeline.sources.web import the_web  # noqa: PLC0415 - costs time, and files need no web

    try:
        answer = the_web().get(address, is_page=True)
    except SourceError as problem:
        yield streams.failure(address, problem)
    else:
        yield from articles(address, answer)


def articles(address: str, answer: Answer) -> Iterator[Payload | Failure]:
    """One payload for each entry of a feed, in the feed's order.

    Args:
        address: of the feed.
        answer: what it gave.
    """
    import feedparser  # noqa: PLC0415 - as above

    # A stream: feedparser takes a string for a name of a file or an address, and opens it.
    headers = {"content-location": address, "content-type": answer.media_type or "application/xml"}
    try:
        feed = feedparser.parse(io.BytesIO(answer.body), response_headers=headers)
    except ValueError as problem:
        yield streams.failure(
            address, SourceError(f"The feed is broken: {problem}. A later run tries again.")
        )
        return
    if not feed.version and not feed.entries:
        yield streams.failure(address, SourceError("There is no RSS or Atom feed in it. Check the address."))
        return
    for entry in feed.entries:
        yield _article(address, str(feed.feed.get("title", "")), entry)
    if not _FEED_END.search(answer.body):
        cut = SourceError("The feed is cut off; its first entries were read. A later run tries again.")
        yield streams.failure(address, cut)


def _article(feed_address: str, publisher: str, entry: Any) -> Payload | Failure:  # noqa: ANN401 - feedparser's
    from pipeline.sources.web import the_web  # noqa: PLC0415 - as above

    web = the_web()
    link = str(entry.get("link", ""))
    if not is_web(link):
        problem = SourceError(
            f"The entry leads to {link!r}, which is no web address." if link else "The entry has no link."
        )
        return _own_words(_entry_address(feed_address, entry), publisher, entry, problem)
    address = without_tracking(link)
    try:
        answer = web.get(address, since=time.time() - 3600 * settings().refresh_hours, is_page=True)
    except SourceError as unfetched:
        kept = web.cache.get(address)
        if kept is None:
            return _own_words(address, publisher, entry, unfetched)
        return Payload(address, kept.body, kept.media_type)
    if not _READABLE.match(answer.media_type.lower()):
        unread = SourceError(f"It is {answer.media_type}, which is not read.")
        return _own_words(address, publisher, entry, unread)
    return Payload(address, answer.body, answer.media_type, answer.modified_at)


def _entry_address(feed_address: str, entry: Any) -> str:  # noqa: ANN401 - as above
    """Address of an entry without a page; no fragment, since it stays when the feed lists it no longer."""
    named = str(entry.get("id", "") or entry.get("title", ""))
    return f"{_SCHEME}{feed_address}?entry={quote(named, safe='')}"


def _own_words(address: str, publisher: str, entry: Any, problem: Exception) -> Payload | Failure:  # noqa: ANN401
    """What the feed says of an article, as a page of its own."""
    parts = [*entry.get("content", []), *filter(None, [entry.get("summary_detail")])]
    told = [_as_html(part) for part in parts if str(part.get("value", "")).strip()]
    if not told:
        return streams.failure(address, SourceError(f"{problem} The feed itself says nothing more of it."))
    title = _as_html(entry.get("title_detail", {"value": ""}))
    stamp = entry.get("published_parsed") or entry.get("updated_parsed")
    dated = f'<meta name="date" content="{time.strftime("%Y-%m-%d", stamp)}">' if stamp else ""
    page = (
        f'<html><head><meta charset="utf-8"><title>{escape(_TAG.sub("", title))}</title>'
        f'<meta property="og:site_name" content="{escape(publisher)}">{dated}</head>'
        f"<body><article><h1>{title}</h1>{told[0]}</article></body></html>"
    )
    return Payload(address, page.encode("utf-8", "replace"), "text/html")


def _as_html(part: Any) -> str:  # noqa: ANN401 - as above
    value = str(part.get("value", ""))
    if part.get("type") in ("text/html", "application/xhtml+xml"):
        return value
    return (
        "".join(f"<p>{escape(paragraph)}</p>" for paragraph in value.split("\n\n"))
        if "\n" in value
        else escape(value)
    )
