"""Four real documents: a news card, a page that strings several pieces together, a digest, a news page.

The texts are not part of the project; the facts are. Each has a test of its own, so that a report names what
is not read.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Read
from tests.end_to_end.published import Document, Published, spans

FILES = {
    "card": "000_ed21b46d2554267b.txt",
    "page": "001_27f0e3e6385601de.txt",
    "digest": "002_2aad7c050d556eae.txt",
    "article": "003_428407229fe90688.txt",
}
#: Lines shorter than this may be alike by chance; longer ones repeat each other.
SHORTEST_QUOTE = 60


@pytest.fixture(scope="module")
def published(read: Read, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return read(tmp_path_factory.mktemp("real"), shared / "seeds")


@pytest.fixture(scope="module")
def real(published: Published) -> dict[str, Document]:
    """The four documents by their short names."""
    return {name: published.document(file) for name, file in FILES.items()}


def holding(rows: list[dict[str, Any]], **cells: object) -> list[dict[str, Any]]:
    """Rows with these cells; None asks for an empty one."""
    return [
        row
        for row in rows
        if all(_is_empty(row[name]) if cell is None else row[name] == cell for name, cell in cells.items())
    ]


def _is_empty(cell: object) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - pandas writes an empty figure as NaN


@pytest.mark.parametrize("name", FILES)
def test_the_text_is_sacred(real: dict[str, Document], shared: Path, name: str) -> None:
    """Offsets point into the caller's own copy."""
    assert real[name].text == (shared / "seeds" / FILES[name]).read_bytes().decode("utf-8")


@pytest.mark.parametrize("table", ["mentions", "sentences"])
def test_a_row_stands_where_it_says(published: Published, table: str) -> None:
    """On every row."""
    found = list(spans(published, table))
    assert found
    assert [pair for pair in found if pair[0] != pair[1]] == []


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("card", date(2026, 2, 4)),
        ("page", date(2026, 11, 26)),
        ("digest", date(2026, 2, 14)),
        ("article", date(2025, 10, 10)),
    ],
)
def test_a_document_has_its_date(real: dict[str, Document], name: str, day: date) -> None:
    """From a line of its own, from a head line, and from a sentence that is glued to the one before."""
    assert real[name].row["published_on"] == day


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("card", "url", "https://www.nature.com/articles/d41586-026-00358-6"),
        ("digest", "publisher", "Nature"),
        ("digest", "is_machine_written", True),
        ("article", "doi", "10.1038/s41591-025-03987-y"),
    ],
)
def test_a_document_has_its_bibliographic_facts(
    real: dict[str, Document], name: str, column: str, value: object
) -> None:
    """As far as the text states them."""
    assert real[name].row[column] == value


@pytest.mark.parametrize("name", ["card", "page", "article"])
def test_only_what_the_source_says_is_machine_written(real: dict[str, Document], name: str) -> None:
    """Nobody guesses it from the style."""
    assert real[name].row["is_machine_written"] is not True


@pytest.mark.parametrize(
    ("name", "therapy", "antigen"),
    [
        ("card", "CART4-34", "IGHV4-34"),
        ("card", "CD19 CAR-T therapies", "CD19"),
        ("page", "CARv3-TEAM-E T cells", "EGFR"),
        ("page", "anti CD38 CAR-T", "CD38"),
        ("page", "CD19 CAR-T", "CD19"),
    ],
)
def test_a_therapy_has_its_target(real: dict[str, Document], name: str, therapy: str, antigen: str) -> None:
    """`targets` relates the therapy to the antigen that its receptor binds."""
    assert holding(real[name].relations("targets", therapy, antigen), assertion="present")


@pytest.mark.parametrize(("name", "n"), [("card", 2), ("page", 3), ("digest", 0), ("article", 0)])
def test_no_other_antigen_is_a_target(real: dict[str, Document], name: str, n: int) -> None:
    """As many antigens as there are, no more."""
    document = real[name]
    targets = holding(document.rows("relations"), predicate="targets", assertion="present")
    assert len({row["object_concept_id"] or row["object_mention_id"] for row in targets}) == n


