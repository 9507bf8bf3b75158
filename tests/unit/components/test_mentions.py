"""Mentions: overlaps, nesting, labels, therapy phrases, and silence in texts of another world."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span

from pipeline.components import extensions
from pipeline.components.extensions import MENTIONS
from pipeline.components.mentions import Mentions
from pipeline.grammar.therapy_phrases import find_phrases, find_products, masked
from pipeline.lexicon import Concept, make_knowledge

extensions.register()

_CONCEPTS = [
    Concept("HGNC:1633", "ANTIGEN", "CD19", molecule_role="antigen"),
    Concept("HGNC:1643", "ANTIGEN", "CD22", molecule_role="antigen"),
    Concept("HGNC:11913", "ANTIGEN", "TNFRSF17", short_name="BCMA", molecule_role="antigen"),
    Concept("HGNC:1653", "GENE", "CD28", molecule_role="signalling"),
    Concept("DOID:9074", "DISEASE", "systemic lupus erythematosus"),
    Concept("DOID:0080638", "DISEASE", "B-cell acute lymphoblastic leukemia"),
    Concept("DOID:1240", "DISEASE", "leukemia"),
    Concept("HP:0002131", "ADVERSE_EVENT", "recurrent ataxia", ("recurrent bouts of ataxia",)),
    Concept("HP:0001251", "ADVERSE_EVENT", "ataxia"),
    Concept("MONDO:0019124", "DISEASE", "microscopic polyangiitis"),
    Concept("NCIT:C4981", "ADVERSE_EVENT", "chronic rejection", xrefs=("MESH:D1",)),
    Concept("CHEBI:1", "CHEMICAL", "fludarabine"),
    Concept("CHEBI:2", "CHEMICAL", "cyclophosphamide"),
]
KNOWLEDGE = make_knowledge(
    _CONCEPTS,
    [(c.concept_id, c.name, False, "preferred") for c in _CONCEPTS]
    + [
        ("HGNC:11913", "BCMA", True, "synonym"),
        ("HP:0002131", "recurrent bouts of ataxia", False, "synonym"),
    ],
)
NLP = spacy.blank("en")
FOUND = Mentions(KNOWLEDGE)

#: (words, label) that stand for what the lexicon or a head found.
Finds = list[tuple[str, str]]


def doc_of(text: str, lexicon: Finds = (), conditions: Finds = (), genes: Finds = ()) -> Doc:  # type: ignore[assignment]
    """A Doc with the finders' groups filled at the first occurrence of each surface."""
    doc = NLP(text)

    def spans(finds: Finds) -> list[Span]:
        found = []
        for words, label in finds:
            start = text.index(words)
            span = doc.char_span(start, start + len(words), label=label, alignment_mode="expand")
            # Attributes belong to an extent, not to a group: a head sets none that the lexicon sets.
            if label == "CONDITION":
                span._.score = 0.95
            else:
                span._.candidates = KNOWLEDGE.lookup(words)
            found.append(span)
        return found

    doc.spans["lexicon"] = spans(lexicon)
    doc.spans["conditions"] = spans(conditions)
    doc.spans["genes"] = spans(genes)
    return FOUND(doc)


def told(doc: Doc) -> list[tuple[str, str]]:
    """Words and label of each mention."""
    return [(span.text, span.label_) for span in doc.spans[MENTIONS]]


def test_antigen_nests_in_therapy() -> None:
    """A therapy phrase is one mention, and the molecule in it another; the phrase knows its concept."""
    doc = doc_of("Patients received CD19 CAR T cells.", lexicon=[("CD19", "ANTIGEN")])
    assert told(doc) == [("CD19 CAR T cells", "THERAPY"), ("CD19", "ANTIGEN")]
    therapy = doc.spans[MENTIONS][0]
    assert (therapy._.annotator, therapy._.candidates) == ("rule", ("cartographer:car-t.CD19",))


def test_longest_condition_wins() -> None:
    """A disease inside a longer disease is no mention of its own."""
    doc = doc_of(
        "He had B-cell acute lymphoblastic leukemia for years.",
        lexicon=[("B-cell acute lymphoblastic leukemia", "DISEASE"), ("leukemia", "DISEASE")],
    )
    assert told(doc) == [("B-cell acute lymphoblastic leukemia", "DISEASE")]


