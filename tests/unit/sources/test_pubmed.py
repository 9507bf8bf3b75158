"""PubMed by query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.errors import SourceError
from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload
from pipeline.sources import payloads, pubmed
from tests.local_web import LocalWeb, Reply
from tests.services import PubMed, json_reply, pubmed_record, throttled

pytestmark = pytest.mark.usefixtures("pauses")

SEARCH = "/entrez/eutils/esearch.fcgi"
FETCH = "/entrez/eutils/efetch.fcgi"


@pytest.fixture
def service(local_web: LocalWeb, given: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> PubMed:
    """Twenty-three records, five a page."""
    made = PubMed(local_web, [str(number) for number in range(38_000_023, 38_000_000, -1)])
    given(pubmed_url=made.base)
    monkeypatch.setattr(pubmed, "_PAGE_SIZE", 5)
    return made


def _met(query: str = "pubmed:CAR-T AND lupus") -> tuple[list[str], list[Failure]]:
    met = list(payloads([query]))
    return (
        [each.source_uri.split("/")[-2] for each in met if isinstance(each, Payload)],
        [each for each in met if isinstance(each, Failure)],
    )


def test_a_query_gives_its_records_one_by_one(service: PubMed, local_web: LocalWeb) -> None:
    """In pages from the history server; each record is a document with an address of its own."""
    met = [each for each in payloads(["pubmed:CAR-T AND lupus"]) if isinstance(each, Payload)]
    assert [each.source_uri for each in met] == [
        f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in service.pmids
    ]
    [found] = documents(met[0])
    assert isinstance(found, Document)
    assert (found.pmid, found.kind) == (service.pmids[0], "abstract")
    [search] = local_web.asked(SEARCH)
    assert search.parameters["term"] == "CAR-T AND lupus"
    assert search.parameters["usehistory"] == "y"
    fetches = local_web.asked(FETCH)
    assert [each.parameters["retstart"] for each in fetches] == ["0", "5", "10", "15", "20"]
    assert {each.parameters["WebEnv"] for each in fetches} == {"MCID_0"}


@pytest.mark.parametrize(
    "fault",
    [
        Reply(b"", 502),
        throttled(1),
        Reply(pubmed_record("1").encode(), 200),
        Reply(b"<eFetchResult><ERROR>Backend is busy</ERROR></eFetchResult>", 200),
        Reply(b"<html><h1>Server Error</h1></html>", 200),
        Reply(b"<PubmedArticleSet>" + b"x" * 900, cut_to=90),
    ],
    ids=["502", "429", "no end", "error in 200", "a page in 200", "cut off"],
)
def test_troubles_of_a_page_pass(service: PubMed, local_web: LocalWeb, fault: Reply) -> None:
    """Whatever the answer looks like, nothing is lost and nothing comes twice."""
    local_web.fail_next(FETCH, fault, fault)
    assert _met() == (service.pmids, [])


@pytest.mark.parametrize(
    "fault",
    [
        Reply(b'{"esearchresult":{"ERROR":"Search Backend failed:\nread failed"}}'),
        Reply(b'{"error":"error forwarding request","status":"ok"}'),
        Reply(b'{"esearchresult":{"count":"23","idl'),
    ],
    ids=["error in 200", "proxy", "cut off"],
)
def test_troubles_of_the_search_pass(service: PubMed, local_web: LocalWeb, fault: Reply) -> None:
    """Its errors come with status 200 and line feeds in their JSON."""
    local_web.fail_next(SEARCH, fault)
    assert _met() == (service.pmids, [])


def test_a_query_that_can_not_be_answered_is_one_failure(service: PubMed, local_web: LocalWeb) -> None:
    """It names the query and what PubMed says; the other sources of the run go on."""
    records, failures = _met("pubmed:backend")
    assert records == []
    [failure] = failures
    assert (failure.source_uri, failure.stage) == ("pubmed:backend", "fetch")
    assert "Search Backend failed" in failure.message


def test_a_page_that_fails_costs_only_itself(service: PubMed, local_web: LocalWeb) -> None:
    """One failure for its five records, and a later run asks for these alone."""
    local_web.fail_next(FETCH, Reply(b"", 200), *[Reply(b"", 500)] * 4)
    records, [failure] = _met()
    assert records == service.pmids[5:]
    assert "5 records, from 38000023 to 38000019" in failure.message
    n_before = len(local_web.asked(FETCH))
    assert _met() == (service.pmids, [])
    assert len(local_web.asked(FETCH)) == n_before + 1


def test_a_run_that_was_killed_goes_on_where_it_was(
    service: PubMed, local_web: LocalWeb, new_process: Callable[[], None]
) -> None:
    """What was fetched before is read from the cache, also when new records have come in at the front."""
    stream = payloads(["pubmed:CAR-T AND lupus"])
    assert len([next(stream) for _ in range(12)]) == 12
    del stream
    new_process()
    service.pmids.insert(0, "38000024")
    assert len(local_web.asked(FETCH)) == 3
    assert _met() == (service.pmids, [])
    asked = [each.parameters["retstart"] for each in local_web.asked(FETCH)[3:]]
    assert asked == ["0", "15", "20"]


def test_a_finished_query_is_asked_anew(service: PubMed, local_web: LocalWeb) -> None:
    """Records change: the next run has them as they are then."""
    _met()
    n_before = len(local_web.asked(FETCH))
    service.pmids = service.pmids[:10]
    assert _met() == (service.pmids, [])
    assert len(local_web.asked(FETCH)) == n_before + 2


def test_a_history_that_was_lost_is_done_without(service: PubMed, local_web: LocalWeb) -> None:
    """Records are asked for by their numbers then."""
    stream = payloads(["pubmed:CAR-T AND lupus"])
    met = [next(stream) for _ in range(5)]
    service.histories.clear()
    met += list(stream)
    assert [each.source_uri.split("/")[-2] for each in met] == service.pmids
    assert {"id", "db"} <= local_web.asked(FETCH)[-1].parameters.keys()


def test_a_search_without_a_history_is_read_by_numbers(service: PubMed, local_web: LocalWeb) -> None:
    """And one that finds nothing gives nothing."""
    listed = json_reply({"esearchresult": {"count": "3", "idlist": service.pmids[:3]}})
    local_web.fail_next(SEARCH, listed, json_reply({"esearchresult": {"count": "0", "idlist": []}}))
    assert _met() == (service.pmids[:3], [])
    assert [each.parameters.get("id") for each in local_web.asked(FETCH)] == [",".join(service.pmids[:3])]
    assert _met() == ([], [])


def test_a_record_that_is_listed_but_not_given_is_told(service: PubMed) -> None:
    """One failure under its own address; its neighbours are there."""
    service.withheld = {service.pmids[7]}
    records, [failure] = _met()
    assert records == [pmid for pmid in service.pmids if pmid not in service.withheld]
    assert failure.source_uri == f"https://pubmed.ncbi.nlm.nih.gov/{service.pmids[7]}/"


def test_a_large_query_is_divided_by_days(
    service: PubMed, local_web: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search gives no more than its first 9,999 records."""
    monkeypatch.setattr(pubmed, "_MAX_RECORDS", 9)
    service.max_records = 9
    service.entered = {
        pmid: date(2020 + at % 5, 1 + at % 3, 1 + at % 7) for at, pmid in enumerate(service.pmids)
    }
    records, failures = _met()
    assert failures == []
    assert sorted(records, reverse=True) == service.pmids
    service.entered = dict.fromkeys(service.pmids, date(2024, 5, 1))
    assert "2024-05-01" in _met("pubmed:one day")[1][0].message


