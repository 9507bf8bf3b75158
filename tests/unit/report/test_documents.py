"""Documents and studies as the page's script reads them."""

from __future__ import annotations

from typing import Any

from pipeline.analysis import OpenSnapshot
from pipeline.report.documents import TITLE_CHARS, WORDS, Concepts, content, entry, title_of
from pipeline.report.headline import headline
from pipeline.report.page import Page


def study_of(page: Page, doc_id: str) -> dict[str, Any]:
    """The study that a document tells."""
    documents = [one["id"] for one in page.index["documents"]]
    (found,) = (one for one in page.index["studies"] if one["document"] == documents.index(doc_id))
    return found


def words_at(snapshot: OpenSnapshot, doc_id: str, place: tuple[int, int]) -> str:
    """The characters that a place stands for."""
    return snapshot.document(doc_id).text[slice(*place)]


def test_every_mention_is_told_with_its_words_of_the_closed_lists(snapshot: OpenSnapshot) -> None:
    """Positions in the word lists lead back to label, assertion, setting and annotator."""
    for doc_id in snapshot.doc_ids():
        rows, concepts = snapshot.document(doc_id), Concepts({})
        told = content(rows, concepts)
        read = {
            (
                start,
                end,
                WORDS["labels"][label],
                WORDS["assertions"][assertion],
                WORDS["settings"][setting],
                WORDS["annotators"][annotator],
                None if concept is None else concepts.told()[concept][0],
            )
            for start, end, label, assertion, setting, annotator, _, concept, *_ in told["mentions"]
        }
        columns = "start_char end_char label assertion setting annotator concept_id".split()
        assert read == {tuple(row[name] for name in columns) for row in rows.rows["mentions"]}


def test_the_outer_one_of_two_mentions_comes_first(snapshot: OpenSnapshot) -> None:
    """The script nests marks in this order."""
    for doc_id in snapshot.doc_ids():
        places = [(one[0], -one[1]) for one in content(snapshot.document(doc_id), Concepts({}))["mentions"]]
        assert places == sorted(places)


def test_a_result_of_another_study_is_told_apart(snapshot: OpenSnapshot) -> None:
    """By the role of its group."""
    told = content(snapshot.document("mice"), Concepts({}))
    assert [(one["term"], one["is_external"]) for one in told["adverse_events"]] == [
        ("cytokine release syndrome", False),
        ("neurotoxicity", True),
    ]
    assert [one["role"] for one in told["cohorts"]] == ["treated", "external"]
    assert [words_at(snapshot, "mice", place) for place in told["external"]] == [
        "27 children",
        "neurotoxicity",
    ]


def test_a_file_is_named_without_its_folders(snapshot: OpenSnapshot) -> None:
    """A page is shown to others, who need not know where the documents lie."""
    assert content(snapshot.document("trial"), Concepts({}))["source"] == "trial.txt"


def test_a_long_title_is_cut_and_a_missing_one_made_up() -> None:
    """On one line; of the first words, or of the id where there are none."""
    cut = title_of({"title": "x" * 10_000, "text": "", "doc_id": "d"})
    assert (len(cut), cut[-1]) == (TITLE_CHARS, "…")
    assert title_of({"title": None, "text": "Two\n lines", "doc_id": "d"}) == "Two lines"
    assert title_of({"title": " ", "text": " ", "doc_id": "d"}) == "d"


def test_an_entry_counts_mentions_and_facts(snapshot: OpenSnapshot) -> None:
    """For the list of documents."""
    told = entry(snapshot.document("mice"))
    assert (told["n_mentions"], told["n_facts"], told["settings"]) == (6, 5, ["animal"])
    assert told["published_on"] == "2021-06-02"


def test_each_figure_leads_to_the_words_that_state_it(snapshot: OpenSnapshot, page: Page) -> None:
    """Size, disease and events: the place is that of the mention."""
    trial = study_of(page, "trial")
    assert words_at(snapshot, "trial", trial["n_at"]) == "Thirty-eight patients"
    assert words_at(snapshot, "trial", trial["crs"]["at"]) == "Cytokine release syndrome"
    assert words_at(snapshot, "trial", trial["icans"]["at"]) == "ICANS"
    assert words_at(snapshot, "trial", trial["diseases_at"]) == "lymphoma"
    assert words_at(snapshot, "mice", study_of(page, "mice")["diseases_at"]) == "Lupus"


def test_the_evidence_is_that_of_the_evidence_table(snapshot: OpenSnapshot, page: Page) -> None:
    """There is one definition of it."""
    table = snapshot.evidence_table(repeats=True, planned=True).set_index("study_id")
    assert sorted(table.index) == sorted(one["id"] for one in page.index["studies"])
    trial = study_of(page, "trial")
    row = table.loc[trial["id"]]
    assert (trial["n"], trial["crs"]["affected"], trial["crs"]["at_risk"]) == (38, 12, 38)
    assert (row.n, row.crs_affected, row.crs_at_risk) == (38, 12, 38)
    assert (trial["icans"]["denied"], row.icans) == (True, "absent")


def test_what_nothing_states_is_none(page: Page) -> None:
    """No figure is made up: ICANS of grade 3 says nothing of CRS."""
    severe = study_of(page, "severe#1 & more")
    assert severe["crs"] is severe["crs_severe"] is None
    assert (severe["icans_severe"]["affected"], severe["icans_severe"]["at_risk"]) == (4, 20)


def test_documents_that_could_not_be_read_are_told() -> None:
    """A page that hides what is missing is believed too much."""
    notes = {one.name: one.note for one in headline(7, 2, 3, [])}
    assert notes["Documents"] == "2 repeat another one; 3 could not be read"
    assert notes["Human : animal studies"] == "0 in people, 0 in animals"


def test_a_study_told_again_names_the_one_that_counts(page: Page) -> None:
    """The news of a trial counts no patient."""
    assert study_of(page, "news")["repeats"] == study_of(page, "trial")["id"]
    numbers = {one.name: (one.value, one.note) for one in page.numbers}
    assert numbers["Patients"] == ("58", "in 2 of 2 human studies")
    assert numbers["Studies"] == ("3", "not counting 1 told again")
    assert numbers["Human : animal studies"] == ("67% : 33%", "2 in people, 1 in animals")
