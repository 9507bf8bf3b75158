"""Records of ClinicalTrials.gov and Europe PMC."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT09000001",
            "briefTitle": "CD19 CAR T Cells in Refractory Lupus",
            "officialTitle": "A Phase 1/2 Study of CD19 CAR T Cells in Systemic Lupus Erythematosus",
        },
        "statusModule": {
            "overallStatus": "ACTIVE_NOT_RECRUITING",
            "startDateStruct": {"date": "2024-02", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2027-12-31", "type": "ESTIMATED"},
            "studyFirstPostDateStruct": {"date": "2024-01-15", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Made-up University", "class": "OTHER"}},
        "descriptionModule": {
            "briefSummary": "Adults whose lupus has come back get one infusion (\\>= 1 dose)."
        },
        "conditionsModule": {"conditions": ["Systemic Lupus Erythematosus", "Lupus Nephritis"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1", "PHASE2"],
            "designInfo": {"allocation": "NA", "maskingInfo": {"masking": "NONE"}},
            "enrollmentInfo": {"count": 24, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Dose level 1", "type": "EXPERIMENTAL", "description": "1 x 10^6 cells/kg"}
            ],
            "interventions": [
                {"type": "BIOLOGICAL", "name": "CD19 CAR T cells", "otherNames": ["MU-19"]},
                {"type": "DRUG", "name": "Fludarabine", "description": "Days -5 to -3."},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "Dose-limiting toxicity", "timeFrame": "28 days"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* SLE\n\nExclusion Criteria:\n\n* HIV infection",
            "minimumAge": "18 Years",
        },
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "All treated"}],
            "periods": [
                {
                    "title": "Overall Study",
                    "milestones": [
                        {"type": "STARTED", "achievements": [{"groupId": "FG000", "numSubjects": "24"}]},
                        {"type": "COMPLETED", "achievements": [{"groupId": "FG000", "numSubjects": "21"}]},
                    ],
                }
            ],
        },
        "adverseEventsModule": {
            "eventGroups": [
                {"id": "EG000", "title": "All treated", "seriousNumAffected": 3, "seriousNumAtRisk": 24}
            ],
            "seriousEvents": [
                {
                    "term": "Cytokine release syndrome",
                    "stats": [{"groupId": "EG000", "numAffected": 3, "numAtRisk": 24}],
                },
                {"term": "Stroke", "stats": [{"groupId": "EG000", "numAffected": 0, "numAtRisk": 24}]},
            ],
            "otherEvents": [
                {"term": "Nausea", "stats": [{"groupId": "EG000", "numAffected": 9, "numAtRisk": 24}]}
            ],
        },
    },
    "hasResults": True,
}
RECORD: dict[str, Any] = {
    "id": "39000001",
    "source": "MED",
    "pmid": "39000001",
    "pmcid": "PMC11000001",
    "doi": "10.9999/MADE.UP",
    "title": "CD19 CAR T cells in <i>lupus</i>.",
    "journalInfo": {"journal": {"title": "Journal of Made-up Trials"}},
    "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
    "abstractText": "<h4>Methods</h4>We gave 10<sup>6</sup> cells/kg to 12.<h4>Results </h4><p>No CRS.</p>",
    "firstPublicationDate": "2025-03-04",
    "isOpenAccess": "N",
}


def _met(record: object) -> list[Document | Failure]:
    return list(documents(Payload("https://a.example/1", json.dumps(record).encode(), "application/json")))


def _document(record: object) -> Document:
    [found] = _met(record)
    assert isinstance(found, Document), found
    position = 0
    for section in found.sections:
        assert not found.text[position : section.start_char].strip()
        position = section.end_char
    assert not found.text[position:].strip()
    return found


def test_a_study_is_told_as_its_page_tells_it() -> None:
    """Labels and values in lines, Markdown escapes undone, the registry's own words as people write them."""
    found = _document(STUDY)
    for line in (
        "CD19 CAR T Cells in Refractory Lupus",
        "Study identifier: NCT09000001",
        "Status: Active not recruiting",
        "Study type: Interventional",
        "Phase: Phase 1/2",
        "Enrollment: 24 participants (actual)",
        "Start: 2024-02",
        "Conditions: Systemic Lupus Erythematosus; Lupus Nephritis",
        "Adults whose lupus has come back get one infusion (>= 1 dose).",
        "Experimental: Dose level 1. 1 x 10^6 cells/kg.",
        "Biological: CD19 CAR T cells (also known as MU-19).",
        "1. Dose-limiting toxicity. [Time frame: 28 days]",
        "Allocation: Not applicable",
        "Overall Study, All treated: started 24, completed 21.",
        "Serious adverse events occurred in 3/24 (All treated).",
        "Cytokine release syndrome occurred in 3/24.",
        "Other adverse events were reported (All treated).",
        "Nausea occurred in 9/24.",
    ):
        assert line in found.text.split("\n"), line
    assert "Stroke" not in found.text


