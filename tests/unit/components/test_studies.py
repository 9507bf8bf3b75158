"""One study for each setting that a document tells."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from pipeline.components.relations.component import RelationReader
from pipeline.components.setting import SettingReader
from pipeline.components.studies import StudyReader, read_phase
from pipeline.findings import CohortFinding, StudyFinding
from tests.marked_docs import marked_doc

TRIAL = (
    "We report a phase 1/2 trial (NCT01234567). [12](COHORT) of [15](COHORT) patients with "
    "[lupus](DISEASE concept=DOID:1) got [[CD19](ANTIGEN concept=HGNC:1) CAR T cells](THERAPY concept=T:1)."
)


def read(doc: Doc) -> list[StudyFinding]:
    found: list[StudyFinding] = StudyReader()(RelationReader(lambda _: ())(SettingReader()(doc)))._.studies
    return found


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("a phase 1 trial", "1"),
        ("Phase: PHASE1|PHASE2", "1/2"),
        ("a phase I/IIa study", "1/2"),
        ("phase 1b", "1"),
        ("the phase III trial", "3"),
        ("phase 2/3", "2/3"),
        ("a first-in-human study", None),
        ("the second phase of the story", None),
        ("two-phase decline, phases of the moon", None),
    ],
)
def test_phases_are_read_in_either_numerals(text: str, phase: str | None):
    """Letters of sub-phases are dropped; what is not stated is not guessed."""
    assert read_phase(text) == phase


def test_a_trial_is_one_study():
    """With its therapy, antigens, diseases, phase, registry id and headline number."""
    doc = marked_doc(TRIAL)
    extents = {span.text: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    doc._.cohorts = [
        CohortFinding(extents["15"], 15, "=", "patients", "enrolled", "human"),
        CohortFinding(extents["12"], 12, "=", "patients", "treated", "human"),
    ]
    (study,) = read(doc)
    assert (study.setting, study.phase, study.trial_ids) == ("human", "1/2", ("NCT01234567",))
    assert (study.antigen_concept_ids, study.disease_concept_ids) == (("HGNC:1",), ("DOID:1",))
    assert study.therapy == extents["CD19 CAR T cells"]
    assert study.cohort == extents["12"]


def test_the_headline_is_not_another_study():
    """Groups of other studies and subgroups are no headline."""
    doc = marked_doc(TRIAL)
    extents = {span.text: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    doc._.cohorts = [
        CohortFinding(extents["15"], 15, "=", "patients", "external", "human"),
        CohortFinding(extents["12"], 12, "=", "patients", "subgroup", "human"),
    ]
    (study,) = read(doc)
    assert study.cohort is None


def test_patients_and_mice_are_two_studies():
    """The phase belongs to the one on patients."""
    source = (
        "Our [CD7 CAR T cells](THERAPY) cured mice of [leukaemia](DISEASE). "
        "We then opened a phase 1 trial and treated eight patients with [leukaemia](DISEASE)."
    )
    assert {(study.setting, study.phase) for study in read(marked_doc(source))} == {
        ("human", "1"),
        ("animal", None),
    }


def test_the_phase_of_a_planned_trial_is_not_this_study():
    """Nor is the phase of an earlier one."""
    source = (
        "Ten patients with [lupus](DISEASE) got [CD19 CAR T cells](THERAPY). A phase 2 trial is planned. "
        "An earlier phase 1 study had enrolled five."
    )
    assert [study.phase for study in read(marked_doc(source))] == [None]


def test_a_review_tells_of_phases_and_has_none():
    """Trials that a review recounts are not its own."""
    source = (
        "This review looks at [lupus](DISEASE). In a phase 2 trial 20 patients were given "
        "[CD19 CAR T cells](THERAPY)."
    )
    assert [study.phase for study in read(marked_doc(source))] == [None]


def test_each_piece_tells_its_own():
    """A page that strings two stories together has two studies with two ids."""
    first = "One\n\nIn a trial (NCT00000001) ten people with [lupus](DISEASE) got [CD19 CAR cells](THERAPY)."
    second = (
        "\n\nStory two\n\nIn a trial (NCT00000002) six patients with [glioma](DISEASE) got "
        "[GD2 CAR T cells](THERAPY)."
    )
    sections = [("title", "One"), ("body", "In a trial (NCT00000001"), ("title", "Story two")]
    found = read(marked_doc(first + second, sections))
    assert [study.trial_ids for study in found] == [("NCT00000001",), ("NCT00000002",)]


def test_a_text_without_medicine_tells_no_study():
    """Nor does one that names a disease and nothing done about it."""
    assert read(marked_doc("Phase 2 of the car plan comes later.")) == []
    assert read(marked_doc("People with [lupus](DISEASE) and [asthma](DISEASE) live longer.")) == []


def test_an_overview_of_what_a_drug_is_for_is_no_study():
    """Many diseases and no group, phase or registry id; with few of them it is the story of a trial."""
    names = [f"[disease{number}](DISEASE concept=D:{number})" for number in range(8)]
    drug = "[drug X](THERAPY concept=T:1)"
    assert read(marked_doc(" ".join(f"Patients with {name} got {drug}." for name in names))) == []
    (study,) = read(marked_doc(" ".join(f"Patients with {name} got {drug}." for name in names[:2])))
    assert study.disease_concept_ids == ("D:0", "D:1")