def test_a_query_that_finds_too_much_is_refused(service: PubMed, given: Callable[..., None]) -> None:
    """Before anything is fetched."""
    given(max_query_records=20, pubmed_url=service.base)
    records, [failure] = _met()
    assert records == []
    assert "CARTOGRAPHER_MAX_QUERY_RECORDS" in failure.message


@pytest.mark.parametrize(("key", "least"), [("", 1 / 3), ("c0ffee", 1 / 10)])
def test_requests_keep_to_the_rate_that_is_let_through(
    service: PubMed, pauses: list[float], given: Callable[..., None], key: str, least: float
) -> None:
    """Three a second, ten with a key; six requests have five pauses between them."""
    service.key = key
    given(pubmed_api_key=key, pubmed_url=service.base)
    assert _met() == (service.pmids, [])
    assert len(pauses) == 5
    assert all(least <= pause < least + 0.05 for pause in pauses)


def test_a_key_is_never_shown(service: PubMed, given: Callable[..., None]) -> None:
    """Neither in a failure nor in the settings; a wrong one is named by its setting."""
    service.key = "right"
    given(pubmed_api_key="s3cret", pubmed_url=service.base)
    _, [failure] = _met()
    assert "CARTOGRAPHER_PUBMED_API_KEY" in failure.message
    assert "s3cret" not in repr(failure)


def test_without_a_network_the_query_gives_what_it_gave(
    service: PubMed, local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """The same records; a query that was never asked is a failure."""
    _met()
    n_before = len(local_web.requests)
    given(offline=1, pubmed_url=service.base)
    assert _met() == (service.pmids, [])
    assert "CARTOGRAPHER_OFFLINE" in _met("pubmed:never asked")[1][0].message
    assert len(local_web.requests) == n_before


def test_two_queries_give_a_record_once(service: PubMed) -> None:
    """It has one address, whichever query finds it."""
    assert len(list(payloads(["pubmed:a", "pubmed:b"]))) == len(service.pmids)


def test_an_empty_query_is_refused_at_once() -> None:
    """Before anything starts."""
    with pytest.raises(SourceError, match="asks for nothing"):
        payloads(["pubmed: "])
