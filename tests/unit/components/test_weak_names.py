"""Weak names of conditions: beside their kin, and without their head."""

from __future__ import annotations

import pytest
import spacy

from pipeline.components.lexicon_matcher import LEXICON, LexiconMatcher
from pipeline.components.tokenizer import build_tokenizer
from pipeline.lexicon import Concept, make_knowledge

ARTERITIS, LISTED, UNLISTED, SECOND, LYMPHOMA, MANTLE = "D:1", "D:2", "D:3", "D:4", "D:5", "D:6"
_CONCEPTS = [
    Concept(ARTERITIS, "DISEASE", "arteritis"),
    Concept(
        LISTED,
        "DISEASE",
        "polyarteritis",
        xrefs=("cartographer:condition.polyarteritis",),
        broader=(ARTERITIS,),
    ),
    Concept(UNLISTED, "DISEASE", "endarteritis", broader=(ARTERITIS,)),
    Concept(SECOND, "DISEASE", "aortitis", broader=(ARTERITIS,)),
    Concept(LYMPHOMA, "DISEASE", "lymphoma"),
    Concept(
        MANTLE,
        "DISEASE",
        "mantle cell lymphoma",
        xrefs=("cartographer:condition.mantle-cell-lymphoma",),
        broader=(LYMPHOMA,),
    ),
]
_WEAK = [(LISTED, "PTS", True, "weak"), (UNLISTED, "EDS", True, "weak"), (MANTLE, "mantle", False, "weak")]


def concepts(text: str) -> list[str]:
    """Concepts of the matches, in order of the text."""
    nlp = spacy.blank("en")
    nlp.tokenizer = build_tokenizer(nlp)
    names = [(concept.concept_id, concept.name, False, "preferred") for concept in _CONCEPTS]
    doc = LexiconMatcher(make_knowledge(_CONCEPTS, [*names, *_WEAK]))(nlp(text))
    return [span._.candidates[0] for span in doc.spans[LEXICON]]


@pytest.mark.parametrize("other", ["arteritis", "aortitis"])
def test_a_short_form_counts_beside_kin(other: str) -> None:
    """What it is a kind of is kin, and so is another one of that kind."""
    assert LISTED in concepts(f"Two had {other}, three PTS.")


@pytest.mark.parametrize(
    "text", ["Two had lymphoma, three PTS.", "Two had arteritis and PTS levels fell.", "PTS fell."]
)
def test_a_short_form_does_not_count_elsewhere(text: str) -> None:
    """Nor where it says what is measured."""
    assert LISTED not in concepts(text)


def test_kin_counts_for_conditions_of_the_written_list_alone() -> None:
    """Ontologies hold short forms of everything."""
    assert UNLISTED not in concepts("Two had arteritis, three EDS.")


@pytest.mark.parametrize(
    "text",
    [
        "Of those with lymphoma four had mantle.",
        "Lymphoma board: mine is mantle, not that it matters.",
        "In lymphoma, mantle patients did best.",
        "Lymphoma: two mantle and nine others.",
    ],
)
def test_a_name_without_its_head_stands_alone(text: str) -> None:
    """Nothing that it could describe follows."""
    assert MANTLE in concepts(text)


@pytest.mark.parametrize("text", ["The mantle was torn.", "In lymphoma the mantle zone was thick."])
def test_a_word_that_goes_on_is_no_name_without_its_head(text: str) -> None:
    assert MANTLE not in concepts(text)