def test_lexicon_wins_a_tie() -> None:
    """Of equally long finds the one with a concept stays."""
    doc = doc_of(
        "She has systemic lupus erythematosus.",
        lexicon=[("systemic lupus erythematosus", "DISEASE")],
        conditions=[("systemic lupus erythematosus", "CONDITION")],
    )
    (span,) = doc.spans[MENTIONS]
    assert (span._.annotator, span._.candidates) == ("lexicon", ("DOID:9074",))


def test_bare_head_means_the_named_condition() -> None:
    """ "The leukemia" after a full name is the same condition."""
    doc = NLP("B-cell acute lymphoblastic leukemia returned. The leukemia was treated.")
    full, bare = doc.char_span(0, 35, label="DISEASE"), doc.char_span(50, 58, label="DISEASE")
    assert full is not None
    assert bare is not None
    full._.candidates, bare._.candidates = ("DOID:0080638",), ("DOID:1240",)
    doc.spans["lexicon"] = [full, bare]
    FOUND(doc)
    assert [span._.candidates for span in doc.spans[MENTIONS]] == [("DOID:0080638",), ("DOID:0080638",)]


def test_signalling_domain_is_a_gene() -> None:
    """What the knowledge base calls a signalling domain is no antigen."""
    doc = doc_of(
        "The CD19 receptor signals through CD28.", lexicon=[("CD19", "ANTIGEN"), ("CD28", "ANTIGEN")]
    )
    assert told(doc) == [("CD19", "ANTIGEN"), ("CD28", "GENE")]


def test_unknown_marker_is_an_antigen() -> None:
    """A protein that is told as a surface marker is an antigen, another one a gene."""
    text = "CD19 is lost; cells were XYZ1-positive and made ABC2."
    doc = doc_of(text, lexicon=[("CD19", "ANTIGEN")], genes=[("XYZ1", "GENE"), ("ABC2", "GENE")])
    assert told(doc)[1:] == [("XYZ1", "ANTIGEN"), ("ABC2", "GENE")]


def test_lymphodepletion_is_two_drugs() -> None:
    """ "Flu/cy" names two drugs."""
    assert told(doc_of("After flu/cy came CAR T cells.")) == [
        ("flu", "THERAPY"),
        ("cy", "THERAPY"),
        ("CAR T cells", "THERAPY"),
    ]


@pytest.mark.parametrize(
    ("text", "is_given"),
    [
        ("CD19 CAR T cells; both were supported with immunoglobulins.", True),
        ("CD19 CAR T cells; he gets monthly immunoglobulin.", True),
        ("CD19 CAR T cells; immunoglobulin fell.", False),
        ("CD19 CAR T cells; he has regular immunoglobulin levels.", False),
    ],
)
def test_immunoglobulin_is_a_therapy_where_it_is_given(text: str, is_given: bool) -> None:
    """Alone the word is more often what is measured."""
    found = told(doc_of(text, lexicon=[("CD19", "ANTIGEN")]))
    assert any(words.startswith("immunoglobulin") for words, _ in found) == is_given


def test_extents_are_distinct_and_sorted() -> None:
    """One extent holds one mention; the group is in order."""
    doc = doc_of("CD19 and CD22 CAR T cells", lexicon=[("CD22", "ANTIGEN"), ("CD19", "ANTIGEN")])
    extents = [(s.start_char, -s.end_char) for s in doc.spans[MENTIONS]]
    assert extents == sorted(set(extents))


def test_general_words_are_no_conditions() -> None:
    """ "Disease" and "syndrome" alone single nothing out."""
    assert told(doc_of("CAR T cells against disease", lexicon=[("disease", "DISEASE")])) == [
        ("CAR T cells", "THERAPY")
    ]


def test_bare_tumour_means_the_one_named_before() -> None:
    """ "The tumour" is the leukemia that the text speaks of, so no second disease arises."""
    doc = doc_of(
        "B-cell acute lymphoblastic leukemia came back. The cancer was treated.",
        lexicon=[("B-cell acute lymphoblastic leukemia", "DISEASE")],
    )
    assert [(s.text, s._.candidates) for s in doc.spans[MENTIONS]][1:] == [("cancer", ("DOID:0080638",))]


