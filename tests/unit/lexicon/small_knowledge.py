"""A knowledge base of a dozen concepts for tests."""

from __future__ import annotations

from functools import cache

from pipeline.lexicon import Concept, KnowledgeBase, make_knowledge

CD19, BCMA, CD28, EGFR, IL13RA2 = "HGNC:1633", "HGNC:11913", "HGNC:1653", "HGNC:3236", "HGNC:5975"
ALL, SLE, LN, RA, REFRACTORY_ANEMIA = "DOID:9952", "DOID:9074", "DOID:0080162", "DOID:7148", "MONDO:1"
MCL, CRS, FALL, INSULIN, INS = "DOID:0050746", "X:crs", "X:fall", "X:insulin", "HGNC:6081"
AXI_CEL, ANTI_CD20, CD20, FLU = "X:axi-cel", "X:anti-cd20", "HGNC:7315", "X:fludarabine"

_CONCEPTS = [
    Concept(ALL, "DISEASE", "acute lymphoblastic leukemia"),
    Concept(SLE, "DISEASE", "systemic lupus erythematosus", xrefs=("MESH:D008180",)),
    Concept(LN, "DISEASE", "lupus nephritis", broader=(SLE,)),
    Concept(RA, "DISEASE", "rheumatoid arthritis"),
    Concept(REFRACTORY_ANEMIA, "DISEASE", "refractory anemia"),
    Concept(MCL, "DISEASE", "mantle cell lymphoma"),
    Concept(CRS, "ADVERSE_EVENT", "cytokine release syndrome"),
    Concept(FALL, "ADVERSE_EVENT", "fall"),
    Concept(AXI_CEL, "THERAPY", "axicabtagene ciloleucel", targets=(CD19,)),
    Concept(ANTI_CD20, "THERAPY", "anti-CD20 antibody"),
    Concept(INSULIN, "THERAPY", "insulin"),
    Concept(FLU, "THERAPY", "fludarabine"),
    Concept(CD19, "ANTIGEN", "CD19", molecule_role="antigen"),
    Concept(CD20, "ANTIGEN", "MS4A1", short_name="CD20", molecule_role="antigen"),
    Concept(BCMA, "ANTIGEN", "TNFRSF17", short_name="BCMA", molecule_role="antigen"),
    Concept(IL13RA2, "ANTIGEN", "IL13RA2", molecule_role="antigen"),
    Concept(EGFR, "ANTIGEN", "EGFR", molecule_role="antigen"),
    Concept(INS, "ANTIGEN", "INS", molecule_role="antigen"),
    Concept(CD28, "GENE", "CD28", molecule_role="signalling"),
]


@cache
def small_knowledge() -> KnowledgeBase:
    """The knowledge base; its names show each rank and both ways of minding the case."""
    return make_knowledge(
        _CONCEPTS,
        [
            *((concept.concept_id, concept.name, False, "preferred") for concept in _CONCEPTS[:7]),
            *((concept.concept_id, concept.name, False, "preferred") for concept in _CONCEPTS[8:]),
            (ALL, "ALL", True, "synonym"),
            (SLE, "SLE", False, "synonym"),
            (LN, "LN", True, "weak"),
            (RA, "RA", True, "synonym"),
            (REFRACTORY_ANEMIA, "RA", True, "synonym"),
            (MCL, "MCL", False, "synonym"),
            (CRS, "CRS", False, "synonym"),
            (FALL, "fall", False, "contextual"),
            (AXI_CEL, "axi-cel", False, "synonym"),
            (BCMA, "BCMA", False, "synonym"),
            (BCMA, "B-cell maturation antigen", False, "synonym"),
            (CD20, "CD20", False, "synonym"),
            (IL13RA2, "IL-13Rα2", False, "synonym"),
            (EGFR, "EGFRvIII", False, "synonym"),
            (INS, "insulin", False, "synonym"),
        ],
    )