def test_facts_of_a_study_are_stated() -> None:
    """Its genre, number, dates and address."""
    found = _document(STUDY)
    assert (found.kind, found.title) == ("registry", "CD19 CAR T Cells in Refractory Lupus")
    assert found.trial_ids == ("NCT09000001",)
    assert found.published_on == date(2024, 1, 15)
    assert found.url == "https://clinicaltrials.gov/study/NCT09000001"
    assert {each.kind for each in found.sections} == {"title", "body", "results"}
    assert {each.heading for each in found.sections} >= {"Brief summary", "Interventions", "Eligibility"}


@pytest.mark.parametrize(
    ("phases", "told"),
    [
        (["PHASE3"], "Phase: Phase 3"),
        (["EARLY_PHASE1"], "Phase: Early Phase 1"),
        (["NA"], "Phase: Not applicable"),
    ],
)
def test_phases_are_told_in_words(phases: list[str], told: str) -> None:
    """As the registry's page has them."""
    study = {
        "protocolSection": {"identificationModule": {"briefTitle": "A"}, "designModule": {"phases": phases}}
    }
    assert told in _document(study).text.split("\n")


def test_a_withdrawn_study_enrolled_nobody() -> None:
    """No group of none is made up."""
    design = {"enrollmentInfo": {"count": 0, "type": "ACTUAL"}}
    study = {"protocolSection": {"identificationModule": {"briefTitle": "A"}, "designModule": design}}
    assert "Enrollment: none" in _document(study).text


def test_an_abstract_of_europe_pmc_has_its_sections() -> None:
    """Headings of its HTML are labels, superscripts stay readable, facts are those of the record."""
    found = _document(RECORD)
    assert found.text == (
        "CD19 CAR T cells in lupus.\n\nMethods: We gave 10⁶ cells/kg to 12.\n\nResults: No CRS."
    )
    assert [(each.kind, each.heading) for each in found.sections] == [
        ("title", None),
        ("methods", "Methods"),
        ("results", "Results"),
    ]
    assert (found.kind, found.publisher) == ("abstract", "Journal of Made-up Trials")
    assert (found.pmid, found.pmcid, found.doi) == ("39000001", "PMC11000001", "10.9999/made.up")
    assert found.published_on == date(2025, 3, 4)
    assert _document(RECORD | {"source": "PPR"}).kind == "preprint"


def test_files_of_several_records_are_read_one_by_one() -> None:
    """A list, or a page as the services give it; what is no record costs only itself."""
    for several in (
        [STUDY, "noise", RECORD],
        {"studies": [STUDY, {}, RECORD]},
        {"resultList": {"result": [STUDY, 3, RECORD]}},
    ):
        first, failed, last = _met(several)
        assert isinstance(first, Document)
        assert isinstance(last, Document)
        assert isinstance(failed, Failure)
        assert first.source_uri != last.source_uri


def test_json_lines_that_are_called_json_are_read() -> None:
    """One or several lines."""
    line = '{"id": "a", "text": "CD19 CAR T cells in lupus."}\n'
    for body in (line, line + line.replace('"a"', '"b"')):
        found = list(documents(Payload("file:///t/a.json", body.encode(), "application/json")))
        assert [each.doc_id for each in found if isinstance(each, Document)] == ["a", "b"][: len(found)]


@pytest.mark.parametrize(
    "record",
    [
        {"protocolSection": None},
        {
            "protocolSection": {
                "identificationModule": {"briefTitle": ["a"]},
                "designModule": 3,
                "statusModule": [],
            }
        },
        {
            "source": "MED",
            "abstractText": 5,
            "pubTypeList": "x",
            "title": "A",
            "firstPublicationDate": "soon",
        },
        {"other": 1},
        [],
        3,
        "text",
    ],
)
def test_odd_json_is_a_failure_or_a_text(record: object) -> None:
    """Never an error of another kind."""
    assert all(isinstance(each, (Document, Failure)) for each in _met(record))
    assert _met(record)
