"""Europe PMC by query: full texts where they are open, abstracts of the rest."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.references import query_of

if TYPE_CHECKING:
    from pipeline.sources.web import Web

_SCHEME: Final = "europepmc:"
#: Up to 1,000 are allowed; a page of a hundred records with abstracts has some 600 kB.
_PAGE_SIZE: Final = 100
#: The service asks for restraint without a figure: five requests a second.
_DELAY: Final = 0.2
_ARTICLE_END: Final = b"</article>"


def claims(reference: str) -> bool:
    """Whether this is `europepmc:` and a query."""
    return reference.lower().startswith(_SCHEME)


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """The records that a query finds. A paper has the address of its record, whichever form is read.

    Raises:
        SourceError: the query is empty; raised at once.
    """
    query = query_of(_SCHEME, reference)
    return _read(_SCHEME + query, query)


def _read(reference: str, query: str) -> Iterator[Payload | Failure]:
    from pipeline.sources import queries  # noqa: PLC0415 - costs time, and files need no web
    from pipeline.sources.web import PassingError, the_web  # noqa: PLC0415 - as above

    def following(page: dict[str, Any]) -> dict[str, str]:
        if not isinstance(page.get("resultList"), dict) or "hitCount" not in page:
            raise PassingError(f"the answer has no results: {page.get('errMsg', 'no reason is given')}")
        queries.check_count(int(page["hitCount"]))
        mark = page.get("nextCursorMark")
        return {"cursorMark": str(mark)} if mark and page["resultList"].get("result") else {}

    web = the_web()
    base = settings().europepmc_url.rstrip("/")
    parameters = {"query": query, "resultType": "core", "format": "json", "pageSize": str(_PAGE_SIZE)}
    parameters["cursorMark"] = "*"
    for page in queries.pages(web, reference, f"{base}/search", parameters, following, delay=_DELAY):
        if isinstance(page, Failure):
            yield page
            continue
        for record in page["resultList"].get("result") or []:
            yield from _record(web, base, reference, record)


def _record(web: Web, base: str, reference: str, record: Any) -> Iterator[Payload | Failure]:  # noqa: ANN401
    if not isinstance(record, dict) or not record.get("source") or not record.get("id"):
        yield streams.failure(reference, SourceError("A record without an id was passed over."))
        return
    uri = f"https://europepmc.org/article/{record['source']}/{record['id']}"
    pmcid = record.get("pmcid")
    is_open = record.get("isOpenAccess") == "Y" and record.get("inEPMC") == "Y" and bool(pmcid)
    paper = _full_text(web, f"{base}/{pmcid}/fullTextXML") if is_open else None
    if paper is not None:
        yield Payload(uri, paper, "application/xml")
    else:
        body = json.dumps(record, ensure_ascii=False, sort_keys=True)
        yield Payload(uri, body.encode("utf-8", "replace"), "application/json")


def _full_text(web: Web, address: str) -> bytes | None:
    """The JATS of a paper: as the service gives it, else as it gave it once, else None."""
    from pipeline.sources.web import PassingError  # noqa: PLC0415 - as above

    def check(body: bytes) -> None:
        if _ARTICLE_END not in body[-2000:]:
            raise PassingError("the paper is cut off")

    since = time.time() - 3600 * settings().refresh_hours
    try:
        return web.get(address, since=since, delay=_DELAY, check=check).body
    except SourceError:
        kept = web.cache.get(address)
        return kept.body if kept else None
