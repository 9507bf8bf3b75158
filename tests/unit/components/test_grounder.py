"""The grounder: names, abbreviations, homonyms, composed therapies, bare names, null."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.components.extensions import MENTIONS
from pipeline.components.grounder import Grounder
from pipeline.components.lexicon_matcher import LexiconMatcher
from pipeline.errors import ModelError
from pipeline.lexicon import NEIGHBOURS_FILE, load_knowledge
from pipeline.settings import settings
from tests.marked_docs import marked_doc
from tests.unit.lexicon import small_knowledge as small


def grounded(source: str, abbreviations: list[tuple[str, str]] | None = None) -> Doc:
    """A Doc from marked-up text, grounded in the small knowledge base without neighbour search."""
    doc = marked_doc(source)
    text = doc.text
    doc._.abbreviations = [
        tuple((text.index(words), text.index(words) + len(words)) for words in pair)
        for pair in abbreviations or []
    ]
    return Grounder(small.small_knowledge(), near=2)(LexiconMatcher(small.small_knowledge())(doc))


def concepts(doc: Doc) -> list[str]:
    """Concept of each mention, "" where there is none."""
    return [span.kb_id_ for span in doc.spans[MENTIONS]]


def test_a_name_has_its_concept() -> None:
    """Mentions keep extent, label and attributes, and gain a concept with full confidence."""
    doc = grounded("Cells against [CD-19](ANTIGEN setting=human).")
    (span,) = doc.spans[MENTIONS]
    assert (span.text, span.label_, span.kb_id_) == ("CD-19", "ANTIGEN", small.CD19)
    assert span._.concept_score == 1.0
    assert span._.setting == "human"


def test_what_nobody_knows_stays_null() -> None:
    """No guess."""
    doc = grounded("[Gruffalo disease](DISEASE) and [12](COHORT n=12) patients.")
    assert concepts(doc) == ["", ""]
    assert doc.spans[MENTIONS][0]._.concept_score is None


def test_the_documents_own_abbreviation_goes_first() -> None:
    """What the document defines is meant, also against the knowledge base."""
    doc = grounded("lupus nephritis (MCL): [MCL](DISEASE)", [("MCL", "lupus nephritis")])
    assert concepts(doc) == [small.LN]


def test_homonyms_go_by_the_document() -> None:
    """The sense that the document also names in full wins over the better known one, with more confidence."""
    plain = grounded("[RA](DISEASE) is common.")
    assert concepts(plain) == [small.RA]
    told = grounded("[refractory anemia](DISEASE); later [RA](DISEASE)")
    assert concepts(told)[1] == small.REFRACTORY_ANEMIA
    assert told.spans[MENTIONS][1]._.concept_score > plain.spans[MENTIONS][0]._.concept_score


def test_homonyms_go_by_label() -> None:
    """A word may be a therapy and a molecule."""
    assert concepts(grounded("[insulin](THERAPY) against [insulin](ANTIGEN)")) == [small.INSULIN, small.INS]


def test_weak_names_need_the_full_name() -> None:
    """Two letters alone are no evidence."""
    assert concepts(grounded("[LN](DISEASE)")) == [""]
    assert concepts(grounded("[lupus nephritis](DISEASE), [LN](DISEASE)")) == [small.LN, small.LN]


def test_initials_of_the_only_fitting_mention() -> None:
    """An acronym that nobody defines stands for the one condition whose words have its initials."""
    doc = grounded(
        "[systemic lupus erythematosus](DISEASE) and [mantle cell lymphoma](DISEASE); [ML](DISEASE)"
    )
    assert concepts(doc)[2] == ""
    doc = grounded("[cytokine release syndrome](ADVERSE_EVENT); [CRSs](ADVERSE_EVENT)")
    assert concepts(doc) == [small.CRS, small.CRS]


@pytest.mark.parametrize(
    ("source", "concept_id"),
    [
        ("[anti-CD19 CAR T cells](THERAPY)", "cartographer:car-t.CD19"),
        ("[BCMA-directed CAR-T](THERAPY)", "cartographer:car-t.TNFRSF17"),
        ("[CD19/BCMA CAR T cells](THERAPY)", "cartographer:car-t.CD19+TNFRSF17"),
        ("[CD19 CAR NK cells](THERAPY)", "cartographer:car-nk.CD19"),
        ("[CD19-CD28 CAR T cells](THERAPY)", "cartographer:car-t.CD19"),
        ("[CAR T cells](THERAPY)", "cartographer:car-t"),
        ("[CD20+ CAR T cells](THERAPY)", "cartographer:car-t"),
        ("CAR-T: a [CD19 product](THERAPY)", "cartographer:car-t.CD19"),
        ("CAR-T: [QL-CD19](THERAPY)", ""),
        ("[cCD19 CAR T cells](THERAPY)", ""),
        ("[IL-21-armoured CD19 CAR T cells](THERAPY)", ""),
        ("[axi-cel CAR T cells](THERAPY)", small.AXI_CEL),
        ("[EGFR inhibitor](THERAPY)", "cartographer:inhibitor.EGFR"),
        ("[kinase inhibitor](THERAPY)", ""),
        ("[fludarabine treatment](THERAPY)", small.FLU),
    ],
)
def test_therapies_are_put_together(source: str, concept_id: str) -> None:
    """From kind and antigens; signalling domains and markers of the cells are no antigens of a therapy."""
    assert concepts(grounded(source)) == [concept_id]


def test_qualifiers_are_no_part_of_a_name() -> None:
    """Course, grade and brackets leave the concept the same."""
    doc = grounded(
        "[relapsed or refractory mantle cell lymphoma (MCL)](DISEASE), [grade 3 CRS](ADVERSE_EVENT)"
    )
    assert concepts(doc) == [small.MCL, small.CRS]


def test_species_and_armour_before_an_antigen_are_no_part_of_its_name() -> None:
    """ "cCD19" of dogs and "15.CD19" with interleukin-15 beside it."""
    assert len(set(concepts(grounded("[CD19](ANTIGEN) [cCD19](ANTIGEN) [15.CD19](ANTIGEN)")))) == 1


def test_a_document_without_mentions_is_left_alone() -> None:
    """There is nothing to ground."""
    assert concepts(grounded("Nothing.")) == []


@pytest.mark.parametrize(
    ("misspelt", "name"),
    [("hepatocelular carcinoma", "hepatocellular carcinoma"), ("lupus nephritides", "lupus nephritis")],
)
def test_misspelt_conditions_find_their_neighbour(misspelt: str, name: str) -> None:
    """The shipped index finds a name that differs by a few letters, and nothing for words far from all."""
    knowledge = load_knowledge(settings().knowledge)
    doc = Grounder(knowledge)(marked_doc(f"[{misspelt}](DISEASE) and [administrative burden](DISEASE)"))
    near, far = doc.spans[MENTIONS]
    assert knowledge.concept(near.kb_id_).name == name
    assert near._.concept_score < 1
    assert far.kb_id_ == ""


@pytest.mark.parametrize("general", ["regression", "deficiency", "movement", "clinical trial", "abnormality"])
def test_general_words_have_no_concept(general: str) -> None:
    """Null rather than a guess: a neighbour or a wording never narrows down what a text leaves open."""
    doc = Grounder(load_knowledge(settings().knowledge))(marked_doc(f"[{general}](DISEASE)"))
    assert doc.spans[MENTIONS][0].kb_id_ == ""


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("type B hepatitis", "hepatitis A"),
        ("C7 deficiency", "C2 deficiency"),
        ("neurological disease", "Lyme disease"),
    ],
)
def test_neighbours_add_no_meaning(written: str, other: str) -> None:
    """Letters, digits and content words of a neighbour are those of the mention."""
    knowledge = load_knowledge(settings().knowledge)
    doc = Grounder(knowledge)(marked_doc(f"[{written}](DISEASE)"))
    chosen = doc.spans[MENTIONS][0].kb_id_
    assert not chosen or knowledge.concept(chosen).name != other


def test_plural_of_the_documents_abbreviation() -> None:
    """The plural of a short form stands for the same long form."""
    doc = grounded("lupus nephritis (MCL): [MCLs](DISEASE)", [("MCL", "lupus nephritis")])
    assert concepts(doc) == [small.LN]


def test_other_words_and_kinds_are_less_certain() -> None:
    """A wording or a kind has its concept at a score below that of a name."""
    doc = grounded("[arthritis that is rheumatoid](DISEASE) and [pulmonary mantle cell lymphoma](DISEASE)")
    assert concepts(doc) == ["", small.MCL]
    assert doc.spans[MENTIONS][1]._.concept_score < 0.9


def test_the_course_of_a_disease_is_no_other_disease() -> None:
    """How it answered to treatment makes no difference."""
    doc = grounded(
        "[drug-resistant mantle cell lymphoma](DISEASE), [refractory mantle cell lymphoma](DISEASE)"
    )
    assert concepts(doc) == [small.MCL, small.MCL]


@pytest.mark.parametrize("harm", ["remove", "change"])
def test_a_harmed_index_stops_at_start(tmp_path: Path, harm: str) -> None:
    """Missing or exchanged files of the neighbour search are told when the component is made."""
    folder = tmp_path / "knowledge"
    shutil.copytree(settings().knowledge, folder)
    nlp = spacy.blank("en")
    nlp.add_pipe("cartographer_grounder", config={"knowledge": str(folder)})
    graph = folder / NEIGHBOURS_FILE
    if harm == "remove":
        graph.unlink()
    else:
        graph.write_bytes(graph.read_bytes()[:-1])
    with pytest.raises(ModelError, match=graph.name):
        spacy.blank("en").add_pipe("cartographer_grounder", config={"knowledge": str(folder)})