def test_agents_joined_by_and_are_two() -> None:
    """A regimen of two drugs is two mentions."""
    doc = doc_of(
        "They had fludarabine and cyclophosphamide.",
        lexicon=[("fludarabine and cyclophosphamide", "THERAPY")],
    )
    assert [span.text for span in doc.spans[MENTIONS]] == ["fludarabine", "cyclophosphamide"]


def test_verbs_and_comparatives_are_no_part_of_a_name() -> None:
    """What a head takes along before a name is trimmed."""
    text = "CD19 CAR T cells led to worse lupus."
    doc = doc_of(text, lexicon=[("CD19", "ANTIGEN")], conditions=[("worse lupus", "CONDITION")])
    assert ("lupus", "DISEASE") in told(doc)


def test_unknown_acronyms_need_a_sure_head() -> None:
    """An acronym that neither lexicon nor text explains is no condition at an ordinary score."""
    text = "CD19 CAR T cells and XQ were seen."
    doc = doc_of(text, lexicon=[("CD19", "ANTIGEN")], conditions=[("XQ", "CONDITION")])
    assert "XQ" not in [words for words, _ in told(doc)]


@pytest.mark.parametrize(
    ("text", "named", "heard", "wanted"),
    [
        # The head reads more: it counts.
        ("Cutaneous leukemia of cats", "leukemia", "Cutaneous leukemia", "Cutaneous leukemia"),
        ("a leukemia of the skin again", "leukemia", "leukemia of the skin", "leukemia of the skin"),
        # What it adds is a marker, the next word, or another condition: the name counts.
        ("CD19-positive leukemia returned", "leukemia", "CD19-positive leukemia", "leukemia"),
        ("the leukemia tear was wide", "leukemia", "leukemia tear", "leukemia"),
        ("leukemia and spastic syndrome", "leukemia", "leukemia and spastic syndrome", "leukemia"),
        # A list of findings has a longer name: the head counts, unless it leaves more than a word.
        (
            "with recurrent bouts of ataxia now",
            "recurrent bouts of ataxia",
            "ataxia",
            "recurrent bouts of ataxia",
        ),
        ("with recurrent ataxia now", "recurrent ataxia", "ataxia", "ataxia"),
        # What it leaves over must be a name.
        ("of microscopic polyangiitis", "microscopic polyangiitis", "polyangiitis", None),
        # A list of diseases knows better how long its names are.
        ("systemic lupus erythematosus", "systemic lupus erythematosus", "lupus erythematosus", None),
    ],
)
def test_borders_of_head_and_lexicon(text: str, named: str, heard: str, wanted: str | None) -> None:
    doc = doc_of(text, [(named, "DISEASE")], [(heard, "CONDITION")])
    assert [span.text for span in doc.spans[MENTIONS]] == [wanted or named]


def test_a_finding_that_a_list_of_diseases_has_needs_no_head() -> None:
    """Other findings are conditions only in their context."""
    assert told(doc_of("leukemia and chronic rejection", [("chronic rejection", "ADVERSE_EVENT")]))
    assert not told(doc_of("leukemia and recurrent ataxia", [("recurrent ataxia", "ADVERSE_EVENT")]))


def test_short_form_of_a_phrase_about_a_condition_is_none() -> None:
    text = "Deleted in leukemia (DIL) was lost in systemic lupus erythematosus (SLE)."
    doc = NLP(text)
    doc._.abbreviations = [
        ((text.index(short), text.index(short) + 3), (text.index(long), text.index(long) + len(long)))
        for short, long in (("DIL", "Deleted in leukemia"), ("SLE", "systemic lupus erythematosus"))
    ]
    doc.spans["lexicon"] = []
    for words in ("leukemia", "systemic lupus erythematosus"):
        span = doc.char_span(text.index(words), text.index(words) + len(words), label="DISEASE")
        span._.candidates = KNOWLEDGE.lookup(words)
        doc.spans["lexicon"].append(span)
    assert "SLE" in [span.text for span in FOUND(doc).spans[MENTIONS]]
    assert "DIL" not in [span.text for span in doc.spans[MENTIONS]]


