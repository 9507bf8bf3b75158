"""Other wordings of a condition: the same in other words, and what it is a kind of."""

from __future__ import annotations

import pytest

from pipeline.lexicon import kinds_of, rewordings, says_little


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("hypertensive", "hypertension"),
        ("dyskinetic", "dyskinesia"),
        ("nephrotic", "nephrosis"),
        ("renal injuries", "kidney damage"),
        ("carcinoma of the bladder", "bladder carcinoma"),
        ("damage to the liver", "hepatic injury"),
        ("reduced left ventricular function", "left ventricular dysfunction"),
        ("loss of kidney function", "renal insufficiency"),
        ("type C hepatitis", "hepatitis C"),
        ("adenovirus disease", "adenovirus infection"),
        ("Epstein-Barr", "Epstein-Barr syndrome"),
    ],
)
def test_the_same_in_other_words(text: str, wording: str) -> None:
    """Adjectives, organs, turned phrases, functions, eponyms: each wording is among those tried."""
    assert wording in list(rewordings(text))


@pytest.mark.parametrize("text", ["", "it", "anal", "disease"])
def test_short_words_have_no_wordings_of_their_own(text: str) -> None:
    """A stem of three letters tells nothing."""
    assert all(len(wording) > 4 for wording in rewordings(text))


def test_a_condition_is_a_kind_of_its_head() -> None:
    """Modifiers go one by one; what stands after the name says where and why."""
    assert list(kinds_of("severe limb pain"))[-1] == "pain"
    assert list(kinds_of("neuropathy after vincristine")) == ["neuropathy"]
    assert "liver disease" in list(kinds_of("hepatic involvement"))


def test_general_heads_are_no_kinds() -> None:
    """Nothing is said by "a deficiency"."""
    assert list(kinds_of("transferase deficiency")) == []
    assert says_little("adverse events")
    assert not says_little("limb weakness")
