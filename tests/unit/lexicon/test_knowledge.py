"""The knowledge base: look-up, homonyms, roles, composed concepts, files."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.errors import ModelError
from pipeline.lexicon import KnowledgeBase, load_knowledge, therapy_kind
from pipeline.lexicon.knowledge import CONCEPTS_FILE, NAMES_FILE
from pipeline.settings import settings
from tests.unit.lexicon import small_knowledge as small


@pytest.fixture
def knowledge() -> KnowledgeBase:
    return small.small_knowledge()


def test_a_name_is_found_in_every_spelling(knowledge: KnowledgeBase) -> None:
    """Look-up goes by the normal form."""
    assert knowledge.lookup("CD-19") == (small.CD19,)
    assert knowledge.lookup("IL13R alpha 2") == (small.IL13RA2,)
    assert knowledge.lookup("nothing of the sort") == ()


def test_english_words_stay_words(knowledge: KnowledgeBase) -> None:
    """An acronym that is bound to its case is found in another case only where the kind is known."""
    assert knowledge.lookup("ALL") == (small.ALL,)
    assert knowledge.lookup("all") == ()
    assert knowledge.lookup("all", "DISEASE") == (small.ALL,)


def test_homonyms_are_all_kept_and_told_apart_by_kind(knowledge: KnowledgeBase) -> None:
    """Without a label every bearer of the name is told, with one those of its kind."""
    assert knowledge.lookup("RA") == (small.RA, small.REFRACTORY_ANEMIA)
    assert set(knowledge.lookup("insulin")) == {small.INSULIN, small.INS}
    assert knowledge.lookup("insulin", "THERAPY") == (small.INSULIN,)
    assert knowledge.lookup("insulin", "GENE") == (small.INS,)


def test_contextual_names_need_a_known_kind(knowledge: KnowledgeBase) -> None:
    """An everyday word names a condition only where a condition is known to be named."""
    assert knowledge.lookup("fall") == ()
    assert knowledge.lookup("falls", "ADVERSE_EVENT") == (small.FALL,)


def test_signalling_domains_are_no_antigens(knowledge: KnowledgeBase) -> None:
    """Only what an engineered cell may be aimed at is an antigen."""
    assert knowledge.is_antigen(small.CD19)
    assert not knowledge.is_antigen(small.CD28)
    assert not knowledge.is_antigen(small.SLE)


def test_a_product_knows_its_targets(knowledge: KnowledgeBase) -> None:
    """Targets are concepts; a disease has none."""
    assert knowledge.targets(small.AXI_CEL) == (small.CD19,)
    assert knowledge.targets(small.SLE) == ()


def test_a_concept_without_an_id_takes_it_from_above(knowledge: KnowledgeBase) -> None:
    """The bridge to another vocabulary climbs to the nearest concept that has an id there."""
    assert knowledge.bridge(small.SLE, "MESH") == ("MESH:D008180",)
    assert knowledge.bridge(small.LN, "MESH") == ("MESH:D008180",)
    assert knowledge.bridge(small.RA, "MESH") == ()


def test_therapies_named_by_their_targets_are_concepts(knowledge: KnowledgeBase) -> None:
    """The CURIE spells the concept out; its name uses the names that papers use."""
    concept = knowledge.concept("cartographer:car-t.CD19+TNFRSF17")
    assert concept.name == "CD19/BCMA CAR T cells"
    assert concept.targets == (small.CD19, small.BCMA)
    assert concept.label == "THERAPY"
    assert knowledge.concept("cartographer:car-t").name == "CAR T cells"
    assert knowledge.concept("cartographer:antibody.MS4A1").name == "anti-CD20 antibody"
    assert knowledge.targets("cartographer:antibody.MS4A1") == ()


@pytest.mark.parametrize(
    "concept_id", ["cartographer:car-t.NOSUCHGENE", "cartographer:soup.CD19", "DOID:0", ""]
)
def test_unknown_concepts_are_an_error(knowledge: KnowledgeBase, concept_id: str) -> None:
    """A CURIE that spells nothing is unknown, and the error says what to do."""
    assert concept_id not in knowledge
    with pytest.raises(ModelError, match="build_knowledge"):
        knowledge.concept(concept_id)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("BCMA-directed CAR-T", "car-t"),
        ("CD19 CAR NK cells", "car-nk"),
        ("CAR regulatory T cells", "car-treg"),
        ("DSG3 CAAR-T", "caar-t"),
        ("chimeric antigen receptor T cells", "car-t"),
        ("BTK inhibitors", "inhibitor"),
        ("anti-PD-1 antibody", "antibody"),
        ("CD20xCD3 bispecific antibody", "bispecific"),
        ("NY-ESO-1 TCR-T cells", "tcr-t"),
        ("CARTmeso", "car-t"),
        ("CAR19 T cells", "car-t"),
        ("anti-CD22 CARs", "car-t"),
    ],
)
def test_the_kind_of_a_therapy_is_read_from_its_words(text: str, slug: str) -> None:
    """The more special kind goes before the more general one."""
    kind = therapy_kind(text)
    assert kind is not None
    assert kind.slug == slug


@pytest.mark.parametrize("name", ["ibrutinib", "carfilzomib", "CARBOPLATIN", "Carmustine", "cartilage"])
def test_other_words_have_no_kind(name: str) -> None:
    """A drug whose name begins with the same three letters is no cell therapy."""
    assert therapy_kind(name) is None


def test_missing_files_say_what_to_do(tmp_path: Path) -> None:
    """A folder without the files is an error of the installation."""
    with pytest.raises(ModelError, match=r"build_knowledge\.py"):
        load_knowledge(tmp_path)


def test_files_of_another_layout_are_refused(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    """A table without the columns of this version is not read half."""
    pq.write_table(knowledge._concepts.drop_columns(["xrefs"]), tmp_path / CONCEPTS_FILE)
    pq.write_table(knowledge._names, tmp_path / NAMES_FILE)
    with pytest.raises(ModelError, match="another version"):
        load_knowledge(tmp_path)


def test_a_knowledge_base_survives_pickling(knowledge: KnowledgeBase) -> None:
    """Worker processes get one, too."""
    again = pickle.loads(pickle.dumps(knowledge))
    assert again.lookup("SLE") == (small.SLE,)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("CD20", "MS4A1"),
        ("BCMA", "TNFRSF17"),
        ("HER2", "ERBB2"),
        ("PSMA", "FOLH1"),
        ("B7-H3", "CD276"),
        ("mesothelin", "MSLN"),
        ("CLL-1", "CLEC12A"),
        ("CS1", "SLAMF7"),
        ("claudin 18.2", "CLDN18"),
        ("NKG2D", "KLRK1"),
        ("CD30", "TNFRSF8"),
        ("CEA", "CEACAM5"),
        ("FcRH5", "FCRL5"),
        ("BAFF-R", "TNFRSF13C"),
        ("IL13Rα2", "IL13RA2"),
        ("CD123", "IL3RA"),
        ("CD138", "SDC1"),
        ("EGFRvIII", "EGFR"),
        ("Nectin4", "NECTIN4"),
        ("GD2", "GD2"),
        ("desmoglein-3", "DSG3"),
        ("IGHV4-34", "IGHV4-34"),
        ("uPAR", "PLAUR"),
        ("NY-ESO-1", "CTAG1B"),
    ],
)
def test_the_shipped_antigens_have_their_approved_symbols(name: str, symbol: str) -> None:
    """What papers call a target leads to the gene, and the gene may be a target."""
    knowledge = load_knowledge(settings().knowledge)
    found = knowledge.lookup(name, "ANTIGEN")
    assert [knowledge.concept(concept_id).name for concept_id in found[:1]] == [symbol]
    assert knowledge.is_antigen(found[0])


@pytest.mark.parametrize("name", ["CD28", "4-1BB", "CD3ζ", "IL-6", "IFN-γ", "EGFRt"])
def test_the_shipped_signalling_molecules_are_no_targets(name: str) -> None:
    """Signalling domains, cytokines and tags are known, and are no antigens."""
    knowledge = load_knowledge(settings().knowledge)
    found = knowledge.lookup(name, "GENE")
    assert found
    assert not knowledge.is_antigen(found[0])


def test_every_shipped_target_is_a_concept() -> None:
    """Targets of the shipped products can be looked up, and are antigens."""
    knowledge = load_knowledge(settings().knowledge)
    ids = knowledge._concepts.column("concept_id").to_pylist()
    targets = {t for row in knowledge._concepts.column("targets").to_pylist() for t in row}
    assert len(ids) == len(set(ids))
    assert targets
    assert all(knowledge.is_antigen(target) for target in targets)
