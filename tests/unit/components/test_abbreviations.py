"""Abbreviations: definitions in both orders, occurrences everywhere, nothing where nothing is defined."""

import pickle

import pytest
import spacy

from pipeline.components.abbreviations import Abbreviations, definitions

NLP = spacy.blank("en")


def pairs(text):
    doc = Abbreviations()(NLP(text))
    return [(text[a:b], text[c:d]) for (a, b), (c, d) in doc._.abbreviations]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("a cytokine release syndrome (CRS) was", "CRS", "cytokine release syndrome"),
        ("mild cytokine release syndrome (CRS; grade 1)", "CRS", "cytokine release syndrome"),
        ("B-cell acute lymphoblastic leukemia (B-ALL)", "B-ALL", "B-cell acute lymphoblastic leukemia"),
        (
            "ICANS (immune effector cell-associated neurotoxicity syndrome) in",
            "ICANS",
            "immune effector cell-associated neurotoxicity syndrome",
        ),
        ("diffuse large B-cell lymphoma [DLBCL]", "DLBCL", "diffuse large B-cell lymphoma"),
        ("the interleukin-6 (IL-6) level", "IL-6", "interleukin-6"),
    ],
)
def test_definitions_are_found(text, short, long):
    """Long form before the bracket or inside, with hyphens and with a remark after the short form."""
    found = definitions(NLP.vocab, text)
    assert {form: text[start:end] for form, (start, end) in found.items()} == {short: long}


@pytest.mark.parametrize(
    "text",
    [
        "two patients (CRS) had",
        "Kite (Gilead) said",
        "it fell (P<0.001) and",
        "grade 3 (n=5)",
        "(CRS)",
        "QL-HER2 in the heart (HER2)",
    ],
)
def test_brackets_that_define_nothing(text):
    """A bracket whose letters the words before it do not give is no definition."""
    assert definitions(NLP.vocab, text) == {}


def test_every_occurrence_counts_but_no_part_of_a_word():
    """Occurrences before and after the definition, plural included; "CRSX" is another word."""
    text = "CRS is cytokine release syndrome (CRS). CRSX, anti-CRS and two CRSs."
    assert [short for short, _ in pairs(text)] == ["CRS", "CRS", "CRS", "CRS"]


def test_result_survives_pickling():
    """Extents are plain numbers."""
    doc = Abbreviations()(NLP("overall survival (OS) and OS"))
    assert pickle.loads(pickle.dumps(doc._.abbreviations)) == [((18, 20), (0, 16)), ((26, 28), (0, 16))]


def test_long_form_ends_within_its_sentence():
    """Words of the sentence before lend no letters."""
    text = "Overall it was good. Survival (OS) rose"
    assert definitions(NLP.vocab, text) == {}
