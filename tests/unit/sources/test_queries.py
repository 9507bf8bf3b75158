"""Europe PMC and ClinicalTrials.gov by query."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.errors import SourceError
from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload
from pipeline.sources import clinicaltrials, europepmc, payloads
from tests.local_web import LocalWeb, Reply
from tests.services import ClinicalTrials, EuropePMC, json_reply, throttled

pytestmark = pytest.mark.usefixtures("pauses")

PAPER = (
    "<article><front><article-meta><title-group><article-title>CAR T cells in lupus</article-title>"
    "</title-group></article-meta></front><body><p>The full text tells of 14 patients.</p></body></article>"
)


def _record(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "source": "MED",
        "pmid": str(number),
        "title": f"CAR T cells, report {number}",
        "abstractText": f"We treated {number % 50 + 2} patients.",
        "isOpenAccess": "N",
        "inEPMC": "N",
    }


def _study(number: int) -> dict[str, Any]:
    identity = {"nctId": f"NCT{number:08}", "briefTitle": f"CAR T cells, study {number}"}
    return {"protocolSection": {"identificationModule": identity}, "hasResults": False}


@pytest.fixture
def papers(local_web: LocalWeb, given: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> EuropePMC:
    """Twelve records, five a page."""
    made = EuropePMC(local_web, [_record(number) for number in range(1, 13)])
    given(europepmc_url=made.base)
    monkeypatch.setattr(europepmc, "_PAGE_SIZE", 5)
    return made


@pytest.fixture
def trials(
    local_web: LocalWeb, given: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> ClinicalTrials:
    """Twelve studies, five a page."""
    made = ClinicalTrials(local_web, [_study(number) for number in range(1, 13)])
    given(clinicaltrials_url=made.base)
    monkeypatch.setattr(clinicaltrials, "_PAGE_SIZE", 5)
    return made


def _met(reference: str) -> tuple[list[str], list[Failure]]:
    met = list(payloads([reference]))
    return (
        [each.source_uri.rpartition("/")[2] for each in met if isinstance(each, Payload)],
        [each for each in met if isinstance(each, Failure)],
    )


def _documents(reference: str) -> list[Document]:
    found = [each for met in payloads([reference]) if isinstance(met, Payload) for each in documents(met)]
    assert all(isinstance(each, Document) for each in found)
    return [each for each in found if isinstance(each, Document)]


ALL_PAPERS = [str(number) for number in range(1, 13)]
ALL_TRIALS = [f"NCT{number:08}" for number in range(1, 13)]
BOTH = pytest.mark.parametrize(
    ("reference", "path", "whole"),
    [
        ("europepmc:CAR-T", "/rest/search", ALL_PAPERS),
        ("clinicaltrials:CAR-T", "/api/v2/studies", ALL_TRIALS),
    ],
    ids=["Europe PMC", "ClinicalTrials.gov"],
)


@BOTH
@pytest.mark.usefixtures("papers", "trials")
def test_pages_are_read_to_the_last(local_web: LocalWeb, reference: str, path: str, whole: list[str]) -> None:
    """Each record once, in order."""
    assert _met(reference) == (whole, [])
    assert len(local_web.asked(path)) in (3, 4)


@BOTH
@pytest.mark.usefixtures("papers", "trials")
@pytest.mark.parametrize(
    "fault",
    [
        Reply(b"", 503),
        throttled(2),
        Reply(b'{"studies": [{"protocolSection": ', 200),
        Reply(b"<html>maintenance</html>"),
        json_reply({"version": "6.9", "errCode": 500, "errMsg": "Internal error"}),
        json_reply([]),
        Reply(b"x" * 100, cut_to=10),
    ],
    ids=["503", "429", "cut JSON", "page", "error in 200", "list", "cut off"],
)
def test_troubles_pass(
    local_web: LocalWeb, reference: str, path: str, whole: list[str], fault: Reply
) -> None:
    """On the first page as on a later one."""
    local_web.fail_next(path, fault)
    stream = payloads([reference])
    first = next(stream)
    local_web.fail_next(path, fault, fault)
    assert [each.source_uri.rpartition("/")[2] for each in [first, *stream]] == whole


@BOTH
@pytest.mark.usefixtures("papers", "trials")
def test_a_run_that_was_broken_off_goes_on_where_it_was(
    local_web: LocalWeb, new_process: Callable[[], None], reference: str, path: str, whole: list[str]
) -> None:
    """After a kill as after a page that could not be had; a finished query is asked anew."""
    stream = payloads([reference])
    next(stream)
    local_web.fail_next(path, *[Reply(b"", 500)] * 5)
    *_, failed = stream
    assert isinstance(failed, Failure)
    assert failed.source_uri == reference
    assert "1 pages before it were read" in failed.message
    new_process()
    n_before = len(local_web.asked(path))
    assert _met(reference) == (whole, [])
    n_resumed = len(local_web.asked(path)) - n_before
    assert _met(reference) == (whole, [])
    assert len(local_web.asked(path)) - n_before - n_resumed == n_resumed + 1


@BOTH
@pytest.mark.usefixtures("papers", "trials")
def test_without_a_network_a_query_gives_what_it_gave(
    local_web: LocalWeb, given: Callable[..., None], reference: str, path: str, whole: list[str]
) -> None:
    """From the cache, page by page."""
    _met(reference)
    n_before = len(local_web.requests)
    given(offline=1)
    assert _met(reference) == (whole, [])
    [failure] = _met(reference + " never asked")[1]
    assert "CARTOGRAPHER_OFFLINE" in failure.message
    assert len(local_web.requests) == n_before


@BOTH
@pytest.mark.usefixtures("papers", "trials")
def test_a_query_that_finds_too_much_is_refused(
    given: Callable[..., None], reference: str, path: str, whole: list[str]
) -> None:
    """Before its records are read."""
    given(max_query_records=11)
    records, [failure] = _met(reference)
    assert records == []
    assert "CARTOGRAPHER_MAX_QUERY_RECORDS" in failure.message


@pytest.mark.parametrize("reference", ["europepmc:", "clinicaltrials:  "])
def test_an_empty_query_is_refused_at_once(reference: str) -> None:
    """Before anything starts."""
    with pytest.raises(SourceError, match="asks for nothing"):
        payloads([reference])


def test_a_query_that_finds_nothing_gives_nothing(papers: EuropePMC, trials: ClinicalTrials) -> None:
    """And is no failure."""
    papers.records, trials.studies = [], []
    assert _met("europepmc:CAR-T") == _met("clinicaltrials:CAR-T") == ([], [])


@pytest.mark.usefixtures("trials")
def test_a_question_that_is_refused_is_told_with_the_reason() -> None:
    """As the registry puts it; the other sources of the run go on."""
    [failure] = _met("clinicaltrials:(CAR-T")[1]
    assert "syntax error" in failure.message


def test_a_mark_that_has_expired_does_not_stop_the_next_run(
    trials: ClinicalTrials, local_web: LocalWeb
) -> None:
    """It begins anew."""
    stream = payloads(["clinicaltrials:CAR-T"])
    next(stream)
    local_web.fail_next("/api/v2/studies", Reply(b"Incorrect format of page token", 400))
    *_, failed = stream
    assert isinstance(failed, Failure)
    assert "page token" in failed.message
    assert _met("clinicaltrials:CAR-T") == (ALL_TRIALS, [])
    assert len(local_web.asked("/api/v2/studies")) == 2 + 3


def test_open_papers_are_read_in_full_and_others_by_their_abstract(
    papers: EuropePMC, local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """Under the address of the record; a paper that can't be had is read by its abstract until it can."""
    papers.records = papers.records[:3]
    for record in papers.records[:2]:
        record |= {"isOpenAccess": "Y", "inEPMC": "Y", "pmcid": f"PMC{record['id']}"}
    papers.serve_full_text("PMC1", PAPER)
    first, second, third = _documents("europepmc:CAR-T")
    assert "full text tells of 14 patients" in first.text
    assert (first.media_type, first.source_uri) == ("application/xml", "https://europepmc.org/article/MED/1")
    assert second.text.endswith("We treated 4 patients.")
    assert third.text.endswith("We treated 5 patients.")
    given(europepmc_url=papers.base, refresh_hours=0)
    papers.serve_full_text("PMC2", PAPER)
    local_web.serve("/rest/PMC1/fullTextXML", Reply(b"", 503))
    assert ["full text" in each.text for each in _documents("europepmc:CAR-T")] == [True, True, False]