@pytest.mark.parametrize(
    ("name", "pair", "status", "setting"),
    [
        ("card", ("CART4-34", "diffuse large B-cell lymphoma"), "tested", "animal"),
        ("card", ("CART4-34", "lupus"), "proposed", None),
        ("page", ("CARv3-TEAM-E T cells", "recurrent glioblastoma"), "tested", "human"),
        ("page", ("anti CD38 CAR-T", "ME/CFS"), "proposed", None),
        ("page", ("CAR T cells", "lupus"), "tested", "human"),
        ("page", ("CAR T cells", "rheumatoid arthritis"), "tested", "human"),
        ("page", ("CAR T cells", "ulcerative colitis"), "tested", "human"),
        ("page", ("CAR T cells", "systemic sclerosis"), "tested", "human"),
        ("page", ("CAR T cells", "myositis"), "tested", "human"),
        ("page", ("CAR T cells", "myasthenia gravis"), "tested", "human"),
        ("article", ("CAR T cells", "systemic lupus erythematosus"), "tested", "human"),
    ],
    ids=str,
)
def test_a_therapy_has_its_disease(
    real: dict[str, Document], name: str, pair: tuple[str, str], status: str, setting: str | None
) -> None:
    """With the status that the text gives it, and no higher one beside it."""
    found = real[name].relations("treats", *pair)
    assert {row["status"] for row in found if row["assertion"] != "absent"} == {status}
    if setting:
        assert {row["setting"] for row in found} == {setting}


@pytest.mark.parametrize(
    ("name", "therapy", "disease"),
    [
        ("card", "CD19 CAR-T therapies", "lupus"),
        ("page", "CARv3-TEAM-E T cells", "lupus"),
        ("page", "CARv3-TEAM-E T cells", "ME/CFS"),
        ("page", "CARv3-TEAM-E T cells", "myasthenia gravis"),
        ("page", "CARv3-TEAM-E T cells", "immune thrombocytopenia"),
    ],
)
def test_a_therapy_is_not_carried_over_to_another_story(
    real: dict[str, Document], name: str, therapy: str, disease: str
) -> None:
    """What another sentence or another piece of the page tells is not this therapy's."""
    assert real[name].relations("treats", therapy, disease) == []


def test_a_use_proposed_in_a_forum_stands_in_a_post(real: dict[str, Document]) -> None:
    """The section of the relation's words says where it comes from."""
    page = real["page"]
    found = page.relations("treats", "anti CD38 CAR-T", "ME/CFS")
    assert found
    for row in found:
        assert page.section_kinds(page.mentions[row["subject_mention_id"]]["start_char"]) == {"post"}


@pytest.mark.parametrize(
    ("name", "disease"),
    [
        ("card", "diffuse large B-cell lymphoma"),
        ("card", "lupus"),
        ("page", "ulcerative colitis"),
        ("page", "rheumatoid arthritis"),
        ("page", "myasthenia gravis"),
        ("page", "systemic sclerosis"),
        ("page", "myositis"),
        ("page", "recurrent glioblastoma"),
        ("page", "immune thrombocytopenia"),
        ("digest", "systemic lupus erythematosus"),
        ("digest", "rheumatoid arthritis"),
        ("article", "systemic lupus erythematosus"),
    ],
)
def test_a_disease_is_there(real: dict[str, Document], name: str, disease: str) -> None:
    """Under its surface or the name of its concept."""
    assert disease.lower() in real[name].named("DISEASE")


@pytest.mark.parametrize(
    ("name", "therapy"),
    [
        ("card", "CART4-34"),
        ("card", "CD19 CAR-T therapy"),
        ("page", "CARv3-TEAM-E T cells"),
        ("page", "anti CD38 CAR-T"),
        ("page", "daratumumab"),
        ("page", "rituximab"),
        ("page", "IVIG"),
        ("page", "immunoadsorption"),
        ("page", "plasmapheresis"),
        ("article", "belimumab"),
    ],
)
def test_a_therapy_is_there(real: dict[str, Document], name: str, therapy: str) -> None:
    """Under its surface or the name of its concept."""
    assert therapy.lower() in real[name].named("THERAPY")


@pytest.mark.parametrize("label", ["GENE", "CHEMICAL", "DISEASE"])
def test_an_engineered_cell_has_one_label(real: dict[str, Document], label: str) -> None:
    """The product of the news card is a therapy wherever it is named."""
    assert "cart4-34" not in real["card"].named(label)


@pytest.mark.parametrize(("name", "n", "role"), [("page", 3, "treated"), ("digest", 8, "treated")])
def test_a_cohort_is_counted(real: dict[str, Document], name: str, n: int, role: str) -> None:
    """One row a group, not one a mention."""
    (row,) = holding(real[name].rows("cohorts"), n=n)
    assert (row["role"], row["comparator"], row["setting"]) == (role, "=", "human")