@pytest.mark.parametrize(
    ("text", "names"), [("stroke-like spells", []), ("a stroke-induced fall", ["stroke"])]
)
def test_condition_behind_which_a_suffix_stands(text: str, names: list[str]) -> None:
    doc = doc_of(f"{text}, and CD19", [("CD19", "ANTIGEN")], [("stroke", "CONDITION")])
    assert [span.text for span in doc.spans[MENTIONS] if span.label_ == "DISEASE"] == names


def test_words_of_a_heading_in_capitals_are_no_acronyms() -> None:
    """A short name in a line of capitals is a word, not an acronym."""
    text = "SLEEP AND INTERVENTIONS\nCD19 CAR T cells"
    doc = doc_of(text, lexicon=[("SLEEP", "DISEASE"), ("CD19", "ANTIGEN")])
    assert ("SLEEP", "DISEASE") not in told(doc)


@pytest.mark.parametrize(
    ("text", "name", "is_antigen"),
    [
        ("CD19 CAR T cells; dialysis or eGFR below 45.", "eGFR", False),
        ("CD19 CAR T cells; tumours with EGFR on them.", "EGFR", True),
        ("CD19 CAR T cells for carriers of an HLA-A*11 type.", "HLA-A", False),
        ("A CAR for HLA-A2 on CD19 CAR T cells.", "HLA-A2", True),
    ],
)
def test_measures_and_types_are_no_antigens(text: str, name: str, is_antigen: bool) -> None:
    """A rate of filtration and a type of tissue are written like molecules."""
    found = told(doc_of(text, lexicon=[("CD19", "ANTIGEN"), (name, "ANTIGEN")]))
    assert any(words == name for words, _ in found) == is_antigen


def test_other_worlds_yield_nothing() -> None:
    """A page without biomedical names has no mentions, whatever a head believes."""
    text = "The CART grocery shares fell. Battery B cells need no infusion. " * 20
    doc = doc_of(text, lexicon=[("CART", "THERAPY")], conditions=[("fell", "CONDITION")])
    assert told(doc) == []


@pytest.mark.parametrize("text", ["A rental car and a cart.", "It was ALL in the family.", "The T target."])
def test_ordinary_words(text: str) -> None:
    """Ordinary words are no mentions."""
    assert told(doc_of(text)) == []


PHRASES = [
    ("anti-{CD19} CAR T cells", "anti-CD19 CAR T cells"),
    ("autologous {CD19}-directed CAR-T product", "CD19-directed CAR-T product"),
    ("{CD30}.CAR‑Ts", "CD30.CAR‑Ts"),
    ("{CD19}/{CD22} dual CAR", "CD19/CD22 dual CAR"),
    (
        "{BCMA}- and {CD19}-directed genetically modified T cells",
        "BCMA- and CD19-directed genetically modified T cells",
    ),
    ("chimeric antigen receptor (CAR) T-cell therapy", "chimeric antigen receptor (CAR) T-cell therapy"),
    ("CAR T cells directed against {CD19}", "CAR T cells directed against CD19"),
    ("{CD19} CAR NK cells", "CD19 CAR NK cells"),
    ("{GD2}-CART", "GD2-CART"),
    ("CART-19", "CART-19"),
    ("{BTK} inhibitors", "BTK inhibitors"),
    ("anti-{CD52} antibody", "anti-CD52 antibody"),
    ("{VEGF}-targeting TKI", "VEGF-targeting TKI"),
    ("CART-{CD19}-{CD22} cells", "CART-CD19-CD22 cells"),
    ("rituximab-based {CD20} CAR T cells", "rituximab-based CD20 CAR T cells"),
    ("{AFP} TCR T cells", "AFP TCR T cells"),
    ("{CD4}+/{CD8}+ {CD19} CAR T cells", "CD19 CAR T cells"),
    ("{IL-21}-armoured {GPC2} CAR T cells", "IL-21-armoured GPC2 CAR T cells"),
    ("{TROP2} CAR engineered donor-derived NK cells", "TROP2 CAR engineered donor-derived NK cells"),
    ("{DSG3} CAR T cells directed at {desmoglein 3}", "DSG3 CAR T cells"),
]


