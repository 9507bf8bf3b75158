"""Which thing the name of a therapy or a chemical means by the words beside it."""

from __future__ import annotations

import pytest

from pipeline.annotate import knowledge
from pipeline.components.agents import apart, apposed, with_donors, without_homonyms
from pipeline.components.proposals import Proposal, without_doses
from pipeline.vocabulary import Annotator


def named(text: str, name: str, label: str = "THERAPY") -> Proposal:
    """The proposal of a lexicon for a name."""
    start = text.index(name)
    return Proposal(start, start + len(name), label, "lexicon", 1.0, knowledge().lookup(name))


@pytest.mark.parametrize(
    ("text", "is_the_drug"),
    [
        ("the PD-1 antibody cemiplimab was added", True),
        ("cemiplimab, a PD-1 antibody, was added", True),
        ("cemiplimab (a PD-1 antibody) was added", True),
        ("cemiplimab or another PD-1 antibody", False),
        ("a PD-1 antibody and cemiplimab", False),
    ],
)
def test_a_class_beside_its_drug_is_that_drug(text: str, is_the_drug: bool) -> None:
    """What is only named as well is another thing."""
    drug, of_class = named(text, "cemiplimab"), named(text, "PD-1 antibody")
    found = dict(zip(("drug", "class"), apposed(text, [drug, of_class]), strict=True))
    assert found["drug"] == drug
    assert (found["class"].candidates == drug.candidates) is is_the_drug


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The level of interleukin-6 was raised.", "GENE"),
        ("Six women received interleukin-6 by vein.", "THERAPY"),
    ],
)
def test_a_cytokine_is_a_therapy_where_it_is_given(text: str, label: str) -> None:
    """What is measured is a molecule."""
    (found,) = without_homonyms(text, [named(text, "interleukin-6")], knowledge())
    assert found.label == label


def test_whose_cells_a_transplant_is_made_of_is_part_of_its_name() -> None:
    """A word that is about the patient is not."""
    text = "allogeneic HSCT or another HSCT"
    first = Proposal(11, 15, "THERAPY", "lexicon", 1.0)
    other = Proposal(27, 31, "THERAPY", "lexicon", 1.0)
    found = list(with_donors(text, [first, other], knowledge()))
    assert [text[p.start : p.end] for p in found] == ["allogeneic HSCT", "HSCT"]
    assert found[0].candidates


def proposals(
    text: str, *names: str, annotator: Annotator = "lexicon", label: str = "THERAPY"
) -> list[Proposal]:
    """Proposals of the places where names stand first."""
    places = [(text.index(name), text.index(name) + len(name)) for name in names]
    return [Proposal(start, end, label, annotator, 1.0) for start, end in places]


def test_two_names_joined_are_two_mentions() -> None:
    """A list that names drugs or diseases in pairs makes one of no pair."""
    for text, label in (
        ("melphalan plus thiotepa", "THERAPY"),
        ("melphalan + thiotepa", "THERAPY"),
        ("asthma and malaria", "DISEASE"),
    ):
        found = [text[p.start : p.end] for p in apart(text, proposals(text, text, label=label), knowledge())]
        assert found == [text.split()[0], text.split()[2]]


def test_a_word_shared_by_two_keeps_them_together() -> None:
    """Where a part says nothing alone, the whole stays."""
    text = "breast and ovarian cancer"
    assert len(list(apart(text, proposals(text, text, label="DISEASE"), knowledge()))) == 1


@pytest.mark.parametrize(("tail", "is_kept"), [(" d-4 to -2", False), (" 30 mg", False), (" sodium", True)])
def test_a_dose_is_no_part_of_a_name(tail: str, is_kept: bool) -> None:
    """A head that runs on into the schedule of a known drug is not believed."""
    text = f"They had pemetrexed{tail}."
    known, heard = proposals(text, "pemetrexed"), proposals(text, f"pemetrexed{tail}", annotator="model")
    assert (heard[0] in without_doses(text, [*known, *heard])) is is_kept