def test_a_full_text_is_not_asked_for_every_night(papers: EuropePMC, local_web: LocalWeb) -> None:
    """Papers change seldom: once in the time that the settings name, unless it came cut off."""
    papers.records = [papers.records[0] | {"isOpenAccess": "Y", "inEPMC": "Y", "pmcid": "PMC1"}]
    papers.serve_full_text("PMC1", PAPER)
    local_web.fail_next("/rest/PMC1/fullTextXML", Reply(PAPER[:90].encode()))
    assert _documents("europepmc:CAR-T") == _documents("europepmc:CAR-T")
    assert len(local_web.asked("/rest/PMC1/fullTextXML")) == 2


def test_a_record_without_a_name_is_told(papers: EuropePMC, trials: ClinicalTrials) -> None:
    """Its neighbours are read."""
    papers.records[3] = {"title": "nameless"}
    trials.studies[3] = {"protocolSection": json.loads("null")}
    for reference, whole in (("europepmc:CAR-T", ALL_PAPERS), ("clinicaltrials:CAR-T", ALL_TRIALS)):
        records, [failure] = _met(reference)
        assert records == whole[:3] + whole[4:]
        assert failure.source_uri == reference


def test_all_kinds_of_sources_go_into_one_run(
    papers: EuropePMC, trials: ClinicalTrials, local_web: LocalWeb, tmp_path: Any
) -> None:
    """Also where one of them is out of order."""
    (tmp_path / "a.txt").write_text("CAR T cells in lupus.")
    local_web.serve("/page", "<p>CAR T cells</p>")
    references = [
        str(tmp_path),
        "europepmc:CAR-T",
        "clinicaltrials:CAR-T",
        f"{local_web.url}/page",
        f"feed:{local_web.url}/missing",
    ]
    met = list(payloads(references))
    assert len([each for each in met if isinstance(each, Payload)]) == 2 + 24
    [failure] = [each for each in met if isinstance(each, Failure)]
    assert failure.source_uri.endswith("/missing")