@pytest.mark.parametrize(("source", "wanted"), PHRASES, ids=[wanted for _, wanted in PHRASES])
def test_phrase(source: str, wanted: str) -> None:
    """The grammar finds the whole phrase."""
    text, molecules = _braced(f"They gave {source} to mice.")
    phrases = find_phrases(masked(text, molecules), text)
    assert [text[slice(*phrase.extent)] for phrase in phrases] == [wanted]


@pytest.mark.parametrize(
    "source",
    [
        "{CD4}⁺ T cells rose.",
        "The anti-{AQP4} antibody titre fell.",
        "Her anti-{AQP4} antibodies disappeared.",
        "Anti-{AQP4} antibodies were no longer detectable.",
        "A car, a CAR and some T cells.",
        "NASCAR drivers",
        "the {CD19} gene product",
    ],
)
def test_no_phrase(source: str) -> None:
    """Phenotypes, autoantibodies and cars are no therapies."""
    text, molecules = _braced(source)
    assert find_phrases(masked(text, molecules), text) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("The CAR trial: {GPC2} cells in Leeds.", ["GPC2 cells"]),
        ("After the CAR came depletion of {CD19} cells.", []),
        ("After the CAR {CD19} cells were gone.", []),
        ("After the CAR {CD8} cells were given.", []),
        ("Sorting gave {GPC2} cells.", []),
        ("My cousin received {GPC2} cells in spring.", ["GPC2 cells"]),
        ("My cousin had few {GPC2} cells in spring.", []),
        ("A vector with mRNA for a {GPC2} CAR was made.", []),
        ("The {MOG} antibody-associated disorder came back after CAR therapy.", []),
    ],
)
def test_cells_named_by_their_antigen_alone(source: str, found: list[str]) -> None:
    """In a text on receptors they are a therapy, but not where they are counted or a subset of T cells."""
    text, molecules = _braced(source)
    phrases = find_phrases(masked(text, molecules), text)
    assert [text[slice(*phrase.extent)] for phrase in phrases] == found


def test_an_antigen_with_a_letter_for_its_species() -> None:
    """CD19 of dogs is CD19; "mRNA" is no molecule of mice."""
    text = "Six dogs with lymphoma received cCD19 CAR T cells made by mRNA transfer."
    doc = doc_of(text, lexicon=[("lymphoma", "DISEASE")])
    assert ("cCD19", "ANTIGEN") in told(doc)
    assert not any(text == "mRNA" and label == "ANTIGEN" for text, label in told(doc))


def test_products_by_context_and_ending() -> None:
    """A code that is once told as a product is one everywhere; an ending tells a drug."""
    text = "A CAR-T called XYZ-316 was tried. XYZ-316 beat abcdemab. ZUMA-12 and SKOV-33 went on."
    found = [text[slice(*extent)] for extent in find_products(text, [])]
    assert found == ["XYZ-316", "XYZ-316", "abcdemab"]
    text = "Norvacel came by parcel, and rivocel was cancelled: cancel the chancel."
    assert [text[slice(*extent)] for extent in find_products(text, [])] == ["Norvacel", "rivocel"]


def test_an_antibody_and_what_it_carries_are_one_product() -> None:
    """Names follow rules: an antibody's ending, then that of a toxin; lists may know the antibody alone."""
    text = "Norlitamab vedotin, belmatug samrotecan and ordimig were given; a treatment dotin was not."
    found = [text[slice(*extent)] for extent in find_products(text, [(0, 10)])]
    assert found == ["Norlitamab vedotin", "belmatug", "belmatug samrotecan", "ordimig"]


def _braced(source: str) -> tuple[str, list[tuple[int, int]]]:
    text, molecules = "", []
    for number, piece in enumerate(source.replace("}", "{").split("{")):
        if number % 2:
            molecules.append((len(text), len(text) + len(piece)))
        text += piece
    return text, molecules
