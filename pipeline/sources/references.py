"""References taken apart: queries, web addresses, and what makes two addresses the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from pipeline.errors import SourceError


def query_of(scheme: str, reference: str) -> str:
    """The query of a reference such as `pubmed:CAR-T AND lupus`.

    Raises:
        SourceError: there is none.
    """
    query = reference[len(scheme) :].strip()
    if not query:
        raise SourceError(
            f"{reference} asks for nothing: write a query after the colon, as in {scheme}CAR-T."
        )
    return query


def is_web(address: str) -> bool:
    """Whether an address is one of http or https, with a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def without_tracking(address: str) -> str:
    """An address without fragment and without the parameters that tell a site where a reader came from.

    Example:
        >>> without_tracking("https://example.org/a?id=3&utm_source=rss#top")
        'https://example.org/a?id=3'
    """
    parts = urlsplit(urldefrag(address).url)
    if "utm_" not in parts.query:
        return parts.geturl()
    kept = [(name, word) for name, word in parse_qsl(parts.query, True) if not name.startswith("utm_")]
    return parts._replace(query=urlencode(kept)).geturl()
