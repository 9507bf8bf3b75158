"""Roles of conditions: disease or harm of treatment."""

from __future__ import annotations

from functools import cache

import pytest
from spacy.tokens import Doc

from pipeline.components.condition_roles import ConditionRoles, make_condition_roles
from pipeline.components.extensions import MENTIONS
from tests.marked_docs import blank, marked_doc


@cache
def component() -> ConditionRoles:
    """The component with the weights that are shipped."""
    return make_condition_roles(blank(), "condition_roles", None, None)


def read(source: str) -> Doc:
    return component()(marked_doc(source))


def roles(source: str) -> list[str]:
    doc = read(source)
    return [span.label_ for span in doc.spans[MENTIONS] if span._.annotator != "rule"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Patients with [hepatitis](DISEASE) were excluded.", ["DISEASE"]),
        ("One patient developed grade 3 [hepatitis](DISEASE).", ["ADVERSE_EVENT"]),
        ("Two patients died of [pneumonia](DISEASE) after infusion.", ["ADVERSE_EVENT"]),
        ("Children with refractory [thrombocytopenia](ADVERSE_EVENT) were treated.", ["DISEASE"]),
        ("[CRS](DISEASE) and [fever](DISEASE) were seen.", ["ADVERSE_EVENT", "ADVERSE_EVENT"]),
        ("Therapy for [lupus](DISEASE) in adults with [nephritis](DISEASE).", ["DISEASE", "DISEASE"]),
        ("Exclusion: active [infection](ADVERSE_EVENT concept=DOID:0050117).", ["DISEASE"]),
        ("[Infections](DISEASE) occurred in 3 of 12 (25%).", ["ADVERSE_EVENT"]),
        ("A secondary [T-cell lymphoma](DISEASE) was found.", ["ADVERSE_EVENT"]),
        (
            "[Secondary central nervous system lymphoma](DISEASE concept=DOID:0060058) was treated.",
            ["DISEASE"],
        ),
    ],
)
def test_the_role_in_the_sentence_decides(source: str, expected: list[str]) -> None:
    """The same word is the condition treated or a harm, whatever the lexicon called it."""
    assert roles(source) == expected


def test_of_an_unknown_word_the_place_decides() -> None:
    """A word that no list holds is judged by what stands around it."""
    assert roles("Adults with refractory [foobaritis](DISEASE) were enrolled.") == ["DISEASE"]
    assert roles("Two patients developed grade 3 [foobaritis](DISEASE).") == ["ADVERSE_EVENT"]


def test_the_company_decides_where_the_words_do_not() -> None:
    """Among groups of patients by diagnosis a condition is a disease, among harms a harm."""
    lists = (
        "Adults with [lupus](DISEASE concept=DOID:9074), [foobaritis](DISEASE) or "
        "[myasthenia gravis](DISEASE concept=DOID:437) were treated.",
        "[Fever](ADVERSE_EVENT), [foobaritis](DISEASE) and [CRS](ADVERSE_EVENT) were reported.",
    )
    assert [roles(one)[1] for one in lists] == ["DISEASE", "ADVERSE_EVENT"]


def test_general_words_of_harm_become_mentions() -> None:
    """Where nothing is marked, "side effects" and "died" are added; what is marked stays as it is."""
    doc = read("One [serious adverse event](ADVERSE_EVENT concept=X:1) and few side effects; nobody died.")
    found = [(span.text, span.kb_id_) for span in doc.spans[MENTIONS]]
    assert found == [("serious adverse event", "X:1"), ("side effects", ""), ("died", "")]


def test_attributes_survive_the_new_labels() -> None:
    """Concept and underscore values are those of the span before; other labels are not touched."""
    doc = marked_doc("One developed [hepatitis](DISEASE concept=D:1) after [axi-cel](THERAPY).")
    doc.spans[MENTIONS][0]._.score = 0.5
    doc.spans[MENTIONS][0]._.annotator = "lexicon"
    first, second = component()(doc).spans[MENTIONS]
    assert (first.label_, first.kb_id_, first._.score, first._.annotator) == (
        "ADVERSE_EVENT",
        "D:1",
        0.5,
        "lexicon",
    )
    assert second.label_ == "THERAPY"


def test_a_figure_is_cut_off_an_abbreviation() -> None:
    """ "CRS 4%" names CRS, not a condition that is called "CRS 4"."""
    doc = read("After CAR T cells grade 3 [CRS 4](ADVERSE_EVENT)% was reported.")
    assert [span.text for span in doc.spans[MENTIONS] if span.label_ == "ADVERSE_EVENT"] == ["CRS"]


def test_everyday_words_are_a_harm_with_its_concept() -> None:
    """What people could no longer do is a mention of the condition that it is."""
    doc = read("After the [CAR T cells](THERAPY) she could not sign her name.")
    found = [(span.text, span.label_) for span in doc.spans[MENTIONS] if span._.annotator == "rule"]
    assert found == [("could not sign her name", "ADVERSE_EVENT")]
    assert [span.kb_id_ for span in doc.spans[MENTIONS] if span._.annotator == "rule"] == ["DOID:4540"]


@pytest.mark.parametrize(
    ("source", "n_left"),
    [
        ("Titres to [measles](DISEASE) and [mumps](DISEASE) stayed where they were.", 0),
        ("The [tetanus](DISEASE) booster was given in March.", 0),
        ("One child fell ill with [measles](DISEASE).", 1),
        ("Other [adverse events](ADVERSE_EVENT), by arm\nNausea 3/12", 0),
        ("[Adverse events](ADVERSE_EVENT): none", 1),
        ("[Adverse events](ADVERSE_EVENT) were mild.", 1),
    ],
)
def test_what_nobody_has_is_no_mention(source: str, n_left: int) -> None:
    """What antibodies and vaccines are against, and headings of tables."""
    assert len(read(source).spans[MENTIONS]) == n_left