@pytest.mark.parametrize(
    ("name", "n"),
    [
        pytest.param("page", 1, id="page: one woman of twenty years is a case"),
        pytest.param("page", 20, id="page: an age"),
        pytest.param("page", 12, id="page: a number of studies"),
        pytest.param("page", 2, id="page: a number of responses"),
        pytest.param("article", 2, id="article: a number of studies"),
        pytest.param("article", 5_000_000, id="article: a prevalence"),
        pytest.param("article", 5, id="article: a prevalence in millions"),
    ],
)
def test_a_number_of_something_else_is_no_cohort(real: dict[str, Document], name: str, n: int) -> None:
    """Ages, studies, responses, people who live with a disease."""
    assert holding(real[name].rows("cohorts"), n=n) == []


@pytest.mark.parametrize(("name", "n"), [("card", 0), ("page", 1), ("digest", 1), ("article", 0)])
def test_no_other_cohort_is_counted(real: dict[str, Document], name: str, n: int) -> None:
    """As many groups as there are."""
    assert len(real[name].rows("cohorts")) == n


def test_adverse_events_above_grade_3_are_absent(real: dict[str, Document]) -> None:
    """What is denied above grade 3 is denied from grade 4 on."""
    found = holding(real["page"].rows("adverse_events"), term="adverse event")
    assert [(row["assertion"], row["grade_min"], _is_empty(row["grade_max"])) for row in found] == [
        ("absent", 4, True)
    ]


def test_dose_limiting_toxicity_is_absent(real: dict[str, Document]) -> None:
    """The denial goes on to what is coordinated with it; the grade does not."""
    found = holding(real["page"].rows("adverse_events"), term="dose-limiting toxicity")
    assert [(row["assertion"], _is_empty(row["grade_min"])) for row in found] == [("absent", True)]


def test_a_risk_is_not_an_observation(real: dict[str, Document]) -> None:
    """Cytokine release syndrome is feared in the article; nobody has seen it."""
    found = holding(real["article"].rows("adverse_events"), term="cytokine release syndrome")
    assert {row["assertion"] for row in found} == {"possible"}


@pytest.mark.parametrize("name", ["digest", "article"])
def test_symptoms_and_other_treatments_harms_are_no_adverse_events(
    real: dict[str, Document], name: str
) -> None:
    """Symptoms that got better, and what broad immunosuppression does, did not follow the cells."""
    assert holding(real[name].rows("adverse_events"), assertion="present") == []


@pytest.mark.parametrize(
    ("name", "settings"),
    [("card", {"animal"}), ("page", {"human"}), ("digest", {"human"}), ("article", {"human"})],
)
def test_studies_have_their_setting(real: dict[str, Document], name: str, settings: set[str]) -> None:
    """Mice in the card, people elsewhere."""
    assert {row["setting"] for row in real[name].rows("studies")} - {"unknown"} == settings


@pytest.mark.parametrize(
    ("name", "antigen", "disease"),
    [("card", "HGNC:5650", "DOID:0050745"), ("page", "HGNC:3236", "DOID:3068")],
    ids=["card: IGHV4-34, diffuse large B-cell lymphoma", "page: EGFR, glioblastoma"],
)
def test_a_study_has_its_target_and_its_disease(
    real: dict[str, Document], name: str, antigen: str, disease: str
) -> None:
    """The study puts together what the relations of its therapy say."""
    found = [
        study
        for study in real[name].rows("studies")
        if antigen in study["antigen_concept_ids"] and disease in study["disease_concept_ids"]
    ]
    assert len(found) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_trial_is_no_therapy(real: dict[str, Document], name: str) -> None:
    """What tests a treatment is not given to anybody."""
    assert not {"clinical trial", "clinical trials"} & real[name].named("THERAPY")


def test_what_is_quoted_stands_in_a_quote(real: dict[str, Document]) -> None:
    """Of a line that the thread repeats, all but one are quotes."""
    page = real["page"]
    places: dict[str, list[int]] = {}
    start = 0
    for line in page.text.split("\n"):
        if len(line) >= SHORTEST_QUOTE:
            places.setdefault(line.strip(), []).append(start)
        start += len(line) + 1
    repeated = [starts for starts in places.values() if len(starts) > 1]
    assert len(repeated) >= 3
    for starts in repeated:
        kinds = Counter("quote" in page.section_kinds(place) for place in starts)
        assert kinds[False] == 1, page.text[starts[0] : starts[0] + 60]


@pytest.mark.parametrize("table", ["relations", "cohorts", "adverse_events"])
def test_no_fact_comes_from_a_quote_or_the_page_around(real: dict[str, Document], table: str) -> None:
    """Text quoted twice counts once; navigation and an author's take count not at all."""
    for name, document in real.items():
        sentences = {row["sentence_id"]: row for row in document.rows("sentences")}
        for row in document.rows(table):
            kinds = document.section_kinds(sentences[row["sentence_id"]]["start_char"])
            assert not kinds & {"quote", "boilerplate", "reference"}, (name, row)
