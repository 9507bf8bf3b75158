"""Which of several readings of the same words stays."""

from __future__ import annotations

import pytest

from pipeline.components.proposals import Proposal, without_doses, without_short_forms_of_molecules


@pytest.mark.parametrize(
    ("text", "heads", "is_kept"),
    [
        ("We sequenced the ABCD gene.", ["GENE"], False),
        ("Antibodies against human ABCD were raised.", ["GENE"], False),
        ("Levels of ABCD mRNA fell.", ["GENE", "CONDITION"], True),
        ("A patient with ABCD was treated.", ["GENE"], True),
        ("Levels of ABCD mRNA fell.", [], True),
    ],
)
def test_a_short_name_is_no_disease_where_it_stands_for_a_gene(
    text: str, heads: list[str], is_kept: bool
) -> None:
    """A head must say so, and the words beside it; a head that hears the disease keeps it."""
    start = text.index("ABCD")
    known = Proposal(start, start + 4, "DISEASE", "lexicon", 1.0, ("DOID:1",))
    heard = [Proposal(start, start + 4, label, "model", 0.9) for label in heads]
    assert (known in without_short_forms_of_molecules(text, [known, *heard])) is is_kept


@pytest.mark.parametrize(
    ("heard", "is_kept"),
    [("conjugate raludotatug", False), ("raludotatug 5", False), ("liposomal raludotatug", True)],
)
def test_class_and_dose_are_no_part_of_a_known_name(heard: str, is_kept: bool) -> None:
    """A head that took them along gives way to the name that the lexicon has."""
    text = f"We gave {heard} mg to mice."
    start, name = text.index(heard), text.index("raludotatug")
    known = Proposal(name, name + len("raludotatug"), "THERAPY", "lexicon", 1.0, ("x:1",))
    head = Proposal(start, start + len(heard), "CHEMICAL", "model", 0.9)
    assert (head in without_doses(text, [known, head])) is is_kept
