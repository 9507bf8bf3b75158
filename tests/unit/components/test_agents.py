"""Which thing the name of a therapy or a chemical means by the words beside it."""

from __future__ import annotations

import pytest

from pipeline.annotate import knowledge
from pipeline.components.agents import apposed, with_donors, without_homonyms
from pipeline.components.proposals import Proposal


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
