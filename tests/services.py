"""PubMed, Europe PMC and ClinicalTrials.gov on loopback, with their pages, limits and errors.

What they give is made up. Their habits are those of NCBI's E-utilities, of Europe PMC's REST service, and of
version 2 of the API of ClinicalTrials.gov.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

from tests.local_web import LocalWeb, Reply, Request

_XML = {"Content-Type": "text/xml; charset=UTF-8"}
_JSON = {"Content-Type": "application/json; charset=UTF-8"}


def json_reply(found: object, status: int = 200) -> Reply:
    """An object as an answer."""
    return Reply(json.dumps(found).encode(), status, dict(_JSON))


def pubmed_record(pmid: str, title: str = "", abstract: str = "") -> str:
    """A record of PubMed, made up."""
    title = title or f"CD19 CAR T cells in lupus, report {pmid}"
    abstract = abstract or f"We treated {int(pmid) % 40 + 2} patients with lupus. No neurotoxicity was seen."
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        f"<Journal><Title>Journal of Made-up Trials</Title></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract><Language>eng</Language></Article>"
        f'<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><PMID Version="1">7</PMID>'
        "</CommentsCorrections></CommentsCorrectionsList></MedlineCitation></PubmedArticle>"
    )


class PubMed:
    """esearch with history and efetch, under `/entrez/eutils`.

    Args:
        web: the server.
        pmids: what every query finds, newest first.

    Attributes:
        entered: the day on which a record entered the database, if not the first of 2025.
        withheld: records that are listed and never given.
        max_records: what one search gives at most.
        histories: searches that the history server knows; a test may clear it.
    """

    def __init__(self, web: LocalWeb, pmids: list[str]) -> None:
        self.pmids = pmids
        self.entered: dict[str, date] = {}
        self.withheld: set[str] = set()
        self.max_records = 9_999
        self.key = ""
        self.histories: dict[str, list[str]] = {}
        self.base = f"{web.url}/entrez/eutils"
        web.serve("/entrez/eutils/esearch.fcgi", self._search)
        web.serve("/entrez/eutils/efetch.fcgi", self._fetch)

    def _search(self, request: Request) -> Reply:
        given = request.parameters
        if wrong := self._wrong_key(given):
            return wrong
        if given["term"] == "backend":
            said = "Search Backend failed: Exception:\nread failed from peer"
            return Reply(f'{{"header":{{}},"esearchresult":{{"ERROR":"{said}"}}}}'.encode(), 200, dict(_JSON))
        found = [pmid for pmid in self.pmids if self._within(pmid, given)]
        web_env = f"MCID_{len(self.histories)}"
        self.histories[web_env] = found
        result: dict[str, Any] = {
            "count": str(len(found)),
            "retmax": given.get("retmax", "20"),
            "retstart": "0",
        }
        result["idlist"] = found[: min(int(given.get("retmax", "20")), self.max_records)]
        if given.get("usehistory") == "y":
            result |= {"querykey": "1", "webenv": web_env}
        return json_reply({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})

    def _within(self, pmid: str, given: dict[str, str]) -> bool:
        if given.get("datetype") != "edat":
            return True
        first, last = (date(*map(int, given[name].split("/"))) for name in ("mindate", "maxdate"))
        return first <= self.entered.get(pmid, date(2025, 1, 1)) <= last

    def _fetch(self, request: Request) -> Reply:
        given = request.parameters
        if wrong := self._wrong_key(given):
            return wrong
        if "id" in given:
            wanted = given["id"].split(",")
        elif given.get("WebEnv") in self.histories:
            start, size = int(given["retstart"]), int(given["retmax"])
            wanted = self.histories[given["WebEnv"]][: self.max_records][start : start + size]
        else:
            said = "Cannot retrieve history data: Unable to obtain query #1"
            return Reply(
                f"<eFetchResult>\n\t<ERROR>{said}</ERROR>\n</eFetchResult>".encode(), 400, dict(_XML)
            )
        records = "".join(pubmed_record(pmid) for pmid in wanted if pmid not in self.withheld)
        head = '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet SYSTEM "pubmed_250101.dtd">\n'
        return Reply(f"{head}<PubmedArticleSet>{records}</PubmedArticleSet>\n".encode(), 200, dict(_XML))

    def _wrong_key(self, given: dict[str, str]) -> Reply | None:
        if given.get("api_key", "") == self.key:
            return None
        told = {
            "error": "API key invalid",
            "api-key": given.get("api_key"),
            "type": "api",
            "status": "unknown",
        }
        return json_reply(told, 400)


class EuropePMC:
    """The search with cursors, and full texts, under `/rest`.

    Args:
        web: the server.
        records: what every query finds, in the form of its core results.
    """

    def __init__(self, web: LocalWeb, records: list[dict[str, Any]]) -> None:
        self.records = records
        self.base = f"{web.url}/rest"
        self._web = web
        web.serve("/rest/search", self._search)

    def serve_full_text(self, pmcid: str, body: str) -> None:
        """A paper in JATS."""
        self._web.serve(f"/rest/{pmcid}/fullTextXML", body, "application/xml")

    def _search(self, request: Request) -> Reply:
        given = request.parameters
        mark = given.get("cursorMark", "*")
        start = 0 if mark == "*" else int(mark.removeprefix("AoIIP"))
        size = min(int(given.get("pageSize", "25")), 1000)
        page = self.records[start : start + size]
        # As in Solr: at the end the mark stays as it is.
        following = f"AoIIP{start + len(page)}" if page else mark
        return json_reply(
            {
                "version": "6.9",
                "hitCount": len(self.records),
                "nextCursorMark": following,
                "request": {"queryString": given["query"], "cursorMark": mark, "pageSize": size},
                "resultList": {"result": page},
            }
        )


class ClinicalTrials:
    """Studies with page tokens, under `/api/v2`.

    Args:
        web: the server.
        studies: what every query finds.
    """

    def __init__(self, web: LocalWeb, studies: list[dict[str, Any]]) -> None:
        self.studies = studies
        self.base = f"{web.url}/api/v2"
        web.serve("/api/v2/studies", self._studies)

    def _studies(self, request: Request) -> Reply:
        given = request.parameters
        if "(" in given.get("query.term", "") and ")" not in given["query.term"]:
            return Reply(b"Too complicated query or a syntax error", 400, {"Content-Type": "text/plain"})
        token = given.get("pageToken", "")
        if token and not token.startswith("NF0g"):
            return Reply(b"Incorrect format of page token", 400, {"Content-Type": "text/plain"})
        start, size = int(token.removeprefix("NF0g") or 0), int(given.get("pageSize", "10"))
        found: dict[str, Any] = {"studies": self.studies[start : start + size]}
        if given.get("countTotal") == "true" and not token:
            found["totalCount"] = len(self.studies)
        if start + size < len(self.studies):
            found["nextPageToken"] = f"NF0g{start + size}"
        return json_reply(found)


def rss(entries: list[dict[str, str]], title: str = "Cell News") -> str:
    """A feed of RSS 2.0; the keys of an entry are its elements, their values plain text."""
    items = "".join(
        "<item>" + "".join(f"<{name}>{escape(word)}</{name}>" for name, word in entry.items()) + "</item>"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><link>https://example.org/</link>{items}</channel></rss>"
    )


def throttled(seconds: int | str, make: Callable[..., Reply] = Reply) -> Reply:
    """What a service answers to one who asks too often."""
    body = b'{"error":"API rate limit exceeded","count":"4","limit":"3"}'
    return make(body, 429, {"Retry-After": str(seconds), "Content-Type": "application/json"})
