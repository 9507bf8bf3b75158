"""Concepts and their names: the knowledge base, one normal form, and the search for what a text names."""

from pipeline.lexicon.composed import Kind, composed_id, therapy_kind
from pipeline.lexicon.concepts import Concept, MoleculeRole, same_family
from pipeline.lexicon.knowledge import (
    NEIGHBOURS_FILE,
    KnowledgeBase,
    Name,
    check_files,
    knowledge_sources,
    knowledge_tables,
    load_knowledge,
    make_knowledge,
)
from pipeline.lexicon.normal_form import case_form, cased_units, inverted, normal_form, units
from pipeline.lexicon.phrases import bare_phrases, conjuncts
from pipeline.lexicon.rewording import kinds_of, rewordings, says_little

__all__ = [
    "NEIGHBOURS_FILE",
    "Concept",
    "Kind",
    "KnowledgeBase",
    "MoleculeRole",
    "Name",
    "bare_phrases",
    "case_form",
    "cased_units",
    "check_files",
    "composed_id",
    "conjuncts",
    "inverted",
    "kinds_of",
    "knowledge_sources",
    "knowledge_tables",
    "load_knowledge",
    "make_knowledge",
    "normal_form",
    "rewordings",
    "same_family",
    "says_little",
    "therapy_kind",
    "units",
]
