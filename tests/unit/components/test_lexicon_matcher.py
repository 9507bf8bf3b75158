"""The lexicon matcher: longest names over any tokens, case, weak names, definitions."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.components.lexicon_matcher import LEXICON, LexiconMatcher
from pipeline.components.tokenizer import build_tokenizer
from pipeline.lexicon import Concept, make_knowledge
from tests.unit.lexicon import small_knowledge as small


def matched(text: str, abbreviations: list[tuple[str, str]] | None = None) -> Doc:
    """A Doc with its lexicon matches; `abbreviations` are (short, long) as they stand in the text."""
    nlp = spacy.blank("en")
    nlp.tokenizer = build_tokenizer(nlp)
    doc = nlp(text)
    places = [tuple((text.index(w), text.index(w) + len(w)) for w in pair) for pair in abbreviations or []]
    doc._.abbreviations = places
    return LexiconMatcher(small.small_knowledge())(doc)


def names(doc: Doc) -> list[tuple[str, str]]:
    """Words and best candidate of each match."""
    return [(span.text, span._.candidates[0]) for span in doc.spans[LEXICON]]


@pytest.mark.parametrize(
    "text", ["CD19", "CD-19", "CD 19", "anti-CD19", "CD19-directed", "CD19/CD28", "CD19+"]
)
def test_a_name_is_found_over_split_tokens(text: str) -> None:
    """Hyphens, blanks and slashes within and around a name do not hide it."""
    assert small.CD19 in [concept for _, concept in names(matched(f"cells against {text} were given"))]


def test_the_longest_name_wins() -> None:
    """A name within a name of the same kind is no match of its own."""
    assert names(matched("B-cell maturation antigen")) == [("B-cell maturation antigen", small.BCMA)]


def test_molecules_are_found_within_therapies() -> None:
    """The outer name comes first, then the molecule in it."""
    doc = matched("an anti-CD20 antibody")
    assert names(doc) == [("anti-CD20 antibody", small.ANTI_CD20), ("CD20", small.CD20)]


def test_plurals_and_british_spelling_match() -> None:
    """Text and knowledge base have one normal form."""
    assert names(matched("acute lymphoblastic leukaemias")) == [("acute lymphoblastic leukaemias", small.ALL)]


def test_english_words_are_no_acronyms() -> None:
    """A word is an acronym only in its own case, and not in a line of capitals."""
    assert names(matched("we saw all of them")) == []
    assert names(matched("patients with ALL")) == [("ALL", small.ALL)]
    assert names(matched("GOOD NEWS FOR ALL PATIENTS TODAY")) == []
    assert names(matched("the study\n\nALL PATIENTS\n\nwere treated")) == []
    assert names(matched("the study\n\nALL\n\nwas treated")) == [("ALL", small.ALL)]


def test_names_do_not_reach_over_punctuation() -> None:
    """A comma, a bracket or a blank line parts."""
    assert names(matched("mantle, cell lymphoma")) == []
    assert names(matched("mantle cell\n\nlymphoma")) == []
    assert names(matched("mantle cell\nlymphoma")) == [("mantle cell\nlymphoma", small.MCL)]


def test_weak_names_need_the_full_name() -> None:
    """Two letters name a disease only in a document that names it in full."""
    assert names(matched("LN was seen")) == []
    assert ("LN", small.LN) in names(matched("lupus nephritis is kidney disease; LN was seen"))


@pytest.mark.parametrize("text", ["Six adults with LN came; LN flared", "refractory LN", "LN patients"])
def test_a_weak_name_that_people_have_is_a_disease(text: str) -> None:
    """Said once, it holds for the whole text."""
    assert len(names(matched(text))) == text.count("LN")


@pytest.mark.parametrize("text", ["adults with LN involvement", "refractory ln", "LN of people"])
def test_a_weak_name_that_people_need_not_have_is_none(text: str) -> None:
    assert names(matched(text)) == []


def test_contextual_names_are_not_matched() -> None:
    """An everyday word is left to those who know its kind."""
    assert names(matched("the fall of the house")) == []


def test_the_documents_definition_goes_first() -> None:
    """An abbreviation that the document defines otherwise is no match; one that it defines alike is."""
    text = "mixed chimerism level (MCL) rose; MCL fell"
    assert names(matched(text, [("MCL", "mixed chimerism level")])) == []
    text = "rheumatoid arthritis (RA)"
    assert names(matched(text, [("RA", "rheumatoid arthritis")])) == [
        ("rheumatoid arthritis", small.RA),
        ("RA", small.RA),
    ]


def test_all_homonyms_are_candidates() -> None:
    """The matcher offers, the grounder chooses."""
    doc = matched("RA is common")
    (span,) = doc.spans[LEXICON]
    assert span._.candidates == (small.RA, small.REFRACTORY_ANEMIA)
    assert span._.annotator == "lexicon"
    assert span.label_ == "DISEASE"


def test_extents_are_distinct_and_sorted() -> None:
    """Also a name of two kinds is one span."""
    doc = matched("insulin, CD19, an anti-CD20 antibody and SLE")
    extents = [(span.start_char, -span.end_char) for span in doc.spans[LEXICON]]
    assert extents == sorted(set(extents))


def test_an_empty_text_has_no_matches() -> None:
    """Nothing in, nothing out."""
    assert names(matched("")) == []


@pytest.mark.parametrize(
    ("after", "name"), [("1/10", "anemia"), ("1 (4%)", "anemia"), ("1 was seen", "anemia 1")]
)
def test_the_number_of_a_rate_is_no_part_of_a_name(after: str, name: str) -> None:
    """A shorter name is better than one that ends in the count of a rate."""
    knowledge = make_knowledge(
        [Concept("X:1", "DISEASE", "anemia"), Concept("X:2", "DISEASE", "anemia 1")],
        [("X:1", "anemia", False, "preferred"), ("X:2", "anemia 1", False, "preferred")],
    )
    nlp = spacy.blank("en")
    nlp.tokenizer = build_tokenizer(nlp)
    doc = nlp(f"In these, anemia {after}.")
    doc._.abbreviations = []
    assert [words for words, _ in names(LexiconMatcher(knowledge)(doc))] == [name]
