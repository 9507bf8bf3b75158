"""PubMed by query, through NCBI's E-utilities.

A search (esearch) leaves its result on NCBI's history server and says which records it holds; they are
fetched (efetch) from there in pages. Each record is kept by itself, so that a run that was broken off asks
for nothing twice. NCBI gives no more than the first 9,999 records of a search: a larger one is divided by the
day on which records entered the database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.references import query_of

if TYPE_CHECKING:
    from pipeline.sources.payload_cache import Kept
    from pipeline.sources.web import Web

_SCHEME: Final = "pubmed:"
#: Three requests a second are let through, ten with a key; a little less, since their clock is not ours.
_DELAY: Final = 0.35
_DELAY_WITH_KEY: Final = 0.11
#: What one search gives at most.
_MAX_RECORDS: Final = 9_999
#: As NCBI advises; two hundred records have some 3 MB.
_PAGE_SIZE: Final = 200
#: No record is older than PubMed's oldest papers.
_FIRST_DAY: Final = date(1700, 1, 1)
_RECORD: Final = re.compile(rb"<(PubmedArticle|PubmedBookArticle)[\s>].*?</\1>", re.DOTALL)
_PMID: Final = re.compile(rb"<PMID[^>]*>\s*(\d+)\s*</PMID>")
_SET_END: Final = b"</PubmedArticleSet>"
_ERROR: Final = re.compile(rb"<ERROR>(.*?)</ERROR>", re.DOTALL | re.IGNORECASE)
_LOST_HISTORY: Final = re.compile(rb"history|obtain query|WebEnv|query_key", re.IGNORECASE)


def claims(reference: str) -> bool:
    """Whether this is `pubmed:` and a query."""
    return reference.lower().startswith(_SCHEME)


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """The records that a query finds, each with its address in PubMed.

    Raises:
        SourceError: the query is empty; raised at once.
    """
    query = query_of(_SCHEME, reference)
    return _read(_SCHEME + query, query)


class _Found(NamedTuple):
    """Records of one search, and where NCBI holds them ready, if it says so."""

    pmids: list[str]
    history: dict[str, str]


def _read(reference: str, query: str) -> Iterator[Payload | Failure]:
    from pipeline.sources.web import the_web  # noqa: PLC0415 - costs time, and files need no web

    web = the_web()
    if settings().offline:
        yield from _kept(web, reference)
        return
    since = web.cache.begin(reference)
    try:
        searches = list(_searches(web, query))
    except SourceError as problem:
        yield streams.failure(reference, problem)
        return
    pmids = list(dict.fromkeys(pmid for search in searches for pmid in search.pmids))
    web.cache.put([_listing(reference, pmids)])
    is_whole = True
    for search in searches:
        for start in range(0, len(search.pmids), _PAGE_SIZE):
            for met in _page(web, search, start, since):
                is_whole = is_whole and isinstance(met, Payload)
                yield met
    if is_whole:
        web.cache.finish(reference)


def _listing(reference: str, pmids: list[str]) -> Kept:
    from pipeline.sources.payload_cache import Kept  # noqa: PLC0415 - as above

    return Kept(reference, json.dumps(pmids).encode(), "application/json")


def _kept(web: Web, reference: str) -> Iterator[Payload | Failure]:
    """What the query found when it was last asked."""
    listing = web.cache.get(reference)
    if listing is None:
        problem = "The query has not been asked before, and CARTOGRAPHER_OFFLINE is set. Run once without it."
        yield streams.failure(reference, SourceError(problem))
        return
    for pmid in json.loads(listing.body):
        yield _payload(web, pmid, None)


def _payload(web: Web, pmid: str, record: bytes | None) -> Payload | Failure:
    address = _address(pmid)
    if record is None and (kept := web.cache.get(address)):
        record = kept.body
    if record is None:
        problem = "PubMed lists the record but has not given it. A later run tries again."
        if settings().offline:
            problem = "The record has not been fetched before, and CARTOGRAPHER_OFFLINE is set."
        return streams.failure(address, SourceError(problem))
    return Payload(address, record, "application/xml")


def _address(pmid: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def _searches(web: Web, query: str) -> Iterator[_Found]:
    """The query as searches that are small enough to be fetched.

    Raises:
        SourceError: it can't be asked, or finds more records than the settings allow.
    """
    from pipeline.sources.queries import check_count  # noqa: PLC0415 - as above

    n_records, found = _search(web, query)
    check_count(n_records)
    if n_records <= _MAX_RECORDS:
        yield found
        return
    n_found = 0
    for part in _divided(web, query, _FIRST_DAY, date.today() + timedelta(days=1)):
        n_found += len(part.pmids)
        yield part
    if n_found < n_records:
        raise SourceError(f"The query finds {n_records:,} records, but only {n_found:,} by days. Divide it.")


def _divided(web: Web, query: str, first: date, last: date) -> Iterator[_Found]:
    n_records, found = _search(web, query, first, last)
    if n_records <= _MAX_RECORDS:
        yield found
    elif first == last:
        raise SourceError(f"{n_records:,} records of the query entered PubMed on {first}. Narrow the query.")
    else:
        middle = first + (last - first) // 2
        yield from _divided(web, query, first, middle)
        yield from _divided(web, query, middle + timedelta(days=1), last)


def _search(web: Web, query: str, first: date | None = None, last: date | None = None) -> tuple[int, _Found]:
    form = {"db": "pubmed", "term": query, "usehistory": "y", "retmode": "json", "retmax": str(_MAX_RECORDS)}
    if first and last:
        form |= {"datetype": "edat", "mindate": f"{first:%Y/%m/%d}", "maxdate": f"{last:%Y/%m/%d}"}
    answer = _result(_ask(web, "esearch.fcgi", form, _check_search))
    history = {}
    if "webenv" in answer and "querykey" in answer:
        history = {"WebEnv": str(answer["webenv"]), "query_key": str(answer["querykey"])}
    return int(answer["count"]), _Found([str(pmid) for pmid in answer["idlist"]], history)


def _page(web: Web, search: _Found, start: int, since: float) -> Iterator[Payload | Failure]:
    """The records of a page; not asked for if this run has had it, or the run that this one goes on with."""
    pmids = search.pmids[start : start + _PAGE_SIZE]
    records: dict[str, bytes] = {}
    if len(web.cache.fetched_since([_address(pmid) for pmid in pmids], since)) < len(pmids):
        try:
            if search.history:
                records = _fetched(web, search.history | {"retstart": str(start), "retmax": str(len(pmids))})
            if missing := [pmid for pmid in pmids if pmid not in records]:
                # The history expires, and changes under a long run; the numbers do not.
                records |= _fetched(web, {"id": ",".join(missing)})
        except SourceError as problem:
            told = f"{len(pmids)} records, from {pmids[0]} to {pmids[-1]}, were not fetched: {problem}"
            yield streams.failure(_address(pmids[0]), SourceError(told))
            return
    for pmid in pmids:
        yield _payload(web, pmid, records.get(pmid))


def _fetched(web: Web, which: dict[str, str]) -> dict[str, bytes]:
    """Records by number, as they are kept from now on; none where the history is lost."""
    from pipeline.sources.payload_cache import Kept  # noqa: PLC0415 - as above

    body = _ask(web, "efetch.fcgi", {"db": "pubmed", "retmode": "xml"} | which, _check_records)
    records: dict[str, bytes] = {}
    for match in _RECORD.finditer(body):
        if named := _PMID.search(match[0]):
            records[named[1].decode()] = match[0]
    web.cache.put(Kept(_address(pmid), record, "application/xml") for pmid, record in records.items())
    return records


def _ask(web: Web, service: str, form: dict[str, str], check: Callable[[bytes], None]) -> bytes:
    from pipeline.sources.web import RefusedError  # noqa: PLC0415 - as above

    limits = settings()
    form = form | {"tool": "cartographer"}
    if "@" in limits.contact:
        form["email"] = limits.contact
    if limits.pubmed_api_key:
        form["api_key"] = limits.pubmed_api_key
    delay = _DELAY_WITH_KEY if limits.pubmed_api_key else _DELAY
    try:
        return web.post(f"{limits.pubmed_url.rstrip('/')}/{service}", form, delay=delay, check=check)
    except RefusedError as problem:
        if b"api key" in problem.body.lower():
            raise SourceError("PubMed refuses the key. Correct CARTOGRAPHER_PUBMED_API_KEY.") from None
        if _LOST_HISTORY.search(_said(problem.body)):
            return b""
        raise


def _said(body: bytes) -> bytes:
    """The error in an answer, or nothing."""
    found = _ERROR.search(body)
    return found[1].strip() if found else b""


def _check_records(body: bytes) -> None:
    from pipeline.sources.web import PassingError  # noqa: PLC0415 - as above

    said = _said(body)
    if _SET_END not in body and not _LOST_HISTORY.search(said):
        raise PassingError(
            f"PubMed says: {said.decode('utf-8', 'replace')}" if said else "the answer is cut off"
        )


def _check_search(body: bytes) -> None:
    _result(body)


def _result(body: bytes) -> dict[str, Any]:
    """What a search found.

    Raises:
        PassingError: the answer is cut off, or tells of an error; those of the search pass.
    """
    from pipeline.sources.web import PassingError  # noqa: PLC0415 - as above

    try:
        # The messages of errors hold bare line feeds.
        answer = json.loads(body, strict=False)
        found = answer.get("esearchresult", answer)
    except (ValueError, RecursionError, AttributeError):
        raise PassingError("the answer is cut off, or no JSON") from None
    said = found.get("ERROR") or answer.get("error")
    if said or not {"count", "idlist"} <= found.keys():
        raise PassingError(f"PubMed says: {said or 'nothing of what was asked'}")
    return dict(found)
