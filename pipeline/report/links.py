"""Addresses of the web that a document may be read at; anything that is not plainly one is no link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

_DIGITS: Final = re.compile(r"\d{1,9}", re.ASCII)
_PMCID: Final = re.compile(r"PMC\d{1,9}", re.ASCII)
#: What makes an address another one than it seems: control characters, blanks and quotes.
_UNSAFE: Final = re.compile(
    r"[\x00-\x20\x7f-\x9f\s\"'<>\\^`{|}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def web_address(address: str | None) -> str | None:
    """The address, if it is one of the web: http or https, with a host, and nothing that hides what it is.

    Example:
        >>> web_address("https://news.example.org/a?b=1")
        'https://news.example.org/a?b=1'
        >>> web_address("javascript:alert(1)") is None
        True
    """
    if not address or _UNSAFE.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else None


def links(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and addresses of a document's places on the web.

    Args:
        document: its row of `documents`.

    Example:
        >>> list(links({"url": "data:text/html,x", "doi": "10.1/a b", "pmid": None, "pmcid": None}))
        [('DOI 10.1/a b', 'https://doi.org/10.1/a%20b')]
    """
    if address := web_address(document["url"]):
        yield "Web page", address
    if doi := document["doi"]:
        yield f"DOI {doi}", f"https://doi.org/{quote(doi)}"
    if (pmid := document["pmid"]) and _DIGITS.fullmatch(pmid):
        yield f"PubMed {pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    if (pmcid := document["pmcid"]) and _PMCID.fullmatch(pmcid):
        yield pmcid, f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"
