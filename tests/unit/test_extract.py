"""From an annotated Doc to rows."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from pipeline.errors import ModelError
from pipeline.extract import extract
from pipeline.findings import AdverseEventFinding, CohortFinding, RelationFinding, StudyFinding
from pipeline.records import ConceptRow, Document, Extraction, Section
from tests.marked_docs import blank, marked_doc

SOURCE = (
    "Trial of [[CD19](ANTIGEN concept=HGNC:1633) CAR T cells](THERAPY concept=CART:1)  \n\n"
    " In [12](COHORT) patients with [lupus](DISEASE concept=DOID:9074), "
    "[fever](ADVERSE_EVENT concept=HP:1945) was seen.  Nobody died. "
)


def concept(curie: str) -> ConceptRow | None:
    if curie.startswith("GONE"):
        return None
    return ConceptRow(curie, "DISEASE", f"name of {curie}", (), curie.partition(":")[0], "1", None)


def document_of(doc: Doc, sections: tuple[Section, ...] = ()) -> Document:
    return Document("d1", "file:///d1", "text/plain", "news", doc.text, sections)


def read(doc: Doc, sections: tuple[Section, ...] = ()) -> Extraction:
    return extract(doc, document_of(doc, sections), concepts=concept, extraction_key="k", run_id="r")


def annotated() -> Doc:
    doc = marked_doc(SOURCE)
    extents = {span.text: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    cells, antigen = extents["CD19 CAR T cells"], extents["CD19"]
    group, lupus, fever = extents["12"], extents["lupus"], extents["fever"]
    doc._.relations = [
        RelationFinding("targets", cells, antigen, "present", "human", cells[0], None, 0.9),
        RelationFinding("treats", cells, lupus, "present", "human", lupus[0], "tested", 0.8),
    ]
    doc._.cohorts = [CohortFinding(group, 12, "=", "patients", "treated", "human", lupus, cells)]
    doc._.adverse_events = [
        AdverseEventFinding(fever, "fever", "present", "human", therapy=cells, cohort=group)
    ]
    doc._.studies = [StudyFinding("human", "1", ("NCT00000001",), cells, ("HGNC:1633",), ("DOID:1",), group)]
    return doc


def test_every_row_points_into_the_text():
    """Mentions and sentences are the text between their offsets."""
    doc = annotated()
    rows = read(doc)
    for row in (*rows.mentions, *rows.sentences):
        assert doc.text[row.start_char : row.end_char] == row.text
    assert [row.text for row in rows.mentions] == ["CD19 CAR T cells", "CD19", "12", "lupus", "fever"]


def test_a_sentence_has_no_white_space_at_its_ends():
    """White space belongs to no sentence."""
    assert [row.text for row in read(annotated()).sentences][-1] == "Nobody died."
    assert all(row.text == row.text.strip() for row in read(annotated()).sentences)


def test_a_sentence_is_cut_where_a_section_ends():
    """One sentence never spans two sections."""
    doc = annotated()
    border = doc.text.index(" In ")
    rows = read(doc, (Section("title", 0, border), Section("body", border, len(doc.text))))
    assert [(row.section_id, row.text[:8]) for row in rows.sentences] == [
        ("d1#x0", "Trial of"),
        ("d1#x1", "In 12 pa"),
        ("d1#x1", "Nobody d"),
    ]


def test_text_outside_the_sections_gets_a_body():
    """Each sentence has a section, also where the parser named none."""
    doc = annotated()
    rows = read(doc, (Section("title", 0, doc.text.index("\n")),))
    assert [(row.kind, row.start_char) for row in rows.sections] == [("title", 0), ("body", 27)]
    assert {row.section_id for row in rows.sentences} == {"d1#x0", "d1#x1"}


def test_a_mention_across_a_border_belongs_to_the_sentence_of_its_first_character():
    """The sentence splitter may err inside a mention; the mention still has one sentence."""
    doc = marked_doc("We gave [Carvykti. Abecma](THERAPY) to all.")
    rows = read(doc)
    assert len(rows.sentences) == 2
    assert rows.mentions[0].sentence_id == rows.sentences[0].sentence_id


def test_ids_say_what_they_name():
    """Section, sentence and mention ids are readable; all ids repeat from run to run."""
    rows = read(annotated())
    assert rows.sections[0].section_id == "d1#x0"
    assert rows.mentions[1].mention_id == "d1#m9-13"
    assert rows == read(annotated())


def test_findings_refer_to_rows_that_are_there():
    """Relations, cohorts, adverse events and studies carry ids of mentions, concepts and cohorts."""
    rows = read(annotated())
    ids = {row.mention_id for row in rows.mentions}
    treats = rows.relations[1]
    assert {treats.subject_mention_id, treats.object_mention_id} <= ids
    assert (treats.subject_concept_id, treats.object_concept_id) == ("CART:1", "DOID:9074")
    (cohort,) = rows.cohorts
    assert (cohort.n, cohort.disease_concept_id) == (12, "DOID:9074")
    assert rows.adverse_events[0].cohort_id == cohort.cohort_id
    (study,) = rows.studies
    assert (study.therapy_name, study.n_subjects, study.n_role) == ("name of CART:1", 12, "treated")


def test_every_concept_that_a_row_names_has_a_row():
    """Concepts named by a study alone are listed too, each once, sorted."""
    rows = read(annotated())
    assert [row.concept_id for row in rows.concepts] == [
        "CART:1",
        "DOID:1",
        "DOID:9074",
        "HGNC:1633",
        "HP:1945",
    ]


def test_a_finding_told_twice_gives_one_row():
    """Keys are unique."""
    doc = annotated()
    doc._.relations = doc._.relations * 2
    doc._.adverse_events = doc._.adverse_events * 2
    rows = read(doc)
    assert (len(rows.relations), len(rows.adverse_events)) == (2, 1)


@pytest.mark.parametrize("text", ["", "  \n", "Nothing is named here. Nor here."])
def test_a_document_without_mentions_is_still_a_document(text: str):
    """Its document and section rows are there, and a row for each sentence."""
    rows = read(blank()(text))
    assert rows.document.n_chars == len(text)
    assert len(rows.sections) == 1
    assert len(rows.sentences) == text.count(".")
    assert rows.mentions == ()


def test_an_unknown_concept_is_an_error_and_not_a_hole():
    """A model and a knowledge base that do not fit together are told apart from a mention without concept."""
    with pytest.raises(ModelError, match="GONE:1"):
        read(marked_doc("[lupus](DISEASE concept=GONE:1) again."))


def test_a_finding_without_its_mention_is_an_error():
    """A component may not refer to words that are no mention."""
    doc = annotated()
    doc._.cohorts = [CohortFinding((1, 2), 3, "=", "patients", "treated", "human")]
    with pytest.raises(ValueError, match="no mention"):
        read(doc)


def test_another_text_is_an_error():
    """Offsets of one text never enter the rows of another."""
    doc = annotated()
    document = document_of(marked_doc("Another text."))
    with pytest.raises(ValueError, match="not the document's text"):
        extract(doc, document, concepts=concept, extraction_key="k", run_id="r")


def test_a_doc_without_sentences_is_an_error():
    """A missing sentence component stops the run instead of giving one long sentence."""
    doc = Doc(blank().vocab, words=["No", "borders"])
    with pytest.raises(ModelError, match="sentence"):
        read(doc)
